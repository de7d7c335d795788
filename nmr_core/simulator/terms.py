"""The numbers in the equations of motion of a batch, and the state that solves them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np


@dataclass(frozen=True)
class Terms:
    """Terms of dm/ds = A m + g of every curve, frequencies and rates times a substep 2π dt/n_sub.

    Attributes
    ----------
    K : float64 array, (n_curves, n_x, n_y)
        Kernels.
    delta : float64 array, (n_curves, n_x, n_y)
        Offsets.
    rates : float64 array, (n_curves, 3)
        R2, R1 and g.
    n_sub : int64 array, (n_curves,)
        Substeps per step.
    coupled_z : bool
        Whether m_z couples in any curve.
    """

    K: np.ndarray
    delta: np.ndarray
    rates: np.ndarray
    n_sub: np.ndarray
    coupled_z: bool


class Spins(Protocol):
    """Polarisation of all spins of a batch, with their mean field.

    Sums are arrays (n_curves,) of the library that computes them; :meth:`collected` converts them.

    Attributes
    ----------
    m : complex array, (n_curves, n_x, n_y)
        m_x + i m_y.
    mz : float array, (n_curves, n_x, n_y)
        m_z.
    """

    @property
    def m(self) -> np.ndarray:
        """m_x + i m_y."""

    @property
    def mz(self) -> np.ndarray:
        """m_z."""

    def turn(self, R: np.ndarray) -> None:
        """Rotate all spins of curve k by the matrix R[k], in place; R is (n_curves, 3, 3)."""

    def sum(self) -> Any:
        """Sum of m over the lattice, (n_curves,)."""

    def sum_z(self) -> Any:
        """Sum of m_z over the lattice, (n_curves,)."""

    def collected(self, sums: Sequence[Any]) -> np.ndarray:
        """Sums at several times as one array, (n_curves, n_times)."""

    def field(self) -> Any:
        """The mean field of the present spins, valid until it is used once."""

    def copied(self, field: Any) -> Any:
        """A copy of a field that can be used several times."""

    def rotate(self, field: Any, fraction: float, couplings: np.ndarray) -> Any:
        """Rotate and relax every spin exactly under a constant field, for a fraction of a step.

        Parameters
        ----------
        field : object
            Result of :meth:`field`.
        fraction : float
            1 or 1/2.
        couplings : float64 array, (n_curves, 4)
            c_xx, c_xy, c_yy and c_zz of omega = (c_xx B_x + c_xy B_y, c_xy B_x + c_yy B_y,
            delta + c_zz B_z), times the substep.

        Returns
        -------
        array, (n_curves,)
            Sum of m over the lattice at the time of the field.
        """

    def keep(self) -> None:
        """Store the spins."""

    def restore(self) -> None:
        """Return to the stored spins."""
