"""Losses to walk down: a ravine, two wells, and a network on points of the Lennard-Jones potential.

Each loss is the mean over :data:`N_SAMPLES` samples, so that a batch of them gives a noisy slope.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from nmr_core.labs import lennard_jones

N_SAMPLES = 32
"""Samples of each loss."""
CURVATURES = (0.1, 20.0)
"""Along the ravine and across it; gradient descent diverges at rates above 2 / 20."""
ANGLE = 0.5
"""Direction of the ravine, in radians."""
SCATTER_RAVINE, SCATTER_WELLS = 0.6, 6.0
"""Standard deviation of the slopes of single samples."""
TILT = 0.6
"""Slope that makes the left one of the two wells the deeper one."""
N_HIDDEN = 30


@dataclass(frozen=True)
class Landscape:
    """A loss and its slopes.

    Attributes
    ----------
    loss : callable
        Points (..., n_dimensions) -> loss of all samples (...,), from 0 upwards.
    gradient : callable
        Points (n_runs, n_dimensions) and samples (n_runs, n_batch) -> mean slope of these samples
        at each point, (n_runs, n_dimensions).
    start : callable
        Random generator -> a first point, (n_dimensions,).
    goal : float
        Loss at which a run has arrived.
    """

    loss: Callable[[np.ndarray], np.ndarray]
    gradient: Callable[[np.ndarray, np.ndarray], np.ndarray]
    start: Callable[[np.random.Generator], np.ndarray]
    goal: float


def slopes_of_samples(scatter: float) -> np.ndarray:
    """Extra slope of each sample, (N_SAMPLES, 2); the mean of all is 0."""
    slopes = np.random.default_rng(0).standard_normal((N_SAMPLES, 2))
    return scatter * (slopes - slopes.mean(axis=0))


def ravine() -> Landscape:
    """x^T H x / 2, whose curvature across is 200 times that along."""
    cos, sin = np.cos(ANGLE), np.sin(ANGLE)
    axes = np.array([[cos, sin], [-sin, cos]])
    hessian = axes.T @ np.diag(CURVATURES) @ axes
    extra = slopes_of_samples(SCATTER_RAVINE)
    return Landscape(
        lambda x: 0.5 * np.sum((x @ hessian) * x, axis=-1),
        lambda x, rows: x @ hessian + extra[rows].mean(axis=1),
        lambda rng: np.array([rng.uniform(-4.5, -3.5), rng.uniform(0.5, 0.9)]) @ axes,
        goal=0.01,
    )


def two_wells() -> Landscape:
    """(x^2 - 1)^2 + TILT x + 2 y^2, less its minimum; runs start beside the shallow well."""
    extra = slopes_of_samples(SCATTER_WELLS)
    x = np.linspace(-1.5, 0, 15001)
    lowest = np.min((x**2 - 1) ** 2 + TILT * x)

    def loss(x: np.ndarray) -> np.ndarray:
        height = (x[..., 0] ** 2 - 1) ** 2 + TILT * x[..., 0] + 2 * x[..., 1] ** 2
        # The minimum on the grid of x is 1e-9 above the exact one
        return np.maximum(height - lowest, 0)

    def gradient(x: np.ndarray, rows: np.ndarray) -> np.ndarray:
        slope = np.stack([4 * x[:, 0] * (x[:, 0] ** 2 - 1) + TILT, 4 * x[:, 1]], axis=1)
        return slope + extra[rows].mean(axis=1)

    return Landscape(
        loss,
        gradient,
        lambda rng: np.array([rng.uniform(1.3, 1.6), rng.uniform(-0.9, 0.9)]),
        goal=0.1,
    )


def network(seed: int) -> Landscape:
    """Mean square error of a network 10-30-1 with tanh on 32 points of the potential.

    Parameters
    ----------
    seed : int
        Draw of the points.
    """
    points = lennard_jones.points(N_SAMPLES, seed)
    inputs, targets = lennard_jones.gaussians(points.r), points.v

    def loss(w: np.ndarray) -> np.ndarray:
        return np.mean((outputs(w, inputs)[1] - targets) ** 2, axis=-1)

    def gradient(w: np.ndarray, rows: np.ndarray) -> np.ndarray:
        x = inputs[rows]
        hidden, out = outputs(w, x)
        _, _, w2, _ = _layers(w, x.shape[-1])
        # Residuals, then back through the hidden layer
        error = 2 * (out - targets[rows]) / rows.shape[1]
        back = error[..., None] * w2[:, None, :] * (1 - hidden**2)
        parts = [
            np.swapaxes(x, 1, 2) @ back,
            back.sum(axis=1),
            (error[:, None, :] @ hidden)[:, 0],
            error.sum(axis=1, keepdims=True),
        ]
        return np.concatenate([part.reshape(len(w), -1) for part in parts], axis=1)

    return Landscape(loss, gradient, lambda rng: _initial(rng, inputs.shape[1]), goal=0.01)


def outputs(w: np.ndarray, inputs: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Hidden values (..., n, N_HIDDEN) and outputs (..., n) of the network 10-30-1.

    Parameters
    ----------
    w : array, (..., n_weights)
        W1, b1, w2 and b2.
    inputs : array, (n, n_inputs)
        Descriptors.
    """
    w1, b1, w2, b2 = _layers(w, inputs.shape[-1])
    hidden = np.tanh(inputs @ w1 + b1[..., None, :])
    return hidden, np.einsum("...nh,...h->...n", hidden, w2) + b2


def _layers(w: np.ndarray, n_inputs: int) -> tuple[np.ndarray, ...]:
    middle = n_inputs * N_HIDDEN
    w1 = w[..., :middle].reshape(*w.shape[:-1], n_inputs, N_HIDDEN)
    b1 = w[..., middle : middle + N_HIDDEN]
    return w1, b1, w[..., middle + N_HIDDEN : -1], w[..., -1:]


def _initial(rng: np.random.Generator, n_inputs: int) -> np.ndarray:
    """Uniform within ±1/sqrt(inputs of the layer)."""
    first = rng.uniform(-1, 1, (n_inputs + 1) * N_HIDDEN) / np.sqrt(n_inputs)
    return np.concatenate([first, rng.uniform(-1, 1, N_HIDDEN + 1) / np.sqrt(N_HIDDEN)])
