"""Prove a design: train the same learner on it, on the default and on random designs."""

import time
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from nmr_core.design.plain import shown
from nmr_core.design.pool import Pool
from nmr_core.design.problem import DesignProblem
from nmr_core.design.proof.arms import Arms
from nmr_core.design.proof.comparing import Ratio
from nmr_core.design.proof.learner import checked_learner
from nmr_core.design.proof.proof import NO_PROMISE, Proof
from nmr_core.design.proof.rows import Rows
from nmr_core.design.proof.store import save_proof
from nmr_core.design.proof.training import squared_residuals
from nmr_core.design.result import DesignResult
from nmr_core.design.settings import Design, Setting
from nmr_core.design.simulating import grown, simulate_pool
from nmr_core.design.store import load_design
from nmr_core.errors import InputError
from nmr_core.parameters import Parameter
from nmr_core.progress import Progress, part_of, silent

TRAIN = Parameter("n_train", "training materials", "", 16, 100_000, 768, integer=True)
TEST = Parameter("n_test", "test materials", "", 8, 100_000, 384, integer=True)
REPEATS = Parameter("n_repeats", "trainings per design", "", 1, 100, 3, integer=True)
RANDOM = Parameter("n_random", "random designs", "", 1, 1000, 6, integer=True)
N_BASES = 512
"""Materials from which the compression is fitted."""
SIMULATING = 50
"""Percent of the work."""


def prove(
    design: DesignResult | DesignProblem | str,
    proposed: Design | None = None,
    *,
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

    The proof of a stored design is stored beside it.

    Parameters
    ----------
    design : DesignResult, DesignProblem or str
        What ``nmr.design`` returned, or its key; or a problem, with the design to prove as well.
    proposed : Design, optional
        Default: that of the result. Its shots are scaled to the budget, as are those of all other
        designs.
    n_train, n_test : int
        Materials to train on and to test on, which no ranking has seen.
    n_repeats : int
        Trainings per design, each with other test materials, noise and initial weights.
    n_random : int
        Random designs of as many settings.
    learner : str
        A key of :data:`nmr_core.design.proof.learner.LEARNERS`.
    pool : Pool, optional
        Materials of :func:`new_pool`, which several proofs of one problem can share; default:
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
        For a problem without a design, an unknown learner, a number out of range, or a material
        that cannot be simulated.

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
    problem, promise = _question(design, proposed)
    learned = np.flatnonzero(problem.weight_row > 0)

    arms = Arms.of(problem, promise.design, n_random)
    n = n_train + n_test
    if pool is None:
        simulating = part_of(progress, 0, SIMULATING)
        pool = new_pool(problem, arms.settings, n, n_jobs=n_jobs, progress=simulating)
    squared = squared_residuals(
        pool.first(n),
        arms.different,
        learned,
        learner=learner,
        n_test=n_test,
        n_repeats=n_repeats,
        n_jobs=n_jobs,
        progress=part_of(progress, SIMULATING, 100),
    )
    names = tuple(problem.names[k] for k in learned)
    rows = Rows(problem, arms, squared, problem.weight_row[learned], names)
    proof = Proof(
        key=promise.key,
        problem=problem.to_dict(),
        names=names,
        specs=tuple(problem.specs[k] for k in learned),
        table=rows.table(promise.ratio),
        realised=rows.to_default("proposed"),
        against_random=rows.against_random(),
        promised=promise.ratio,
        learner=learner,
        n_train=n_train,
        n_test=n_test,
        n_repeats=n_repeats,
        n_random=len(arms.random),
        seconds=time.perf_counter() - begin,
    )
    if proof.key:
        save_proof(proof)
    return proof


class _Promise(NamedTuple):
    """The design to prove, what it promised, and the key of the result that says so."""

    design: Design
    ratio: Ratio = NO_PROMISE
    key: str = ""


def _question(
    design: DesignResult | DesignProblem | str, proposed: Design | None
) -> tuple[DesignProblem, _Promise]:
    if isinstance(design, DesignProblem):
        if proposed is None:
            raise InputError(
                "A problem alone has no design to prove. Pass a result of nmr.design, or the "
                "design as the second argument."
            )
        return design, _Promise(proposed)
    if not isinstance(design, DesignResult | str):
        raise InputError(
            f"What is proven must be a result of nmr.design, its key, or a problem, got "
            f"{shown(design)}. Pass what nmr.design returned."
        )
    result = load_design(design) if isinstance(design, str) else design
    if proposed is None or proposed == result.proposed:
        return result.problem, _Promise(result.proposed, result.promised, result.key)
    return result.problem, _Promise(proposed)


def new_pool(
    problem: DesignProblem,
    settings: Sequence[Setting],
    n: int,
    *,
    part: str = "proof",
    n_jobs: int = 1,
    progress: Progress = silent,
) -> Pool:
    """Simulate materials that no ranking has seen, with a compression of their own.

    Parameters
    ----------
    problem : DesignProblem
        Prior, noise and seed.
    settings : sequence of Setting
        Each has its own time grid.
    n : int
        Materials; the compression is fitted to the first 512.
    part : str
        What they are for, a name in :data:`nmr_core.design.simulating.PARTS`.
    n_jobs, progress
        As of :func:`prove`.
    """
    first = min(N_BASES, n)
    begin = part_of(progress, 0, first, n)
    pool = simulate_pool(problem, settings, first, part=part, n_jobs=n_jobs, progress=begin)
    rest = part_of(progress, first, n, n)
    return grown(problem, pool, n, n_jobs=n_jobs, progress=rest)
