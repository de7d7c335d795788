"""All models keep scikit-learn's contract, in each task, alone and behind featurizers."""

from functools import cache

import numpy as np
import pytest
import skops.io
from sklearn.base import clone, is_classifier, is_regressor
from sklearn.model_selection import cross_val_score
from sklearn.utils.validation import has_fit_parameter

from nmr_core import MODELS, InputError, features
from nmr_core.evaluation.published import of_recipe
from nmr_core.models import FAMILIES, RECIPES, pipeline, trusted_types
from nmr_core.parameters import Parameter

SMALL = {
    "n_estimators": 20,
    "max_epochs": 25,
    "width_1": 32,
    "width_2": 16,
    "max_iter": 30,
    "n_folds": 3,
    "n_subset": 60,
}
HERE = {name: entry for name, entry in MODELS.items() if entry.family != "deep"}
REGRESSORS = [name for name, entry in HERE.items() if entry.regress]
CLASSIFIERS = [name for name, entry in HERE.items() if entry.classify]
TASKS = [(name, task) for name, entry in HERE.items() for task in entry.tasks]
NETWORKS = ("mlp", "smooth_mlp", "mlp_32_32", "mlp_512_256", "mlp_tapered")
UNSEEDED = (
    "mean",
    "linear",
    "ridge",
    "bayesian_ridge",
    "select_linear",
    "pls",
    "knn",
    "svr",
    "kernel_ridge",
    "decision_tree",
    "hist_gradient_boosting",
    "winners_2020",
)
"""What has nothing random in it, on so few curves."""


def small(name: str, task: str = "regression", seed: int = 0, **options):
    """A model that is quick to fit; published networks have no options for that: fewer epochs."""
    entry = MODELS[name]
    few = {option: value for option, value in SMALL.items() if option in entry.options(task)}
    if name in ("mlp_512_256", "mlp_tapered"):
        few["max_epochs"] = 2
    return entry(seed=seed, task=task, **few | options)


def eager(name: str, task: str = "regression"):
    """The same; networks take larger steps, and more of them."""
    if name == "ensemble":
        return small(name, task, learning_rate=5e-3, max_epochs=30)
    if name == "guided":
        return small(name, task, learning_rate=1e-2, max_epochs=60, width_3=0)
    model = small(name, task)
    return (
        model.set_params(learning_rate=5e-3, max_epochs=15 if name == "mlp_tapered" else 30)
        if name in NETWORKS
        else model
    )


@pytest.fixture(scope="module")
def data():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(90, 5)).astype(np.float32)
    y = np.stack([X @ [1, 2, 0, 0, 0], 10 + 3 * X[:, 2], 1e-3 * X[:, 0] - X[:, 1] * 2e-3], axis=1)
    labels = np.array(["rkky", "power law", "gaussian"], dtype=object)[
        np.digitize(X[:, 0], [-0.5, 0.5])
    ]
    return X, y, labels


@pytest.fixture(scope="module")
def fitted(data):
    """``fitted(name, task)``: the small model, fitted once; to predict, not to fit again."""
    return cache(lambda name, task: small(name, task).fit(data[0], goal(data, task)))


def goal(data, task):
    return data[1] if task == "regression" else data[2]


@pytest.mark.parametrize("name", MODELS)
class TestEveryEntry:
    def test_says_what_it_is(self, name):
        entry = MODELS[name]
        assert entry.name == name
        assert entry.label
        assert entry.description.endswith(".")
        assert entry.family in FAMILIES
        assert entry.tasks

    def test_options_are_checked_and_arrive(self, name):
        entry = MODELS[name]
        for task in entry.tasks:
            if entry.requires:
                break
            for spec in entry.options(task):
                for good in spec.values or (spec.high,):
                    assert changes(entry, task, spec, good) or good == spec.default
                bad, sentence = (
                    ("gpt", "must be one of") if spec.values else (spec.high + 1, "must be in")
                )
                with pytest.raises(InputError, match=f"^{spec.name} {sentence}"):
                    entry(task=task, **{spec.name: bad})
            with pytest.raises(InputError, match="There is no parameter 'depth' here"):
                entry(task=task, depth=3)

    def test_an_option_without_meaning_in_a_task_is_refused(self, name):
        entry = MODELS[name]
        for task in entry.tasks:
            for spec in entry.parameters:
                if spec not in tuple(entry.options(task)):
                    with pytest.raises(InputError, match=f"has no use for {spec.name} in {task}"):
                        entry(task=task, **{spec.name: spec.default})

    def test_a_task_that_it_cannot_do_is_refused(self, name):
        entry = MODELS[name]
        for task in {"regression", "classification", "clustering"} - set(entry.tasks):
            with pytest.raises(InputError, match=f"cannot do {task}; it can do {entry.tasks[0]}"):
                entry(task=task)


