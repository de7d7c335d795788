"""Multi-scale least-squares polynomials: the features that won on the 2021 data, as one matrix product."""

import numpy as np

from nmr_core.errors import InputError
from nmr_core.features._featurizer import Featurizer


class Polynomial(Featurizer):
    """Coefficients of a polynomial of degree ``order`` fitted in each bin, for each way of cutting the window into bins.

    In a bin of length L the abscissa is x = 0..L-1 minus L//2, and coefficients run from the highest power down
    (NumPy's ``polyfit``). The fit is linear in the curve, so all bins are the rows of one (n_window, n_features)
    matrix. Feature names: polynomial__re__5_2__x1 = Re, third of 5 bins, the coefficient of x^1.
    Source: 2021 summer project, n_splits [4, 5, 10], order 3: 76 features a channel.
    """

    def __init__(self, channels=("re", "im"), window=None, n_splits=(4, 5, 10), order=3):
        super().__init__(channels, window)
        self.n_splits = n_splits
        self.order = order

    def _prepare(self, n_window: int) -> None:
        if n_window // max(self.n_splits) <= self.order:
            raise InputError(f"A window of {n_window} points cut into {max(self.n_splits)} bins leaves too few points for "
                             f"polynomials of order {self.order}. Widen the window or use fewer splits.")
        columns = []
        for n_split in self.n_splits:
            for points in np.array_split(np.arange(n_window), n_split):
                x = np.arange(len(points)) - len(points) // 2
                block = np.zeros((n_window, self.order + 1))
                block[points] = np.linalg.pinv(np.vander(x.astype(float), self.order + 1)).T
                columns.append(block)
        self.projection_ = np.hstack(columns).astype(np.float32)

    def _transform(self, curves: np.ndarray) -> np.ndarray:
        return curves @ self.projection_

    def _names(self) -> list[str]:
        return [f"{n_split}_{bin_}__x{power}" for n_split in self.n_splits for bin_ in range(n_split)
                for power in range(self.order, -1, -1)]
