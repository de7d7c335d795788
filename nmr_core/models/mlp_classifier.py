"""A multilayer perceptron for classes with early stopping on a validation part."""

from collections.abc import Iterable, Sequence

import numpy as np
from sklearn.base import ClassifierMixin
from sklearn.preprocessing import StandardScaler
from sklearn.utils.validation import check_is_fitted

from nmr_core.models.blocks import Blocks, Forgetful, Keeper, State, as_blocks
from nmr_core.models.dense import softmax
from nmr_core.models.early_stopping import EarlyStoppingNetwork, no_sample
from nmr_core.models.scaling import Scaler
from nmr_core.models.training import FINE
from nmr_core.progress import report

SCALES = ("n_train", "classes", "mean", "var")
"""Entries of a state that the data determine."""


class EarlyStoppingClassifier(ClassifierMixin, EarlyStoppingNetwork):
    """A network for the probabilities of classes, with the weights of its best validation epoch.

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
    schedule, gain, activation, batch_size
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

    LOSS = "log"

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
        gain: float = 1.0,
        activation: str = "relu",
        batch_size: int = 0,
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
        self.gain = gain
        self.activation = activation
        self.batch_size = batch_size

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
        X, y = np.asarray(X, dtype=np.float32), np.asarray(y).ravel()
        train, valid = self.split(len(X), groups, y)
        return self.fit_batches([(X[train], y[train])], [(X[valid], y[valid])])

    def fit_batches(
        self, train: Blocks | Iterable, valid: Blocks | Iterable, keeper: Keeper | None = None
    ):
        """Fit the network on batches (X, y) or (X, y, weight), X and y shaped as for ``fit``.

        Parameters
        ----------
        train, valid : Blocks, or iterable that can be repeated
            As of :meth:`nmr_core.models.mlp.EarlyStoppingMLP.fit_batches`.
        keeper : Keeper, optional
            Where the state is stored.
        """
        self._check()
        keeper = keeper or Forgetful()
        blocks = as_blocks(train), as_blocks(valid)
        state = keeper.load()
        scales = {k: v for k, v in state.items() if k in SCALES} or self._scales(*blocks)
        self.classes_, self.n_train_ = scales["classes"], int(scales["n_train"])
        self.n_features_in_ = len(scales["mean"])
        self.scaler_ = Scaler(self.scaling, single=True).of(scales["mean"], scales["var"])
        training = self._training(len(self.classes_), self.max_epochs, 0, self.max_epochs)
        self._run(training, blocks, keeper, state, scales)
        total = FINE * self.max_epochs
        report(total, total, f"best epoch {self.best_epoch_ + 1}")
        return self

    def _scales(self, train: Blocks, valid: Blocks) -> State:
        """Size, means and variances of the training part, and the classes of both parts."""
        features = StandardScaler()
        classes: set = set()
        for X, y, *_ in train.epoch(0):
            features.partial_fit(X)
            classes.update(np.unique(y))
        if not classes:
            raise no_sample()
        for _, y, *_ in valid.epoch(0):
            classes.update(np.unique(y))
        return {
            "n_train": np.array(int(np.max(features.n_samples_seen_))),
            "classes": np.array(sorted(classes)),
            "mean": features.mean_,
            "var": features.var_,
        }

    def _in_units(self, y: np.ndarray) -> np.ndarray:
        """1 at the class of each row and 0 elsewhere, float32 (n, n_classes)."""
        return (y.reshape(-1, 1) == self.classes_).astype(np.float32)

    def scaled(self, X: np.ndarray) -> np.ndarray:
        """Features in the units of the network, float32."""
        return self.scaler_.transform(np.asarray(X, dtype=np.float32))

    def predict_proba(self, X: np.ndarray) -> np.ndarray:
        """(n_samples, n_classes), in the order of ``classes_``."""
        check_is_fitted(self, "network_")
        X = self.scaled(X)
        # Until 0.8 the network is scikit-learn's MLPClassifier
        if hasattr(self.network_, "predict_proba"):
            single = np.asarray(self.network_.predict_proba(X), dtype=float)
            return single / single.sum(axis=1, keepdims=True)
        return softmax(self.network_.predict(X).astype(float))

    def predict(self, X: np.ndarray) -> np.ndarray:
        """The most probable class."""
        return self.classes_[self.predict_proba(X).argmax(axis=1)]
