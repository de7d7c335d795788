"""Abscissa of a JCAMP-DX section: what is stated on it, and the step that follows."""

import re
from dataclasses import dataclass

import numpy as np

from nmr_core.io.readers import asdf
from nmr_core.io.readers.redundancies import FIRST, POINTS, STEP, Redundancy, written
from nmr_core.io.units import TIME_UNITS, time_unit_in

POORLY = 1e-4
"""Relative error of a step by rounding from which another statement is better."""
_NUMBER = re.compile(r"[+-]?\d*(?:\.(\d*))?(?:[eE]([+-]?\d+))?")


@dataclass(frozen=True, eq=False)
class Abscissa:
    """What a section states on its abscissa, in the unit of the file.

    Attributes
    ----------
    unit : str
        As written.
    factor : float
        Of the labels of the rows.
    n_stated : float, optional
        Points by VAR_DIM or NPOINTS.
    first, last, delta : float, optional
        FIRST, LAST and DELTAX.
    rounding : float
        Half a unit of the last digit of LAST.
    width : float, optional
        Bruker's $SW_h, Hz.
    is_simultaneous : bool
        Whether Bruker's $AQ_mod is qsim or DQD, or missing.
    n_values : int
        Points of the table.
    n_other : int, optional
        Points of a page that has more or fewer than the first.
    table : asdf.Table, optional
        Rows with one label each.
    rows : float (n,), optional
        Abscissa of every point, in a table of pairs.
    first_rounding : float
        Half a unit of the last digit of FIRST.
    """

    unit: str
    factor: float
    n_stated: float | None
    first: float | None
    last: float | None
    delta: float | None
    rounding: float
    width: float | None
    is_simultaneous: bool
    n_values: int
    n_other: int | None = None
    table: asdf.Table | None = None
    rows: np.ndarray | None = None
    first_rounding: float = 0.0

    @property
    def is_even(self) -> bool:
        """Whether all points have the same distance."""
        steps = np.diff(self.rows) if self.rows is not None else np.zeros(0)
        return not len(steps) or bool(np.ptp(steps) <= 0.01 * abs(steps[0]))

    @property
    def step(self) -> float | None:
        """Distance of two points by FIRST and LAST."""
        if self.first is None or self.last is None or self.n_values < 2 or self.first == self.last:
            return None
        return (self.last - self.first) / (self.n_values - 1)

    @property
    def last_margin(self) -> float:
        """Error of the step by the rounding of LAST."""
        return self.rounding / max(self.n_values - 1, 1)

    @property
    def width_step(self) -> float | None:
        """Distance of two points by $SW_h."""
        unit = time_unit_in(self.unit)
        if not self.width or unit is None:
            return None
        return 1e6 / self.width / TIME_UNITS[unit] / (1 if self.is_simultaneous else 2)

    @property
    def label_step(self) -> float | None:
        """Distance of two points by the labels of the rows; None where they count points."""
        table = self.table
        if table is None or len(table.labels) < 2 or self.step is None:
            return None
        n = table.places[-1] - table.places[0]
        each = (table.labels[-1] - table.labels[0]) / n if n > 0 else 0.0
        # Labels without a factor may count the points, up or down
        counts = abs(abs(each) - 1) < 1.5 / max(n, 2)
        if counts and self.factor == 1:
            return None
        return abs(each) * self.factor if counts else each * self.factor

    @property
    def counts_points(self) -> bool:
        """Whether the labels of the rows are 0, 6, 12 ... or 1, 7, 13 ...: places, not times."""
        table = self.table
        if table is None or len(table.labels) < 2:
            return False
        from_zero = table.labels - table.places
        return bool(np.all(np.abs(from_zero - from_zero[0]) < 0.5) and from_zero[0] in (0, 1))

    @property
    def label_first(self) -> float | None:
        """First time by the label of the first row; None where the labels run down."""
        table, step = self.table, self.step
        if table is None or len(table.labels) < 2 or step is None:
            return None
        n = table.places[-1] - table.places[0]
        each = (table.labels[-1] - table.labels[0]) / n * self.factor if n > 0 else 0.0
        is_time = abs(each - step) <= 0.5 * abs(step)
        return float(table.labels[0]) * self.factor if is_time else None

    @property
    def first_margin(self) -> float:
        """Difference of the first time that rounding, or counting from 1, explains."""
        digits = 0.0 if self.table is None else 10.0**-self.table.decimals * abs(self.factor)
        # Long labels are often written with few digits
        rounding = min(digits, abs(self.step or 0.0)) + self.first_rounding
        return 1.01 * abs(self.step or 0.0) + rounding

    @property
    def label_rounding(self) -> float:
        """Error of the step by the rounding of the labels."""
        table = self.table
        if table is None or len(table.labels) < 2:
            return 0.0
        n = max(int(table.places[-1] - table.places[0]), 1)
        return 0.5 * 10.0**-table.decimals * abs(self.factor) / n

    @property
    def label_margin(self) -> float:
        """Difference of the step that labels may show: their rounding, and one point."""
        table = self.table
        if table is None or len(table.labels) < 2:
            return 0.0
        n = max(int(table.places[-1] - table.places[0]), 1)
        return 2 * self.label_rounding + abs(self.step or 0.0) / n


