"""Every registered model keeps scikit-learn's contract, alone and behind every featurizer."""

import numpy as np
import pytest
from sklearn.base import clone, is_regressor
from sklearn.model_selection import cross_val_score

from nmr_core import FEATURIZERS, MODELS, InputError
from nmr_core.models import pipeline

QUICK = {"random_forest": {"n_estimators": 20}, "mlp": {"width_1": 32, "width_2": 16, "max_epochs": 30}}


def quick(name: str, seed: int = 0):
    return MODELS[name](seed=seed, **QUICK.get(name, {}))


@pytest.fixture
def data():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(90, 5)).astype(np.float32)
    return X, np.stack([X @ [1, 2, 0, 0, 0], 10 + 3 * X[:, 2]], axis=1)


@pytest.mark.parametrize("name", MODELS)
class TestEveryModel:
    def test_says_what_it_is(self, name):
        entry = MODELS[name]
        assert entry.name == name
        assert entry.label
        assert entry.description.endswith(".")
        assert is_regressor(entry())

    def test_clone_and_get_params_round_trip(self, name):
        model = quick(name, seed=3)
        again = clone(model)
        assert repr(again.get_params()) == repr(model.get_params())
        flat = {key: value for key, value in model.get_params().items() if not hasattr(value, "get_params")}
        assert repr(clone(model).set_params(**flat).get_params()) == repr(model.get_params())

    def test_fit_changes_no_parameter_and_no_input(self, name, data):
        X, y = data
        model, kept = quick(name), (X.tobytes(), y.tobytes())
        before = repr(model.get_params())
        assert model.fit(X, y) is model
        assert repr(model.get_params()) == before
        assert (X.tobytes(), y.tobytes()) == kept

    def test_predicts_the_shape_that_it_was_given(self, name, data):
        X, y = data
        assert quick(name).fit(X, y).predict(X[:7]).shape == (7, 2)
        assert quick(name).fit(X, y[:, 0]).predict(X[:7]).shape == (7,)
        assert quick(name).fit(X, y[:, :1]).predict(X[:7]).reshape(7, -1).shape == (7, 1)

    def test_same_seed_same_predictions(self, name, data):
        X, y = data
        one, same, other = (quick(name, seed=seed).fit(X, y).predict(X) for seed in (1, 1, 2))
        np.testing.assert_allclose(one, same, rtol=1e-12)  # a forest's threads add up its trees in any order
        assert np.allclose(one, other, rtol=1e-6) == (name in ("mean", "ridge"))

    def test_options_are_checked_and_arrive(self, name):
        for spec in MODELS[name].parameters:
            assert MODELS[name](**{spec.name: spec.high}) is not None
            with pytest.raises(InputError, match=f"^{spec.name} must be in"):
                MODELS[name](**{spec.name: spec.high + 1})
        with pytest.raises(InputError, match="There is no parameter 'depth' here"):
            MODELS[name](depth=3)

    def test_defaults_of_the_widgets_are_the_defaults_of_the_model(self, name):
        entry = MODELS[name]
        assert repr(entry().get_params()) == repr(entry(**entry.parameters.defaults).get_params())

    def test_twelve_samples_are_enough_to_fit(self, name, data):
        X, y = data
        assert np.isfinite(quick(name).fit(X[:12], y[:12]).predict(X)).all()

    @pytest.mark.parametrize("featurizer", FEATURIZERS)
    def test_cross_validation_runs_on_complex_curves(self, name, featurizer, echoes):
        curves, y = echoes
        scores = cross_val_score(pipeline(featurizer, name, model_options=QUICK.get(name)), curves, y[:, 0], cv=3)
        assert scores.max() < 0.05 if name == "mean" else scores.min() > 0.3

    def test_a_trained_pipeline_refuses_other_curves(self, name, echoes):
        curves, y = echoes
        trained = pipeline("raw", name, model_options=QUICK.get(name)).fit(curves, y)
        assert trained.predict(curves[:4]).shape == (4, 2)
        holes = curves[:4].copy()
        holes[1, 0, 3] = np.nan
        for wrong, sentence in ((curves[:, :, :-1], "Use curves of the same protocol"), (holes, "1 of 4 curves hold NaN"),
                                (np.ones((4, 1, 187), int), "Curves must be a complex array")):
            with pytest.raises(InputError, match=sentence):
                trained.predict(wrong)


def test_unknown_names_list_what_there_is():
    with pytest.raises(InputError, match="no featurizer 'wavelets'; there are raw, polynomial"):
        pipeline("wavelets", "ridge")
    with pytest.raises(InputError, match="no model 'gpt'; there are mean, ridge, random_forest, mlp"):
        pipeline("raw", "gpt")


def test_pipeline_passes_options_and_seed_on():
    made = pipeline("polynomial", "random_forest", seed=7, featurizer_options={"order": 2},
                    model_options={"n_estimators": 30})
    assert made["features"].order == 2
    assert (made["model"].n_estimators, made["model"].random_state) == (30, 7)
