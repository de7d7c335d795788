"""Training and predicting in batches, for data sets whose signals do not fit into memory."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator
from sklearn.pipeline import Pipeline

from nmr_core.datasets.dataset import EchoDataset
from nmr_core.errors import InputError
from nmr_core.features import Featurizer
from nmr_core.learning.run import predicted_table
from nmr_core.models import MODELS
from nmr_core.models.blocks import Blocks, Keeper
from nmr_core.progress import report

STREAM_BYTES = 1e9
"""Larger data sets are streamed if possible; in memory, training needs several times the size."""
BATCH_BYTES = 32e6
"""Signals of a batch; a batch is at least one part of the data set."""
LEARNED_FROM = 10_000
"""Samples that a featurizer which learns from signals is fitted on."""
PASSES = 20
"""How often a model that only has ``partial_fit`` sees every batch."""


def curve_bytes(dataset: EchoDataset) -> int:
    """Bytes of the signals of one sample, all settings."""
    return 8 * dataset.manifest.n_settings * dataset.manifest.n_times


def streamable(task: str = "regression") -> list[str]:
    """Names of the models that can be trained in batches."""
    built = {name: _built(entry, task) for name, entry in MODELS.items()}
    return [name for name, model in built.items() if model is not None and takes_batches(model)]


def _built(entry: Any, task: str) -> BaseEstimator | None:
    """An estimator of the entry; None where it has no such task, or its extra is not installed."""
    try:
        return entry(task=task)
    except InputError:
        return None


def takes_batches(model: BaseEstimator) -> bool:
    """Whether a model can be trained in batches (``fit_batches``, or ``partial_fit``)."""
    return hasattr(model, "fit_batches") or hasattr(model, "partial_fit")


def is_streamed(
    dataset: EchoDataset,
    name: str,
    model: BaseEstimator,
    requested: bool | None,
    task: str = "regression",
    copies: int = 0,
) -> bool:
    """Whether to train in batches: as ``requested``; None: if signals are large and the model can.

    Parameters
    ----------
    dataset : EchoDataset
        Signals with their parameters.
    name, model : str, estimator
        The model; its name is for the message.
    requested : bool or None
        True or False as the caller chose; None: decide by size.
    task : str
        "regression" or "classification".
    copies : int
        Images per signal that are trained on too.
    """
    if requested and not takes_batches(model):
        raise InputError(
            f"The model {name} needs all samples at once and cannot be streamed. Leave stream out, "
            f"or use {', '.join(streamable(task))}."
        )
    if requested is not None:
        return requested
    n_bytes = len(dataset) * curve_bytes(dataset) * (1 + copies)
    return takes_batches(model) and n_bytes > STREAM_BYTES


def grouped(dataset: EchoDataset, samples: np.ndarray) -> list[np.ndarray]:
    """Samples in batches of whole parts, about :data:`BATCH_BYTES` each, in the parts' order."""
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
    """Fit a featurizer, on :data:`LEARNED_FROM` training samples if it learns, else on one."""
    n = LEARNED_FROM if getattr(featurizer, "learns", False) else 1
    if len(train) > n:
        train = np.sort(np.random.default_rng(seed).choice(train, n, replace=False))
    featurizer.fit(dataset.curves(train))


def parts(
    model: BaseEstimator, n_samples: int, labels: np.ndarray | None = None
) -> tuple[np.ndarray, np.ndarray]:
    """Positions to fit on, and positions that decide when to stop (early stopping).

    ``labels`` : classes of the samples, of which both parts have the same fractions.
    """
    if hasattr(model, "fit_batches"):
        return model.split(n_samples, **({} if labels is None else {"labels": labels}))
    return np.arange(n_samples), np.arange(0)


def fit_batches(
    model: BaseEstimator,
    train: Blocks,
    valid: Blocks,
    classes: np.ndarray,
    keeper: Keeper | None = None,
) -> None:
    """Fit a model on blocks; ``classes`` are those of text targets.

    A model with ``fit_batches`` continues from the state in ``keeper``; one that only has
    ``partial_fit`` begins anew.
    """
    if hasattr(model, "fit_batches"):
        model.fit_batches(train, valid, keeper)
        return
    more = {"classes": classes} if classes.dtype.kind in "UO" else {}
    for number in range(PASSES):
        for X, y, *_ in train.epoch(number):
            model.partial_fit(X, y[:, 0] if y.ndim == 2 and y.shape[1] == 1 else y, **more)
        report(number + 1, PASSES, f"pass {number + 1}")


def predict_streamed(
    pipe: Pipeline,
    dataset: EchoDataset,
    samples: np.ndarray,
    names: Sequence[str],
    classes: Sequence[str] = (),
) -> pd.DataFrame:
    """Predictions of sorted samples, as :func:`nmr_core.learning.run.predicted_table`."""
    tables = [
        predicted_table(pipe, dataset.curves(group), names, classes)
        for group in grouped(dataset, samples)
    ]
    return pd.concat(tables, ignore_index=True)
