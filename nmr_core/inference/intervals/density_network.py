"""A small network from the inputs of an interval to a split logistic density per target."""

from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise

import numpy as np
from sklearn.base import BaseEstimator

from nmr_core.inference.intervals.split_logistic import SplitLogistic
from nmr_core.models.adam import Adam
from nmr_core.models.scaling import Scaler

HIDDEN = (64, 64)
EPOCHS, PATIENCE = 120, 40
RATE = 3e-3
DECAY = 1e-4
BATCH = 256
VALIDATION = 0.1
NARROWEST = 1e-5
"""Least width, as a fraction of the range."""
MOST_SKEW = 1.5
"""Largest abs(log(sigma_+/sigma_-))/2."""
FARTHEST = 4.0
"""Largest distance of the location from the estimate, in units of the width."""


class DensityNetwork(BaseEstimator):
    """Densities p(y|x) of the targets of signals, by maximum likelihood.

    The network has three outputs a, b, c per target. With yhat, the estimate of the run,

    .. math:: \\sigma_\\pm = e^{b \\pm c}, \\quad \\mu = \\hat{y} + a \\, e^b

    Attributes
    ----------
    weights_, biases_ : list of array
        Of the layers.
    scaler_ : Scaler
        Of the predictors.

    References
    ----------
    Bishop, Mixture density networks, NCRG/94/004 (1994).
    """

    def __init__(self, seed: int = 0):
        self.seed = seed

    def fit(
        self, X: np.ndarray, centre: np.ndarray, y: np.ndarray, weights: np.ndarray
    ) -> "DensityNetwork":
        """Fit the network.

        Parameters
        ----------
        X : float array, (n, n_predictors)
            Predictors, not scaled.
        centre, y : float array, (n, n_known)
            Estimates and true values, as fractions of the range.
        weights : float array, (n,)
            Of the signals.
        """
        rng = np.random.default_rng(self.seed)
        self.scaler_ = Scaler("each").fit(X)
        data = (self._scaled(X), centre, y, weights)
        order = rng.permutation(len(y))
        n_valid = max(1, round(VALIDATION * len(y)))
        valid = tuple(part[order[:n_valid]] for part in data)
        train = tuple(part[order[n_valid:]] for part in data)
        self._start(rng, X.shape[1], centre, y)
        self._train(rng, train, valid)
        return self

    def _scaled(self, X: np.ndarray) -> np.ndarray:
        """Predictors of size 1; outliers (degraded signals) are drawn in."""
        return 3 * np.tanh(self.scaler_.transform(X) / 3)

    def _start(
        self, rng: np.random.Generator, n_inputs: int, centre: np.ndarray, y: np.ndarray
    ) -> None:
        """Random layers, and a last one that returns the usual size of error."""
        sizes = (n_inputs, *HIDDEN, 3 * y.shape[1])
        self.weights_ = [rng.normal(0, np.sqrt(2 / n), (n, m)) for n, m in pairwise(sizes)]
        self.biases_ = [np.zeros(m) for m in sizes[1:]]
        self.weights_[-1] *= 0.1
        usual = np.median(np.abs(y - centre), axis=0)
        self.biases_[-1][1::3] = np.log(np.maximum(usual, NARROWEST))

    def _train(self, rng: np.random.Generator, train: tuple, valid: tuple) -> None:
        """Adam with a falling rate; the weights of the best epoch stay."""
        numbers, (self.weights_, self.biases_) = _joined(self.weights_, self.biases_)
        steps = Adam(numbers)
        best, best_epoch = np.inf, 0
        for epoch in range(EPOCHS):
            rate = RATE * 0.5 * (1 + np.cos(np.pi * epoch / EPOCHS))
            for batch in _batches(rng, len(train[0])):
                gradients = self._gradients(*(part[batch] for part in train))
                steps.decay(rate * DECAY)
                steps.step(np.concatenate([array.ravel() for array in gradients]), rate)
            loss = self._loss(*valid)
            if loss < best:
                best, best_epoch = loss, epoch
                copies = [array.copy() for array in (*self.weights_, *self.biases_)]
            if epoch - best_epoch >= PATIENCE:
                break
        n = len(self.weights_)
        self.weights_, self.biases_ = copies[:n], copies[n:]

    def outputs(self, X: np.ndarray) -> np.ndarray:
        """Return a, b, c of every target for predictors X, (n, 3 n_known)."""
        return self._layers(self._scaled(X))[-1]

    def _layers(self, Z: np.ndarray) -> list[np.ndarray]:
        """Inputs, outputs of the hidden layers, and outputs of the network."""
        layers = [Z]
        for weight, bias in zip(self.weights_[:-1], self.biases_[:-1], strict=True):
            layers.append(np.tanh(layers[-1] @ weight + bias))
        layers.append(layers[-1] @ self.weights_[-1] + self.biases_[-1])
        return layers

    def _loss(self, Z: np.ndarray, centre: np.ndarray, y: np.ndarray, weights: np.ndarray) -> float:
        density, _ = density_of(self._layers(Z)[-1], centre)
        return float(np.average(density.loss(y)[0].mean(axis=1), weights=weights))

    def _gradients(
        self, Z: np.ndarray, centre: np.ndarray, y: np.ndarray, weights: np.ndarray
    ) -> list[np.ndarray]:
        """Derivatives of the mean loss by all weights, then by all biases."""
        layers = self._layers(Z)
        density, chain = density_of(layers[-1], centre)
        _, *by_density = density.loss(y)
        scale = weights[:, None] / weights.sum()
        delta = chain(*(part * scale for part in by_density))
        by_weights, by_biases = [], []
        for k in range(len(self.weights_) - 1, -1, -1):
            by_weights.append(layers[k].T @ delta)
            by_biases.append(delta.sum(axis=0))
            delta = (delta @ self.weights_[k].T) * (1 - layers[k] ** 2)
        return [*by_weights[::-1], *by_biases[::-1]]


