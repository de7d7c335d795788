"""Fast screen of designs: receiver noise only, known offsets, information adds up."""

import json
import time
from dataclasses import dataclass

import numpy as np
import pandas as pd

from nmr_core.design.costs import sequence_time
from nmr_core.design.criteria import check_criterion, criterion_error
from nmr_core.design.information import Information, information, larger_step, small_lattice
from nmr_core.design.problem import DesignProblem
from nmr_core.design.search import Objective, best_designs
from nmr_core.design.settings import Design
from nmr_core.design.shots import baseline, fill, fill_with
from nmr_core.design.space import DesignSpace
from nmr_core.errors import InputError
from nmr_core.progress import Progress, silent

UNKNOWN = 0.5
"""A parameter whose error stays above this many standard deviations of the prior is unknown."""
BUDGETS = (0.25, 0.5, 1.0, 2.0, 4.0)
"""Budgets of the Pareto curve, in those of the problem."""
WORST = 0.1
"""Fraction of the points that are the worst."""
FAST_WORK = 1.8e8
"""Spin-steps of the fast screen: about 1.7 s on one core of a loaded machine."""
SECONDS_OF_WORK = 9e-9
"""Of one spin and step; only decides what a page begins at once."""
FULL_POINTS = 16


@dataclass(frozen=True, eq=False)
class ScreenResult:
    """Designs by receiver noise only: a lower bound of their errors, not a promise.

    Parameters
    ----------
    criterion : str
        What was made small, a name in :data:`nmr_core.design.criteria.CRITERIA`.
    n_points : int
        Points of the prior.
    present : Design
        The default design, measured for the whole budget.
    proposed : Design
        The best design of the budget.
    error_present, error_proposed : float
        Errors by the criterion, in ranges.
    errors : DataFrame
        One row per parameter: name, prior, present, proposed, worst_present, worst_proposed
        (the worst tenth of the points), best (all candidates in the budget) and known. In ranges.
    ranking : DataFrame
        One row per setting that is measured next, the best first, and "measure longer": setting,
        is_longer, shots, seconds, error and gain_per_hour.
    designs : DataFrame
        Error against time: kind "default" or "proposed", label, design (JSON), seconds, error.
    seconds : float
        Time of the computation.
    """

    criterion: str
    n_points: int
    present: Design
    proposed: Design
    error_present: float
    error_proposed: float
    errors: pd.DataFrame
    ranking: pd.DataFrame
    designs: pd.DataFrame
    seconds: float

    @property
    def ratio(self) -> float:
        """Error of the proposed design over that of the present one, at equal time."""
        return self.error_proposed / self.error_present

    @property
    def unknown(self) -> tuple[str, ...]:
        """Parameters that all candidates together cannot determine within the budget."""
        return tuple(self.errors.loc[~self.errors["known"], "name"])


def screen(
    problem: DesignProblem,
    *,
    criterion: str = "weighted",
    n_points: int | None = None,
    fast: bool = True,
    known_information: Information | None = None,
    progress: Progress = silent,
) -> ScreenResult:
    """Rank settings and designs by their information with receiver noise only.

    Parameters
    ----------
    problem : DesignProblem
        Prior, candidates, noise, costs and budget.
    criterion : str
        A name in :data:`nmr_core.design.criteria.CRITERIA`.
    n_points : int, optional
        Points of the prior; default: 16, or as many as about 1.5 s allow if ``fast``.
    fast : bool
        Whether smaller lattices and larger steps are simulated.
    known_information : Information, optional
        Result of :func:`screen_information` for the same preset, settings and noise; weights,
        costs and budget may differ.
    progress : callable
        Called after every point.

    Returns
    -------
    ScreenResult

    Raises
    ------
    InputError
        For an unknown criterion, a point that cannot be simulated, or if no parameter that
        matters can be determined.

    Notes
    -----
    The offsets count as known, so disorder is no noise here: errors are lower bounds, and their
    ratios favour settings that differ in what the disorder hides. Values that hold are those of
    :func:`nmr_core.design`.
    """
    check_criterion(criterion)
    start = time.perf_counter()
    space = DesignSpace.of(problem)
    table = known_information or screen_information(
        problem, n_points=n_points, fast=fast, progress=progress
    )
    weights, sds = problem.weight_row, problem.prior_sds

    # What all candidates together determine within the budget
    best = _errors(table, _everything(space))[0]
    known = _rms(best) <= UNKNOWN * sds
    _check_known(problem, known)

    def objective(shots: np.ndarray) -> np.ndarray:
        return criterion_error(table.covariances(shots), weights, known, criterion)

    candidates = [space.settings.index(one) for one in problem.settings]
    present = space.row(baseline(problem))
    proposed = best_designs(space, objective, among=candidates)[0]
    pair = np.stack([present, proposed])
    values = objective(pair)
    at_present, at_proposed = _errors(table, pair)
    errors = pd.DataFrame(
        {
            "name": problem.names,
            "prior": sds,
            "present": _rms(at_present),
            "proposed": _rms(at_proposed),
            "worst_present": _worst(at_present),
            "worst_proposed": _worst(at_proposed),
            "best": _rms(best),
            "known": known,
        }
    )
    return ScreenResult(
        criterion=criterion,
        n_points=table.F.shape[1],
        present=space.design(present),
        proposed=space.design(proposed),
        error_present=float(values[0]),
        error_proposed=float(values[1]),
        errors=errors,
        ranking=_ranking(space, objective, present, candidates),
        designs=_designs(space, objective, candidates),
        seconds=time.perf_counter() - start,
    )


