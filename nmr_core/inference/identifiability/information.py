"""Fisher information of a measurement with receiver noise and disorder; errors and directions."""

from dataclasses import dataclass

import numpy as np

from nmr_core.inference.identifiability.identification import PRIOR_SD
from nmr_core.inference.identifiability.problem import IdentifyProblem
from nmr_core.inference.identifiability.sensitivities import PointSimulation

DEAD = 1e-9
"""A slope smaller than this, relative to the largest one (both times their ranges), counts as 0."""
LEAST = 1e-3
"""Information (of a parameter in units of its range) that counts as none: an error of 30 ranges."""
ROUNDING = 1e-6
"""Standard deviation that single precision adds to every measured number."""
LARGEST = 10.0
"""Errors above this many ranges count as infinite."""


def fisher(
    problem: IdentifyProblem, simulation: PointSimulation, noise: float | None = None
) -> np.ndarray:
    """Return the Fisher matrix of one point, (n, n), for parameters in units of their ranges.

    Parameters
    ----------
    problem : IdentifyProblem
        Preset, targets, noise and seeds.
    simulation : PointSimulation
        Signals around the point.
    noise : float, optional
        Receiver noise instead of that of the problem.
    """
    levels = np.array(problem.noise_levels)
    if noise is not None:
        levels = np.full(len(levels), noise)
    variance = noise_variance(levels, len(simulation.time))
    slopes = as_vectors(simulation.slopes) * problem.widths[:, None, None]
    if problem.disorder:
        return fisher_with_disorder(as_vectors(simulation.signals), slopes, variance)
    return fisher_of_noise(slopes, variance)


def as_vectors(signals: np.ndarray) -> np.ndarray:
    """Return measured numbers, Re M then Im M of all settings: real (..., 2 n_settings n_times).

    signals : complex (..., n_settings, n_times)
    """
    flat = signals.reshape(*signals.shape[:-2], -1)
    return np.concatenate([flat.real, flat.imag], axis=-1).astype(float)


def noise_variance(levels: np.ndarray, n_times: int) -> np.ndarray:
    """Return the variance of every measured number, (2 n_settings n_times,), without disorder.

    levels : standard deviation of receiver noise per setting, (n_settings,); ``ROUNDING`` is added
    """
    return np.tile(np.repeat(levels**2 + ROUNDING**2, n_times), 2)


def fisher_of_noise(slopes: np.ndarray, variance: np.ndarray) -> np.ndarray:
    """Return F = J V^-1 J^T, (n, n), for receiver noise alone.

    slopes : (n, n_slopes, n_numbers), scaled by the ranges
    """
    J = slopes.mean(1)
    return (J / variance) @ J.T


def fisher_with_disorder(
    signals: np.ndarray, slopes: np.ndarray, variance: np.ndarray
) -> np.ndarray:
    """Return F, (n, n), for x ~ Normal(mu(theta), V + C), C the covariance of the disorder.

    Parameters
    ----------
    signals : (n_seeds, n_numbers)
        Signals M(t).
    slopes : (n, n_slopes, n_numbers)
        Of the first seeds, scaled by the ranges.
    variance : (n_numbers,)
        Diagonal of V.

    Notes
    -----
    C has far more entries than there are seeds, and the inverse of the sample covariance would
    promise too much information. So the seeds are split in two halves:

    - half A gives weights W = (V + C_A)^-1 J_A, (n_numbers, n);
    - half B gives the slopes G = W^T J_B and the covariance T = W^T (V + C_B) W of the statistics
      t = W^T x; F = G T^-1 G^T;
    - the halves are swapped and both F averaged.

    Statistics hold no more information than the data (data processing inequality), so up to
    sampling F is never above the true one: errors are conservative, by 30 % with 384 seeds
    (ml4sci_2020_secular, against 3,000). Two biases are corrected: the inverse of a sample
    covariance is too large by (m - 1)/(m - n - 2), and the seed noise of G adds its covariance to
    G G^T. The dependence of C on theta is not used, nor is what a nonlinear estimator can learn
    from the disorder: without receiver noise a network trained on 200,000 signals of
    ml4sci_2020_secular estimates d better than this error.
    """
    size = np.sqrt((slopes.mean(1) ** 2).mean(1))
    alive = size > DEAD * size.max(initial=0)
    halves = [
        _half(
            signals[a::2],
            signals[1 - a :: 2],
            slopes[:, a::2],
            slopes[:, 1 - a :: 2],
            variance,
            alive,
        )
        for a in (0, 1)
    ]
    F = (halves[0] + halves[1]) / 2
    F = (F + F.T) / 2
    # The correction can leave negative eigenvalues; they stand for no information
    values, directions_ = np.linalg.eigh((F + F.T) / 2)
    if values.min(initial=0) < 0:
        return (directions_ * np.maximum(values, 0)) @ directions_.T
    return F


def _half(
    signals_a: np.ndarray,
    signals_b: np.ndarray,
    slopes_a: np.ndarray,
    slopes_b: np.ndarray,
    variance: np.ndarray,
    alive: np.ndarray,
) -> np.ndarray:
    """F with weights from half A, judged by half B."""
    W = weights(signals_a, slopes_a[alive].mean(1).T, variance)
    T_inverse, scale = inverse_covariance(signals_b, W, variance)

    # Slopes of the statistics, and the covariance of their mean over the seeds
    g = slopes_b @ W
    G = g.mean(1)
    n_seeds = g.shape[1]
    deviation = g - G[:, None]
    bias = 0.0
    if n_seeds > 1:
        spread = np.einsum("isk,kl,jsl->ij", deviation, T_inverse, deviation)
        bias = spread / (n_seeds * (n_seeds - 1))
    return scale * (G @ T_inverse @ G.T - bias)


