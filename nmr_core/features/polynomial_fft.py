"""Multi-scale polynomials of the spectrum."""

import numpy as np

from nmr_core.features.fft import Fft
from nmr_core.features.polynomial import coefficient_names, projection


class PolynomialFft(Fft):
    """:class:`Fft`, then polynomials of degree ``order`` fitted in bins of the band, as :class:`Polynomial` does in time.

    Feature names: polynomial_fft__im__5_2__x1 = Im S, third of 5 bins of the band, the coefficient of x^1.

    References
    ----------
    ML4SCI summer of code 2021, frequency polynomials; see :class:`Fft` for its |Im S|.
    """

    name = "polynomial_fft"

    def __init__(
        self,
        channels=("re", "im"),
        window=None,
        n_splits=(4, 5, 10),
        order=3,
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
        super().__init__(
            channels,
            window,
            centre=centre,
            width=width,
            rescale=rescale,
            edge=edge,
            steepness=steepness,
            padding=padding,
            low=low,
            high=high,
            magnitude=magnitude,
            absolute=absolute,
        )
        self.n_splits = n_splits
        self.order = order

    def _prepare(self, n_window: int) -> None:
        super()._prepare(n_window)
        self.projection_ = projection(self.band_last_ - self.band_first_, self.n_splits, self.order)

    def _transform(self, curves: np.ndarray) -> np.ndarray:
        return curves @ self.projection_

    def _names(self) -> list[str]:
        return coefficient_names(self.n_splits, self.order)