def screen_information(
    problem: DesignProblem,
    *,
    n_points: int | None = None,
    fast: bool = True,
    progress: Progress = silent,
) -> Information:
    """Return the information of one shot of all settings, for :func:`screen`.

    Parameters
    ----------
    problem : DesignProblem
        Prior, settings, noise and nuisances; weights, costs and budget make no difference.
    n_points : int, optional
        Points of the prior; default: 16, or as many as about 1.5 s allow if ``fast``.
    fast : bool
        Whether smaller lattices and larger steps are simulated.
    progress : callable
        Called after every point.
    """
    space = DesignSpace.of(problem)
    if n_points is None:
        n_points = _fast_points(problem) if fast else FULL_POINTS
    return information(problem, space.settings, n_points, fast=fast, progress=progress)


def fast_seconds(problem: DesignProblem) -> float:
    """Return about how long the simulations of the fast screen take on one core, s."""
    return SECONDS_OF_WORK * _fast_points(problem) * _work_of_point(problem)


def _fast_points(problem: DesignProblem) -> int:
    """Points that the fast screen simulates in its time: 2 to 16."""
    return int(np.clip(FAST_WORK / _work_of_point(problem), 2, FULL_POINTS))


def _work_of_point(problem: DesignProblem) -> float:
    """Spins times steps of all settings and slopes at one point of the prior."""
    side = small_lattice(problem)
    step = larger_step(problem, problem.all_settings)["dt"]
    total = sum(sequence_time(problem.protocol(one)) for one in problem.all_settings)
    curves = len(problem.names) + 1
    return curves * total / step * side["n_x"] * side["n_y"]


def _everything(space: DesignSpace) -> np.ndarray:
    """All settings equally long within the budget, as fractions of shots, (1, n_settings)."""
    n = len(space.settings)
    return (space.problem.budget / n / space.seconds_of_shot)[None]


def _errors(table: Information, shots: np.ndarray) -> np.ndarray:
    """Standard errors, in ranges, (n_designs, n_points, n)."""
    return np.sqrt(np.diagonal(table.covariances(shots), axis1=-2, axis2=-1))


def _rms(errors: np.ndarray) -> np.ndarray:
    """Root mean square over the points, (n,)."""
    return np.sqrt((errors**2).mean(0))


def _worst(errors: np.ndarray) -> np.ndarray:
    """Root mean square over the worst tenth of the points, (n,)."""
    n = max(1, round(WORST * len(errors)))
    return _rms(np.sort(errors, axis=0)[-n:])


def _check_known(problem: DesignProblem, known: np.ndarray) -> None:
    matters = problem.weight_row > 0
    if not (known & matters).any():
        names = ", ".join(np.array(problem.names)[matters])
        raise InputError(
            f"No candidate determines {names} within {problem.budget:.4g} s: with receiver noise "
            "alone the error stays above half of the prior's. Give more time, less noise, or "
            "other settings."
        )


def _ranking(
    space: DesignSpace, objective: Objective, present: np.ndarray, candidates: list[int]
) -> pd.DataFrame:
    """Each setting measured next, for as long as one acquisition of the default takes."""
    problem = space.problem
    step = problem.budget / len(problem.default.acquisitions)
    rows = [present]
    for k in candidates:
        shots = present.copy()
        shots[k] += max(1, int(step / space.seconds_of_shot[k] + 1e-9))
        rows.append(shots)
    longer = fill_with(problem, problem.default, budget=problem.budget + step)
    rows.append(space.row(longer))
    shots = np.array(rows)
    values, seconds = objective(shots), space.seconds(shots)
    added = np.maximum(seconds[1:] - seconds[0], np.finfo(float).tiny)
    labels = [space.settings[k].label for k in candidates]
    table = pd.DataFrame(
        {
            "setting": [*labels, "measure longer"],
            "is_longer": [False] * len(labels) + [True],
            "shots": (shots[1:] - shots[0]).sum(1),
            "seconds": added,
            "error": values[1:],
            "gain_per_hour": (values[0] - values[1:]) / added * 3600,
        }
    )
    return table.sort_values("error", kind="stable", ignore_index=True)


def _designs(space: DesignSpace, objective: Objective, candidates: list[int]) -> pd.DataFrame:
    """Error against time of default and best design, at the budgets that hold them."""
    problem = space.problem
    rows = []
    for factor in BUDGETS:
        budget = factor * problem.budget
        pair = {}
        usual = fill(problem, problem.default.settings, problem.default.shots, budget=budget)
        if usual is not None:
            pair["default"] = space.row(usual)
        best = best_designs(space, objective, among=candidates, budget=budget)
        if len(best):
            pair["proposed"] = best[0]
        for kind, shots in pair.items():
            design = space.design(shots)
            rows.append(
                {
                    "kind": kind,
                    "label": design.label,
                    "design": json.dumps(design.to_dict()),
                    "seconds": float(space.seconds(shots[None])[0]),
                    "error": float(objective(shots[None])[0]),
                }
            )
    return pd.DataFrame(rows)
