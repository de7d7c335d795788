"""Records of a binary file: chosen, checked and turned into measurements one by one."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from nmr_core.errors import InputError
from nmr_core.io.measurement import MAX_POINTS, MIN_POINTS, Measurement, wrong_length
from nmr_core.io.options import MAX_MEASUREMENTS, ReadOptions, one_channel

ZERO_TAIL = 8
"""Exact zeros at the end of a record from which they count as not measured."""
SHORTEST, LONGEST = 1e-6, 1e9
"""µs between two points: 1 ps to 17 minutes."""
SMALLEST, LARGEST = 1e-30, 1e30
"""Between these lies the largest value of a record; bytes in the wrong order lie far outside."""
MANY = 8
"""Numbers that a note lists."""
Facts = dict[str, str | float | int]


@dataclass(frozen=True, eq=False)
class OneByOne:
    """Records that a file does not hold in one piece each, as a sequence.

    Attributes
    ----------
    n : int
        How many.
    record : callable
        Number from 0 -> values (n_values,) as stored.
    """

    n: int
    record: Callable[[int], np.ndarray]

    def __len__(self) -> int:
        return self.n

    def __getitem__(self, k: int) -> np.ndarray:
        return self.record(k)


@dataclass(frozen=True, eq=False)
class Records:
    """Equal records of a file before they are numbers.

    Attributes
    ----------
    raw : array (n_records, n_values), or OneByOne
        As stored.
    signal : callable
        One record (n_values,) as stored -> complex or real signal (n_times,).
    n_points : int
        Points of a signal.
    dwell : float
        Time between two points, µs.
    first : float
        Time of the first point, µs.
    time : float array (n_times,), optional
        Times, µs, where they are not equidistant.
    skipped : int
        Points at the beginning that a digital filter needs to build up.
    """

    raw: OneByOne | np.ndarray
    signal: Callable[[np.ndarray], np.ndarray]
    n_points: int
    dwell: float
    first: float = 0.0
    time: np.ndarray | None = None
    skipped: int = 0

    @property
    def times(self) -> np.ndarray:
        """Times of the points that are kept, µs."""
        if self.time is not None:
            return self.time[self.skipped :]
        return self.first + np.arange(self.skipped, self.n_points) * self.dwell


@dataclass(frozen=True, eq=False)
class Told:
    """What goes with the records of a file.

    Attributes
    ----------
    name, kind : str
        Name of the file, and key of the reader.
    about : dict
        Facts of the file.
    notes : list of str
        Sentences for the user.
    each : sequence of dict
        Facts of the single records; empty where they are the same.
    """

    name: str
    kind: str
    about: Facts = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    each: Sequence[Facts] = ()


def stored(path: Path, dtype: str, n_bytes: int, offset: int = 0) -> np.ndarray:
    """Return values of a file without reading them yet.

    Parameters
    ----------
    path : Path
        File on the disk.
    dtype : str
        Type of its numbers, with their byte order.
    n_bytes : int
        How many bytes to map.
    offset : int
        Where the numbers begin.
    """
    kind = np.dtype(dtype)
    n = n_bytes // kind.itemsize
    if n < 1:
        return np.empty(0, kind)
    return np.memmap(path, kind, "r", offset, (n,))


def interleaved(values: np.ndarray) -> np.ndarray:
    """Return a complex signal of values that alternate between its two channels."""
    return paired(values[0::2], values[1::2])


def paired(re: np.ndarray, im: np.ndarray) -> np.ndarray:
    """Return two channels as one complex signal; a value that is none stays in its channel."""
    signal = np.empty(len(re), complex)
    signal.real, signal.imag = re, im
    return signal


def measurements(records: Records, told: Told, options: ReadOptions) -> list[Measurement]:
    """Return the records that are chosen, or all that were measured.

    Parameters
    ----------
    records : Records
        As stored.
    told : Told
        Names, facts and notes.
    options : ReadOptions
        Which records are read.

    Raises
    ------
    InputError
        No usable step, too many or too few points, too many records, or what :class:`Measurement`
        refuses.
    """
    _check_sizes(records, options, told.name)
    numbers, notes = _choose(records.raw, options, told.name)
    told = replace(told, notes=[*told.notes, *notes])
    built: list[Measurement] = []
    unfit: dict[int, InputError] = {}
    for k in numbers:
        try:
            built.append(_record(records, told, k, options.most))
        except InputError as error:
            # One record that was asked for, or the only one
            if options.numbers is not None or len(numbers) == 1:
                raise
            unfit[k] = error
    if not built:
        raise next(iter(unfit.values()))
    note = _left_out(told.name, unfit, len(records.raw))
    return [replace(one, notes=[*one.notes, *note]) for one in built] if note else built


def _record(records: Records, told: Told, k: int, most: int | None) -> Measurement:
    """One record or its first points, its number from 1."""
    signal = records.signal(np.array(records.raw[k - 1]))[records.skipped :][:most]
    _check_magnitude(signal, told.name)
    n_kept = _measured_points(signal)
    real_only = not np.iscomplexobj(signal) or not signal.imag.any()
    notes = [*told.notes, *_cut_note(told.name, len(signal) - n_kept)]
    if real_only:
        notes.append(one_channel(told.name, magnitude=False))
    about = told.about | (told.each[k - 1] if told.each else {})
    return Measurement(
        records.times[:n_kept],
        signal[:n_kept],
        f"{told.name} {k}" if len(records.raw) > 1 else told.name,
        told.kind,
        real_only=real_only,
        about={key: value for key, value in about.items() if _is_known(value)},
        notes=notes,
        number=k,
    )


def _is_known(value: str | float) -> bool:
    """Whether a fact is a text or a finite number, which those of a damaged file may not be."""
    return isinstance(value, str) or bool(np.isfinite(value))


def _check_magnitude(signal: np.ndarray, name: str) -> None:
    """Refuse numbers that no receiver gives."""
    channels = np.abs([signal.real, signal.imag])
    largest = float(np.max(channels, where=np.isfinite(channels), initial=0.0))
    if largest and not SMALLEST <= largest <= LARGEST:
        raise InputError(
            f"{name} holds numbers up to {largest:.2g}, which no receiver gives: they lie at "
            "another place or in another order of bytes than its header says. Get it again, or "
            "export the echo as CSV."
        )


def _left_out(name: str, unfit: dict[int, InputError], n: int) -> list[str]:
    """A note on records that cannot be used, with the reason for the first one."""
    if not unfit:
        return []
    numbers = ", ".join(map(str, list(unfit)[:MANY])) + (", ..." if len(unfit) > MANY else "")
    reason = str(next(iter(unfit.values()))).split(". ")[0]
    return [f"{name}: {len(unfit):,} of {n:,} are left out ({numbers}). {reason}."]


def _check_sizes(records: Records, options: ReadOptions, name: str) -> None:
    is_usable = SHORTEST <= records.dwell <= LONGEST and np.isfinite(records.first)
    if not is_usable:
        raise InputError(
            f"{name} gives no usable time between its points. Export the echo as CSV with a "
            "column of times."
        )
    n = records.n_points - records.skipped
    if n < MIN_POINTS or (n > MAX_POINTS and options.most is None):
        raise wrong_length(name, n, "points in a record")


def _choose(
    raw: OneByOne | np.ndarray, options: ReadOptions, name: str
) -> tuple[list[int], list[str]]:
    """Numbers from 1 of the records to read, and a note on those that hold only zeros."""
    if options.numbers is not None:
        return options.chosen(len(raw), name), []
    numbers = _filled(raw)
    # One more than the limit is enough to know
    n = len(raw) if len(numbers) > MAX_MEASUREMENTS else len(numbers)
    options.chosen(n, name, numbers[0] if numbers else 1)
    n_empty = len(raw) - len(numbers)
    if not numbers:
        return [1], []
    if not n_empty:
        return numbers, []
    return numbers, [
        f"{name}: {n_empty:,} of {len(raw):,} were not measured (all their points are 0); they are "
        "left out."
    ]


def _filled(raw: OneByOne | np.ndarray) -> list[int]:
    """Numbers from 1 of the records that hold more than zeros, up to one above the limit."""
    numbers: list[int] = []
    for k in range(len(raw)):
        if raw[k].any():
            numbers.append(k + 1)
            if len(numbers) > MAX_MEASUREMENTS:
                break
    return numbers


def _measured_points(signal: np.ndarray) -> int:
    """Points before the exact zeros at the end; all where these are few."""
    filled = np.flatnonzero(signal)
    n = int(filled[-1]) + 1 if len(filled) else len(signal)
    n = max(n, min(MIN_POINTS, len(signal)))
    return n if len(signal) - n >= ZERO_TAIL else len(signal)


def _cut_note(name: str, n_cut: int) -> list[str]:
    if not n_cut:
        return []
    return [f"{name}: the last {n_cut:,} points are exactly 0, so not measured; they are left out."]
