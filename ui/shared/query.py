"""The echo chosen on the Simulate page: preset, values and seed; as an experiment, a link, and
code.
"""

from dataclasses import dataclass
from functools import cached_property
from urllib.parse import parse_qsl, urlencode

from nmr_core.datasets.manifest import SEED
from nmr_core.errors import InputError
from nmr_core.experiment import PHYSICAL, Experiment
from nmr_core.experiment.parse import assignment
from nmr_core.presets import Preset, preset


def read_setting(text: str) -> tuple[str, float | str]:
    """Return name and value of "NAME=VALUE", or raise :class:`InputError`."""
    try:
        return assignment(text)
    except InputError as error:
        raise InputError(f"A value in a link was not understood: {error}.") from None


@dataclass(frozen=True)
class EchoQuery:
    """One echo of a preset.

    Attributes
    ----------
    preset : str
    values : tuple of (name, value)
        Arguments of ``Preset.build``.
    seed : int
    setting : int
        Number of the echo among those of the preset.
    """

    preset: str
    values: tuple[tuple[str, float | str], ...]
    seed: int = 0
    setting: int = 0

    @cached_property
    def source(self) -> Preset:
        """The preset."""
        return preset(self.preset)

    @cached_property
    def experiments(self) -> tuple[Experiment, ...]:
        """The experiments of all echoes of the material, built once."""
        return self.source.experiments(**dict(self.values))

    @property
    def experiment(self) -> Experiment:
        """The experiment of the chosen echo."""
        return self.experiments[min(self.setting, len(self.source.settings) - 1)]

    @property
    def changed(self) -> tuple[tuple[str, float | str], ...]:
        """The values that are not parameters of the preset itself."""
        return tuple((name, value) for name, value in self.values if name not in self.source.space)

    @property
    def text(self) -> str:
        """The echo as a line for a link, see :meth:`read`."""
        return urlencode(
            {"preset": self.preset, "seed": self.seed, "setting": self.setting, **dict(self.values)}
        )

    @classmethod
    def read(cls, text: str) -> "EchoQuery":
        """Return the echo of a line written by :attr:`text`, or raise :class:`InputError`."""
        entries = dict(parse_qsl(text[:2000]))
        name, seed, number = (
            entries.pop("preset", ""),
            entries.pop("seed", "0"),
            entries.pop("setting", "0"),
        )
        if not number.isdecimal() or len(number) > 4:
            raise InputError(f"A setting is a whole number, got {number[:40]!r}.")
        values = tuple(read_setting(f"{key}={value}") for key, value in entries.items())
        if "self" in entries:
            raise InputError("A value in a link was not understood: self is no parameter.")
        query = cls(name, values, SEED.check(seed), int(number))
        query.experiments  # noqa: B018  building it is the check
        return query

    def differences(self, other: "EchoQuery") -> str:
        """Return the differences from ``other`` in symbols, such as "α = 0.1"."""
        if self.preset != other.preset:
            return self.source.label
        own, others = self._named_values, other._named_values
        values = {
            name: own.get(name, getattr(self.experiment, name, None)) for name in (*own, *others)
        }
        return (
            ", ".join(
                f"{self._symbol(name)} = {_short(value)}"
                for name, value in values.items()
                if others.get(name, getattr(other.experiment, name, None)) != value
            )
            or "the same"
        )

    @property
    def _named_values(self) -> dict:
        """Parameters of the preset, changed fields, fields of the setting, and the seed."""
        chosen = dict(self.source.settings[min(self.setting, len(self.source.settings) - 1)])
        return self.source.space.defaults | dict(self.values) | chosen | {"seed": self.seed}

    def _symbol(self, name: str) -> str:
        return next(
            (space[name].symbol for space in (self.source.space, PHYSICAL) if name in space), name
        )

    @property
    def python(self) -> str:
        """Python that simulates the echo."""
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
        """The command that simulates the echo."""
        settings = [f"{name}={value}" for name, value in self.values]
        entries = "".join(
            f' --set "{text}"' if " " in text else f" --set {text}" for text in settings
        )
        return f"python -m nmr_core simulate --preset {self.preset} --seed {self.seed}{entries}"


def _short(value: float | str) -> str:
    return value if isinstance(value, str) else f"{value:.4g}"
