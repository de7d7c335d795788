"""One measured echo as a file holds it."""

from dataclasses import dataclass, field

import numpy as np

from nmr_core.errors import InputError, printable

MIN_POINTS = 16
MAX_POINTS = 1_000_000


class TooLongError(InputError):
    """A measurement has more points than are read.

    Attributes
    ----------
    n_points : int
        How many it has.
    """

    def __init__(self, sentence: str, n_points: int):
        super().__init__(sentence)
        self.n_points = n_points


def wrong_length(name: str, n_points: int, places: str = "points") -> InputError:
    """Return the error for a measurement with too few or too many points.

    Parameters
    ----------
    name : str
        Of the measurement.
    n_points : int
        How many it has.
    places : str
        What to call them.
    """
    sentence = (
        f"{name} has {max(n_points, 0):,} {places}; an echo needs at least {MIN_POINTS}, and at "
        f"most {MAX_POINTS:,} are read. Give the whole measurement of one echo."
    )
    return TooLongError(sentence, n_points) if n_points > MAX_POINTS else InputError(sentence)


@dataclass(frozen=True, eq=False)
class Measurement:
    """One curve in time as a file holds it, its times in µs.

    Attributes
    ----------
    time : float64 (n,)
        Times in µs, increasing, as the file counts them: zero need not be a pulse.
    signal : complex128 (n,)
        In the unit of the receiver.
    name : str
        File, and number or column where a file holds several.
    kind : str
        Key of the reader in ``READERS``.
    unit : str
        Unit of the times in the file.
    real_only : bool
        Whether there is one channel only; the component at right angles to it is lost.
    magnitude : bool
        Whether the signal is a magnitude; phase and sign are lost.
    about : dict
        Metadata of the file (sequence, dwell, nucleus, ...).
    notes : list of str
        Sentences for the user.
    number : int
        Number in the file, from 1.

    Raises
    ------
    InputError
        For too few or too many points, NaN, times that do not increase, and a signal of zeros.
    """

    time: np.ndarray
    signal: np.ndarray
    name: str = "measurement"
    kind: str = "array"
    unit: str = "µs"
    real_only: bool = False
    magnitude: bool = False
    about: dict[str, str | float | int] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    number: int = 1

    def __post_init__(self):
        object.__setattr__(self, "time", np.asarray(self.time, dtype=np.float64))
        object.__setattr__(self, "signal", np.asarray(self.signal, dtype=np.complex128))
        # They quote names and values of damaged files
        object.__setattr__(self, "notes", list(map(printable, self.notes)))
        if self.time.ndim != 1 or self.time.shape != self.signal.shape:
            raise InputError(
                f"{self.name}: there are {self.time.size:,} times and {self.signal.size:,} numbers "
                "of the signal. Give one number of the signal for each time, in one list."
            )
        if not MIN_POINTS <= len(self.time) <= MAX_POINTS:
            raise wrong_length(self.name, len(self.time))
        self._check_numbers()

    def _check_numbers(self) -> None:
        bad = ~(np.isfinite(self.time) & np.isfinite(self.signal))
        if bad.any():
            raise InputError(
                f"{self.name}: {bad.sum():,} of {len(bad):,} points are NaN or infinite, first in "
                f"point {int(bad.argmax()) + 1:,}. Remove those rows; missing points are "
                "interpolated."
            )
        steps = np.diff(self.time)
        back = steps <= 0
        if back.any():
            k = int(back.argmax())
            n_equal = np.count_nonzero(back)
            if n_equal > 1 and (steps >= 0).all():
                raise InputError(
                    f"{self.name}: {n_equal:,} of {len(steps):,} times equal the one before, first "
                    f"point {k + 2:,} at {self.time[k]:.6g} µs: they are written with too few "
                    "digits. Write more digits, or leave the times out and give the time between "
                    "two points."
                )
            raise InputError(
                f"{self.name}: the times do not increase: point {k + 1:,} is at {self.time[k]:.6g} "
                f"µs, the next at {self.time[k + 1]:.6g} µs. Sort the points by time and keep one "
                "of each, or choose another column of times."
            )
        if not self.signal.any():
            raise InputError(
                f"{self.name}: all {len(self.signal):,} points are 0. Choose another column, or "
                "measure again."
            )

    def __len__(self) -> int:
        return len(self.time)

    @property
    def step(self) -> float:
        """Median distance of neighbouring points, µs."""
        return float(np.median(np.diff(self.time)))

    @property
    def uniform(self) -> bool:
        """Whether all steps are the same to 1 %."""
        steps = np.diff(self.time)
        return bool(np.abs(steps - self.step).max() <= 0.01 * self.step)
