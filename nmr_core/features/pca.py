"""Principal components of the signals."""

from collections.abc import Sequence

import numpy as np

from nmr_core.errors import InputError
from nmr_core.features._channels import ChannelFeaturizer

MAX_CURVES = 10_000
"""Signals to fit on, evenly spaced; more change components by less than their uncertainty."""
NOTHING = 1e-6
"""A standard deviation below this share of the largest one is round-off; it becomes 0."""


def thinned(n_curves: int) -> np.ndarray:
    """Indices of at most :data:`MAX_CURVES` signals, evenly spaced."""
    return np.linspace(0, n_curves - 1, min(n_curves, MAX_CURVES)).astype(int)


def components(x: np.ndarray, n_components: int, whiten: float) -> tuple[np.ndarray, np.ndarray]:
    """Mean (n_points,) and scaled directions (n_points, n_components) of x (n_samples, n_points).

    Fewer components where there are fewer samples or points; scaled as those of :class:`Pca`.
    """
    from sklearn.decomposition import PCA

    n_components = min(n_components, *x.shape)
    if not np.ptp(x, axis=0).any():
        return x[0], np.zeros((x.shape[1], n_components))
    pca = PCA(n_components, random_state=0).fit(x)
    sd = np.sqrt(pca.explained_variance_)
    # sigma^-whiten, and 0 for round-off
    is_signal = sd > NOTHING * sd[0]
    weight = np.where(is_signal, np.where(is_signal, sd, 1.0) ** -whiten, 0.0)
    directions = (pca.components_ * weight[:, None]).T
    scale = np.sqrt(np.mean((weight * sd) ** 2))
    return pca.mean_, directions / scale


class Pca(ChannelFeaturizer):
    """Principal components z_k = s (x - mean) . v_k / sigma_k^whiten of the training signals.

    The v_k are the directions in which the training signals vary most.

    x are all channels of a setting, one after another; sigma_k is the standard deviation along v_k,
    whose sign makes its largest entry positive. s is one number per setting: the mean of z_k^2 over
    components and training signals is 1.
    Feature names: pca__re+im__0 is the largest component.

    Parameters
    ----------
    channels, window, centre, width, rescale
        See :class:`ChannelFeaturizer`.
    n_components : int
        Fewer if there are fewer signals or points.
    whiten : float
        0 keeps the sizes of the components, 1 makes them equally large.
    """

    name = "pca"
    learns = True

    def __init__(
        self,
        channels: Sequence[str] = ("re", "im"),
        window: tuple[int, int] | None = None,
        *,
        n_components: int = 50,
        whiten: float = 0.5,
        centre: float = 2 / 3,
        width: int = 0,
        rescale: int = 0,
    ):
        super().__init__(channels, window, centre=centre, width=width, rescale=rescale)
        self.n_components = n_components
        self.whiten = whiten

    def _learn(self, curves: np.ndarray) -> None:
        if len(curves) < 2:
            raise InputError("Principal components need at least 2 curves, got 1. Train on more.")
        some = curves[thinned(len(curves))]
        learned = [
            components(self._joined(some[:, k]), self.n_components, self.whiten)
            for k in range(curves.shape[1])
        ]
        means, directions = zip(*learned, strict=True)
        self.means_ = np.stack(means)
        # Half the size of a file; rounded directions are directions, too
        self.directions_ = np.stack(directions).astype(np.float32)

    def _joined(self, curves: np.ndarray) -> np.ndarray:
        """All channels, float64 (n, n_points): small components are differences of large ones."""
        return np.concatenate(self._parts(self._rescaled(curves)), axis=1, dtype=float)

    def _features(self, curves: np.ndarray, setting: int) -> np.ndarray:
        return (self._joined(curves) - self.means_[setting]) @ self.directions_[setting]

    def _recipes(self) -> list[str]:
        return [f"{'+'.join(self.channels)}__{k}" for k in range(self.directions_.shape[2])]

    def _support(self) -> np.ndarray:
        return np.tile((0, self.last_ - self.first_), (self.directions_.shape[2], 1))
