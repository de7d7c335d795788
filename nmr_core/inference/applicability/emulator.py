"""Expected signal for given estimates: principal components as polynomials of the estimates."""

from dataclasses import dataclass
from math import comb

import numpy as np
from sklearn.decomposition import PCA
from sklearn.linear_model import Ridge
from sklearn.preprocessing import PolynomialFeatures

N_COMPONENTS = 40
MAX_DEGREE = 7
CURVES_A_TERM = 8
"""Signals per term of the polynomial of the mean."""
RIDGE_MEAN, RIDGE_SPREAD = 1e-3, 0.1
TINY = 1e-12
MEAN_LOG = -1.2704
"""Mean of log(x²) of a standard normal x."""


def numbers(signals: np.ndarray, seen: np.ndarray) -> np.ndarray:
    """Return Re M and Im M of all settings at the used times, float64 (n_samples, n_numbers).

    signals : complex (n_samples, n_settings, n_times); seen : bool (n_times,)
    """
    curves = signals[:, :, seen].reshape(len(signals), -1)
    return np.concatenate([curves.real, curves.imag], axis=1).astype(np.float64)


def degree_for(n_inputs: int, n_curves: int, most: int = MAX_DEGREE) -> int:
    """The highest degree whose terms, C(n_inputs + degree, degree), n_curves can determine; 1 at least."""
    return max(
        [1, *(k for k in range(2, most + 1) if CURVES_A_TERM * comb(n_inputs + k, k) <= n_curves)]
    )


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
        z, u = _apart(
            _components(curves, self.centre, self.axes, self.sd), estimates, int(self.latent[0])
        )
        residual = (z - _value(self.mean, u, int(self.degrees[0]))) / np.exp(
            _value(self.spread, u, int(self.degrees[1])) / 2
        )
        residual[:, -1] = np.maximum(residual[:, -1], 0)
        return residual


def fit_emulator(
    curves: np.ndarray, estimates: np.ndarray, seed: int = 0, latent: int = 0
) -> Emulator:
    """Fit an emulator to the output of :func:`numbers` and estimates in [-1, 1].

    Two thirds of the signals give the mean, the rest its spread.
    """
    half = 2 * len(curves) // 3
    pca = PCA(
        min(N_COMPONENTS, half // 10, curves.shape[1]), svd_solver="randomized", random_state=seed
    ).fit(curves[:half])
    basis = pca.mean_, pca.components_, np.sqrt(pca.explained_variance_ + TINY)
    z, u = _apart(_components(curves, *basis), estimates, latent)
    degrees = np.array(
        [degree_for(u.shape[1], half), degree_for(u.shape[1], len(curves) - half, 3)]
    )
    mean = _fitted(u[:half], z[:half], degrees[0], RIDGE_MEAN)
    squared = (z[half:] - _value(mean, u[half:], degrees[0])) ** 2
    spread = _fitted(u[half:], np.log(squared + TINY) - MEAN_LOG, degrees[1], RIDGE_SPREAD)
    return Emulator(*basis, mean, spread, degrees, np.array([latent]))


def _apart(z: np.ndarray, estimates: np.ndarray, latent: int) -> tuple[np.ndarray, np.ndarray]:
    """(z without its first ``latent`` columns, estimates with these columns over 3)."""
    return z[:, latent:], np.concatenate([estimates, np.clip(z[:, :latent] / 3, -1, 1)], axis=1)


def _components(
    curves: np.ndarray, centre: np.ndarray, axes: np.ndarray, sd: np.ndarray
) -> np.ndarray:
    """z of each curve, (n_samples, n_components + 1)."""
    centred = curves - centre
    scores = centred @ axes.T
    missed = np.maximum(0, (centred**2).sum(axis=1) - (scores**2).sum(axis=1)) / curves.shape[1]
    return np.concatenate([scores / sd, np.log(missed + TINY)[:, None]], axis=1)


def _terms(estimates: np.ndarray, degree: int) -> np.ndarray:
    return PolynomialFeatures(int(degree), include_bias=False).fit_transform(estimates)


def _fitted(estimates: np.ndarray, values: np.ndarray, degree: int, penalty: float) -> np.ndarray:
    """Coefficients (n_values, 1 + n_terms), the constant first."""
    if not estimates.shape[1]:
        return values.mean(axis=0)[:, None]
    fit = Ridge(penalty).fit(_terms(estimates, degree), values)
    return np.concatenate([fit.intercept_[:, None], fit.coef_], axis=1)


def _value(coefficients: np.ndarray, estimates: np.ndarray, degree: int) -> np.ndarray:
    if coefficients.shape[1] == 1:
        return np.broadcast_to(coefficients[:, 0], (len(estimates), len(coefficients)))
    return _terms(estimates, degree) @ coefficients[:, 1:].T + coefficients[:, 0]
