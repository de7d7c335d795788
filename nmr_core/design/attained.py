"""The error that a regression attains with a design: no bound, but what an estimate reaches.

Residuals are kept for every material, so that means, worst regions of the prior, intervals and
paired differences of designs all follow from the same numbers.
"""

from collections.abc import Sequence
from functools import lru_cache

import numpy as np

from nmr_core.design.criteria import counted
from nmr_core.design.pool import Pool
from nmr_core.design.regression import POWERS, SCALES, KernelFit, fit_kernel
from nmr_core.design.settings import Design
from nmr_core.storage.seeds import Purpose, side_stream

LEVEL = 0.9
"""Of the intervals."""
N_BOOT = 400
"""Bootstrap samples of the materials."""
N_CELLS = 16
"""Regions of the prior whose worst tenth is reported."""
HOPELESS = 0.9
"""A parameter whose error, relative to the prior's, is above this is not known from any design."""


def fit_design(
    pool: Pool,
    design: Design,
    *,
    draw: int = 0,
    powers: Sequence[float] = POWERS,
    scales: Sequence[float] = SCALES,
) -> KernelFit:
    """Fit the regression on the noisy scores of a design.

    Parameters
    ----------
    pool : Pool
        Materials with their scores.
    design : Design
        Of settings of the pool.
    draw : int
        Which draw of the noise.
    powers, scales : sequence of float
        As of :func:`nmr_core.design.regression.fit_kernel`.
    """
    scores = pool.measure(design, draw=draw)
    noise = design.noise_of(pool.noise)
    return fit_kernel(scores, noise, pool.theta, powers=powers, scales=scales)


def errors_of(squares: np.ndarray) -> np.ndarray:
    """Return the error of every parameter, (n,): root mean square, in units of the ranges."""
    return np.sqrt(squares.mean(0))


def weighted_error(squares: np.ndarray, weights: np.ndarray) -> float:
    """Return sqrt(sum_j w_j e_j^2 / sum_j w_j), in units of the ranges."""
    return float(np.sqrt(counted(squares, weights).mean()))


@lru_cache(maxsize=4)
def bootstrap_counts(n: int, seed: int, n_boot: int = N_BOOT) -> np.ndarray:
    """Return how often each material is in each bootstrap sample, read-only (n_boot, n)."""
    rng = side_stream(seed, Purpose.DESIGN_SEARCH, n)
    counts = rng.multinomial(n, np.full(n, 1 / n), size=n_boot).astype(float)
    counts.setflags(write=False)
    return counts


def error_interval(squares: np.ndarray, weights: np.ndarray, seed: int) -> tuple[float, float]:
    """Return the 90 % interval of the weighted error, by a bootstrap over the materials."""
    one = counted(squares, weights)
    errors = np.sqrt(bootstrap_counts(len(one), seed) @ one / len(one))
    return interval_of(errors)


def ratio_interval(
    squares: np.ndarray, others: np.ndarray, weights: np.ndarray, seed: int
) -> tuple[float, float, float]:
    """Return the ratio of weighted errors of two designs, and its 90 % interval.

    Parameters
    ----------
    squares, others : (n_materials, n)
        Squared residuals of the same materials.
    weights : (n,)
        Of the parameters.
    seed : int
        Of the bootstrap, which is paired.

    Returns
    -------
    ratio, low, high : float
    """
    one, other = counted(squares, weights), counted(others, weights)
    counts = bootstrap_counts(len(one), seed)
    ratios = np.sqrt((counts @ one) / (counts @ other))
    return float(np.sqrt(one.mean() / other.mean())), *interval_of(ratios)


def worst_tenth(squares: np.ndarray, weights: np.ndarray, theta: np.ndarray) -> float:
    """Return the weighted error in the worst tenth of the regions of the prior.

    Parameters
    ----------
    squares : (n_materials, n)
        Squared residuals.
    weights : (n,)
        Of the parameters.
    theta : (n_materials, n)
        Regions are cells with equal numbers of materials.
    """
    one = counted(squares, weights)
    means = np.sort([one[cell].mean() for cell in cells(theta)])
    n_worst = max(1, round(len(means) / 10))
    return float(np.sqrt(means[-n_worst:].mean()))


def cells(theta: np.ndarray, n_cells: int = N_CELLS) -> list[np.ndarray]:
    """Return the materials of neighbouring regions of the prior, as arrays of indices.

    Every region is halved at the median of its widest parameter, until there are ``n_cells``.
    """
    regions = [np.arange(len(theta))]
    while len(regions) < n_cells and min(map(len, regions)) > 1:
        halves = []
        for region in regions:
            spread = np.ptp(theta[region], axis=0)
            order = region[np.argsort(theta[region, spread.argmax()], kind="stable")]
            halves += np.array_split(order, 2)
        regions = halves
    return regions


def interval_of(values: np.ndarray) -> tuple[float, float]:
    """Return the 90 % interval of bootstrap values, (n_boot,)."""
    low, high = np.quantile(values, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return float(low), float(high)
