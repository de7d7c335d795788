"""The inhomogeneous line: how the N spins get their offsets delta_i from a truncated Lorentzian."""

from functools import lru_cache

import numba
import numpy as np

from nmr_core.errors import InputError
from nmr_core.experiment import Sample

Seed = int | list[int]
FROZEN = 1


def quantile(u: np.ndarray, line_width: float, cutoff: float) -> np.ndarray:
    """delta(u) = g tan((2u - 1) arctan(c/g)) in MHz: the Lorentzian of half width g = line_width/2, cut at ±c."""
    half_width = line_width / 2
    return half_width * np.tan((2 * u - 1) * np.arctan(cutoff / half_width))


@lru_cache(maxsize=4)
def _grid(n: int, line_width: float, cutoff: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """n equidistant values on ±cutoff, the cumulated Lorentzian weight up to each, and for each of 2^k >= n equal parts of
    [0, 1) how many of these weights lie at or below its start."""
    values = np.linspace(-cutoff, cutoff, n)
    weights = np.cumsum(1 / (1 + (2 * values / line_width) ** 2))
    fraction, n_parts = weights / weights[-1], 1 << (n - 1).bit_length()
    return values, fraction, np.searchsorted(fraction, np.arange(n_parts) / n_parts, side="right")


@numba.njit(nogil=True, cache=True)
def count_up_to(fraction, first, u):
    """``np.searchsorted(fraction, u, side="right")`` for u in [0, 1) and fraction[-1] = 1, many times as fast: ``first`` says
    where to look from."""
    found = np.empty(len(u), np.int64)
    for j in range(len(u)):
        k = first[int(u[j] * len(first))]
        while fraction[k] <= u[j]:
            k += 1
        found[j] = k
    return found


@lru_cache(maxsize=4)
def _strata(n: int, line_width: float, cutoff: float) -> np.ndarray:
    """The n quantiles of the line."""
    return quantile((np.arange(n) + 0.5) / n, line_width, cutoff)


def draw_offsets(sample: Sample, seed: Seed) -> np.ndarray:
    """Offsets in MHz, float64 (n_x, n_y), by ``sample.offsets``:

    iid        : N independent draws (the reference codes of 2021 and later)
    stratified : the N quantiles, randomly placed on the lattice: far less seed noise, closer to 1e20 spins
    grid       : N independent draws from N equidistant values on ±cutoff with Lorentzian weights (the 2020 code)
    frozen     : the iid draw of seed 1, whatever the seed. The published scores on the 2021 data are only reached this way
    """
    rng = np.random.default_rng(FROZEN if sample.offsets == "frozen" else seed)
    n = sample.n_sites
    if sample.offsets == "grid":
        values, fraction, first = _grid(n, sample.line_width, sample.cutoff)
        delta = values[count_up_to(fraction, first, rng.random(n))]
    elif sample.offsets in ("iid", "frozen"):
        delta = quantile(rng.random(n), sample.line_width, sample.cutoff)
    else:
        delta = rng.permutation(_strata(n, sample.line_width, sample.cutoff))
    return delta.reshape(sample.n_x, sample.n_y)


def checked_offsets(offsets: np.ndarray, sample: Sample) -> np.ndarray:
    """Explicit offsets as float64 (n_x, n_y): real, finite, of the lattice's shape, else :class:`InputError`."""
    array = np.asarray(offsets)
    if array.shape != (sample.n_x, sample.n_y):
        raise InputError(
            f"offsets must have the lattice's shape ({sample.n_x}, {sample.n_y}), got {array.shape}. "
            "Change n_x and n_y, or pass one offset per spin."
        )
    if array.dtype.kind not in "fiu":
        raise InputError(f"offsets must be real numbers in MHz, got {array.dtype}.")
    if not np.isfinite(array).all():
        raise InputError(
            "offsets must be finite numbers in MHz, got NaN or infinity. Remove those spins."
        )
    return array.astype(float)
