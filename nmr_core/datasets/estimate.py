"""Estimates before a data set is generated: duration, size, and draws without a solution."""

import os
import time as clock

import numpy as np

from nmr_core.datasets.generate import ALONE
from nmr_core.experiment import Unreachable
from nmr_core.presets import Preset
from nmr_core.pulses import Steps
from nmr_core.simulator.batch import Batch, batch_size
from nmr_core.simulator.offsets import draw_offsets
from nmr_core.storage.seeds import PARAMETERS, sample_stream

STEPS_TIMED = 16
"""Time steps from which the duration is estimated."""
POOL_STARTS = 1.5
"""Seconds that processes take to load."""
N_DRAWS = 100
"""Draws from which the fraction without a solution is estimated."""


def estimate(preset: Preset, n_samples: int, n_jobs: int = 1) -> tuple[float, int]:
    """Estimate the duration and the size of a data set.

    Parameters
    ----------
    preset : Preset
        Prior and conventions.
    n_samples : int
        Number of samples.
    n_jobs : int
        Number of processes.

    Returns
    -------
    seconds : float
        From the time of a few steps of one batch on this machine.
    size : int
        Bytes on disk.
    """
    size = batch_size(preset.build().sample)
    start = clock.perf_counter()
    drawn = [preset.draw_sample(sample_stream(0, k, PARAMETERS)) for k in range(size)]
    drawing = clock.perf_counter() - start
    experiments = [sample.experiments[0] for sample in drawn]
    batch = Batch(
        experiments,
        np.stack([draw_offsets(e.sample, k) for k, e in enumerate(experiments)]),
        "float32",
    )
    batch.step()
    start = clock.perf_counter()
    for _ in range(STEPS_TIMED):
        batch.step()
    step = (clock.perf_counter() - start) / STEPS_TIMED
    protocol = experiments[0].protocol
    n_steps = sum(event.n_steps for event in protocol.events if isinstance(event, Steps))
    per_batch = drawing + len(preset.settings) * n_steps * step
    seconds = per_batch / size * n_samples / max(1, n_jobs)
    return seconds, n_samples * (8 * len(preset.settings) * len(protocol.time) + 64)


def job_seconds(seconds: float, n_jobs: int | None = None) -> float:
    """Duration of a job "generate", which starts processes after a second.

    Parameters
    ----------
    seconds : float
        Time of all curves on all cores (:func:`estimate`), s.
    n_jobs : int, optional
        Cores; default: those of this machine.
    """
    n_jobs = n_jobs or os.cpu_count() or 1
    alone = seconds * n_jobs
    return alone if alone <= ALONE else ALONE + POOL_STARTS + (alone - ALONE) / n_jobs


def unreachable_fraction(preset: Preset, n_draws: int = N_DRAWS, seed: int = 0) -> float:
    """Fraction of draws of a prior without a solution, which are redrawn in a data set.

    Parameters
    ----------
    preset : Preset
        Prior and conventions.
    n_draws : int
        Number of draws.
    seed : int
        Seed of the random numbers.

    Returns
    -------
    float
        Between 0 and 1; 0 if nothing is solved.
    """
    if not preset.solved:
        return 0.0
    failed = 0
    for k in range(n_draws):
        try:
            preset.experiments(
                **preset.space.draw(sample_stream(seed, k, PARAMETERS)) | dict(preset.fixed)
            )
        except Unreachable:
            failed += 1
    return failed / n_draws
