"""Ratios of errors with paired intervals, and the best of several designs without its luck."""

import numpy as np
import pytest

from nmr_core.design.proof.comparing import Comparison, best_of

WEIGHTS = np.array([1.0, 0.0])


def squares(sds, n_repeats=3, n_test=400, *, seed=0):
    """Squared residuals of designs with these errors, sharing what the materials contribute."""
    rng = np.random.default_rng(seed)
    shared = rng.normal(size=(1, n_repeats, n_test, 2))
    return (np.array(sds)[:, None, None, None] * shared) ** 2


def test_ratio_of_a_design_to_itself_is_one_without_uncertainty():
    ratio = Comparison(squares([1.0, 2.0]), WEIGHTS).ratio([0], [0])
    assert (ratio.value, ratio.low, ratio.high) == (1, 1, 1)


def test_what_designs_share_cancels_in_the_ratio():
    """Residuals that differ by a factor only have that ratio exactly, whatever the materials."""
    ratio = Comparison(squares([0.7, 1.0]), WEIGHTS).ratio([0], [1])
    assert ratio.value == pytest.approx(0.7)
    assert ratio.high - ratio.low < 1e-12


def test_interval_holds_the_true_ratio_about_nine_times_of_ten():
    held = 0
    for seed in range(60):
        rng = np.random.default_rng(seed)
        noise = rng.normal(size=(2, 2, 60, 2)) * np.array([0.8, 1.0])[:, None, None, None]
        ratio = Comparison(noise**2, WEIGHTS, seed=seed).ratio([0], [1])
        held += ratio.low <= 0.8 <= ratio.high
    assert 46 <= held <= 59  # 54 expected, binomial with sd 2.3


def test_parameters_without_weight_do_not_count():
    squared = squares([1.0, 1.0])
    squared[0, ..., 1] *= 100
    assert Comparison(squared, WEIGHTS).ratio([0], [1]).value == 1


def test_group_counts_with_the_mean_of_its_errors():
    comparison = Comparison(squares([1.0, 1.0, 3.0]), WEIGHTS)
    ratio = comparison.ratio([0], [1, 2])
    assert ratio.value == pytest.approx(1 / 2)
    assert ratio.low < ratio.value < ratio.high  # which designs were drawn is uncertain


def test_best_of_equal_designs_is_no_better_than_any_of_them():
    """Choosing and judging by the same materials finds noise: 40 equal designs, one seems best."""
    rng = np.random.default_rng(1)
    comparison = Comparison(rng.normal(size=(40, 2, 50, 2)) ** 2, WEIGHTS)
    group = list(range(40))
    naive = min(comparison.errors(k)[0] for k in group)
    chosen, best = best_of(comparison, group)
    assert naive < 0.92
    assert np.sqrt(chosen[..., 0].mean()) == pytest.approx(1.0, abs=0.1)
    assert comparison.errors(best)[0] == naive


def test_best_of_finds_a_design_that_is_better():
    comparison = Comparison(squares([1.0, 0.5, 1.0]), WEIGHTS)
    chosen, best = best_of(comparison, [0, 1, 2])
    assert best == 1
    assert np.array_equal(chosen, comparison.squared[1])
