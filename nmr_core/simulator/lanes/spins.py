"""Spins of a batch as vectors: groups of curves with a lane each, or lattices one by one."""

from collections.abc import Iterator, Sequence

import numpy as np

from nmr_core.simulator.lanes.group import Group
from nmr_core.simulator.lanes.layout import Curves, Layout, Sites
from nmr_core.simulator.lanes.step import START, STEP, SUM
from nmr_core.simulator.lanes.width import lane_count
from nmr_core.simulator.terms import Terms

LARGE = 50_000
"""Sites from which lattices are faster one by one: n_lanes of them do not fit the cache."""


def layouts(n_curves: int, n_x: int, n_y: int, dtype: str) -> Iterator[tuple[Layout, slice]]:
    """Layouts of all curves, with the curves of each.

    Groups of n_lanes curves; of the curves that are left over, less than half a group are faster
    one by one.
    """
    n_lanes, start = lane_count(dtype), 0
    while start < n_curves:
        n_left = min(n_lanes, n_curves - start)
        layout: Layout = Curves(n_x, n_y, dtype)
        if n_x * n_y >= LARGE or 2 * n_left < n_lanes:
            layout, n_left = Sites(n_x, n_y, dtype), 1
        yield layout, slice(start, start + n_left)
        start += n_left


class LaneSpins:
    """The :class:`~nmr_core.simulator.terms.Spins` of lattices whose sides have plans.

    Parameters
    ----------
    terms : Terms
        Terms of the equations of motion.
    dtype : dtype
        float32 or float64.
    """

    def __init__(self, terms: Terms, dtype: np.dtype):
        n_curves, n_x, n_y = terms.K.shape
        self._groups = [
            Group(layout, terms, curves)
            for layout, curves in layouts(n_curves, n_x, n_y, dtype.name)
        ]
        self._couplings: dict[float, np.ndarray] = {}
        self._fresh = False

    @property
    def m(self) -> np.ndarray:
        """m_x + i m_y of all spins, a copy."""
        x, y = self._component(0), self._component(1)
        m = np.empty(x.shape, np.result_type(x, np.complex64))
        m.real, m.imag = x, y
        return m

    @property
    def mz(self) -> np.ndarray:
        """m_z of all spins, a copy."""
        return self._component(2)

    def _component(self, k: int) -> np.ndarray:
        """A component of all spins, (n_curves, n_x, n_y)."""
        return np.concatenate([group.component(k) for group in self._groups])

    def turn(self, R: np.ndarray) -> None:
        """Rotate all spins of curve k by the matrix R[k], in place; R is (n_curves, 3, 3)."""
        for group in self._groups:
            group.turn(R[group.curves])
        self._fresh = False

    def sum(self) -> np.ndarray:
        """Sum of m over the lattice, (n_curves,)."""
        self.field()
        for group in self._groups:
            group.advance(SUM, 1.0)
        self._fresh = False
        return self._joined([group.sum() for group in self._groups])

    def sum_z(self) -> np.ndarray:
        """Sum of m_z over the lattice, (n_curves,)."""
        self.field()
        return self._joined([group.sum_z() for group in self._groups])

    @staticmethod
    def _joined(parts: list[np.ndarray]) -> np.ndarray:
        """Numbers of all groups, (n_curves,)."""
        return parts[0] if len(parts) == 1 else np.concatenate(parts)

    def collected(self, sums: Sequence[np.ndarray]) -> np.ndarray:
        """Sums at several times as one array, (n_curves, n_times)."""
        return np.stack(sums, axis=1)

    def field(self) -> list[np.ndarray]:
        """The mean field of the present spins, valid until it is used once."""
        if not self._fresh:
            for group in self._groups:
                group.advance(START, 1.0)
            self._fresh = True
        return [group.field for group in self._groups]

    def copied(self, field: list[np.ndarray]) -> list[np.ndarray]:
        """A copy of a field that can be used several times."""
        return [part.copy() for part in field]

    def rotate(self, field: list[np.ndarray], fraction: float, couplings: np.ndarray) -> np.ndarray:
        """Rotate and relax all spins, see :meth:`nmr_core.simulator.terms.Spins.rotate`."""
        changed = self._changed(fraction, couplings)
        for group, part in zip(self._groups, field, strict=True):
            if part is not group.field:
                group.field[:] = part
            group.advance(STEP, fraction, couplings[group.curves] if changed else None)
        self._fresh = True
        return self._joined([group.sum() for group in self._groups])

    def _changed(self, fraction: float, couplings: np.ndarray) -> bool:
        """Whether the groups have other couplings for a fraction of a step than these."""
        changed = self._couplings.get(fraction) is not couplings
        self._couplings[fraction] = couplings
        return changed

    def steps(
        self, n: int, couplings: np.ndarray, *, with_z: bool
    ) -> tuple[np.ndarray, np.ndarray | None]:
        """Advance by n whole steps, the same as n times :meth:`sum_z` and :meth:`rotate`.

        One call of Python per step: on lattices of a page all others took as long as the steps.

        Parameters
        ----------
        n : int
            Number of steps.
        couplings : float64 array, (n_curves, 4)
            As in :meth:`rotate`; constant.
        with_z : bool
            Whether m_z is summed.

        Returns
        -------
        sums : complex array, (n, n_curves)
            Sums of m over the lattice before the steps.
        sums_z : float array, (n, n_curves), or None
            Sums of m_z.
        """
        self.field()
        if self._changed(1.0, couplings):
            for group in self._groups:
                group.couple(1.0, couplings[group.curves])
        parts = [group.steps(n, with_z=with_z) for group in self._groups]
        sums, sums_z = zip(*parts, strict=True)
        return np.concatenate(sums, axis=1), np.concatenate(sums_z, axis=1) if with_z else None

    def keep(self) -> None:
        """Store the spins."""
        self._stored = [group.spins.copy() for group in self._groups]

    def restore(self) -> None:
        """Return to the stored spins."""
        for group, spins in zip(self._groups, self._stored, strict=True):
            group.spins[:] = spins
        self._fresh = False
