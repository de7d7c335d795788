"""Profile likelihood: fix one parameter, fit the others, and see how much worse the fit becomes."""

import time as clock
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Unpack

import numpy as np
from scipy.optimize import least_squares

from nmr_core.errors import InputError
from nmr_core.inference.identifiability.identification import Profile, index_of
from nmr_core.inference.identifiability.information import (
    as_vectors,
    conditional_errors,
    fisher,
    inverse_covariance,
    noise_variance,
    standard_errors,
    weights,
)
from nmr_core.inference.identifiability.problem import IdentifyProblem, ProblemOptions
from nmr_core.inference.identifiability.sensitivities import (
    PointSimulation,
    seeds_of,
    simulate_point,
    simulate_signals,
)
from nmr_core.inference.identifiability.store import find, save
from nmr_core.parameters import Parameter
from nmr_core.presets import VERSION, Preset
from nmr_core.progress import Progress, part_of, reporting, silent

N_POINTS = Parameter(
    "n_points",
    "points",
    "",
    5,
    101,
    13,
    integer=True,
    description="Values at which the parameter is fixed.",
)
N_FIT = 16
"""Most seeds of the signals that are fitted; the same for all values, so that disorder cancels."""
MAX_EVALUATIONS = 10
STEP = 0.3
"""Step of the differences in the fit, in conditional errors."""
THRESHOLD = 1.96**2
"""Increase of chi^2 at the ends of the 95 % interval."""
WORSE = 1e4
"""Residual where a signal cannot be simulated, so that the fit turns back."""


def profile(
    preset: Preset | str,
    name: str,
    *,
    n_points: int = 13,
    span: float | None = None,
    again: bool = False,
    progress: Progress = silent,
    **options: Unpack[ProblemOptions],
) -> Profile:
    """Compute the profile likelihood of one parameter.

    The measurement is the mean echo at ``point``. For each value of ``name`` the other parameters
    are fitted, and the increase of chi^2 is kept. A flat profile means that the parameter cannot be
    identified.

    Parameters
    ----------
    preset : Preset or str
        Experiment with its prior, or its name.
    name : str
        Parameter to profile.
    n_points : int
        Values of ``name``.
    span : float, optional
        Half width of the profile, in units of the parameter. Default: four linear standard errors,
        at most the whole range.
    again : bool
        Compute even if the result is stored.
    point : dict, optional
        Parameter values of the measurement; parameters that are left out keep their default.
    noise : float, optional
        Standard deviation of receiver noise in Re M and in Im M; default: that of the preset.
    disorder, n_seeds, seed, targets
        As of :func:`identify`.
    progress : callable
        Called with (done, total, message).

    Returns
    -------
    Profile

    Raises
    ------
    InputError

    Notes
    -----
    chi^2 = r^T C^-1 r with r = W^T (M(theta) - M(point)). The weights W come from one half of the
    seeds and their covariance C from the other half, so that the disorder is not fitted. They weigh
    the slopes and the changes of the signal along the profile. Targets without a finite linear
    standard error of their own are held fixed and listed in ``Profile.fixed``.

    References
    ----------
    Raue et al., Bioinformatics 25, 1923 (2009).
    """
    options["point"] = options.get("point") or {}
    problem = IdentifyProblem.of(preset, **options)
    problem.check_noise()
    k, n_points = index_of(problem.names, name), N_POINTS.check(n_points)
    key = problem.key("profile", of=name, n_points=n_points, span=span)
    stored = None if again else find(key)
    if isinstance(stored, Profile):
        return stored
    begin = clock.perf_counter()
    point, spec = problem.fixed_point, problem.specs[k]
    seeds = seeds_of(problem.seed, 0, problem.n_seeds)
    simulation = simulate_point(
        problem.preset, point, problem.specs, seeds, part_of(progress, 0, 30)
    )
    F = fisher(problem, simulation)
    error = float(standard_errors(F)[k] * spec.width)
    values = profile_values(spec, point[name], error, span, n_points)
    statistics = _whiten(problem, simulation, name, values)
    nuisance = _nuisance(problem, F, k)
    chi2, others = _fit_nuisance(
        problem, statistics, nuisance, k, values, part_of(progress, 30, 100)
    )

    # Profile and interval
    chi2 = chi2 - min(0.0, chi2.min())
    low, high = _interval(values, chi2, _middle(values, point[name]))
    fitted = {name, *(problem.names[j] for j in nuisance.indices)}
    result = Profile(
        key=key,
        preset=problem.preset.name,
        spec=spec,
        true=point[name],
        values=values,
        delta_chi2=chi2,
        names=problem.names,
        others=others,
        low=low,
        high=high,
        flat=bool(max(chi2[0], chi2[-1]) < THRESHOLD),
        error=error,
        point=point,
        noise=problem.noise,
        seconds=clock.perf_counter() - begin,
        recipe_version=VERSION,
        n_seeds=problem.n_seeds,
        fixed=tuple(other for other in problem.names if other not in fitted),
    )
    save(result)
    return result


