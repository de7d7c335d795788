"""How a transform of length n is cut into stages.

With n = r m the transform splits into m butterflies of r points, factors exp(-2πi j k/n), and r
transforms of length m. Done in place, frequency k ends at a place with its digits reversed.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

RADICES = (7, 5, 3, 4, 2)
"""Butterflies that exist, in the order of the stages."""


@dataclass(frozen=True)
class Plan:
    """Stages of a transform.

    Attributes
    ----------
    stages : int64 array, (n_stages, 4)
        Radix r, length m of the parts, number of blocks of r m, and start of its factors.
    factors : float array, (2 n_factors,)
        cos and -sin of 2π j k/(r m), side by side, for j from 0 to m - 1 and k from 1 to r - 1.
    order : int64 array, (n,)
        Frequency at every place after the forward transform.
    """

    stages: np.ndarray
    factors: np.ndarray
    order: np.ndarray


def has_plan(n: int) -> bool:
    """Whether n has no prime factor but 2, 3, 5 and 7."""
    return n == int(np.prod(_radices(n), dtype=np.int64))


def _radices(n: int) -> list[int]:
    radices = []
    for radix in RADICES:
        while n % radix == 0:
            radices.append(radix)
            n //= radix
    return radices


@lru_cache(maxsize=64)
def plan(n: int, dtype: str) -> Plan:
    """Plan of a transform of length n, with factors of a precision."""
    stages, factors = [], [np.zeros(0, complex)]
    order = np.zeros(1, np.int64)
    length, n_blocks, start = n, 1, 0
    for radix in _radices(n):
        m = length // radix
        stages.append((radix, m, n_blocks, start))
        jk = np.outer(np.arange(m), np.arange(1, radix)).ravel()
        factors.append(np.exp(-2j * np.pi * jk / length))
        start += 2 * len(jk)
        length, n_blocks = m, n_blocks * radix
    for radix in reversed(_radices(n)):
        order = np.concatenate([q + radix * order for q in range(radix)])
    table = np.concatenate(factors).view(float).astype(dtype)
    return Plan(np.array(stages, np.int64).reshape(-1, 4), table, order)