def _row_first(a: Abscissa) -> float | None:
    return None if a.rows is None else float(a.rows[0])


def _row_last(a: Abscissa) -> float | None:
    return None if a.rows is None else float(a.rows[-1])


def some(value: float | None, default: float) -> float:
    """Return a value, or another where it is missing."""
    return default if value is None else value


def rounding_of(text: str) -> float:
    """Return half a unit of the last digit of a number: 0.0005 of "1.234"; 0 for anything else."""
    match = _NUMBER.fullmatch(text.strip())
    if match is None:
        return 0.0
    return 0.5 * 10.0 ** (int(match[2] or 0) - len(match[1] or ""))


def first_rounding_of(text: str) -> float:
    """Return half a unit of the last digit of FIRST; 0 for a plain 0 or 0.0."""
    return 0.0 if re.fullmatch(r"[+-]?0*\.?0?", text.strip()) else rounding_of(text)


def counted(abscissa: "Abscissa", name: str) -> list[str]:
    """Return a note where rows are counted from 0 although FIRST is another time.

    Parameters
    ----------
    abscissa : Abscissa
        Of a section.
    name : str
        Of the file.
    """
    first, label = abscissa.first, abscissa.label_first
    if first is None or label is None or not abscissa.counts_points:
        return []
    if abs(first - label) <= abscissa.first_margin:
        return []
    return [
        f"{name}: the first point is at {written(first)} by FIRST, but the rows count from "
        f"{written(label)}: FIRST is used. Check the time of the echo."
    ]


def best_step(abscissa: "Abscissa") -> float | None:
    """Return the distance of two points by the most precise statement; None without any.

    Parameters
    ----------
    abscissa : Abscissa
        Whose statements agree.
    """
    stated = [abscissa.delta, abscissa.width_step, abscissa.step]
    if abscissa.step is not None and abscissa.last_margin <= POORLY * abs(abscissa.step):
        stated = [abscissa.step, abscissa.delta, abscissa.width_step]
    elif stated[:2] == [None, None] and abscissa.label_rounding < abscissa.last_margin:
        stated = [abscissa.label_step, abscissa.step]
    return next((one for one in stated if one is not None), None)


SAID_TWICE = (
    Redundancy(
        POINTS,
        {
            "VAR_DIM or NPOINTS": lambda a: a.n_stated,
            "its table": lambda a: a.n_values,
            "another table": lambda a: a.n_other,
        },
    ),
    Redundancy(
        STEP,
        {
            "FIRST and LAST": lambda a: a.step if a.rows is None else None,
            "DELTAX": lambda a: a.delta,
            "the X at the beginning of its rows": lambda a: a.label_step,
            "$SW_h": lambda a: a.width_step,
        },
        rounding=1e-3,
        margin=lambda a: (
            max(a.label_margin, some(a.step, 0.0) / max(a.n_values, 1)) + a.last_margin
        ),
    ),
    Redundancy(
        FIRST,
        {"FIRST": lambda a: a.first if a.rows is not None else None, "its first row": _row_first},
        rounding=1e-3,
        margin=lambda a: 1e-3 * abs(some(a.step, 0.0)),
    ),
    Redundancy(
        FIRST,
        {
            "FIRST": lambda a: a.first if a.label_first is not None else None,
            "the X of its first row": lambda a: None if a.counts_points else a.label_first,
        },
        rounding=1e-3,
        margin=lambda a: a.first_margin,
    ),
    Redundancy(
        "time of the last point",
        {"LAST": lambda a: a.last if a.rows is not None else None, "its last row": _row_last},
        rounding=1e-3,
    ),
)
