"""A small data set and runs on it, made once."""

import pytest

from nmr_core import generate, preset, train

N_CURVES = 60


@pytest.fixture(scope="session")
def small_preset():
    """The 2020 challenge on 8 × 8 spins with an echo at 10 µs: 45 points, under 1 ms a curve."""
    return preset("ml4sci_2020_secular").fix(n_x=8, n_y=8, tau=5)


@pytest.fixture(scope="session")
def dataset(small_preset):
    """60 curves, in memory; tests must not change it."""
    return generate(small_preset, N_CURVES, seed=7)


@pytest.fixture(scope="session")
def ridge_run(dataset):
    """Ridge on the raw curves, 15 of them held out."""
    return train(dataset, featurizer="raw", model="ridge", split=15, seed=3, id="run-ridge")


@pytest.fixture(scope="session")
def mean_run(dataset):
    """The baseline on the same split."""
    return train(dataset, featurizer="raw", model="mean", split=15, seed=3, id="run-mean")
