"""A multilayer perceptron for classes with early stopping on a validation part."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.neural_network import MLPClassifier
from sklearn.utils.validation import check_is_fitted

from nmr_core.errors import InputError
from nmr_core.models.grouped import hold_out
from nmr_core.models.scaling import Scaler
from nmr_core.models.training import SCHEDULES
from nmr_core.progress import publish, report

LOWEST = 1e-7
"""Lowest probability in a log loss."""


class EarlyStoppingClassifier(ClassifierMixin, BaseEstimator):
    """scikit-learn's MLPClassifier, trained epoch by epoch, with the weights of the best epoch.

    The best epoch is that of the lowest log loss of the validation part, which contains the same
    fraction of every class, and whole groups.

    Parameters
    ----------
    hidden : tuple of int
        Widths of the hidden layers.
    learning_rate : float
        Initial, of Adam.
    weight_decay : float
        L2 penalty.
    max_epochs, patience : int
        Training ends after ``patience`` epochs without improvement.
    validation_fraction : float
        Fraction of the training samples that decides when to stop.
    random_state : int
    schedule : str
        As of :class:`~nmr_core.models.mlp.EarlyStoppingMLP`.
    scaling : str
        "common" or "each": one scale for all features, or one per feature.

    Attributes
    ----------
    classes_ : array (n_classes,)
    curve_ : (n_epochs, 2)
        Training loss and validation log loss per epoch.
    best_epoch_ : int
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
        """Fit the network.

        Parameters
        ----------
        X : float array (n_samples, n_features)
            Features, not scaled.
        y : array (n_samples,)
            Labels.
        groups : (n_samples,), optional
            Rows of one group stay on one side of the validation split.
        """
        if self.schedule not in SCHEDULES:
            raise InputError(
                f"schedule must be one of {', '.join(SCHEDULES)}; got {str(self.schedule)[:60]!r}."
            )
        X = np.asarray(X, dtype=np.float32)
        y = np.asarray(y).ravel()
        self.classes_, number = np.unique(y, return_inverse=True)
        train, valid = hold_out(
            len(y), self.validation_fraction, groups, labels=number, seed=self.random_state
        )
        self.n_features_in_ = X.shape[1]
        self.scaler_ = Scaler(self.scaling, single=True).fit(X[train])
        X = self.scaler_.transform(X)
        self._train((X[train], number[train]), (X[valid], number[valid]))
        report(self.max_epochs, self.max_epochs, f"best epoch {self.best_epoch_ + 1}")
        return self

    def _train(self, train: Any, valid: Any) -> None:
        """Train on (X, class numbers) ``train``; stop by ``valid``."""
        network = self._network(len(train[1]))
        numbers = np.arange(len(self.classes_))
        curve = []
        best = np.inf
        for epoch in range(self.max_epochs):
            # scikit-learn has no schedule for Adam, and creates it at the first call
            if epoch:
                rate = SCHEDULES[self.schedule](epoch / self.max_epochs)
                network._optimizer.learning_rate_init = self.learning_rate * rate
            network.partial_fit(*train, classes=numbers)
            loss = self._log_loss(network, *valid)
            curve.append([float(network.loss_), loss])
            publish("curve", curve)
            report(epoch + 1, self.max_epochs, f"epoch {epoch + 1}, validation loss {loss:.4f}")
            if loss < best:
                best = loss
                self.best_epoch_ = epoch
                weights = (
                    [w.copy() for w in network.coefs_],
                    [b.copy() for b in network.intercepts_],
                )
            if epoch - self.best_epoch_ >= self.patience:
                break
        network.coefs_, network.intercepts_ = weights
        # Three more numbers per weight, which predictions do not need
        for unused in ("_optimizer", "_best_coefs", "_best_intercepts"):
            delattr(network, unused)
        self.network_ = network
        self.curve_ = np.array(curve)

    def _network(self, n_train: int) -> MLPClassifier:
        batch_size = min(n_train, int(np.clip(n_train // 128, 16, 256)))
        return MLPClassifier(
            self.hidden,
            learning_rate_init=self.learning_rate,
            alpha=self.weight_decay,
            batch_size=batch_size,
            random_state=self.random_state,
        )

    def _log_loss(self, network: MLPClassifier, X: np.ndarray, number: np.ndarray) -> float:
        """-mean log p(true class), with p at least :data:`LOWEST`."""
        true = self._probabilities(network, X)[np.arange(len(X)), number]
        return float(-np.log(np.maximum(true, LOWEST)).mean())

    @staticmethod
    def _probabilities(network: MLPClassifier, X: np.ndarray) -> np.ndarray:
        """(n_samples, n_classes), float64, each row with the sum 1."""
        single = np.asarray(network.predict_proba(X), dtype=float)
        return single / single.sum(axis=1, keepdims=True)

    def predict_proba(self, X: np.ndarray) -> np.ndarray:
        """(n_samples, n_classes), in the order of ``classes_``."""
        check_is_fitted(self, "network_")
        return self._probabilities(self.network_, self.scaler_.transform(X))

    def predict(self, X: np.ndarray) -> np.ndarray:
        """The most probable class."""
        return self.classes_[self.predict_proba(X).argmax(axis=1)]
