"""Kernel regression of the parameters on noisy scores, judged by leave-one-out.

    k(x, y) = 1/(1 + |x - y|^2/h),    alpha = (K + l 1)^-1 (theta - mean)

The residual without material i, which needs no second fit, is alpha_i / [(K + l 1)^-1]_ii.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

POWERS = (0.5, 1.0)
"""How far columns are whitened: 0 keeps their variance, 1 makes all equal."""
SCALES = (0.5, 1.0, 2.0)
"""Length scales, in units of the median distance."""
N_CHOOSING = 256
"""Materials that choose power and scale where there are twice as many or more."""
RIDGES = (*(10.0 ** np.arange(-5, 1.1, 0.5)).tolist(), 100.0, 1000.0)
"""Values of l; with the largest every estimate is nearly the mean."""


@dataclass(frozen=True, eq=False)
class Whitening:
    """Linear map of one acquisition's scores to columns of comparable meaning.

    Parameters
    ----------
    mean : (k,)
    variance : (k,)
        Of the noisy scores.
    reliability : (k,)
        Fraction of the variance that is not receiver noise.
    """

    mean: np.ndarray
    variance: np.ndarray
    reliability: np.ndarray

    @classmethod
    def of(cls, scores: np.ndarray, noise: float) -> "Whitening":
        """Fit to noisy scores, (n, k), whose noise has the standard deviation ``noise``."""
        variance = np.maximum(scores.var(0), np.finfo(float).tiny)
        return cls(scores.mean(0), variance, np.clip(1 - noise**2 / variance, 0, 1))

    def columns(self, scores: np.ndarray, power: float) -> np.ndarray:
        """Return the columns, (n, k): deviations times reliability over variance^(power/2)."""
        weight = self.reliability * self.variance ** (-power / 2)
        return (scores - self.mean) * weight


@dataclass(frozen=True)
class Choice:
    """Hyper-parameters of one parameter's regression."""

    power: float
    scale: float
    ridge: float


@dataclass(frozen=True, eq=False)
class KernelFit:
    """A fitted regression.

    Parameters
    ----------
    mean : (n,)
        Mean of theta.
    residuals : (n_materials, n)
        Estimate minus truth of every material, by a fit without it.
    choices : tuple of Choice
        One per parameter, with the least residuals.
    whitenings : tuple of Whitening
        One per acquisition.
    scores : tuple of array, (n_materials, k)
    alpha : (n_materials, n)
    widths : dict
        (power, scale) -> h.
    """

    mean: np.ndarray
    residuals: np.ndarray
    choices: tuple[Choice, ...]
    whitenings: tuple[Whitening, ...]
    scores: tuple[np.ndarray, ...]
    alpha: np.ndarray
    widths: dict[tuple[float, float], float] = field(repr=False)

    def predict(self, scores: Sequence[np.ndarray]) -> np.ndarray:
        """Return estimates of theta, (m, n).

        Parameters
        ----------
        scores : sequence of array, (m, k)
            Noisy scores of the same acquisitions.
        """
        estimates = np.empty((len(scores[0]), len(self.mean)))
        for power in {choice.power for choice in self.choices}:
            D = squared_distances(self._columns(scores, power), self._columns(self.scores, power))
            for j, choice in enumerate(self.choices):
                if choice.power == power:
                    K = kernel(D, self.widths[power, choice.scale])
                    estimates[:, j] = self.mean[j] + K @ self.alpha[:, j]
        return estimates

    def _columns(self, scores: Sequence[np.ndarray], power: float) -> np.ndarray:
        return _joined(self.whitenings, scores, power)


def fit_kernel(
    scores: Sequence[np.ndarray],
    noise: Sequence[float] | np.ndarray,
    theta: np.ndarray,
    *,
    powers: Sequence[float] = POWERS,
    scales: Sequence[float] = SCALES,
) -> KernelFit:
    """Fit the regression of theta on the noisy scores of several acquisitions.

    Parameters
    ----------
    scores : sequence of array, (n_materials, k)
        One per acquisition.
    noise : sequence of float
        Standard deviation of the noise of each acquisition.
    theta : (n_materials, n)
        Values to estimate.
    powers, scales : sequence of float
        Among which the one of least leave-one-out error is chosen, separately for every parameter.

    Notes
    -----
    With K = U diag(w) U^T, every value of l costs one product of matrices, so the fit costs one
    eigendecomposition for each pair of power and scale. Of many materials, the first
    ``N_CHOOSING`` choose the pairs.
    """
    pairs = [(power, scale) for power in powers for scale in scales]
    if len(theta) >= 2 * N_CHOOSING and len(pairs) > 1:
        some = [one[:N_CHOOSING] for one in scores]
        few = fit_kernel(some, noise, theta[:N_CHOOSING], powers=powers, scales=scales)
        pairs = sorted({(choice.power, choice.scale) for choice in few.choices})
    whitenings = tuple(Whitening.of(one, s) for one, s in zip(scores, noise, strict=True))
    mean = theta.mean(0)
    Y = theta - mean
    n = Y.shape[1]
    least = np.full(n, np.inf)
    residuals, alpha = np.empty_like(Y), np.empty_like(Y)
    choices = [Choice(*pairs[0], RIDGES[0])] * n
    widths: dict[tuple[float, float], float] = {}
    for power in dict.fromkeys(power for power, _ in pairs):
        columns = _joined(whitenings, scores, power)
        D = squared_distances(columns, columns)
        median = float(np.median(D)) or 1.0
        for scale in (scale for own, scale in pairs if own == power):
            h = widths[power, scale] = median * scale**2
            w, U = np.linalg.eigh(kernel(D, h))
            projected = U.T @ Y
            squares = U * U
            for ridge in RIDGES:
                inverse = 1 / (np.maximum(w, 0) + ridge)
                a = U @ (inverse[:, None] * projected)
                r = -a / (squares @ inverse)[:, None]
                error = (r**2).mean(0)
                for j in np.flatnonzero(error < least):
                    least[j] = error[j]
                    residuals[:, j], alpha[:, j] = r[:, j], a[:, j]
                    choices[j] = Choice(power, scale, ridge)
    return KernelFit(mean, residuals, tuple(choices), whitenings, tuple(scores), alpha, widths)


def kernel(D: np.ndarray, h: float) -> np.ndarray:
    """Return k of squared distances."""
    return 1 / (1 + D / h)


def squared_distances(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Return |a_i - b_j|^2, (n_a, n_b)."""
    squares = (a**2).sum(1)[:, None] + (b**2).sum(1)
    return np.maximum(squares - 2 * a @ b.T, 0)


def _joined(
    whitenings: Sequence[Whitening], scores: Sequence[np.ndarray], power: float
) -> np.ndarray:
    pairs = zip(whitenings, scores, strict=True)
    return np.concatenate([one.columns(some, power) for one, some in pairs], axis=1)
