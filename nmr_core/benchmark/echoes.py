"""Time per echo: batch path, its FFTs alone, second-order integrator, plain NumPy loop."""

from collections.abc import Callable
from functools import partial
from itertools import cycle

import numpy as np
import scipy.fft

from nmr_core.benchmark.measure import shortest
from nmr_core.experiment import Experiment
from nmr_core.presets import Preset
from nmr_core.pulses import Steps
from nmr_core.simulator.batch import batch_size
from nmr_core.simulator.offsets import draw_offsets
from nmr_core.simulator.reference import plain_echo
from nmr_core.simulator.several import simulate_batch
from nmr_core.storage.seeds import PARAMETERS, sample_stream

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
    size, first = batch_size(preset.build().sample), preset.build()
    batch, fft = _batch_and_fft(preset, n_curves)
    midpoint = _in_turn(
        [e.replace(integrator="exponential_midpoint") for e in first_experiments(preset, n_curves)],
        size,
    )
    offsets = draw_offsets(first.sample, 0)
    batch(), midpoint()
    best = shortest(
        n_curves // size * repeats,
        echo=batch,
        fft=fft,
        midpoint=midpoint,
        plain=lambda: plain_echo(first, offsets),
    )
    return {
        f"{name}_ms": 1e3 * seconds / (1 if name == "plain" else size)
        for name, seconds in best.items()
    }


def measure_larger(preset: Preset, n_curves: int, repeats: int) -> dict[str, float]:
    """Measure batch path and FFTs on a lattice with twice as many sites along each axis, ms."""
    sample = preset.build().sample
    larger = preset.fix(n_x=LARGER * sample.n_x, n_y=LARGER * sample.n_y)
    size = batch_size(larger.build().sample)
    batch, fft = _batch_and_fft(larger, size)
    batch()
    best = shortest(4 * repeats, echo=batch, fft=fft)
    return {f"larger_{name}_ms": 1e3 * seconds / size for name, seconds in best.items()}


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


def _batch_and_fft(preset: Preset, n_curves: int) -> tuple[Callable[[], None], Callable[[], None]]:
    """Functions that simulate the next batch of echoes, and that run its FFTs alone."""
    sample, steps = preset.build().sample, n_steps(preset)
    size = batch_size(sample)
    m = np.random.default_rng(0).normal(size=(2, size, sample.n_x, sample.n_y)).astype(np.float32)
    return _in_turn(first_experiments(preset, n_curves), size), partial(
        transform, m[0] + 1j * m[1], steps
    )


def transform(m: np.ndarray, n_times: int) -> None:
    """Run the two FFTs of a step of a batch, (n_curves, n_x, n_y), ``n_times`` times."""
    for _ in range(n_times):
        spectra = scipy.fft.fft2(m, axes=(1, 2), workers=1)
        scipy.fft.ifft2(spectra, axes=(1, 2), overwrite_x=True, workers=1)


def _in_turn(experiments: list[Experiment], size: int) -> Callable[[], None]:
    """A function that simulates the next ``size`` experiments at each call."""
    starts = cycle(range(0, len(experiments), size))

    def batch() -> None:
        start = next(starts)
        simulate_batch(
            experiments[start : start + size], [[0, k, 1] for k in range(start, start + size)]
        )

    return batch
