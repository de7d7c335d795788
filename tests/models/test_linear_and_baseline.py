"""The baseline and the linear model: what every score is measured against."""

import numpy as np
import pytest
from sklearn.metrics import mean_squared_error

from nmr_core import MODELS
from nmr_core.models import pipeline


def test_the_baseline_predicts_the_training_mean():
    y = np.array([[1.0, 10], [2, 20], [6, 60]])
    assert MODELS["mean"]().fit(np.ones((3, 2)), y).predict(np.zeros((2, 2))).tolist() == [
        [3, 30],
        [3, 30],
    ]


@pytest.mark.parametrize("featurizer", ["raw", "polynomial"])
def test_ridge_beats_the_baseline_on_both_parameters(echoes, featurizer):
    curves, y = echoes
    errors = {
        name: mean_squared_error(
            y[100:],
            pipeline(featurizer, name).fit(curves[:100], y[:100]).predict(curves[100:]),
            multioutput="raw_values",
        )
        for name in ("mean", "ridge")
    }
    assert (errors["ridge"] / errors["mean"])[0] < 0.3
    assert (errors["ridge"] / errors["mean"])[1] < 0.9


def test_ridge_chooses_a_penalty_for_each_target():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(80, 40))
    y = np.stack([X[:, 0], rng.normal(size=80)], axis=1)  # one exact, one pure noise
    penalty = MODELS["ridge"]().fit(X, y)[-1].alpha_
    assert penalty[0] < 1e-2 < 10 < penalty[1]


def test_ridge_does_not_care_about_the_units_of_a_feature():
    rng = np.random.default_rng(1)
    X = rng.normal(size=(60, 5))
    y = X @ rng.normal(size=5) + rng.normal(size=60)
    scaled = X * [1, 1e-6, 1e4, 1, 1]
    one, other = (MODELS["ridge"]().fit(features, y).predict(features) for features in (X, scaled))
    np.testing.assert_allclose(one, other, rtol=1e-9)
