"""Prove a design: train the same learner on it, on the default and on random designs."""

import json
import time
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from nmr_core.design.pool import Pool
from nmr_core.design.problem import DesignProblem
from nmr_core.design.proof.arms import Arms
from nmr_core.design.proof.comparing import Comparison, Ratio, best_of
from nmr_core.design.proof.learner import checked_learner
from nmr_core.design.proof.proof import NO_PROMISE, Proof
from nmr_core.design.proof.training import squared_residuals
from nmr_core.design.settings import Design, Setting
from nmr_core.design.simulating import grown, simulate_pool
from nmr_core.parameters import Parameter
from nmr_core.progress import Progress, part_of, silent

TRAIN = Parameter("n_train", "training materials", "", 16, 100_000, 768, integer=True)
TEST = Parameter("n_test", "test materials", "", 8, 100_000, 384, integer=True)
REPEATS = Parameter("n_repeats", "trainings per design", "", 1, 100, 3, integer=True)
RANDOM = Parameter("n_random", "random designs", "", 1, 1000, 8, integer=True)
N_BASES = 512
"""Materials from which the compression is fitted."""
SIMULATING = 0.5
"""Share of the progress."""


def prove_design(
    problem: DesignProblem,
    proposed: Design,
    *,
    promised: Ratio = NO_PROMISE,
    key: str = "",
    n_train: int = TRAIN.default,
    n_test: int = TEST.default,
    n_repeats: int = REPEATS.default,
    n_random: int = RANDOM.default,
    learner: str = "mlp ensemble",
    pool: Pool | None = None,
    n_jobs: int = 1,
    progress: Progress = silent,
) -> Proof:
    """Train the same learner on a design, on the default and on random designs.

    Parameters
    ----------
    problem : DesignProblem
        Candidates, default, noise, costs and budget.
    proposed : Design
        Its shots are scaled to the budget, as are those of all other designs.
    promised : Ratio, optional
        Ratio of the error to that of the default that was promised.
    key : str
        Name of the design, under which the proof is stored.
    n_train, n_test : int
        Materials to train on and to test on, which no ranking has seen.
    n_repeats : int
        Trainings per design, each with other test materials, noise and initial weights.
    n_random : int
        Random designs of as many settings.
    learner : str
        A key of :data:`nmr_core.design.proof.learner.LEARNERS`.
    pool : Pool, optional
        Materials of :func:`proof_pool`, which several proofs of one problem can share; default:
        simulated at the settings that are needed.
    n_jobs : int
        Processes; -1: one per core.
    progress : callable
        Called with (done, total, message).

    Returns
    -------
    Proof

    Raises
    ------
    InputError
        For an unknown learner, a number out of range, or a material that cannot be simulated.

    Notes
    -----
    All designs are measured on the same materials with the same offsets, and a setting that two
    designs share has the same noise in both, apart from its size. Parameters without weight are
    not learned: they vary, which is what makes them a nuisance.
    """
    begin = time.perf_counter()
    checked_learner(learner)
    n_train, n_test = TRAIN.check(n_train), TEST.check(n_test)
    n_repeats, n_random = REPEATS.check(n_repeats), RANDOM.check(n_random)
    learned = np.flatnonzero(problem.weight_row > 0)

    arms = Arms.of(problem, proposed, n_random)
    n = n_train + n_test
    if pool is None:
        simulating = part_of(progress, 0, 100 * SIMULATING)
        pool = proof_pool(problem, arms.settings, n, n_jobs=n_jobs, progress=simulating)
    squared = squared_residuals(
        pool.first(n),
        arms.different,
        learned,
        learner=learner,
        n_test=n_test,
        n_repeats=n_repeats,
        n_jobs=n_jobs,
        progress=part_of(progress, 100 * SIMULATING, 100),
    )
    names = tuple(problem.names[k] for k in learned)
    rows = _Rows(problem, arms, squared, problem.weight_row[learned], names)
    return Proof(
        key=key,
        problem=problem.to_dict(),
        names=names,
        specs=tuple(problem.specs[k] for k in learned),
        table=rows.table(promised),
        realised=rows.to_default("proposed"),
        against_random=rows.against_random(),
        promised=promised,
        learner=learner,
        n_train=n_train,
        n_test=n_test,
        n_repeats=n_repeats,
        n_random=len(arms.random),
        seconds=time.perf_counter() - begin,
    )


