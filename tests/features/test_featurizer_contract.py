"""Every registered featurizer keeps the contract: scikit-learn's, and ours about shapes, names and refusals."""

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.linear_model import Ridge
from sklearn.model_selection import cross_val_score
from sklearn.pipeline import make_pipeline

from nmr_core import FEATURIZERS, InputError

pytestmark = pytest.mark.parametrize("name", FEATURIZERS)


@pytest.fixture
def curves():
    rng = np.random.default_rng(0)
    return (rng.normal(size=(7, 2, 80)) + 1j * rng.normal(size=(7, 2, 80))).astype(np.complex64)


def test_entry_says_what_it_is(name):
    entry = FEATURIZERS[name]
    assert entry.name == name
    assert entry.label
    assert entry.description.endswith(".")
    assert set(entry.parameters) == set(entry().get_params())


def test_clone_and_get_params_round_trip(name, curves):
    options = {"channels": ("abs", "re"), "window": (10, 70)}
    featurizer = FEATURIZERS[name](**options)
    assert {key: featurizer.get_params()[key] for key in options} == options
    again = clone(featurizer)
    assert again.get_params() == featurizer.get_params()
    assert again.fit_transform(curves).tobytes() == featurizer.fit_transform(curves).tobytes()
    assert FEATURIZERS[name]().set_params(**options).get_params() == featurizer.get_params()


def test_fit_changes_no_parameter_and_no_input(name, curves):
    featurizer, kept = FEATURIZERS[name](), curves.copy()
    before = featurizer.get_params()
    assert featurizer.fit(curves) is featurizer
    featurizer.transform(curves)
    assert featurizer.get_params() == before
    assert curves.tobytes() == kept.tobytes()


@pytest.mark.parametrize("channels", [("re", "im"), ("abs",), ("im", "abs", "re")])
def test_features_are_finite_float32_and_each_has_its_own_name(name, curves, channels):
    featurizer = FEATURIZERS[name](channels=channels)
    features = featurizer.fit_transform(curves)
    names = featurizer.get_feature_names_out()
    assert features.dtype == np.float32
    assert features.shape == (7, len(names))
    assert np.isfinite(features).all()
    assert len(set(names)) == len(names)
    assert [text.split("__")[0] for text in names] == np.repeat(["s0", "s1"], len(names) // 2).tolist()
    assert {text.split("__")[2] for text in names} == set(channels)


def test_names_say_where_a_feature_comes_from(name, curves):
    """Zero everything but one channel of one setting: only features with that name may differ from zero."""
    featurizer = FEATURIZERS[name]().fit(curves)
    some = np.zeros_like(curves)
    some[:, 1] = 1j * curves[:, 1].imag
    alive = np.abs(featurizer.transform(some)).max(axis=0) > 0
    prefix = np.array([text.startswith(f"s1__{name}__im__") for text in featurizer.get_feature_names_out()])
    assert (alive == prefix).all()


def test_one_setting_needs_no_setting_in_its_names_nor_in_its_shape(name, curves):
    featurizer = FEATURIZERS[name]().fit(curves[:, :1])
    assert all(text.startswith(f"{name}__") for text in featurizer.get_feature_names_out())
    assert featurizer.transform(curves[:, 0]).tobytes() == featurizer.transform(curves[:, :1]).tobytes()


def test_a_row_does_not_depend_on_the_others(name, curves):
    featurizer = FEATURIZERS[name]().fit(curves)
    together = featurizer.transform(curves)
    for k in range(7):
        np.testing.assert_allclose(featurizer.transform(curves[k:k + 1])[0], together[k], rtol=1e-5, atol=1e-6)


def test_nothing_outside_the_window_matters(name, curves):
    featurizer = FEATURIZERS[name](window=(20, 70)).fit(curves)
    other = curves.copy()
    other[..., :20], other[..., 70:] = 5, -5
    assert featurizer.transform(other).tobytes() == featurizer.transform(curves).tobytes()
    whole = FEATURIZERS[name]().fit(curves[..., 20:70])
    assert whole.transform(curves[..., 20:70]).tobytes() == featurizer.transform(curves).tobytes()


def test_cross_validation_runs_on_complex_curves(name, echoes):
    curves, y = echoes
    scores = cross_val_score(make_pipeline(FEATURIZERS[name](), Ridge(1e-3)), curves, y[:, 0], cv=3, scoring="r2")
    assert scores.min() > 0.5


def test_unfitted_featurizers_say_so(name, curves):
    for use in (FEATURIZERS[name]().get_feature_names_out, lambda: FEATURIZERS[name]().transform(curves)):
        with pytest.raises(NotFittedError):
            use()


@pytest.mark.parametrize("shape", [(7, 2, 79), (7, 1, 80), (7, 80)])
def test_curves_of_another_protocol_are_refused(name, curves, shape):
    featurizer = FEATURIZERS[name]().fit(curves)
    with pytest.raises(InputError, match=r"trained on 2 settings of 80 points, got .* Use curves of the same protocol"):
        featurizer.transform(np.ones(shape, np.complex64))


@pytest.mark.parametrize("bad", [np.nan, np.inf, complex(0, np.nan)])
def test_curves_with_holes_are_refused_and_counted(name, curves, bad):
    broken = curves.copy()
    broken[2, 1, 5] = broken[2, 0, 7] = broken[4, 0, 0] = bad
    fitted = FEATURIZERS[name]().fit(curves)
    for use in (FEATURIZERS[name]().fit, fitted.transform):
        with pytest.raises(InputError, match=r"2 of 7 curves hold NaN or infinity\. Remove them first"):
            use(broken)


@pytest.mark.parametrize("wrong", [
    np.ones((7, 2, 80), int), np.ones((7, 2, 80), bool), np.full((7, 80), "x"), np.full((7, 80), None),
    np.ones(80, complex), np.ones((1, 7, 2, 80), complex), np.ones((0, 2, 80), complex), 3.0, "curves",
], ids=["int", "bool", "text", "object", "one curve", "four axes", "no curves", "number", "string"])
def test_what_is_no_set_of_curves_is_refused(name, wrong):
    with pytest.raises(InputError, match=r"Curves must be a complex array \(n_samples, n_settings, n_times\), got "):
        FEATURIZERS[name]().fit(wrong)


@pytest.mark.parametrize("channels", [("re", "phase"), (), "re"])
def test_unknown_channels_are_refused(name, curves, channels):
    with pytest.raises(InputError, match="channels must be some of re, im, abs; got "):
        FEATURIZERS[name](channels=channels).fit(curves)


@pytest.mark.parametrize("window", [(-1, 50), (0, 81), (50, 50), (60, 40)])
def test_windows_outside_of_the_curve_are_refused(name, curves, window):
    with pytest.raises(InputError, match=r"window must lie inside the 80 points of a curve, got \("):
        FEATURIZERS[name](window=window).fit(curves)
