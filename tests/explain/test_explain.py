"""What a model looked at is found where it is, and only from curves that it is allowed to see."""

import numpy as np
import pytest

from nmr_core import InputError, explain, generate, preset, train
from nmr_core.evaluation.explain import PARTS, estimate, sensitivity, top_k
from nmr_core.evaluation.explain.explain import START
from nmr_core.evaluation.explain.held_out import HeldOut
from nmr_core.evaluation.explain.importance import groups_of


def _inside(importance, block=(24, 27)) -> np.ndarray:
    return (importance.support[:, 0] < block[1]) & (importance.support[:, 1] > block[0])


def test_the_block_that_matters_is_found(ridge, block_set):
    found = explain(ridge, block_set, parts=["importance"], n_repeats=3).importance
    inside, mean = _inside(found), found.mean
    assert found.measures == ("a", "b")
    real = inside & np.isin(found.channels, ["re", "together"])
    assert mean[real, 0].min() > 20 * np.abs(mean[~real, 0]).max()
    assert found.base[0] == pytest.approx(ridge.scores.loc["a", "r2"], abs=1e-4)
    assert (found.interval[..., 0] <= found.mean).all()
    assert (found.mean <= found.interval[..., 1]).all()


def test_importance_is_that_of_a_model_without_the_block(ridge, block_set):
    """Twin: one group and one shuffle, written down."""
    found = explain(ridge, block_set, parts=["importance"], n_repeats=1, seed=4).importance
    held = HeldOut(ridge, block_set)
    X, y = held.features(block_set.curves(held.test)), held.truth[held.test]
    group = groups_of(held.featurizer.support(), held.featurizer.get_feature_names_out())[12]
    shuffled = X.copy()
    shuffled[:, group.columns] = X[np.random.default_rng(4).permutation(len(X))][:, group.columns]

    def mse(x):
        return ((ridge.model[-1].predict(x) - y) ** 2).mean(axis=0) / y.var(axis=0)

    np.testing.assert_allclose(found.values[12, :, 0], mse(shuffled) - mse(X), rtol=1e-4, atol=1e-6)


def test_every_feature_is_in_one_group_of_its_channel(ridge, forest):
    for run in (ridge, forest):
        featurizer = run.model[0]
        groups = groups_of(featurizer.support(), featurizer.get_feature_names_out())
        apart = np.concatenate([g.columns for g in groups if g.channel != "together"])
        assert sorted(apart) == list(range(len(featurizer.support())))
        assert all((featurizer.support()[g.columns, 0] >= g.support[0]).all() for g in groups)


def test_sensitivity_of_a_linear_model_is_its_coefficients(ridge, block_set):
    found = explain(ridge, block_set, parts=["sensitivity"], n_blocks=60).sensitivity
    held = HeldOut(ridge, block_set)
    zero, one = np.zeros((1, 120), np.float32), np.eye(120, dtype=np.float32)
    wanted = (held.predict(one) - held.predict(zero)).T.reshape(2, 2, 60)  # target, re or im, time
    for curve in found.slopes[:, :, 0]:
        np.testing.assert_allclose(curve, wanted, rtol=2e-3, atol=2e-3 * np.abs(wanted).max())
    assert found.smooth
    assert found.change < 1e-2
    assert found.step >= found.noise


def test_a_block_of_slopes_is_their_mean(ridge, block_set):
    one, ten = (
        explain(ridge, block_set, parts=["sensitivity"], n_blocks=n).sensitivity for n in (60, 10)
    )
    np.testing.assert_allclose(
        ten.slopes, one.slopes.reshape(*one.slopes.shape[:-1], 10, 6).mean(axis=-1), atol=2e-3
    )


def test_a_model_made_of_steps_is_asked_with_larger_ones_and_says_so(forest, ridge, block_set):
    trees, lines = (
        explain(run, block_set, parts=["sensitivity"]).sensitivity for run in (forest, ridge)
    )
    assert trees.step > lines.step
    assert not trees.smooth
    assert trees.change > sensitivity.LITTLE


def test_noise_is_measured_from_point_to_point():
    rng = np.random.default_rng(0)
    t = np.linspace(0, 1, 300)
    smooth = np.exp(-t)[None, None] * (1 + 0.5j)
    noisy = smooth + 0.01 * (rng.normal(size=(40, 1, 300)) + 1j * rng.normal(size=(40, 1, 300)))
    assert sensitivity.noise_of(noisy) == pytest.approx(0.01, rel=0.05)
    assert sensitivity.noise_of(smooth) < 1e-4


def test_trees_say_what_they_split_on_and_others_do_not(forest, ridge, block_set):
    found = explain(forest, block_set, parts=["impurity"])
    assert found.impurity.values.sum() == pytest.approx(1)
    best = found.support[found.impurity.values[:, 0].argmax()]
    assert best[0] < 27
    assert best[1] > 24
    np.testing.assert_allclose(found.splits().mean.sum(), 1)
    assert explain(ridge, block_set, parts=["impurity"]).impurity is None


def test_all_features_give_the_runs_own_score_and_few_are_enough(ridge, block_set):
    found = explain(ridge, block_set, parts=["top_k"]).top_k
    assert found.k.tolist() == [1, 2, 5, 10, 20, 50, 100, 120]
    np.testing.assert_allclose(found.scores[-1, :, 0], ridge.scores["r2"], rtol=1e-4, atol=1e-4)
    assert found.n_train == ridge.manifest.n_train
    assert set(found.order[:3]) == {24, 25, 26}
    assert found.scores[found.k == 5, 0, 0] > 0.95
    true = ridge.true
    np.testing.assert_allclose(
        found.baseline,
        1 - ((true - ridge.manifest.train_mean) ** 2).mean() / true.var(ddof=0),
        rtol=1e-6,
    )
    assert (found.scores[..., 1] <= found.scores[..., 0]).all()


