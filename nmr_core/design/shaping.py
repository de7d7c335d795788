"""Angles and delays of a design, changed continuously until its error is smallest."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from nmr_core.design.continuous import PoolError, ScreenError
from nmr_core.design.costs import value_of
from nmr_core.design.criteria import check_criterion
from nmr_core.design.problem import DesignProblem
from nmr_core.design.settings import Design, Setting, is_listed
from nmr_core.design.shots import fill, fill_with
from nmr_core.errors import InputError
from nmr_core.progress import Progress, silent

SHAPED = ("angle_1", "phase_1", "angle_2", "phase_2", "tau", "orientation")
"""Fields that can be changed continuously."""
STEPS = {"tau": 4.0}
"""Steps of the differences: degrees, and of tau time steps; 2 of any other field."""
SMALLEST_ANGLE = 5.0
N_POINTS = 8
SELECTION, VALUATION = 1, 2
"""Streams of the points of the prior: those that choose, and others that judge."""
N_ITERATIONS = 8

N_VALUES = 12
"""Values per variable of the search with disorder."""
FAR = 0.25
"""Its first steps, as a fraction of the range."""

Error = Callable[[Design], float]


@dataclass(frozen=True)
class Shaped:
    """A design whose angles and delays were optimised.

    Parameters
    ----------
    design : Design
        The shaped design, or the start if the shaped one is not better on other points.
    start : Design
        Where the optimisation began, filled to the budget.
    found : Design
        Where it ended, whether or not that is better on other points.
    promised : float
        Error of the shaped design over that of the start, on the points that shaped it.
    valued : float
        The same on other materials with other offsets.
    n_evaluations : int
        Designs that were valued.
    """

    design: Design
    start: Design
    found: Design
    promised: float
    valued: float
    n_evaluations: int

    @property
    def improved(self) -> bool:
        """Whether the shaped design is better on points that did not shape it."""
        return self.valued < 1


def shape_design(
    problem: DesignProblem,
    design: Design,
    *,
    fields: Sequence[str] = ("angle_2",),
    criterion: str = "weighted",
    n_materials: int = 0,
    errors: tuple[Error, Error] | None = None,
    progress: Progress = silent,
) -> Shaped:
    """Change fields of the settings of a design continuously until its error is smallest.

    Parameters
    ----------
    problem : DesignProblem
        Prior, noise, costs, limits and budget.
    design : Design
        Where to start, such as the best of the candidates.
    fields : sequence of str
        Fields in :data:`SHAPED`. A field that costs time to change and is the same in all
        acquisitions stays the same in all.
    criterion : str
        A name in :data:`nmr_core.design.criteria.CRITERIA`.
    n_materials : int
        Materials of a pool, so that disorder counts; 0: receiver noise only.
    errors : pair of callables, optional
        Error of a design on the materials that choose, and on others that judge, instead of
        that criterion.
    progress : callable
        Called after every iteration; with disorder before every design that is tried.

    Returns
    -------
    Shaped

    Raises
    ------
    InputError
        For a field that cannot be shaped, or settings that are all lists of pulses.

    Notes
    -----
    L-BFGS-B on log(error) with central differences; the materials and offsets are the same for
    all values (common random numbers), which makes the differences smooth. With k acquisitions a
    difference simulates only the acquisition that changes, so that below ten variables this is
    cheaper than gradients of the simulator. Delays are whole time steps; between two of them the
    information is interpolated. With disorder the error is that of a
    regression, whose components and options jump: Nelder and Mead's search, without differences.
    """
    from scipy.optimize import minimize

    check_criterion(criterion)
    start = fill_with(problem, design)
    variables = _variables(problem, start, fields)
    error, valuation = errors or _errors(problem, criterion, n_materials)
    n_evaluations = 0
    lows, highs = (np.array([getattr(one, end) for one in variables]) for end in ("low", "high"))
    span = highs - lows

    def value(x: np.ndarray) -> float:
        nonlocal n_evaluations
        n_evaluations += 1
        if n_materials:
            n_most = N_VALUES * len(variables)
            progress(min(n_evaluations, n_most), n_most, f"shaping: design {n_evaluations}")
        return float(np.log(error(_moved(start, variables, lows + x * span))))

    def gradient(x: np.ndarray) -> np.ndarray:
        slopes_of = np.empty(len(x))
        for k, one in enumerate(variables):
            h = one.step / span[k]
            above, below = x.copy(), x.copy()
            above[k], below[k] = min(1.0, x[k] + h), max(0.0, x[k] - h)
            slopes_of[k] = (value(above) - value(below)) / (above[k] - below[k])
        return slopes_of

    n_done = 0

    def report(_: np.ndarray) -> None:
        nonlocal n_done
        n_done += 1
        if not n_materials:
            progress(n_done, N_ITERATIONS, "shaping")

    first = np.clip((np.array([one.start for one in variables]) - lows) / span, 0, 1)
    options: dict[str, Any]
    if n_materials:
        away = np.where(first > 0.5, first - FAR, first + FAR)
        simplex = np.stack([first, *(np.where(row, away, first) for row in np.eye(len(first)))])
        options = {"initial_simplex": simplex, "maxfev": N_VALUES * len(first), "xatol": 0.01}
        slope, method = None, "Nelder-Mead"
    else:
        options = {"maxiter": N_ITERATIONS, "ftol": 1e-4}
        slope, method = gradient, "L-BFGS-B"
    found = minimize(
        value,
        first,
        jac=slope,
        method=method,
        bounds=[(0, 1)] * len(first),
        callback=report,
        options=options,
    )
    rounded = _rounded(problem, start, variables, lows + found.x * span)
    # Longer delays may not fit into the budget any more
    shaped = fill(problem, rounded.settings, rounded.shots) or start
    promised = error(shaped) / error(start)
    valued = valuation(shaped) / valuation(start)
    return Shaped(shaped if valued < 1 else start, start, shaped, promised, valued, n_evaluations)


@dataclass(frozen=True)
class Variable:
    """One field, of one acquisition or the same of several."""

    field: str
    acquisitions: tuple[int, ...]
    start: float
    low: float
    high: float
    step: float


def _errors(problem: DesignProblem, criterion: str, n_materials: int) -> tuple[Error, Error]:
    """Errors on the materials that choose and on others that judge."""
    if n_materials:
        return (
            PoolError(problem, criterion, n_materials, "selection"),
            PoolError(problem, criterion, n_materials, "valuation"),
        )
    return (
        ScreenError(problem, criterion, N_POINTS, SELECTION),
        ScreenError(problem, criterion, N_POINTS, VALUATION),
    )


def _variables(problem: DesignProblem, design: Design, fields: Sequence[str]) -> list[Variable]:
    wrong = [name for name in fields if name not in SHAPED]
    if wrong or not fields:
        raise InputError(
            f"{str(wrong[0])[:40] if wrong else 'No field'!r} cannot be changed continuously. "
            f"Choose among {', '.join(SHAPED)}."
        )
    costly = dict(problem.costs.change)
    variables = []
    for name in fields:
        rows = [k for k, one in enumerate(design.settings) if not is_listed(one)]
        values = [float(value_of(design.settings[k], name, problem.base)) for k in rows]
        tied = costly.get(name, 0) > 0 and len(set(values)) == 1
        low, high = _bounds(problem, name, values)
        step = STEPS.get(name, 2.0) * (problem.base.dt if name == "tau" else 1.0)
        groups = [tuple(rows)] if tied and rows else [(k,) for k in rows]
        for group in groups:
            start = float(value_of(design.settings[group[0]], name, problem.base))
            variables.append(Variable(name, group, start, min(low, start), max(high, start), step))
    if not variables:
        raise InputError(
            "Every setting of this design is a list of pulses, whose angles are not fields. Shape "
            "a design of named sequences."
        )
    return variables


def _bounds(problem: DesignProblem, name: str, values: Sequence[float]) -> tuple[float, float]:
    """Range of a field: the limits of the hardware, or what the candidates span."""
    if name.startswith("angle"):
        return SMALLEST_ANGLE, problem.limits.angle or 180.0
    if name.startswith("phase"):
        return -180.0, 360.0
    if name == "orientation":
        return 0.0, 90.0
    if problem.limits.tau:
        return problem.limits.tau
    several = [float(value_of(one, name, problem.base)) for one in problem.all_settings]
    low, high = min([*several, *values]), max([*several, *values])
    # A single delay may be halved or doubled
    return (low, high) if low < high else (low / 2, 2 * high)


def _moved(design: Design, variables: Sequence[Variable], x: np.ndarray) -> Design:
    """The design with other values of the variables."""
    settings = [dict(one.fields) for one in design.settings]
    for one, value in zip(variables, x, strict=True):
        for k in one.acquisitions:
            settings[k][one.field] = float(value)
    acquisitions = [
        replace(acquisition, setting=Setting.of(**fields))
        for acquisition, fields in zip(design.acquisitions, settings, strict=True)
    ]
    return _merged(acquisitions)


def _merged(acquisitions: Sequence) -> Design:
    """A design in which equal settings are one, with the sum of their shots."""
    shots: dict[Setting, int] = {}
    for one in acquisitions:
        shots[one.setting] = shots.get(one.setting, 0) + one.shots
    return Design.of(shots)


def _rounded(
    problem: DesignProblem, start: Design, variables: Sequence[Variable], x: np.ndarray
) -> Design:
    """The design with whole degrees, and with delays of whole time steps."""
    dt = problem.base.dt
    values = [
        float(
            np.clip(
                round(value / dt) * dt if one.field == "tau" else round(value), one.low, one.high
            )
        )
        for one, value in zip(variables, x, strict=True)
    ]
    return _moved(start, variables, np.array(values))
