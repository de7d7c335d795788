"""A batch of lattices that are stepped through a pulse sequence together."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import pi

import numpy as np

from nmr_core.errors import InputError
from nmr_core.experiment import Experiment
from nmr_core.integrators import INTEGRATORS
from nmr_core.progress import report
from nmr_core.pulses import Steps
from nmr_core.simulator._propagate import (
    MAX_NORM,
    add_counter_rotating,
    rotate_float32,
    rotate_float64,
)
from nmr_core.simulator.field import correlate, correlate_real, spectrum

MAX_SUBSTEPS = 64
TINY = 1e-300
BATCH_SITES = 20_000
"""Spins that are propagated together: 8 lattices of 50 × 50, which fit the cache of a core."""
REPORT_EVERY = 16
"""Steps between two progress reports, at which an abandoned preview is stopped."""


@dataclass
class Spins:
    """Polarisation of all spins of a batch.

    Attributes
    ----------
    m : complex array, (n_curves, n_x, n_y)
        m_x + i m_y.
    mz : float array, (n_curves, n_x, n_y)
        m_z.
    """

    m: np.ndarray
    mz: np.ndarray

    def turn(self, R: np.ndarray) -> None:
        """Rotate all spins of curve k by the matrix R[k], in place; R is (n_curves, 3, 3)."""
        R = R.astype(self.mz.dtype)[..., None, None]
        x, y, z = self.m.real.copy(), self.m.imag.copy(), self.mz.copy()
        self.m.real, self.m.imag, self.mz[:] = (
            R[:, k, 0] * x + R[:, k, 1] * y + R[:, k, 2] * z for k in range(3)
        )


def substeps(
    experiments: Sequence[Experiment],
    alpha: np.ndarray,
    rates: np.ndarray,
    K: np.ndarray,
    offsets: np.ndarray,
) -> np.ndarray:
    """Number of substeps per step with which the series of the exact step converges.

    Parameters
    ----------
    experiments : sequence of Experiment
        One per curve.
    alpha, rates : float array, (n_curves, 3)
        Couplings and relaxation rates, MHz.
    K, offsets : float array, (n_curves, n_x, n_y)
        Kernels, and offsets in MHz.

    Returns
    -------
    int64 array, (n_curves,)

    Raises
    ------
    InputError
        If dt gives fewer than two points per turn at the largest frequency, or too many substeps
        are needed; the message names the largest safe step.

    Notes
    -----
    The largest frequency is bounded by max abs(delta) + max abs(alpha) · sum abs(K)/2.
    """
    protocol = experiments[0].protocol
    # Bounds of the frequencies and of the norm of the generator
    fields = np.abs(alpha).max(1) * (2 if protocol.carrier else 1) * np.abs(K).sum((1, 2)) / 2
    largest = np.abs(offsets).max((1, 2)) + fields
    norm = 2 * pi * (largest + rates.sum(1))
    # Two points per turn, and at most MAX_SUBSTEPS substeps
    safe = min(1 / max(2 * largest.max(), TINY), MAX_SUBSTEPS * MAX_NORM / max(norm.max(), TINY))
    if not protocol.dt <= safe:
        raise InputError(
            f"dt = {protocol.dt:g} µs is too coarse for frequencies up to {largest.max():.4g} MHz "
            f"and rates up to {rates.sum(1).max():.4g} MHz. The largest step that is safe is "
            f"{0.99 * safe:.3g} µs."
        )
    return np.maximum(1, np.ceil(norm * protocol.dt / MAX_NORM)).astype(np.int64)


class Batch:
    """Lattices of equal size on one time grid, stepped together by the integrator of the protocol.

    Parameters
    ----------
    experiments : sequence of Experiment
        One per curve; all share the size of the lattice and the time grid.
    offsets : float array, (n_curves, n_x, n_y)
        MHz.
    dtype : str
        "float32" or "float64".

    Raises
    ------
    InputError
        For another dtype, or a step that is too coarse.
    """

    def __init__(self, experiments: Sequence[Experiment], offsets: np.ndarray, dtype: str):
        first = experiments[0]
        if dtype not in ("float32", "float64"):
            raise InputError(f"dtype must be float64 or float32, got {str(dtype)[:40]!r}.")
        self.experiments, self.protocol = experiments, first.protocol
        self.dtype, self.shape = np.dtype(dtype), offsets.shape
        alpha = np.array([(e.alpha_x, e.alpha_y, e.alpha_z) for e in experiments])
        rates = np.array([(e.gamma_1, e.gamma_2, e.gamma_3) for e in experiments])
        self.coupled_z = bool(alpha[:, 2].any())
        K = np.stack(
            [
                e.interaction if any(a) else np.zeros_like(e.interaction)
                for e, a in zip(experiments, alpha, strict=True)
            ]
        )
        self.n_sub = substeps(experiments, alpha, rates, K, offsets)
        self.weights = spectrum(K, self.dtype)
        # Offsets, couplings and rates times the reduced length of a substep
        step = 2 * pi * self.protocol.dt / self.n_sub[:, None]
        R2 = rates.sum(1) / 2
        R1 = rates[:, 0] + rates[:, 1]
        g = (rates[:, 0] - rates[:, 1]) / 2
        full = (
            offsets.reshape(len(offsets), -1) * step,
            alpha * step,
            *(rate * step[:, 0] for rate in (R2, R1, g)),
        )
        self._scaled = {1.0: tuple(np.ascontiguousarray(v, dtype=self.dtype) for v in full)}
        if first.protocol.integrator != "exponential_euler":
            self._scaled[0.5] = tuple(v / 2 for v in self._scaled[1.0])
        # All spins along +z, and real views of them for the jitted step
        self.spins = Spins(
            np.zeros(self.shape, np.result_type(self.dtype, np.complex64)),
            np.full(self.shape, 0.5, self.dtype),
        )
        self._flat = (
            self.spins.m.reshape(len(offsets), -1).view(self.dtype),
            self.spins.mz.reshape(len(offsets), -1),
        )
        self._rotate = rotate_float32 if self.dtype == np.float32 else rotate_float64
        self._no_field_z = np.zeros((1, offsets[0].size), self.dtype)
        self._across = (alpha[:, 0] + alpha[:, 1]) / 2 if first.protocol.carrier else None
        self._alpha = alpha
        self._step = INTEGRATORS[first.protocol.integrator].function
        self._s = 0.0
        self._total = None

    def field(self) -> tuple[np.ndarray, np.ndarray]:
        """Mean field of the present spins.

        Returns
        -------
        B : complex array, (n_curves, n_x, n_y)
            B_x + i B_y.
        Bz : float array, (n_curves, N) or (1, N)
            Zeros (1, N) if no curve has alpha_z.
        """
        # Also with alpha = 0: the sum of a curve is then the same beside any others
        B, total = correlate(self.spins.m, self.weights)
        if self._total is None:
            self._total = total
        if not self.coupled_z:
            return B, self._no_field_z
        return B, correlate_real(self.spins.mz, self.weights).reshape(len(B), -1)

    def rotate(self, field: tuple[np.ndarray, np.ndarray], fraction: float) -> None:
        """Rotate and relax every spin exactly under a constant field, for a fraction of a step."""
        B, Bz = field
        delta, alpha, *rates = self._scaled[fraction]
        if self._across is not None:
            B, alpha = self._with_counter_rotating(B, alpha, fraction)
        self._rotate(
            *self._flat,
            B.reshape(len(B), -1).view(self.dtype),
            Bz,
            delta,
            alpha,
            *rates,
            self.n_sub,
        )

    def _with_counter_rotating(
        self, B: np.ndarray, alpha: np.ndarray, fraction: float
    ) -> tuple[np.ndarray, np.ndarray]:
        """alpha B with its counter-rotating half, and the couplings to use with it.

        (alpha_x + alpha_y)/2 conj(B) exp(2 i nu0 s), averaged over the step
        """
        h = fraction * 2 * pi * self.protocol.dt
        nu = self.protocol.carrier
        mean = np.exp(2j * nu * (self._s + h / 2)) * np.sinc(nu * h / pi)
        effective = B.copy()
        add_counter_rotating(
            effective.reshape(len(B), -1),
            self._alpha.astype(self.dtype),
            (self._across * mean).astype(effective.dtype),
        )
        scale = (h / self.n_sub).astype(self.dtype)
        return effective, np.stack([scale, scale, alpha[:, 2]], axis=1)

    def keep(self) -> None:
        """Store the spins."""
        self._stored = self.spins.m.copy(), self.spins.mz.copy()

    def restore(self) -> None:
        """Return to the stored spins."""
        self.spins.m[:], self.spins.mz[:] = self._stored

    def step(self) -> np.ndarray:
        """Advance by dt; returns the sum of m over the lattice before the step, (n_curves,)."""
        self._total = None
        self._step(self)
        self._s += 2 * pi * self.protocol.dt
        return self._total

    def turn(self, k: int) -> None:
        """Apply the pulse of every curve that is event k of its sequence."""
        self.spins.turn(np.stack([e.protocol.events[k].rotation() for e in self.experiments]))

    def run(
        self, mz: np.ndarray | None = None, watch: Callable[[int, "Spins"], None] | None = None
    ) -> np.ndarray:
        """Run the whole sequence.

        Parameters
        ----------
        mz : float array, (n_curves, n_times), optional
            Filled with (1/N) sum_i m_z.
        watch : callable, optional
            Called as watch(index of the point, spins) at every recorded point.

        Returns
        -------
        complex array, (n_curves, n_times)
            M(t) = (1/N) sum_i (m_x + i m_y).
        """
        n_sites, n_times = self._no_field_z.shape[1], len(self.protocol.time)
        signal = np.empty((len(self.n_sub), n_times), self.spins.m.dtype)
        skipped, at = 1 if self.protocol.record == "after" else 0, 0
        for number, event in enumerate(self.protocol.events):
            if not isinstance(event, Steps):
                self.turn(number)
                continue
            for k in range(event.n_steps + 1):
                recorded = k >= skipped
                if recorded and mz is not None:
                    mz[:, at] = self._flat[1].sum(1) / n_sites
                if recorded and watch is not None:
                    watch(at, self.spins)
                total = self.step() if k < event.n_steps else self.spins.m.sum((1, 2))
                if recorded:
                    signal[:, at] = total / n_sites
                    at += 1
                if not at % REPORT_EVERY:
                    report(at, n_times, "simulating")
        return signal


def batch_size(n_sites: int) -> int:
    """Number of curves that are propagated together.

    It depends on the lattice only, so that the bytes of a curve do not depend on their number.
    """
    return max(1, min(32, BATCH_SITES // n_sites))
