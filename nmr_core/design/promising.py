"""The promise of a design: what a learner attains, on materials that no choice has seen.

A ratio of two errors depends on who learns. By the kernel regression of the search three settings
had 0.69 of the error of a default of six, by networks 0.95 (problem ``t2_decay`` of the proofs,
first look). So the two designs that are compared, and only these, are learned by what proves a
design: the proof is then a repetition on other materials, with controls.
"""

from functools import partial

import numpy as np

from nmr_core.design.choosing import NARROW
from nmr_core.design.growing import growing, steps_to
from nmr_core.design.problem import DesignProblem
from nmr_core.design.proof.comparing import Comparison, Ratio
from nmr_core.design.proof.prove import new_pool
from nmr_core.design.proof.training import squared_residuals
from nmr_core.design.settings import Design
from nmr_core.progress import Progress

STEPS = (512, 1024)
"""Materials: as many as the interval of the ratio needs."""
N_MOST = STEPS[-1]
N_FOLDS = 4
"""Trainings per design: each material is estimated once, by a training without it."""
LEARNER = "mlp ensemble"
LEAST = 256
"""Materials with which networks learn enough; with fewer, the regression of the search promises."""


class Promise:
    """Errors of the proposal and of the default, and their ratios.

    Parameters
    ----------
    squared : float array, (2, N_FOLDS, n_test, n_learned)
        Squared residuals of the proposal and of the default, in units of the ranges.
    problem : DesignProblem
        Weights and seed.

    Attributes
    ----------
    learned : int array, (n_learned,)
        Positions of the parameters with a weight; no others are learned.
    """

    def __init__(self, squared: np.ndarray, problem: DesignProblem):
        self.squared, self.seed = squared, problem.seed
        self.learned = counting(problem)
        self.weights = problem.weight_row[self.learned]

    @property
    def ratio(self) -> Ratio:
        """Weighted error of the proposal, relative to that of the default."""
        return Comparison(self.squared, self.weights, self.seed).ratio([0], [1])

    @property
    def ratios(self) -> list[Ratio]:
        """The same of every learned parameter."""
        rows = np.eye(len(self.learned))
        return [Comparison(self.squared, row, self.seed).ratio([0], [1]) for row in rows]

    @property
    def errors(self) -> np.ndarray:
        """Errors of the proposal and of the default, (2, n_learned), in units of the ranges."""
        return np.sqrt(self.squared.mean((1, 2)))


def promise(
    problem: DesignProblem,
    proposed: Design,
    default: Design,
    *,
    n_most: int = N_MOST,
    n_jobs: int = 1,
    progress: Progress,
) -> Promise:
    """Learn two designs on materials of their own.

    Parameters
    ----------
    problem : DesignProblem
        Prior, noise, nuisances and weights.
    proposed, default : Design
        For the same time.
    n_most : int
        Largest number of materials; a quarter is tested at a time. Half as many are enough where
        the interval of the ratio is narrow.
    n_jobs : int
        Processes; -1: one per core.
    progress : callable
        Called with (done, total, message).
    """
    designs = [proposed, default]
    settings = tuple(dict.fromkeys(one for design in designs for one in design.settings))
    first = partial(new_pool, problem, settings, part="promise")
    steps = steps_to(min(n_most, N_MOST), STEPS)
    pools = growing(problem, steps, first, share=80, n_jobs=n_jobs, progress=progress)
    for pool, training in pools:
        squared = squared_residuals(
            pool,
            designs,
            counting(problem),
            learner=LEARNER,
            n_test=len(pool) // N_FOLDS,
            n_repeats=N_FOLDS,
            n_jobs=n_jobs,
            progress=training,
        )
        promised = Promise(squared, problem)
        if promised.ratio.high - promised.ratio.low <= 2 * NARROW:
            break
    return promised


def counting(problem: DesignProblem) -> np.ndarray:
    """Return the positions of the parameters with a weight."""
    return np.flatnonzero(problem.weight_row > 0)
