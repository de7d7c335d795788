"""Fresh samples: simulated for a training, in addition to those of its data set."""

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any

import numpy as np
import pandas as pd

from nmr_core.datasets.dataset import EchoDataset
from nmr_core.datasets.generate import chunk_size
from nmr_core.datasets.stream import stream
from nmr_core.errors import InputError
from nmr_core.features import Featurizer
from nmr_core.learning.augment import repeated, with_copies
from nmr_core.learning.feature_parts import Part
from nmr_core.learning.streaming import grouped, streamable, takes_batches
from nmr_core.learning.targets import TargetSpec
from nmr_core.presets import Preset
from nmr_core.storage.seeds import Purpose, side_seed
from nmr_core.weights import WEIGHT

CHUNKS = 16
"""Chunks of the simulator in a part: about 2,000 samples, a few seconds of simulating."""
ALONE = 2000
"""Fresh samples from which on a second process simulates."""
MOST = 100_000_000


def check_fresh(
    dataset: EchoDataset, n_fresh: int, name: str, model: Any, targets: TargetSpec
) -> None:
    """:class:`InputError` where model, preset or time points do not allow fresh samples."""
    if isinstance(n_fresh, bool) or not isinstance(n_fresh, int) or not 0 <= n_fresh <= MOST:
        raise InputError(
            f"fresh must be a whole number of samples from 0 to {MOST:,}, got {n_fresh!r}."
        )
    if not n_fresh:
        return
    if not takes_batches(model):
        raise InputError(
            f"The model {name} needs all samples at once and cannot be trained on fresh ones. "
            f"Leave fresh out, or use {', '.join(streamable(targets.task))}."
        )
    preset = dataset.preset
    if preset is None:
        raise InputError(
            "The origin of these signals is unknown, so no fresh ones can be simulated. Leave "
            "fresh out, or train on a data set that was generated from a preset."
        )
    grid = preset.experiments()[0].protocol.time
    if grid.shape != dataset.time.shape or not np.allclose(grid, dataset.time):
        raise InputError(
            f"The signals of this data set are not on the time points of {preset.name}, so fresh "
            "ones would not fit. "
            "Leave fresh out."
        )


def fresh_seed(dataset: EchoDataset, seed: int) -> int:
    """Seed of the fresh samples: not that of the data set, and another one for every ``seed``."""
    drawn = side_seed(dataset.manifest.seed, Purpose.FRESH_SAMPLES, seed)
    return drawn if drawn != dataset.manifest.seed else drawn + 1


