"""Options for reading a measured echo, and the measurement that follows from a table with them."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from nmr_core.errors import InputError
from nmr_core.io.measurement import Measurement
from nmr_core.io.text_options import TextOptions
from nmr_core.io.units import factor_of, missing_unit, time_unit_in, unit_key

MAX_MEASUREMENTS = 256
"""Curves that are read from one file."""
MAGNITUDE_NAMES = ("abs", "mag", "modul", "|", "amplitude")
PEAKED = 3
"""Ratio of largest value to median from which a channel without negative values is a magnitude."""


class TooManyError(InputError):
    """The file holds more measurements than are read at once; their numbers choose some.

    Attributes
    ----------
    first : int
        Number of the first one that holds something.
    """

    def __init__(self, sentence: str, first: int = 1):
        super().__init__(sentence)
        self.first = first


@dataclass(frozen=True)
class ReadOptions:
    """How to read a file, where the file itself leaves it open.

    Attributes
    ----------
    time_unit : str, optional
        Unit of the file's times, or of ``step``: s, ms, us or ns.
    columns : tuple of str, optional
        (time, re, im) by name or by number from 1, "" where there is none.
    step : float, optional
        Time between two points, where no column holds times.
    magnitude : bool, optional
        Whether a single channel is a magnitude; default: recognised.
    text : TextOptions
        Separator, decimal sign and header line of a text file.
    numbers : tuple of int, optional
        Which measurements of a file with several, from 1; default: all.
    first : float, optional
        Time of the first point, in the unit of the times; default: as in the file, or 0.
    most : int, optional
        Points of each measurement that a preview needs; default: all.
    """

    time_unit: str | None = None
    columns: tuple[str, ...] | None = None
    step: float | None = None
    magnitude: bool | None = None
    text: TextOptions = field(default_factory=TextOptions)
    numbers: tuple[int, ...] | None = None
    first: float | None = None
    most: int | None = None

    @classmethod
    def checked(
        cls,
        time_unit: str | None = None,
        columns: str | Sequence[str | None] | None = None,
        step: float | None = None,
        magnitude: bool | None = None,
        text: TextOptions | None = None,
        numbers: Sequence[int] | None = None,
        first: float | None = None,
    ) -> "ReadOptions":
        """Return options after a check; ``columns`` may be a list or "time,re,im".

        Raises
        ------
        InputError
            For an unknown unit, a step that is not positive, columns without a signal, numbers
            that are none from 1 on, or a first point that is not finite.
        """
        if isinstance(columns, str):
            columns = columns.split(",")
        names = None if columns is None else tuple(_column(column) for column in columns)
        if names is not None and (not 2 <= len(names) <= 3 or not names[1]):
            raise InputError(
                f"columns must be time,re or time,re,im, got {','.join(names)[:60]!r}. Leave time "
                "empty if there is none, and give step."
            )
        if step is not None and not (np.isfinite(step) and step > 0):
            raise InputError(f"step must be > 0, got {step:g}. Give the time between two points.")
        unit = None if time_unit is None else unit_key(time_unit)
        if first is not None and not np.isfinite(first):
            raise InputError(f"first must be a number, got {first:g}. Give the time of the point.")
        text = text or TextOptions()
        return cls(unit, names, step, magnitude, text, _checked_numbers(numbers), first)

    def chosen(self, n: int, name: str, first: int = 1) -> list[int]:
        """Return the numbers, from 1, of the measurements to read of a file with ``n``.

        A reader asks before it turns bytes into numbers, and builds no others.

        Parameters
        ----------
        n : int
            How many the file holds.
        name : str
            Of the file, for messages.
        first : int
            Number of the first one that holds something.

        Raises
        ------
        InputError
            For a number that the file does not have.
        TooManyError
            For more than :data:`MAX_MEASUREMENTS`.
        """
        if self.numbers is None:
            numbers: Sequence[int] = range(1, n + 1)
        else:
            numbers = self.numbers
            wrong = next((number for number in numbers if number > n), None)
            if wrong is not None:
                raise no_measurement(wrong, range(1, n + 1), name)
        if len(numbers) > MAX_MEASUREMENTS:
            raise TooManyError(
                f"{name} holds {n:,} measurements, at most {MAX_MEASUREMENTS} are read at once. "
                f"Choose some by their numbers, from 1 to {n:,}; of a data set: import it.",
                first,
            )
        return list(numbers)


def no_measurement(number: int, numbers: Sequence[int], name: str) -> InputError:
    """Return the error for a number that a file does not have.

    Parameters
    ----------
    number : int
        What was asked for.
    numbers : sequence of int
        Those of the file.
    name : str
        Of the file.
    """
    if not numbers:
        return InputError(f"{name} holds no measurements. Choose another file.")
    if len(numbers) == 1:
        return InputError(
            f"There is no measurement {number:,}; {name} holds only one. Leave out its number."
        )
    return InputError(
        f"There is no measurement {number:,}; {name} holds {len(numbers):,}. Choose from "
        f"{numbers[0]:,} to {numbers[-1]:,}."
    )


def _checked_numbers(numbers: Sequence[int] | None) -> tuple[int, ...] | None:
    if numbers is None:
        return None
    wrong = [number for number in numbers if isinstance(number, bool) or number != int(number)]
    wrong += [number for number in numbers if number < 1]
    if wrong or not numbers:
        raise InputError(
            "numbers must be whole numbers from 1, got "
            f"{', '.join(map(str, numbers))[:60] or 'none'}. Give for example 1, 2."
        )
    if len(set(numbers)) < len(numbers):
        raise InputError(
            f"numbers must differ, got {', '.join(map(str, numbers))[:60]}. Give each of them once."
        )
    return tuple(int(number) for number in numbers)


def _column(name: str | None) -> str:
    return "" if name in (None, "-") else str(name).strip()


@dataclass(frozen=True, eq=False)
class Table:
    """Numbers of a file before they are a measurement.

    Attributes
    ----------
    time : float (n,), optional
        Times as the file counts them; None: there is no such column.
    re, im : float (n,)
        Channels; ``im`` is None where there is one only.
    time_name, re_name : str
        Names of their columns.
    notes : list of str
        Sentences for the user.
    about : dict
        Metadata of the file.
    unit : str, optional
        Unit of the times in the file.
    """

    time: np.ndarray | None
    re: np.ndarray
    im: np.ndarray | None
    time_name: str = ""
    re_name: str = ""
    notes: list[str] = field(default_factory=list)
    about: dict[str, str | float | int] = field(default_factory=dict)
    unit: str | None = None


def measurement_from(table: Table, options: ReadOptions, name: str, kind: str) -> Measurement:
    """Return a measurement with its times in µs.

    Parameters
    ----------
    table : Table
        Columns of numbers.
    options : ReadOptions
        Columns, units and kind of the measurement.
    name : str
        What to call the measurement.
    kind : str
        Key of the reader.

    Raises
    ------
    InputError
        If the unit is unknown, or there are neither times nor a step; and what :class:`Measurement`
        refuses.
    """
    re = np.asarray(table.re, float)
    notes = list(table.notes)
    unit = options.time_unit or table.unit or time_unit_in(table.time_name)
    if options.time_unit and table.unit and table.unit != options.time_unit:
        notes.append(
            f"{name} gives its times in {table.unit}; {options.time_unit} is used, as chosen."
        )
    time = _times(table, options, unit, name, len(re))
    im = table.im
    if im is not None and not np.any(im):
        im = None
        notes.append(f"{name}: the second channel is 0 everywhere, so only the first one is used.")
    magnitude = False
    if im is None:
        chosen = options.magnitude
        magnitude = _is_magnitude(re, table.re_name) if chosen is None else chosen
        notes.append(one_channel(name, magnitude))
    signal = re if im is None else _complex(re, im)
    if len(time) > 1 and (np.diff(time) < 0).all():
        time, signal = time[::-1], signal[::-1]
        notes.append(f"{name}: the times decrease; the points are read in reverse order.")
    return Measurement(
        time,
        signal,
        name,
        kind,
        unit=unit.replace("us", "µs"),
        real_only=im is None and not magnitude,
        magnitude=magnitude,
        about=table.about,
        notes=notes,
    )


def _complex(re: np.ndarray, im: np.ndarray) -> np.ndarray:
    """Both channels as one signal; 1j * inf would not be a number in either."""
    signal = np.empty(len(re), complex)
    signal.real, signal.imag = re, im
    return signal


def one_channel(name: str, magnitude: bool) -> str:
    """Return a sentence on what is lost in a file with a single channel."""
    if magnitude:
        return f"{name} holds only the magnitude: phase and sign are lost."
    return f"{name} holds only one channel: the component at right angles to it is lost."


def _times(
    table: Table, options: ReadOptions, unit: str | None, name: str, n_points: int
) -> np.ndarray:
    """Times in µs, from the column of times or from the step."""
    if table.time is None:
        if options.step is None:
            raise InputError(
                f"{name} has no column of times. Choose one, or give the time between two points "
                "(step) and its unit."
            )
        if unit is None:
            raise InputError(f"A step of {options.step:g} needs a unit. Choose s, ms, us or ns.")
        return np.arange(n_points) * options.step * (factor_of(unit) or np.nan)
    time = np.asarray(table.time, float)
    if unit is None:
        finite = time[np.isfinite(time)]
        first, last = finite[[0, -1]] if len(finite) else (np.nan, np.nan)
        raise missing_unit(name, first, last, len(time))
    return time * (factor_of(unit) or np.nan)


def _is_magnitude(values: np.ndarray, name: str) -> bool:
    """Whether a single channel has no negative values, and a magnitude's name or peak."""
    finite = values[np.isfinite(values)]
    if not len(finite) or finite.min() < 0:
        return False
    if any(word in name.lower() for word in MAGNITUDE_NAMES):
        return True
    return bool(finite.max() > PEAKED * np.median(finite))
