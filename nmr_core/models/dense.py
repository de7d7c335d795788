"""Fully connected layers in single precision, trained by Adam on small batches."""

from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise

import numpy as np
from sklearn.base import BaseEstimator

from nmr_core.models.adam import Adam

ROWS = 4096
"""Rows that are predicted at a time."""
LOWEST = 1e-7
"""Lowest probability in a log loss."""


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


def _square(outputs: np.ndarray, y: np.ndarray) -> tuple[float, np.ndarray]:
    delta = outputs - y
    return 0.5 * float((delta**2).mean()), delta


def _log(outputs: np.ndarray, y: np.ndarray) -> tuple[float, np.ndarray]:
    probability = softmax(outputs)
    return float(log_losses(probability, y).mean()), probability - y


LOSSES: dict[str, Callable[[np.ndarray, np.ndarray], tuple[float, np.ndarray]]] = {
    "square": _square,
    "log": _log,
}
"""Name -> function of outputs and targets that returns the loss and its slope per sample."""


def softmax(outputs: np.ndarray) -> np.ndarray:
    """Probabilities, each row with the sum 1, (n, n_classes)."""
    likelihood = np.exp(outputs - outputs.max(axis=1, keepdims=True))
    return likelihood / likelihood.sum(axis=1, keepdims=True)


def log_losses(probability: np.ndarray, y: np.ndarray) -> np.ndarray:
    """-log p(class of y), (n,); y (n, n_classes) is 1 at the class of a row and 0 elsewhere."""
    return -np.log(np.maximum((probability * y).sum(axis=1), LOWEST))


class DenseNetwork(BaseEstimator):
    """x -> f(x W_1 + b_1) -> ... -> x W_n + b_n, with all numbers in one float32 vector.

    The loss is half the mean square ("square"), or the mean of -log p with p the softmax of the
    outputs ("log"), plus ``weight_decay`` times half the sum of the squared weights per sample of
    a batch, as in scikit-learn's MLPRegressor and MLPClassifier.

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
    loss : str
        A key of :data:`LOSSES`.

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
        loss: str = "square",
    ):
        self.sizes = sizes
        self.weight_decay = weight_decay
        self.gain = gain
        self.activation = activation
        self.random_state = random_state
        self.loss = loss

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
        self.adam_ = Adam(self.numbers_)
        return self

    def continue_from(self, numbers: np.ndarray, moments: np.ndarray, n_steps: int) -> None:
        """Take over the weights of an earlier training, and the state of its Adam."""
        self.numbers_ = numbers
        self.adam_ = Adam(numbers)
        self.adam_.moments, self.adam_.n_steps = moments, n_steps

    def finish(self) -> None:
        """Drop what only a training needs: two more numbers per weight."""
        del self.adam_

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
            Targets; of the log loss 1 at the class and 0 elsewhere.
        rate : float
            Learning rate.

        Returns
        -------
        float
            The loss before the step, without the penalty.
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
        loss, delta = LOSSES[self.loss](inputs[-1] @ weights + bias, y)

        # Backward
        delta /= np.float32(len(X))
        gradient = np.empty_like(self.numbers_)
        parts = list(self._layers(gradient))
        for k in reversed(range(len(layers))):
            np.matmul(inputs[k].T, delta, out=parts[k][0])
            delta.sum(axis=0, out=parts[k][1])
            if k:
                delta = (delta @ layers[k][0].T) * slopes[k - 1]

        self.adam_.step(gradient, rate, self.weight_decay / len(X), self.n_weights)
        return loss

    def errors(self, X: np.ndarray, y: np.ndarray) -> np.ndarray:
        """Squares of the errors of each output, (n, n_outputs), or log losses, (n, 1)."""
        outputs = self.predict(X)
        if self.loss == "log":
            return log_losses(softmax(outputs.astype(float)), y)[:, None]
        return (outputs - y).astype(float) ** 2

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
