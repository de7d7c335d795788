"""A multilayer perceptron with early stopping on a validation part of its training samples."""

from collections.abc import Iterable, Sequence

import numpy as np
from sklearn.base import RegressorMixin
from sklearn.preprocessing import StandardScaler
from sklearn.utils.validation import check_is_fitted

from nmr_core.models.blocks import Blocks, Forgetful, Keeper, State, as_blocks
from nmr_core.models.early_stopping import EarlyStoppingNetwork, no_sample
from nmr_core.models.training import FINE
from nmr_core.progress import report

PROBE_EPOCHS = 15
PROBE_UPDATES = 3000
PROBE_GAIN = 0.98
"""A target whose validation error stays above this share of its variance is not learned."""
SCALES = (
    "n_train",
    "single",
    "center",
    "scale",
    "target_mean",
    "target_var",
    "target_scale",
    "valid_var",
)
"""Entries of a state that the data determine."""


class EarlyStoppingMLP(RegressorMixin, EarlyStoppingNetwork):
    """A network in single precision with the weights of its best validation epoch.

    Inputs are centred per feature and divided by one common number: their relative size is physics,
    and a division by the spread of each would amplify points that hold only noise. Targets are
    standardised.

    A short training comes first (3,000 updates, at most the larger of 15 and a quarter of the
    epochs). A target whose validation error stays at that of its mean cannot be learned: its mean
    is predicted, and the network is trained for the others.

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
        Share of the training samples that decides when to stop.
    random_state : int
    schedule : str
        "cosine" lowers the learning rate to zero over ``max_epochs``; "constant" does not.
    gain : float
        Size of the initial weights relative to scikit-learn's. Small ones make the layers learn
        features of their own: on 9,000 curves of ml4sci_2020_secular (300 whitened components) the
        error falls from .021 (1) to .016 (.3) and .014 (.15).
    activation : str
        "relu" or "silu".
    batch_size : int
        Samples per update; 0: a 128th of the samples, from 16 to 256.

    Attributes
    ----------
    curve_ : (n_epochs, 2)
        Training loss and validation mean square per epoch.
    best_epoch_ : int
    learned_ : int array
        Targets that the network predicts; the others are predicted by their mean.
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
        gain: float = 0.15,
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
        self.gain = gain
        self.activation = activation
        self.batch_size = batch_size

    def fit(self, X: np.ndarray, y: np.ndarray, groups: np.ndarray | None = None):
        """Fit the network.

        Parameters
        ----------
        X : (n_samples, n_features)
            Features.
        y : (n_samples,) or (n_samples, n_targets)
            Targets.
        groups : (n_samples,), optional
            Rows of one group (a signal and its images) stay on one side of the validation split.
        """
        X, y = np.asarray(X, dtype=np.float32), np.asarray(y, dtype=float)
        train, valid = self.split(len(X), groups)
        return self.fit_batches([(X[train], y[train])], [(X[valid], y[valid])])

    def fit_batches(
        self, train: Blocks | Iterable, valid: Blocks | Iterable, keeper: Keeper | None = None
    ):
        """Fit the network on batches (X, y) or (X, y, weight), X and y shaped as for ``fit``.

        Parameters
        ----------
        train, valid : Blocks, or iterable that can be repeated
            Only one batch at a time is in memory. The samples of batches should be mixed. The
            validation error is weighted, the training is not.
        keeper : Keeper, optional
            Where the state is stored; a training that was interrupted continues from it, to the
            same result.
        """
        self._check()
        keeper = keeper or Forgetful()
        train, valid = as_blocks(train), as_blocks(valid)
        state = keeper.load()
        scales = {k: v for k, v in state.items() if k in SCALES} or self._scales(train, valid)
        self._set_scales(scales)
        stage = int(state.get("stage", 0))
        self.learned_ = np.arange(len(self.targets_.mean_))

        # A short training of all targets shows which can be learned
        probe = self._probe_epochs(self.n_train_)
        if stage == 0:
            training = self._training(len(self.learned_), probe, 0, probe + self.max_epochs)
            self._run(training, (train, valid), keeper, state, scales | {"stage": np.array(0)})
            learnable = training.lowest < PROBE_GAIN * scales["valid_var"]
            state = {}
        else:
            learnable = state["learnable"]

        # The training of these
        self.learned_ = np.flatnonzero(learnable)
        if learnable.any() and not (learnable.all() and probe == self.max_epochs):
            total = probe + self.max_epochs
            training = self._training(len(self.learned_), self.max_epochs, probe, total)
            constant = scales | {"stage": np.array(1), "learnable": learnable}
            self._run(training, (train, valid), keeper, state, constant)
        total = FINE * (probe + self.max_epochs)
        report(total, total, f"best epoch {self.best_epoch_ + 1}")
        return self

    def _probe_epochs(self, n: int) -> int:
        """Epochs of the short training on n rows."""
        n_epochs = -(-PROBE_UPDATES * self.samples_per_update(n) // n)
        return min(self.max_epochs, max(PROBE_EPOCHS, self.max_epochs // 4), n_epochs)

    def epochs(self, n_samples: int) -> int:
        """Passes over so many samples, at most."""
        return self._probe_epochs(max(1, n_samples)) + self.max_epochs

    def _scales(self, train: Blocks, valid: Blocks) -> State:
        """Size, means and variances of the training part, variances of the validation targets."""
        features, targets, validation = StandardScaler(), StandardScaler(), StandardScaler()
        for X, y, *_ in train.epoch(0):
            features.partial_fit(X)
            targets.partial_fit(y.reshape(len(y), -1))
        if not hasattr(targets, "mean_"):
            raise no_sample()
        single = y.ndim == 1
        for _, y, weight, _ in valid.epoch(0):
            validation.partial_fit(y.reshape(len(y), -1), sample_weight=weight)
        return {
            "n_train": np.array(int(np.max(targets.n_samples_seen_))),
            "single": np.array(single),
            "center": features.mean_.astype(np.float32),
            "scale": np.array(float(np.sqrt(features.var_.mean())) or 1.0),
            "target_mean": targets.mean_,
            "target_var": targets.var_,
            "target_scale": targets.scale_,
            "valid_var": validation.var_ / targets.scale_**2,
        }

    def _set_scales(self, scales: State) -> None:
        self.n_train_ = int(scales["n_train"])
        self.center_, self.scale_ = scales["center"], float(scales["scale"])
        self.n_features_in_, self.single_ = len(self.center_), bool(scales["single"])
        self.targets_ = StandardScaler()
        for name in ("mean", "var", "scale"):
            setattr(self.targets_, f"{name}_", scales[f"target_{name}"])
        self.targets_.n_samples_seen_ = self.n_train_
        self.targets_.n_features_in_ = len(self.targets_.mean_)

    def predict(self, X: np.ndarray) -> np.ndarray:
        """Targets in their units, float64, with the shape of ``y`` in ``fit``."""
        check_is_fitted(self, "network_")
        X = self.scaled(X)
        scaled = np.zeros((len(X), len(self.targets_.mean_)))
        if len(self.learned_):
            scaled[:, self.learned_] = self.network_.predict(X).reshape(len(X), -1)
        y = self.targets_.inverse_transform(scaled)
        return y[:, 0] if self.single_ else y

    def scaled(self, X: np.ndarray) -> np.ndarray:
        """Features in the units of the network, float32."""
        return (np.asarray(X, dtype=np.float32) - self.center_) / np.float32(self.scale_)

    def _in_units(self, y: np.ndarray) -> np.ndarray:
        targets = self.targets_.transform(y.reshape(len(y), -1))
        return targets[:, self.learned_].astype(np.float32)
