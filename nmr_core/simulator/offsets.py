"""The inhomogeneous line: offsets delta_i of the N spins from a truncated Lorentzian."""

from functools import lru_cache

import numpy as np

from nmr_core.compilation import compiled
from nmr_core.errors import InputError
from nmr_core.experiment import Sample

Seed = int | list[int]


def quantile(u: np.ndarray, line_width: float, cutoff: float) -> np.ndarray:
    """Quantile function of the truncated Lorentzian line.

    delta(u) = g tan((2u - 1) arctan(c/g)), with half width g = line_width/2, cut at ±c

    Parameters
    ----------
    u : float array
        Probabilities, in [0, 1).
    line_width, cutoff : float
        FWHM and c, MHz.

    Returns
    -------
    float array
        Offsets in MHz, of the shape of u.
    """
    half_width = line_width / 2
    return half_width * np.tan((2 * u - 1) * np.arctan(cutoff / half_width))


@lru_cache(maxsize=4)
def _grid(n: int, line_width: float, cutoff: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """n equidistant values on ±cutoff, their cumulative Lorentzian weights, and a search table.

    The table holds, for each of 2^k >= n equal parts of [0, 1), the number of weights at or below
    its start.
    """
    values = np.linspace(-cutoff, cutoff, n)
    weights = np.cumsum(1 / (1 + (2 * values / line_width) ** 2))
    fraction = weights / weights[-1]
    n_parts = 1 << (n - 1).bit_length()
    starts = np.arange(n_parts) / n_parts
    return values, fraction, np.searchsorted(fraction, starts, side="right")


@compiled(nogil=True)
def count_up_to(fraction, first, u):
    """``np.searchsorted(fraction, u, side="right")``, many times as fast.

    Parameters
    ----------
    fraction : float array, (n,)
        Ascending, the last one 1.
    first : int array, (n_parts,)
        Number of fractions at or below the start of each of n_parts equal parts of [0, 1).
    u : float array, (n_values,)
        In [0, 1).

    Returns
    -------
    int array, (n_values,)
    """
    count = np.empty(len(u), np.int64)
    for j in range(len(u)):
        k = first[int(u[j] * len(first))]
        while fraction[k] <= u[j]:
            k += 1
        count[j] = k
    return count


@lru_cache(maxsize=4)
def _strata(n: int, line_width: float, cutoff: float) -> np.ndarray:
    """The n quantiles of the line."""
    return quantile((np.arange(n) + 0.5) / n, line_width, cutoff)


def draw_offsets(sample: Sample, seed: Seed) -> np.ndarray:
    """Draw the offsets of all spins.

    Parameters
    ----------
    sample : Sample
        Lattice and line.
    seed : int or list of int
        Seed of the random numbers.

    Returns
    -------
    float64 array, (n_x, n_y)
        Offsets in MHz.

    Notes
    -----
    By ``sample.offsets``:

    - iid: N independent draws (the reference codes of 2021 and later)
    - stratified: the N quantiles, randomly placed on the lattice; far less seed noise, closer to
      a real sample of 1e20 spins
    - grid: N independent draws from N equidistant values on ±cutoff with Lorentzian weights (the
      2020 code)
    - frozen: the iid draw of ``sample.offsets_seed``, whatever the seed: one stored list of
      frequencies for all curves, as freqs.txt of the weak data sets of 2021
    """
    rng = np.random.default_rng(sample.offsets_seed if sample.offsets == "frozen" else seed)
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
    """Convert explicit offsets in MHz to float64.

    Returns
    -------
    float64 array, (n_x, n_y)

    Raises
    ------
    InputError
        If the offsets are not real and finite, or do not have the shape of the lattice.
    """
    array = np.asarray(offsets)
    if array.shape != (sample.n_x, sample.n_y):
        raise InputError(
            f"offsets must have the lattice's shape ({sample.n_x}, {sample.n_y}), got "
            f"{array.shape}. Change n_x and n_y, or pass one offset per spin."
        )
    if array.dtype.kind not in "fiu":
        raise InputError(f"offsets must be real numbers in MHz, got {array.dtype}.")
    if not np.isfinite(array).all():
        raise InputError(
            "offsets must be finite numbers in MHz, got NaN or infinity. Remove those spins."
        )
    return array.astype(float)
