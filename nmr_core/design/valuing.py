"""Values of designs on one pool: residuals are computed once per design and kept."""

from collections.abc import Sequence

import numpy as np

from nmr_core.design.attained import (
    error_interval,
    errors_of,
    fit_design,
    ratio_interval,
    weighted_error,
    worst_tenth,
)
from nmr_core.design.criteria import criterion_error
from nmr_core.design.pool import Pool
from nmr_core.design.problem import DesignProblem
from nmr_core.design.proof.comparing import Ratio
from nmr_core.design.regression import POWERS, SCALES
from nmr_core.design.settings import Design

FAST_POWERS = (0.5,)
FAST_SCALES = (0.7,)
"""Hyper-parameters of a search. Rank correlation of 61 designs with their values on 512 other
materials: 0.89 with these on 256 or 384 materials, 0.79 on 128, 0.50 on 64."""

BLOCK = 1024
"""Materials of one regression: of more, each block is estimated from itself."""


class Valuation:
    """Designs valued on the same materials.

    Parameters
    ----------
    problem : DesignProblem
        Weights.
    pool : Pool
        Materials at the settings of all designs.
    criterion : str
        A name in :data:`nmr_core.design.criteria.CRITERIA`.
    powers, scales : sequence of float
        Hyper-parameters among which a regression chooses.
    """

    def __init__(
        self,
        problem: DesignProblem,
        pool: Pool,
        criterion: str = "weighted",
        *,
        powers: Sequence[float] = POWERS,
        scales: Sequence[float] = SCALES,
    ):
        self.problem, self.pool, self.criterion = problem, pool, criterion
        self.weights = problem.weight_row
        self.known = np.ones(len(self.weights), bool)
        self._powers, self._scales = powers, scales
        self._residuals: dict[Design, np.ndarray] = {}

    def residuals(self, design: Design) -> np.ndarray:
        """Return estimate minus truth of every material, (n_materials, n), in ranges."""
        if design not in self._residuals:
            fits = [
                fit_design(block, design, draw=draw, powers=self._powers, scales=self._scales)
                for draw, block in enumerate(self.pool.blocks(BLOCK))
            ]
            self._residuals[design] = np.concatenate([fit.residuals for fit in fits])
        return self._residuals[design]

    def squares(self, design: Design) -> np.ndarray:
        """Return the squared residuals, (n_materials, n)."""
        return self.residuals(design) ** 2

    def objective(self, design: Design, *, rows: np.ndarray | None = None) -> float:
        """Return the criterion, in ranges; of some materials where ``rows`` is given."""
        r = self.residuals(design)
        r = r if rows is None else r[rows]
        E = r.T @ r / len(r)
        return float(criterion_error(E[None, None], self.weights, self.known, self.criterion)[0])

    def error(self, design: Design) -> float:
        """Return the weighted error, in ranges."""
        return weighted_error(self.squares(design), self.weights)

    def interval(self, design: Design) -> tuple[float, float]:
        """Return its 90 % interval."""
        return error_interval(self.squares(design), self.weights, self.problem.seed)

    def errors(self, design: Design) -> np.ndarray:
        """Return the error of every parameter, (n,), in ranges."""
        return errors_of(self.squares(design))

    def worst(self, design: Design) -> float:
        """Return the weighted error in the worst tenth of the regions of the prior."""
        return worst_tenth(self.squares(design), self.weights, self.pool.theta)

    def ratio(self, design: Design, other: Design) -> Ratio:
        """Return the ratio of the weighted errors of two designs."""
        pair = self.squares(design), self.squares(other)
        return Ratio(*ratio_interval(*pair, self.weights, self.problem.seed))

    def ratios(self, design: Design, other: Design) -> list[Ratio]:
        """Return the ratio of the errors of every parameter."""
        one, two = self.squares(design), self.squares(other)
        rows = np.eye(len(self.weights))
        return [Ratio(*ratio_interval(one, two, row, self.problem.seed)) for row in rows]


def fast_valuation(problem: DesignProblem, pool: Pool, criterion: str) -> Valuation:
    """Return the valuation of a search: one set of hyper-parameters for all designs."""
    return Valuation(problem, pool, criterion, powers=FAST_POWERS, scales=FAST_SCALES)
