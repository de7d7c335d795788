"""A setting of the spectrometer, an acquisition of it, and a design of several acquisitions."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product
from numbers import Real
from typing import Any

import numpy as np

from nmr_core.design.plain import by_name, checked, listed
from nmr_core.errors import InputError
from nmr_core.experiment import PHYSICAL, Protocol
from nmr_core.presets import Preset
from nmr_core.pulses import Delay, Pulse
from nmr_core.sequences import SEQUENCES
from nmr_core.sequences.listed import sequence_text

CHANGEABLE = (
    "angle_1",
    "phase_1",
    "angle_2",
    "phase_2",
    "tau",
    "acquire",
    "n_echoes",
    "orientation",
    "sequence",
)
"""Fields of the protocol that a setting can change."""
MAX_SETTINGS = 2000
MAX_LISTED = 100_000
"""Values of one list, before they are counted as settings."""
MAX_SHOTS = 10**9

Value = float | int | str


@dataclass(frozen=True, order=True)
class Setting:
    """Fields of the protocol with the values of one setting; make it with :meth:`of`.

    Parameters
    ----------
    fields : tuple of (name, value)
        Sorted by name; every other field is that of the preset.
    """

    fields: tuple[tuple[str, Value], ...] = ()

    @classmethod
    def of(cls, **fields: Any) -> "Setting":
        """Make a setting.

        Parameters
        ----------
        **fields
            Fields in :data:`CHANGEABLE`; ``sequence`` as text, such as "90x 50us 180y".

        Raises
        ------
        InputError
            For another field, or a value out of range.
        """
        return cls(tuple(sorted((name, _checked(name, value)) for name, value in fields.items())))

    @property
    def label(self) -> str:
        """Text with units, such as "β₂ 45°, τ 60 µs"; "as the preset" without fields."""
        texts = [_text(name, value) for name, value in self.fields]
        return ", ".join(texts) or "as the preset"

    def to_dict(self) -> dict[str, Value]:
        """Return the fields by name, the arguments of :meth:`of`."""
        return dict(self.fields)


def _checked(name: str, value: Any) -> Value:
    if name not in CHANGEABLE:
        raise InputError(
            f"A setting cannot change {name}: all candidates share the time step, the points that "
            f"are recorded and the integrator. Change {', '.join(CHANGEABLE)}, or fix {name} in "
            "the preset."
        )
    if name != "sequence":
        return checked(PHYSICAL[name], value)
    if not isinstance(value, str):
        raise InputError(
            f"The sequence of a setting must be a text, got {type(value).__name__}. Write it as "
            '"90x 50us 180y", or pass lists of pulses as sequences=.'
        )
    return value


def _text(name: str, value: Value) -> str:
    if isinstance(value, str):
        return value
    spec = PHYSICAL[name]
    space = "" if spec.unit in ("", "°") else " "
    return f"{spec.symbol} {float(f'{value:.4g}'):g}{space}{spec.unit}"


@dataclass(frozen=True, order=True)
class Acquisition:
    """One setting, measured several times and averaged.

    Parameters
    ----------
    setting : Setting
    shots : int
        Echoes that are averaged, at least 1.
    """

    setting: Setting
    shots: int = 1

    def __post_init__(self):
        whole = isinstance(self.shots, int | np.integer) and not isinstance(self.shots, bool)
        if not whole or not 1 <= self.shots <= MAX_SHOTS:
            raise InputError(
                f"shots must be a whole number of at least 1, got {str(self.shots)[:40]}. Leave "
                "the setting out to measure it not at all."
            )
        object.__setattr__(self, "shots", int(self.shots))

    @property
    def label(self) -> str:
        """Text such as "β₂ 45° (12 shots)"."""
        return f"{self.setting.label} ({self.shots} shot{'s' if self.shots > 1 else ''})"


@dataclass(frozen=True)
class Design:
    """Acquisitions of one sample, in the order in which they are measured.

    Parameters
    ----------
    acquisitions : tuple of Acquisition
        At least one; every setting occurs once.
    """

    acquisitions: tuple[Acquisition, ...]

    def __post_init__(self):
        object.__setattr__(self, "acquisitions", tuple(self.acquisitions))
        if not self.acquisitions:
            raise InputError("A design needs at least one acquisition, got none. Add a setting.")
        if len(set(self.settings)) < len(self.settings):
            raise InputError(
                "A design must have every setting once, got one twice. Add up their shots."
            )

    @classmethod
    def of(cls, shots: Mapping[Setting, int] | Iterable[Setting]) -> "Design":
        """Make a design of settings with shots, or of settings with one shot each."""
        pairs = shots.items() if isinstance(shots, Mapping) else ((one, 1) for one in shots)
        return cls(tuple(Acquisition(setting, count) for setting, count in pairs if count))

    @property
    def settings(self) -> tuple[Setting, ...]:
        """Settings, in order."""
        return tuple(one.setting for one in self.acquisitions)

    @property
    def shots(self) -> tuple[int, ...]:
        """Shots of each setting, in order."""
        return tuple(one.shots for one in self.acquisitions)

    @property
    def label(self) -> str:
        """Text such as "β₂ 45° (12 shots) + β₂ 180° (4 shots)"."""
        return " + ".join(one.label for one in self.acquisitions)

    def noise_of(self, noise: float) -> np.ndarray:
        """Return the standard deviation of noise of each averaged echo, (n_acquisitions,).

        Parameters
        ----------
        noise : float
            Standard deviation of noise in Re M and in Im M of one shot.
        """
        return noise / np.sqrt(np.array(self.shots, dtype=float))

    def to_dict(self) -> dict[str, Any]:
        """Return the fields as JSON-ready values."""
        return {
            "acquisitions": [
                {"setting": one.setting.to_dict(), "shots": one.shots} for one in self.acquisitions
            ]
        }

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any]) -> "Design":
        """Inverse of :meth:`to_dict`.

        Raises
        ------
        InputError
            For another content.
        """
        try:
            pairs = [(dict(one["setting"]), one["shots"]) for one in stored["acquisitions"]]
        except (KeyError, TypeError, ValueError):
            raise InputError(
                f"A design holds acquisitions with setting and shots, got {str(stored)[:80]!r}."
            ) from None
        return cls(tuple(Acquisition(Setting.of(**fields), shots) for fields, shots in pairs))


def settings_of(
    preset: Preset,
    vary: Mapping[str, Sequence[Value] | Value] | None,
    sequences: str | Sequence[str | Sequence[Pulse | Delay]] = (),
) -> tuple[Setting, ...]:
    """Return all combinations of the values of several fields, and sequences besides.

    Parameters
    ----------
    preset : Preset
        Gives the rotation sense of lists of pulses.
    vary : mapping or None
        Field -> its values, such as {"angle_2": [45, 90, 180], "tau": [20, 50]}.
    sequences : str, or sequence of str or of lists of Pulse and Delay
        Composite sequences, each one more setting.

    Returns
    -------
    tuple of Setting
        Without repetitions, in the order of the values.

    Raises
    ------
    InputError
        For a field that cannot change, no values, or more than 2,000 combinations.
    """
    by = by_name("vary", vary, "vary={'angle_2': [30, 60, 90, 180]}")
    columns = {name: _values(name, values) for name, values in by.items()}
    n = int(np.prod([len(values) for values in columns.values()], dtype=float))
    check_number(n)
    combined = [
        Setting.of(**dict(zip(columns, values, strict=True)))
        for values in product(*columns.values())
        if columns
    ]
    sense = preset.build().protocol.sense
    several = [sequences] if isinstance(sequences, str) else sequences
    several = listed("sequences", several, "sequences=['90x 50us 180y']", MAX_LISTED)
    texts = [_sequence(one, sense) for one in several]
    return tuple(dict.fromkeys([*combined, *(Setting.of(sequence=text) for text in texts)]))


def _values(name: str, values: Sequence[Value] | Value) -> list[Value]:
    example = f"vary={{{name!r}: [...]}} with numbers"
    several: list[Any] = [values]
    if not isinstance(values, str | Real | np.generic):
        several = listed(f"The values of {name}", values, example, MAX_LISTED)
    if not several:
        raise InputError(f"{name} has no values. Give at least one, or leave {name} out.")
    return several


def check_number(n: int) -> None:
    """Raise :class:`InputError` for more settings than can be compared."""
    if n > MAX_SETTINGS:
        raise InputError(
            f"At most {MAX_SETTINGS:,} settings can be compared, got {n:,}. Give fewer values."
        )


def _sequence(one: Any, sense: int) -> str:
    if isinstance(one, str):
        return one
    events = listed("A sequence", one, "'90x 50us 180y', or a list of Pulse and Delay", MAX_LISTED)
    return sequence_text(events, sense)


def with_setting(protocol: Protocol, setting: Setting) -> Protocol:
    """Return a protocol with the fields of a setting.

    A record of twice tau after the last pulse stays one if the setting changes tau only.

    Raises
    ------
    InputError
        If the fields contradict each other.
    """
    fields: dict[str, Any] = dict(setting.fields)
    is_whole = protocol.n_acquire == 2 * protocol.n_tau
    if "tau" in fields and "acquire" not in fields and is_whole:
        fields["acquire"] = 0.0
    return replace(protocol, **fields)


def is_listed(setting: Setting) -> bool:
    """Whether a setting has a list of pulses and delays, not a named sequence."""
    return dict(setting.fields).get("sequence", "fid") not in SEQUENCES
