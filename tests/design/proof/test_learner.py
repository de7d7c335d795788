"""The learner reaches the error that is possible where that is known."""

import numpy as np
import pytest

from nmr_core.design.proof.learner import checked_learner, residuals
from nmr_core.design.proof.training import splits
from nmr_core.errors import InputError

N = 600
TRAIN, TEST = np.arange(400), np.arange(400, N)


def error(sd, *, n_scores=1, seed=0):
    """Error of the learner for a parameter whose scores are proportional to it, with noise."""
    rng = np.random.default_rng(seed)
    theta = rng.normal(size=(N, 1))
    scores = [theta @ np.ones((1, 1)) for _ in range(n_scores)]
    noises = [[rng.normal(size=(N, 1)) for _ in range(n_scores)] for _ in range(3)]
    found = residuals("mlp ensemble", scores, noises, n_scores * [sd], theta, TRAIN, TEST)
    return float(np.sqrt((found**2).mean()))


def test_error_is_that_of_the_best_estimate():
    """theta normal, x = theta + noise: the posterior has the variance s^2/(1 + s^2)."""
    assert error(0.5) == pytest.approx(np.sqrt(0.25 / 1.25), rel=0.12)


def test_two_acquisitions_are_averaged():
    """Two independent echoes have the noise of one with twice the shots."""
    assert error(0.5, n_scores=2) == pytest.approx(error(0.5 / np.sqrt(2)), rel=0.15)


def test_scores_that_hold_noise_only_give_the_spread_of_the_prior():
    assert error(1e4) == pytest.approx(1.0, rel=0.1)


def test_test_materials_of_repeats_are_different_and_never_trained_on():
    parts = splits(40, 10, 3, seed=1)
    tested = [set(test.tolist()) for _, test in parts]
    assert len(set.union(*tested)) == 30
    assert all(
        set(train.tolist()) == set(range(40)) - test
        for (train, _), test in zip(parts, tested, strict=True)
    )


def test_unknown_learner():
    with pytest.raises(InputError, match="learner must be one of mlp ensemble"):
        checked_learner("oracle")
