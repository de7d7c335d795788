"""Train the learner on every design, on the same materials and with the same draws of noise."""

from collections.abc import Sequence
from functools import partial

import numpy as np
from joblib import delayed

from nmr_core.design.pool import Pool, noise_of_setting
from nmr_core.design.proof.learner import COPIES, residuals
from nmr_core.design.settings import Design
from nmr_core.machines import machines
from nmr_core.progress import Progress, silent
from nmr_core.storage.seeds import Purpose, side_stream

ALONE = 1.0
"""Processor seconds of training before further processes are started."""


def squared_residuals(
    pool: Pool,
    designs: Sequence[Design],
    learned: np.ndarray,
    *,
    learner: str,
    n_test: int,
    n_repeats: int,
    n_jobs: int = 1,
    progress: Progress = silent,
) -> np.ndarray:
    """Train every design several times and return the squared residuals of the test materials.

    Parameters
    ----------
    pool : Pool
        At all settings of the designs.
    designs : sequence of Design
        Each is trained ``n_repeats`` times.
    learned : int array
        Positions of the parameters that are learned: those that count.
    learner : str
        A key of :data:`nmr_core.design.proof.learner.LEARNERS`.
    n_test : int
        Materials to test on; all others are trained on.
    n_repeats : int
        Each has other test materials (as long as there are any), noise and initial weights.
    n_jobs : int
        Processes; -1: one per core.
    progress : callable
        Called with (done, total, message).

    Returns
    -------
    float array, (n_designs, n_repeats, n_test, n_learned)
        In units of the ranges.
    """
    parts = splits(len(pool), n_test, n_repeats, pool.seed)
    one = partial(_one, theta=pool.theta[:, learned], learner=learner, seed=pool.seed)
    tasks = (
        delayed(one)(pool.choose(design.settings), design, repeat, *part)
        for design in designs
        for repeat, part in enumerate(parts)
    )
    n_tasks = len(designs) * n_repeats
    squares = []
    progress(0, n_tasks, "training")
    with machines(n_jobs, ALONE) as in_order:
        results = in_order(tasks)
        try:
            for square in results:
                squares.append(square)
                progress(len(squares), n_tasks, f"trained {len(squares)} of {n_tasks}")
        finally:
            results.close()
    return np.array(squares).reshape(len(designs), n_repeats, n_test, len(learned))


def splits(
    n_materials: int, n_test: int, n_repeats: int, seed: int
) -> list[tuple[np.ndarray, np.ndarray]]:
    """Return the training and the test materials of every repeat.

    Test materials of different repeats are different as long as there are enough.
    """
    order = side_stream(seed, Purpose.DESIGN_PROOF, 1).permutation(n_materials)
    rolled = [np.roll(order, -repeat * n_test) for repeat in range(n_repeats)]
    return [(one[n_test:], one[:n_test]) for one in rolled]


def _one(
    pool: Pool,
    design: Design,
    repeat: int,
    train: np.ndarray,
    test: np.ndarray,
    *,
    theta: np.ndarray,
    learner: str,
    seed: int,
) -> np.ndarray:
    """Squared residuals of one training, (n_test, n_learned)."""
    draws = [
        [
            noise_of_setting(seed, pool.part, setting, scores.shape, COPIES * repeat + copy)
            for setting, scores in zip(pool.settings, pool.scores, strict=True)
        ]
        for copy in range(COPIES)
    ]
    sds = design.noise_of(pool.noise).tolist()
    found = residuals(learner, pool.scores, draws, sds, theta, train, test, seed=100 * repeat)
    return found**2
