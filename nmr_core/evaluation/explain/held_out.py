"""The held-out curves of a run, its model as one function, and its loss."""

from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from sklearn.metrics import f1_score, log_loss

from nmr_core.datasets.dataset import EchoDataset, load_dataset
from nmr_core.errors import InputError
from nmr_core.learning.metrics import weighted_mean
from nmr_core.learning.run import Run
from nmr_core.weights import unequal

if TYPE_CHECKING:
    from sklearn.base import BaseEstimator


class HeldOut:
    """The held-out part of a run's data set, and the training part.

    Parameters
    ----------
    run : Run
    dataset : EchoDataset, optional
        The data set that the run was tested on; default: found by its id.

    Attributes
    ----------
    test, train : int arrays
        Sorted samples; nothing is in both. ``train`` is everything that was not held out.
    truth : array
        Of all samples: float (n_samples, n_targets), or the classes as texts (n_samples,).
    outputs : tuple of str
        Targets, or classes.
    measures : tuple of str
        What :meth:`loss` returns: 1 - R² of each target; of classes 1 - weighted F1, and the log
        loss if there are probabilities.

    Raises
    ------
    InputError
        The data set is not the one that the run was tested on.
    """

    def __init__(self, run: Run, dataset: EchoDataset | None = None):
        self.run = run
        self.dataset = load_dataset(run.manifest.dataset) if dataset is None else dataset
        m, own = run.manifest, self.dataset.manifest
        if own.id != m.dataset:
            raise InputError(
                f"The run {m.id} was tested on the data set {m.dataset}, got {own.id}. Give that "
                "data set: a model is explained on its held-out curves only."
            )
        self.test = np.sort(run.predictions["sample"].to_numpy().astype(int))
        if not len(self.test) or self.test[-1] >= len(self.dataset) or not self._same_truth():
            raise InputError(
                f"The data set {own.id} is not the one that run {m.id} was tested on: samples or "
                "parameters differ. Train again on it."
            )
        self.train = np.setdiff1d(np.arange(len(self.dataset)), self.test)
        self.classifies = run.task == "classification"
        self.outputs = run.classes if self.classifies else run.targets
        self.measures: tuple[str, ...] = run.targets
        if self.classifies:
            self.measures = ("weighted F1", "log loss") if self.knows else ("weighted F1",)

    def _same_truth(self) -> bool:
        """Whether the samples have the true values that the run was scored with."""
        predictions = self.run.predictions.sort_values("sample")
        table = self.dataset.table(list(self.run.targets)).iloc[self.test]
        return all(
            (table[name].to_numpy() == predictions[f"true_{name}"].to_numpy()).all()
            for name in self.run.targets
        )

    @cached_property
    def truth(self) -> np.ndarray:
        """True values of all samples of the data set."""
        table = self.dataset.table(list(self.run.targets))
        return table.iloc[:, 0].to_numpy().astype(str) if self.classifies else table.to_numpy(float)

    @property
    def weights(self) -> np.ndarray:
        """Weights of all samples of the data set, float (n_samples,)."""
        return self.dataset.weights

    @property
    def model(self):
        """The last step of the run's pipeline: features in."""
        return self.run.model[-1]

    @property
    def featurizer(self):
        """The first step of the run's pipeline: curves in."""
        return self.run.model[0]

    @property
    def knows(self) -> bool:
        """Whether the model gives probabilities."""
        return hasattr(self.model, "predict_proba")

    def features(self, curves: np.ndarray) -> np.ndarray:
        """Features of complex curves (n, n_settings, n_times): float32 (n, n_features)."""
        return np.asarray(self.run.model[:-1].transform(curves), dtype=np.float32)

    def predict(self, features: np.ndarray, model: "BaseEstimator | None" = None) -> np.ndarray:
        """Outputs of features, float (n, n_outputs).

        Targets in their units, or the probabilities of the classes (0 and 1 without any).
        """
        model = self.model if model is None else model
        if not self.classifies:
            return np.asarray(model.predict(features), dtype=float).reshape(len(features), -1)
        if not self.knows:
            predicted = np.asarray(model.predict(features)).astype(str)
            return (predicted[:, None] == np.array(self.outputs)).astype(float)
        own = list(map(str, model.classes_))
        columns = [own.index(name) for name in self.outputs]
        return np.asarray(model.predict_proba(features), dtype=float)[:, columns]

    def answer(self, curves: np.ndarray) -> np.ndarray:
        """Outputs of complex curves (n, n_settings, n_times), float (n, n_outputs)."""
        return self.predict(self.features(curves))

    def loss(
        self, outputs: np.ndarray, truth: np.ndarray, weights: np.ndarray | None = None
    ) -> np.ndarray:
        """Loss of ``outputs``, one number per measure; smaller is better.

        ``weights`` : float (n_samples,), of the samples; default: equal.
        """
        weights = unequal(weights)
        if not self.classifies:
            spread = weighted_mean((truth - weighted_mean(truth, weights)) ** 2, weights)
            mse = weighted_mean((outputs - truth) ** 2, weights)
            return mse / np.where(spread > 0, spread, np.nan)
        predicted = np.array(self.outputs)[outputs.argmax(axis=1)]
        own: dict = {"labels": sorted(set(truth)), "sample_weight": weights}
        f1 = f1_score(truth, predicted, average="weighted", zero_division=0, **own)
        if not self.knows:
            return np.array([1 - f1])
        # scikit-learn takes probabilities in the sorted order of the classes
        order = np.argsort(self.outputs)
        probability = np.clip(outputs[:, order], 1e-7, 1)
        probability /= probability.sum(axis=1, keepdims=True)
        own["labels"] = np.array(self.outputs)[order]
        return np.array([1 - f1, log_loss(truth, probability, **own)])

    def score(self, loss: np.ndarray) -> np.ndarray:
        """R² and weighted F1 of a loss; the log loss stays itself."""
        is_log_loss = np.array(self.measures) == "log loss"
        return np.where(is_log_loss, loss, 1 - loss)

    def some(self, most: int, seed: int) -> np.ndarray:
        """At most ``most`` held-out samples, sorted, chosen at random."""
        if len(self.test) <= most:
            return self.test
        return np.sort(np.random.default_rng(seed).choice(self.test, most, replace=False))


def batches(items: Sequence, size: int) -> Iterator[Sequence]:
    """``items`` in order, ``size`` at a time (the last may be shorter)."""
    for start in range(0, len(items), size):
        yield items[start : start + size]
