"""The networks as scikit-learn estimators: one regressor and one classifier for all architectures."""

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
"""With fewer rows nothing is held out: one or two rows could not say when to stop."""
HOPELESS = 0.98
"""A target with a larger share of the error of its mean has shown nothing that can be learned."""


class _Network(BaseEstimator):
    """What both share.

    network             : name of an architecture; ``network_options`` are its own options (width, depth, ...)
    n_channels          : curves that the features hold one after the other: 2 for Re and Im of one setting, 2 per setting
    max_epochs          : most passes over the data; training stops when the validation part has not improved for ``patience``
    learning_rate       : highest rate of the one-cycle schedule, with AdamW and ``weight_decay``
    validation_fraction : share of the rows that decides which epoch is kept (none with fewer than 20 rows)
    device              : "auto" (a GPU if there is one), "cpu" or "cuda"; predictions are made wherever there is a device
    n_jobs              : threads on a processor, -1 = all. More than one changes the last digits, gains little for networks of
                          this size, and waits for the slowest: on busy cores an LSTM was 20 times slower with two

    Features are centred one by one and divided by one common scale, as :class:`~nmr_core.models.mlp.EarlyStoppingMLP` does.

    Learned: ``weights_`` (name -> array), ``curve_`` (n_epochs, 2), ``best_epoch_``, ``center_``, ``scale_``. There is no
    type of PyTorch among them: the module is rebuilt when it is needed, and never saved.
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
        """Train on the rows split[0] and stop by split[1]; ``kind`` is the name of skorch's class."""
        import skorch

        from nmr_core.models.deep._training import train_network

        self.n_outputs_ = n_outputs
        curves = self._curves(X)
        device = device_for(self.device)
        with guest(self.n_jobs, self.random_state):
            done = train_network(
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
        self.weights_, self.curve_, self.best_epoch_ = done.weights, done.curve, done.best_epoch
        return done

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
                f"{X.shape[-1]} features. Use the raw features, or set n_channels to a divisor of their number."
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
        """A fresh module with random weights."""
        if self.network not in ARCHITECTURES:
            raise InputError(
                f"There is no network {str(self.network)[:60]!r}; there are {', '.join(ARCHITECTURES)}."
            )
        return ARCHITECTURES[self.network].build(
            self.n_channels,
            self.n_features_in_ // self.n_channels,
            self.n_outputs_,
            **(self.network_options or {}),
        )

    def _answers(self, X: np.ndarray) -> np.ndarray:
        """Outputs of the trained network, (n_samples, n_outputs)."""
        check_is_fitted(self, "weights_")
        require("deep", f"The model {self.network}")
        import torch

        from nmr_core.models.deep._training import run_network

        device = (
            "cpu" if self.device == "cpu" else device_for("auto")
        )  # a run from a machine with a GPU predicts on any
        with guest(self.n_jobs, 0):
            if "_module" not in self.__dict__:
                module = self._built()
                module.load_state_dict(
                    {name: torch.tensor(value) for name, value in self.weights_.items()}
                )
                self._module = module.to(device)
            return run_network(self._module, self._curves(X), device)


@contextmanager
def _steps(done: int, total: int):
    """What is reported inside comes after ``done`` of ``total`` steps."""
    outside = copy_context()
    with reporting(lambda k, _, message: outside.run(report, done + k, total, message)):
        yield


class DeepRegressor(RegressorMixin, _Network):
    """Targets are standardised, and trained on the mean square.

    A target whose validation error has not come below that of its mean in the first third of the epochs has shown nothing
    that can be learned: it is left to its mean, and the network is trained afresh for the others alone (``learned_``).
    """

    def fit(self, X: np.ndarray, y: np.ndarray, groups: np.ndarray | None = None):
        """X float (n_samples, n_features); y float (n_samples,) or (n_samples, n_targets); groups (n_samples,): rows of one
        group stay on one side of the validation split."""
        X, y = np.asarray(X, dtype=np.float32), np.asarray(y, dtype=float)
        self.single_, y = y.ndim == 1, y.reshape(len(y), -1)
        split = train, valid = self._split(len(X), groups)
        self._scale(X[train])
        self.targets_ = StandardScaler().fit(y[train])
        goal = self.targets_.transform(y).astype(np.float32)
        trial, varies = max(3, self.max_epochs // 3), np.ptp(y[train], axis=0) > 0
        hopeless = (
            HOPELESS * (goal[valid] ** 2).mean(axis=0)
            if len(valid) < len(X)
            else np.where(varies, np.inf, 0)
        )
        total = trial + self.max_epochs
        with _steps(0, total):
            done = self._train(
                "NeuralNetRegressor", X, goal, goal.shape[1], split, trial=trial, hopeless=hopeless
            )
        hopeful = varies & (done.lowest < hopeless)
        self.learned_ = np.flatnonzero(hopeful)
        if hopeful.any() and not hopeful.all():
            with _steps(trial, total):
                self._train("NeuralNetRegressor", X, goal[:, hopeful], len(self.learned_), split)
        report(total, total, f"best epoch {self.best_epoch_ + 1}")
        return self

    def predict(self, X: np.ndarray) -> np.ndarray:
        """Targets in their units, float64, of the shape that ``fit`` got."""
        check_is_fitted(self, "weights_")
        scaled = np.zeros((len(X), len(self.targets_.mean_)))
        if len(self.learned_):
            scaled[:, self.learned_] = self._answers(X)
        y = self.targets_.inverse_transform(scaled)
        return y[:, 0] if self.single_ else y


class DeepClassifier(ClassifierMixin, _Network):
    """Trained on the cross-entropy; the outputs are the logarithms of the probabilities, up to a constant."""

    def fit(self, X: np.ndarray, y: np.ndarray, groups: np.ndarray | None = None):
        """X float (n_samples, n_features); y labels (n_samples,); groups as for the regressor."""
        X, y = np.asarray(X, dtype=np.float32), np.ravel(np.asarray(y))
        self.classes_, numbers = np.unique(
            y.astype(str) if y.dtype == object else y, return_inverse=True
        )
        split = self._split(len(X), groups, numbers)
        self._scale(X[split[0]])
        self._train("NeuralNetClassifier", X, numbers.astype(np.int64), len(self.classes_), split)
        report(self.max_epochs, self.max_epochs, f"best epoch {self.best_epoch_ + 1}")
        return self

    def predict_proba(self, X: np.ndarray) -> np.ndarray:
        """Probabilities, (n_samples, n_classes), in the order of ``classes_``."""
        answers = self._answers(X)
        shares = np.exp(answers - answers.max(axis=1, keepdims=True))
        return shares / shares.sum(axis=1, keepdims=True)

    def predict(self, X: np.ndarray) -> np.ndarray:
        """The most probable class, (n_samples,)."""
        return self.classes_[self.predict_proba(X).argmax(axis=1)]
