"""Run all measurements of the benchmark."""

import os
from collections.abc import Sequence
from time import perf_counter
from typing import Any

import psutil

from nmr_core.benchmark.echoes import (
    measure_alone,
    measure_coupled_z,
    measure_echoes,
    measure_larger,
    measure_linearity,
    n_steps,
)
from nmr_core.benchmark.features import measure_features
from nmr_core.benchmark.measure import cpu_seconds, machine, peak_memory
from nmr_core.benchmark.processes import measure_fresh, measure_processes
from nmr_core.benchmark.reference import measure_reference
from nmr_core.benchmark.result import PRESET, Benchmark
from nmr_core.benchmark.sizes import SIDES, lattice_sizes
from nmr_core.parameters import Parameter
from nmr_core.presets import preset as named_preset
from nmr_core.progress import Progress, silent
from nmr_core.simulator.batch import batch_size
from nmr_core.simulator.lanes.width import lane_count

N_CURVES = Parameter(
    "n_curves", "n", "curves", 1, 100_000, 64, integer=True, description="Curves per round."
)
REPEATS = Parameter(
    "repeats",
    "repeats",
    "rounds",
    1,
    100,
    3,
    integer=True,
    description="Rounds; the shortest counts.",
)
STAGES = {
    "echoes": measure_echoes,
    "a larger lattice": measure_larger,
    "echoes with alpha_z": measure_coupled_z,
    "one echo alone": measure_alone,
    "more curves": measure_linearity,
    "the reference algorithm": measure_reference,
    "processes": measure_processes,
    "a fresh process": measure_fresh,
    "features": measure_features,
}
"""Text for the progress -> function (preset, n_curves, repeats) -> fields of a Benchmark."""


def run_benchmark(
    *,
    n_x: int = 50,
    n_y: int = 50,
    n_curves: int = 64,
    repeats: int = 3,
    sides: Sequence[int] = SIDES,
    progress: Progress = silent,
) -> Benchmark:
    """Run the benchmark, in less than a minute with the defaults; compilation is not counted.

    Parameters
    ----------
    n_x, n_y : int
        Size of the lattice; the first ratio is also measured on 2 n_x × 2 n_y spins.
    n_curves : int
        Curves per round, rounded up to whole batches of the simulator.
    repeats : int
        Rounds.
    sides : sequence of int
        Sides of the square lattices on which a step is timed.
    progress : callable
        Called as progress(done, total, text).

    Returns
    -------
    Benchmark
    """
    preset = named_preset(PRESET).fix(n_x=n_x, n_y=n_y)
    sample = preset.build().sample
    size = batch_size(sample)
    n_curves = -(-N_CURVES.check(n_curves) // size) * size
    repeats = REPEATS.check(repeats)
    stages = STAGES | {
        "lattice sizes": lambda preset, _, repeats: {"sizes": lattice_sizes(preset, repeats, sides)}
    }
    psutil.cpu_percent()
    begin, own = perf_counter(), cpu_seconds()
    times: dict[str, Any] = {}
    for done, (name, stage) in enumerate(stages.items()):
        progress(done, len(stages), f"measuring {name}")
        times |= stage(preset, n_curves, repeats)
    progress(len(stages), len(stages), "measured")
    seconds = perf_counter() - begin
    ours = 100 * (cpu_seconds() - own) / seconds / (os.cpu_count() or 1)
    return Benchmark(
        sample.n_x,
        sample.n_y,
        n_steps(preset),
        n_curves,
        repeats,
        memory_mb=peak_memory() / 1e6,
        seconds=seconds,
        busy_percent=min(100.0, max(0.0, psutil.cpu_percent() - ours)),
        n_lanes=lane_count("float32"),
        machine=machine(),
        **times,
    )
