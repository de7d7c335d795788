"""Many echoes at once: the integrator that :func:`simulate` and every data set go through."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import pi

import numpy as np

from nmr_core.errors import InputError
from nmr_core.experiment import Delay, Experiment, Pulse
from nmr_core.simulator._propagate import MAX_NORM, rotate_float32, rotate_float64
from nmr_core.simulator.field import correlate, correlate_real, spectrum
from nmr_core.simulator.offsets import Seed, draw_offsets

MAX_SUBSTEPS = 64
BATCH_SITES = 20_000
"""Spins that are propagated together: 8 lattices of 50 × 50, what stays in a core's cache."""


@dataclass
class Spins:
    """The state of a batch. m : complex (n_curves, n_x, n_y), m_x + i m_y; mz : real, same shape."""

    m: np.ndarray
    mz: np.ndarray

    def turn(self, pulse: Pulse) -> None:
        """Rotate every spin by a pulse."""
        R = pulse.rotation().astype(self.mz.dtype)
        x, y, z = self.m.real.copy(), self.m.imag.copy(), self.mz
        self.m.real = R[0, 0] * x + R[0, 1] * y + R[0, 2] * z
        self.m.imag = R[1, 0] * x + R[1, 1] * y + R[1, 2] * z
        self.mz = R[2, 0] * x + R[2, 1] * y + R[2, 2] * z


class Batch:
    """Curves that share lattice and protocol, ready to be stepped; everything per curve is an array over curves."""

    def __init__(self, experiments: Sequence[Experiment], offsets: np.ndarray, dtype: str):
        first = experiments[0]
        if dtype not in ("float32", "float64"):
            raise InputError(f"dtype must be float64 or float32, got {str(dtype)[:40]!r}.")
        self.dtype, self.protocol, self.shape = np.dtype(dtype), first.protocol, offsets.shape
        alpha = np.array([(e.alpha_x, e.alpha_y, e.alpha_z) for e in experiments])
        rates = np.array([(e.gamma_1, e.gamma_2, e.gamma_3) for e in experiments])
        R2, R1, g = rates.sum(1) / 2, rates[:, 0] + rates[:, 1], (rates[:, 0] - rates[:, 1]) / 2
        self.coupled_z = bool(alpha[:, 2].any())
        K = np.stack([e.interaction if any(a) else np.zeros_like(e.interaction) for e, a in zip(experiments, alpha, strict=True)])
        largest = np.abs(offsets).max((1, 2)) + np.abs(alpha).max(1) * np.abs(K).sum((1, 2)) / 2 + R2 + R1
        step = 2 * pi * self.protocol.dt
        n_sub = np.maximum(1, np.ceil(step * largest / MAX_NORM))
        if not n_sub.max() <= MAX_SUBSTEPS:
            safe = 0.95 * MAX_SUBSTEPS * MAX_NORM / (2 * pi * largest.max())
            raise InputError(f"dt = {first.dt:g} µs is too coarse for frequencies up to {largest.max():g} MHz. "
                             f"Use dt <= {safe:.2g} µs, or weaker couplings.")
        self.n_sub = n_sub.astype(np.int64)
        self.weights = spectrum(K, self.dtype)
        sub = (step / self.n_sub)[:, None]
        self.delta = (offsets.reshape(len(offsets), -1) * sub).astype(self.dtype)
        self.alpha, self.R2, self.R1, self.g = (np.ascontiguousarray(v, dtype=self.dtype) for v in
                                                (alpha * sub, R2 * sub[:, 0], R1 * sub[:, 0], g * sub[:, 0]))
        self.spins = Spins(np.zeros(self.shape, np.result_type(self.dtype, np.complex64)),
                           np.full(self.shape, 0.5, self.dtype))
        self._rotate = rotate_float32 if self.dtype == np.float32 else rotate_float64
        self._no_field_z = np.zeros((1, self.delta.shape[1]), self.dtype)

    def step(self) -> np.ndarray:
        """One step of "exponential_euler": hold the mean field, rotate exactly. Returns sum(m) before it, (n_curves,)."""
        s, n = self.spins, len(self.delta)
        B, total = correlate(s.m, self.weights)  # also with alpha = 0: a curve's sum is taken the same way beside any other
        Bz = correlate_real(s.mz, self.weights).reshape(n, -1) if self.coupled_z else self._no_field_z
        self._rotate(s.m.reshape(n, -1).view(self.dtype), s.mz.reshape(n, -1), B.reshape(n, -1).view(self.dtype), Bz,
                     self.delta, self.alpha, self.R2, self.R1, self.g, self.n_sub)
        return total

    def run(self, mz: np.ndarray | None = None) -> np.ndarray:
        """The whole sequence: M(t) = (1/N) sum_i m_i, complex (n_curves, n_times); fills ``mz`` if it is given."""
        n_sites = self.delta.shape[1]
        signal = np.empty((len(self.delta), len(self.protocol.time)), self.spins.m.dtype)
        skipped, at = 1 if self.protocol.record == "after" else 0, 0
        for event in self.protocol.sequence:
            if isinstance(event, Pulse):
                self.spins.turn(event)
                continue
            assert isinstance(event, Delay)
            for k in range(event.n_steps + 1):
                recorded = k >= skipped
                if recorded and mz is not None:
                    mz[:, at] = self.spins.mz.mean((1, 2))
                total = self.step() if k < event.n_steps else self.spins.m.sum((1, 2))
                if recorded:
                    signal[:, at] = total / n_sites
                    at += 1
        return signal


def batch_size(n_sites: int) -> int:
    """Curves that are propagated together; it depends on the lattice only, so that a curve's bytes never depend on n."""
    return max(1, min(32, BATCH_SITES // n_sites))


def simulate_batch(experiments: Sequence[Experiment], seeds: Sequence[Seed], dtype: str = "float32") -> np.ndarray:
    """Echoes of many experiments that share lattice and protocol: complex (n_curves, n_times).

    Curve k is drawn from ``seeds[k]`` alone. Every call of the integrator gets the same number of curves (the last
    one is filled up), so the bytes of a curve do not depend on the curves beside it.
    """
    first = experiments[0]
    if any(e.protocol != first.protocol or e.sample != first.sample for e in experiments):
        raise InputError("The curves of one batch share their protocol and their lattice; simulate others apart.")
    size = batch_size(first.sample.n_sites)
    signals = []
    for start in range(0, len(experiments), size):
        some = list(experiments[start:start + size])
        offsets = [draw_offsets(e.sample, seed) for e, seed in zip(some, seeds[start:start + size], strict=True)]
        missing = size - len(some)
        batch = Batch(some + some[-1:] * missing, np.stack(offsets + offsets[-1:] * missing), dtype)
        signals.append(batch.run()[:len(some)])
    return np.concatenate(signals)