def weights(signals: np.ndarray, J: np.ndarray, variance: np.ndarray) -> np.ndarray:
    """Return (V + C)^-1 J with columns of length 1, C shrunk a little towards its diagonal.

    J : (n_numbers, k); the inverse is computed by Woodbury's identity.
    """
    n_seeds = len(signals)
    shrinkage = min(0.2, 2 / n_seeds)
    X = (signals - signals.mean(0)).T / np.sqrt(max(1, n_seeds - 1))

    # V + C = D + X X^T with D diagonal
    D = (variance + shrinkage * (X**2).sum(1))[:, None]
    X = np.sqrt(1 - shrinkage) * X

    # (D + X X^T)^-1 J = B - D^-1 X (1 + X^T D^-1 X)^-1 X^T B with B = D^-1 J
    B = J / D
    small = np.eye(n_seeds) + X.T @ (X / D)
    W = B - (X / D) @ np.linalg.solve(small, X.T @ B)
    return W / np.linalg.norm(W, axis=0)


def inverse_covariance(
    signals: np.ndarray, W: np.ndarray, variance: np.ndarray
) -> tuple[np.ndarray, float]:
    """Return T^-1 and its bias correction, for T = W^T (V + C) W with C of these seeds."""
    t = (signals - signals.mean(0)) @ W
    n_seeds, k = t.shape
    T = t.T @ t / (n_seeds - 1) + W.T @ (variance[:, None] * W)
    scale = max(0.1, (n_seeds - k - 2) / (n_seeds - 1))
    return np.linalg.pinv(T, rcond=1e-13, hermitian=True), scale


# Standard errors


def standard_errors(F: np.ndarray) -> np.ndarray:
    """Return sqrt(diag(F^-1)), (n,), in ranges; inf above ``LARGEST``.

    A direction without information counts with ``LEAST``, so that parameters that it hardly
    contains keep a finite error.
    """
    values, vectors = np.linalg.eigh(F)
    errors = np.sqrt((vectors**2 / np.maximum(values, LEAST)).sum(1))
    return np.where(errors > LARGEST, np.inf, errors)


def errors_with_prior(F: np.ndarray) -> np.ndarray:
    """Return sqrt(diag((F + 12)^-1)), (n,): together with uniform priors; at most 0.289 ranges."""
    return np.sqrt(np.diag(np.linalg.inv(F + np.eye(len(F)) / PRIOR_SD**2)))


def conditional_errors(F: np.ndarray) -> np.ndarray:
    """Return 1/sqrt(F_ii), (n,): all other parameters known; inf without information."""
    d = np.diag(F)
    return np.where(d > LEAST, 1 / np.sqrt(np.where(d > LEAST, d, 1)), np.inf)


# Parameter combinations


@dataclass(frozen=True, eq=False)
class Directions:
    """Eigenvectors of a Fisher matrix, the best-known combination first.

    Parameters
    ----------
    names : tuple of str
    errors : (n,)
        Standard error along each, in ranges; inf where there is no information.
    components : (n, n)
        One direction of length 1 per row; columns are the parameters in units of their ranges.
    """

    names: tuple[str, ...]
    errors: np.ndarray
    components: np.ndarray


def directions(names: tuple[str, ...], F: np.ndarray) -> Directions:
    """Return the eigenvectors of F; the largest component of each is positive."""
    values, vectors = np.linalg.eigh(F)
    values, vectors = values[::-1], vectors[:, ::-1].T
    largest = np.abs(vectors).argmax(1)
    signs = np.sign(vectors[np.arange(len(F)), largest])
    errors = np.where(values > LEAST, 1 / np.sqrt(np.maximum(values, LEAST)), np.inf)
    return Directions(names, errors, vectors * signs[:, None])


def product_exponent(F: np.ndarray, scaled: np.ndarray, i: int, j: int) -> tuple[float, float]:
    """Return (q, ratio): theta_i theta_j^q is the best-known combination of a pair.

    Parameters
    ----------
    F : array, (n, n)
        Fisher matrix.
    scaled : (n,)
        theta over its range; all other parameters are free.
    i : int
        Row of the first parameter.
    j : int
        Row of the second parameter.

    Returns
    -------
    q : float
        From the null direction in log-parameters; NaN where there is none.
    ratio : float
        Of the two eigenvalues of the pair; 0: only the product is known.
    """
    # Fisher matrix of the logarithms; Schur complement, so that the others are free
    logarithmic = F * np.outer(scaled, scaled)
    pair, rest = [i, j], [k for k in range(len(F)) if k not in (i, j)]
    S = logarithmic[np.ix_(pair, pair)]
    if rest:
        cross = logarithmic[np.ix_(pair, rest)]
        inverse = np.linalg.pinv(logarithmic[np.ix_(rest, rest)], rcond=1e-12, hermitian=True)
        S = S - cross @ inverse @ cross.T

    values, vectors = np.linalg.eigh((S + S.T) / 2)
    null = vectors[:, 0]
    if not values[1] > 0 or abs(null[1]) < 1e-9:
        return np.nan, 1.0
    return float(-null[0] / null[1]), float(max(values[0], 0) / values[1])
