"""The inhomogeneous line: offsets delta_i of the N spins."""

from dataclasses import replace
from functools import lru_cache

import numpy as np

from nmr_core.compilation import compiled
from nmr_core.errors import InputError
from nmr_core.experiment import Sample
from nmr_core.simulator.line import density, line_quantile, lorentzian_fraction

Seed = int | list[int]


@lru_cache(maxsize=4)
def _grid(
    n: int, line_width: float, cutoff: float, fraction: float = 1.0
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """n equidistant values on ±cutoff, their cumulative weights by the line, and a search table.

    The table holds, for each of 2^k >= n equal parts of [0, 1), the number of weights at or below
    its start.
    """
    values = np.linspace(-cutoff, cutoff, n)
    if fraction == 1:
        weights = np.cumsum(1 / (1 + (2 * values / line_width) ** 2))
    else:
        weights = np.cumsum(density(values, line_width, fraction))
    cumulative = weights / weights[-1]
    n_parts = 1 << (n - 1).bit_length()
    starts = np.arange(n_parts) / n_parts
    return values, cumulative, np.searchsorted(cumulative, starts, side="right")


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
def _strata(sample: Sample) -> np.ndarray:
    """The n quantiles of the line about its centre."""
    n = sample.n_sites
    return line_quantile((np.arange(n) + 0.5) / n, sample)


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
        Offsets from the carrier in MHz: ``sample.centre`` plus those of the line.

    Notes
    -----
    By ``sample.offsets``:

    - iid: N independent draws (the reference codes of 2021 and later)
    - stratified: the N quantiles, randomly placed on the lattice; far less seed noise, closer to
      a real sample of 1e20 spins
    - grid: N independent draws from N equidistant values on ±cutoff with the weights of the line
      (the 2020 code)
    - frozen: the iid draw of ``sample.offsets_seed``, whatever the seed: one stored list of
      frequencies for all curves, as freqs.txt of the weak data sets of 2021
    """
    rng = np.random.default_rng(sample.offsets_seed if sample.offsets == "frozen" else seed)
    n = sample.n_sites
    if sample.offsets == "grid":
        values, fraction, first = _grid(
            n, sample.line_width, sample.cutoff, lorentzian_fraction(sample)
        )
        delta = values[count_up_to(fraction, first, rng.random(n))]
    elif sample.offsets in ("iid", "frozen"):
        delta = line_quantile(rng.random(n), sample)
    else:
        delta = rng.permutation(_strata(replace(sample, centre=0.0)))
    if sample.centre:
        delta = delta + sample.centre
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
