"""An endless stream of simulated samples, none of them stored."""

import os
import time as clock
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import Future
from contextlib import closing
from functools import partial
from itertools import count, islice

import numpy as np
import pandas as pd
from joblib.externals.loky import ProcessPoolExecutor
from joblib.externals.loky.process_executor import BrokenProcessPool

from nmr_core.datasets.generate import EFFECTS_SEED, N_JOBS, chunk_size
from nmr_core.datasets.manifest import SEED
from nmr_core.effects import Effects, effects_from
from nmr_core.errors import FailedError
from nmr_core.parameters import Parameter
from nmr_core.presets import Preset
from nmr_core.presets import preset as named_preset
from nmr_core.samples import sample_arrays
from nmr_core.workers import leave_with, workers_leave_ctrl_c_to_us

BATCH_SIZE = Parameter("batch_size", "batch size", "curves", 1, 100_000, 256, integer=True)
START = Parameter("start", "first sample", "", 0, 2**53 - 1, 0, integer=True)
AHEAD = 2
"""Chunks per process that are simulated in advance."""
ONE_THREAD = {f"{name}_NUM_THREADS": "1" for name in ("OMP", "OPENBLAS", "MKL", "NUMBA", "VECLIB")}


def stream(
    preset: Preset | str,
    *,
    batch_size: int = 256,
    seed: int = 0,
    start: int = 0,
    n_jobs: int = 1,
    effects: Effects = (),
    effects_seed: int = 0,
) -> Iterator[tuple[pd.DataFrame, np.ndarray]]:
    """Simulate batches without end, ``for parameters, signals in stream(...)``.

    Parameters
    ----------
    preset : Preset or str
        Preset, or its name.
    batch_size : int
        Samples per batch.
    seed, start : int
        Sample k equals sample k of ``generate(preset, n, seed=seed, ...)``; ``start=n`` skips those
        of such a data set.
    n_jobs : int
        Processes, which simulate a few batches in advance and end with the iterator; -1 uses every
        core.
    effects : str, Effect, dict or sequence of these
        Measurement effects in order.
    effects_seed : int
        Seed of the effects.

    Yields
    ------
    parameters : DataFrame
        Indexed by sample.
    signals : complex64 array, (batch_size, n_settings, n_times)

    Raises
    ------
    FailedError
        If a process ends from outside.
    """
    preset = named_preset(preset) if isinstance(preset, str) else preset
    batch_size, seed, start = BATCH_SIZE.check(batch_size), SEED.check(seed), START.check(start)
    n_jobs, effects_seed = N_JOBS.check(n_jobs), EFFECTS_SEED.check(effects_seed)
    n_jobs = n_jobs if n_jobs > 0 else os.cpu_count() or 1
    work = partial(
        sample_arrays, preset, seed, effects=effects_from(effects), effects_seed=effects_seed
    )
    pieces = _pieces(start, batch_size, chunk_size(preset))
    return _batches(
        _ahead(work, pieces, n_jobs) if n_jobs > 1 else (work(*piece) for piece in pieces),
        start,
        batch_size,
    )


def _pieces(start: int, batch_size: int, size: int) -> Iterator[tuple[int, int]]:
    """Ranges of at most ``size`` samples, none across the end of a batch."""
    for first in count(start, batch_size):
        for begin in range(first, first + batch_size, size):
            yield begin, min(begin + size, first + batch_size)


def _batches(
    results: Generator, start: int, batch_size: int
) -> Generator[tuple[pd.DataFrame, np.ndarray]]:
    with closing(results):
        for first in count(start, batch_size):
            tables, curves, filled = [], [], 0
            while filled < batch_size:
                columns, signals = next(results)
                tables.append(pd.DataFrame(columns))
                curves.append(signals)
                filled += len(signals)
            parameters = pd.concat(tables, ignore_index=True)
            parameters.index = pd.RangeIndex(first, first + batch_size, name="sample")
            yield parameters, np.concatenate(curves)


def _ahead(work: Callable, pieces: Iterator[tuple[int, int]], n_jobs: int) -> Generator:
    """Results of ``work`` on every piece, in order, by ``n_jobs`` processes.

    The generator of joblib.Parallel runs ahead of a slow reader and fills the memory; here a piece
    begins only when a result is taken.
    """
    executor = ProcessPoolExecutor(
        n_jobs, initializer=leave_with, initargs=(os.getpid(),), env=ONE_THREAD
    )
    waiting: deque[Future] = deque()
    try:
        with workers_leave_ctrl_c_to_us():
            waiting.extend(
                executor.submit(work, *piece) for piece in islice(pieces, AHEAD * n_jobs)
            )
        for piece in pieces:
            result = waiting.popleft().result()
            waiting.append(executor.submit(work, *piece))
            yield result
    except BrokenProcessPool:
        raise FailedError(
            "A process of the stream was ended from outside, perhaps because memory ran out. Start "
            "the stream again at the sample that comes next, with fewer processes."
        ) from None
    finally:
        _stop(executor, waiting)


def _stop(executor: ProcessPoolExecutor, waiting: Iterable[Future]) -> None:
    """End the processes at once.

    The shutdown of loky fails on work that has not reached its queue, which takes a millisecond.
    """
    deadline = clock.monotonic() + 5
    while clock.monotonic() < deadline:
        if all(future.running() or future.done() for future in waiting):
            break
        clock.sleep(1e-3)
    executor.shutdown(wait=True, kill_workers=True)
