"""A multilayer perceptron as plain arrays, so that nothing stored has to be unpickled."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from nmr_core.models.mlp import EarlyStoppingMLP
from nmr_core.models.mlp_classifier import EarlyStoppingClassifier

VARIES = 1e-6
"""A feature whose spread is below this fraction of its size is constant."""


@dataclass(frozen=True, eq=False)
class Scale:
    """Standardisation (x - centre)/width of features, (n, n_features).

    Parameters
    ----------
    centre, width : float64 array, (n_features,)
        A constant feature has an infinite width and becomes 0.
    """

    centre: np.ndarray
    width: np.ndarray

    @classmethod
    def of(cls, X: np.ndarray) -> "Scale":
        """Return the scale of features, (n, n_features)."""
        centre, spread = X.mean(axis=0, dtype=float), X.std(axis=0, dtype=float)
        return cls(centre, np.where(spread > VARIES * np.abs(centre), spread, np.inf))

    def __call__(self, X: np.ndarray) -> np.ndarray:
        return (np.asarray(X, float) - self.centre) / self.width


@dataclass(frozen=True, eq=False)
class Dense:
    """x -> W_n relu(... relu(W_1 (x - centre)/width + b_1) ...) + b_n.

    Parameters
    ----------
    scale : Scale
        Of the inputs.
    weights : tuple of float32 array, (n_in, n_out)
        One per layer.
    biases : tuple of float32 array, (n_out,)
        One per layer.
    """

    scale: Scale
    weights: tuple[np.ndarray, ...]
    biases: tuple[np.ndarray, ...]

    def __call__(self, X: np.ndarray) -> np.ndarray:
        """Return the outputs, float64 (n, n_outputs), for inputs (n, n_inputs)."""
        values = self.scale(X)
        for W, b in zip(self.weights[:-1], self.biases[:-1], strict=True):
            values = np.maximum(values @ W + b, 0)
        return values @ self.weights[-1] + self.biases[-1]

    def only(self, chosen: np.ndarray) -> "Dense":
        """Return the network whose outputs are 0 but for the chosen ones, bool (n_outputs,)."""
        weights = (*self.weights[:-1], self.weights[-1] * np.float32(chosen))
        return Dense(self.scale, weights, (*self.biases[:-1], self.biases[-1] * np.float32(chosen)))


def _single(arrays: list[np.ndarray]) -> tuple[np.ndarray, ...]:
    return tuple(np.asarray(array, np.float32) for array in arrays)


def _layers(
    network: Any, centre: np.ndarray, width: np.ndarray | float
) -> tuple[list[np.ndarray], list[np.ndarray]]:
    """Weights and biases for inputs that are not scaled: (x - centre)/width is in the first."""
    weights, biases = list(network.coefs_), list(network.intercepts_)
    weights[0] = weights[0] / width
    biases[0] = biases[0] - centre @ weights[0]
    return weights, biases


def fit_regression(
    X: np.ndarray, y: np.ndarray, *, hidden: tuple[int, ...], epochs: int, seed: int, decay: float
) -> Dense:
    """Return a network for E[y|x], with early stopping.

    Parameters
    ----------
    X : float array, (n, n_inputs)
        Inputs.
    y : float array, (n, n_outputs)
        Outputs; those that cannot be learned are predicted by their mean.
    hidden : tuple of int
        Widths of the hidden layers.
    epochs : int
        Passes over the data, at most.
    seed : int
        Of the initial weights.
    decay : float
        Penalty on large weights.
    """
    scale = Scale.of(X)
    network = EarlyStoppingMLP(
        hidden=hidden,
        max_epochs=epochs,
        patience=max(5, epochs // 4),
        random_state=seed,
        gain=1.0,
        weight_decay=decay,
    ).fit(scale(X), y)
    weights, biases = _layers(network.network_, network.center_, network.scale_)

    # The scales of the targets go into the last layer
    mean, width = network.targets_.mean_, network.targets_.scale_
    last, offset = np.zeros((len(weights[-1]), len(mean))), mean.copy()
    if len(network.learned_):
        last[:, network.learned_] = weights[-1] * width[network.learned_]
        offset[network.learned_] += biases[-1] * width[network.learned_]
    return Dense(scale, _single([*weights[:-1], last]), _single([*biases[:-1], offset]))


def fit_classes(
    X: np.ndarray,
    number: np.ndarray,
    *,
    hidden: tuple[int, ...],
    epochs: int,
    seed: int,
    decay: float,
) -> tuple[Dense, np.ndarray]:
    """Return a network for the logits of classes, with early stopping.

    Parameters
    ----------
    X : float array, (n, n_inputs)
        Inputs.
    number : int array, (n,)
        Class of each row; at least three classes.
    hidden, epochs, seed, decay
        As of :func:`fit_regression`.

    Returns
    -------
    network : Dense
        Logits, (n, n_classes).
    classes : int array, (n_classes,)
        Number of each class.
    """
    scale = Scale.of(X)
    network = EarlyStoppingClassifier(
        hidden=hidden,
        max_epochs=epochs,
        patience=max(5, epochs // 4),
        random_state=seed,
        weight_decay=decay,
    ).fit(scale(X), number)
    scaler = network.scaler_
    weights, biases = _layers(network.network_, scaler.center_, scaler.scale_[:, None])
    return Dense(scale, _single(weights), _single(biases)), network.classes_
