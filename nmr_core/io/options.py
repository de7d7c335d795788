"""What a person may say about a file, and what is made of a file's numbers with it."""

from dataclasses import dataclass, field

import numpy as np

from nmr_core.errors import InputError
from nmr_core.io.measurement import Measurement
from nmr_core.io.units import TIME_UNITS, ask_unit, checked_unit, unit_in

MAX_MEASUREMENTS = 256
"""Curves that are read from one file."""


@dataclass(frozen=True)
class ReadOptions:
    """time_unit: of the file's times, or of ``step``; columns: (time, re, im) by name or number (from 1), "" where there is
    none; step:
    distance of points, where no column holds times; magnitude: whether one channel is a magnitude (None: recognised)."""

    time_unit: str | None = None
    columns: tuple[str, ...] | None = None
    step: float | None = None
    magnitude: bool | None = None

    @classmethod
    def checked(cls, time_unit, columns, step, magnitude) -> "ReadOptions":
        """From whatever was given; "t,re,im" is as good as a list."""
        if isinstance(columns, str):
            columns = columns.split(",")
        if columns is not None:
            columns = tuple(
                "" if column in (None, "-") else str(column).strip() for column in columns
            )
            if not 2 <= len(columns) <= 3 or not columns[1]:
                raise InputError(
                    f"columns must be time,re or time,re,im, got {','.join(columns)[:60]!r}. Leave time empty if "
                    f"there is "
                    "none, and give step."
                )
        if step is not None and not (np.isfinite(step) and step > 0):
            raise InputError(f"step must be > 0, got {step:g}. Give the time between two points.")
        return cls(None if time_unit is None else checked_unit(time_unit), columns, step, magnitude)


@dataclass(frozen=True, eq=False)
class Table:
    """Numbers of a file before they are a measurement: time (None: no such column) with the name of its column, re, im (None:
    none)."""

    time: np.ndarray | None
    re: np.ndarray
    im: np.ndarray | None
    time_name: str = ""
    re_name: str = ""
    notes: list[str] = field(default_factory=list)
    about: dict = field(default_factory=dict)
    unit: str | None = None


def measurement_of(table: Table, options: ReadOptions, name: str, kind: str) -> Measurement:
    """The measurement, its times in µs.

    InputError : the unit is unknown, there are no times and no step, NaN, ...
    """
    re, notes = np.asarray(table.re, float), list(table.notes)
    unit = options.time_unit or table.unit or unit_in(table.time_name)
    if options.time_unit and table.unit and table.unit != options.time_unit:
        notes.append(
            f"{name} says that its times are in {table.unit}; {options.time_unit} is used, as you wish."
        )
    if table.time is None:
        if options.step is None:
            raise InputError(
                f"{name} has no column of times. Choose one, or give the time between two points (step) and its "
                f"unit."
            )
        if unit is None:
            raise InputError(f"A step of {options.step:g} needs a unit. Choose s, ms, us or ns.")
        time = np.arange(len(re)) * options.step
    else:
        time = np.asarray(table.time, float)
        if unit is None:
            finite = time[np.isfinite(time)]
            raise ask_unit(name, *(finite[[0, -1]] if len(finite) else (np.nan, np.nan)), len(time))
    time = time * TIME_UNITS[unit]
    im, magnitude = table.im, False
    if im is not None and not np.any(im):
        im = None
        notes.append(
            f"{name}: the second channel is 0 everywhere, so that it counts as one channel only."
        )
    if im is None:
        magnitude = (
            _is_magnitude(re, table.re_name) if options.magnitude is None else options.magnitude
        )
        notes.append(
            f"{name} holds only the magnitude: phase and sign are lost."
            if magnitude
            else f"{name} holds only one channel: what lies at right angles to it is lost."
        )
    signal = re + (0 if im is None else 1j * np.asarray(im, float))
    if len(time) > 1 and (np.diff(time) < 0).all():
        time, signal = time[::-1], signal[::-1]
        notes.append(f"{name}: the times decrease; the points are taken in the other order.")
    return Measurement(
        time,
        signal,
        name,
        kind,
        unit.replace("us", "µs"),
        im is None and not magnitude,
        magnitude,
        table.about,
        notes,
    )


def _is_magnitude(values: np.ndarray, name: str) -> bool:
    """Whether the only channel is called a magnitude, or is never below zero although it is far above it somewhere."""
    finite = values[np.isfinite(values)]
    called = any(word in name.lower() for word in ("abs", "mag", "modul", "|", "amplitude"))
    return (
        bool(len(finite))
        and bool(finite.min() >= 0)
        and (called or finite.max() > 3 * np.median(finite))
    )
