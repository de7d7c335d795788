"""Curves of which one block of time alone carries the target, and runs on them."""

import numpy as np
import pandas as pd
import pytest

from nmr_core import train
from nmr_core.datasets.imported import imported

N_TIMES = 60
BLOCK = slice(24, 27)
"""The points that carry the target ``a``; ``b`` is nowhere."""


def curves(n: int = 120, seed: int = 0):
    """(signals (n, 1, 60), table of a and b): noise everywhere, Re M = a + noise on BLOCK."""
    rng = np.random.default_rng(seed)
    signals = 0.02 * (rng.normal(size=(n, 1, N_TIMES)) + 1j * rng.normal(size=(n, 1, N_TIMES)))
    table = pd.DataFrame({"a": rng.uniform(0, 0.4, n), "b": rng.uniform(0, 1, n)})
    signals[:, 0, BLOCK] += table["a"].to_numpy()[:, None]
    return signals, table


@pytest.fixture(scope="session")
def block_set():
    """120 such curves."""
    signals, table = curves()
    table["kernel"] = np.where(table["a"] > 0.2, "constant", "rkky")
    return imported(table, signals, 0.5 * np.arange(N_TIMES), source="made in a test")


@pytest.fixture(scope="session")
def ridge(block_set):
    """Ridge on the raw curves."""
    return train(
        block_set,
        targets=["a", "b"],
        featurizer="raw",
        model="ridge",
        split=40,
        seed=1,
        id="run-block",
    )


@pytest.fixture(scope="session")
def forest(block_set):
    """A small forest on polynomials."""
    return train(
        block_set,
        targets=["a", "b"],
        featurizer="polynomial",
        model="random_forest",
        split=40,
        seed=1,
        model_options={"n_estimators": 20},
        id="run-trees",
    )


@pytest.fixture(scope="session")
def classifier(block_set):
    """Which kernel: a > 0.2 or not."""
    return train(
        block_set,
        targets=["kernel"],
        featurizer="raw",
        model="random_forest",
        split=40,
        seed=1,
        model_options={"n_estimators": 20},
        id="run-classes",
    )
