"""A batch of lattices that a device steps through a pulse sequence."""

from collections.abc import Sequence
from math import pi
from typing import TYPE_CHECKING

import numpy as np

from nmr_core.experiment import Experiment
from nmr_core.integrators import INTEGRATORS
from nmr_core.progress import report
from nmr_core.pulses import Steps
from nmr_core.simulator.batch import REPORT_EVERY, rotations, substeps
from nmr_core.simulator.counter_rotating import counter_rotating_factor
from nmr_core.simulator.device.rotation import Rates, Vector, rotated
from nmr_core.simulator.field import spectrum

if TYPE_CHECKING:
    import torch

DEVICE_SITES = 2**22
"""Spins that are propagated together: about 100 bytes each on the device."""

Field = tuple["torch.Tensor", "torch.Tensor | None"]
"""B_x + i B_y and B_z, each (n_curves, n_x, n_y); no B_z if no curve has alpha_z."""


class DeviceBatch:
    """Lattices of equal size on one time grid, stepped together by PyTorch.

    Parameters
    ----------
    experiments : sequence of Experiment
        One per curve; all share the size of the lattice and the time grid.
    offsets : float array, (n_curves, n_x, n_y)
        MHz.
    dtype : str
        "float32" or "float64".
    device : str
        "cuda" or "cpu".

    Notes
    -----
    The equations are those of :class:`nmr_core.simulator.batch.Batch`; curves of both agree to the
    round-off of ``dtype``, not to the last bit.
    """

    def __init__(
        self, experiments: Sequence[Experiment], offsets: np.ndarray, dtype: str, device: str
    ):
        import torch

        self.experiments, self.protocol = experiments, experiments[0].protocol
        self._dtype, self._device = np.dtype(dtype), device
        alpha = np.array([(e.alpha_x, e.alpha_y, e.alpha_z) for e in experiments])
        rates = np.array([(e.gamma_1, e.gamma_2, e.gamma_3) for e in experiments])
        K = np.stack([e.interaction * any(a) for e, a in zip(experiments, alpha, strict=True)])
        n_sub = substeps(experiments, alpha, rates, K, offsets)
        self._n_sub = self._column(n_sub.astype(np.int64))
        self._most = int(n_sub.max())
        self._weights = self._tensor(spectrum(K, self._dtype))
        self._alpha = [self._column(column) for column in alpha.T]
        self._delta = self._tensor(offsets.astype(self._dtype))
        totals = rates.sum(1) / 2, rates[:, 0] + rates[:, 1], (rates[:, 0] - rates[:, 1]) / 2
        self._rates = [self._column(rate) for rate in totals]
        self._h = 2 * pi * self.protocol.dt / n_sub
        zero = torch.zeros_like(self._delta)
        self.m = Vector(zero, zero, torch.full_like(zero, 0.5))
        self._coupled_z = bool(alpha[:, 2].any())
        self._step = INTEGRATORS[self.protocol.integrator].function
        self._s = 0.0

    def _tensor(self, values: np.ndarray) -> "torch.Tensor":
        import torch

        return torch.from_numpy(np.ascontiguousarray(values)).to(self._device)

    def _column(self, values: np.ndarray) -> "torch.Tensor":
        """One number per curve, (n_curves, 1, 1)."""
        if values.dtype.kind == "f":
            values = values.astype(self._dtype)
        return self._tensor(values[:, None, None])

    def field(self) -> Field:
        """Mean field of the present spins."""
        import torch

        spectra = torch.fft.fft2(torch.complex(self.m.x, self.m.y)) * self._weights
        B = torch.fft.ifft2(spectra)
        if not self._coupled_z:
            return B, None
        n_y = self.m.z.shape[2]
        half = torch.fft.rfft2(self.m.z) * self._weights[:, :, : n_y // 2 + 1]
        return B, torch.fft.irfft2(half, s=self.m.z.shape[1:])

    def rotate(self, field: Field, fraction: float) -> None:
        """Rotate and relax every spin exactly under a constant field, for a fraction of a step."""
        import torch

        h = self._column(self._h * fraction)
        w = Vector(*(component * h for component in self._velocity(field, fraction)))
        rates = Rates(*(rate * h for rate in self._rates))
        for k in range(self._most):
            m = rotated(self.m, w, rates)
            if k:
                active = self._n_sub > k
                m = Vector(*map(torch.where, [active] * 3, m, self.m))
            self.m = m

    def _velocity(self, field: Field, fraction: float) -> Vector:
        """Angular velocity of every spin, in reduced units."""
        B, Bz = field
        alpha_x, alpha_y, alpha_z = self._alpha
        x, y = alpha_x * B.real, alpha_y * B.imag
        if self.protocol.carrier:
            h = fraction * 2 * pi * self.protocol.dt
            factor = counter_rotating_factor(self.protocol, self._s, h)
            counter = (alpha_x + alpha_y) / 2 * (factor * B.conj())
            x, y = x + counter.real, y + counter.imag
        return Vector(x, y, self._delta if Bz is None else self._delta + alpha_z * Bz)

    def keep(self) -> None:
        """Store the spins."""
        self._stored = self.m

    def restore(self) -> None:
        """Return to the stored spins."""
        self.m = self._stored

    def turn(self, R: np.ndarray) -> None:
        """Rotate all spins of curve k by the matrix R[k]; R is (n_curves, 3, 3)."""
        rows = [[self._column(R[:, i, j]) for j in range(3)] for i in range(3)]
        x, y, z = self.m
        self.m = Vector(*(row[0] * x + row[1] * y + row[2] * z for row in rows))

    def run(self) -> np.ndarray:
        """Run the whole sequence.

        Returns
        -------
        complex array, (n_curves, n_times)
            M(t) = (1/N) sum_i (m_x + i m_y).
        """
        import torch

        with torch.no_grad():
            return torch.stack(self._signal(), dim=1).cpu().numpy()

    def _signal(self) -> list["torch.Tensor"]:
        """M at every recorded point, each (n_curves,)."""
        import torch

        signal: list[torch.Tensor] = []
        n_times = len(self.protocol.time)
        for number, event in enumerate(self.protocol.events):
            if not isinstance(event, Steps):
                self.turn(rotations(self.experiments, number))
                continue
            points = self.protocol.recorded(event.n_steps)
            for k in range(event.n_steps + 1):
                if k in points:
                    signal.append(torch.complex(self.m.x.mean((1, 2)), self.m.y.mean((1, 2))))
                    if not len(signal) % REPORT_EVERY:
                        report(len(signal), n_times, "simulating")
                if k < event.n_steps:
                    self._step(self)
                    self._s += 2 * pi * self.protocol.dt
        return signal


def device_batch_size(n_sites: int) -> int:
    """Number of curves that are propagated together."""
    return max(1, DEVICE_SITES // n_sites)
