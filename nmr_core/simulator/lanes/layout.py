"""How lattices lie in memory: a curve per lane (:class:`Curves`), or neighbouring sites of one
lattice in a vector (:class:`Sites`).

Either way a site goes through the same arithmetic, so that its bytes are the same. The number of
vectors between neighbours along the slow axis is odd, which spreads them over all sets of the
cache.
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from nmr_core.simulator.lanes.plan import plan
from nmr_core.simulator.lanes.width import lane_count

Axis = tuple[int, int, int, int, np.ndarray, np.ndarray]
"""Points of a row (or column) and their stride, number of rows and their distance, and stages and
factors of the plan."""


@dataclass(frozen=True)
class Layout(ABC):
    """Where the sites of a group of curves lie in flat arrays.

    Parameters
    ----------
    n_x, n_y : int
        Sites along the axes of the lattice.
    dtype : str
        "float32" or "float64".
    """

    n_x: int
    n_y: int
    dtype: str

    single: ClassVar[bool]
    """Whether a group is one lattice, whose columns are transformed in a transposed copy."""

    @property
    def n_lanes(self) -> int:
        """Lanes of a vector."""
        return lane_count(self.dtype)

    @property
    @abstractmethod
    def rows(self) -> Axis:
        """Where the rows lie, along y."""

    @property
    @abstractmethod
    def columns(self) -> Axis:
        """Where the columns lie, along x, in the transposed copy if there is one."""

    @abstractmethod
    def pack(self, values: np.ndarray) -> np.ndarray:
        """Flat array of numbers (n_curves, n_x, n_y)."""

    @abstractmethod
    def pack_spectrum(self, values: np.ndarray) -> np.ndarray:
        """Flat array of numbers (n_curves, n_x, n_y) for the pass over columns."""

    @abstractmethod
    def unpack(self, flat: np.ndarray) -> np.ndarray:
        """View (n_curves, n_x, n_y) of a flat array."""

    @abstractmethod
    def sum_rows(self, sums: np.ndarray) -> np.ndarray:
        """Sums over the lattices, (n_curves,), of those over every row, (n_rows, n_lanes)."""

    def _axis(self, n: int, stride: int, n_rows: int, distance: int) -> Axis:
        """Rows of n points, with their plan."""
        p = plan(n, self.dtype)
        return n, stride, n_rows, distance, p.stages, p.factors


class Curves(Layout):
    """n_lanes lattices; the spins at (x, y) of all of them form a vector, x slowest."""

    single = False

    @property
    def _row_size(self) -> int:
        return self.n_lanes * (self.n_y | 1)

    @property
    def rows(self) -> Axis:
        """Where the rows lie, along y."""
        return self._axis(self.n_y, self.n_lanes, self.n_x, self._row_size)

    @property
    def columns(self) -> Axis:
        """Where the columns lie, along x."""
        return self._axis(self.n_x, self._row_size, self.n_y, self.n_lanes)

    def pack(self, values: np.ndarray) -> np.ndarray:
        """Flat array of numbers (n_curves, n_x, n_y); unused lanes repeat the last curve."""
        flat = np.zeros(self.n_x * self._row_size, self.dtype)
        lanes = self.unpack(flat)
        lanes[: len(values)] = values
        lanes[len(values) :] = values[-1]
        return flat

    def pack_spectrum(self, values: np.ndarray) -> np.ndarray:
        """Flat array of numbers (n_curves, n_x, n_y)."""
        return self.pack(values)

    def unpack(self, flat: np.ndarray) -> np.ndarray:
        """View (n_lanes, n_x, n_y) of a flat array."""
        vectors = flat.reshape(self.n_x, self.n_y | 1, self.n_lanes)
        return np.moveaxis(vectors[:, : self.n_y], -1, 0)

    def sum_rows(self, sums: np.ndarray) -> np.ndarray:
        """Sums over the lattices, (n_lanes,), of those over every row, (n_rows, n_lanes)."""
        return sums.sum(0)


class Sites(Layout):
    """One lattice, y slowest; n_lanes neighbours along x form a vector.

    In the transposed copy x is slowest, and n_lanes neighbours along y form a vector.
    """

    single = True

    def _vectors(self, n: int) -> int:
        """Vectors that hold n numbers."""
        return -(-n // self.n_lanes)

    def _stride(self, n: int) -> int:
        """Numbers in an odd number of vectors that hold n."""
        return self.n_lanes * (self._vectors(n) | 1)

    @property
    def rows(self) -> Axis:
        """Where the rows lie, along y; n_lanes rows at a time."""
        return self._axis(self.n_y, self._stride(self.n_x), self._vectors(self.n_x), self.n_lanes)

    @property
    def columns(self) -> Axis:
        """Where the columns lie in the transposed copy; n_lanes columns at a time."""
        return self._axis(self.n_x, self._stride(self.n_y), self._vectors(self.n_y), self.n_lanes)

    def pack(self, values: np.ndarray) -> np.ndarray:
        """Flat array of numbers (1, n_x, n_y)."""
        n_rows = self.n_lanes * self._vectors(self.n_y)
        flat = np.zeros(n_rows * self._stride(self.n_x), self.dtype)
        self.unpack(flat)[:] = values
        return flat

    def pack_spectrum(self, values: np.ndarray) -> np.ndarray:
        """Flat transposed array of numbers (1, n_x, n_y)."""
        n_rows = self.n_lanes * self._vectors(self.n_x)
        sites = np.zeros((n_rows, self._stride(self.n_y)), self.dtype)
        sites[: self.n_x, : self.n_y] = values[0]
        return sites.ravel()

    def unpack(self, flat: np.ndarray) -> np.ndarray:
        """View (1, n_x, n_y) of a flat array."""
        sites = flat.reshape(-1, self._stride(self.n_x))
        return sites[: self.n_y, : self.n_x].T[None]

    def sum_rows(self, sums: np.ndarray) -> np.ndarray:
        """Sum over the lattice, (1,), of those over every row, (n_rows, n_lanes)."""
        return sums.ravel()[: self.n_x].sum(keepdims=True)
