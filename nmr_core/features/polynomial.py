"""Multi-scale least-squares polynomials, as one matrix product."""

from collections.abc import Sequence

import numpy as np

from nmr_core.errors import InputError
from nmr_core.features._channels import ChannelFeaturizer

N_SPLITS, ORDER = (4, 5, 10), 3
"""Numbers of bins, and the degree of the polynomials in each, as published."""


def splits(n_splits: Sequence[int]) -> tuple[int, ...]:
    """(4, 5, 10), [4, 5, 10] or "4,5,10" as different whole numbers > 0."""
    try:
        given = n_splits.split(",") if isinstance(n_splits, str) else list(n_splits)
        numbers = tuple(int(number) for number in given)
        if (
            not numbers
            or min(numbers) < 1
            or len(set(numbers)) < len(numbers)
            or any(not isinstance(number, str) and number != int(number) for number in given)
        ):
            raise ValueError
    except (TypeError, ValueError, OverflowError):
        raise InputError(
            f"n_splits must be different whole numbers > 0, got {str(n_splits)[:60]}. "
            "The published ones are 4,5,10."
        ) from None
    return numbers


def bins(n_points: int, n_splits: Sequence[int]) -> list[tuple[int, int]]:
    """First and last + 1 point of every bin, for each number of bins in ``n_splits``."""
    return [
        (int(points[0]), int(points[-1]) + 1)
        for n_split in splits(n_splits)
        for points in np.array_split(np.arange(n_points), n_split)
    ]


def projection(n_points: int, n_splits: Sequence[int], order: int) -> np.ndarray:
    """The matrix that turns a signal into the coefficients of all its fits.

    Parameters
    ----------
    n_points : int
        Points of the signal.
    n_splits : sequence of int
        Numbers of bins.
    order : int
        Degree of the polynomials.

    Returns
    -------
    float32 array, (n_points, n_features)
        In the rows of a bin the pseudoinverse of its Vandermonde matrix, zeros elsewhere.
    """
    if not _fits(n_points, max(splits(n_splits)), order):
        raise InputError(
            f"A window of {n_points} points cut into {max(splits(n_splits))} bins leaves too few "
            f"points for polynomials of order {order}. Widen the window or use fewer splits."
        )
    columns = []
    for first, last in bins(n_points, n_splits):
        length = last - first
        x = np.arange(length) - length // 2
        vandermonde = np.vander(x.astype(float), order + 1)
        block = np.zeros((n_points, order + 1))
        block[first:last] = np.linalg.pinv(vandermonde).T
        columns.append(block)
    return np.hstack(columns).astype(np.float32)


def fitting_splits(n_points: int) -> list[int]:
    """Return the published numbers of bins that fit a window; of a short one 1 and 2, if none."""
    for several in (N_SPLITS, (1, 2)):
        fitting = [n_split for n_split in several if _fits(n_points, n_split, ORDER)]
        if fitting:
            return fitting
    return []


def _fits(n_points: int, n_split: int, order: int) -> bool:
    """Whether every bin has more points than its polynomial has powers."""
    return n_points // n_split > order


def coefficient_names(n_splits: Sequence[int], order: int) -> list[str]:
    """ "5_2__x1": third of 5 bins, the coefficient of x^1."""
    return [
        f"{n_split}_{bin_}__x{power}"
        for n_split in splits(n_splits)
        for bin_ in range(n_split)
        for power in range(order, -1, -1)
    ]


class Polynomial(ChannelFeaturizer):
    """Coefficients of polynomials of degree ``order`` in bins of the window, for several n_bins.

    In a bin of length L the abscissa is x = 0 ... L - 1 minus L // 2, and the coefficients run from
    the highest power down (as in NumPy's ``polyfit``). Feature names: polynomial__re__5_2__x1 = Re
    M, third of 5 bins, coefficient of x^1.

    Parameters
    ----------
    channels, window, centre, width, rescale
        See :class:`ChannelFeaturizer`.
    n_splits : sequence of int
        Numbers of bins.
    order : int

    References
    ----------
    ML4SCI summer of code 2021: n_splits (4, 5, 10) and order 3, 76 features per channel; (2, 4, 5,
    10), 84 features.
    """

    name = "polynomial"

    def __init__(
        self,
        channels: Sequence[str] = ("re", "im"),
        window: tuple[int, int] | None = None,
        n_splits: Sequence[int] = N_SPLITS,
        order: int = ORDER,
        *,
        centre: float = 2 / 3,
        width: int = 0,
        rescale: int = 0,
    ):
        super().__init__(channels, window, centre=centre, width=width, rescale=rescale)
        self.n_splits = n_splits
        self.order = order

    def _prepare(self, n_window: int) -> None:
        self.projection_ = projection(n_window, self.n_splits, self.order)

    def _transform(self, curves: np.ndarray) -> np.ndarray:
        return curves @ self.projection_

    def _names(self) -> list[str]:
        return coefficient_names(self.n_splits, self.order)

    def _channel_support(self) -> np.ndarray:
        return np.repeat(bins(self.last_ - self.first_, self.n_splits), self.order + 1, axis=0)
