"""The spectrum of a signal, point by point."""

from collections.abc import Sequence

import numpy as np

from nmr_core.errors import InputError
from nmr_core.features._channels import ChannelFeaturizer

EDGE_SHARE = 6
"""The envelope is one half after 1/6 of the window at most: a short one is not suppressed."""


def double_sigmoid(n_points: int, edge: float, steepness: float) -> np.ndarray:
    """Envelope s(t) s(n_points - 1 - t), s(t) = 1 / (1 + exp(-steepness (t - edge))), t in points.

    Returns
    -------
    float32 array, (n_points,)
        Ones for edge 0.
    """
    if not edge:
        return np.ones(n_points, np.float32)
    t = np.arange(n_points)
    middle = min(edge, n_points / EDGE_SHARE)
    # 1 / (1 + exp(-x)) = (1 + tanh(x / 2)) / 2, which does not overflow
    rising = 0.5 * (1 + np.tanh(steepness * (t - middle) / 2))
    return (rising * rising[::-1]).astype(np.float32)


class Fft(ChannelFeaturizer):
    """S = fftshift(fft(0 ... 0, w(t) M(t), 0 ... 0)) in a band of frequencies.

    Feature names: fft__im__-3 = Im S, 3 points below the carrier.

    Parameters
    ----------
    channels : sequence of str
        Of S: some of "re", "im", "abs".
    window, centre, width, rescale
        See :class:`ChannelFeaturizer`.
    edge, steepness : float
        Of the envelope w, see :func:`double_sigmoid`; in points and 1/points.
    padding : int
        Zeros on each side.
    low, high : float
        The band, as shares of the axis from the most negative (0) to the largest frequency (1).
    magnitude : int
        1: of |M| instead of M.
    absolute : int
        1: absolute values of the channels.

    References
    ----------
    ML4SCI summer of code 2021: edge 35, steepness 0.35, 2^8 zeros, |Im S| of |M| around the echo
    (channels ("im",), width 150, magnitude 1, absolute 1).
    """

    name = "fft"

    def __init__(
        self,
        channels: Sequence[str] = ("re", "im"),
        window: tuple[int, int] | None = None,
        *,
        centre: float = 2 / 3,
        width: int = 0,
        rescale: int = 0,
        edge: int = 35,
        steepness: float = 0.35,
        padding: int = 256,
        low: float = 0.0,
        high: float = 1.0,
        magnitude: int = 0,
        absolute: int = 0,
    ):
        super().__init__(channels, window, centre=centre, width=width, rescale=rescale)
        self.edge = edge
        self.steepness = steepness
        self.padding = padding
        self.low = low
        self.high = high
        self.magnitude = magnitude
        self.absolute = absolute

    def _check(self) -> None:
        super()._check()
        if not 0 <= self.low < self.high <= 1:
            raise InputError(
                f"The band needs 0 <= low < high <= 1, got low = {self.low:g} and high = "
                f"{self.high:g}. "
                "0 to 1 is the whole spectrum, 1/2 the carrier."
            )

    def _prepare(self, n_window: int) -> None:
        n_points = n_window + 2 * self.padding
        self.envelope_ = double_sigmoid(n_window, self.edge, self.steepness)
        self.band_first_ = min(int(self.low * n_points), n_points - 1)
        self.band_last_ = max(self.band_first_ + 1, round(self.high * n_points))

    def _parts(self, curves: np.ndarray) -> list[np.ndarray]:
        n_window = len(self.envelope_)
        signal = np.abs(curves) if self.magnitude else curves
        # 0 ... 0, w(t) M(t), 0 ... 0
        shape = (len(curves), n_window + 2 * self.padding)
        padded = np.zeros(shape, np.result_type(curves.dtype, np.complex64))
        padded[:, self.padding : self.padding + n_window] = signal * self.envelope_
        spectrum = np.fft.fftshift(np.fft.fft(padded, axis=1), axes=1)
        parts = super()._parts(spectrum[:, self.band_first_ : self.band_last_])
        return [np.abs(part) for part in parts] if self.absolute else parts

    def _names(self) -> list[str]:
        carrier = (len(self.envelope_) + 2 * self.padding) // 2
        return [str(k - carrier) for k in range(self.band_first_, self.band_last_)]
