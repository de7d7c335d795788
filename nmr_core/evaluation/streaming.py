"""Training and predicting a batch at a time, for data sets whose curves do not fit into memory."""

from collections.abc import Iterator

import numpy as np
from sklearn.pipeline import Pipeline

from nmr_core.datasets.dataset import EchoDataset
from nmr_core.errors import InputError
from nmr_core.features import Featurizer
from nmr_core.models import MODELS

STREAM_BYTES = 1e9
"""Curves that take more are streamed if the model can; in memory, training needs several times as much."""
BATCH_BYTES = 32e6
"""Curves of a batch; a batch is at least one part of the data set."""


def curve_bytes(dataset: EchoDataset) -> int:
    """Bytes of a curve with all its settings, in memory."""
    return 8 * dataset.manifest.n_settings * dataset.manifest.n_times


def is_streamed(dataset: EchoDataset, model: str, asked: bool | None) -> bool:
    """Whether to train from batches: as ``asked``, or if the curves are many and the model can."""
    able = [name for name, entry in MODELS.items() if hasattr(entry(), "fit_batches")]
    if asked and model in MODELS and model not in able:
        raise InputError(f"The model {model} needs all curves at once and cannot be streamed. Leave stream out, or use "
                         f"{', '.join(able)}.")
    return asked if asked is not None else model in able and len(dataset) * curve_bytes(dataset) > STREAM_BYTES


class Stream:
    """Batches (features, targets) of some samples, read again whenever they are iterated over, in another order each time.

    samples : indices in any order, kept within a batch; a batch is what neighbouring parts hold of them
    y       : float64 (n_samples of the whole data set, n_targets)
    """

    def __init__(self, dataset: EchoDataset, featurizer: Featurizer, samples: np.ndarray, y: np.ndarray, seed: int):
        self.dataset, self.featurizer, self.y = dataset, featurizer, y
        self.groups, self.rng = grouped(dataset, samples), np.random.default_rng(seed)

    def __iter__(self) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        for number in self.rng.permutation(len(self.groups)):
            samples = self.groups[number]
            yield self.featurizer.transform(self.dataset.curves(samples)), self.y[samples]


def grouped(dataset: EchoDataset, samples: np.ndarray) -> list[np.ndarray]:
    """``samples`` cut into batches by where they are stored; whole parts, about ``BATCH_BYTES``, in the parts' order."""
    part_size = dataset.manifest.part_size
    n_parts = max(1, int(BATCH_BYTES / (part_size * curve_bytes(dataset))))
    place = samples // (n_parts * part_size)
    order = np.argsort(place, kind="stable")
    return np.split(samples[order], np.flatnonzero(np.diff(place[order])) + 1)


def fit_streamed(pipe: Pipeline, dataset: EchoDataset, train: np.ndarray, y: np.ndarray, seed: int) -> None:
    """Fit a pipeline whose model has ``fit_batches`` on the samples ``train``; with a single batch it is ``pipe.fit``."""
    featurizer, model = pipe[0], pipe[-1]
    featurizer.fit(dataset.curves(train[:1]))
    used, valid = model.split(len(train))
    model.fit_batches(*(Stream(dataset, featurizer, train[part], y, seed) for part in (used, valid)))


def predict_streamed(pipe: Pipeline, dataset: EchoDataset, samples: np.ndarray) -> np.ndarray:
    """Predictions of sorted ``samples``, (len(samples), n_targets)."""
    found = [np.asarray(pipe.predict(dataset.curves(group))).reshape(len(group), -1) for group in grouped(dataset, samples)]
    return np.concatenate(found)
