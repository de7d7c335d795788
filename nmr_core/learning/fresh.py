"""Fresh samples: simulated during the training and never stored."""

import math
import os
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from queue import Empty, Full, Queue
from typing import Any

import numpy as np

from nmr_core.datasets.dataset import EchoDataset
from nmr_core.datasets.stream import stream
from nmr_core.errors import InputError
from nmr_core.features import Featurizer
from nmr_core.learning.streaming import PASSES, batch_of, streamable, takes_batches
from nmr_core.learning.targets import TargetSpec
from nmr_core.storage.seeds import Purpose, side_seed
from nmr_core.weights import WEIGHT, repeats

BATCH = 250
"""Samples that are simulated and waited for at a time."""
ROUNDS = 50
"""Passes over the training data in which the fresh samples arrive, equally many in each. A model
with fewer passes gets them in the first half of its passes."""
BLOCK = 2000
"""Samples and copies that are stored as one batch."""
CACHE_BYTES = 1e9
"""Features of fresh samples that are stored for the next passes; the oldest are dropped first."""
MOST = 100_000_000
WAIT = 0.2
"""Seconds between two checks for a cancellation while samples are waited for."""


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


def rounds(model: Any) -> int:
    """Number of passes over the data in which the fresh samples arrive."""
    passes = getattr(model, "max_epochs", 2 * ROUNDS) if hasattr(model, "fit_batches") else PASSES
    return max(1, min(ROUNDS, passes // 2))


class Fresh:
    """Batches (features, targets): the stored ones, earlier fresh ones, then new ones.

    The fresh samples have the preset and measurement effects of the data set and another seed, so
    they are the same in every training with the same seed. Other processes simulate them ahead. Use
    it in a ``with`` block.

    Parameters
    ----------
    dataset : EchoDataset
    featurizer : Featurizer
        Fitted.
    targets : TargetSpec
    stored : iterable
        Batches of the training part of the data set.
    n_fresh : int
        Samples to simulate in all, n_fresh / n_rounds new ones per iteration; ``used`` counts them.
    seed : int
        Of the training.
    maps : sequence of Symmetry
        Images of the fresh samples that are added.
    n_rounds : int
    waiting : callable
        Called with ``used`` while samples are waited for; what it raises ends the training.
    weighted : bool
        Repeat or leave out each fresh sample by its weight.
    """

    def __init__(
        self,
        dataset: EchoDataset,
        featurizer: Featurizer,
        targets: TargetSpec,
        stored: Iterable,
        n_fresh: int,
        seed: int,
        maps: Sequence = (),
        n_rounds: int = ROUNDS,
        waiting: Callable[[int], None] = lambda used: None,
        weighted: bool = False,
    ):
        self.featurizer = featurizer
        self.targets = targets
        self.stored = stored
        self.maps = maps
        self.waiting = waiting
        self.weighted = weighted
        self.n_fresh = n_fresh
        self.per_round = math.ceil(n_fresh / n_rounds)
        self.used = 0
        self.rng = np.random.default_rng(seed)
        self.cache: deque[tuple[np.ndarray, np.ndarray]] = deque()
        self.cache_bytes = 0
        own_seed = fresh_seed(dataset, seed)
        n_jobs = min(os.cpu_count() or 1, 1 + n_fresh // 2000)
        self.source = stream(
            dataset.preset,
            batch_size=min(BATCH, self.per_round),
            seed=own_seed,
            n_jobs=n_jobs,
            effects=dataset.manifest.effects,
            effects_seed=own_seed,
        )
        self.queue: Queue = Queue(2 + 2 * self.per_round // BATCH)
        self.stopped = threading.Event()

    def __enter__(self) -> "Fresh":
        # Here, as only a main thread starts processes that leave Ctrl-C to us
        first = next(self.source)
        self.thread = threading.Thread(target=self._feed, args=(first,), daemon=True)
        self.thread.start()
        return self

    def __exit__(self, *_) -> None:
        self.stopped.set()
        self.thread.join()
        self.source.close()

    def _feed(self, batch: Any) -> None:
        try:
            simulated = 0
            while not self.stopped.is_set():
                self._put(batch)
                simulated += len(batch[1])
                if simulated >= self.n_fresh:
                    return
                batch = next(self.source)
        except Exception as error:  # it is raised again where the curves are waited for
            self._put(error)

    def _put(self, item: Any) -> None:
        while not self.stopped.is_set():
            try:
                self.queue.put(item, timeout=WAIT)
                return
            except Full:
                pass

    def _get(self):
        while True:
            try:
                item = self.queue.get(timeout=WAIT)
            except Empty:
                self.waiting(self.used)
                continue
            if isinstance(item, Exception):
                raise item
            return item

    def _simulated(self) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        """This round's new batches."""
        until = min(self.n_fresh, self.used + self.per_round)
        while self.used < until:
            parameters, signals = self._get()
            n = min(len(signals), self.n_fresh - self.used)
            self.used += n
            rows = np.arange(n)
            if self.weighted:
                rows = np.repeat(rows, repeats(parameters[WEIGHT].to_numpy()[:n], self.rng))
            if not len(rows):
                continue
            y = self.targets.values(parameters.iloc[rows])
            yield batch_of(self.featurizer, signals[rows], y, self.maps)

    def _remember(self, batch: tuple[np.ndarray, np.ndarray]) -> None:
        self.cache_bytes += batch[0].nbytes
        if self.cache and len(self.cache[-1][0]) + len(batch[0]) <= BLOCK:
            last = self.cache.pop()
            batch = (np.concatenate([last[0], batch[0]]), np.concatenate([last[1], batch[1]]))
        self.cache.append(batch)
        while self.cache_bytes > CACHE_BYTES:
            self.cache_bytes -= self.cache.popleft()[0].nbytes

    def __iter__(self) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        earlier = list(self.cache)
        yield from self.stored
        for k in self.rng.permutation(len(earlier)):
            yield earlier[k]
        # New ones come last: they are still being simulated
        for batch in self._simulated():
            self._remember(batch)
            yield batch
