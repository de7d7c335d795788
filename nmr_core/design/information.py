"""Fisher information of one shot of every setting, receiver noise only, at points of the prior."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from nmr_core.design.latent import SMOOTH, Latent
from nmr_core.design.points import draw_points, offsets_seed
from nmr_core.design.problem import DesignProblem
from nmr_core.design.settings import Setting, with_setting
from nmr_core.effects import Context, Effect
from nmr_core.errors import InputError
from nmr_core.experiment import Experiment
from nmr_core.progress import Progress, silent
from nmr_core.pulses import Steps
from nmr_core.simulator.several import simulate_grids
from nmr_core.storage.seeds import Purpose

STEP = 0.01
"""Step of the differences, as a fraction of the range."""
SIDE = 24
"""Spins on a side of the lattices of the fast screen."""
LEAST_STEPS = 40
"""Steps in every delay with which the fast screen doubles the time step."""

Point = dict[str, Any]


@dataclass(frozen=True, eq=False)
class Information:
    """Information of one shot; that of a design is the sum over its shots.

    Parameters
    ----------
    F : array, (n_settings, n_points, n + m, n + m)
        Of n parameters in units of their ranges, and m nuisances in units of their strengths.
    prior : array, (n + m, n + m)
        Information that is there before: 1 / sd^2 on the diagonal.
    n : int
        Number of parameters.
    """

    F: np.ndarray
    prior: np.ndarray
    n: int

    def covariances(self, shots: np.ndarray) -> np.ndarray:
        """Return the covariances of the parameters, (n_designs, n_points, n, n).

        Parameters
        ----------
        shots : array, (n_designs, n_settings)
            Of every setting.

        Notes
        -----
        C = (sum_s shots_s F_s + prior)^-1, of which the nuisances are left out. A parameter of
        which an echo knows nothing keeps the standard deviation of the prior.
        """
        total = np.tensordot(np.asarray(shots, dtype=float), self.F, 1) + self.prior
        return np.linalg.inv(total)[..., : self.n, : self.n]


def information(
    problem: DesignProblem,
    settings: Sequence[Setting],
    n_points: int,
    *,
    fast: bool = False,
    stream: int = 0,
    progress: Progress = silent,
) -> Information:
    """Compute the information of one shot of each setting.

    Parameters
    ----------
    problem : DesignProblem
        Prior, noise and nuisances.
    settings : sequence of Setting
        Rows of the result.
    n_points : int
        Points of the prior.
    fast : bool
        Whether to simulate lattices of 24 x 24 spins, with twice the time step and to first order
        in time, and one-sided differences: a tenth of the time.
    stream : int
        Another number draws other points and offsets.
    progress : callable
        Called after every point.

    Raises
    ------
    InputError
        If a point cannot be simulated.
    """
    nuisances = [one for one in problem.effects if one.name in SMOOTH]
    points = screen_points(problem, n_points, stream)
    smaller = small_lattice(problem) | larger_step(problem, settings) if fast else {}
    n_times = [len(problem.protocol(one).time) for one in settings]
    matrices = []
    for k, (point, seed) in enumerate(points):
        moved = [(point | smaller, seed)]
        (rows,) = slopes(problem, settings, nuisances, moved, one_sided=fast)
        # A coarser record has fewer points, each of which stands for several
        matrices.append(
            [
                information_of(J, problem.noise) * n / J.shape[1]
                for n, J in zip(n_times, rows, strict=True)
            ]
        )
        progress(k + 1, n_points, "receiver noise only")
    sds = np.concatenate([problem.prior_sds, np.ones(len(nuisances))])
    F = np.array(matrices).swapaxes(0, 1)
    return Information(F, np.diag(1 / sds**2), len(problem.names))


def slopes(
    problem: DesignProblem,
    settings: Sequence[Setting],
    nuisances: Sequence[Effect],
    points: Sequence[tuple[Point, int]],
    *,
    one_sided: bool = False,
) -> list[list[np.ndarray]]:
    """Return dM/dtheta of every setting at every point, with the same offsets throughout a point.

    Parameters
    ----------
    problem : DesignProblem
        Prior and parameters.
    settings : sequence of Setting
        One array each.
    nuisances : sequence of Effect
        Effects in :data:`nmr_core.design.latent.SMOOTH`.
    points : sequence of (mapping, int)
        Values of all parameters of the preset, and fields that differ; and the seed of the offsets.
    one_sided : bool
        Whether differences are one-sided: half the time, an error of a few per cent.

    Returns
    -------
    list of lists of complex arrays, (n + m, n_times)
        By point, then by setting: per range of the n parameters, and per strength of the m
        nuisances.
    """
    signs = (1,) if one_sided else (1, -1)
    materials = [_moved_materials(problem, point, signs) for point, _ in points]
    stencils = [
        (setting, moved, weights, _experiments(setting, moved, nuisances))
        for moved, weights in materials
        for setting in settings
    ]
    seeds = [seed for _, seed in points for _ in settings]
    signals = iter(
        simulate_grids(
            [one for *_, experiments in stencils for one in experiments],
            [seed for (*_, own), seed in zip(stencils, seeds, strict=True) for _ in own],
        )
    )
    rows = []
    for setting, moved, weights, experiments in stencils:
        own = np.stack([next(signals) for _ in experiments]).astype(complex)
        context = Context.of(with_setting(moved[0].protocol, setting))
        extra = _of_nuisances(nuisances, context, own[0], own[len(moved) :])
        rows.append(np.concatenate([weights @ own[: len(moved)], extra]))
    return [rows[k : k + len(settings)] for k in range(0, len(rows), len(settings))]


def _experiments(
    setting: Setting, materials: Sequence[Experiment], nuisances: Sequence[Effect]
) -> list[Experiment]:
    """Materials at a setting, then the first one with each simulated nuisance on both sides."""
    own = [replace(one, protocol=with_setting(one.protocol, setting)) for one in materials]
    turned = [
        effect.prepare((own[0],), Latent(z))[0]
        for effect in nuisances
        if effect.simulated
        for z in (STEP, -STEP)
    ]
    return [*own, *turned]


def _moved_materials(
    problem: DesignProblem, point: Point, signs: tuple[int, ...]
) -> tuple[list[Experiment], np.ndarray]:
    """The material and its neighbours, and the weights that make slopes of their signals.

    Returns
    -------
    materials : list of Experiment
        The first one is the material itself.
    weights : array, (n, n_materials)
        Per range.
    """
    materials = [problem.preset.build(**point)]
    entries: list[tuple[int, int, float]] = []
    for j, spec in enumerate(problem.specs):
        h = STEP * spec.width
        sides: dict[int, Experiment] = {}
        for sign in (*signs, -1):
            if sides and sign not in signs:
                continue
            try:
                sides[sign] = problem.preset.build(
                    **{**point, spec.name: point[spec.name] + sign * h}
                )
            except InputError as error:
                reason = error
        if not sides:
            raise InputError(
                f"No slope in {spec.name} can be simulated at {spec.name} = "
                f"{point[spec.name]:.4g}: {reason}"
            )
        # Central difference; one-sided at the edge of what can be simulated
        for sign, material in sides.items():
            entries.append((j, len(materials), sign / (len(sides) * STEP)))
            materials.append(material)
        if len(sides) == 1:
            entries.append((j, 0, -next(iter(sides)) / STEP))
    weights = np.zeros((len(problem.specs), len(materials)))
    for j, column, weight in entries:
        weights[j, column] += weight
    return materials, weights


def _of_nuisances(
    nuisances: Sequence[Effect], context: Context, signal: np.ndarray, turned: np.ndarray
) -> np.ndarray:
    """Slopes of one setting per strength of each nuisance, (m, n_times)."""
    rows, pairs = [], iter(range(0, len(turned), 2))
    for effect in nuisances:
        if effect.simulated:
            first = next(pairs)
            above, below = turned[first], turned[first + 1]
        else:
            above, below = (
                effect.change(
                    context, signal[None, None], effect.draw(context, 1, Latent(z))[None]
                )[0, 0]
                for z in (STEP, -STEP)
            )
        rows.append((above - below) / (2 * STEP))
    return np.array(rows).reshape(len(rows), len(signal))


def screen_points(problem: DesignProblem, n: int, stream: int = 0) -> list[tuple[Point, int]]:
    """Return n points of the prior, each with the seed of its offsets."""
    keys = (stream,) if stream else ()
    points = draw_points(problem, n, Purpose.DESIGN_SCREEN, *keys)
    return [
        (point, offsets_seed(problem, Purpose.DESIGN_SCREEN, stream, k))
        for k, point in enumerate(points)
    ]


def small_lattice(problem: DesignProblem) -> dict[str, Any]:
    """Return the fields of smaller lattices, to first order in time."""
    sample = problem.preset.build().sample
    return {
        "n_x": min(sample.n_x, SIDE),
        "n_y": min(sample.n_y, SIDE),
        "integrator": "exponential_euler",
    }


def larger_step(problem: DesignProblem, settings: Sequence[Setting]) -> dict[str, Any]:
    """Return twice the time step, if every delay of every setting has enough steps."""
    steps = [
        event.n_steps
        for setting in settings
        for event in problem.protocol(setting).events
        if isinstance(event, Steps)
    ]
    factor = 2 if min(steps) >= LEAST_STEPS else 1
    return {"dt": factor * problem.base.dt}


def information_of(J: np.ndarray, noise: float) -> np.ndarray:
    """Return F = Re(J J^H) / noise^2 of one shot, (n + m, n + m)."""
    return (J @ J.conj().T).real / noise**2
