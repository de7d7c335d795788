"""Fully connected layers in single precision, trained by Adam on small batches."""

from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise

import numpy as np
from sklearn.base import BaseEstimator

from nmr_core.compilation import compiled

ROWS = 4096
"""Rows that are predicted at a time."""
BETA_1, BETA_2, EPSILON = np.float32(0.9), np.float32(0.999), np.float32(1e-8)


def _relu(z: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    return np.maximum(z, 0), z > 0


def _silu(z: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    # Saturated beyond 30, where exp would overflow
    gate = 1 / (1 + np.exp(-np.clip(z, -30, 30)))
    value = z * gate
    return value, gate + value * (1 - gate)


ACTIVATIONS: dict[str, Callable[[np.ndarray], tuple[np.ndarray, np.ndarray]]] = {
    "relu": _relu,
    "silu": _silu,
}
"""Name -> function of z that returns its value and its slope."""


class DenseNetwork(BaseEstimator):
    """x -> f(x W_1 + b_1) -> ... -> x W_n + b_n, with all numbers in one float32 vector.

    The loss is half the mean square plus ``weight_decay`` times half the sum of the squared
    weights per sample of a batch, as in scikit-learn's MLPRegressor.

    Parameters
    ----------
    sizes : sequence of int
        Features, hidden layers, outputs.
    weight_decay : float
        L2 penalty.
    gain : float
        Size of the initial weights relative to those of Glorot and Bengio.
    activation : str
        A key of :data:`ACTIVATIONS`.
    random_state : int
        Of the initial weights.

    Attributes
    ----------
    numbers_ : float32 array (n_numbers,)
        All weights, then all biases.

    References
    ----------
    Kingma & Ba, ICLR (2015). Glorot & Bengio, AISTATS (2010).
    """

    def __init__(
        self,
        sizes: Sequence[int] = (1, 1),
        weight_decay: float = 1e-4,
        gain: float = 1.0,
        activation: str = "relu",
        random_state: int = 0,
    ):
        self.sizes = sizes
        self.weight_decay = weight_decay
        self.gain = gain
        self.activation = activation
        self.random_state = random_state

    def start(self) -> "DenseNetwork":
        """Draw the initial weights; Adam begins at zero."""
        rng = np.random.default_rng(self.random_state)
        bounds = [np.sqrt(6 / (n + m)) for n, m in pairwise(self.sizes)]
        weights = [
            self.gain * rng.uniform(-bound, bound, n * m)
            for bound, (n, m) in zip(bounds, pairwise(self.sizes), strict=True)
        ]
        biases = [
            rng.uniform(-bound, bound, m) for bound, m in zip(bounds, self.sizes[1:], strict=True)
        ]
        self.numbers_ = np.concatenate(weights + biases).astype(np.float32)
        self.adam_ = np.zeros((2, len(self.numbers_)), np.float32)
        self.n_updates_ = 0
        return self

    def finish(self) -> None:
        """Drop what only a training needs: two more numbers per weight."""
        del self.adam_, self.n_updates_

    @property
    def n_weights(self) -> int:
        """Number of weights, without the biases."""
        return sum(n * m for n, m in pairwise(self.sizes))

    @property
    def coefs_(self) -> list[np.ndarray]:
        """Weights of each layer, (n_in, n_out)."""
        return [weights for weights, _ in self._layers(self.numbers_)]

    @property
    def intercepts_(self) -> list[np.ndarray]:
        """Biases of each layer, (n_out,)."""
        return [biases for _, biases in self._layers(self.numbers_)]

    def _layers(self, numbers: np.ndarray) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        """Views of the weights (n_in, n_out) and biases (n_out,) of each layer."""
        at, bias_at = 0, self.n_weights
        for n, m in pairwise(self.sizes):
            yield numbers[at : at + n * m].reshape(n, m), numbers[bias_at : bias_at + m]
            at, bias_at = at + n * m, bias_at + m

    def update(self, X: np.ndarray, y: np.ndarray, rate: float) -> float:
        """One step of Adam.

        Parameters
        ----------
        X : float32 array (n, n_features)
            Features.
        y : float32 array (n, n_outputs)
            Targets.
        rate : float
            Learning rate.

        Returns
        -------
        float
            Half the mean square before the step.
        """
        layers = list(self._layers(self.numbers_))
        activate = ACTIVATIONS[self.activation]

        # Forward: inputs of each layer, slopes of its activation
        inputs, slopes = [X], []
        for weights, bias in layers[:-1]:
            value, slope = activate(inputs[-1] @ weights + bias)
            inputs.append(value)
            slopes.append(slope)
        weights, bias = layers[-1]
        delta = inputs[-1] @ weights + bias - y
        loss = 0.5 * float((delta**2).mean())

        # Backward
        delta /= np.float32(len(X))
        gradient = np.empty_like(self.numbers_)
        parts = list(self._layers(gradient))
        for k in reversed(range(len(layers))):
            np.matmul(inputs[k].T, delta, out=parts[k][0])
            delta.sum(axis=0, out=parts[k][1])
            if k:
                delta = (delta @ layers[k][0].T) * slopes[k - 1]

        self.n_updates_ += 1
        t = self.n_updates_
        corrected = rate * np.sqrt(1 - float(BETA_2) ** t) / (1 - float(BETA_1) ** t)
        decay = np.float32(self.weight_decay / len(X))
        _adam(self.numbers_, gradient, self.adam_, np.float32(corrected), decay, self.n_weights)
        return loss

    def predict(self, X: np.ndarray) -> np.ndarray:
        """Outputs, float32 (n, n_outputs)."""
        activate = ACTIVATIONS[self.activation]
        *hidden, last = self._layers(self.numbers_)
        outputs = np.empty((len(X), self.sizes[-1]), np.float32)
        for k in range(0, len(X), ROWS):
            x = np.asarray(X[k : k + ROWS], dtype=np.float32)
            for weights, bias in hidden:
                x = activate(x @ weights + bias)[0]
            outputs[k : k + ROWS] = x @ last[0] + last[1]
        return outputs


@compiled(nogil=True)
def _adam(
    numbers: np.ndarray,
    gradient: np.ndarray,
    moments: np.ndarray,
    rate: np.float32,
    decay: np.float32,
    n_decayed: int,
) -> None:
    """Update the numbers and the two moments in place; the first ``n_decayed`` have a penalty."""
    mean, square = moments[0], moments[1]
    one = np.float32(1)
    for k in range(len(numbers)):
        g = gradient[k]
        if k < n_decayed:
            g += decay * numbers[k]
        mean[k] = BETA_1 * mean[k] + (one - BETA_1) * g
        square[k] = BETA_2 * square[k] + (one - BETA_2) * g * g
        numbers[k] -= rate * mean[k] / (np.sqrt(square[k]) + EPSILON)