def profile_values(
    spec: Parameter, true: float, error: float, span: float | None, n_points: int
) -> np.ndarray:
    """Return the values of a profile, (n_points,): inside the range, the true value is one of them.

    Raises
    ------
    InputError
        ``span`` is not > 0.
    """
    if span is not None and not (np.isfinite(span) and span > 0):
        unit = f" {spec.unit}" if spec.unit else ""
        raise InputError(f"span must be > 0{unit}, got {span}. Leave it out for four errors.")
    span = min(4 * error, spec.width) if span is None else span
    low, high = max(spec.low, true - span), min(spec.high, true + span)
    if spec.open_low and low <= spec.low:
        low = spec.low + 0.02 * spec.width
    low, high = min(low, true), max(high, true)

    # Points below and above the true value, in proportion to the lengths of the two sides
    n_low = round((n_points - 1) * (true - low) / (high - low))
    n_low = min(max(n_low, true > low), n_points - 1 - (high > true))
    below = np.linspace(low, true, n_low + 1)[:-1]
    above = np.linspace(true, high, n_points - n_low)
    return np.concatenate([below, above])


@dataclass(frozen=True, eq=False)
class _Statistics:
    """z(theta) = R W^T (M(theta) - M_0), with |z|^2 = chi^2.

    seeds     : of the signals that are fitted
    reference : M_0 as a real vector, (n_numbers,)
    W         : weights, (n_numbers, n_statistics)
    root      : R with R^T R = C^-1, (rank, n_statistics)
    """

    preset: Preset
    seeds: Sequence[list[int]]
    reference: np.ndarray
    W: np.ndarray
    root: np.ndarray

    def whitened(self, difference: np.ndarray) -> np.ndarray:
        """R W^T difference, for (n_numbers,) or (n_numbers, n)."""
        return self.root @ (self.W.T @ difference)

    def signals(self, points: Sequence[dict[str, Any]]) -> np.ndarray:
        """Mean signals as vectors, (n_points, n_numbers)."""
        return _mean_signals(self.preset, points, self.seeds)


@dataclass(frozen=True, eq=False)
class _Nuisance:
    """The fitted parameters, counted from the point in units of their conditional errors.

    In these units a step of ``STEP`` in any of them is visible in the signal, and small.
    """

    indices: list[int]
    origin: np.ndarray
    unit: np.ndarray
    low: np.ndarray
    high: np.ndarray


def _mean_signals(
    preset: Preset, points: Sequence[dict[str, Any]], seeds: Sequence[list[int]]
) -> np.ndarray:
    signals = simulate_signals(preset, points, seeds, "float32")
    return as_vectors(signals.astype(complex).mean(1))


def _whiten(
    problem: IdentifyProblem, simulation: PointSimulation, name: str, values: np.ndarray
) -> _Statistics:
    """Weights of the slopes and of the changes along the profile, and their covariance."""
    n_fit = min(N_FIT, simulation.slopes.shape[1])
    seeds, point = seeds_of(problem.seed, 0, n_fit), problem.fixed_point
    reference = _mean_signals(problem.preset, [point], seeds)[0]
    variance = noise_variance(np.array(problem.noise_levels), len(simulation.time))

    # Changes of the mean signal along the profile, where they can be simulated
    changes = []
    for value in values:
        try:
            moved = _mean_signals(problem.preset, [point | {name: value}], seeds)[0]
        except InputError:
            continue
        changes.append(moved - reference)

    # Directions that do not change the signal have no weight
    slopes = as_vectors(simulation.slopes.mean(1)) * problem.widths[:, None]
    J = np.concatenate([slopes, changes])
    size = np.linalg.norm(J, axis=1)
    J = J[size > 1e-9 * size.max()]

    if problem.disorder:
        vectors = as_vectors(simulation.signals)
        W = weights(vectors[::2], J.T, variance)
        inverse, scale = inverse_covariance(vectors[1::2], W, variance)
        root = _root(inverse * scale)
    else:
        W = (J / variance).T
        C = W.T @ (variance[:, None] * W)
        root = _root(np.linalg.pinv(C, rcond=1e-12, hermitian=True))
    return _Statistics(problem.preset, seeds, reference, W, root)


def _nuisance(problem: IdentifyProblem, F: np.ndarray, k: int) -> _Nuisance:
    """The targets other than k that have a finite conditional error, inside their ranges."""
    alone = conditional_errors(F)
    indices = [j for j in range(len(F)) if j != k and np.isfinite(alone[j])]
    specs = [problem.specs[j] for j in indices]
    unit = np.array([alone[j] * problem.specs[j].width for j in indices])
    origin = np.array([problem.fixed_point[spec.name] for spec in specs], dtype=float)
    low = np.array([spec.low + (1e-3 * spec.width if spec.open_low else 0.0) for spec in specs])
    high = np.array([spec.high for spec in specs])
    return _Nuisance(
        indices,
        origin,
        unit,
        np.minimum((low - origin) / unit, -1e-6),
        np.maximum((high - origin) / unit, 1e-6),
    )


