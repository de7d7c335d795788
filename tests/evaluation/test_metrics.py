"""Scores against numbers worked out by hand, and beside the baseline."""

import numpy as np
import pandas as pd
import pytest

from nmr_core.learning.metrics import COLUMNS, score_table, weighted_error

RANGE = {"a": (1.0, 4.0)}


def _scores(true, predicted, mean=2.0, ranges=RANGE):
    table = score_table(
        pd.DataFrame({"a": true}), pd.DataFrame({"a": predicted}), pd.Series({"a": mean}), ranges
    )
    assert list(table.columns) == list(COLUMNS)
    return table.loc["a"]


def test_hand_computed_numbers():
    true = np.tile([1.0, 2.0, 3.0, 4.0], 5)  # variance 5/4
    predicted = true + np.tile([0.0, 0.0, 0.0, 1.0], 5)  # MSE 1/4, one in four outside of [1, 4]
    scores = _scores(true, predicted)
    expected = {
        "r2": 1 - 0.25 / 1.25,
        "rmse": 0.5,
        "mse_w2": 0.25 / 9,
        "baseline_mse_w2": 1.5 / 9,
        "skill": 1 - 0.25 / 1.5,
        "outside": 0.25,
    }
    assert {name: scores[name] for name in expected} == pytest.approx(expected, rel=1e-12)


def test_the_baseline_has_skill_zero_and_r2_at_most_zero():
    true = np.random.default_rng(0).uniform(1, 4, 40)
    scores = _scores(true, np.full(40, 2.3), mean=2.3)
    assert scores["skill"] == pytest.approx(0, abs=1e-12)
    assert scores["mse_w2"] == pytest.approx(scores["baseline_mse_w2"])
    assert scores["r2"] <= 0


def test_perfect_predictions():
    true = np.random.default_rng(0).uniform(1, 4, 40)
    scores = _scores(true, true)
    assert scores[["r2", "skill", "r2_low", "r2_high"]].tolist() == [1, 1, 1, 1]
    assert scores[["rmse", "mse_w2", "outside"]].tolist() == [0, 0, 0]


def test_worse_than_the_baseline_is_negative():
    true = np.linspace(1, 4, 30)
    scores = _scores(true, 5 - true)
    assert scores["skill"] < 0
    assert scores["r2"] == pytest.approx(-3)  # residual 2 (true - mean): MSE is four variances


@pytest.mark.parametrize("seed", range(5))
def test_the_interval_holds_the_value_and_narrows_with_more_curves(seed):
    rng = np.random.default_rng(seed)
    true = rng.uniform(1, 4, 2000)
    predicted = true + rng.normal(0, 0.3, 2000)
    widths = []
    for n in (50, 2000):
        scores = _scores(true[:n], predicted[:n])
        assert scores["r2_low"] <= scores["r2"] <= scores["r2_high"]
        widths.append(scores["r2_high"] - scores["r2_low"])
    assert widths[1] < widths[0] / 3


@pytest.mark.parametrize("n", [2, 3, 5])
def test_an_interval_of_very_few_test_curves_is_still_a_number(n):
    """A bootstrap sample may hold one curve only, with variance 0; a split of 2 is allowed."""
    true = np.linspace(1.2, 3.8, n)
    scores = _scores(true, true + 0.1)
    assert not scores.isna().any()
    assert scores["r2_low"] <= scores["r2"] <= scores["r2_high"] + 1e-12


def test_predictions_outside_the_prior_are_counted_and_the_edge_is_inside():
    assert _scores([1.0, 2, 3, 4] * 5, [1.0, 4.0, 0.99, 4.01] * 5)["outside"] == 0.5


def test_weighted_error_by_hand():
    true = pd.DataFrame({"a": [0.0, 1.0], "b": [0.0, 0.0]})
    predicted = pd.DataFrame({"a": [1.0, 1.0], "b": [2.0, 0.0]})
    value, low, high = weighted_error(true, predicted, {"a": 1.0, "b": 4.0})
    assert value == pytest.approx((1 + 0.25) / 2)
    assert low <= value <= high


def test_weighted_error_is_the_sum_of_the_table(ridge_run):
    value, low, high = ridge_run.weighted_error()
    assert value == pytest.approx(ridge_run.scores["mse_w2"].sum())
    assert low < value < high


def test_weighted_error_without_what_cannot_be_known(ridge_run):
    known = ridge_run.weighted_error(identifiable_only=True)[0]
    assert known == pytest.approx(ridge_run.scores["mse_w2"].drop("xi").sum())
    assert known < ridge_run.weighted_error()[0]


def test_weighted_error_of_nothing_is_zero():
    empty = pd.DataFrame(index=range(4))
    assert weighted_error(empty, empty, {}) == (0.0, 0.0, 0.0)


def test_the_bootstrap_is_repeatable(ridge_run):
    true, predicted = ridge_run.true, ridge_run.predicted
    assert weighted_error(true, predicted, dict.fromkeys(true, 1.0)) == weighted_error(
        true, predicted, dict.fromkeys(true, 1.0)
    )
