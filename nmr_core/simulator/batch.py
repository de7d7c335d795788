"""Many echoes at once: the integrator that :func:`simulate` and every data set go through."""

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
from nmr_core.simulator.offsets import Seed, draw_offsets

MAX_SUBSTEPS = 64
TINY = 1e-300
BATCH_SITES = 20_000
"""Spins that are propagated together: 8 lattices of 50 × 50, what stays in a core's cache."""
REPORT_EVERY = 16
"""Steps between two reports (where an abandoned preview is stopped)."""


@dataclass
class Spins:
    """The state of a batch. m : complex (n_curves, n_x, n_y), m_x + i m_y; mz : real, same shape."""

    m: np.ndarray
    mz: np.ndarray

    def turn(self, R: np.ndarray) -> None:
        """Rotate every spin of curve k by R[k]; (n_curves, 3, 3)."""
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
    """Substeps of each curve with which the exact step's series converges; a step that cannot sample the largest
    frequency (fewer than two points a turn) is an :class:`InputError` with the largest that can.

    The largest frequency is bounded by max abs(delta) + max abs(alpha) · sum abs(K)/2, in MHz.
    """
    protocol = experiments[0].protocol
    fields = np.abs(alpha).max(1) * (2 if protocol.carrier else 1) * np.abs(K).sum((1, 2)) / 2
    largest = np.abs(offsets).max((1, 2)) + fields
    norm = 2 * pi * (largest + rates.sum(1))
    safe = min(1 / max(2 * largest.max(), TINY), MAX_SUBSTEPS * MAX_NORM / max(norm.max(), TINY))
    if not protocol.dt <= safe:
        raise InputError(
            f"dt = {protocol.dt:g} µs is too coarse for frequencies up to {largest.max():.4g} MHz and rates up "
            f"to {rates.sum(1).max():.4g} MHz. The largest step that is safe is {0.99 * safe:.3g} µs."
        )
    return np.maximum(1, np.ceil(norm * protocol.dt / MAX_NORM)).astype(np.int64)


class Batch:
    """Curves that share the lattice's size and the time grid, ready to be stepped; what is a curve's own is an array."""

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
        step = 2 * pi * self.protocol.dt / self.n_sub[:, None]
        R2, R1, g = rates.sum(1) / 2, rates[:, 0] + rates[:, 1], (rates[:, 0] - rates[:, 1]) / 2
        full = (
            offsets.reshape(len(offsets), -1) * step,
            alpha * step,
            *(rate * step[:, 0] for rate in (R2, R1, g)),
        )
        self._scaled = {1.0: tuple(np.ascontiguousarray(v, dtype=self.dtype) for v in full)}
        if first.protocol.integrator != "exponential_euler":
            self._scaled[0.5] = tuple(v / 2 for v in self._scaled[1.0])
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
        self._alpha, self._step, self._s = (
            alpha,
            INTEGRATORS[first.protocol.integrator].function,
            0.0,
        )
        self._total = None

    def field(self) -> tuple[np.ndarray, np.ndarray]:
        """The mean field of the spins as they are: B_x + i B_y (n_curves, n_x, n_y), and B_z (n_curves, N) or zeros (1, N)."""
        B, total = correlate(
            self.spins.m, self.weights
        )  # also with alpha = 0: a curve's sum is taken the same way beside any
        if self._total is None:
            self._total = total
        Bz = (
            correlate_real(self.spins.mz, self.weights).reshape(len(B), -1)
            if self.coupled_z
            else self._no_field_z
        )
        return B, Bz

    def rotate(self, field: tuple[np.ndarray, np.ndarray], fraction: float) -> None:
        """Turn and relax every spin, exactly, under a field that is held for ``fraction`` of a step."""
        (B, Bz), (delta, alpha, *rates) = field, self._scaled[fraction]
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
        """alpha B plus its counter-rotating half, (alpha_x + alpha_y)/2 conj(B) exp(2 i nu0 s) averaged over the step."""
        h, nu = fraction * 2 * pi * self.protocol.dt, self.protocol.carrier
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
        """Remember the spins as they are."""
        self._kept = self.spins.m.copy(), self.spins.mz.copy()

    def restore(self) -> None:
        """Put the remembered spins back."""
        self.spins.m[:], self.spins.mz[:] = self._kept

    def step(self) -> np.ndarray:
        """One step of the protocol's integrator. Returns the sum of m over the lattice before it, (n_curves,)."""
        self._total = None
        self._step(self)
        self._s += 2 * pi * self.protocol.dt
        return self._total

    def turn(self, k: int) -> None:
        """Apply the k-th event of every curve's sequence, a pulse."""
        self.spins.turn(np.stack([e.protocol.events[k].rotation() for e in self.experiments]))

    def run(
        self, mz: np.ndarray | None = None, watch: Callable[[int, "Spins"], None] | None = None
    ) -> np.ndarray:
        """The whole sequence: M(t) = (1/N) sum_i m_i, complex (n_curves, n_times); fills ``mz`` if it is given.

        watch : called as watch(index of the recorded point, spins) for every recorded point
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
    """Curves that are propagated together; it depends on the lattice only, so that a curve's bytes never depend on n."""
    return max(1, min(32, BATCH_SITES // n_sites))


def simulate_batch(
    experiments: Sequence[Experiment], seeds: Sequence[Seed], dtype: str = "float32"
) -> np.ndarray:
    """Echoes of many experiments that share the lattice's size and the time grid, without noise: complex (n_curves, n_times).

    Curve k is drawn from ``seeds[k]`` alone. Every call of the integrator gets the same number of curves (the last
    one is filled up), so the bytes of a curve do not depend on the curves beside it.
    """
    first = experiments[0]
    if len(seeds) != len(experiments):
        raise InputError(
            f"Each curve needs its seed, got {len(experiments)} experiments and {len(seeds)} seeds."
        )
    if any(_alike(e) != _alike(first) for e in experiments):
        raise InputError(
            "The curves of one batch share their lattice and their time grid (sites, delays, dt, record, "
            "integrator); simulate others apart."
        )
    size = batch_size(first.sample.n_sites)
    signals = []
    for start in range(0, len(experiments), size):
        some = list(experiments[start : start + size])
        offsets = [
            draw_offsets(e.sample, seed)
            for e, seed in zip(some, seeds[start : start + size], strict=True)
        ]
        missing = size - len(some)
        batch = Batch(some + some[-1:] * missing, np.stack(offsets + offsets[-1:] * missing), dtype)
        signals.append(batch.run()[: len(some)])
    return np.concatenate(signals)


def _alike(experiment: Experiment) -> tuple:
    """What curves must share to be propagated together."""
    return experiment.protocol.grid, experiment.sample.n_x, experiment.sample.n_y


def groups(experiments: Sequence[Experiment]) -> list[list[int]]:
    """Indices of experiments that can be simulated together, in the order of their first ones."""
    found: dict[tuple, list[int]] = {}
    for k, experiment in enumerate(experiments):
        found.setdefault(_alike(experiment), []).append(k)
    return list(found.values())
