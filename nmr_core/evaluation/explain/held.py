"""A run's held-out curves, its model as one function, and how wrong it is: the common ground of all answers."""

from functools import cached_property

import numpy as np
from sklearn.metrics import f1_score, log_loss

from nmr_core.datasets.dataset import EchoDataset, load_dataset
from nmr_core.errors import InputError
from nmr_core.learning.run import Run


class Held:
    """The test part of a run, and what of it was trained on.

    test, train : int, sorted samples; nothing is in both. ``train`` is all that was not held out.
    truth       : of all samples, float (n_samples, n_targets), or the classes as texts (n_samples,)
    outputs     : targets, or classes
    measures    : what :meth:`loss` returns: 1 - R² of each target; or 1 - weighted F1, and log loss if there are probabilities
    """

    def __init__(self, run: Run, dataset: EchoDataset | None = None):
        self.run, self.dataset = (
            run,
            load_dataset(run.manifest.dataset) if dataset is None else dataset,
        )
        m, own = run.manifest, self.dataset.manifest
        if own.id != m.dataset:
            raise InputError(
                f"The run {m.id} was tested on the data set {m.dataset}, got {own.id}. Give that data set: only its "
                "held-out curves say what the model looks at."
            )
        self.test = np.sort(run.predictions["sample"].to_numpy().astype(int))
        if not len(self.test) or self.test[-1] >= len(self.dataset) or not self._same_truth():
            raise InputError(
                f"The data set {own.id} is not the one that run {m.id} was tested on: samples or parameters differ. "
                "Train again on it."
            )
        self.train = np.setdiff1d(np.arange(len(self.dataset)), self.test)
        self.classifies = run.task == "classification"
        self.outputs = run.classes if self.classifies else run.targets
        self.measures = (
            ("weighted F1", "log loss")[: 1 + self.knows] if self.classifies else run.targets
        )

    def _same_truth(self) -> bool:
        """Whether the samples still have the truth that the run was scored with."""
        predictions = self.run.predictions.sort_values("sample")
        table = self.dataset.table(list(self.run.targets)).iloc[self.test]
        return all(
            (table[name].to_numpy() == predictions[f"true_{name}"].to_numpy()).all()
            for name in self.run.targets
        )

    @cached_property
    def truth(self) -> np.ndarray:
        """Of every sample of the data set."""
        table = self.dataset.table(list(self.run.targets))
        return table.iloc[:, 0].to_numpy().astype(str) if self.classifies else table.to_numpy(float)

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
        """float32 (n, n_features)."""
        return np.asarray(self.run.model[:-1].transform(curves), dtype=np.float32)

    def predict(self, features: np.ndarray, model=None) -> np.ndarray:
        """(n, n_outputs): targets in their units, or the classes' probabilities (0 and 1 of a classifier without them)."""
        model = self.model if model is None else model
        if not self.classifies:
            return np.asarray(model.predict(features), dtype=float).reshape(len(features), -1)
        if not self.knows:
            return (
                np.asarray(model.predict(features)).astype(str)[:, None] == np.array(self.outputs)
            ).astype(float)
        own = list(map(str, model.classes_))
        return np.asarray(model.predict_proba(features), dtype=float)[
            :, [own.index(name) for name in self.outputs]
        ]

    def answer(self, curves: np.ndarray) -> np.ndarray:
        """The same of complex curves (n, n_settings, n_times)."""
        return self.predict(self.features(curves))

    def loss(self, outputs: np.ndarray, truth: np.ndarray) -> np.ndarray:
        """How wrong ``outputs`` are, one number per measure; smaller is better."""
        if not self.classifies:
            spread = truth.var(axis=0)
            return ((outputs - truth) ** 2).mean(axis=0) / np.where(spread > 0, spread, np.nan)
        found = np.array(self.outputs)[outputs.argmax(axis=1)]
        worse = [
            1
            - f1_score(truth, found, average="weighted", labels=sorted(set(truth)), zero_division=0)
        ]
        if self.knows:
            order = np.argsort(self.outputs)
            share = np.clip(outputs[:, order], 1e-7, 1)
            worse.append(
                log_loss(
                    truth,
                    share / share.sum(axis=1, keepdims=True),
                    labels=np.array(self.outputs)[order],
                )
            )
        return np.array(worse)

    def score(self, loss: np.ndarray) -> np.ndarray:
        """R² and weighted F1 of a loss; the log loss stays itself."""
        return np.array(
            [
                value if name == "log loss" else 1 - value
                for name, value in zip(self.measures, loss, strict=True)
            ]
        )

    def some(self, most: int, seed: int) -> np.ndarray:
        """At most ``most`` held-out samples, sorted; chosen at random."""
        if len(self.test) <= most:
            return self.test
        return np.sort(np.random.default_rng(seed).choice(self.test, most, replace=False))
