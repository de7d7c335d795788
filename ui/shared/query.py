"""What a visitor has asked for on the Simulate page: a preset, values, a seed; as an experiment, a link, lines of code."""

from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode

from nmr_core.datasets.manifest import SEED
from nmr_core.errors import InputError
from nmr_core.experiment import PHYSICAL, Experiment
from nmr_core.experiment.parse import assignment
from nmr_core.presets import Preset, preset


def said(text: str) -> tuple[str, float | str]:
    """ "NAME=VALUE" as the command line reads it; what is none is an :class:`InputError`."""
    try:
        return assignment(text)
    except InputError as error:
        raise InputError(f"A value in a link was not understood: {error}.") from None


@dataclass(frozen=True)
class Asked:
    """One echo as somebody asked for it: ``values`` are arguments of ``preset.build``, ``setting`` counts its echoes."""

    preset: str
    values: tuple[tuple[str, float | str], ...]
    seed: int = 0
    setting: int = 0

    @property
    def source(self) -> Preset:
        """The preset."""
        return preset(self.preset)

    @property
    def experiments(self) -> tuple[Experiment, ...]:
        """All echoes of the material."""
        return self.source.experiments(**dict(self.values))

    @property
    def experiment(self) -> Experiment:
        """The chosen echo of the material."""
        return self.experiments[min(self.setting, len(self.source.settings) - 1)]

    @property
    def changed(self) -> tuple[tuple[str, float | str], ...]:
        """The values that are no parameters of the preset's own."""
        return tuple((name, value) for name, value in self.values if name not in self.source.space)

    @property
    def text(self) -> str:
        """A line that :meth:`read` understands: what a link holds."""
        return urlencode(
            {"preset": self.preset, "seed": self.seed, "setting": self.setting, **dict(self.values)}
        )

    @classmethod
    def read(cls, text: str) -> "Asked":
        """The inverse of ``text``; what cannot be simulated is an :class:`InputError`."""
        given = dict(parse_qsl(text[:2000]))
        name, seed, number = (
            given.pop("preset", ""),
            given.pop("seed", "0"),
            given.pop("setting", "0"),
        )
        if not number.isdecimal() or len(number) > 4:
            raise InputError(f"A setting is a whole number, got {number[:40]!r}.")
        values = tuple(said(f"{key}={value}") for key, value in given.items())
        asked = cls(name, values, SEED.check(seed), int(number))
        asked.experiments  # noqa: B018  building it is the check
        return asked

    def differences(self, other: "Asked") -> str:
        """What is different from ``other``, in symbols: how a pinned curve is called."""
        if self.preset != other.preset:
            return self.source.label
        mine, theirs = self._said, other._said
        values = {
            name: mine.get(name, getattr(self.experiment, name, None)) for name in (*mine, *theirs)
        }
        return (
            ", ".join(
                f"{self._symbol(name)} = {_short(value)}"
                for name, value in values.items()
                if theirs.get(name, getattr(other.experiment, name, None)) != value
            )
            or "the same"
        )

    @property
    def _said(self) -> dict:
        """What was asked for in so many words: own parameters, changed fields, the setting's, the seed."""
        chosen = dict(self.source.settings[min(self.setting, len(self.source.settings) - 1)])
        return self.source.space.defaults | dict(self.values) | chosen | {"seed": self.seed}

    def _symbol(self, name: str) -> str:
        return next(
            (space[name].symbol for space in (self.source.space, PHYSICAL) if name in space), name
        )

    @property
    def python(self) -> str:
        """Lines that simulate it."""
        arguments = ", ".join(f"{name}={value!r}" for name, value in self.values)
        which = (
            f"experiments({arguments})[{self.setting}]"
            if len(self.source.settings) > 1
            else f"build({arguments})"
        )
        number = f", setting={self.setting}" if self.setting else ""
        return (
            f"import nmr_core as nmr\n\nexperiment = nmr.preset({self.preset!r}).{which}\n"
            f"echo = nmr.simulate(experiment, seed={self.seed}{number})"
        )

    @property
    def command(self) -> str:
        """The command that simulates it."""
        settings = [f"{name}={value}" for name, value in self.values]
        given = "".join(
            f' --set "{text}"' if " " in text else f" --set {text}" for text in settings
        )
        return f"python -m nmr_core simulate --preset {self.preset} --seed {self.seed}{given}"


def _short(value: float | str) -> str:
    return value if isinstance(value, str) else f"{value:.4g}"