def changes(entry, task: str, spec: Parameter, value) -> bool:
    """Whether an option makes another estimator."""
    return repr(deep_params(entry(task=task, **{spec.name: value}))) != repr(
        deep_params(entry(task=task))
    )


def deep_params(model) -> dict:
    return {
        key: deep_params(value)
        if hasattr(value, "get_params")
        else [(name, deep_params(member)) for name, member in value]
        if key in ("members", "own")
        else value
        for key, value in model.get_params(deep=False).items()
        if key != "steps"
    } | {"steps": [(step, deep_params(member)) for step, member in getattr(model, "steps", [])]}


@pytest.mark.parametrize(("name", "task"), TASKS)
class TestEveryModel:
    def test_is_of_its_kind(self, name, task):
        assert (is_regressor if task == "regression" else is_classifier)(MODELS[name](task=task))

    def test_defaults_of_the_widgets_are_the_defaults_of_the_model(self, name, task):
        entry = MODELS[name]
        assert (
            deep_params(entry(task=task)).__repr__()
            == deep_params(entry(task=task, **entry.options(task).defaults)).__repr__()
        )

    def test_clone_and_get_params_round_trip(self, name, task):
        model = small(name, task, seed=3)
        again = clone(model)
        assert repr(deep_params(again)) == repr(deep_params(model))
        flat = {
            key: value
            for key, value in model.get_params().items()
            if not hasattr(value, "get_params")
        }
        assert repr(deep_params(clone(model).set_params(**flat))) == repr(deep_params(model))

    def test_fit_changes_no_parameter_and_no_input(self, name, task, data):
        X, y = data[0], goal(data, task)
        model, kept = small(name, task), (X.tobytes(), y.tolist())
        before = repr(deep_params(model))
        assert model.fit(X, y) is model
        assert repr(deep_params(model)) == before
        assert (X.tobytes(), y.tolist()) == kept

    def test_same_seed_same_predictions(self, name, task, data):
        X, y = data[0], goal(data, task)
        seeds = (1, 1, 2) if task == "regression" else (1, 1)
        one, same, *others = (
            numbers(small(name, task, seed=seed).fit(X[:70], y[:70]), X[70:]) for seed in seeds
        )
        # A forest's threads add up its trees in any order
        np.testing.assert_allclose(one, same, rtol=1e-12)
        for other in others:
            assert np.allclose(one, other, rtol=1e-6) == (name in UNSEEDED)

    def test_double_precision_features_give_the_same_within_single_precision(
        self, name, task, data, fitted
    ):
        X = data[0]
        model = fitted(name, task)
        found = numbers(model, X)
        assert np.isfinite(found).all()
        np.testing.assert_allclose(numbers(model, X.astype(float)), found, rtol=1e-4, atol=1e-6)

    def test_it_beats_the_baseline_on_what_is_easy(self, name, task, data):
        if name == "mean":
            return
        X, y = data[0], goal(data, task)
        found = eager(name, task).fit(X[:70], y[:70]).predict(X[70:])
        if task == "classification":
            assert (found == y[70:]).mean() > 0.5
        else:
            assert ((found - y[70:])[:, 0] ** 2).mean() < 0.7 * y[70:, 0].var()

    def test_a_constant_feature_does_no_harm(self, name, task, data):
        X, y = data[0], goal(data, task)
        model = small(name, task)
        X = np.hstack([X, np.full((90, 1), 1e3, np.float32), np.zeros((90, 1), np.float32)])
        assert np.isfinite(numbers(model.fit(X, y), X)).all()

    def test_the_units_of_a_feature_do_not_matter(self, name, task, data, fitted):
        if name in (*NETWORKS, "ensemble", "guided", "winners_2020"):  # they keep relative sizes
            return
        X, y = data[0], goal(data, task)
        units = np.array([1, 1e-9, 1e6, 1e-3, 1], np.float32)
        one = numbers(fitted(name, task), X)
        other = numbers(small(name, task).fit(X * units, y), X * units)
        wrong = np.abs(one - other) > 1e-3 * np.abs(one).max(axis=0)
        assert wrong.mean() < 0.05  # a threshold may fall on the other side of a rounded value

    def test_saved_and_loaded_it_predicts_the_same_and_holds_no_other_types(
        self, name, task, data, fitted, tmp_path
    ):
        X = data[0]
        model = fitted(name, task)
        skops.io.dump(model, tmp_path / "model.skops")
        assert set(skops.io.get_untrusted_types(file=tmp_path / "model.skops")) <= set(
            trusted_types()
        )
        again = skops.io.load(tmp_path / "model.skops", trusted=trusted_types())
        np.testing.assert_allclose(numbers(again, X), numbers(model, X), rtol=1e-12)
        if task == "classification":
            assert again.predict(X).tolist() == model.predict(X).tolist()
            assert again.classes_.tolist() == model.classes_.tolist()

    def test_groups_of_one_row_each_change_nothing(self, name, task, data, fitted):
        X, y = data[0], goal(data, task)
        model = small(name, task)
        if has_fit_parameter(model, "groups"):
            alone = numbers(fitted(name, task), X)
            np.testing.assert_allclose(
                numbers(model.fit(X, y, groups=np.arange(90)), X), alone, rtol=1e-9, atol=1e-12
            )

    def test_copies_that_belong_together_are_taken(self, name, task, data):
        X, y = data[0], goal(data, task)
        model = pipeline("raw", name, task=task, model_options={})
        model.set_params(features="passthrough", model=small(name, task))
        model.fit(np.concatenate([X, -X]), np.concatenate([y, y]), groups=np.tile(np.arange(90), 2))
        assert np.isfinite(numbers(model, X)).all()


