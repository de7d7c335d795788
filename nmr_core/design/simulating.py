"""Simulate a pool: materials in chunks, each at all settings, in several processes."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

import numpy as np
from joblib import delayed

from nmr_core.design.compressing import Basis, fit_basis
from nmr_core.design.pool import Pool
from nmr_core.design.problem import DesignProblem
from nmr_core.design.settings import Setting
from nmr_core.effects import Context, apply_effects, prepare_experiments
from nmr_core.experiment import Experiment
from nmr_core.machines import machines
from nmr_core.progress import Progress, silent
from nmr_core.simulator.several import simulate_grids
from nmr_core.sobol import sobol_points
from nmr_core.storage.seeds import OFFSETS, Purpose, sample_seed, side_seed, side_stream

PARTS = {
    "selection": 0,
    "valuation": 1,
    "proof": 2,
    "rehearsal": 3,
    "book": 4,
    "promise": 5,
    "shaping": 6,
}
"""What materials are for -> their number: materials of different parts are independent."""
CHUNK = 8
"""Materials that a process simulates at a time."""
ALONE = 1.0
"""Processor seconds of simulating before further processes are started."""
FIRST = 64
"""Least number of materials from which bases are fitted."""


def simulate_pool(
    problem: DesignProblem,
    settings: Sequence[Setting],
    n: int,
    *,
    part: str = "selection",
    start: int = 0,
    bases: Sequence[Basis] | None = None,
    n_jobs: int = 1,
    progress: Progress = silent,
) -> Pool:
    """Simulate materials of the prior at several settings.

    Parameters
    ----------
    problem : DesignProblem
        Prior, noise, nuisances and seed.
    settings : sequence of Setting
        Each has its own time grid.
    n : int
        Materials.
    part : str
        A name in :data:`PARTS`.
    start : int
        Number of the first material; pools of consecutive numbers can be joined.
    bases : sequence of Basis, optional
        Of the settings; default: fitted to these materials.
    n_jobs : int
        Processes; -1: one per core.
    progress : callable
        Called with (done, total, message).

    Returns
    -------
    Pool

    Raises
    ------
    InputError
        A material cannot be simulated.

    Notes
    -----
    Materials are a scrambled Sobol sequence over the prior. Material k has the same offsets and
    the same nuisances at all settings, as in one laboratory on one sample.
    """
    seed = seed_of_part(problem, part)
    rng = side_stream(seed, Purpose.DESIGN_MATERIALS)
    points = sobol_points(rng, len(problem.preset.space), start + n, start=start)
    ranges = [(a, min(a + CHUNK, n)) for a in range(0, n, CHUNK)]
    simulate = partial(_simulate, problem, tuple(settings), seed, bases=bases)
    tasks = (delayed(simulate)(points[a:b], start + a) for a, b in ranges)

    thetas: list[np.ndarray] = []
    parts: list[list[np.ndarray]] = []
    progress(0, n, "simulating materials")
    with machines(n_jobs, ALONE) as in_order:
        results = in_order(tasks)
        try:
            for (_, stop), (theta, some) in zip(ranges, results, strict=True):
                thetas.append(theta)
                parts.append(some)
                progress(stop, n, f"simulated {stop} of {n} materials")
        finally:
            results.close()
    arrays = [np.concatenate(some) for some in zip(*parts, strict=True)]
    if bases is None:
        bases = [fit_basis(signals, problem.noise) for signals in arrays]
        scores = [basis.scores(signals) for basis, signals in zip(bases, arrays, strict=True)]
    else:
        scores = arrays
    return Pool(
        names=problem.names,
        theta=np.concatenate(thetas),
        settings=tuple(settings),
        bases=tuple(bases),
        scores=tuple(scores),
        noise=problem.noise,
        seed=problem.seed,
        part=PARTS[part],
    )


def grown(
    problem: DesignProblem, pool: Pool, n: int, *, n_jobs: int = 1, progress: Progress = silent
) -> Pool:
    """Return a pool with as many materials as asked for: its own, and further ones.

    Parameters
    ----------
    problem : DesignProblem
        The one of the pool.
    pool : Pool
        What is there.
    n : int
        Materials of the new pool.
    n_jobs, progress
        As of :func:`simulate_pool`.
    """
    if n <= len(pool):
        return pool
    more = simulate_pool(
        problem,
        pool.settings,
        n - len(pool),
        part=part_of_pool(pool),
        start=len(pool),
        bases=pool.bases,
        n_jobs=n_jobs,
        progress=progress,
    )
    return pool.joined(more)


def widened(
    problem: DesignProblem,
    pool: Pool,
    settings: Sequence[Setting],
    *,
    bases: Sequence[Basis] | None = None,
    n_jobs: int = 1,
    progress: Progress = silent,
) -> Pool:
    """Return a pool with further settings, measured on the same materials.

    Parameters
    ----------
    problem : DesignProblem
        The one of the pool.
    pool : Pool
        What is there.
    settings : sequence of Setting
        Those that the pool has already are left out.
    bases : sequence of Basis, optional
        Of the settings; default: fitted.
    n_jobs, progress
        As of :func:`simulate_pool`.
    """
    new = [k for k, one in enumerate(settings) if one not in pool.settings]
    if not new:
        return pool
    more = simulate_pool(
        problem,
        [settings[k] for k in new],
        len(pool),
        part=part_of_pool(pool),
        bases=None if bases is None else [bases[k] for k in new],
        n_jobs=n_jobs,
        progress=progress,
    )
    return replace(
        pool,
        settings=pool.settings + more.settings,
        bases=pool.bases + more.bases,
        scores=pool.scores + more.scores,
    )


def part_of_pool(pool: Pool) -> str:
    """Return what the materials of a pool are for, a name in :data:`PARTS`."""
    return next(name for name, number in PARTS.items() if number == pool.part)


def seed_of_part(problem: DesignProblem, part: str) -> int:
    """Return the seed of the materials of one part."""
    return side_seed(problem.seed, Purpose.DESIGN_MATERIALS, PARTS[part])


def signals_of(
    experiments: Sequence[Sequence[Experiment]], seeds: Sequence[list[int]]
) -> list[np.ndarray]:
    """Simulate materials at several settings, without noise.

    Parameters
    ----------
    experiments : sequence of sequence of Experiment
        Per material one per setting.
    seeds : sequence of list of int
        Of the offsets of each material.

    Returns
    -------
    list of complex64 array, (n_materials, n_times)
        One per setting.
    """
    n_settings = len(experiments[0])
    flat = [one for material in experiments for one in material]
    curves = simulate_grids(flat, [seed for seed in seeds for _ in range(n_settings)])
    return [np.stack(curves[setting::n_settings]) for setting in range(n_settings)]


def _simulate(
    problem: DesignProblem,
    settings: tuple[Setting, ...],
    seed: int,
    points: np.ndarray,
    first: int,
    *,
    bases: Sequence[Basis] | None,
) -> tuple[np.ndarray, list[np.ndarray]]:
    """Values of some materials in units of the ranges, and their echoes or scores."""
    numbers = range(first, first + len(points))
    materials = [
        problem.preset.draw_sample(side_stream(seed, Purpose.DESIGN_MATERIALS, k + 1), point).values
        for k, point in zip(numbers, points, strict=True)
    ]
    effects = problem.effects
    experiments = [
        prepare_experiments(effects, problem.experiments(settings, values), seed, k)
        for k, values in zip(numbers, materials, strict=True)
    ]
    seeds = [sample_seed(seed, k, OFFSETS) for k in numbers]
    signals = signals_of(experiments, seeds)
    for k, setting in enumerate(settings):
        context = Context.of(problem.protocol(setting))
        signals[k] = apply_effects(effects, context, signals[k][:, None], seed, first)[:, 0]
    theta = [
        [(values[spec.name] - spec.low) / spec.width for spec in problem.specs]
        for values in materials
    ]
    if bases is not None:
        signals = [basis.scores(one) for basis, one in zip(bases, signals, strict=True)]
    return np.array(theta, dtype=float), signals
