"""Echoes compressed to a few scores on an orthonormal basis.

    x = (M - mean) W^T,    W W^T = 1,

with Re M and Im M of all points as one vector. Because W is orthonormal, receiver noise that is
white with standard deviation s in the echo is white with standard deviation s in the scores.
"""

from dataclasses import dataclass

import numpy as np

MOST = 24
"""Largest number of scores of one setting."""
NEGLIGIBLE = 0.1
"""What is left out has a standard deviation below this fraction of that of the noise."""


@dataclass(frozen=True, eq=False)
class Basis:
    """The principal components of the echoes of one setting.

    Parameters
    ----------
    mean : float32 array, (2 n_times,)
        Mean echo, Re M then Im M.
    components : float32 array, (k, 2 n_times)
        Orthonormal rows W, the largest variance first.
    """

    mean: np.ndarray
    components: np.ndarray

    def scores(self, signals: np.ndarray) -> np.ndarray:
        """Return the scores of echoes.

        Parameters
        ----------
        signals : complex array, (n, n_times)
            On the time grid of the setting.

        Returns
        -------
        float32 array, (n, k)
        """
        deviation = as_numbers(signals) - self.mean
        return deviation @ self.components.T


def fit_basis(signals: np.ndarray, noise: float, *, most: int = MOST) -> Basis:
    """Return the basis of the echoes of one setting.

    Parameters
    ----------
    signals : complex array, (n, n_times)
        Without receiver noise.
    noise : float
        Standard deviation of Re M and of Im M: components are added until the rest of the
        variance, summed over all points, is below (noise/10)^2.
    most : int
        Largest number of components.
    """
    X = as_numbers(signals)
    mean = X.mean(0)
    # Variances along the principal components, the largest first
    _, singular, components = np.linalg.svd(X - mean, full_matrices=False)
    variances = singular.astype(float) ** 2 / max(1, len(X) - 1)

    rest = variances[::-1].cumsum()[::-1]
    needed = int((rest > (NEGLIGIBLE * noise) ** 2).sum())
    k = int(np.clip(needed, 1, min(most, len(components))))
    return Basis(mean, np.ascontiguousarray(components[:k]))


def as_numbers(signals: np.ndarray) -> np.ndarray:
    """Return Re M and Im M of echoes as one vector each, float32 (n, 2 n_times)."""
    return np.concatenate([signals.real, signals.imag], axis=1).astype(np.float32)
