"""What a curve of certain estimates looks like: its principal components, and what they miss, as polynomials of the estimates."""

from dataclasses import dataclass
from math import comb

import numpy as np
from sklearn.decomposition import PCA
from sklearn.linear_model import Ridge
from sklearn.preprocessing import PolynomialFeatures

N_COMPONENTS = 40
MAX_DEGREE = 7
CURVES_A_TERM = 8
"""Curves that the mean's polynomial needs for each of its terms."""
RIDGE_MEAN, RIDGE_SPREAD = 1e-3, 0.1
TINY = 1e-12
MEAN_LOG = -1.2704
"""Mean of log(x²) of a standard normal x."""


def numbers(signals: np.ndarray, seen: np.ndarray) -> np.ndarray:
    """Re M and Im M of all settings at the points that the model looks at, float64 (n_samples, n_numbers).

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
    """z(y) = mean(u) + spread(u) · standardised residual. z are the whitened principal components of a curve y and log of the
    mean square that they miss, u its estimates and the first ``latent`` components (of a classifier, whose estimates say little).

    centre, axes : of the principal components, (n_numbers,) and (n_components, n_numbers); axes have length 1
    sd           : their standard deviations, (n_components,)
    mean, spread : coefficients of the polynomials of z but its first and of log(residual²), (n_rest, 1 + n_terms) each
    degrees      : of these polynomials
    latent       : int (1,)
    """

    centre: np.ndarray
    axes: np.ndarray
    sd: np.ndarray
    mean: np.ndarray
    spread: np.ndarray
    degrees: np.ndarray
    latent: np.ndarray

    def residual(self, curves: np.ndarray, estimates: np.ndarray) -> np.ndarray:
        """Standardised residuals (n_samples, n_rest) of ``numbers`` and estimates (n_samples, n_inputs) in [-1, 1]. That the
        components miss less than usual, as of a curve with less noise, is no residual."""
        z, u = _apart(
            _components(curves, self.centre, self.axes, self.sd), estimates, int(self.latent[0])
        )
        found = (z - _value(self.mean, u, int(self.degrees[0]))) / np.exp(
            _value(self.spread, u, int(self.degrees[1])) / 2
        )
        found[:, -1] = np.maximum(found[:, -1], 0)
        return found


def fit_emulator(
    curves: np.ndarray, estimates: np.ndarray, seed: int = 0, latent: int = 0
) -> Emulator:
    """Learned from ``numbers`` of curves and their estimates: two thirds give the mean, the rest its spread."""
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
    """(what is predicted, what from): the first ``latent`` of z, three standard deviations of them, go to the estimates."""
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
    found = Ridge(penalty).fit(_terms(estimates, degree), values)
    return np.concatenate([found.intercept_[:, None], found.coef_], axis=1)


def _value(coefficients: np.ndarray, estimates: np.ndarray, degree: int) -> np.ndarray:
    if coefficients.shape[1] == 1:
        return np.broadcast_to(coefficients[:, 0], (len(estimates), len(coefficients)))
    return _terms(estimates, degree) @ coefficients[:, 1:].T + coefficients[:, 0]
