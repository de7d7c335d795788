"""Training: no test part reaches the model, wrong requests are refused, seeds repeat."""

import numpy as np
import pandas as pd
import pytest
from quick_models import REGRESSORS, quick

from nmr_core import EchoDataset, InputError, generate, train
from nmr_core.features import available
from nmr_core.learning.splits import split_samples


def _changed(dataset, *, signals=None, parameters=None) -> EchoDataset:
    return EchoDataset(
        dataset.manifest,
        None,
        dataset.signals.copy() if signals is None else signals,
        dataset.parameters.copy() if parameters is None else parameters,
    )


@pytest.mark.parametrize(
    ("featurizer", "model"),
    [
        *((featurizer, "ridge") for featurizer in (*available(), "raw+echo_shape")),
        *(("polynomial", model) for model in REGRESSORS),
    ],
)
def test_every_featurizer_and_every_model(dataset, featurizer, model):
    run = train(
        dataset, featurizer=featurizer, model=model, model_options=quick(model), split=15, seed=3
    )
    assert run.targets == ("alpha", "xi", "p", "d")
    assert (run.manifest.n_train, run.manifest.n_test) == (45, 15)
    assert np.isfinite(run.predictions.to_numpy()).all()
    assert np.array_equal(run.predictions["sample"], split_samples(60, 15, 3)[1])
    assert np.array_equal(
        run.true.to_numpy(),
        dataset.parameters[list(run.targets)].to_numpy()[run.predictions["sample"]],
    )
    assert set(run.manifest.unidentifiable) == {"xi"}
    assert (run.manifest.featurizer, run.manifest.model) == (featurizer, model)


@pytest.mark.parametrize("model", REGRESSORS)
def test_the_same_seed_gives_the_same_run(dataset, model):
    a, b = (
        train(
            dataset,
            featurizer="polynomial",
            model=model,
            model_options=quick(model),
            split=15,
            seed=11,
        )
        for _ in range(2)
    )
    pd.testing.assert_frame_equal(a.predictions, b.predictions)
    assert a.manifest.train_mean == b.manifest.train_mean
    other = train(
        dataset, featurizer="polynomial", model=model, model_options=quick(model), split=15, seed=12
    )
    assert not np.array_equal(a.predictions["sample"], other.predictions["sample"])


@pytest.mark.parametrize("model", ["ridge", "mlp", "random_forest"])
def test_what_is_learned_comes_from_the_training_part_only(dataset, model):
    """Other curves and truths in the test part leave every prediction as it is."""
    rng = np.random.default_rng(0)
    _, test = split_samples(len(dataset), 15, 3)
    signals, parameters = dataset.signals.copy(), dataset.parameters.copy()
    signals[test] = 5 * rng.normal(size=signals[test].shape)
    parameters.iloc[test] = 1e3 * rng.uniform(1, 2, (15, parameters.shape[1]))
    other = train(
        _changed(dataset, signals=signals, parameters=parameters),
        featurizer="raw",
        model=model,
        model_options=quick(model),
        split=15,
        seed=3,
    )
    run = train(
        dataset, featurizer="raw", model=model, model_options=quick(model), split=15, seed=3
    )
    assert other.manifest.train_mean == run.manifest.train_mean
    pd.testing.assert_frame_equal(other.predict(dataset.signals), run.predict(dataset.signals))


def test_the_baseline_predicts_the_training_mean(mean_run):
    assert mean_run.predicted.nunique().eq(1).all()
    assert mean_run.predicted.iloc[0].to_dict() == pytest.approx(mean_run.manifest.train_mean)
    assert mean_run.scores["skill"].to_numpy() == pytest.approx(np.zeros(4), abs=1e-12)


def test_what_can_be_known_is_learned(small_preset):
    """From a few hundred curves a linear model reads the dephasing, nothing of a hidden range."""
    run = train(
        generate(small_preset, 400, seed=1), featurizer="raw", model="ridge", split=0.25, seed=0
    )
    assert run.scores.loc["d", "r2"] > 0.5
    assert run.scores.loc["alpha", "r2"] > 0.3
    assert abs(run.scores.loc["xi", "skill"]) < 0.15


def test_a_constant_target_is_refused(dataset):
    with pytest.raises(InputError, match=r"W is the same in every sample.*Choose among alpha"):
        train(dataset, targets=["alpha", "W"], model="ridge")


