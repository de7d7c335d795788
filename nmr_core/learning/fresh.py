"""Training on the stream: curves that are simulated while the model learns, and never stored."""

import math
import os
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from queue import Empty, Full, Queue

import numpy as np

from nmr_core.datasets.dataset import EchoDataset
from nmr_core.datasets.stream import stream
from nmr_core.errors import InputError
from nmr_core.features import Featurizer
from nmr_core.learning.streaming import PASSES, batch_of, streamable, takes_batches
from nmr_core.learning.targets import TargetSpec

BATCH = 250
"""Curves that are simulated and waited for at a time."""
ROUNDS = 50
"""Passes over the training data in which all fresh curves have arrived: each brings its share of new ones. A model that passes
over them less often gets them in half of its passes."""
BLOCK = 2000
"""Curves and copies that are kept as one batch."""
KEPT_BYTES = 1e9
"""Features of fresh curves that are kept to be passed over again; the oldest leave first."""
MOST = 100_000_000
WAIT = 0.2
"""Seconds between two looks for a cancellation while curves are waited for."""


def check_fresh(dataset: EchoDataset, n_fresh: int, name: str, model, found: TargetSpec) -> None:
    """Refuse what cannot be trained on the stream, in a sentence."""
    if isinstance(n_fresh, bool) or not isinstance(n_fresh, int) or not 0 <= n_fresh <= MOST:
        raise InputError(
            f"fresh must be a whole number of curves from 0 to {MOST:,}, got {n_fresh!r}."
        )
    if not n_fresh:
        return
    if not takes_batches(model):
        raise InputError(
            f"The model {name} needs all curves at once and cannot be trained on fresh ones. Leave fresh out, or "
            f"use {', '.join(streamable(found.task))}."
        )
    preset = dataset.preset
    if preset is None:
        raise InputError(
            "Nothing is known about how these curves were made, so no fresh ones can be simulated. Leave fresh out, "
            "or train on a data set that was generated from a preset."
        )
    grid = preset.experiments()[0].protocol.time
    if grid.shape != dataset.time.shape or not np.allclose(grid, dataset.time):
        raise InputError(
            f"The curves of this data set are not on the time points of {preset.name}, so fresh ones would not fit. "
            "Leave fresh out."
        )


def fresh_seed(dataset: EchoDataset, seed: int) -> int:
    """A seed for the stream: neither the data set's nor that of a training with another ``seed``."""
    drawn = int(
        np.random.SeedSequence([dataset.manifest.seed, seed, 5]).generate_state(1, np.uint64)[0]
        >> 12
    )
    return drawn if drawn != dataset.manifest.seed else drawn + 1


def rounds(model) -> int:
    """In how many passes over the data the fresh curves arrive."""
    passes = getattr(model, "max_epochs", 2 * ROUNDS) if hasattr(model, "fit_batches") else PASSES
    return max(1, min(ROUNDS, passes // 2))


class Fresh:
    """Batches (features, targets) whose every iteration holds curves that no earlier one did, after those that it knows.

    stored   : batches of the data set's own training part, iterated over again and again
    n_fresh  : curves to simulate in all, n_fresh / n_rounds new ones with every iteration until then; ``used`` counts them
    waiting  : called while curves are waited for; may raise, which ends the training

    The curves are those of the data set's preset and measurement effects with another seed, so the same ones in every training
    with the same seed. They are simulated ahead by other processes while the model learns. To be used in a ``with`` block.
    """

    def __init__(
        self,
        dataset: EchoDataset,
        featurizer: Featurizer,
        found: TargetSpec,
        stored: Iterable,
        n_fresh: int,
        seed: int,
        maps: Sequence = (),
        n_rounds: int = ROUNDS,
        waiting: Callable[[int], None] = lambda used: None,
    ):
        self.featurizer, self.found, self.stored, self.maps, self.waiting = (
            featurizer,
            found,
            stored,
            maps,
            waiting,
        )
        self.n_fresh, self.used, self.per_round = n_fresh, 0, math.ceil(n_fresh / n_rounds)
        self.rng, self.kept, self.kept_bytes = np.random.default_rng(seed), deque(), 0
        own_seed, n_jobs = fresh_seed(dataset, seed), min(os.cpu_count() or 1, 1 + n_fresh // 2000)
        self.source = stream(
            dataset.preset,
            batch_size=min(BATCH, self.per_round),
            seed=own_seed,
            n_jobs=n_jobs,
            effects=dataset.manifest.effects,
            effects_seed=own_seed,
        )
        self.queue, self.stopped = Queue(2 + 2 * self.per_round // BATCH), threading.Event()

    def __enter__(self) -> "Fresh":
        first = next(
            self.source
        )  # here, as only a main thread starts processes that leave Ctrl-C to us
        self.thread = threading.Thread(target=self._feed, args=(first,), daemon=True)
        self.thread.start()
        return self

    def __exit__(self, *_) -> None:
        self.stopped.set()
        self.thread.join()
        self.source.close()

    def _feed(self, batch) -> None:
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

    def _put(self, item) -> None:
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
            parameters, curves = self._get()
            n = min(len(curves), self.n_fresh - self.used)
            self.used += n
            yield batch_of(
                self.featurizer, curves[:n], self.found.of(parameters.iloc[:n]), self.maps
            )

    def _keep(self, batch: tuple[np.ndarray, np.ndarray]) -> None:
        self.kept_bytes += batch[0].nbytes
        if self.kept and len(self.kept[-1][0]) + len(batch[0]) <= BLOCK:
            batch = tuple(np.concatenate(pair) for pair in zip(self.kept.pop(), batch, strict=True))
        self.kept.append(batch)
        while self.kept_bytes > KEPT_BYTES:
            self.kept_bytes -= self.kept.popleft()[0].nbytes

    def __iter__(self) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        known = list(self.kept)
        yield from self.stored
        for k in self.rng.permutation(len(known)):
            yield known[k]
        for batch in self._simulated():  # last: they are still on their way
            self._keep(batch)
            yield batch
