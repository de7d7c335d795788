"""Featurizers of the real channels Re M, Im M and |M|."""

from collections.abc import Sequence

import numpy as np

from nmr_core.errors import InputError
from nmr_core.features._featurizer import Featurizer

CHANNELS = {"re": np.real, "im": np.imag, "abs": np.abs}
TINY = np.finfo(np.float32).tiny


class ChannelFeaturizer(Featurizer):
    """A featurizer that treats each real channel alike.

    A subclass writes ``_transform(curves) -> (n, n_features)`` for one channel, real (n, n_window),
    and ``_names()``.

    Parameters
    ----------
    channels : sequence of str
        Some of "re", "im", "abs".
    window : (int, int), optional
        First and last + 1 point; None: as ``centre`` and ``width`` say.
    centre : float
        Position of the echo as a share of the record; the middle of the window is the point
        int(centre n_times).
    width : int
        Points before and after the middle, cut at the ends of the record; 0: the whole record.
    rescale : int
        1: each signal is divided by the largest |M| of its window, in each setting.
    """

    def __init__(
        self,
        channels: Sequence[str] = ("re", "im"),
        window: tuple[int, int] | None = None,
        *,
        centre: float = 2 / 3,
        width: int = 0,
        rescale: int = 0,
    ):
        super().__init__(window)
        self.channels = channels
        self.centre = centre
        self.width = width
        self.rescale = rescale

    def __setstate__(self, state: dict) -> None:
        """Models of version 0.3.0 were stored without centre, width and rescale."""
        super().__setstate__({"centre": 2 / 3, "width": 0, "rescale": 0} | state)

    def _check(self) -> None:
        check_channels(self.channels)

    def _limits(self, n_times: int) -> tuple[int, int]:
        if self.window is not None or not self.width:
            return super()._limits(n_times)
        middle = int(self.centre * n_times)
        return max(0, middle - self.width), max(1, min(n_times, middle + self.width))

    def _features(self, curves: np.ndarray, setting: int) -> np.ndarray:
        channels = self._parts(self._rescaled(curves))
        return np.concatenate([self._transform(channel) for channel in channels], axis=1)

    def _rescaled(self, curves: np.ndarray) -> np.ndarray:
        if not self.rescale:
            return curves
        largest = np.abs(curves).max(axis=1, keepdims=True)
        return curves / np.where(largest > TINY, largest, 1)

    def _parts(self, curves: np.ndarray) -> list[np.ndarray]:
        """The channels, real (n, n_points); contiguous, as BLAS needs them."""
        return [np.ascontiguousarray(CHANNELS[channel](curves)) for channel in self.channels]

    def _transform(self, curves: np.ndarray) -> np.ndarray:
        return curves

    def _recipes(self) -> list[str]:
        return [f"{channel}__{name}" for channel in self.channels for name in self._names()]

    def _support(self) -> np.ndarray:
        return np.tile(self._channel_support(), (len(self.channels), 1))

    def _channel_support(self) -> np.ndarray:
        """First and last + 1 point behind each feature of one channel, (n_features, 2)."""
        return np.tile((0, self.last_ - self.first_), (len(self._names()), 1))


def check_channels(channels: Sequence[str]) -> None:
    """:class:`InputError` unless ``channels`` is a list of different names of :data:`CHANNELS`."""
    several = isinstance(channels, list | tuple)
    known = several and bool(channels) and set(map(str, channels)) <= set(CHANNELS)
    if not known or len(set(channels)) < len(channels):
        raise InputError(
            f"channels must be some of {', '.join(CHANNELS)}; got "
            f"{list(channels) if several else channels!r}. "
            'Write several as ("re", "im"), one as ("abs",).'
        )
