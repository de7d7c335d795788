"""MiniRocket: many fixed convolutions, and how often each is above its bias."""

from collections.abc import Sequence

import numpy as np

from nmr_core.errors import InputError
from nmr_core.extras import require
from nmr_core.features._channels import ChannelFeaturizer

MIN_POINTS = 9
"""Length of MiniRocket's kernels."""


class MiniRocket(ChannelFeaturizer):
    """Shares of the points at which a dilated convolution of the signal exceeds a bias.

    84 kernels of 9 points, dilations up to the length of the window, random subsets of the
    channels; the biases are quantiles of the convolutions of training signals. Deterministic, with
    seed 0. The fitted state consists of plain arrays, so a saved model holds no type of aeon.
    Feature names: minirocket__re+im__17. Needs the extra "minirocket".

    Parameters
    ----------
    channels, window, centre, width, rescale
        See :class:`ChannelFeaturizer`.
    n_kernels : int
        Features per setting, rounded down to a multiple of 84.

    References
    ----------
    Dempster, Schmidt and Webb, KDD 2021; as implemented by aeon.
    """

    name = "minirocket"
    learns = True

    def __init__(
        self,
        channels: Sequence[str] = ("re", "im"),
        window: tuple[int, int] | None = None,
        *,
        n_kernels: int = 2000,
        centre: float = 2 / 3,
        width: int = 0,
        rescale: int = 0,
    ):
        super().__init__(channels, window, centre=centre, width=width, rescale=rescale)
        self.n_kernels = n_kernels

    def _prepare(self, n_window: int) -> None:
        require("minirocket", "The featurizer minirocket")
        if n_window < MIN_POINTS:
            raise InputError(
                f"minirocket needs a window of at least {MIN_POINTS} points, got {n_window}. "
                "Widen the window."
            )

    def _learn(self, curves: np.ndarray) -> None:
        # aeon seeds the global generator of NumPy: restore it
        state = np.random.get_state()  # noqa: NPY002
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
            transformer.fit(x[:1])  # only to make it accept the fitted arrays
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
