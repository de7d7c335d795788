"""Scores with weights speak of the stated prior, whatever the samples were drawn from."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from nmr_core import generate, preset, train
from nmr_core.datasets.store import store_dataset
from nmr_core.evaluation.reference import error_change
from nmr_core.evaluation.regimes import error_by, error_map, f1_by
from nmr_core.inference.identifiability.identify import identification_key
from nmr_core.learning import class_metrics, metrics
from nmr_core.learning.origin import fresh_signals, held_out
from nmr_core.learning.predicting import prediction_scores, prediction_table
from nmr_core.learning.run import read_run
from nmr_core.weights import WEIGHT, repeats

SMALL = preset("ml4sci_2020_secular").fix(n_x=6, n_y=6, tau=8.0, xi=3.0)
FOCUSED = SMALL.focus(alpha="power:-0.6", d="steps:4=4")


@pytest.fixture(scope="module")
def run():
    return train(
        generate(SMALL, 700, seed=1), featurizer="polynomial", model="ridge", split=200, seed=1
    )


@pytest.fixture(scope="module")
def focused_set():
    return generate(FOCUSED, 1500, seed=2)


@pytest.fixture(scope="module")
def focused_run(focused_set):
    return train(focused_set, featurizer="polynomial", model="ridge", split=500, seed=1)


@pytest.fixture(scope="module")
def numbers():
    """Weights 0 to 2, and the same rows as often as their weight says."""
    rng = np.random.default_rng(0)
    true = pd.DataFrame(rng.uniform(0, 1, (400, 2)), columns=["a", "b"])
    predicted = true + rng.normal(0, 0.2, true.shape)
    w = rng.integers(0, 3, 400)
    return true, predicted, w.astype(float), np.repeat(np.arange(400), w)


RANGES = {"a": (0.0, 1.0), "b": (0.0, 2.0)}
MEAN = pd.Series({"a": 0.4, "b": 0.6})


def test_a_model_has_the_same_scores_on_the_prior_and_on_a_density(run, focused_set):
    """Of one model, on 1,500 samples each of the prior and of another density."""
    of_prior = prediction_scores(run, prediction_table(run, generate(SMALL, 1500, seed=3)))
    table = prediction_table(run, focused_set)
    weighted = prediction_scores(run, table)
    unweighted = prediction_scores(run, table.drop(columns=WEIGHT))
    for name in run.targets:
        assert weighted["r2_low"][name] < of_prior["r2_high"][name]
        assert weighted["r2_high"][name] > of_prior["r2_low"][name]
        assert weighted["baseline_mse_w2"][name] == pytest.approx(
            of_prior["baseline_mse_w2"][name], rel=0.12
        )
    of_density, of_alpha = (table["baseline_mse_w2"]["alpha"] for table in (unweighted, of_prior))
    assert abs(of_density / of_alpha - 1) > 0.2


def test_a_weight_of_two_is_a_sample_twice(numbers):
    true, predicted, w, rows = numbers
    weighted = metrics.score_table(true, predicted, MEAN, RANGES, 10, weights=w)
    again = metrics.score_table(true.iloc[rows], predicted.iloc[rows], MEAN, RANGES, 10)
    columns = [name for name in weighted if name not in ("r2_low", "r2_high")]
    assert weighted[columns].to_numpy() == pytest.approx(again[columns].to_numpy())
    widths = {"a": 1.0, "b": 2.0}
    one = metrics.weighted_error(true, predicted, widths, 10, weights=w)
    two = metrics.weighted_error(true.iloc[rows], predicted.iloc[rows], widths, 10)
    assert one[0] == pytest.approx(two[0])


def test_a_weight_of_two_is_a_class_twice(numbers):
    true, predicted, w, rows = numbers
    names = np.array(["x", "y", "z"])
    t, p = (names[(3 * np.clip(table["a"], 0, 0.99)).astype(int)] for table in (true, predicted))
    for score in (class_metrics.weighted_f1, class_metrics.accuracy):
        value, low, high = class_metrics.score_with_interval(t, p, names, score, w)
        again = class_metrics.score_with_interval(t[rows], p[rows], names, score)
        assert value == pytest.approx(again[0])
        assert low < value < high
    one = class_metrics.class_table(class_metrics.confusion(t, p, names, w), "x")
    two = class_metrics.class_table(class_metrics.confusion(t[rows], p[rows], names), "x")
    assert one.to_numpy() == pytest.approx(two.to_numpy())
    curve, twice = (
        class_metrics.reliability(
            t[k] == "x", np.clip(predicted["b"].to_numpy()[k], 0, 1), weights=v
        )
        for k, v in ((slice(None), w), (rows, None))
    )
    assert curve["share"].to_numpy() == pytest.approx(twice["share"].to_numpy())


def test_ranges_use_the_weights(numbers):
    true, predicted, w, _ = numbers
    a, residual = true["a"].to_numpy(), (predicted - true)["a"].to_numpy()
    table = error_by(a, residual, 0.4 - a, 4, weights=w)
    for _, row in table.iterrows():
        inside = (a >= row["low"]) & (a <= row["high"])
        expected = np.sqrt(np.average(residual[inside] ** 2, weights=w[inside]))
        assert row["rmse"] == pytest.approx(expected, rel=0.05)
        assert row["rmse_low"] < row["rmse"] < row["rmse_high"]
    ones = np.ones(len(a))
    assert error_by(a, residual, 0.4 - a).equals(error_by(a, residual, 0.4 - a, weights=ones))
    for one, other in zip(
        error_map(a, a, residual, 3), error_map(a, a, residual, 3, weights=ones), strict=True
    ):
        assert np.array_equal(one, other, equal_nan=True)
    names = np.where(a > 0.5, "x", "y")
    assert f1_by(a, names, names, weights=w)["f1"].to_numpy() == pytest.approx(np.ones(8))


def test_an_interval_with_weights_covers(numbers):
    """Spread of the weighted error over data sets against the width of its interval."""
    values, widths = [], []
    for seed in range(60):
        rng = np.random.default_rng(seed)
        x = rng.random(300) ** 2
        true = pd.DataFrame({"a": x})
        predicted = true + x[:, None] * rng.normal(0, 0.3, (300, 1))
        value, low, high = metrics.weighted_error(
            true, predicted, {"a": 1.0}, 200, weights=2 * np.sqrt(x)
        )
        values.append(value)
        widths.append(high - low)
    assert np.mean(widths) == pytest.approx(3.92 * np.std(values), rel=0.3)
    # x is uniform in the prior: the mean of .09 x^2
    assert np.mean(values) == pytest.approx(0.03, abs=4 * np.std(values) / 60**0.5)


def test_a_run_carries_weights_only_where_they_differ(run, focused_set, focused_run, tmp_path):
    assert WEIGHT not in run.predictions
    assert np.array_equal(run.weights, np.ones(200))
    samples = focused_run.predictions["sample"]
    assert np.array_equal(focused_run.predictions[WEIGHT], focused_set.weights[samples])
    again = read_run(focused_run.save(tmp_path / "run"))
    assert again.scores.equals(focused_run.scores)
    assert again.weighted_error() == focused_run.weighted_error()
    squared = ((focused_run.predicted - focused_run.true)["alpha"] ** 2).to_numpy()
    mse = np.average(squared, weights=focused_run.weights)
    assert focused_run.scores["rmse"]["alpha"] == pytest.approx(np.sqrt(mse))
    assert error_change(focused_run, focused_run).low == 0


def test_the_baseline_is_the_mean_of_the_prior(focused_run):
    assert focused_run.manifest.train_mean["alpha"] == pytest.approx(0.1, abs=0.01)
    assert focused_run.manifest.train_mean["d"] == pytest.approx(4.5, abs=0.15)


@pytest.mark.parametrize("options", [{}, {"stream": True}], ids=["at once", "in batches"])
def test_a_weighted_fit_learns_the_prior(focused_set, options):
    """A network that cannot tell echoes apart predicts the mean of what it was fitted to."""
    blind = {"featurizer_options": {"window": [0, 1]}, "targets": ["alpha"], "seed": 2, **options}
    of_samples = train(focused_set, featurizer="raw", model="mlp_32_32", **blind)
    of_prior = train(focused_set, featurizer="raw", model="mlp_32_32", weighted=True, **blind)
    sampled = focused_set.parameters["alpha"].mean()
    assert of_samples.predicted["alpha"].mean() == pytest.approx(sampled, abs=0.012)
    assert of_prior.predicted["alpha"].mean() == pytest.approx(0.1, abs=0.012)
    assert (of_samples.manifest.weighted, of_prior.manifest.weighted) == (False, True)


def test_fresh_samples_carry_weights_too(focused_set):
    blind = {"featurizer_options": {"window": [0, 1]}, "targets": ["alpha"], "fresh": 1500}
    fitted = train(focused_set, featurizer="raw", model="mlp_32_32", weighted=True, **blind)
    assert fitted.manifest.fresh > 0
    assert fitted.predicted["alpha"].mean() == pytest.approx(0.1, abs=0.012)


def test_a_weighted_fit_of_the_prior_is_the_usual_one(run):
    plain = generate(SMALL, 700, seed=1)
    again = train(plain, featurizer="polynomial", model="ridge", split=200, seed=1, weighted=True)
    assert not again.manifest.weighted
    assert again.predicted.equals(run.predicted)


def test_a_sample_is_repeated_by_its_weight():
    w = np.random.default_rng(0).gamma(2, 0.5, 20000)
    n = repeats(w, np.random.default_rng(1))
    assert np.abs(n - w).max() < 1
    assert (n - w).mean() == pytest.approx(0, abs=0.01)


def test_new_signals_for_a_calibration_and_points_to_identify_are_of_the_prior(focused_run):
    parameters, _ = fresh_signals(focused_run, 400)
    assert WEIGHT not in parameters
    assert stats.kstest(parameters["alpha"] / 0.2, "uniform").pvalue > 0.01
    assert identification_key(FOCUSED) == identification_key(SMALL)


def test_signals_that_were_held_out_carry_their_weights(focused_set, focused_run, data_folder):
    store_dataset(focused_set)
    parameters, _, samples = held_out(focused_run)
    assert np.array_equal(parameters[WEIGHT], focused_set.parameters[WEIGHT][samples])