def mean_density(
    networks: Sequence[DensityNetwork], X: np.ndarray, centre: np.ndarray
) -> SplitLogistic:
    """Return the densities of the mean outputs of several networks.

    Parameters
    ----------
    networks : sequence of DensityNetwork
        Fitted with other seeds: four of them give intervals that are 5 to 10 % shorter than one.
    X : float array, (n, n_predictors)
        Predictors, not scaled.
    centre : float array, (n, n_known)
        Estimates, as fractions of the range.
    """
    outputs = np.mean([network.outputs(X) for network in networks], axis=0)
    return density_of(outputs, centre)[0]


def _joined(*several: list[np.ndarray]) -> tuple[np.ndarray, list[list[np.ndarray]]]:
    """All arrays in one vector, and the lists of arrays again, as views of it."""
    numbers = np.concatenate([array.ravel() for arrays in several for array in arrays])
    at = 0
    views = []
    for arrays in several:
        own = []
        for array in arrays:
            own.append(numbers[at : at + array.size].reshape(array.shape))
            at += array.size
        views.append(own)
    return numbers, views


def _batches(rng: np.random.Generator, n: int) -> Iterator[np.ndarray]:
    order = rng.permutation(n)
    return iter(np.array_split(order, max(1, n // BATCH)))


def density_of(
    outputs: np.ndarray, centre: np.ndarray
) -> tuple[SplitLogistic, Callable[[np.ndarray, np.ndarray, np.ndarray], np.ndarray]]:
    """Return the densities of outputs (n, 3 n_known), and the chain rule.

    The second takes derivatives by mu, sigma_- and sigma_+ to derivatives by the outputs.
    """
    shift = FARTHEST * np.tanh(outputs[:, 0::3] / FARTHEST)
    log_width = np.clip(outputs[:, 1::3], np.log(NARROWEST), 3.0)
    skew = MOST_SKEW * np.tanh(outputs[:, 2::3] / MOST_SKEW)
    width = np.exp(log_width)
    below, above = np.exp(log_width - skew), np.exp(log_width + skew)
    density = SplitLogistic(centre + shift * width, below, above)

    def chain(d_location: np.ndarray, d_below: np.ndarray, d_above: np.ndarray) -> np.ndarray:
        derivatives = np.empty_like(outputs)
        derivatives[:, 0::3] = d_location * width * (1 - (shift / FARTHEST) ** 2)
        derivatives[:, 1::3] = d_location * shift * width + d_below * below + d_above * above
        derivatives[:, 2::3] = (d_above * above - d_below * below) * (1 - (skew / MOST_SKEW) ** 2)
        return derivatives

    return density, chain
