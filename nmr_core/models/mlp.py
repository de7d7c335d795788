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
        train, valid = self.split(len(X))
        return self.fit_batches([(X[train], y[train])], [(X[valid], y[valid])])

    def split(self, n_samples: int) -> tuple[np.ndarray, np.ndarray]:
        """Which samples are trained on, and which decide when to stop; shuffled indices."""
        return train_test_split(np.arange(n_samples), test_size=self.validation_fraction, random_state=self.random_state)

    def fit_batches(self, train, valid):
        """The same from batches (X, y), shaped as for ``fit``: lists, or anything that can be iterated over again and again.

        Only a batch is in memory. Weights are updated from batch to batch, so their samples should be mixed; with one
        batch each this is ``fit``.
        """
        n_train, self.center_, self.scale_, self.targets_ = self._scales(train)
        self.batch_size_ = min(n_train, int(np.clip(n_train // 64, 16, 64)))
        train, valid = _Scaled(self, train), _Scaled(self, valid)
        spread = StandardScaler()
        for _, y in valid:
            spread.partial_fit(y)
        self.learned_ = np.arange(len(self.targets_.mean_))
        hopeful = self._train(train, valid, done=0) < 0.98 * spread.var_
        if not hopeful.all():
            self.learned_ = np.flatnonzero(hopeful)
            if hopeful.any():
                self._train(train, valid, done=self.max_epochs)
        report(2 * self.max_epochs, 2 * self.max_epochs, f"kept epoch {self.best_epoch_ + 1}")
        return self

    def _scales(self, batches) -> tuple[int, np.ndarray, float, StandardScaler]:
        """n_samples, centre of each feature, their common scale, and the targets' scaler; in one pass."""
        features, targets = StandardScaler(), StandardScaler()
        for X, y in batches:
            features.partial_fit(X)
            targets.partial_fit(y.reshape(len(y), -1))
        self.n_features_in_, self.single_ = features.n_features_in_, y.ndim == 1
        scale = float(np.sqrt(features.var_.mean())) or 1.0
        return int(features.n_samples_seen_), features.mean_.astype(np.float32), scale, targets

    def _train(self, train, valid, done: int) -> np.ndarray:
        """Train a fresh network for the targets in ``learned_``; their lowest validation errors, (n_learned,)."""
        network, best, curve, lowest = self._network(), np.inf, [], np.inf
        for epoch in range(self.max_epochs):
            loss, n = 0.0, 0
            for X, y in train:
                network.set_params(batch_size=min(self.batch_size_, len(X)))
                network.partial_fit(X, y[:, self.learned_] if len(self.learned_) > 1 else y[:, self.learned_[0]])
                loss, n = loss + network.loss_ * len(X), n + len(X)
            errors = self._errors(network, valid)
            curve.append((float(loss / n), float(errors.mean())))
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

    def _errors(self, network, batches) -> np.ndarray:
        total, n = 0.0, 0
        for X, y in batches:
            total = total + ((network.predict(X).reshape(len(X), -1) - y[:, self.learned_]) ** 2).sum(axis=0)
            n += len(X)
        return total / n

    def predict(self, X) -> np.ndarray:
        """Targets in their units, float64, of the shape that ``fit`` got."""
        check_is_fitted(self, "network_")
        X = self.scaled(X)
        scaled = np.zeros((len(X), len(self.targets_.mean_)))
        if len(self.learned_):
            scaled[:, self.learned_] = self.network_.predict(X).reshape(len(X), -1)
        y = self.targets_.inverse_transform(scaled)
        return y[:, 0] if self.single_ else y

    def scaled(self, X) -> np.ndarray:
        """Features as the network sees them, float32."""
        return (np.asarray(X, dtype=np.float32) - self.center_) / np.float32(self.scale_)


class _Scaled:
    """Batches in the network's units: made once if they are in a list, else whenever they are iterated over."""

    def __init__(self, model: EarlyStoppingMLP, batches):
        self.model, self.batches = model, batches
        self.made = list(self._make()) if isinstance(batches, list) else None

    def __iter__(self):
        return iter(self.made) if self.made is not None else self._make()

    def _make(self):
        for X, y in self.batches:
            yield self.model.scaled(X), self.model.targets_.transform(y.reshape(len(y), -1)).astype(np.float32)
