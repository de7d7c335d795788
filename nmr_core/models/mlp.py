"""A multilayer perceptron that stops when a held-out part of its training curves stops improving."""

import numpy as np
from sklearn.base import BaseEstimator, RegressorMixin
from sklearn.model_selection import train_test_split
from sklearn.neural_network import MLPRegressor
from sklearn.preprocessing import StandardScaler
from sklearn.utils.validation import check_is_fitted

from nmr_core.progress import report


class EarlyStoppingMLP(RegressorMixin, BaseEstimator):
    """scikit-learn's MLPRegressor, one epoch at a time, keeping the weights of the best validation epoch.

    Inputs are centred per feature and scaled by one common number (the relative size of features is physics, and
    dividing each by its own spread would blow up points that hold only noise); targets are standardised.
    A target whose validation error never got below that of its mean has shown nothing that can be learned: it is
    left to its mean, and the network is trained again for the others alone.

    Learned: ``curve_`` (training loss and validation mean square per epoch), ``best_epoch_``, ``learned_``.
    """

    def __init__(self, hidden=(512, 256), learning_rate=5e-4, weight_decay=1e-4, max_epochs=100,
                 patience=20, validation_fraction=0.1, random_state=0):
        self.hidden = hidden
        self.learning_rate = learning_rate
        self.weight_decay = weight_decay
        self.max_epochs = max_epochs
        self.patience = patience
        self.validation_fraction = validation_fraction
        self.random_state = random_state

    def fit(self, X, y):
        """X float (n_samples, n_features); y float (n_samples,) or (n_samples, n_targets)."""
        X, y = np.asarray(X, dtype=np.float32), np.asarray(y, dtype=float)
        self.n_features_in_, self.single_ = X.shape[1], y.ndim == 1
        y = y.reshape(len(y), -1)
        train, valid = train_test_split(np.arange(len(X)), test_size=self.validation_fraction,
                                        random_state=self.random_state)
        self.center_ = X[train].mean(axis=0)
        self.scale_ = float((X[train] - self.center_).std()) or 1.0
        self.targets_ = StandardScaler().fit(y[train])
        X, y = (X - self.center_) / self.scale_, self.targets_.transform(y).astype(np.float32)
        self.batch_size_ = min(len(train), int(np.clip(len(train) // 64, 16, 64)))
        self.learned_ = np.arange(y.shape[1])
        parts = X[train], y[train], X[valid], y[valid]
        hopeful = self._train(*parts, done=0) < 0.98 * y[valid].var(axis=0)
        if not hopeful.all():
            self.learned_ = np.flatnonzero(hopeful)
            if hopeful.any():
                self._train(*parts, done=self.max_epochs)
        report(2 * self.max_epochs, 2 * self.max_epochs, f"kept epoch {self.best_epoch_ + 1}")
        return self

    def _train(self, X, y, X_valid, y_valid, done: int) -> np.ndarray:
        """Train a fresh network for the targets in ``learned_``; their lowest validation errors, (n_learned,)."""
        network, best, curve, lowest = self._network(), np.inf, [], np.inf
        for epoch in range(self.max_epochs):
            network.partial_fit(X, y[:, self.learned_].squeeze())
            errors = self._errors(network, X_valid, y_valid)
            curve.append((float(network.loss_), float(errors.mean())))
            report(done + epoch + 1, 2 * self.max_epochs, f"epoch {epoch + 1}, validation error {errors.mean():.4f}")
            lowest = np.minimum(lowest, errors)
            if errors.mean() < best:
                best, self.best_epoch_ = errors.mean(), epoch
                weights = [w.copy() for w in network.coefs_], [b.copy() for b in network.intercepts_]
            if epoch - self.best_epoch_ >= self.patience:
                break
        network.coefs_, network.intercepts_ = weights
        self.network_, self.curve_ = network, np.array(curve)
        return lowest

    def _network(self) -> MLPRegressor:
        return MLPRegressor(hidden_layer_sizes=self.hidden, learning_rate_init=self.learning_rate, alpha=self.weight_decay,
                            batch_size=self.batch_size_, random_state=self.random_state)

    def _errors(self, network, X, y) -> np.ndarray:
        return ((network.predict(X).reshape(len(X), -1) - y[:, self.learned_]) ** 2).mean(axis=0)

    def predict(self, X) -> np.ndarray:
        """Targets in their units, float64, of the shape that ``fit`` got."""
        check_is_fitted(self, "network_")
        X = (np.asarray(X, dtype=np.float32) - self.center_) / self.scale_
        scaled = np.zeros((len(X), len(self.targets_.mean_)))
        if len(self.learned_):
            scaled[:, self.learned_] = self.network_.predict(X).reshape(len(X), -1)
        y = self.targets_.inverse_transform(scaled)
        return y[:, 0] if self.single_ else y
