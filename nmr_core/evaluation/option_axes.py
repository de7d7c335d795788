"""What a set of runs differs in, as axes of a parallel-coordinates figure."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from nmr_core.evaluation.choices import Choice, choices
from nmr_core.evaluation.run_table import RunRow

MOST_AXES = 8
MOST_VALUES = 12
"""Categories of an axis; more would be unreadable."""
TICK_GAP = 0.07
"""Smallest distance of two ticks."""
DECADES = 30.0
"""Ratio of the largest to the smallest number from which on an axis is logarithmic."""
LEFT_OUT = ("versions.", "n_test", "split", "preset", "targets", "classes", "seed")
"""Beginnings of entries that are no axes."""
NONE = "none"
"""Category of the runs without a choice, such as the depth of a linear model."""
ABOVE_NONE = 0.15
"""Where numbers begin on an axis that has runs without a choice at 0."""


@dataclass(frozen=True)
class OptionAxis:
    """One axis.

    Attributes
    ----------
    label : str
        The choice in words.
    position : array, (n_runs,)
        From 0 to 1.
    ticks : list of (position, text)
        Values or categories.
    texts : list of str
        Value of each run.
    """

    label: str
    position: np.ndarray
    ticks: list[tuple[float, str]]
    texts: list[str]


def option_axes(rows: Sequence[RunRow]) -> list[OptionAxis]:
    """Return the choices in which runs differ, those that most runs have first.

    Parameters
    ----------
    rows : sequence of RunRow
        At least two runs.
    """
    listed = [choices(row.manifest) for row in rows]
    names = dict.fromkeys(name for one in listed for name in one)
    differing = [
        name
        for name in names
        # An option with one value says no more than the model that has it
        if not name.startswith(LEFT_OUT)
        and len({one[name].value for one in listed if name in one}) > 1
    ]
    # A choice that more runs have says more; the order of the manifest decides between equals
    differing.sort(key=lambda name: -sum(name in one for one in listed))
    axes = (_axis([one.get(name) for one in listed]) for name in differing)
    return [axis for axis in axes if axis is not None][:MOST_AXES]


def _value(choice: Choice | None) -> float | str:
    return NONE if choice is None or choice.value == "" else choice.value


def _axis(column: Sequence[Choice | None]) -> OptionAxis | None:
    """The axis of one choice; None if it has too many categories."""
    label = next(choice.label for choice in column if choice is not None)
    values = [_value(choice) for choice in column]
    if any(isinstance(value, str) and value != NONE for value in values):
        return _categories(label, values)
    return _numbers(label, np.array([np.nan if value == NONE else value for value in values]))


def _categories(label: str, values: Sequence[float | str]) -> OptionAxis | None:
    texts = [value if isinstance(value, str) else f"{value:.4g}" for value in values]
    numbers = sorted({value for value in values if not isinstance(value, str)})
    words = sorted({value for value in values if isinstance(value, str)}, key=str.casefold)
    names = [*words, *(f"{number:.4g}" for number in numbers)]
    if len(names) > MOST_VALUES:
        return None
    places = dict(zip(names, np.linspace(0, 1, len(names)), strict=True))
    position = np.array([places[text] for text in texts])
    return OptionAxis(label, position, [(place, name) for name, place in places.items()], texts)


def _numbers(label: str, values: np.ndarray) -> OptionAxis:
    """The axis of numbers; runs without one (NaN) are at its foot."""
    is_number = np.isfinite(values)
    distinct = np.unique(values[is_number])
    logarithmic = distinct[0] > 0 and distinct[-1] / distinct[0] >= DECADES
    scale = np.log if logarithmic else np.asarray
    foot = 0.0 if is_number.all() else ABOVE_NONE
    low, high = scale(distinct[0]), scale(distinct[-1])

    def place(numbers: np.ndarray) -> np.ndarray:
        return foot + (1 - foot) * (scale(numbers) - low) / (high - low)

    position = np.zeros(len(values))
    position[is_number] = place(values[is_number])
    chosen = distinct[_apart(place(distinct))]
    texts = [f"{value:.6g}" if ok else NONE for value, ok in zip(values, is_number, strict=True)]
    ticks = [(float(at), f"{value:.4g}") for at, value in zip(place(chosen), chosen, strict=True)]
    return OptionAxis(label, position, ticks if is_number.all() else [(0.0, NONE), *ticks], texts)


def _apart(places: np.ndarray) -> list[int]:
    """Indices of places, the lowest first, that are far enough apart for their ticks."""
    chosen = [0]
    for k in range(1, len(places)):
        if places[k] - places[chosen[-1]] >= TICK_GAP:
            chosen.append(k)
    return chosen
