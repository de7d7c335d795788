"""Fit a model on features in parts, in bounded memory: simulate, featurize, then many passes."""

import time as clock
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from sklearn.pipeline import Pipeline

from nmr_core.datasets.estimate import estimate
from nmr_core.learning.duration import network_seconds
from nmr_core.learning.feature_parts import PartFiles, PartsInMemory
from nmr_core.learning.fresh import Source
from nmr_core.learning.passes import Passes
from nmr_core.learning.streaming import fit_batches, parts
from nmr_core.learning.training_folder import TrainingFolder
from nmr_core.progress import Progress, duration, part_of, reporting
from nmr_core.storage.room import check_room
from nmr_core.storage.seeds import Purpose, side_stream
from nmr_core.storage.workspace import data_folder
from nmr_core.weights import repeats

MEMORY_BYTES = 1e9
"""Features of a training that is not to be continued stay in memory up to this size."""
VALID_MOST = 10_000
"""Fresh samples that decide when to stop, at most: more cost time and change nothing."""
PARTIAL_SECONDS = 4e-4
"""Nominal time per row of a model that is no network, in all passes."""
STEPS = 10_000
"""Total of the progress."""
BEGIN = 2.0
"""Seconds before a rate is shown."""


def fit_in_parts(
    pipe: Pipeline,
    source: Source,
    *,
    weighted: bool,
    folder: TrainingFolder | None,
    progress: Progress,
) -> None:
    """Fit the model of a pipeline whose featurizer is fitted.

    Parameters
    ----------
    pipe : Pipeline
        Featurizer and model.
    source : Source
        Training samples; its featurizer is that of the pipeline.
    weighted : bool
        Repeat or leave out samples by their weights.
    folder : TrainingFolder or None
        Where the training is stored, to be continued.
    progress : Progress
        Of simulating, featurizing and fitting together.
    """
    model = pipe[-1]
    with _stored(source, folder) as (store, keeper):
        share = _share_of_filling(source, model)
        middle = round(STEPS * share)
        source.fill(store, _Filling(source, part_of(progress, 0, middle, STEPS)))
        train, valid = _passes(source, store, model, weighted)
        with reporting(_Fitting(part_of(progress, middle, STEPS, STEPS))):
            fit_batches(model, train, valid, np.array(source.targets.classes), keeper)


@contextmanager
def _stored(source: Source, folder: TrainingFolder | None) -> Iterator[tuple[Any, Any]]:
    """Where parts are written, and the keeper of the model's state."""
    n_rows = (len(source.samples) + source.n_fresh) * (1 + len(source.maps))
    n_bytes = n_rows * (4 * source.n_features + 50)
    if folder is not None:
        store = PartFiles(folder.features)
        stored = sum(path.stat().st_size for path in folder.features.glob("part-*"))
        check_room(folder.features, n_bytes - stored)
        yield store, folder.checkpoint
    elif n_bytes < MEMORY_BYTES:
        yield PartsInMemory(), None
    else:
        place = data_folder() / "trainings"
        place.mkdir(parents=True, exist_ok=True)
        check_room(place, n_bytes)
        with TemporaryDirectory(dir=place, prefix=".") as name:
            yield PartFiles(Path(name)), None


def _share_of_filling(source: Source, model: Any) -> float:
    """Nominal share of the time until all features are there."""
    if not source.n_fresh:
        return 0.1
    simulating, _ = estimate(source.preset, source.n_fresh)
    n_rows = (len(source.samples) + source.n_fresh) * (1 + len(source.maps))
    fitting = PARTIAL_SECONDS * n_rows
    if hasattr(model, "epochs"):
        fitting = network_seconds(model, source.n_features, n_rows)
    return simulating / (simulating + fitting)


def _passes(source: Source, store: Any, model: Any, weighted: bool) -> tuple[Passes, Passes]:
    """Rows to fit on, and rows that decide when to stop: the model's own split of the data set,
    and the first of the fresh samples.
    """
    labels = source.targets.y[source.samples] if source.targets.classes else None
    train, valid = parts(model, len(source.samples), labels)
    fraction = getattr(model, "validation_fraction", 0.0) if len(valid) else 0.0
    n_valid = min(VALID_MOST, round(fraction * source.n_fresh))
    fresh_train, fresh_valid = np.arange(n_valid, source.n_fresh), np.arange(n_valid)
    return (
        Passes(store, _rows(source, store, train, fresh_train, weighted), source.seed),
        Passes(store, _rows(source, store, valid, fresh_valid, weighted), source.seed),
    )


def _rows(
    source: Source, store: Any, own: np.ndarray, fresh: np.ndarray, weighted: bool
) -> list[np.ndarray]:
    """Rows of each part: of the samples at positions ``own`` of ``source.samples``, in that order,
    and of the fresh samples ``fresh``; weighted: each as often as its weight says.
    """
    # Rank of each sample in the order that was asked for; -1: not used
    n_own = int(source.samples.max()) + 1 if len(source.samples) else 0
    rank_own = np.full(n_own, -1)
    rank_own[source.samples[own]] = np.arange(len(own))
    rank_fresh = np.full(source.n_fresh, -1)
    rank_fresh[fresh] = len(own) + np.arange(len(fresh))

    rows = []
    for index in range(source.n_parts):
        part = store.read(index)
        rank = np.full(len(part.samples), -1)
        is_own = part.samples >= 0
        rank[is_own] = rank_own[part.samples[is_own]]
        number = -1 - part.samples
        is_fresh = ~is_own & (number < source.n_fresh)
        rank[is_fresh] = rank_fresh[number[is_fresh]]
        # The images of a sample follow all samples of the part
        used = np.flatnonzero(rank >= 0)
        image = np.arange(len(rank)) // (len(rank) // (1 + len(source.maps)))
        used = used[np.lexsort((rank[used], image[used]))]
        if weighted:
            rng = side_stream(source.seed, Purpose.REPEATED_SAMPLES, index)
            # Images are repeated as often as their sample
            times = repeats(part.weights[: len(rank) // (1 + len(source.maps))], rng)
            used = np.repeat(used, np.tile(times, 1 + len(source.maps))[used])
        rows.append(used)
    return rows


class _Filling:
    """Progress of simulating and featurizing, with its rate and the time that it still takes."""

    def __init__(self, source: Source, progress: Progress):
        self.n = len(source.samples) + source.n_fresh
        self.n_fresh = source.n_fresh
        self.progress = progress
        self.start = clock.monotonic()

    def __call__(self, done: int, before: int) -> None:
        what = "simulating" if self.n_fresh else "computing features"
        text = f"{what}: {done:,} of {self.n:,} curves"
        spent = clock.monotonic() - self.start
        if spent > BEGIN and done > before:
            rate = (done - before) / spent
            text += f", {rate:,.3g} per second, {duration((self.n - done) / rate)} left"
        self.progress(done, self.n, text)


class _Fitting:
    """Progress of the passes, with the time that they take at most."""

    def __init__(self, progress: Progress):
        self.progress = progress
        self.first: tuple[float, int] | None = None

    def __call__(self, done: int, total: int, message: str = "") -> None:
        now = clock.monotonic()
        if self.first is None:
            self.first = (now, done)
        spent, steps = now - self.first[0], done - self.first[1]
        if spent > BEGIN and steps > 0 and done < total:
            message += f", at most {duration((total - done) * spent / steps)} left"
        self.progress(done, total, message)
