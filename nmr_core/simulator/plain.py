"""Spins of a batch with scipy's FFTs, for lattices of any size."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from nmr_core.simulator._propagate import rotate_float32, rotate_float64
from nmr_core.simulator.field import correlate, correlate_real, spectrum
from nmr_core.simulator.terms import Terms


class Field(NamedTuple):
    """Mean field, and the sum of the spins that make it.

    Attributes
    ----------
    B : complex array, (n_curves, n_x, n_y)
        B_x + i B_y.
    Bz : float array, (n_curves, N) or (1, N)
        Zeros (1, N) if no curve has alpha_z.
    total : complex array, (n_curves,)
        Sum of m over the lattice.
    """

    B: np.ndarray
    Bz: np.ndarray
    total: np.ndarray


class PlainSpins:
    """The :class:`~.terms.Spins` of lattices of any size.

    Parameters
    ----------
    terms : Terms
        Terms of the equations of motion.
    dtype : dtype
        float32 or float64.
    """

    def __init__(self, terms: Terms, dtype: np.dtype):
        shape, n_sites = terms.delta.shape, terms.delta[0].size
        self.dtype, self._n_sub, self._coupled_z = dtype, terms.n_sub, terms.coupled_z
        self._weights = spectrum(terms.K, dtype)
        delta = terms.delta.reshape(len(terms.delta), n_sites).astype(dtype)
        rates = np.ascontiguousarray(terms.rates.T, dtype=dtype)
        self._scaled = {1.0: (delta, rates), 0.5: (delta / 2, rates / 2)}
        self._no_field_z = np.zeros((1, n_sites), dtype)
        self._rotate = rotate_float32 if dtype == np.float32 else rotate_float64
        # All spins along +z
        self.m = np.zeros(shape, np.result_type(dtype, np.complex64))
        self.mz = np.full(shape, 0.5, dtype)

    def turn(self, R: np.ndarray) -> None:
        """Rotate all spins of curve k by the matrix R[k], in place; R is (n_curves, 3, 3)."""
        R = R.astype(self.dtype)[..., None, None]
        x, y, z = self.m.real.copy(), self.m.imag.copy(), self.mz.copy()
        self.m.real, self.m.imag, self.mz[:] = (
            R[:, k, 0] * x + R[:, k, 1] * y + R[:, k, 2] * z for k in range(3)
        )

    def sum(self) -> np.ndarray:
        """Sum of m over the lattice, (n_curves,)."""
        return self.m.sum((1, 2))

    def sum_z(self) -> np.ndarray:
        """Sum of m_z over the lattice, (n_curves,)."""
        return self.mz.sum((1, 2))

    def collected(self, sums: Sequence[np.ndarray]) -> np.ndarray:
        """Sums at several times as one array, (n_curves, n_times)."""
        return np.stack(sums, axis=1)

    def field(self) -> Field:
        """The mean field of the present spins."""
        # Also with alpha = 0: the sum of a curve is then the same beside any others
        B, total = correlate(self.m, self._weights)
        if not self._coupled_z:
            return Field(B, self._no_field_z, total)
        return Field(B, correlate_real(self.mz, self._weights).reshape(len(B), -1), total)

    def copied(self, field: Field) -> Field:
        """A field that stays valid when the spins are rotated: this one does."""
        return field

    def rotate(self, field: Field, fraction: float, couplings: np.ndarray) -> np.ndarray:
        """Rotate and relax all spins, see :meth:`.terms.Spins.rotate`."""
        n_curves = len(self.m)
        delta, rates = self._scaled[fraction]
        self._rotate(
            self.m.reshape(n_curves, -1).view(self.dtype),
            self.mz.reshape(n_curves, -1),
            field.B.reshape(n_curves, -1).view(self.dtype),
            field.Bz,
            delta,
            couplings.astype(self.dtype),
            *rates,
            self._n_sub,
        )
        return field.total

    def keep(self) -> None:
        """Store the spins."""
        self._stored = self.m.copy(), self.mz.copy()

    def restore(self) -> None:
        """Return to the stored spins."""
        self.m[:], self.mz[:] = self._stored
