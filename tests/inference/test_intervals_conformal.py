"""Conformal quantiles: facts worked out on paper, and the coverage theorem by counting."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nmr_core import InputError
from nmr_core.inference.intervals import conformal
from nmr_core.inference.intervals.conformal import p_value


def test_the_quantile_is_the_kth_smallest_score():
    scores = np.arange(1.0, 20)[::-1, None]  # 19 scores: 90 % of 20 is exactly the 18th
    assert conformal.quantile(scores, 0.9) == [18]
    assert conformal.quantile(scores, 0.901) == [19]
    assert np.isinf(conformal.quantile(scores, 0.96)).all()


@given(st.integers(5, 60), st.floats(0.05, 0.95), st.integers(0, 1000))
def test_no_new_score_of_any_law_exceeds_it_too_often(n, level, seed):
    """Leave each of n + 1 exchangeable scores out in turn: the coverage reaches the level."""
    scores = np.random.default_rng(seed).standard_cauchy((n + 1, 1))
    covered = [
        scores[k] <= conformal.quantile(np.delete(scores, k, 0), level) for k in range(n + 1)
    ]
    assert np.mean(covered) >= level - 1e-9
    assert np.mean(covered) <= level + 1 / (n + 1) + 1e-9


def test_all_scores_of_a_curve_stay_below_the_joint_bounds_as_often_as_asked():
    rng = np.random.default_rng(0)
    common = rng.normal(size=(40_000, 1))
    # Dependent, and of other sizes
    scores = np.abs(common + 0.7 * rng.normal(size=(40_000, 3))) * np.array([1, 10, 1e-3])
    bounds = conformal.joint_quantile(scores[:4000], 0.9)
    assert (scores[4000:] <= bounds).all(axis=1).mean() == pytest.approx(0.9, abs=0.015)
    each = (scores[4000:] <= bounds).mean(axis=0)
    assert np.ptp(each) < 0.03  # none pays for the others
    assert (each > 0.91).all()


def test_one_column_alone_has_the_same_bound_jointly():
    scores = np.random.default_rng(1).exponential(size=(333, 1))
    assert conformal.joint_quantile(scores, 0.8) == conformal.quantile(scores, 0.8)


def test_position_is_uniform_and_agrees_with_the_quantile():
    rng = np.random.default_rng(2)
    scores, new = rng.gamma(2, size=(49_999, 1)), rng.gamma(2, size=(2000, 1))
    inside = new[:, 0] <= conformal.quantile(scores, 0.9)[0]
    at = conformal.position(scores, new)[:, 0]
    np.testing.assert_array_equal(inside, at < 0.9)
    counts = np.histogram(at, 10, (0, 1))[0]
    assert ((counts - 200) ** 2 / 200).sum() < 30  # chi² with 9 degrees of freedom: p > 4e-4


@pytest.mark.parametrize("level", [0, 1, -0.1, 1.5, "0.9", True, None, float("nan")])
def test_levels_that_mean_nothing(level):
    with pytest.raises(InputError, match="between 0 and 1"):
        conformal.check_level(level)


def test_p_values_of_right_intervals_are_not_small_too_often_and_those_of_narrow_ones_are():
    """Simulated calibrations: the law contains the chance of the calibration itself."""
    rng, small = np.random.default_rng(3), 0
    for _ in range(400):
        scores, new = rng.exponential(size=(200, 1)), rng.exponential(size=500)
        small += (
            p_value(int((new <= conformal.quantile(scores, 0.9)[0]).sum()), 500, 200, 0.9) < 0.05
        )
    assert small / 400 < 0.08
    # Ten scores cannot say 99 %: the interval is everything
    assert p_value(1000, 1000, 10, 0.99) == 1
    assert p_value(750, 1000, 2000, 0.9) < 1e-6
    assert p_value(990, 1000, 2000, 0.9) < 1e-6
    assert p_value(990, 1000, 2000, 0.9, one_sided=True) > 0.9
