"""Kernel regression and the error that a design attains."""

import numpy as np
import pytest

from nmr_core.design.attained import (
    cells,
    error_interval,
    errors_of,
    ratio_interval,
    weighted_error,
    worst_tenth,
)
from nmr_core.design.regression import fit_kernel

N = 300
SIGMA = 0.05


@pytest.fixture(scope="module")
def linear():
    """One score that is the first parameter plus noise; the second parameter is unknown."""
    rng = np.random.default_rng(0)
    theta = rng.random((N, 2))
    scores = theta[:, :1] + SIGMA * rng.standard_normal((N, 1))
    return scores, theta


def best_error(scores, theta):
    """Error of the mean of the exact posterior of the first parameter."""
    grid = np.linspace(0, 1, 1001)
    posterior = np.exp(-((scores - grid) ** 2) / (2 * SIGMA**2))
    return np.sqrt(((posterior @ grid / posterior.sum(1) - theta[:, 0]) ** 2).mean())


def test_the_error_is_that_of_the_best_estimate(linear):
    """x = theta + noise: it comes close to the mean of the exact posterior, and is not below."""
    scores, theta = linear
    fit = fit_kernel([scores], [SIGMA], theta)
    known, unknown = errors_of(fit.residuals**2)
    best = best_error(scores, theta)
    assert 0.98 * best < known < 1.1 * best
    assert unknown == pytest.approx(12**-0.5, rel=0.08)


def test_two_measurements_are_better_by_the_root_of_two():
    rng = np.random.default_rng(1)
    theta = rng.random((N, 1))
    noise = SIGMA * rng.standard_normal((N, 2))
    one = fit_kernel([theta + noise[:, :1]], [SIGMA], theta)
    two = fit_kernel([theta + noise[:, :1], theta + noise[:, 1:]], [SIGMA] * 2, theta)
    ratio = np.sqrt((two.residuals**2).mean() / (one.residuals**2).mean())
    assert ratio == pytest.approx(2**-0.5, abs=0.08)


def test_residuals_are_those_of_a_fit_without_the_material(linear):
    """The closed form agrees with leaving one material out, at the chosen hyper-parameters."""
    scores, theta = linear
    scores, theta = scores[:40], theta[:40]
    fit = fit_kernel([scores], [SIGMA], theta, powers=[0.5], scales=[1.0])
    h = fit.widths[0.5, 1.0]
    X = fit.whitenings[0].columns(scores, 0.5)
    K = 1 / (1 + (X - X.T) ** 2 / h)
    rest = np.arange(40) != 7
    for j, choice in enumerate(fit.choices):
        Y = theta[:, j] - fit.mean[j]
        a = np.linalg.solve(K[np.ix_(rest, rest)] + choice.ridge * np.eye(39), Y[rest])
        assert fit.residuals[7, j] == pytest.approx(K[7, rest] @ a - Y[7], abs=1e-6)


def test_new_materials_are_estimated_as_well(linear):
    scores, theta = linear
    fit = fit_kernel([scores[:200]], [SIGMA], theta[:200])
    estimates = fit.predict([scores[200:]])
    error = np.sqrt(((estimates - theta[200:]) ** 2).mean(0))
    assert error[0] < 1.1 * best_error(scores[200:], theta[200:])
    inside = np.sqrt(((fit.predict([scores[:200]]) - theta[:200]) ** 2).mean(0))
    assert inside[0] < 1.2 * SIGMA


def test_pure_noise_gives_no_information():
    rng = np.random.default_rng(3)
    theta = rng.random((N, 1))
    scores = SIGMA * rng.standard_normal((N, 5))
    fit = fit_kernel([scores], [SIGMA], theta)
    assert errors_of(fit.residuals**2)[0] == pytest.approx(theta.std(), rel=0.05)


def test_the_interval_of_a_ratio_is_paired():
    """Two designs that differ by a factor on every material differ by exactly that factor."""
    rng = np.random.default_rng(4)
    squares = rng.exponential(size=(N, 2))
    weights = np.ones(2)
    ratio, low, high = ratio_interval(0.25 * squares, squares, weights, 0)
    assert (ratio, low, high) == pytest.approx((0.5, 0.5, 0.5))
    low, high = error_interval(squares, weights, 0)
    error = weighted_error(squares, weights)
    assert low < error < high
    # The mean of N exponentials: relative sd of the root 1/(2 sqrt(2 N)), 90 % is +- 1.64 of it
    assert high - low == pytest.approx(2 * 1.645 * error / (2 * np.sqrt(2 * N)), rel=0.3)


def test_weights_decide_what_counts():
    squares = np.tile([0.04, 0.01], (10, 1))
    assert weighted_error(squares, np.array([1.0, 0.0])) == pytest.approx(0.2)
    assert weighted_error(squares, np.array([1.0, 3.0])) == pytest.approx(np.sqrt(0.07 / 4))


def test_regions_are_disjoint_and_of_equal_size():
    theta = np.random.default_rng(5).random((256, 3))
    regions = cells(theta)
    assert [len(region) for region in regions] == [16] * 16
    assert sorted(np.concatenate(regions)) == list(range(256))


def test_the_worst_tenth_is_the_region_where_the_error_is_large():
    theta = np.random.default_rng(6).random((256, 2))
    squares = np.where(theta[:, :1] + theta[:, 1:] > 1.6, 0.09, 0.01)
    overall = weighted_error(squares, np.ones(1))
    worst = worst_tenth(squares, np.ones(1), theta)
    assert worst > 1.5 * overall
    assert worst_tenth(np.full((256, 1), 0.01), np.ones(1), theta) == pytest.approx(0.1)
