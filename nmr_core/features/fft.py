"""The spectrum of a curve, point by point."""

import numpy as np

from nmr_core.errors import InputError
from nmr_core.features._channels import ChannelFeaturizer

EDGE_SHARE = 6
"""The envelope reaches one half after 1/6 of the window at the latest, so that short windows are not lost."""


def double_sigmoid(n_points: int, edge: float, steepness: float) -> np.ndarray:
    """s(t) s(n_points - 1 - t) with s(t) = 1/(1 + exp(-steepness (t - edge))), t in points; ones for edge 0."""
    if not edge:
        return np.ones(n_points, np.float32)
    t, middle = np.arange(n_points), min(edge, n_points / EDGE_SHARE)
    rising = 0.5 * (
        1 + np.tanh(steepness * (t - middle) / 2)
    )  # the same function, without overflow
    return (rising * rising[::-1]).astype(np.float32)


class Fft(ChannelFeaturizer):
    """S = fftshift(fft(0.., w(t) M(t), ..0)), Re, Im and abs of it by ``channels``, between two shares of the frequency axis.

    edge, steepness : of the envelope w, a sigmoid 1/(1 + exp(-steepness (t - edge))) times its mirror image; points
    padding         : zeros on each side
    low, high       : the band, shares of the axis from its most negative (0) to its largest frequency (1)
    magnitude       : 1 = of abs(M) instead of M
    absolute        : 1 = absolute values of the channels
    Feature names: fft__im__-3 = Im, 3 points below the carrier. Source: 2021 summer project: edge 35, steepness 0.35, 2^8 zeros
    and abs(Im S) of abs(M) around the echo: channels ("im",), width 150, magnitude 1, absolute 1.
    """

    name = "fft"

    def __init__(
        self,
        channels=("re", "im"),
        window=None,
        *,
        centre=2 / 3,
        width=0,
        rescale=0,
        edge=35,
        steepness=0.35,
        padding=256,
        low=0.0,
        high=1.0,
        magnitude=0,
        absolute=0,
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
                f"The band needs 0 <= low < high <= 1, got low = {self.low:g} and high = {self.high:g}. "
                "0 to 1 is the whole spectrum, 1/2 the carrier."
            )

    def _prepare(self, n_window: int) -> None:
        n_points = n_window + 2 * self.padding
        self.envelope_ = double_sigmoid(n_window, self.edge, self.steepness)
        self.band_first_ = min(int(self.low * n_points), n_points - 1)
        self.band_last_ = max(self.band_first_ + 1, round(self.high * n_points))

    def _parts(self, curves: np.ndarray) -> list[np.ndarray]:
        n_window, padding = len(self.envelope_), self.padding
        padded = np.zeros(
            (len(curves), n_window + 2 * padding), np.result_type(curves.dtype, np.complex64)
        )
        padded[:, padding : padding + n_window] = (
            np.abs(curves) if self.magnitude else curves
        ) * self.envelope_
        spectrum = np.fft.fftshift(np.fft.fft(padded, axis=1), axes=1)[
            :, self.band_first_ : self.band_last_
        ]
        parts = super()._parts(spectrum)
        return [np.abs(part) for part in parts] if self.absolute else parts

    def _names(self) -> list[str]:
        carrier = (len(self.envelope_) + 2 * self.padding) // 2
        return [str(k - carrier) for k in range(self.band_first_, self.band_last_)]
