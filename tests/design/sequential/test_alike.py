"""Weights of materials that are alike, and errors and intervals from their residuals."""

import numpy as np
import pytest

from nmr_core.design.sequential.alike import FEWEST, interval, n_effective, rms, weights_alike


def test_nearer_materials_weigh_more_and_as_many_count_as_should(random):
    predictions = random.uniform(size=(800, 2))
    weights = weights_alike(predictions, np.array([0.2, 0.7]))
    distance = np.hypot(*(predictions - [0.2, 0.7]).T)
    assert weights.sum() == pytest.approx(1)
    assert (np.diff(weights[np.argsort(distance)]) <= 0).all()
    assert n_effective(weights) == pytest.approx(100, rel=0.2)


def test_a_parameter_that_is_not_known_does_not_decide_who_is_alike(random):
    predictions = random.uniform(size=(800, 2))
    predictions[:, 1] = 0.5 + 1e-3 * (predictions[:, 1] - 0.5)
    weights = weights_alike(predictions, np.array([0.2, 0.9]))
    assert (weights @ predictions)[0] == pytest.approx(0.2, abs=0.03)


def test_all_of_few_materials_count():
    assert n_effective(weights_alike(np.zeros((10, 1)), np.zeros(1))) == pytest.approx(10)
    assert FEWEST > 10


def test_error_is_that_of_the_materials_that_are_alike():
    """Residuals of size 1 at the low end and of size 3 at the high end of a range."""
    predictions = np.linspace(0, 1, 1000)[:, None]
    residuals = np.where(predictions < 0.5, 1.0, 3.0)
    for estimate, expected in ((0.2, 1.0), (0.8, 3.0)):
        weights = weights_alike(predictions, np.array([estimate]))
        assert rms(residuals, weights)[0] == pytest.approx(expected, rel=0.1)


def test_interval_of_normal_residuals_is_that_of_the_normal_distribution(random):
    residuals = random.normal(loc=0.3, size=(20_000, 1))
    weights = np.full(20_000, 1 / 20_000)
    low, high = interval(residuals, weights, 0.9)[:, 0]
    assert low == pytest.approx(0.3 - 1.645, abs=0.04)
    assert high == pytest.approx(0.3 + 1.645, abs=0.04)


def test_interval_is_wider_with_fewer_materials(random):
    residuals = random.normal(size=(20, 1))
    weights = np.full(20, 1 / 20)
    low, high = interval(residuals, weights, 0.9)[:, 0]
    narrow = np.quantile(residuals, [0.05, 0.95])
    assert low < narrow[0]
    assert high > narrow[1]