@dataclass(frozen=True)
class Source:
    """Training samples of a data set, then fresh ones, in parts.

    The fresh samples have the preset and measurement effects of the data set and another seed, so
    they are the same in every training with the same seed.

    Parameters
    ----------
    dataset : EchoDataset
    featurizer : Featurizer
        Fitted.
    targets : TargetSpec
    samples : int array
        Of the data set.
    n_fresh : int
    seed : int
        Of the training.
    maps : sequence of Symmetry
        Images of all samples under them are added.
    """

    dataset: EchoDataset
    featurizer: Featurizer
    targets: TargetSpec
    samples: np.ndarray
    n_fresh: int
    seed: int
    maps: Sequence = ()

    @cached_property
    def groups(self) -> list[np.ndarray]:
        """Samples of the data set in each of the first parts."""
        return grouped(self.dataset, self.samples)

    @cached_property
    def size(self) -> int:
        """Fresh samples of a full part."""
        return CHUNKS * self.chunk

    @cached_property
    def chunk(self) -> int:
        """Fresh samples that are simulated at a time."""
        return chunk_size(self.preset)

    @property
    def preset(self) -> Preset:
        """Of the fresh samples."""
        if self.dataset.preset is None:
            raise InputError("The origin of these signals is unknown. Leave fresh out.")
        return self.dataset.preset

    @cached_property
    def ranges(self) -> list[tuple[int, int]]:
        """First fresh sample and one past the last one of each of the further parts."""
        starts = range(0, self.n_fresh, self.size) if self.n_fresh else ()
        return [(start, min(start + self.size, self.n_fresh)) for start in starts]

    @cached_property
    def n_features(self) -> int:
        """Features of a sample."""
        return self.featurizer.transform(self.dataset.curves(self.samples[:1])).shape[1]

    @property
    def n_parts(self) -> int:
        """Number of parts."""
        return len(self.groups) + len(self.ranges)

    def n_samples(self, index: int) -> int:
        """Number of samples in a part."""
        n_groups = len(self.groups)
        if index < n_groups:
            return len(self.groups[index])
        start, stop = self.ranges[index - n_groups]
        return stop - start

    def fill(self, parts: Any, progress: Callable[[int, int], None]) -> None:
        """Make the parts that are missing or damaged.

        Parameters
        ----------
        parts : PartsInMemory or PartFiles
            Where parts are written.
        progress : callable
            Called with the number of samples that are there, and that were there at the start.
        """
        n_rows = [self.n_samples(k) * (1 + len(self.maps)) for k in range(self.n_parts)]
        missing = [k for k in range(self.n_parts) if not parts.has(k, n_rows[k])]
        total = sum(map(self.n_samples, range(self.n_parts)))
        before = done = total - sum(map(self.n_samples, missing))
        progress(done, before)
        fresh = [k - len(self.groups) for k in missing if k >= len(self.groups)]
        for index in missing:
            if index < len(self.groups):
                parts.write(index, self._stored_part(index))
                done += self.n_samples(index)
                progress(done, before)
        for run in _runs(fresh):
            simulated = partial(self._simulated, progress, done, before)
            for index, part in self._fresh_parts(run, simulated):
                parts.write(len(self.groups) + index, part)
            done += sum(self.ranges[k][1] - self.ranges[k][0] for k in run)

    @staticmethod
    def _simulated(progress: Callable[[int, int], None], done: int, before: int, n: int) -> None:
        progress(done + n, before)

    def _stored_part(self, index: int) -> Part:
        samples = self.groups[index]
        signals = self.dataset.curves(samples)
        return self._part(signals, self.targets.y[samples], self.dataset.weights[samples], samples)

    def _fresh_parts(
        self, run: Sequence[int], progress: Callable[[int], None]
    ) -> Iterator[tuple[int, Part]]:
        """Number and part of consecutive ranges; ``progress`` gets the number of samples."""
        first, last = self.ranges[run[0]][0], self.ranges[run[-1]][1]
        own_seed = fresh_seed(self.dataset, self.seed)
        source: Any = stream(
            self.preset,
            batch_size=min(self.chunk, last - first),
            seed=own_seed,
            start=first,
            n_jobs=min(os.cpu_count() or 1, 1 + (last - first) // ALONE),
            effects=self.dataset.manifest.effects,
            effects_seed=own_seed,
        )
        with closing(source):
            for index in run:
                start, stop = self.ranges[index]
                tables, signals, n = [], [], 0
                while n < stop - start:
                    table, batch = next(source)
                    tables.append(table)
                    signals.append(batch)
                    n += len(batch)
                    progress(min(start + n, stop) - first)
                parameters = pd.concat(tables).iloc[: stop - start]
                part = self._part(
                    np.concatenate(signals)[: stop - start],
                    self.targets.values(parameters),
                    parameters.get(WEIGHT, pd.Series(1.0, parameters.index)).to_numpy(float),
                    -1 - np.arange(start, stop),
                )
                yield index, part

    def _part(
        self, signals: np.ndarray, y: np.ndarray, weights: np.ndarray, samples: np.ndarray
    ) -> Part:
        features = self.featurizer.transform(with_copies(signals, self.maps))
        return Part(
            np.ascontiguousarray(features, dtype=np.float32),
            *(repeated(values, self.maps) for values in (y, weights, samples)),
        )


def _runs(numbers: Sequence[int]) -> list[list[int]]:
    """Sorted numbers as runs of consecutive ones."""
    array = np.array(numbers, dtype=int)
    breaks = np.flatnonzero(np.diff(array) != 1) + 1
    return [run.tolist() for run in np.split(array, breaks) if len(run)]
