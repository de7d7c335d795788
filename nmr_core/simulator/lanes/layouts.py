"""How lattices lie in memory: a curve per lane, or neighbouring sites of one lattice.

- Curves: n_lanes lattices; the spins at (x, y) of all of them form a vector, x slowest.
- Sites: one lattice, y slowest; n_lanes neighbours along x form a vector. Columns are transformed
  in a transposed copy, x slowest and n_lanes neighbours along y in a vector.

Either way a site goes through the same arithmetic, so that its bytes are the same. The number of
vectors between neighbours along the slow axis is odd, which spreads them over all sets of the
cache.
"""

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from nmr_core.simulator.lanes.plan import Plan, plan
from nmr_core.simulator.lanes.width import lane_count


class Layout(Protocol):
    """Where the sites of a group of curves lie in flat arrays."""

    n_lanes: int
    single: bool

    @property
    def rows(self) -> tuple:
        """Points of a row and their stride, number of rows and their distance, plan."""

    @property
    def columns(self) -> tuple:
        """The same of the columns, in the transposed copy if there is one."""

    def pack(self, values: np.ndarray) -> np.ndarray:
        """Flat array of numbers (n_curves, n_x, n_y)."""

    def pack_spectrum(self, values: np.ndarray) -> np.ndarray:
        """Flat array of numbers (n_curves, n_x, n_y) for the pass along x."""

    def unpack(self, flat: np.ndarray) -> np.ndarray:
        """View (n_curves, n_x, n_y) of a flat array."""

    def sum_rows(self, sums: np.ndarray) -> np.ndarray:
        """Sums over the lattices, (n_curves,), of those over every row, (n_rows, n_lanes)."""


def _stride(n: int, n_lanes: int) -> int:
    """Numbers between neighbours along the slow axis: n rounded up to an odd number of vectors."""
    return n_lanes * (-(-n // n_lanes) | 1)


def _rounded(n: int, n_lanes: int) -> int:
    """n rounded up to whole vectors."""
    return n_lanes * -(-n // n_lanes)


@dataclass(frozen=True)
class Curves:
    """n_lanes lattices of n_x × n_y sites, a lane each."""

    n_x: int
    n_y: int
    dtype: str
    single = False

    @property
    def n_lanes(self) -> int:
        """Lanes of a vector."""
        return lane_count(self.dtype)

    @property
    def rows(self) -> tuple:
        """Points of a row and their stride, number of rows and their distance, plan."""
        distance = self.n_lanes * (self.n_y | 1)
        return self.n_y, self.n_lanes, self.n_x, distance, *_arrays(plan(self.n_y, self.dtype))

    @property
    def columns(self) -> tuple:
        """Points of a column and their stride, number of columns and their distance, plan."""
        stride = self.n_lanes * (self.n_y | 1)
        return self.n_x, stride, self.n_y, self.n_lanes, *_arrays(plan(self.n_x, self.dtype))

    def pack(self, values: np.ndarray) -> np.ndarray:
        """Flat array of numbers (n_curves, n_x, n_y); unused lanes repeat the last curve."""
        flat = np.zeros(self.n_x * (self.n_y | 1) * self.n_lanes, self.dtype)
        lanes = self.unpack(flat)
        lanes[: len(values)] = values
        lanes[len(values) :] = values[-1]
        return flat

    pack_spectrum = pack

    def unpack(self, flat: np.ndarray) -> np.ndarray:
        """View (n_lanes, n_x, n_y) of a flat array."""
        return np.moveaxis(flat.reshape(self.n_x, self.n_y | 1, self.n_lanes)[:, : self.n_y], -1, 0)

    def sum_rows(self, sums: np.ndarray) -> np.ndarray:
        """Sums over the lattices, (n_lanes,), of those over every row, (n_rows, n_lanes)."""
        return sums.sum(0)


@dataclass(frozen=True)
class Sites:
    """One lattice of n_x × n_y sites, n_lanes neighbours in a vector."""

    n_x: int
    n_y: int
    dtype: str
    single = True

    @property
    def n_lanes(self) -> int:
        """Lanes of a vector."""
        return lane_count(self.dtype)

    @property
    def rows(self) -> tuple:
        """Points of a row and their stride, number of rows and their distance, plan."""
        n = self.n_lanes
        return (
            self.n_y,
            _stride(self.n_x, n),
            -(-self.n_x // n),
            n,
            *_arrays(plan(self.n_y, self.dtype)),
        )

    @property
    def columns(self) -> tuple:
        """Points of a column and their stride, number of columns and their distance, plan."""
        n = self.n_lanes
        return (
            self.n_x,
            _stride(self.n_y, n),
            -(-self.n_y // n),
            n,
            *_arrays(plan(self.n_x, self.dtype)),
        )

    def pack(self, values: np.ndarray) -> np.ndarray:
        """Flat array of numbers (1, n_x, n_y)."""
        n = self.n_lanes
        flat = np.zeros(_rounded(self.n_y, n) * _stride(self.n_x, n), self.dtype)
        self.unpack(flat)[:] = values
        return flat

    def pack_spectrum(self, values: np.ndarray) -> np.ndarray:
        """Flat array of numbers (1, n_x, n_y), x slowest."""
        n = self.n_lanes
        flat = np.zeros(_rounded(self.n_x, n) * _stride(self.n_y, n), self.dtype)
        flat.reshape(-1, _stride(self.n_y, n))[: self.n_x, : self.n_y] = values[0]
        return flat

    def unpack(self, flat: np.ndarray) -> np.ndarray:
        """View (1, n_x, n_y) of a flat array."""
        sites = flat.reshape(-1, _stride(self.n_x, self.n_lanes))
        return sites[: self.n_y, : self.n_x].T[None]

    def sum_rows(self, sums: np.ndarray) -> np.ndarray:
        """Sum over the lattice, (1,), of those over every row, n_lanes rows in a vector."""
        return sums.ravel()[: self.n_x].sum(keepdims=True)


def _arrays(p: Plan) -> tuple[np.ndarray, np.ndarray]:
    return p.stages, p.factors