def _fit_nuisance(
    problem: IdentifyProblem,
    statistics: _Statistics,
    nuisance: _Nuisance,
    k: int,
    values: np.ndarray,
    progress: Progress,
) -> tuple[np.ndarray, np.ndarray]:
    """chi^2 (n_points,) and all targets (n_points, n) with the others fitted at each value."""
    point, name = problem.fixed_point, problem.names[k]
    names = [problem.names[j] for j in nuisance.indices]
    n_points, m = len(values), _middle(values, point[name])
    chi2, fits = np.zeros(n_points), np.zeros((n_points, len(names)))
    done = 0
    # From the measurement outwards, each fit starting from its neighbours' solutions
    for order, step in ((range(m + 1, n_points), 1), (range(m - 1, -1, -1), -1)):
        for i in order:
            start = fits[i - step]
            if i - step != m:
                # Extrapolate the line through the last two solutions
                v = values[[i, i - step, i - 2 * step]]
                start = start + (start - fits[i - 2 * step]) * (v[0] - v[1]) / (v[1] - v[2])
            with reporting(lambda *_, done=done: progress(done, n_points, "fitting the others")):
                fixed = point | {name: float(values[i])}
                chi2[i], fits[i] = _fit(statistics, nuisance, names, fixed, start)
            done += 1

    others = np.tile([float(point[other]) for other in problem.names], (n_points, 1))
    others[:, nuisance.indices] = nuisance.origin + fits * nuisance.unit
    others[:, k] = values
    return chi2, others


def _fit(
    statistics: _Statistics,
    nuisance: _Nuisance,
    names: Sequence[str],
    fixed: dict[str, Any],
    start: np.ndarray,
) -> tuple[float, np.ndarray]:
    """Least chi^2 over the nuisance parameters by Gauss-Newton inside their ranges."""

    def moved(u: np.ndarray) -> dict[str, Any]:
        numbers = nuisance.origin + u * nuisance.unit
        return fixed | dict(zip(names, numbers.tolist(), strict=True))

    def residual(u: np.ndarray) -> np.ndarray:
        try:
            signal = statistics.signals([moved(u)])[0]
        except InputError:
            return np.full(len(statistics.root), WORSE)
        return statistics.whitened(signal - statistics.reference)

    def jacobian(u: np.ndarray) -> np.ndarray:
        # One-sided differences, away from the nearer limit
        steps = np.where(u + STEP < nuisance.high, STEP, -STEP)
        shifts = [u + step * row for step, row in zip(steps, np.eye(len(u)), strict=True)]
        try:
            signals = statistics.signals([moved(u), *(moved(shift) for shift in shifts)])
        except InputError:
            return np.zeros((len(statistics.root), len(u)))
        return statistics.whitened(((signals[1:] - signals[0]) / steps[:, None]).T)

    if not names:
        return float((residual(start) ** 2).sum()), start
    best = least_squares(
        residual,
        np.clip(start, nuisance.low + 1e-9, nuisance.high - 1e-9),
        jac=jacobian,
        bounds=(nuisance.low, nuisance.high),
        max_nfev=MAX_EVALUATIONS,
        xtol=1e-4,
        ftol=1e-3,
    )
    return 2 * best.cost, best.x


def _root(P: np.ndarray) -> np.ndarray:
    """R with R^T R = P, (rank, n)."""
    values, vectors = np.linalg.eigh((P + P.T) / 2)
    positive = values > 1e-13 * values.max()
    return np.sqrt(values[positive])[:, None] * vectors[:, positive].T


def _middle(values: np.ndarray, true: float) -> int:
    return int(np.argmin(np.abs(values - true)))


def _interval(values: np.ndarray, chi2: np.ndarray, middle: int) -> tuple[float, float]:
    """Where the profile crosses ``THRESHOLD`` on either side of the true value."""
    low = _crossing(values[middle::-1], chi2[middle::-1])
    high = _crossing(values[middle:], chi2[middle:])
    return low, high


def _crossing(values: np.ndarray, chi2: np.ndarray) -> float:
    """The first crossing, linear in chi; the last value if there is none."""
    above = np.flatnonzero(chi2 >= THRESHOLD)
    if not len(above):
        return float(values[-1])
    b = int(above[0])
    if not b:
        return float(values[0])
    chi = np.sqrt(np.maximum(chi2[[b - 1, b]], 0))
    fraction = (1.96 - chi[0]) / (chi[1] - chi[0])
    return float(values[b - 1] + (values[b] - values[b - 1]) * fraction)
