"""Multi-scale polynomials of the spectrum."""

from collections.abc import Sequence

import numpy as np

from nmr_core.features.fft import Fft
from nmr_core.features.polynomial import coefficient_names, projection


class PolynomialFft(Fft):
    """:class:`Fft`, then polynomials in bins of the band, as :class:`Polynomial` does in time.

    Feature names: polynomial_fft__im__5_2__x1 = Im S, third of 5 bins of the band, the coefficient
    of x^1.

    References
    ----------
    ML4SCI summer of code 2021, frequency polynomials; see :class:`Fft` for its |Im S|.
    """

    name = "polynomial_fft"

    def __init__(
        self,
        channels: Sequence[str] = ("re", "im"),
        window: tuple[int, int] | None = None,
        n_splits: Sequence[int] = (4, 5, 10),
        order: int = 3,
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
