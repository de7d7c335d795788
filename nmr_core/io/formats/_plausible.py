"""Whether numbers can be what their column says, so that swapped columns are refused at import."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.optimize import linear_sum_assignment

from nmr_core.errors import InputError
from nmr_core.presets import preset

TOLERATED = 0.05
"""Share of the rows of a column that may be outside."""
WIDENED = 0.25
"""A prior's range is widened by this share of it on either side."""


@dataclass(frozen=True)
class Column:
    """What a column of a foreign file may hold: numbers from ``low`` to ``high``, ``whole`` ones
    only if so.
    """

    name: str
    low: float
    high: float
    whole: bool = False

    def outside(self, values: np.ndarray) -> float:
        """Share of the values that this column cannot hold."""
        wrong = (values < self.low) | (values > self.high)
        return float((wrong | (values != np.round(values)) if self.whole else wrong).mean())


def prior(preset_name: str, *names: str) -> tuple[Column, ...]:
    """Columns with the widened ranges of a preset's prior."""
    specs = [preset(preset_name).space[name] for name in names]
    return tuple(
        Column(spec.name, spec.low - WIDENED * spec.width, spec.high + WIDENED * spec.width)
        for spec in specs
    )


def checked(
    table: np.ndarray, columns: tuple[Column, ...], where: str
) -> tuple[pd.DataFrame, list[str]]:
    """(n_rows, n_columns) as a DataFrame and what is unusual about it, a sentence a column. An
    :class:`InputError` names
    the column and the order that fits, when another order fits and this one does not."""
    values = list(table.T)
    here = [column.outside(value) for column, value in zip(columns, values, strict=True)]
    notes = [
        f"{column.name} is outside of {column.low:g} to {column.high:g} in {share:.0%} of the rows."
        for column, share in zip(columns, here, strict=True)
        if share > TOLERATED
    ]
    if notes and (order := _fitting_order(values, columns)) is not None:
        k = next(k for k, share in enumerate(here) if share > TOLERATED)
        raise InputError(
            f"{columns[k].name} (column {k + 1} of {where}) is outside of {columns[k].low:g} to "
            f"{columns[k].high:g} in {here[k]:.0%} of the rows, but the columns fit in the order "
            f"{' '.join(columns[j].name for j in order)}. Put them in the order "
            f"{' '.join(column.name for column in columns)}, or import a CSV file, whose header "
            "names its columns."
        )
    return pd.DataFrame(dict(zip([column.name for column in columns], values, strict=True))), notes


def _fitting_order(values: list[np.ndarray], columns: tuple[Column, ...]) -> list[int] | None:
    """Which column each column of the file fits, closest to the expected order; None if no order
    fits.
    """
    share = np.array([[column.outside(value) for column in columns] for value in values])
    cost = 1e3 * (share > TOLERATED) + 1e-3 * share + 1e-2 * (1 - np.eye(len(columns)))
    rows, order = linear_sum_assignment(cost)
    return None if (share[rows, order] > TOLERATED).any() else order.tolist()
