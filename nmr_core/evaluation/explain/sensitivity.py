"""|d prediction / d M(t)| for any model: move a piece of the curve a little up and down, and see what the model says."""

from collections.abc import Callable
from itertools import product

import numpy as np

from nmr_core.evaluation.explain.held_out import batches
from nmr_core.progress import Progress, silent

N_BLOCKS = 64
"""Pieces of the time axis of one setting."""
LITTLE = 0.1
"""Slopes that half the step changes by less than this share are derivatives."""
PILOTS = 8
"""Curves on which a step is tried."""
CALL_BYTES = 32e6


def edges_of(n_times: int, n_blocks: int = N_BLOCKS) -> np.ndarray:
    """Points where ``n_blocks`` pieces (fewer for a shorter record) of nearly equal length begin, int (n_blocks + 1,)."""
    return np.linspace(0, n_times, min(n_times, n_blocks) + 1).round().astype(int)


def slopes(
    predict: Callable[[np.ndarray], np.ndarray],
    curves: np.ndarray,
    edges: np.ndarray,
    step: float,
    progress: Progress = silent,
) -> np.ndarray:
    """[f(M + h e) - f(M - h e)] / (2 h n) with e = 1 (or i) on the n points of a block, 0 elsewhere: the mean over the block
    of d f / d Re M(t) (or Im). (n_curves, n_outputs, n_settings, 2, n_blocks).

    predict : complex curves (n, n_settings, n_times) -> (n, n_outputs);  curves : complex (n_curves, n_settings, n_times)
    """
    n, n_settings, _ = curves.shape
    work = list(product(range(n_settings), range(2), range(len(edges) - 1)))
    found, done = [], 0
    for some in batches(work, max(1, int(CALL_BYTES / curves.nbytes / 2))):
        stack = np.repeat(curves[None, None], 2 * len(some), axis=0).reshape(
            len(some), 2, *curves.shape
        )
        for pair, (setting, part, block) in zip(stack, some, strict=True):
            piece = slice(edges[block], edges[block + 1])
            pair[0, :, setting, piece] += step * (1, 1j)[part]
            pair[1, :, setting, piece] -= step * (1, 1j)[part]
        up, down = np.moveaxis(
            predict(stack.reshape(-1, *curves.shape[1:])).reshape(len(some), 2, n, -1), 1, 0
        )
        found.append((up - down) / (2 * step))
        done += len(some)
        progress(done, len(work), "moving points of the curves")
    each = (
        np.concatenate(found).reshape(n_settings, 2, len(edges) - 1, n, -1)
        / np.diff(edges)[:, None, None]
    )
    return each.transpose(3, 4, 0, 1, 2)


def noise_of(curves: np.ndarray) -> float:
    """Noise from point to point, robustly: 1.48 median |second difference| / sqrt(6), of Re and Im."""
    if curves.shape[-1] < 3:
        return 0.0
    bends = np.diff(curves, n=2, axis=-1)
    return float(1.48 * np.median(np.abs(np.concatenate([bends.real, bends.imag]))) / np.sqrt(6))


def chosen_step(
    predict: Callable[[np.ndarray], np.ndarray],
    curves: np.ndarray,
    edges: np.ndarray,
) -> tuple[float, float, float]:
    """(step, noise, change): the smallest step, from the noise on and four times larger each, whose half changes the slopes
    by less than ``LITTLE``; if none up to the spread of the curves does (trees and neighbours are made of steps), the last.

    change : |slopes(step) - slopes(step / 2)| / |slopes(step)|, both as root mean squares; 0 where nothing moves
    """
    noise = noise_of(curves)
    size = float(np.sqrt((np.abs(curves) ** 2).mean()))
    most = max(float(curves.std(axis=0).mean()), 0.05 * size)
    step = (
        min(max(noise, 0.01 * size), most) or 1e-3
    )  # below that, single precision is all one would see
    pilots = curves[:PILOTS]
    while True:
        whole, half = slopes(predict, pilots, edges, step), slopes(predict, pilots, edges, step / 2)
        norm = np.linalg.norm(whole)
        change = (
            float(np.linalg.norm(whole - half) / norm) if norm else float(np.linalg.norm(half) > 0)
        )
        if (norm and change < LITTLE) or step >= most:
            return step, noise, change
        step = min(4 * step, most)
