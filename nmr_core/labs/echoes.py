"""The echoes of the labs: the 500 that ship with the package, 400 to learn from, 100 to test."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from nmr_core.storage.workspace import EXAMPLES

DATASET = "example-ml4sci-2020"
TARGETS = {"alpha": "α", "xi": "ξ", "p": "p", "d": "d"}
"""Name -> symbol."""
N_POOL = 400
"""Curves to learn from; the others are for the test."""
N_COMPONENTS = 20


@dataclass(frozen=True, eq=False)
class Echoes:
    """Curves and their parameters.

    Attributes
    ----------
    time : array, (n_times,)
        In µs.
    signals : complex array, (500, n_times)
        Noise-free curves.
    targets : array, (500, 4)
        Parameters as fractions of the range of the prior.
    low, high : array, (4,)
        Range of the prior.
    """

    time: np.ndarray
    signals: np.ndarray
    targets: np.ndarray
    low: np.ndarray
    high: np.ndarray

    @property
    def test(self) -> slice:
        """The curves that no lab learns from."""
        return slice(N_POOL, None)

    def training(self, n: int, seed: int) -> np.ndarray:
        """Indices of ``n`` curves of the pool: the first ones for seed 0, else others."""
        order = np.arange(N_POOL)
        return (order if seed == 0 else np.random.default_rng(seed).permutation(order))[:n]


@lru_cache(maxsize=1)
def echoes() -> Echoes:
    """The shipped data set, whatever the data folder holds."""
    from nmr_core.datasets import load_dataset  # pandas takes half a second to import

    data = load_dataset(EXAMPLES / "datasets" / DATASET)
    specs = [data.spec(name) for name in TARGETS]
    low, high = np.array([s.low for s in specs], float), np.array([s.high for s in specs], float)
    targets = (data.parameters[list(TARGETS)].to_numpy(float) - low) / (high - low)
    return Echoes(data.time, data.signals[:, 0].astype(complex), targets, low, high)


@lru_cache(maxsize=1)
def components() -> np.ndarray:
    """The 20 largest principal components of the pool, scaled by one common factor, (500, 20).

    Neither parameters nor test curves enter them.
    """
    signals = echoes().signals
    rows = np.hstack([signals.real, signals.imag])
    rows = rows - rows[:N_POOL].mean(axis=0)
    axes = np.linalg.svd(rows[:N_POOL], full_matrices=False)[2][:N_COMPONENTS]
    # The sign of a component is free: its largest entry is positive
    largest = np.abs(axes).argmax(axis=1)
    axes = axes * np.sign(axes[np.arange(N_COMPONENTS), largest])[:, None]
    values = rows @ axes.T
    return values / values[:N_POOL].std()
