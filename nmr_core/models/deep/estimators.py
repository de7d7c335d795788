"""The networks as scikit-learn estimators: a regressor and a classifier for all of them."""

from collections.abc import Mapping
from contextlib import contextmanager
from contextvars import copy_context
from typing import Any

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin, RegressorMixin
from sklearn.preprocessing import StandardScaler
from sklearn.utils.validation import check_is_fitted

from nmr_core.errors import InputError
from nmr_core.extras import require
from nmr_core.models.deep._torch import device_for, guest
from nmr_core.models.deep.architectures import ARCHITECTURES
from nmr_core.models.grouped import hold_out
from nmr_core.progress import report, reporting

FEWEST = 20
"""With fewer rows there is no validation part: one or two rows do not show when to stop."""
HOPELESS = 0.98
"""A target whose error stays above this fraction of its variance cannot be learned."""


class _Network(BaseEstimator):
    """Common part of regressor and classifier.

    Features are centred per feature and divided by one common scale, as
    :class:`~nmr_core.models.mlp.EarlyStoppingMLP` does.

    Parameters
    ----------
    network : str
        Name of an architecture.
    network_options : dict, optional
        Options of the architecture: width, depth, ...
    n_channels : int
        Signals that the features hold one after the other: 2 per setting for Re and Im.
    max_epochs, patience : int
        Training ends after ``patience`` epochs without improvement on the validation part.
    learning_rate : float
        Highest of the one-cycle schedule, with AdamW.
    weight_decay : float
    batch_size : int
    validation_fraction : float
        Fraction of the rows that decides which epoch is used; none with fewer than 20 rows.
    device : str
        "auto" (a GPU if there is one), "cpu" or "cuda", of the training. Predictions use any.
    n_jobs : int
        Threads on a processor, -1: all. More than one changes the last digits and gains little for
        networks of this size; on busy cores an LSTM was 20 times slower with two.
    random_state : int

    Attributes
    ----------
    weights_ : dict of str to array
    curve_ : float array (n_epochs, 2)
        Training loss and validation error per epoch.
    best_epoch_ : int
    center_ : float32 array (n_features,)
    scale_ : float

    Notes
    -----
    No learned attribute is a type of PyTorch. The module is rebuilt from the weights when it is
    needed, and never saved.
    """

    def __init__(
        self,
        network: str = "gelu_mlp",
        network_options: Mapping[str, Any] | None = None,
        n_channels: int = 2,
        max_epochs: int = 60,
        learning_rate: float = 1e-3,
        weight_decay: float = 1e-4,
        batch_size: int = 64,
        patience: int = 20,
        validation_fraction: float = 0.1,
        device: str = "auto",
        n_jobs: int = 1,
        random_state: int = 0,
    ):
        self.network = network
        self.network_options = network_options
        self.n_channels = n_channels
        self.max_epochs = max_epochs
        self.learning_rate = learning_rate
        self.weight_decay = weight_decay
        self.batch_size = batch_size
        self.patience = patience
        self.validation_fraction = validation_fraction
        self.device = device
        self.n_jobs = n_jobs
        self.random_state = random_state

    def __getstate__(self) -> dict:
        return {name: value for name, value in super().__getstate__().items() if name != "_module"}

    def _train(
        self, kind: str, X: np.ndarray, goal: np.ndarray, n_outputs: int, split: Any, **trial
    ):
        """Train on the rows split[0] and stop by split[1]; ``kind`` is a class of skorch."""
        import skorch

        from nmr_core.models.deep._training import train_network

        self.n_outputs_ = n_outputs
        curves = self._curves(X)
        device = device_for(self.device)
        with guest(self.n_jobs, self.random_state):
            trained = train_network(
                getattr(skorch, kind),
                self._built(),
                *((curves[rows], goal[rows]) for rows in split),
                device=device,
                max_epochs=self.max_epochs,
                learning_rate=self.learning_rate,
                weight_decay=self.weight_decay,
                batch_size=self.batch_size,
                patience=self.patience,
                **trial,
            )
        self.__dict__.pop("_module", None)
        self.weights_ = trained.weights
        self.curve_ = trained.curve
        self.best_epoch_ = trained.best_epoch
        return trained

    def _split(
        self, n_samples: int, groups: np.ndarray | None, labels: np.ndarray | None = None
    ) -> tuple[np.ndarray, np.ndarray]:
        share = self.validation_fraction if n_samples >= FEWEST else 0
        return hold_out(n_samples, share, groups, labels=labels, seed=self.random_state)

    def _scale(self, X: np.ndarray) -> None:
        """Learn the centre of each feature and their common scale."""
        require("deep", f"The model {self.network}")
        if X.ndim != 2 or X.shape[1] % self.n_channels:
            raise InputError(
                f"The model {self.network} reads {self.n_channels} curves of equal length, got "
                f"{X.shape[-1]} features. Use the raw features, or set n_channels to a divisor of "
                "their number."
            )
        self.n_features_in_ = X.shape[1]
        features = StandardScaler().fit(X)
        self.center_ = features.mean_.astype(np.float32)
        self.scale_ = float(np.sqrt(features.var_.mean())) or 1.0

    def _curves(self, X: np.ndarray) -> np.ndarray:
        """Features as the network sees them, float32 (n_samples, n_channels, n_times)."""
        scaled = (np.asarray(X, dtype=np.float32) - self.center_) / np.float32(self.scale_)
        return scaled.reshape(len(scaled), self.n_channels, -1)

    def _built(self):
        """A new module with random weights."""
        if self.network not in ARCHITECTURES:
            raise InputError(
                f"There is no network {str(self.network)[:60]!r}; "
                f"there are {', '.join(ARCHITECTURES)}."
            )
        return ARCHITECTURES[self.network].build(
            self.n_channels,
            self.n_features_in_ // self.n_channels,
            self.n_outputs_,
            **(self.network_options or {}),
        )

    def _outputs(self, X: np.ndarray) -> np.ndarray:
        """Outputs of the trained network, (n_samples, n_outputs)."""
        check_is_fitted(self, "weights_")
        require("deep", f"The model {self.network}")
        import torch

        from nmr_core.models.deep._training import run_network

        # A run from a machine with a GPU predicts on any
        device = "cpu" if self.device == "cpu" else device_for("auto")
        with guest(self.n_jobs, 0):
            if "_module" not in self.__dict__:
                weights = {name: torch.tensor(value) for name, value in self.weights_.items()}
                module = self._built()
                module.load_state_dict(weights)
                self._module = module.to(device)
            return run_network(self._module, self._curves(X), device)


