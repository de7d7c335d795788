"""A small dense network, D-H-H-O with GELU, trained by Adam: compiled, single precision, no torch.

The weights are one vector, in the order W1 (D, H), b1 (H), W2 (H, H), b2 (H), W3 (H, O), b3 (O).
A training of 6,601 weights on ten points takes 2 ms per 100 epochs.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike

from nmr_core.errors import InputError

DIVERGED = "The training diverged: its numbers grew beyond what a computer can hold (NaN)."


@dataclass(frozen=True)
class Options:
    """Options of a training.

    Parameters
    ----------
    n_hidden : int
        Neurons of each of the two hidden layers.
    epochs : int
        Passes over the data.
    rate : float
        Learning rate of Adam.
    decay : float
        Weight decay, decoupled as in AdamW: each step multiplies the weights by 1 - rate decay.
    batch : int
        Rows per step; 0 for all rows.
    seed : int
        Seed of the initial weights, and of the order of the rows where there are batches.
    """

    n_hidden: int = 75
    epochs: int = 1000
    rate: float = 1e-3
    decay: float = 0.0
    batch: int = 0
    seed: int = 0


@dataclass(frozen=True)
class Training:
    """A trained network.

    Attributes
    ----------
    losses : array, (epochs,)
        Mean square error of the training rows, before the steps of each epoch.
    weights : array, (n_weights,)
        After the last epoch.
    snapshots : array, (n_snapshots, n_weights)
        Weights after the epochs that were asked for.
    n_hidden, n_outputs : int
        Shape of the network.
    """

    losses: np.ndarray
    weights: np.ndarray
    snapshots: np.ndarray
    n_hidden: int
    n_outputs: int

    @property
    def note(self) -> str:
        """A sentence if the training diverged, else ""."""
        return DIVERGED if self.diverged else ""

    @property
    def diverged(self) -> bool:
        """Whether weights or losses are not finite."""
        return not (np.isfinite(self.weights).all() and np.isfinite(self.losses).all())

    def predict(self, inputs: ArrayLike, snapshot: int | None = None) -> np.ndarray:
        """Outputs of the network.

        Parameters
        ----------
        inputs : array, (n, n_inputs)
            Rows.
        snapshot : int, optional
            Number of a snapshot. Default: the weights after the last epoch.

        Returns
        -------
        array, (n, n_outputs)
            NaN or infinity if the training diverged.
        """
        weights = self.weights if snapshot is None else self.snapshots[snapshot]
        return predict(weights, inputs, self.n_hidden, self.n_outputs)


def count_weights(n_inputs: int, n_hidden: int, n_outputs: int = 1) -> int:
    """Number of weights, H (H + D + O + 2) + O."""
    return n_hidden * (n_hidden + n_inputs + n_outputs + 2) + n_outputs


def initial_weights(n_inputs: int, n_hidden: int, n_outputs: int, seed: int) -> np.ndarray:
    """Uniform weights and biases within ±1/sqrt(inputs of the layer), the default of PyTorch."""
    rng = np.random.default_rng(seed)
    sizes = [n_inputs, n_hidden, n_hidden, n_outputs]
    parts = []
    for rows, columns in pairwise(sizes):
        bound = 1 / np.sqrt(rows)
        parts.append(rng.uniform(-bound, bound, (rows, columns)).ravel())
        parts.append(rng.uniform(-bound, bound, columns))
    return np.concatenate(parts).astype(np.float32)


def train(
    inputs: ArrayLike, targets: ArrayLike, options: Options, snapshots: Sequence[int] = ()
) -> Training:
    """Train a network by the mean square error.

    Parameters
    ----------
    inputs : array, (n, n_inputs)
        Rows.
    targets : array, (n,) or (n, n_outputs)
        Values to be learned.
    options : Options
        Size, epochs, rate, decay, batch and seed. The same seed gives the same initial weights.
    snapshots : sequence of int
        Epochs after which the weights are stored, in increasing order; 0 for the initial weights.

    Returns
    -------
    Training
        With NaN or infinity, and no warning, where the training diverged.

    Raises
    ------
    InputError
        The shapes do not agree, or there are no rows.
    """
    from nmr_core.labs import _adam  # numba takes half a second to import

    x = np.ascontiguousarray(inputs, dtype=np.float32)
    y = np.ascontiguousarray(targets, dtype=np.float32)
    y = y[:, None] if y.ndim == 1 else y
    if x.ndim != 2 or not len(x) or len(x) != len(y):
        raise InputError(
            f"inputs must be (n, n_inputs) and targets (n,), n > 0, got {x.shape} and {y.shape}."
        )
    weights = initial_weights(x.shape[1], options.n_hidden, y.shape[1], options.seed)
    losses = np.empty(options.epochs)
    shots = np.asarray(snapshots, dtype=np.int64)
    stored = np.zeros((len(shots), len(weights)), dtype=np.float32)
    batch = min(options.batch or len(x), len(x))
    orders = _orders(len(x), batch, options)
    _adam.train(
        weights,
        x,
        y,
        orders,
        options.n_hidden,
        batch,
        options.rate,
        options.decay,
        shots,
        stored,
        losses,
    )
    return Training(losses, weights, stored, options.n_hidden, y.shape[1])


def _orders(n: int, batch: int, options: Options) -> np.ndarray:
    """Order of the rows in each epoch; one for all epochs if a step uses all rows."""
    rows = np.arange(n)
    if batch == n:
        return rows[None]
    rng = np.random.default_rng([options.seed, 1])
    return rng.permuted(np.tile(rows, (options.epochs, 1)), axis=1)


def predict(
    weights: np.ndarray, inputs: ArrayLike, n_hidden: int, n_outputs: int = 1
) -> np.ndarray:
    """Outputs of a network.

    Parameters
    ----------
    weights : array, (n_weights,)
        All weights.
    inputs : array, (n, n_inputs)
        Rows.
    n_hidden, n_outputs : int
        Shape of the network.

    Returns
    -------
    array, (n, n_outputs)
    """
    h = np.asarray(inputs, dtype=np.float32)
    with np.errstate(all="ignore"):
        *hidden, last = layers(weights, h.shape[1], n_hidden, n_outputs)
        for matrix, bias in hidden:
            h = gelu(h @ matrix + bias)
        return h @ last[0] + last[1]


def layers(
    weights: np.ndarray, n_inputs: int, n_hidden: int, n_outputs: int = 1
) -> list[tuple[np.ndarray, np.ndarray]]:
    """Views of (matrix, bias) of the three layers in the vector of all weights."""
    sizes = [n_inputs, n_hidden, n_hidden, n_outputs]
    views, start = [], 0
    for rows, columns in pairwise(sizes):
        middle = start + rows * columns
        end = middle + columns
        views.append((weights[start:middle].reshape(rows, columns), weights[middle:end]))
        start = end
    return views


def gelu(z: np.ndarray) -> np.ndarray:
    """GELU in the form with tanh, z (1 + tanh(sqrt(2/pi) (z + 0.044715 z^3))) / 2.

    References
    ----------
    Hendrycks & Gimpel, arXiv:1606.08415 (2016).
    """
    return z * (1 + np.tanh(0.7978845608 * (z + 0.044715 * z**3))) / 2
