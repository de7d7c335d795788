"""MiniRocket: many fixed convolutions, and how often each is above its bias."""

import numpy as np

from nmr_core.errors import InputError
from nmr_core.extras import require
from nmr_core.features._channels import ChannelFeaturizer

MIN_POINTS = 9
"""Length of MiniRocket's kernels."""


class MiniRocket(ChannelFeaturizer):
    """Shares of points at which a dilated convolution of the curve is larger than a bias; about ``n_kernels`` a setting.

    84 kernels of 9 points, dilations up to the window's length, random subsets of the channels; biases are quantiles of
    the convolutions of training curves. Deterministic: its seed is 0. Feature names: minirocket__re+im__17.
    Source: Dempster, Schmidt & Webb, KDD 2021, as implemented by aeon (extra "minirocket"). What is learned is kept as plain
    arrays, so that a saved model holds no type of aeon's.
    """

    name = "minirocket"
    learns = True

    def __init__(
        self,
        channels=("re", "im"),
        window=None,
        *,
        n_kernels=2000,
        centre=2 / 3,
        width=0,
        rescale=0,
    ):
        super().__init__(channels, window, centre=centre, width=width, rescale=rescale)
        self.n_kernels = n_kernels

    def _prepare(self, n_window: int) -> None:
        require("minirocket", "The featurizer minirocket")
        if n_window < MIN_POINTS:
            raise InputError(
                f"minirocket needs a window of at least {MIN_POINTS} points, got {n_window}. Widen the window."
            )

    def _learn(self, curves: np.ndarray) -> None:
        state = np.random.get_state()  # noqa: NPY002 aeon seeds NumPy's global generator: leave it as it was
        try:
            self.learned_ = [
                list(self._aeon().fit(self._stacked(curves[:, k])).parameters)
                for k in range(curves.shape[1])
            ]
        finally:
            np.random.set_state(state)  # noqa: NPY002
        self.n_features_ = len(self.learned_[0][-1])

    def _aeon(self):
        require("minirocket", "The featurizer minirocket")
        from aeon.transformations.collection.convolution_based import MiniRocket as Aeon
        from numba import get_num_threads

        return Aeon(n_kernels=self.n_kernels, n_jobs=get_num_threads(), random_state=0)

    def _features(self, curves: np.ndarray, setting: int) -> np.ndarray:
        transformer, x = self._aeon(), self._stacked(curves)
        state = np.random.get_state()  # noqa: NPY002
        try:
            transformer.fit(x[:1])  # only so that it takes the learned arrays
        finally:
            np.random.set_state(state)  # noqa: NPY002
        transformer.parameters = tuple(self.learned_[setting])
        return transformer.transform(x)

    def _stacked(self, curves: np.ndarray) -> np.ndarray:
        """Channels of one setting as aeon takes them, float32 (n, n_channels, n_window)."""
        return np.stack(self._parts(self._rescaled(curves)), axis=1).astype(np.float32)

    def _recipes(self) -> list[str]:
        return [f"{'+'.join(self.channels)}__{k}" for k in range(self.n_features_)]

    def _support(self) -> np.ndarray:
        return np.tile((0, self.last_ - self.first_), (self.n_features_, 1))