def numbers(model, X) -> np.ndarray:
    """Predictions of a regressor, probabilities of a classifier."""
    return np.asarray(
        model.predict_proba(X) if is_classifier(model) else model.predict(X), dtype=float
    )


@pytest.mark.parametrize("name", REGRESSORS)
class TestEveryRegressor:
    def test_predicts_the_shape_that_it_was_given(self, name, data, fitted):
        X, y, _ = data
        assert fitted(name, "regression").predict(X[:7]).shape == (7, 3)
        assert small(name).fit(X, y[:, 0]).predict(X[:7]).shape == (7,)
        assert small(name).fit(X, y[:, :1]).predict(X[:7]).reshape(7, -1).shape == (7, 1)

    def test_targets_keep_their_own_units(self, name, data):
        """The third target is a thousand times smaller: no model may take it for constant."""
        X, y, _ = data
        if name == "mean":
            return
        found = eager(name).fit(X, y).predict(X)
        assert ((found - y)[:, 2] ** 2).mean() < 0.7 * y[:, 2].var()

    def test_a_constant_target_is_predicted_to_be_that(self, name, data):
        X, y, _ = data
        found = small(name).fit(X, np.stack([y[:, 0], np.full(90, 7.25)], axis=1)).predict(X)
        np.testing.assert_allclose(found[:, 1], 7.25, rtol=1e-6)

    def test_twelve_samples_are_enough_to_fit(self, name, data):
        X, y, _ = data
        assert np.isfinite(small(name).fit(X[:12], y[:12]).predict(X)).all()


