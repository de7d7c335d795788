"""Sensitivity of any model: |d prediction / d M(t)| by central differences over blocks of time."""

from collections.abc import Callable
from itertools import product

import numpy as np

from nmr_core.evaluation.explain.held_out import batches
from nmr_core.progress import Progress, silent

N_BLOCKS = 64
"""Blocks of the time axis of one setting."""
LITTLE = 0.1
"""Slopes are derivatives if half the step changes them by less than this fraction."""
N_PILOTS = 8
"""Curves on which steps are tried."""
CALL_BYTES = 32e6
"""Size of the curves that one call of the model gets."""


def edges_of(n_times: int, n_blocks: int = N_BLOCKS) -> np.ndarray:
    """Time points at which ``n_blocks`` blocks of nearly equal length begin, int (n_blocks + 1,).

    There are at most as many blocks as points.
    """
    return np.linspace(0, n_times, min(n_times, n_blocks) + 1).round().astype(int)


def slopes(
    predict: Callable[[np.ndarray], np.ndarray],
    curves: np.ndarray,
    edges: np.ndarray,
    step: float,
    progress: Progress = silent,
) -> np.ndarray:
    """Slopes of the predictions, one block of time after the other.

    Parameters
    ----------
    predict : callable
        Complex curves (n, n_settings, n_times) -> (n, n_outputs).
    curves : complex array, (n_curves, n_settings, n_times)
        Curves whose slopes are computed.
    edges : int array, (n_blocks + 1,)
        Time points at which blocks begin.
    step : float
        h, by how much a block is moved up and down.
    progress : Progress
        Called with (done, total, message).

    Returns
    -------
    float array, (n_curves, n_outputs, n_settings, 2, n_blocks)
        d f / d Re M(t) and d f / d Im M(t), mean over each block.

    Notes
    -----
    [f(M + h e) - f(M - h e)] / (2 h n), with e = 1 (or i) on the n points of a block, 0 elsewhere.
    """
    n_curves, n_settings, n_times = curves.shape
    n_blocks = len(edges) - 1
    moves = list(product(range(n_settings), (1, 1j), range(n_blocks)))
    differences, done = [], 0
    for some in batches(moves, max(1, int(CALL_BYTES / curves.nbytes / 2))):
        # Each move on a copy of all curves, once up and once down
        stack = np.tile(curves, (len(some), 2, 1, 1, 1))
        for (up, down), (setting, direction, block) in zip(stack, some, strict=True):
            points = slice(edges[block], edges[block + 1])
            up[:, setting, points] += step * direction
            down[:, setting, points] -= step * direction
        outputs = predict(stack.reshape(-1, n_settings, n_times))
        outputs = outputs.reshape(len(some), 2, n_curves, -1)
        differences.append((outputs[:, 0] - outputs[:, 1]) / (2 * step))
        done += len(some)
        progress(done, len(moves), "moving points of the curves")
    slope = np.concatenate(differences).reshape(n_settings, 2, n_blocks, n_curves, -1)
    slope /= np.diff(edges)[:, None, None]
    return slope.transpose(3, 4, 0, 1, 2)


def noise_of(curves: np.ndarray) -> float:
    """Robust noise from point to point: 1.48 median |second difference| / sqrt(6), of Re and Im."""
    if curves.shape[-1] < 3:
        return 0.0
    second = np.diff(curves, n=2, axis=-1)
    size = np.abs(np.concatenate([second.real, second.imag]))
    return float(1.48 * np.median(size) / np.sqrt(6))


def chosen_step(
    predict: Callable[[np.ndarray], np.ndarray],
    curves: np.ndarray,
    edges: np.ndarray,
) -> tuple[float, float, float]:
    """Smallest step at which the slopes are derivatives.

    Steps grow fourfold from the noise on, until half the step changes the slopes by less than
    ``LITTLE``, or up to the spread of the curves: trees and neighbours have no derivatives.

    Returns
    -------
    step, noise : float
    change : float
        |slopes(step) - slopes(step / 2)| / |slopes(step)|, root mean squares; 0 where nothing
        moves.
    """
    noise = noise_of(curves)
    size = float(np.sqrt((np.abs(curves) ** 2).mean()))
    largest = max(float(curves.std(axis=0).mean()), 0.05 * size)
    # Below 0.01 of the curve the difference would be lost in single precision
    step = min(max(noise, 0.01 * size), largest) or 1e-3
    pilots = curves[:N_PILOTS]
    while True:
        whole = slopes(predict, pilots, edges, step)
        half = slopes(predict, pilots, edges, step / 2)
        norm = float(np.linalg.norm(whole))
        difference = float(np.linalg.norm(whole - half))
        change = difference / norm if norm else float(difference > 0)
        if (norm and change < LITTLE) or step >= largest:
            return step, noise, change
        step = min(4 * step, largest)
