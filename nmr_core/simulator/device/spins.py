"""Spins of a batch on a device of PyTorch."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from nmr_core.simulator.device.rotation import Rates, Vector, rotated
from nmr_core.simulator.field import spectrum
from nmr_core.simulator.terms import Terms

if TYPE_CHECKING:
    import torch


class Field(NamedTuple):
    """Mean field, and the sum of the spins that make it.

    Attributes
    ----------
    B : complex tensor, (n_curves, n_x, n_y)
        B_x + i B_y.
    Bz : float tensor, (n_curves, n_x, n_y), or None
        None if no curve has alpha_z.
    total : complex tensor, (n_curves,)
        Sum of m over the lattice.
    """

    B: "torch.Tensor"
    Bz: "torch.Tensor | None"
    total: "torch.Tensor"


class DeviceSpins:
    """The :class:`~nmr_core.simulator.terms.Spins` of lattices of any size, by PyTorch.

    No step leaves the device; only what is asked for comes back.

    Parameters
    ----------
    terms : Terms
        Terms of the equations of motion.
    dtype : dtype
        float32 or float64.
    device : str
        "cuda" or "cpu".
    """

    def __init__(self, terms: Terms, dtype: np.dtype, device: str):
        import torch

        self._dtype, self._device = dtype, device
        self._weights = self._tensor(spectrum(terms.K, dtype))
        self._coupled_z = terms.coupled_z
        self._n_sub, self._most = self._column(terms.n_sub), int(terms.n_sub.max())
        delta = self._tensor(terms.delta.astype(dtype))
        rates = Rates(*(self._column(rate.astype(dtype)) for rate in terms.rates.T))
        self._scaled = {1.0: (delta, rates), 0.5: (delta / 2, Rates(*(rate / 2 for rate in rates)))}
        self._couplings: dict[float, tuple[np.ndarray, list[torch.Tensor]]] = {}
        # All spins along +z
        zero = torch.zeros_like(delta)
        self._spins = Vector(zero, zero, torch.full_like(zero, 0.5))

    def _tensor(self, values: np.ndarray) -> "torch.Tensor":
        import torch

        return torch.from_numpy(np.ascontiguousarray(values)).to(self._device)

    def _column(self, values: np.ndarray) -> "torch.Tensor":
        """One number per curve, (n_curves, 1, 1)."""
        return self._tensor(values[:, None, None])

    @property
    def m(self) -> np.ndarray:
        """m_x + i m_y of all spins, a copy."""
        return (self._spins.x + 1j * self._spins.y).cpu().numpy()

    @property
    def mz(self) -> np.ndarray:
        """m_z of all spins, a copy."""
        return self._spins.z.cpu().numpy()

    def turn(self, R: np.ndarray) -> None:
        """Rotate all spins of curve k by the matrix R[k]; R is (n_curves, 3, 3)."""
        R = R.astype(self._dtype)
        rows = [[self._column(R[:, i, j]) for j in range(3)] for i in range(3)]
        x, y, z = self._spins
        self._spins = Vector(*(row[0] * x + row[1] * y + row[2] * z for row in rows))

    def sum(self) -> "torch.Tensor":
        """Sum of m over the lattice, (n_curves,)."""
        return self._spins.x.sum((1, 2)) + 1j * self._spins.y.sum((1, 2))

    def sum_z(self) -> "torch.Tensor":
        """Sum of m_z over the lattice, (n_curves,)."""
        return self._spins.z.sum((1, 2))

    def collected(self, sums: "Sequence[torch.Tensor]") -> np.ndarray:
        """Sums at several times as one array, (n_curves, n_times)."""
        import torch

        return torch.stack(list(sums), dim=1).cpu().numpy()

    def field(self) -> Field:
        """The mean field of the present spins."""
        import torch

        spectra = torch.fft.fft2(torch.complex(self._spins.x, self._spins.y))
        B = torch.fft.ifft2(spectra * self._weights)
        if not self._coupled_z:
            return Field(B, None, spectra[:, 0, 0])
        z = self._spins.z
        half = torch.fft.rfft2(z) * self._weights[:, :, : z.shape[2] // 2 + 1]
        return Field(B, torch.fft.irfft2(half, s=z.shape[1:]), spectra[:, 0, 0])

    def copied(self, field: Field) -> Field:
        """A field that stays valid when the spins are rotated: this one does."""
        return field

    def rotate(self, field: Field, fraction: float, couplings: np.ndarray) -> "torch.Tensor":
        """Rotate and relax all spins, see :meth:`nmr_core.simulator.terms.Spins.rotate`."""
        import torch

        delta, rates = self._scaled[fraction]
        c_xx, c_xy, c_yy, c_zz = self._on_device(fraction, couplings)
        w = Vector(
            c_xx * field.B.real + c_xy * field.B.imag,
            c_xy * field.B.real + c_yy * field.B.imag,
            delta if field.Bz is None else delta + c_zz * field.Bz,
        )
        for k in range(self._most):
            spins = rotated(self._spins, w, rates)
            if k:
                active = self._n_sub > k
                spins = Vector(*map(torch.where, [active] * 3, spins, self._spins))
            self._spins = spins
        return field.total

    def _on_device(self, fraction: float, couplings: np.ndarray) -> "list[torch.Tensor]":
        """The four couplings as columns; those of the last call are there already."""
        last, columns = self._couplings.get(fraction, (None, []))
        if last is not couplings:
            columns = [self._column(column) for column in couplings.T.astype(self._dtype)]
            self._couplings[fraction] = couplings, columns
        return columns

    def keep(self) -> None:
        """Store the spins."""
        self._stored = self._spins

    def restore(self) -> None:
        """Return to the stored spins."""
        self._spins = self._stored
