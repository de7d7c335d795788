"""A multilayer perceptron for classes that stops when a held-out part of its training curves stops improving."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.neural_network import MLPClassifier
from sklearn.utils.validation import check_is_fitted

from nmr_core.errors import InputError
from nmr_core.models.grouped import hold_out
from nmr_core.models.mlp import SCHEDULES
from nmr_core.models.scaling import Scaler
from nmr_core.progress import publish, report


class EarlyStoppingClassifier(ClassifierMixin, BaseEstimator):
    """scikit-learn's MLPClassifier, one epoch at a time, keeping the weights of the best validation epoch.

    Features are scaled by a :class:`~nmr_core.models.scaling.Scaler` (``scaling`` "common" or "each"). The validation part
    holds a share of every class, and whole groups. ``schedule`` is that of :class:`~nmr_core.models.mlp.EarlyStoppingMLP`.

    Learned: ``classes_``, ``curve_`` (training loss and validation log loss per epoch), ``best_epoch_``.
    """

    def __init__(
        self,
        hidden: Sequence[int] = (512, 256),
        learning_rate: float = 1e-3,
        weight_decay: float = 1e-4,
        max_epochs: int = 60,
        patience: int = 20,
        validation_fraction: float = 0.1,
        random_state: int = 0,
        schedule: str = "cosine",
        scaling: str = "common",
    ):
        self.hidden = hidden
        self.learning_rate = learning_rate
        self.weight_decay = weight_decay
        self.max_epochs = max_epochs
        self.patience = patience
        self.validation_fraction = validation_fraction
        self.random_state = random_state
        self.schedule = schedule
        self.scaling = scaling

    def fit(self, X: np.ndarray, y: np.ndarray, groups: np.ndarray | None = None):
        """X float (n_samples, n_features); y (n_samples,) labels; groups (n_samples,): rows of one group stay on one side."""
        if self.schedule not in SCHEDULES:
            raise InputError(
                f"schedule must be one of {', '.join(SCHEDULES)}; got {str(self.schedule)[:60]!r}."
            )
        X, y = np.asarray(X, dtype=np.float32), np.asarray(y).ravel()
        self.classes_, number = np.unique(y, return_inverse=True)
        train, valid = hold_out(
            len(y), self.validation_fraction, groups, labels=number, seed=self.random_state
        )
        self.n_features_in_, self.scaler_ = (
            X.shape[1],
            Scaler(self.scaling, single=True).fit(X[train]),
        )
        X = self.scaler_.transform(X)
        self._train((X[train], number[train]), (X[valid], number[valid]))
        report(self.max_epochs, self.max_epochs, f"best epoch {self.best_epoch_ + 1}")
        return self

    def _train(self, train: Any, valid: Any) -> None:
        """Train a network, keep its best epoch."""
        batch_size = min(len(train[1]), int(np.clip(len(train[1]) // 128, 16, 256)))
        network = MLPClassifier(
            self.hidden,
            learning_rate_init=self.learning_rate,
            alpha=self.weight_decay,
            batch_size=batch_size,
            random_state=self.random_state,
        )
        best, curve = np.inf, []
        for epoch in range(self.max_epochs):
            if epoch:  # scikit-learn has no schedule for Adam, and makes it at the first call
                network._optimizer.learning_rate_init = self.learning_rate * SCHEDULES[
                    self.schedule
                ](epoch / self.max_epochs)
            network.partial_fit(*train, classes=np.arange(len(self.classes_)))
            loss = self._log_loss(network, *valid)
            curve.append([float(network.loss_), loss])
            publish("curve", curve)
            report(epoch + 1, self.max_epochs, f"epoch {epoch + 1}, validation loss {loss:.4f}")
            if loss < best:
                best, self.best_epoch_ = loss, epoch
                weights = (
                    [w.copy() for w in network.coefs_],
                    [b.copy() for b in network.intercepts_],
                )
            if epoch - self.best_epoch_ >= self.patience:
                break
        network.coefs_, network.intercepts_ = weights
        for unused in (
            "_optimizer",
            "_best_coefs",
            "_best_intercepts",
        ):  # three more numbers a weight; predictions need none
            delattr(network, unused)
        self.network_, self.curve_ = network, np.array(curve)

    def _log_loss(self, network: MLPClassifier, X: np.ndarray, number: np.ndarray) -> float:
        """-mean log p(true class); no probability counts as less than 1e-7."""
        return float(
            -np.log(
                np.maximum(self._probabilities(network, X)[np.arange(len(X)), number], 1e-7)
            ).mean()
        )

    @staticmethod
    def _probabilities(network: MLPClassifier, X: np.ndarray) -> np.ndarray:
        """(n_samples, n_classes), float64, each row with the sum 1."""
        found = np.asarray(network.predict_proba(X), dtype=float)
        return found / found.sum(axis=1, keepdims=True)

    def predict_proba(self, X: np.ndarray) -> np.ndarray:
        """(n_samples, n_classes), in the order of ``classes_``."""
        check_is_fitted(self, "network_")
        return self._probabilities(self.network_, self.scaler_.transform(X))

    def predict(self, X: np.ndarray) -> np.ndarray:
        """The most probable class."""
        return self.classes_[self.predict_proba(X).argmax(axis=1)]