@pytest.mark.parametrize("name", CLASSIFIERS)
class TestEveryClassifier:
    def test_probabilities_are_of_the_sorted_classes(self, name, data, fitted):
        X = data[0]
        model = fitted(name, "classification")
        p = model.predict_proba(X)
        assert list(model.classes_) == ["gaussian", "power law", "rkky"]
        assert p.shape == (90, 3)
        np.testing.assert_allclose(p.sum(axis=1), 1, rtol=1e-5)
        assert (model.classes_[p.argmax(axis=1)] == model.predict(X)).all()

    def test_labels_survive_in_any_order(self, name, data):
        """Published work had them permuted: rows are shuffled and classes renamed, and every row
        keeps its answer, with labels as objects and as strings.
        """
        X, _, labels = data
        order = np.random.default_rng(1).permutation(90)
        renamed = {"gaussian": "z", "power law": "a", "rkky": "m"}
        others = np.array([renamed[label] for label in labels], dtype=str)
        first = eager(name, "classification").fit(X[order], labels[order]).predict(X)
        second = eager(name, "classification").fit(X[order], others[order]).predict(X)
        assert set(np.unique(second)) <= set(renamed.values())
        assert (
            np.mean([renamed[str(one)] == str(two) for one, two in zip(first, second, strict=True)])
            > 0.7
            or name == "mean"
        )

    def test_two_classes_of_unequal_size(self, name, data):
        X, _, labels = data
        two = np.where(labels == "rkky", "a", "b")
        assert set(small(name, "classification").fit(X, two).predict(X)) <= {"a", "b"}


@pytest.mark.parametrize(
    "name", ["mean", "ridge", "extra_trees", "kernel_ridge", "winners_2020", "average"]
)
class TestBehindAFeaturizer:
    @pytest.mark.parametrize("featurizer", ["raw", "polynomial"])
    def test_cross_validation_runs_on_complex_curves(self, name, featurizer, echoes):
        curves, y = echoes
        pipe = pipeline(featurizer, name)
        pipe.set_params(model=small(name))
        scores = cross_val_score(pipe, curves, y[:, 0], cv=3)
        assert scores.max() < 0.05 if name == "mean" else scores.min() > 0.3

    def test_a_trained_pipeline_refuses_other_curves(self, name, echoes):
        curves, y = echoes
        pipe = pipeline("polynomial", name)
        trained = pipe.set_params(model=small(name)).fit(curves, y)
        assert trained.predict(curves[:4]).shape == (4, 2)
        holes = curves[:4].copy()
        holes[1, 0, 3] = np.nan
        for wrong, sentence in (
            (curves[:, :, :-1], "Use curves of the same protocol"),
            (holes, "1 of 4 curves hold NaN"),
            (np.ones((4, 1, 187), int), "Curves must be a complex array"),
        ):
            with pytest.raises(InputError, match=sentence):
                trained.predict(wrong)


def test_unknown_names_list_what_there_is():
    with pytest.raises(InputError, match="no featurizer 'wavelets'; there are raw"):
        pipeline("wavelets", "ridge")
    with pytest.raises(InputError, match="no model 'gpt'; there are mean, linear, ridge"):
        pipeline("raw", "gpt")
    with pytest.raises(InputError, match="There is no parameter 'seed' here"):
        pipeline("raw", "mlp", model_options={"seed": 3})


def test_pipeline_passes_options_seed_and_targets_on():
    made = pipeline(
        "polynomial",
        "random_forest",
        seed=7,
        featurizer_options={"order": 2},
        model_options={"n_estimators": 30},
    )
    assert made["features"].order == 2
    assert (made["model"][-1].n_estimators, made["model"][-1].random_state) == (30, 7)
    assert pipeline("raw", "winners_2020", targets=["p", "d"])["model"].targets == ("p", "d")
    assert is_classifier(pipeline("raw", "knn", task="classification"))


@pytest.mark.parametrize("name", RECIPES)
def test_every_recipe_can_be_built_as_it_says(name):
    recipe = RECIPES[name]
    assert recipe.name == name
    assert recipe.label
    assert recipe.description.endswith(".")
    for task in [recipe.task] if recipe.task else ["regression", "classification"]:
        pipeline(
            recipe.featurizer,
            recipe.model,
            task=task,
            featurizer_options=recipe.featurizer_options,
            model_options=recipe.model_options,
        )
    assert bool(of_recipe(name)) == bool(recipe.source)


def test_the_recipes_of_2021_have_as_many_features_as_were_published():
    curves = np.exp(1j * np.linspace(0, 9, 942 * 2)).reshape(2, 1, 942)
    count = {
        name: features.build(r.featurizer, r.featurizer_options).fit_transform(curves).shape[1]
        for name, r in RECIPES.items()
        if name.endswith("_2021")
    }
    assert count.pop("forest_2021") == 76
    assert set(count.values()) == {84}
