"""Ridge regression on curves around one point of the prior, where the linear estimate of few seeds
does not converge.
"""

from typing import Any

import numpy as np

from nmr_core.errors import InputError
from nmr_core.inference.identifiability.identification import PRIOR_SD
from nmr_core.inference.identifiability.information import (
    as_vectors,
    errors_with_prior,
    noise_variance,
)
from nmr_core.inference.identifiability.problem import IdentifyProblem
from nmr_core.inference.identifiability.sensitivities import seeds_of
from nmr_core.simulator.several import simulate_several
from nmr_core.storage.seeds import Purpose, side_stream

Box = tuple[np.ndarray, np.ndarray]
LINEAR, RIDGE = "linear", "ridge"
REACH = 2.5
"""Half width of the box around a point, in standard errors of the linear estimate."""
LEAST_CURVES = 32
FIRST_SEED = 20_000
"""Seeds of the curves: above those of the linear estimate, apart for each regression."""
MOST_DRAWS = 20
"""Draws per curve before an error: the box holds (almost) no point that can be simulated."""
PENALTIES = np.concatenate([[0.0], np.logspace(-12, 0, 25)])
"""Ridge penalties beside that of the noise, in units of the largest eigenvalue."""


def local_information(
    problem: IdentifyProblem,
    point: dict[str, Any],
    number: int,
    F: np.ndarray,
    alive: np.ndarray,
    n_curves: int,
) -> tuple[np.ndarray, str]:
    """Return the largest of the linear information and that of regressions around a point.

    Parameters
    ----------
    problem : IdentifyProblem
        Preset, targets, noise and seed.
    point : dict
        All parameter values of the point.
    number : int
        Of the point, for its seeds.
    F : (n, n)
        Information of the linear estimate, for parameters in units of their ranges.
    alive : bool array, (n,)
        Parameters that change the signal; the others stay at the point, without information.
    n_curves : int
        Curves, each with its own parameters, drawn uniformly from a box, and its own offsets.

    Returns
    -------
    F : (n, n)
    method : str
        "linear" or "ridge".

    Raises
    ------
    InputError
        Too few points of the box can be simulated.

    Notes
    -----
    The box reaches 2.5 standard errors to either side of the point, inside of the prior. A first
    regression on a third of the curves makes it smaller for the second. With E the covariance of
    the errors of a regression and P that of the parameters in its box, the curves add the
    information

        F = E^-1 - P^-1.

    Its eigenvalues in units of P^-1 that are below the scatter of n curves, 2 sqrt(2/n), count as
    0. E is that of curves that the regression has not seen, so F is attained, not merely possible;
    more curves raise it. Information is compared by log det(F + 12), with 12 that of a uniform
    prior.
    """
    method, errors = LINEAR, errors_with_prior(F)
    for turn, n in enumerate((max(LEAST_CURVES, n_curves // 3), n_curves)):
        box = _box(problem, point, np.where(alive, errors, 0.0))
        new = np.zeros(F.shape)
        new[np.ix_(alive, alive)] = _information(problem, point, (number, turn), box, alive, n)
        errors = np.minimum(errors, errors_with_prior(new))
        if _size(new) > _size(F):
            F, method = new, RIDGE
    return F, method


def _information(
    problem: IdentifyProblem,
    point: dict[str, Any],
    number: tuple[int, int],
    box: Box,
    alive: np.ndarray,
    n: int,
) -> np.ndarray:
    """E^-1 - P^-1 from n curves in a box, (n_alive, n_alive)."""
    theta, signals = _curves(problem, point, number, box, n)
    theta = theta[:, alive]
    variance = noise_variance(np.array(problem.noise_levels), signals.shape[-1])
    return gained_information(ridge_errors(as_vectors(signals), theta, variance), theta)


def gained_information(E: np.ndarray, theta: np.ndarray) -> np.ndarray:
    """Return E^-1 - P^-1 without what is within the scatter of the curves, (n_targets, n_targets).

    Parameters
    ----------
    E : (n_targets, n_targets)
        Covariance of the errors of a regression.
    theta : (n, n_targets)
        Parameters of its curves, with the covariance P.
    """
    P = np.atleast_2d(np.cov(theta.T))
    # In units of P^-1, with P = L L^T: eigenvalues of L^T E^-1 L - 1
    L = np.linalg.cholesky(P)
    gain, vectors = np.linalg.eigh(L.T @ np.linalg.inv(E) @ L)
    gain = np.where(gain - 1 > 2 * np.sqrt(2 / len(theta)), gain - 1, 0.0)
    half = np.linalg.solve(L.T, vectors)
    return (half * gain) @ half.T


def _size(F: np.ndarray) -> float:
    """log det(F + 12)."""
    return float(np.linalg.slogdet(F + np.eye(len(F)) / PRIOR_SD**2)[1])


def ridge_errors(X: np.ndarray, y: np.ndarray, variance: np.ndarray) -> np.ndarray:
    """Return the covariance of the errors of ridge regressions on curves that they have not seen.

    Parameters
    ----------
    X : (n, n_numbers)
        Curves without receiver noise.
    y : (n, n_targets)
        Their parameters.
    variance : (n_numbers,)
        Of the receiver noise and the rounding in every number.

    Returns
    -------
    (n_targets, n_targets)

    Notes
    -----
    In units of the noise, B = X/sigma, the expected loss over the noise is

        |y - B w|^2 + n |w|^2,

    a ridge regression whose penalty is known; a further one is chosen per target. Its error on a
    new curve is, with leave-one-out residuals r_i = (y_i - B_i w)/(1 - H_ii), mean(r^2) + |w|^2.

    References
    ----------
    Hastie, Tibshirani & Friedman, The Elements of Statistical Learning (2009), section 7.10.
    """
    n = len(X)
    B = (X - X.mean(0)) / np.sqrt(variance)
    U, s, _ = np.linalg.svd(B, full_matrices=False)
    values = s**2
    centred = y - y.mean(0)
    projected = U.T @ centred
    best = np.full(y.shape[1], np.inf)
    residuals, weights = np.zeros(y.shape), np.zeros((len(s), y.shape[1]))
    for penalty in n + PENALTIES * values[0]:
        shrink = values / (values + penalty)
        left_out = 1 - 1 / n - (U**2) @ shrink
        r = (centred - U @ (shrink[:, None] * projected)) / left_out[:, None]
        # Weights in the basis of the right singular vectors
        w = (s / (values + penalty))[:, None] * projected
        loss = (r**2).mean(0) + (w**2).sum(0)
        better = loss < best
        best = np.where(better, loss, best)
        residuals[:, better], weights[:, better] = r[:, better], w[:, better]
    return residuals.T @ residuals / n + weights.T @ weights


def _curves(
    problem: IdentifyProblem, point: dict[str, Any], number: tuple[int, int], box: Box, n: int
) -> tuple[np.ndarray, np.ndarray]:
    """Parameters in ranges, (n, n_targets), and signals, (n, n_settings, n_times)."""
    low, high = box
    rng = side_stream(problem.seed, Purpose.LOCAL_CURVES, *number)
    theta: list[np.ndarray] = []
    experiments = []
    for _ in range(MOST_DRAWS * n):
        if len(theta) == n:
            break
        values = low + (high - low) * rng.random(len(low))
        moved = point | dict(zip(problem.names, map(float, values), strict=True))
        try:
            experiments.append(problem.preset.experiments(**moved))
        except InputError as error:
            reason = error
            continue
        theta.append(values / problem.widths)
    if len(theta) < n:
        raise InputError(f"Too few curves around the point can be simulated. The last: {reason}")
    first = FIRST_SEED * (1 + number[1])
    seeds = seeds_of(problem.seed, number[0], first + n)[first:]
    return np.array(theta), simulate_several(experiments, seeds, "float32")


def _box(problem: IdentifyProblem, point: dict[str, Any], errors: np.ndarray) -> Box:
    """Lower and upper corner of the box around a point, inside of the prior, each (n,)."""
    here = np.array([point[name] for name in problem.names], dtype=float)
    reach = REACH * errors * problem.widths
    low = np.maximum(here - reach, [spec.low for spec in problem.specs])
    high = np.minimum(here + reach, [spec.high for spec in problem.specs])
    return np.minimum(low, here), np.maximum(high, here)
