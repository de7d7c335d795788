"""Classes: scores by hand and by scikit-learn, the baseline, and guards against leaks."""

import numpy as np
import pandas as pd
import pytest
from quick_models import CLASSIFIERS, quick
from sklearn.metrics import accuracy_score, f1_score

from nmr_core import EchoDataset, InputError, load_run, train
from nmr_core.evaluation.regimes import f1_by, matched
from nmr_core.learning import class_metrics as c

OPTIONS = {"featurizer": "raw", "targets": ["kernel"], "split": 0.3, "seed": 1}


@pytest.fixture(scope="module")
def kernels(dataset):
    """The 60 curves, 36 gaussian and 24 rkky, the latter turned by 1 rad: easy to tell."""
    labels = np.where(np.arange(60) % 5 < 3, "gaussian", "rkky")
    signals = dataset.signals * np.where(labels == "rkky", np.exp(1j), 1)[:, None, None].astype(
        np.complex64
    )
    return EchoDataset(dataset.manifest, None, signals, dataset.parameters.assign(kernel=labels))


@pytest.fixture(scope="module")
def run(kernels):
    return train(kernels, model="extra_trees", model_options={"n_estimators": 20}, **OPTIONS)


def _labels(n: int, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    true = np.array(["a", "b", "c"])[rng.choice(3, n, p=[0.6, 0.3, 0.1])]
    return true, np.where(rng.random(n) < 0.7, true, rng.choice(["a", "b", "c"], n))


@pytest.mark.parametrize("model", CLASSIFIERS)
def test_every_classifier(kernels, tmp_path, model):
    found = train(kernels, model=model, model_options=quick(model, "classification"), **OPTIONS)
    assert (found.task, found.classes, found.targets) == (
        "classification",
        ("gaussian", "rkky"),
        ("kernel",),
    )
    assert found.predictions.columns[:3].tolist() == ["sample", "true_kernel", "predicted_kernel"]
    assert found.probability.sum(axis=1).to_numpy() == pytest.approx(np.ones(18))
    again = load_run(found.save(tmp_path / "run"))
    pd.testing.assert_frame_equal(again.predictions, found.predictions)
    pd.testing.assert_frame_equal(again.scores, found.scores)
    assert again.f1_weighted() == found.f1_weighted()
    held_out = again.predict(kernels.signals[found.predictions["sample"]])
    assert held_out["kernel"].tolist() == found.predicted["kernel"].tolist()
    assert held_out["probability_rkky"].to_numpy() == pytest.approx(
        found.predictions["probability_rkky"].to_numpy(), abs=1e-6
    )


def test_what_is_easy_is_learned_and_the_baseline_is_not(kernels, run):
    assert run.f1_weighted()[0] > 0.95
    baseline = train(kernels, model="mean", **OPTIONS)
    assert baseline.f1_weighted()[0] == pytest.approx(baseline.baseline_f1)
    assert run.baseline_f1 == pytest.approx(baseline.baseline_f1)
    assert run.baseline_f1 < 0.6


def test_the_test_part_holds_every_class_in_its_share(run):
    assert run.scores["support"].to_dict() == {"gaussian": 11, "rkky": 7}
    assert run.manifest.train_counts == {"gaussian": 25, "rkky": 17}


def test_labels_keep_their_meaning(kernels, run):
    """Guard 6: with names in another alphabetical order, samples get the renamed classes."""
    renamed = kernels.parameters.replace({"kernel": {"gaussian": "z-gaussian", "rkky": "a-rkky"}})
    other = train(
        EchoDataset(kernels.manifest, None, kernels.signals, renamed),
        model="extra_trees",
        model_options={"n_estimators": 20},
        **OPTIONS,
    )
    assert other.classes == ("a-rkky", "z-gaussian")
    back = other.predicted["kernel"].str.slice(2).to_numpy()
    assert (
        c.accuracy(c.confusion(other.true["kernel"].str.slice(2), back, run.classes).to_numpy())
        > 0.95
    )
    assert (other.probability["a-rkky"] > 0.5).to_numpy().tolist() == (
        other.predicted["kernel"] == "a-rkky"
    ).tolist()


def test_targets_keep_their_meaning(dataset):
    """Guard 6 for numbers: asked for in another order, each target gets the same predictions."""
    one, other = (
        train(dataset, targets=names, model="ridge", split=15, seed=3)
        for names in (["alpha", "d"], ["d", "alpha"])
    )
    assert other.targets == ("d", "alpha")
    for name in ("alpha", "d"):
        assert other.predicted[name].to_numpy() == pytest.approx(
            one.predicted[name].to_numpy(), rel=1e-6
        )


def test_the_test_part_reaches_no_classifier(kernels, run):
    test = run.predictions["sample"].to_numpy()
    signals, parameters = kernels.signals.copy(), kernels.parameters.copy()
    signals[test] = signals[test][::-1] * 3
    other = train(
        EchoDataset(kernels.manifest, None, signals, parameters),
        model="extra_trees",
        model_options={"n_estimators": 20},
        **OPTIONS,
    )
    pd.testing.assert_frame_equal(other.predict(kernels.signals), run.predict(kernels.signals))


def test_numbers_and_classes_are_not_mixed(kernels):
    with pytest.raises(
        InputError, match=r"kernel is text, .* and a class is predicted alone; got alpha too"
    ):
        train(kernels, targets=["alpha", "kernel"], model="extra_trees")


@pytest.mark.parametrize(
    ("n", "sentence"), [(1, "has 1 sample;"), (2, "has 2 samples;"), (5, "has 5 samples;")]
)
def test_a_class_with_few_members_is_refused_with_its_count(kernels, n, sentence):
    labels = np.where(np.arange(60) < n, "rare", "common")
    rare = EchoDataset(
        kernels.manifest, None, kernels.signals, kernels.parameters.assign(kernel=labels)
    )
    with pytest.raises(
        InputError, match=rf"The class rare {sentence} at least 6 of every class are needed"
    ):
        train(rare, model="mean", **OPTIONS)


@pytest.mark.parametrize("bad", [None, np.nan, " "])
def test_a_missing_class_is_refused(kernels, bad):
    labels = kernels.parameters["kernel"].astype(object).to_numpy(copy=True)
    labels[:3] = bad
    parameters = kernels.parameters.assign(kernel=pd.Series(labels, dtype=object))
    holes = EchoDataset(kernels.manifest, None, kernels.signals, parameters)
    with pytest.raises(InputError, match="kernel is missing in 3 of 60 samples"):
        train(holes, model="mean", **OPTIONS)


def test_a_single_class_is_refused(kernels):
    alike = EchoDataset(
        kernels.manifest, None, kernels.signals, kernels.parameters.assign(kernel="rkky")
    )
    with pytest.raises(InputError, match="kernel is the same in every sample"):
        train(alike, model="mean", **OPTIONS)


def test_a_regressor_is_refused_for_classes(kernels):
    with pytest.raises(InputError, match="cannot do classification"):
        train(kernels, model="ridge", **OPTIONS)


def test_a_regression_has_no_classes(ridge_run):
    with pytest.raises(InputError, match="predicts numbers, not classes"):
        ridge_run.f1_weighted()


def test_a_classifier_has_no_weighted_error(run):
    assert all(np.isnan(run.weighted_error()))


@pytest.mark.parametrize("seed", range(3))
def test_scores_are_those_of_scikit_learn(seed):
    true, predicted = _labels(300, seed)
    table = c.confusion(true, predicted, ["a", "b", "c"])
    assert c.with_interval(table, c.weighted_f1)[0] == pytest.approx(
        f1_score(true, predicted, average="weighted")
    )
    assert c.with_interval(table, c.accuracy)[0] == pytest.approx(accuracy_score(true, predicted))
    assert c.class_table(table, "a")["f1"].to_numpy() == pytest.approx(
        f1_score(true, predicted, average=None)
    )
    always = np.full(len(true), "a")
    assert c.baseline_f1(table, "a") == pytest.approx(
        f1_score(true, always, average="weighted", zero_division=0)
    )


def test_the_interval_is_that_of_drawing_samples_again():
    true, predicted = _labels(400)
    rng = np.random.default_rng(0)
    slow = [
        f1_score(true[k], predicted[k], average="weighted")
        for k in rng.integers(0, 400, (200, 400))
    ]
    _, low, high = c.with_interval(c.confusion(true, predicted, ["a", "b", "c"]), c.weighted_f1)
    assert (low, high) == pytest.approx(np.quantile(slow, [0.025, 0.975]), abs=0.015)


def test_a_true_probability_is_calibrated_and_an_overconfident_one_is_not():
    rng = np.random.default_rng(0)
    p = rng.random(20_000)
    true = rng.random(20_000) < p
    good, bad = c.reliability(true, p), c.reliability(true, np.clip(0.5 + 3 * (p - 0.5), 0, 1))
    assert good["n"].sum() == 20_000
    assert (
        (good["low"] <= good["probability"]) & (good["probability"] <= good["high"])
    ).mean() >= 0.8
    assert abs(good["share"] - good["probability"]).max() < 0.04
    assert abs(bad["share"] - bad["probability"]).max() > 0.1


def test_f1_against_a_number_finds_where_it_fails():
    true, _ = _labels(2000)
    values = np.random.default_rng(1).random(2000)
    found = f1_by(values, true, np.where(values > np.median(values), true, "a"), n_bins=4)
    assert found["n"].sum() == 2000
    assert found["f1"].tolist()[2:] == pytest.approx([1, 1], abs=0.005)
    assert (found["f1"][:2] < 0.6).all()
    assert (found["value"].diff()[1:] > 0).all()


def test_matched_samples_cannot_be_told_by_the_number():
    rng = np.random.default_rng(0)
    labels = np.repeat(["a", "b", "c"], [600, 400, 200])
    values = rng.normal(np.select([labels == "a", labels == "b"], [0.0, 0.7], 1.0), 1)
    kept = matched(values, labels, seed=1)
    counts = pd.Series(labels[kept]).value_counts()
    assert counts.nunique() == 1
    assert counts.iloc[0] > 80
    means = pd.Series(values[kept]).groupby(labels[kept]).mean()
    assert means.max() - means.min() < 0.12
    assert np.array_equal(kept, matched(values, labels, seed=1))
    assert len(matched(np.arange(20.0), np.repeat(["a", "b"], 10), n_bins=2)) == 0