@contextmanager
def _steps(done: int, total: int):
    """Context in which progress is reported as ``done`` + k of ``total`` steps."""
    outside = copy_context()
    with reporting(lambda k, _, message: outside.run(report, done + k, total, message)):
        yield


class DeepRegressor(RegressorMixin, _Network):
    """Regression of standardised targets by the mean square.

    A target whose validation error is not below :data:`HOPELESS` times its variance after a third
    of the epochs cannot be learned: its mean is predicted, and the network is trained anew for the
    others (``learned_``).
    """

    def fit(self, X: np.ndarray, y: np.ndarray, groups: np.ndarray | None = None):
        """Fit the network.

        Parameters
        ----------
        X : float array (n_samples, n_features)
            Signals, one after the other: ``n_channels`` per row.
        y : float array (n_samples,) or (n_samples, n_targets)
            Targets in their units.
        groups : (n_samples,), optional
            Rows of one group stay on one side of the validation split.
        """
        X = np.asarray(X, dtype=np.float32)
        y = np.asarray(y, dtype=float)
        self.single_ = y.ndim == 1
        y = y.reshape(len(y), -1)
        split = train, valid = self._split(len(X), groups)
        self._scale(X[train])
        self.targets_ = StandardScaler().fit(y[train])
        goal = self.targets_.transform(y).astype(np.float32)
        varies = np.ptp(y[train], axis=0) > 0

        # Error above which an output is hopeless; without a validation part only constant ones are
        if len(valid) < len(X):
            hopeless = HOPELESS * (goal[valid] ** 2).mean(axis=0)
        else:
            hopeless = np.where(varies, np.inf, 0)

        # A training of all targets, which ends early if one is hopeless
        trial = max(3, self.max_epochs // 3)
        total = trial + self.max_epochs
        with _steps(0, total):
            trained = self._train(
                "NeuralNetRegressor", X, goal, goal.shape[1], split, trial=trial, hopeless=hopeless
            )

        # If so, a training of the others alone
        learnable = varies & (trained.lowest < hopeless)
        self.learned_ = np.flatnonzero(learnable)
        if learnable.any() and not learnable.all():
            with _steps(trial, total):
                self._train("NeuralNetRegressor", X, goal[:, learnable], len(self.learned_), split)
        report(total, total, f"best epoch {self.best_epoch_ + 1}")
        return self

    def predict(self, X: np.ndarray) -> np.ndarray:
        """Targets in their units, float64, with the shape of ``y`` in ``fit``."""
        check_is_fitted(self, "weights_")
        scaled = np.zeros((len(X), len(self.targets_.mean_)))
        if len(self.learned_):
            scaled[:, self.learned_] = self._outputs(X)
        y = self.targets_.inverse_transform(scaled)
        return y[:, 0] if self.single_ else y


class DeepClassifier(ClassifierMixin, _Network):
    """Classification by the cross-entropy.

    Outputs are logarithms of the probabilities, up to a constant.
    """

    def fit(self, X: np.ndarray, y: np.ndarray, groups: np.ndarray | None = None):
        """Fit the network to labels y (n_samples,); X and groups as for the regressor."""
        X = np.asarray(X, dtype=np.float32)
        labels = np.ravel(np.asarray(y))
        if labels.dtype == object:
            labels = labels.astype(str)
        self.classes_, numbers = np.unique(labels, return_inverse=True)
        split = self._split(len(X), groups, numbers)
        self._scale(X[split[0]])
        self._train("NeuralNetClassifier", X, numbers.astype(np.int64), len(self.classes_), split)
        report(self.max_epochs, self.max_epochs, f"best epoch {self.best_epoch_ + 1}")
        return self

    def predict_proba(self, X: np.ndarray) -> np.ndarray:
        """Probabilities, (n_samples, n_classes), in the order of ``classes_``."""
        # Softmax
        outputs = self._outputs(X)
        weights = np.exp(outputs - outputs.max(axis=1, keepdims=True))
        return weights / weights.sum(axis=1, keepdims=True)

    def predict(self, X: np.ndarray) -> np.ndarray:
        """The most probable class, (n_samples,)."""
        return self.classes_[self.predict_proba(X).argmax(axis=1)]
