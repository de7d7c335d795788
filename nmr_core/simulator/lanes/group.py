"""A group of curves: its arrays, and their step."""

import numpy as np

from nmr_core.simulator.field import spectrum
from nmr_core.simulator.lanes.layout import Layout
from nmr_core.simulator.lanes.plan import plan
from nmr_core.simulator.lanes.step import STEP, advance
from nmr_core.simulator.lanes.width import WIDTH
from nmr_core.simulator.terms import Terms


class Group:
    """Lattices that are advanced together.

    Parameters
    ----------
    layout : Layout
        Their arrangement in memory.
    terms : Terms
        Terms of the equations of motion of a batch.
    curves : slice
        The curves of the group.
    """

    def __init__(self, layout: Layout, terms: Terms, curves: slice):
        self.layout, self.dtype, self.curves = layout, np.dtype(layout.dtype), curves
        self.n_curves = curves.stop - curves.start
        self._axes = layout.rows, layout.columns
        # All spins along +z
        zeros = layout.pack(np.zeros(terms.K[curves].shape))
        self.spins = np.stack([zeros, zeros, layout.pack(np.full(terms.K[curves].shape, 0.5))])
        self.field = np.zeros((4 if terms.coupled_z else 2, zeros.size), self.dtype)
        self._total = np.zeros((layout.n_lanes, 2), self.dtype)
        self._sums_z = np.zeros((layout.rows[2], layout.n_lanes), self.dtype)
        self._kernel = self._packed_spectrum(terms.K[curves])
        self._work = np.zeros(layout.work_size, self.dtype)
        self._most = int(terms.n_sub[curves].max())
        self._scaled = {fraction: self._packed_terms(terms, fraction) for fraction in (1.0, 0.5)}

    def _packed_spectrum(self, K: np.ndarray) -> np.ndarray:
        """Spectrum of the kernels in the order of the transforms, with the 1/N of the inverse."""
        weights = spectrum(K, np.dtype("float64"))
        order_x, order_y = (plan(n, self.layout.dtype).order for n in K.shape[1:])
        weights = weights[:, order_x][:, :, order_y]
        parts = (weights.real, weights.imag) if np.iscomplexobj(weights) else (weights,)
        return np.stack([self.layout.pack_spectrum(part / K[0].size) for part in parts])

    def _packed_terms(self, terms: Terms, fraction: float) -> tuple[np.ndarray, np.ndarray]:
        """Offsets, and a vector per number of a curve, for a fraction of a step."""
        delta = self.layout.pack(terms.delta[self.curves] * fraction)
        values = np.zeros((8, self.layout.n_lanes), self.dtype)
        values[4:7] = self.lanes(terms.rates[self.curves].T * fraction)
        values[7] = self.lanes(terms.n_sub[self.curves])
        return delta, values

    def lanes(self, values: np.ndarray) -> np.ndarray:
        """Numbers (..., n_curves) spread over the lanes; unused lanes repeat the last curve."""
        n_lanes, n_curves = self.layout.n_lanes, values.shape[-1]
        return values[..., np.minimum(np.arange(n_lanes), n_curves - 1)]

    def component(self, k: int) -> np.ndarray:
        """m_x, m_y or m_z, (n_curves, n_x, n_y); a view of the spins, or a copy."""
        return self.layout.unpack(self.spins[k])[: self.n_curves]

    def sum(self) -> np.ndarray:
        """Sum of m over each lattice before the last step, (n_curves,)."""
        return self._total.view(np.result_type(self.dtype, np.complex64))[: self.n_curves, 0].copy()

    def sum_z(self) -> np.ndarray:
        """Sum of m_z over each lattice after the last step, (n_curves,)."""
        return self.layout.sum_rows(self._sums_z)[: self.n_curves]

    def turn(self, R: np.ndarray) -> None:
        """Rotate all spins of curve k by the matrix R[k], in place; R is (n_curves, 3, 3)."""
        R = self.lanes(np.moveaxis(R, 0, -1)).astype(self.dtype)
        x, y, z = self.spins.reshape(3, -1, self.layout.n_lanes)
        turned = [R[k, 0] * x + R[k, 1] * y + R[k, 2] * z for k in range(3)]
        self.spins[:] = np.reshape(turned, self.spins.shape)

    def advance(self, part: int, fraction: float, couplings: np.ndarray | None = None) -> None:
        """Run a part of a step, see :func:`.step.advance`.

        Parameters
        ----------
        part : int
            START, SUM or STEP.
        fraction : float
            Fraction of a step, 1 or 1/2.
        couplings : float array, (n_curves, 4), optional
            c_xx, c_xy, c_yy and c_zz times the substep.
        """
        if couplings is not None:
            self.couple(fraction, couplings)
        advance(*self._arguments(part, fraction))

    def couple(self, fraction: float, couplings: np.ndarray) -> None:
        """Set c_xx, c_xy, c_yy and c_zz of a fraction of a step, (n_curves, 4)."""
        self._scaled[fraction][1][:4] = self.lanes(couplings.T)

    def _arguments(self, part: int, fraction: float) -> tuple:
        """Arguments of :func:`.step.advance`."""
        delta, values = self._scaled[fraction]
        return (
            self.spins,
            self.field,
            delta,
            self._kernel,
            values,
            self._total,
            self._sums_z,
            *self._axes,
            self._work,
            self._most if part == STEP else 0,
            part,
            WIDTH,
        )

    def steps(self, n: int, *, with_z: bool) -> tuple[np.ndarray, np.ndarray | None]:
        """Advance by whole steps, each under the field at its beginning.

        Parameters
        ----------
        n : int
            Number of steps.
        with_z : bool
            Whether m_z is summed.

        Returns
        -------
        sums : complex array, (n, n_curves)
            Sums of m over each lattice before the steps.
        sums_z : float array, (n, n_curves), or None
            Sums of m_z.
        """
        arguments = self._arguments(STEP, 1.0)
        totals = np.empty((n, *self._total.shape), self.dtype)
        rows = np.empty((n if with_z else 0, *self._sums_z.shape), self.dtype)
        for k in range(n):
            if with_z:
                rows[k] = self._sums_z
            advance(*arguments)
            totals[k] = self._total
        sums = totals.view(np.result_type(self.dtype, np.complex64))[:, : self.n_curves, 0]
        if not with_z:
            return sums, None
        return sums, self.layout.sum_rows(rows)[:, : self.n_curves]
