"""The estimate at one point of the prior: linear, or by regression where that does not converge."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from nmr_core.errors import InputError
from nmr_core.inference.identifiability.information import (
    conditional_errors,
    fisher,
)
from nmr_core.inference.identifiability.local import LINEAR, local_information
from nmr_core.inference.identifiability.problem import IdentifyProblem
from nmr_core.inference.identifiability.sensitivities import (
    PointSimulation,
    seeds_of,
    simulate_point,
)
from nmr_core.inference.identifiability.targets import point_values
from nmr_core.progress import Progress, silent
from nmr_core.storage.seeds import Purpose, side_stream

CONVERGED = 0.1
"""Largest relative change of an error with twice the seeds at which the estimate is converged."""
LEAST_SEEDS = 8
"""Fewest seeds whose estimate is compared, apart from half of them."""
MAX_REDRAWS = 50


@dataclass(frozen=True, eq=False)
class PointEstimate:
    """What one echo determines at one point of the prior.

    Parameters
    ----------
    point : dict
        All parameter values.
    simulation : PointSimulation
        Signals and slopes of the linear estimate.
    fisher : (n, n)
        Information, for parameters in units of their ranges.
    linear : (n, n)
        The same of the linear estimate.
    change : (n,)
        Largest relative change of the errors of the linear estimate, all other parameters known,
        from a quarter or half of the seeds to all of them; inf where none is finite, 0 of a
        parameter that changes nothing.
    method : str
        "linear" or "ridge": where the information is from.
    n_redrawn : int
        Points that could not be simulated and were drawn again.
    """

    point: dict[str, Any]
    simulation: PointSimulation
    fisher: np.ndarray
    linear: np.ndarray
    change: np.ndarray
    method: str
    n_redrawn: int = 0


def estimate_point(
    problem: IdentifyProblem,
    point: dict[str, Any],
    number: int,
    n_curves: int,
    progress: Progress = silent,
) -> PointEstimate:
    """Return the estimate at one point.

    Parameters
    ----------
    problem : IdentifyProblem
        Preset, targets, noise and seeds.
    point : dict
        All parameter values.
    number : int
        Of the point, for its seeds.
    n_curves : int
        Curves of the local regression.
    progress : callable
        Called with (done, total, message).

    Notes
    -----
    With s_i(n) = F_ii^-1/2 the standard error of parameter i from n seeds, all others known, the
    linear estimate has converged if

        |s_i(n/2)/s_i(n) - 1| <= 0.1  and  |s_i(n/4)/s_i(n) - 1| <= 0.1    for every i.

    Where disorder dominates it has not: its covariance has more entries than there are seeds, and
    each doubling of the seeds makes the errors smaller. Then the information is that of a ridge
    regression on ``n_curves`` curves around the point, if that is larger.
    """
    seeds = seeds_of(problem.seed, number, problem.n_seeds)
    simulation = simulate_point(problem.preset, point, problem.specs, seeds, progress)
    F = fisher(problem, simulation)
    change = _change(problem, simulation, F)
    if not problem.disorder or change.max() <= CONVERGED or not _alive(simulation).any():
        return PointEstimate(point, simulation, F, F, change, LINEAR)
    progress(99, 100, "local regression")
    best, method = local_information(problem, point, number, F, _alive(simulation), n_curves)
    return PointEstimate(point, simulation, best, F, change, method)


def estimate_drawn(
    problem: IdentifyProblem, number: int, cell: Sequence[float], n_curves: int
) -> PointEstimate:
    """Draw a point of the prior that can be simulated, first in its cell, then anywhere.

    Parameters
    ----------
    problem : IdentifyProblem
        Preset, targets, noise and seeds.
    number : int
        Of the point.
    cell : (n_parameters,)
        Coordinates of the first draw in the unit cube.
    n_curves : int
        Curves of the local regression.

    Raises
    ------
    InputError
        None of ``MAX_REDRAWS`` draws can be simulated.
    """
    rng = side_stream(problem.seed, Purpose.REDRAWN_POINTS, number)
    n_redrawn = 0
    for trial in range(MAX_REDRAWS):
        first = np.asarray(cell) if trial == 0 else None
        drawn = problem.preset.draw_sample(rng, first)
        n_redrawn += drawn.n_redrawn
        point = point_values(problem.preset, drawn.values, problem.specs)
        try:
            estimate = estimate_point(problem, point, number, n_curves)
        except InputError as error:
            reason = error
            n_redrawn += 1
        else:
            return replace(estimate, n_redrawn=n_redrawn)
    raise InputError(
        f"None of {MAX_REDRAWS} points of {problem.preset.name} can be simulated. "
        f"The last: {reason}"
    )


def _change(problem: IdentifyProblem, simulation: PointSimulation, F: np.ndarray) -> np.ndarray:
    """Relative change of 1/sqrt(F_ii) with the number of seeds, (n,)."""
    full = conditional_errors(F)
    n = len(simulation.signals)
    change = np.zeros(len(F))
    for fewer in (n // 2, n // 4):
        if fewer < LEAST_SEEDS and fewer != n // 2:
            continue
        part = replace(
            simulation,
            signals=simulation.signals[:fewer],
            slopes=simulation.slopes[:, :fewer],
        )
        errors = conditional_errors(fisher(problem, part))
        finite = np.isfinite(errors) & np.isfinite(full)
        new = np.full(len(F), np.inf)
        new[finite] = np.abs(errors[finite] / full[finite] - 1)
        change = np.maximum(change, new)
    return np.where(_alive(simulation), change, 0.0)


def _alive(simulation: PointSimulation) -> np.ndarray:
    """Which parameters change the signal, bool (n,)."""
    return np.any(simulation.slopes.reshape(len(simulation.slopes), -1) != 0, axis=1)
