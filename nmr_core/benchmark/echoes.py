"""Time per echo: batch path, scipy's FFTs alone, second-order integrator, plain NumPy loop."""

from collections.abc import Callable
from functools import partial
from itertools import cycle

import numpy as np
import scipy.fft

from nmr_core.benchmark.measure import shortest
from nmr_core.experiment import Experiment, Sample
from nmr_core.presets import Preset
from nmr_core.pulses import Steps
from nmr_core.simulator.batch import batch_size
from nmr_core.simulator.echo import simulate
from nmr_core.simulator.offsets import draw_offsets
from nmr_core.simulator.reference import plain_echo
from nmr_core.simulator.several import simulate_batch
from nmr_core.storage.seeds import PARAMETERS, sample_stream

FFT_SITES = 20_000
"""Spins that are transformed at once, 8 lattices of 50 × 50: the most that fit the cache."""
COUPLING_Z = 0.01
"""alpha_z of the echoes whose field has a component along z, MHz."""
LARGER = 2
"""The second lattice has this many times as many sites along each axis."""
MORE = 4
"""Factor in the number of curves, for the linearity."""


def n_steps(preset: Preset) -> int:
    """Number of time steps of an echo."""
    return sum(
        event.n_steps for event in preset.build().protocol.events if isinstance(event, Steps)
    )


def first_experiments(preset: Preset, n: int) -> list[Experiment]:
    """The first ``n`` experiments of the preset's data set with seed 0."""
    return [preset.build(**preset.draw(sample_stream(0, k, PARAMETERS))) for k in range(n)]


def measure_echoes(preset: Preset, n_curves: int, repeats: int) -> dict[str, float]:
    """Measure the time per echo: batch path, FFTs, second order and plain loop, ms."""
    first = preset.build()
    size = batch_size(first.sample)
    batch = _in_turn(first_experiments(preset, n_curves), size)
    midpoint = _in_turn(
        [e.replace(integrator="exponential_midpoint") for e in first_experiments(preset, n_curves)],
        size,
    )
    fft, n_fft = _transforms(preset)
    offsets = draw_offsets(first.sample, 0)
    batch(), midpoint()
    best = shortest(
        max(2, n_curves // size) * repeats,
        echo=batch,
        fft=fft,
        midpoint=midpoint,
        plain=lambda: plain_echo(first, offsets),
    )
    curves = {"echo": size, "fft": n_fft, "midpoint": size, "plain": 1}
    return {f"{name}_ms": 1e3 * seconds / curves[name] for name, seconds in best.items()}


def measure_alone(preset: Preset, n_curves: int, repeats: int) -> dict[str, float]:
    """Measure one echo alone in double precision, ms."""
    first = preset.build()
    simulate(first)
    best = shortest(8 * repeats, alone=lambda: simulate(first))
    return {"alone_ms": 1e3 * best["alone"]}


def measure_coupled_z(preset: Preset, n_curves: int, repeats: int) -> dict[str, float]:
    """Measure the batch path with alpha_z, and the FFTs of its steps, ms."""
    coupled = preset.fix(alpha_z=COUPLING_Z)
    size = batch_size(coupled.build().sample)
    batch = _in_turn(first_experiments(coupled, size), size)
    fft, n_fft = _transforms(coupled)
    batch()
    best = shortest(4 * repeats, echo=batch, fft=fft)
    return {"z_echo_ms": 1e3 * best["echo"] / size, "z_fft_ms": 1e3 * best["fft"] / n_fft}


def measure_larger(preset: Preset, n_curves: int, repeats: int) -> dict[str, float]:
    """Measure batch path and FFTs on a lattice with twice as many sites along each axis, ms."""
    sample = preset.build().sample
    larger = preset.fix(n_x=LARGER * sample.n_x, n_y=LARGER * sample.n_y)
    size = batch_size(larger.build().sample)
    batch = _in_turn(first_experiments(larger, size), size)
    fft, n_fft = _transforms(larger)
    batch()
    best = shortest(4 * repeats, echo=batch, fft=fft)
    return {
        "larger_echo_ms": 1e3 * best["echo"] / size,
        "larger_fft_ms": 1e3 * best["fft"] / n_fft,
    }


def measure_linearity(preset: Preset, n_curves: int, repeats: int) -> dict[str, float]:
    """Measure the time per curve of a few curves, and of ``MORE`` times as many, ms."""
    size = batch_size(preset.build().sample)
    few = -(-n_curves // (MORE * size)) * size
    experiments = first_experiments(preset, MORE * few)

    def curves(n: int) -> None:
        simulate_batch(experiments[:n], [[0, k, 1] for k in range(n)])

    best = shortest(2 * repeats, few=lambda: curves(few), many=lambda: curves(MORE * few))
    return {
        "few": few,
        "few_ms": 1e3 * best["few"] / few,
        "many_ms": 1e3 * best["many"] / (MORE * few),
    }


def random_spins(sample: Sample) -> np.ndarray:
    """Spins m_x + i m_y of as many lattices as are transformed at once, complex64."""
    n_curves = max(1, min(32, FFT_SITES // sample.n_sites))
    shape = (2, n_curves, sample.n_x, sample.n_y)
    re, im = np.random.default_rng(0).normal(size=shape).astype(np.float32)
    return re + 1j * im


def _transforms(preset: Preset) -> tuple[Callable[[], None], int]:
    """A function that runs scipy's FFTs of all steps of an echo, and the number of its curves."""
    experiment = preset.build()
    m = random_spins(experiment.sample)
    real = m.real.copy() if experiment.alpha_z else None
    return partial(transform, m, n_steps(preset), real), len(m)


def transform(m: np.ndarray, n_times: int, mz: np.ndarray | None = None) -> None:
    """Run scipy's FFTs of a step ``n_times`` times.

    Parameters
    ----------
    m : complex array, (n_curves, n_x, n_y)
        m_x + i m_y.
    n_times : int
        Number of steps.
    mz : float array, (n_curves, n_x, n_y), optional
        m_z, for the FFTs of a step with alpha_z.
    """
    for _ in range(n_times):
        spectra = scipy.fft.fft2(m, axes=(1, 2), workers=1)
        scipy.fft.ifft2(spectra, axes=(1, 2), overwrite_x=True, workers=1)
        if mz is not None:
            half = scipy.fft.rfft2(mz, axes=(1, 2), workers=1)
            scipy.fft.irfft2(half, s=mz.shape[1:], axes=(1, 2), overwrite_x=True, workers=1)


def _in_turn(experiments: list[Experiment], size: int) -> Callable[[], None]:
    """A function that simulates the next ``size`` experiments at each call."""
    starts = cycle(range(0, len(experiments), size))

    def batch() -> None:
        start = next(starts)
        simulate_batch(
            experiments[start : start + size], [[0, k, 1] for k in range(start, start + size)]
        )

    return batch
