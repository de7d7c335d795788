"""A batch of lattices that are stepped through a pulse sequence together."""

from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from math import pi
from typing import Any

import numpy as np

from nmr_core.errors import InputError
from nmr_core.experiment import Experiment, Sample
from nmr_core.integrators import INTEGRATORS, exponential_euler
from nmr_core.progress import report
from nmr_core.pulses import Steps
from nmr_core.simulator._propagate import MAX_NORM
from nmr_core.simulator.counter_rotating import counter_rotating_factor
from nmr_core.simulator.lanes.spins import LARGE, LaneSpins
from nmr_core.simulator.lanes.width import lane_count
from nmr_core.simulator.plain import PlainSpins
from nmr_core.simulator.sides import has_vectors
from nmr_core.simulator.terms import Spins, Terms

MAX_SUBSTEPS = 64
TINY = 1e-300
PLAIN_SITES = 20_000
"""Spins that are propagated together without vectors: 8 lattices of 50 × 50 fit the cache."""
DEVICE_SITES = 2**22
"""Spins that a device of PyTorch propagates together, with about 100 bytes each."""
REPORT_EVERY = 16
"""Steps between two progress reports, at which an abandoned preview is stopped."""


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


def checked_dtype(dtype: str) -> np.dtype:
    """The type of "float32" or "float64"; raises InputError for another."""
    if dtype not in ("float32", "float64"):
        raise InputError(f"dtype must be float64 or float32, got {str(dtype)[:40]!r}.")
    return np.dtype(dtype)


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
    device : str
        "cuda" or "cpu" for PyTorch, "" for the compiled simulator.

    Raises
    ------
    InputError
        For another dtype, or a step that is too coarse.
    """

    def __init__(
        self,
        experiments: Sequence[Experiment],
        offsets: np.ndarray,
        dtype: str,
        device: str = "",
    ):
        self.dtype = checked_dtype(dtype)
        self.experiments, self.protocol = experiments, experiments[0].protocol
        alpha = np.array([e.couplings for e in experiments])
        rates = np.array([(e.gamma_1, e.gamma_2, e.gamma_3) for e in experiments])
        K = np.stack(
            [
                e.interaction if any(a) else np.zeros_like(e.interaction)
                for e, a in zip(experiments, alpha, strict=True)
            ]
        )
        self.n_sub = substeps(experiments, alpha, rates, K, offsets)
        # Offsets and rates times the reduced length of a substep
        self._substep = 2 * pi * self.protocol.dt / self.n_sub
        R2 = rates.sum(1) / 2
        R1 = rates[:, 0] + rates[:, 1]
        g = (rates[:, 0] - rates[:, 1]) / 2
        terms = Terms(
            K,
            offsets * self._substep[:, None, None],
            np.stack([R2, R1, g], axis=1) * self._substep[:, None],
            self.n_sub,
            bool(alpha[:, 2].any()),
        )
        self.spins = _spins(experiments[0].sample, terms, self.dtype, device)
        self._alpha = alpha
        self._constant: dict[float, np.ndarray] = {}
        self._integrator = INTEGRATORS[self.protocol.integrator]
        self._s = 0.0
        self._total: Any = None

    def field(self) -> Any:
        """The mean field of the present spins, for :meth:`rotate`."""
        field = self.spins.field()
        return field if self._integrator.single_use else self.spins.copied(field)

    def rotate(self, field: Any, fraction: float) -> None:
        """Rotate and relax every spin exactly under a constant field, for a fraction of a step."""
        total = self.spins.rotate(field, fraction, self._couplings(fraction))
        if self._total is None:
            self._total = total

    def _couplings(self, fraction: float) -> np.ndarray:
        """c_xx, c_xy, c_yy and c_zz of a fraction of a step, (n_curves, 4).

        The transverse field is alpha_x B_x + i alpha_y B_y + factor (alpha_x + alpha_y)/2 conj(B).
        """
        if not self.protocol.carrier and fraction in self._constant:
            return self._constant[fraction]
        secular, by_re, by_im = self._coupling_parts
        scale = fraction * self._substep[:, None]
        if not self.protocol.carrier:
            self._constant[fraction] = secular * scale
            return self._constant[fraction]
        h = fraction * 2 * pi * self.protocol.dt
        factor = counter_rotating_factor(self.protocol, self._s, h)
        return (secular + factor.real * by_re + factor.imag * by_im) * scale

    @cached_property
    def _coupling_parts(self) -> np.ndarray:
        """Couplings without the factor, and what multiplies its Re and Im, (3, n_curves, 4)."""
        alpha_x, alpha_y, alpha_z = self._alpha.T
        across, none = (alpha_x + alpha_y) / 2, 0 * alpha_x
        secular = np.stack([alpha_x, none, alpha_y, alpha_z], axis=1)
        by_re = np.stack([across, none, -across, none], axis=1)
        by_im = np.stack([none, across, none, none], axis=1)
        return np.stack([secular, by_re, by_im])

    def keep(self) -> None:
        """Store the spins."""
        self.spins.keep()

    def restore(self) -> None:
        """Return to the stored spins."""
        self.spins.restore()

    def step(self) -> Any:
        """Advance by dt; returns the sum of m over the lattice before the step, (n_curves,)."""
        self._total = None
        self._integrator.function(self)
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
        n_sites = self.experiments[0].sample.n_sites
        n_steps = sum(event.n_steps for event in self.protocol.events if isinstance(event, Steps))
        totals: list[Any] = []
        totals_z: list[Any] = []
        recordings = iter(self.protocol.recordings)
        n_done = 0
        for number, event in enumerate(self.protocol.events):
            if not isinstance(event, Steps):
                self.turn(number)
                continue
            points = next(recordings)

            def look(k: int, points: range = points) -> None:
                if watch is not None and k in points:
                    watch(len(totals), self.spins)

            sums = self._sums(event.n_steps, mz is not None, look if watch else None)
            for k, (total, total_z) in enumerate(sums):
                if k in points:
                    totals.append(total)
                    totals_z.append(total_z)
                n_done += 1
                if not n_done % REPORT_EVERY:
                    report(min(n_done, n_steps), n_steps, "simulating")
        if mz is not None:
            mz[:] = self.spins.collected(totals_z) / n_sites
        return self.spins.collected(totals) / n_sites

    def _sums(
        self, n_steps: int, with_z: bool, look: Callable[[int], None] | None
    ) -> Iterator[tuple[Any, Any]]:
        """Sums of m, and of m_z if wanted, before each step and after the last; ``look(k)`` is
        called before step k.
        """
        spins = self.spins
        if isinstance(spins, LaneSpins) and self._has_whole_steps and look is None:
            couplings = self._couplings(1.0)
            for start in range(0, n_steps, REPORT_EVERY):
                n = min(REPORT_EVERY, n_steps - start)
                sums, sums_z = spins.steps(n, couplings, with_z=with_z)
                yield from zip(sums, n * [None] if sums_z is None else sums_z, strict=True)
        else:
            for k in range(n_steps):
                sum_z = self.spins.sum_z() if with_z else None
                if look:
                    look(k)
                yield self.step(), sum_z
        sum_z = self.spins.sum_z() if with_z else None
        if look:
            look(n_steps)
        yield self.spins.sum(), sum_z

    @property
    def _has_whole_steps(self) -> bool:
        """Whether the spins can do many steps at once: each under the field at its beginning, with
        constant couplings.
        """
        is_euler = self._integrator.function is exponential_euler
        return is_euler and not self.protocol.carrier and isinstance(self.spins, LaneSpins)


def _spins(sample: Sample, terms: Terms, dtype: np.dtype, device: str) -> Spins:
    """Spins along +z, of the kind that fits the lattice and the device."""
    if device:
        from nmr_core.simulator.device.spins import DeviceSpins

        return DeviceSpins(terms, dtype, device)
    return LaneSpins(terms, dtype) if has_vectors(sample) else PlainSpins(terms, dtype)


def fills_up(sample: Sample, device: str = "") -> bool:
    """Whether the last batch is filled up: without vectors, the bytes of a curve depend on the
    number of curves in its batch.
    """
    return not device and not has_vectors(sample)


def batch_size(sample: Sample, dtype: str = "float32", device: str = "") -> int:
    """Number of curves that are propagated together; it depends on the lattice and the device."""
    if device:
        return max(1, DEVICE_SITES // sample.n_sites)
    if fills_up(sample):
        return max(1, min(32, PLAIN_SITES // sample.n_sites))
    return lane_count(dtype) if sample.n_sites < LARGE else 1