def test_a_ranking_never_sees_a_held_out_curve(ridge, block_set, monkeypatch):
    seen, ranked = [], top_k.ranked

    def spy(model, features, truth, *rest, **more):
        seen.append((features, truth))
        return ranked(model, features, truth, *rest, **more)

    monkeypatch.setattr(top_k, "ranked", spy)
    explain(ridge, block_set, parts=["top_k"])
    ((features, truth),) = seen
    held = HeldOut(ridge, block_set)
    test = held.features(block_set.curves(held.test))
    assert len(features) == ridge.manifest.n_train
    assert not {row.tobytes() for row in features} & {row.tobytes() for row in test}
    assert not {row.tobytes() for row in truth} & {row.tobytes() for row in held.truth[held.test]}


@pytest.mark.parametrize("part", ["importance", "sensitivity"])
def test_only_held_out_curves_are_asked(ridge, block_set, part, monkeypatch):
    asked = []
    read = type(block_set).curves
    monkeypatch.setattr(
        type(block_set), "curves", lambda self, rows: asked.extend(rows) or read(self, rows)
    )
    explain(ridge, block_set, parts=[part])
    assert asked
    assert set(asked) <= set(ridge.predictions["sample"])


def test_features_that_are_too_many_are_ranked_alone(ridge, block_set, monkeypatch):
    monkeypatch.setattr(top_k, "MAX_SHUFFLED", 50)
    found = explain(ridge, block_set, parts=["top_k"]).top_k
    assert "F test" in found.ranked_by
    assert set(found.order[:3]) == {24, 25, 26}


def test_classes(classifier, block_set, monkeypatch):
    monkeypatch.setattr(top_k, "RESAMPLES", 30)  # one F1 of classes takes 3 ms
    found = explain(classifier, block_set, n_repeats=3)
    assert found.task == "classification"
    assert found.importance.measures == ("weighted F1", "log loss")
    assert found.importance.base[0] == pytest.approx(classifier.f1_weighted()[0], abs=0.03)
    best = found.importance.mean[:, 1].argmax()
    assert _inside(found.importance)[best]
    assert found.sensitivity.outputs == classifier.classes
    # Probabilities sum to 1
    np.testing.assert_allclose(found.sensitivity.slopes.sum(axis=1), 0, atol=1e-5)
    assert found.top_k.measures == ("weighted F1",)
    assert found.top_k.baseline[0] == pytest.approx(classifier.baseline_f1)


def test_the_baseline_looks_at_nothing(block_set):
    run = train(block_set, targets=["a"], featurizer="raw", model="mean", split=40, seed=1)
    found = explain(run, block_set)
    assert not found.importance.values.any()
    assert not found.sensitivity.slopes.any()
    np.testing.assert_allclose(found.top_k.scores[:, 0, 0], found.top_k.baseline[0])


def test_the_same_seed_the_same_explanation(forest, block_set):
    one, same = (
        explain(forest, block_set, parts=["importance", "sensitivity"], seed=3) for _ in range(2)
    )
    np.testing.assert_allclose(one.importance.values, same.importance.values, atol=1e-6)
    np.testing.assert_array_equal(one.sensitivity.samples, same.sensitivity.samples)


def test_several_settings():
    small = preset("ml4sci_2020_secular").measure(angle_2=[60, 120]).fix(n_x=6, n_y=6, tau=5)
    data = generate(small, 40, seed=1)
    run = train(data, featurizer="raw", model="ridge", split=10, seed=0)
    found = explain(run, data, parts=["importance", "sensitivity"], n_repeats=1)
    n = data.manifest.n_settings
    assert set(found.importance.settings) == set(range(n))
    assert found.sensitivity.slopes.shape[2] == n
    assert found.echo.shape == (3, n, data.manifest.n_times)


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"parts": []}, "at least one part"),
        ({"parts": ["magic"]}, "one of importance, impurity"),
        ({"n_repeats": 0}, "repeats"),
        ({"n_curves": 1}, "curves"),
    ],
)
def test_wrong_requests(ridge, block_set, options, sentence):
    with pytest.raises(InputError, match=sentence):
        explain(ridge, block_set, **options)


def test_another_data_set_is_refused(ridge, block_set):
    other = generate(preset("ml4sci_2020_secular").fix(n_x=6, n_y=6, tau=5), 20, seed=1)
    with pytest.raises(
        InputError,
        match=rf"was tested on the data set {block_set.manifest.id}, got {other.manifest.id}",
    ):
        explain(ridge, other)


def test_a_data_set_that_was_replaced_is_refused(ridge, block_set, monkeypatch):
    changed = block_set.parameters.assign(a=block_set.parameters["a"] + 1e-3)
    monkeypatch.setattr(block_set, "parameters", changed)
    with pytest.raises(InputError, match="is not the one"):
        explain(ridge, block_set)


def test_the_estimate_counts_every_part(ridge):
    each = [estimate(ridge.manifest, [part]) for part in PARTS]
    assert estimate(ridge.manifest) == pytest.approx(sum(each) - START * (len(PARTS) - 1))
    assert min(each) > 0
