"""Principal components of the curves."""

import numpy as np

from nmr_core.errors import InputError
from nmr_core.features._channels import ChannelFeaturizer

MAX_CURVES = 10_000
"""Curves that components are learned from, evenly spaced; more change them by less than their own uncertainty."""
NOTHING = 1e-6
"""Components whose standard deviation is below this share of the largest one's are round-off, and become 0."""


class Pca(ChannelFeaturizer):
    """z_k = s (x - mean) · v_k / sigma_k^whiten, for the ``n_components`` directions v_k in which curves vary most.

    x       : all channels of a setting, one after the other
    sigma_k : standard deviation along v_k; v_k's sign makes its largest entry positive
    whiten  : 0 keeps the sizes of the components, 1 makes all of them equally large
    s       : one number per setting, so that the mean of z_k² over components and training curves is 1
    Fewer components if there are fewer curves or points. Feature names: pca__re+im__0 is the largest.
    """

    name = "pca"
    learns = True

    def __init__(
        self,
        channels=("re", "im"),
        window=None,
        *,
        n_components=50,
        whiten=0.5,
        centre=2 / 3,
        width=0,
        rescale=0,
    ):
        super().__init__(channels, window, centre=centre, width=width, rescale=rescale)
        self.n_components = n_components
        self.whiten = whiten

    def _learn(self, curves: np.ndarray) -> None:
        if len(curves) < 2:
            raise InputError("Principal components need at least 2 curves, got 1. Train on more.")
        chosen = np.linspace(0, len(curves) - 1, min(len(curves), MAX_CURVES)).astype(int)
        learned = [
            self._components(self._joined(curves[chosen, k])) for k in range(curves.shape[1])
        ]
        self.means_, self.directions_ = map(np.stack, zip(*learned, strict=True))

    def _components(self, x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Mean (n_points,) and scaled directions (n_points, n_components)."""
        from sklearn.decomposition import PCA

        if not np.ptp(x, axis=0).any():
            return x[0], np.zeros((x.shape[1], min(self.n_components, *x.shape)))
        pca = PCA(min(self.n_components, *x.shape), random_state=0).fit(x)
        sd = np.sqrt(pca.explained_variance_)
        there = sd > NOTHING * sd[0]
        weight = np.where(there, np.where(there, sd, 1.0) ** -self.whiten, 0.0)
        directions = (pca.components_ * weight[:, None]).T
        return pca.mean_, directions / np.sqrt(np.mean((weight * sd) ** 2))

    def _joined(self, curves: np.ndarray) -> np.ndarray:
        """All channels in double precision: small components are differences of large numbers; float64 (n, n_points)."""
        return np.concatenate(self._parts(self._rescaled(curves)), axis=1, dtype=float)

    def _features(self, curves: np.ndarray, setting: int) -> np.ndarray:
        return (self._joined(curves) - self.means_[setting]) @ self.directions_[setting]

    def _recipes(self) -> list[str]:
        return [f"{'+'.join(self.channels)}__{k}" for k in range(self.directions_.shape[2])]

    def _support(self) -> np.ndarray:
        return np.tile((0, self.last_ - self.first_), (self.directions_.shape[2], 1))
