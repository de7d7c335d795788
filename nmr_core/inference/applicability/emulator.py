"""Expected signal for given estimates: principal components as polynomials of the estimates."""

from dataclasses import dataclass
from math import comb

import numpy as np
from sklearn.decomposition import PCA
from sklearn.linear_model import Ridge
from sklearn.preprocessing import PolynomialFeatures

N_COMPONENTS = 40
MAX_DEGREE = 7
MAX_SPREAD_DEGREE = 3
CURVES_PER_TERM = 8
"""Signals per term of the polynomial of the mean."""
RIDGE_MEAN, RIDGE_SPREAD = 1e-3, 0.1
TINY = 1e-12
MEAN_LOG = -1.2704
"""Mean of log(x^2) of a standard normal x."""


def numbers(signals: np.ndarray, used: np.ndarray) -> np.ndarray:
    """Return Re M and Im M of all settings at the used times.

    Parameters
    ----------
    signals : complex array, (n_samples, n_settings, n_times)
        Signals M(t).
    used : bool array, (n_times,)
        Time points that the features of the model use.

    Returns
    -------
    float64 array, (n_samples, n_numbers)
    """
    values = signals[:, :, used].reshape(len(signals), -1)
    return np.concatenate([values.real, values.imag], axis=1).astype(np.float64)


def degree_for(n_inputs: int, n_curves: int, most: int = MAX_DEGREE) -> int:
    """Return the degree of a polynomial that n_curves signals can determine, at least 1.

    A polynomial of n_inputs variables has C(n_inputs + degree, degree) terms.
    """
    degree = 1
    for candidate in range(2, most + 1):
        n_terms = comb(n_inputs + candidate, candidate)
        if CURVES_PER_TERM * n_terms <= n_curves:
            degree = candidate
    return degree


@dataclass(frozen=True)
class Emulator:
    """Model z(y) = mean(u) + spread(u) r with a standardised residual r.

    z are the whitened principal components of a signal y, and the logarithm of the mean square
    that they miss. u are its estimates and, for a classifier, the first ``latent`` components.

    Parameters
    ----------
    centre : (n_numbers,)
    axes : (n_components, n_numbers)
        Principal components of length 1.
    sd : (n_components,)
        Their standard deviations.
    mean, spread : (n_rest, 1 + n_terms)
        Coefficients of the polynomials for z (without its first ``latent`` columns) and for the
        logarithm of its squared residual.
    degrees : (2,)
        Of these polynomials.
    latent : int array, (1,)
    """

    centre: np.ndarray
    axes: np.ndarray
    sd: np.ndarray
    mean: np.ndarray
    spread: np.ndarray
    degrees: np.ndarray
    latent: np.ndarray

    def residual(self, curves: np.ndarray, estimates: np.ndarray) -> np.ndarray:
        """Return the standardised residuals, (n_samples, n_rest).

        Parameters
        ----------
        curves : (n_samples, n_numbers)
            From :func:`numbers`.
        estimates : (n_samples, n_inputs)
            In [-1, 1].

        Notes
        -----
        Components that miss less than usual, as for a signal with less noise, give no residual.
        """
        # z, and u from the estimates and the latent components
        z = _components(curves, self.centre, self.axes, self.sd)
        z, u = _split(z, estimates, int(self.latent[0]))

        # r = (z - mean(u)) / spread(u)
        mean = _polynomial(self.mean, u, int(self.degrees[0]))
        log_variance = _polynomial(self.spread, u, int(self.degrees[1]))
        residual = (z - mean) / np.exp(log_variance / 2)
        residual[:, -1] = np.maximum(residual[:, -1], 0)
        return residual


def fit_emulator(
    curves: np.ndarray, estimates: np.ndarray, seed: int = 0, latent: int = 0
) -> Emulator:
    """Fit an emulator.

    Parameters
    ----------
    curves : (n_samples, n_numbers)
        From :func:`numbers`.
    estimates : (n_samples, n_inputs)
        In [-1, 1].
    seed : int
        Of the randomised singular value decomposition.
    latent : int
        Principal components that are added to the estimates.

    Notes
    -----
    Two thirds of the signals give the mean, the others the spread. E log r^2 of a standard normal r
    is subtracted, so that r has unit variance.
    """
    n_mean = 2 * len(curves) // 3
    n_spread = len(curves) - n_mean

    # Whitened principal components
    n_components = min(N_COMPONENTS, n_mean // 10, curves.shape[1])
    pca = PCA(n_components, svd_solver="randomized", random_state=seed).fit(curves[:n_mean])
    centre, axes = pca.mean_, pca.components_
    sd = np.sqrt(pca.explained_variance_ + TINY)
    z, u = _split(_components(curves, centre, axes, sd), estimates, latent)

    # Mean: ridge regression of z on polynomials of u
    n_inputs = u.shape[1]
    mean_degree = degree_for(n_inputs, n_mean)
    mean = _coefficients(u[:n_mean], z[:n_mean], mean_degree, RIDGE_MEAN)

    # Spread: the same for the logarithm of the squared residual
    spread_degree = degree_for(n_inputs, n_spread, MAX_SPREAD_DEGREE)
    squared = (z[n_mean:] - _polynomial(mean, u[n_mean:], mean_degree)) ** 2
    log_variance = np.log(squared + TINY) - MEAN_LOG
    spread = _coefficients(u[n_mean:], log_variance, spread_degree, RIDGE_SPREAD)
    degrees = np.array([mean_degree, spread_degree])
    return Emulator(centre, axes, sd, mean, spread, degrees, np.array([latent]))


def _split(z: np.ndarray, estimates: np.ndarray, latent: int) -> tuple[np.ndarray, np.ndarray]:
    """z without its first ``latent`` columns, and u: the estimates with these columns over 3."""
    u = np.concatenate([estimates, np.clip(z[:, :latent] / 3, -1, 1)], axis=1)
    return z[:, latent:], u


def _components(
    curves: np.ndarray, centre: np.ndarray, axes: np.ndarray, sd: np.ndarray
) -> np.ndarray:
    """z of each signal, (n_samples, n_components + 1)."""
    centred = curves - centre
    scores = centred @ axes.T

    # Mean square that the components miss
    total = (centred**2).sum(axis=1)
    explained = (scores**2).sum(axis=1)
    missed = np.maximum(0, total - explained) / curves.shape[1]
    return np.concatenate([scores / sd, np.log(missed + TINY)[:, None]], axis=1)


def _terms(u: np.ndarray, degree: int) -> np.ndarray:
    """All monomials of u up to a degree, without the constant."""
    return PolynomialFeatures(int(degree), include_bias=False).fit_transform(u)


def _coefficients(u: np.ndarray, values: np.ndarray, degree: int, penalty: float) -> np.ndarray:
    """Coefficients (n_values, 1 + n_terms) of polynomials of u, the constant first."""
    if not u.shape[1]:
        return values.mean(axis=0)[:, None]
    ridge = Ridge(penalty).fit(_terms(u, degree), values)
    return np.concatenate([ridge.intercept_[:, None], ridge.coef_], axis=1)


def _polynomial(coefficients: np.ndarray, u: np.ndarray, degree: int) -> np.ndarray:
    """Values of polynomials at u, (n_samples, n_values)."""
    constant = coefficients[:, 0]
    if coefficients.shape[1] == 1:
        return np.broadcast_to(constant, (len(u), len(coefficients)))
    return _terms(u, degree) @ coefficients[:, 1:].T + constant
