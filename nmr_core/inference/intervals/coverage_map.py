"""Coverage over ranges of two parameters, and the cell where it is lowest."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from pandas.api.types import is_numeric_dtype

from nmr_core.errors import InputError
from nmr_core.evaluation.regimes import quantile_edges
from nmr_core.inference.intervals.coverage import JOINT, Coverage
from nmr_core.inference.intervals.ranges import ESTIMATE, distinct_columns

PER_CELL = 100
"""Signals per cell for which the number of ranges is chosen."""
FEWEST_RANGES, MOST_RANGES = 3, 8
FEWEST = 20
"""A cell with fewer signals is neither drawn nor the lowest."""
N_MAPS = 2000
"""Maps of exact intervals that are drawn for what is expected of their lowest cell."""


@dataclass(frozen=True, eq=False)
class CoverageMap:
    """Coverage of the intervals of one target over two parameters.

    Parameters
    ----------
    target, x, y : str
        Target; names of the true parameters, or predicted_<t> for the estimate of a target.
    level : float
        Nominal level.
    x_edges, y_edges : float64 array, (n_x + 1,), (n_y + 1,)
        Limits of the ranges, which hold equally many signals.
    cells : DataFrame
        One row per cell: x_from, x_to, y_from, y_to, n, covered, low, high (95 %,
        Clopper-Pearson). Covered is NaN in cells of fewer than 20 signals.
    expected_lowest : float
        Of exact intervals the lowest cell covers at least this in 95 of 100 maps.
    """

    target: str
    x: str
    y: str
    level: float
    x_edges: np.ndarray
    y_edges: np.ndarray
    cells: pd.DataFrame
    expected_lowest: float

    def grid(self, column: str) -> np.ndarray:
        """Return a column of the cells, (n_y, n_x)."""
        values = self.cells[column].to_numpy()
        return values.reshape(len(self.y_edges) - 1, len(self.x_edges) - 1)

    def table(self) -> pd.DataFrame:
        """Return the cells with the names of the target and of the two parameters."""
        names = {"target": self.target, "x": self.x, "y": self.y}
        return pd.DataFrame(names, index=self.cells.index).join(self.cells)

    def sentence(self, targets: dict[str, dict[str, Any]]) -> str:
        """Return the lowest cell in words, with its interval.

        Parameters
        ----------
        targets : dict
            Target -> symbol and unit, for the words; others have their names.
        """
        worst = self.worst
        if worst is None:
            return "Every cell has too few signals. Check the coverage on more."
        x, y = (
            _in_words(name, edges, worst[f"{axis}_from"], targets)
            for axis, name, edges in (
                ("x", self.x, self.x_edges),
                ("y", self.y, self.y_edges),
            )
        )
        return (
            f"Lowest: {100 * worst['covered']:.0f} % of {worst['n']:,.0f} signals (95 % interval "
            f"{100 * worst['low']:.0f} to {100 * worst['high']:.0f} %) where {x} and {y}. The "
            f"lowest of {self.n_cells} cells of exact intervals is above "
            f"{100 * self.expected_lowest:.0f} % in 95 of 100 cases."
        )

    @property
    def n_cells(self) -> int:
        """Cells with enough signals."""
        return int(self.cells["covered"].notna().sum())

    @property
    def worst(self) -> pd.Series | None:
        """The cell with the lowest coverage; None if all have too few signals."""
        covered = self.cells["covered"]
        return self.cells.loc[covered.idxmin()] if covered.notna().any() else None


def edge_texts(edges: np.ndarray) -> list[str]:
    """Return limits of ranges with the digits that their whole range needs: 0, 0.023, ..."""
    digits = max(0, 2 - int(np.floor(np.log10(max(np.ptp(edges), 1e-12)))))
    return [
        f"{edge:.{digits}f}".rstrip("0").rstrip(".") if digits else f"{edge:.0f}" for edge in edges
    ]


def _in_words(
    name: str, edges: np.ndarray, start: float, targets: dict[str, dict[str, Any]]
) -> str:
    """Such as "alpha is 0 to 0.02 MHz", for the range that begins at an edge."""
    place = int(np.argmin(np.abs(edges - start)))
    low, high = edge_texts(edges)[place : place + 2]
    spec = targets.get(name.removeprefix(ESTIMATE), {})
    kind = "the estimate of " if name.startswith(ESTIMATE) else ""
    symbol = spec.get("symbol", name.removeprefix(ESTIMATE))
    return f"{kind}{symbol} is {low} to {high} {spec.get('unit', '')}".rstrip()


def map_columns(coverage: Coverage) -> list[str]:
    """Return the true parameters and estimates over which a map can be drawn."""
    numbers = [name for name in coverage.signals if is_numeric_dtype(coverage.signals[name])]
    targets = [name.removeprefix(ESTIMATE) for name in numbers if name.startswith(ESTIMATE)]
    first = [name for name in targets if name in numbers]
    return distinct_columns(coverage.signals[numbers], first)


def coverage_map(
    coverage: Coverage, x: str = "", y: str = "", target: str = "", *, n_ranges: int = 0
) -> CoverageMap:
    """Return the coverage over ranges of two parameters.

    Parameters
    ----------
    coverage : Coverage
        Coverage of a calibration.
    x, y : str
        True parameters, or predicted_<t>. Default: the first two true parameters.
    target : str
        Whose intervals, or JOINT; default: the target with the lowest range in
        ``coverage.regimes``.
    n_ranges : int
        Of each parameter; 0: as many as leave 100 signals per cell, 3 to 8.

    Returns
    -------
    CoverageMap

    Raises
    ------
    InputError
        There is no such parameter or target.
    """
    columns = map_columns(coverage)
    if len(columns) < 2:
        raise InputError("A map of coverage needs two parameters that vary, and there are fewer.")
    x = x or columns[0]
    y = y or next(name for name in columns if name != x)
    for name in (x, y):
        if name not in columns:
            raise InputError(
                f"A map of coverage is over two of {', '.join(columns)}; got {name[:40]!r}."
            )
    if x == y:
        raise InputError(f"A map of coverage needs two different parameters, got {x} twice.")
    names = list(coverage.inside)
    if target and target not in names:
        raise InputError(f"A target with intervals is one of {', '.join(names)}; got {target!r}.")
    if not target:
        lowest = coverage.worst.set_index("target")["covered"].drop(JOINT, errors="ignore")
        target = str(lowest.idxmin()) if len(lowest) else names[0]
    return _map(coverage, x, y, target, n_ranges or _ranges(coverage.n))


def _ranges(n: int) -> int:
    """Ranges per parameter that leave about PER_CELL of n signals in a cell."""
    return int(np.clip(np.sqrt(n / PER_CELL), FEWEST_RANGES, MOST_RANGES))


def _map(coverage: Coverage, x: str, y: str, target: str, n_ranges: int) -> CoverageMap:
    edges, places = [], []
    for name in (x, y):
        values = coverage.signals[name].to_numpy(float)
        limits = quantile_edges(values, n_ranges)
        edges.append(limits)
        places.append(np.searchsorted(limits[1:-1], values, "right"))
    inside, fractions = coverage.inside[target].to_numpy(), coverage.fractions
    rows = []
    for k in range(len(edges[1]) - 1):
        for j in range(len(edges[0]) - 1):
            chosen = (places[0] == j) & (places[1] == k)
            n = int(chosen.sum())
            row = {
                "x_from": edges[0][j],
                "x_to": edges[0][j + 1],
                "y_from": edges[1][k],
                "y_to": edges[1][k + 1],
                "n": n,
            }
            of = fractions.of(inside, chosen) if n >= FEWEST else {}
            rows.append(row | {name: of.get(name, np.nan) for name in ("covered", "low", "high")})
    cells = pd.DataFrame(rows)
    lowest = _expected_lowest(cells["n"].to_numpy(), coverage.level)
    return CoverageMap(target, x, y, coverage.level, edges[0], edges[1], cells, lowest)


def _expected_lowest(n: np.ndarray, level: float) -> float:
    """The 5 % quantile of the lowest coverage among cells of n signals, for exact intervals."""
    n = n[n >= FEWEST]
    if not len(n):
        return float("nan")
    covered = np.random.default_rng(0).binomial(n, level, (N_MAPS, len(n))) / n
    return float(np.quantile(covered.min(axis=1), 0.05))