def proof_pool(
    problem: DesignProblem,
    settings: Sequence[Setting],
    n: int,
    *,
    n_jobs: int = 1,
    progress: Progress = silent,
) -> Pool:
    """Simulate the materials of a proof, which no ranking has seen, at several settings.

    Parameters
    ----------
    problem : DesignProblem
        Prior, noise and seed.
    settings : sequence of Setting
        Each has its own time grid.
    n : int
        Materials; the compression is fitted to the first 512.
    n_jobs, progress
        As of :func:`prove_design`.
    """
    first = min(N_BASES, n)
    begin = part_of(progress, 0, first, n)
    pool = simulate_pool(problem, settings, first, part="proof", n_jobs=n_jobs, progress=begin)
    rest = part_of(progress, first, n, n)
    return grown(problem, pool, n, n_jobs=n_jobs, progress=rest)


class _Rows:
    """The table of a proof, from the squared residuals of all different designs.

    The best random design is one more entry behind them.
    """

    def __init__(
        self,
        problem: DesignProblem,
        arms: Arms,
        squared: np.ndarray,
        weights: np.ndarray,
        names: Sequence[str],
    ):
        self.problem = problem
        self.arms = arms
        self.names = names
        random = arms.indices(arms.random)
        best, self.best = best_of(Comparison(squared, weights), random)
        self.comparison = Comparison(
            np.concatenate([squared, best[None]]), weights, seed=problem.seed
        )
        self.groups = {
            "proposed": arms.indices([arms.proposed]),
            "default": arms.indices([arms.default]),
            "random best": [len(squared)],
            "random control": random,
        }

    def to_default(self, name: str) -> Ratio:
        """Return the ratio of the error of a row to that of the default."""
        return self.comparison.ratio(self.groups[name], self.groups["default"])

    def against_random(self) -> Ratio:
        """Return the ratio of the error of the proposal to that of random designs."""
        return self.comparison.ratio(self.groups["proposed"], self.groups["random control"])

    def table(self, promised: Ratio) -> pd.DataFrame:
        """Return one row per name, see :class:`Proof`."""
        designs = {
            "proposed": self.arms.proposed,
            "default": self.arms.default,
            "random best": self.arms.different[self.best],
        }
        rows = []
        for name, group in self.groups.items():
            promise = promised if name == "proposed" else NO_PROMISE
            rows.append(
                self._design(designs.get(name))
                | {"name": name}
                | self._errors(group)
                | _columns(self.to_default(name), "ratio", "low", "high")
                | _columns(promise, "promised", "promised_low", "promised_high")
            )
        return pd.DataFrame(rows)

    def _design(self, design: Design | None) -> dict[str, Any]:
        if design is None:
            n = len(self.arms.random)
            seconds = np.mean([self.problem.seconds(one) for one in self.arms.random])
            return {
                "label": f"mean of {n} designs drawn at random",
                "design": "",
                "seconds": float(seconds),
            }
        return {
            "label": design.label,
            "design": json.dumps(design.to_dict()),
            "seconds": float(self.problem.seconds(design)),
        }

    def _errors(self, group: list[int]) -> dict[str, float]:
        errors = np.mean([self.comparison.errors(k) for k in group], axis=0)
        own = {f"error_{name}": float(e) for name, e in zip(self.names, errors, strict=True)}
        return own | {"error": self.comparison.weighted(group)}


def _columns(ratio: Ratio, *names: str) -> dict[str, float]:
    return dict(zip(names, (ratio.value, ratio.low, ratio.high), strict=True))
