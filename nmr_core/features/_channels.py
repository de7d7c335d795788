"""Featurizers that see Re M, Im M and abs(M), around the echo or everywhere, as they are or divided by their maximum."""

import numpy as np

from nmr_core.errors import InputError
from nmr_core.features._featurizer import Featurizer

CHANNELS = {"re": np.real, "im": np.imag, "abs": np.abs}
TINY = np.finfo(np.float32).tiny


class ChannelFeaturizer(Featurizer):
    """A featurizer of real channels. A subclass writes ``_transform(curves) -> (n, n_features)`` for one channel, real
    (n, n_window), and ``_names()`` for its features.

    channels : which of "re", "im", "abs"
    window   : (first, last) point, last excluded; None = as ``centre`` and ``width`` say
    centre   : share of the record at which the echo is; the window's middle is the point int(centre n_times)
    width    : points before and after that, cut at the ends of the record; 0 = the whole record
    rescale  : 1 = each curve, in each setting, is divided by the largest abs(M) of its window
    """

    def __init__(self, channels=("re", "im"), window=None, *, centre=2 / 3, width=0, rescale=0):
        super().__init__(window)
        self.channels = channels
        self.centre = centre
        self.width = width
        self.rescale = rescale

    def __setstate__(self, state: dict) -> None:
        """Models of version 0.3.0 know neither centre nor width nor rescale."""
        super().__setstate__({"centre": 2 / 3, "width": 0, "rescale": 0} | state)

    def _check(self) -> None:
        check_channels(self.channels)

    def _limits(self, n_times: int) -> tuple[int, int]:
        if self.window is not None or not self.width:
            return super()._limits(n_times)
        middle = int(self.centre * n_times)
        return max(0, middle - self.width), max(1, min(n_times, middle + self.width))

    def _features(self, curves: np.ndarray, setting: int) -> np.ndarray:
        return np.concatenate(
            [self._transform(part) for part in self._parts(self._rescaled(curves))], axis=1
        )

    def _rescaled(self, curves: np.ndarray) -> np.ndarray:
        if not self.rescale:
            return curves
        largest = np.abs(curves).max(axis=1, keepdims=True)
        return curves / np.where(largest > TINY, largest, 1)

    def _parts(self, curves: np.ndarray) -> list[np.ndarray]:
        """Real channels (n, n_points) each; contiguous, because BLAS takes nothing else."""
        return [np.ascontiguousarray(CHANNELS[channel](curves)) for channel in self.channels]

    def _transform(self, curves: np.ndarray) -> np.ndarray:
        return curves

    def _recipes(self) -> list[str]:
        return [f"{channel}__{name}" for channel in self.channels for name in self._names()]

    def _support(self) -> np.ndarray:
        return np.tile(self._channel_support(), (len(self.channels), 1))

    def _channel_support(self) -> np.ndarray:
        """Points of the window that the features of one channel look at, (n_features, 2)."""
        return np.tile((0, self.last_ - self.first_), (len(self._names()), 1))


def check_channels(channels) -> None:
    """:class:`InputError` unless ``channels`` is a list or tuple of some of :data:`CHANNELS`, each once."""
    several = isinstance(channels, list | tuple)
    if (
        not several
        or not channels
        or not set(map(str, channels)) <= set(CHANNELS)
        or len(set(channels)) < len(channels)
    ):
        raise InputError(
            f"channels must be some of {', '.join(CHANNELS)}; got {list(channels) if several else channels!r}. "
            'Write several as ("re", "im"), one as ("abs",).'
        )
