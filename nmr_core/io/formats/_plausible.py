"""Plausible ranges of columns without names, by which swapped columns are recognised."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.optimize import linear_sum_assignment

from nmr_core.errors import InputError
from nmr_core.presets import preset

TOLERATED = 0.05
"""Fraction of the rows of a column that may be outside of its range."""
WIDENED = 0.25
"""Widening of a prior's range on either side, as a fraction of its width."""


@dataclass(frozen=True)
class Column:
    """Plausible numbers of a column.

    Attributes
    ----------
    name : str
    low, high : float
        Range, in the unit of the file.
    whole : bool
        Whether the numbers are integers.
    """

    name: str
    low: float
    high: float
    whole: bool = False

    def outside(self, values: np.ndarray) -> float:
        """Return the fraction of the values that are not plausible."""
        wrong = (values < self.low) | (values > self.high)
        if self.whole:
            wrong |= values != np.round(values)
        return float(wrong.mean())


def prior(preset_name: str, *names: str) -> tuple[Column, ...]:
    """Return columns with the widened ranges of a preset's prior."""
    specs = [preset(preset_name).space[name] for name in names]
    return tuple(
        Column(spec.name, spec.low - WIDENED * spec.width, spec.high + WIDENED * spec.width)
        for spec in specs
    )


def checked(
    table: np.ndarray, columns: tuple[Column, ...], where: str
) -> tuple[pd.DataFrame, list[str]]:
    """Return a table with named columns, and a note for each with implausible numbers.

    Parameters
    ----------
    table : array (n_rows, n_columns)
        Numbers of the file.
    columns : tuple of Column
        Expected columns, in order.
    where : str
        Name of the file.

    Raises
    ------
    InputError
        If the numbers are not plausible in this order of columns, but in another.
    """
    values = list(table.T)
    outside = [column.outside(value) for column, value in zip(columns, values, strict=True)]
    notes = [
        f"{column.name} is outside of {column.low:g} to {column.high:g} in {fraction:.0%} of the "
        "rows."
        for column, fraction in zip(columns, outside, strict=True)
        if fraction > TOLERATED
    ]
    order = _fitting_order(values, columns) if notes else None
    if order is not None:
        k = next(k for k, fraction in enumerate(outside) if fraction > TOLERATED)
        raise InputError(
            f"{columns[k].name} (column {k + 1} of {where}) is outside of {columns[k].low:g} to "
            f"{columns[k].high:g} in {outside[k]:.0%} of the rows, but the columns fit in the "
            f"order {' '.join(columns[j].name for j in order)}. Put them in the order "
            f"{' '.join(column.name for column in columns)}, or import a CSV file, whose header "
            "names its columns."
        )
    names = [column.name for column in columns]
    return pd.DataFrame(dict(zip(names, values, strict=True))), notes


def _fitting_order(values: list[np.ndarray], columns: tuple[Column, ...]) -> list[int] | None:
    """Index of the plausible column for each column of the file; None if no order fits."""
    outside = np.array([[column.outside(value) for column in columns] for value in values])
    # Plausibility first, then as few moves as possible, then the smallest fractions
    moved = 1 - np.eye(len(columns))
    cost = 1e3 * (outside > TOLERATED) + 1e-3 * outside + 1e-2 * moved
    rows, order = linear_sum_assignment(cost)
    if (outside[rows, order] > TOLERATED).any():
        return None
    return order.tolist()
