"""Training and predicting a batch at a time, for data sets whose curves do not fit into memory."""

from collections.abc import Iterable, Iterator, Sequence

import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator
from sklearn.pipeline import Pipeline

from nmr_core.datasets.dataset import EchoDataset
from nmr_core.errors import InputError
from nmr_core.features import Featurizer
from nmr_core.learning.augment import repeated, with_copies
from nmr_core.learning.run import predicted_table
from nmr_core.models import MODELS

STREAM_BYTES = 1e9
"""Curves that take more are streamed if the model can; in memory, training needs several times as much."""
BATCH_BYTES = 32e6
"""Curves of a batch; a batch is at least one part of the data set."""
LEARNED_FROM = 2000
"""Curves that a featurizer which learns from curves is fitted on."""
PASSES = 20
"""How often a model that only has ``partial_fit`` sees every batch."""


def curve_bytes(dataset: EchoDataset) -> int:
    """Bytes of a curve with all its settings, in memory."""
    return 8 * dataset.manifest.n_settings * dataset.manifest.n_times


def streamable(task: str = "regression") -> list[str]:
    """Names of the models that can be trained from batches."""
    return [
        name
        for name, entry in MODELS.items()
        if (built := _built(entry, task)) is not None and takes_batches(built)
    ]


def _built(entry, task: str) -> BaseEstimator | None:
    """An estimator of the entry, None where it cannot be made: it has no such task, or its extra is not installed."""
    try:
        return entry(task=task)
    except InputError:
        return None


def takes_batches(model: BaseEstimator) -> bool:
    """Whether a model learns from batches: ours have ``fit_batches``, others of scikit-learn's kind ``partial_fit``."""
    return hasattr(model, "fit_batches") or hasattr(model, "partial_fit")


def is_streamed(
    dataset: EchoDataset,
    name: str,
    model: BaseEstimator,
    asked: bool | None,
    task: str = "regression",
    copies: int = 0,
) -> bool:
    """Whether to train from batches: as ``asked``, or if the curves (and their mapped copies) are many and the model can."""
    if asked and not takes_batches(model):
        raise InputError(
            f"The model {name} needs all samples at once and cannot be streamed. Leave stream out, or use "
            f"{', '.join(streamable(task))}."
        )
    return (
        asked
        if asked is not None
        else takes_batches(model)
        and (len(dataset) * curve_bytes(dataset) * (1 + copies) > STREAM_BYTES)
    )


class Stream:
    """Batches (features, targets) of some samples, read again whenever they are iterated over, in another order each time.

    samples : indices in any order, kept within a batch; a batch is what neighbouring parts hold of them
    y       : targets of the whole data set, float64 (n_samples, n_targets) or text (n_samples,)
    maps    : symmetries; a batch holds the curves, then their copies under each map
    """

    def __init__(
        self,
        dataset: EchoDataset,
        featurizer: Featurizer,
        samples: np.ndarray,
        y: np.ndarray,
        seed: int,
        maps: Sequence = (),
    ):
        self.dataset, self.featurizer, self.y, self.maps = dataset, featurizer, y, maps
        self.groups, self.rng = grouped(dataset, samples), np.random.default_rng(seed)

    def __iter__(self) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        for number in self.rng.permutation(len(self.groups)):
            samples = self.groups[number]
            yield batch_of(
                self.featurizer, self.dataset.curves(samples), self.y[samples], self.maps
            )


def batch_of(
    featurizer: Featurizer, curves: np.ndarray, y: np.ndarray, maps: Sequence = ()
) -> tuple[np.ndarray, np.ndarray]:
    """Features and targets of curves and of their copies."""
    return featurizer.transform(with_copies(curves, maps)), repeated(y, maps)


def grouped(dataset: EchoDataset, samples: np.ndarray) -> list[np.ndarray]:
    """``samples`` cut into batches by where they are stored; whole parts, about ``BATCH_BYTES``, in the parts' order."""
    if not len(samples):
        return []
    part_size = dataset.manifest.part_size
    n_parts = max(1, int(BATCH_BYTES / (part_size * curve_bytes(dataset))))
    place = samples // (n_parts * part_size)
    order = np.argsort(place, kind="stable")
    return np.split(samples[order], np.flatnonzero(np.diff(place[order])) + 1)


def fit_featurizer(
    featurizer: Featurizer, dataset: EchoDataset, train: np.ndarray, seed: int
) -> None:
    """Fit the first step: one that learns from curves on some of the training part, another on a single curve's shape."""
    n = LEARNED_FROM if getattr(featurizer, "learns", False) else 1
    some = (
        train
        if len(train) <= n
        else np.sort(np.random.default_rng(seed).choice(train, n, replace=False))
    )
    featurizer.fit(dataset.curves(some))


def parts(model: BaseEstimator, n_samples: int) -> tuple[np.ndarray, np.ndarray]:
    """Which samples are trained on and which decide when to stop: the model's own split, if it stops early."""
    return (
        model.split(n_samples)
        if hasattr(model, "fit_batches")
        else (np.arange(n_samples), np.arange(0))
    )


def fit_batches(
    model: BaseEstimator, train: Iterable, valid: Iterable, classes: np.ndarray
) -> None:
    """Fit a model on batches that can be iterated over again and again; ``classes`` are those of text targets."""
    if hasattr(model, "fit_batches"):
        model.fit_batches(train, valid)
        return
    given = {"classes": classes} if classes.dtype.kind in "UO" else {}
    for _ in range(PASSES):
        for X, y in train:
            model.partial_fit(X, y[:, 0] if y.ndim == 2 and y.shape[1] == 1 else y, **given)


def predict_streamed(
    pipe: Pipeline,
    dataset: EchoDataset,
    samples: np.ndarray,
    names: Sequence[str],
    classes: Sequence[str] = (),
) -> pd.DataFrame:
    """Predictions of sorted ``samples``, as :func:`nmr_core.learning.run.predicted_table`."""
    found = [
        predicted_table(pipe, dataset.curves(group), names, classes)
        for group in grouped(dataset, samples)
    ]
    return pd.concat(found, ignore_index=True)
