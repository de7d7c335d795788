"""How lattices lie in memory: a curve per lane (:class:`Curves`), or neighbouring sites of one
lattice in a vector (:class:`Sites`).

Either way a site goes through the same arithmetic, so that its bytes are the same.
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass

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

    @property
    def work_size(self) -> int:
        """Numbers in the room for transposing; 0 if columns are transformed in place."""
        return 0

    @abstractmethod
    def pack(self, values: np.ndarray) -> np.ndarray:
        """Flat array of numbers (n_curves, n_x, n_y)."""

    @abstractmethod
    def pack_spectrum(self, values: np.ndarray) -> np.ndarray:
        """Flat array of numbers (n_curves, n_x, n_y) for the pass over columns."""

    @abstractmethod
    def unpack(self, flat: np.ndarray) -> np.ndarray:
        """Numbers (n_curves, n_x, n_y) of a flat array."""

    @abstractmethod
    def sum_rows(self, sums: np.ndarray) -> np.ndarray:
        """Sums over every row, (..., n_rows, n_lanes) -> over the lattices, (..., n_curves)."""

    def _axis(self, n: int, stride: int, n_rows: int, distance: int) -> Axis:
        """Rows of n points, with their plan."""
        p = plan(n, self.dtype)
        return n, stride, n_rows, distance, p.stages, p.factors


class Curves(Layout):
    """n_lanes lattices; the spins at (x, y) of all of them form a vector, x slowest.

    The number of vectors in a row is odd, which spreads a column over all sets of the cache.
    """

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
        """Sums over every row, (..., n_rows, n_lanes) -> over the lattices, (..., n_lanes)."""
        return sums.sum(-2)


class Sites(Layout):
    """One lattice; n_lanes neighbours along x form a vector.

    Of such a strip all y follow each other, then comes the next strip: n_lanes neighbours along y
    are a contiguous tile, which is transposed before columns are transformed.
    """

    def _vectors(self, n: int) -> int:
        """Vectors that hold n numbers."""
        return -(-n // self.n_lanes)

    @property
    def _shape(self) -> tuple[int, int, int]:
        """Strips, sites along y rounded up to whole tiles, and lanes."""
        return self._vectors(self.n_x), self._vectors(self.n_y) * self.n_lanes, self.n_lanes

    @property
    def rows(self) -> Axis:
        """Where the rows lie, along y; n_lanes rows at a time."""
        n_strips, size, n_lanes = self._shape
        return self._axis(self.n_y, n_lanes, n_strips, size * n_lanes)

    @property
    def columns(self) -> Axis:
        """Points of a transposed column; n_lanes columns at a time, and the distance of spectra."""
        n_lanes = self.n_lanes
        return self._axis(self.n_x, n_lanes, self._vectors(self.n_y), self.n_x * n_lanes)

    @property
    def work_size(self) -> int:
        """Numbers in n_lanes transposed columns, Re and Im, and in two tiles."""
        n_tiles = 2 * self._vectors(self.n_x) + 2
        return n_tiles * self.n_lanes**2

    def pack(self, values: np.ndarray) -> np.ndarray:
        """Flat array of numbers (1, n_x, n_y)."""
        n_strips, size, n_lanes = self._shape
        sites = np.zeros((n_strips * n_lanes, size), self.dtype)
        sites[: self.n_x, : self.n_y] = values[0]
        return sites.reshape(n_strips, n_lanes, size).transpose(0, 2, 1).ravel()

    def pack_spectrum(self, values: np.ndarray) -> np.ndarray:
        """Flat array of numbers (1, n_x, n_y), n_lanes neighbours along y in a vector."""
        n_columns, n_lanes = self._vectors(self.n_y), self.n_lanes
        sites = np.zeros((self.n_x, n_columns * n_lanes), self.dtype)
        sites[:, : self.n_y] = values[0]
        return sites.reshape(self.n_x, n_columns, n_lanes).transpose(1, 0, 2).ravel()

    def unpack(self, flat: np.ndarray) -> np.ndarray:
        """Numbers (1, n_x, n_y) of a flat array."""
        n_strips, size, n_lanes = self._shape
        sites = flat.reshape(self._shape).transpose(0, 2, 1).reshape(n_strips * n_lanes, size)
        return sites[None, : self.n_x, : self.n_y]

    def sum_rows(self, sums: np.ndarray) -> np.ndarray:
        """Sums over every row, (..., n_rows, n_lanes) -> over the lattice, (..., 1)."""
        # One after the other, as :class:`Curves` sums them: ``sum`` would add a long row in pairs
        rows = sums.reshape(*sums.shape[:-2], -1)[..., : self.n_x]
        return rows.cumsum(-1)[..., -1:]