def test_a_held_target_is_refused(small_preset):
    held = generate(small_preset.fix(p=2.5), 20, seed=0)
    assert "p" not in train(held, model="mean", split=5).targets
    with pytest.raises(InputError, match="p is the same in every sample"):
        train(held, targets=["p"], model="mean", split=5)


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_a_target_that_is_no_number_is_refused(dataset, bad):
    parameters = dataset.parameters.copy()
    parameters.loc[4, "alpha"] = bad
    with pytest.raises(InputError, match="alpha holds NaN or infinity"):
        train(
            _changed(dataset, parameters=parameters),
            targets=["alpha", "d"],
            model="ridge",
            split=15,
        )


def test_a_curve_that_is_no_number_is_refused(dataset):
    signals = dataset.signals.copy()
    signals[split_samples(60, 15, 3)[0][0], 0, 5] = np.nan
    with pytest.raises(InputError, match="1 of 45 curves hold NaN"):
        train(_changed(dataset, signals=signals), model="ridge", split=15, seed=3)


def test_duplicates_across_the_split_are_refused(dataset):
    signals = dataset.signals.copy()
    order, test = split_samples(60, 15, 3)
    signals[test[0]] = signals[order[0]]
    with pytest.raises(InputError, match="1 of the 15 test curves are also in the training part"):
        train(_changed(dataset, signals=signals), model="ridge", split=15, seed=3)


@pytest.mark.parametrize(
    ("request_", "sentence"),
    [
        ({"targets": ["beta"]}, "no target 'beta'; it has alpha"),
        ({"targets": []}, "no target .none was given."),
        ({"model": "oracle"}, "no model 'oracle'; there are mean"),
        ({"featurizer": "tarot"}, "no featurizer 'tarot'; there are raw"),
        ({"split": 0.99}, "at least 2 test and 10 training curves"),
        ({"featurizer_options": {"channels": ["colour"]}}, "channels must be some of re, im, abs"),
        ({"featurizer_options": {"channels": []}}, "channels must be some of"),
        ({"featurizer_options": {"window": [40, 20]}}, "window must lie inside the 45 points"),
        ({"featurizer_options": {"window": [0, 900]}}, "window must lie inside the 45 points"),
        (
            {"featurizer": "polynomial", "featurizer_options": {"window": [0, 12]}},
            "leaves too few points",
        ),
        ({"model": "mlp", "model_options": {"width_1": 1e9}}, "width_1 must be in .8, 2048."),
        (
            {"model": "mlp", "model_options": {"depth": 3}},
            "no parameter 'depth' here; there are width_1",
        ),
    ],
)
def test_wrong_requests_are_refused_in_one_sentence(dataset, request_, sentence):
    with pytest.raises(InputError, match=sentence):
        train(dataset, **{"model": "ridge", "split": 15} | request_)


@pytest.mark.parametrize("n", [1, 2, 11])
def test_too_few_samples_are_refused(small_preset, n):
    with pytest.raises(InputError, match=f"one sample, which|got .* of {n}. Use a larger data set"):
        train(
            generate(small_preset, n, seed=0),
            targets=["alpha"],
            model="mean",
            split=1 if n == 1 else 0.5,
        )


def test_a_target_without_any_value_is_refused(dataset):
    empty = _changed(dataset, parameters=dataset.parameters.assign(alpha=np.nan))
    with pytest.raises(InputError, match="alpha holds NaN or infinity in 60 of 60 samples"):
        train(empty, targets=["alpha"], model="mean", split=15)


def test_a_recipe_that_does_not_exist_lists_those_that_do(dataset):
    with pytest.raises(
        InputError, match="There is no recipe 'magic'; there are quick, standard, thorough"
    ):
        train(dataset, recipe="magic")


def test_an_unknown_featurizer_option_is_refused(dataset):
    with pytest.raises(InputError):
        train(dataset, model="mean", split=15, featurizer_options={"bins": 3})


def test_curves_of_another_length_are_refused(ridge_run, dataset):
    with pytest.raises(InputError, match="trained on 1 settings of 45 points, got 1 of 44"):
        ridge_run.predict(dataset.signals[:, :, :-1])


def test_predictions_outside_of_the_prior_are_counted(dataset):
    parameters = dataset.parameters.copy()
    parameters["alpha"] += 10  # the prior ends at 0.2: everything that a model learns lies outside
    run = train(
        _changed(dataset, parameters=parameters),
        targets=["alpha", "d"],
        model="ridge",
        split=15,
        seed=3,
    )
    assert run.scores.loc["alpha", "outside"] == 1.0
    assert run.scores.loc["d", "outside"] < 1.0


def test_progress_is_told_and_never_falls(dataset):
    seen = []
    train(
        dataset,
        model="mlp",
        model_options=quick("mlp"),
        split=15,
        progress=lambda *step: seen.append(step),
    )
    done = [step[0] for step in seen]
    assert done == sorted(done)
    assert len({step[1] for step in seen}) == 1
    assert any("epoch" in step[2] for step in seen)
