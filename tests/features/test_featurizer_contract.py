"""All featurizers, and stacks: scikit-learn's contract, and ours on shapes and names."""

import numpy as np
import pytest
import skops.io
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.linear_model import Ridge
from sklearn.model_selection import cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from nmr_core import FEATURIZERS, InputError, features
from nmr_core.features import build
from nmr_core.models import trusted_types

STACKS = ("polynomial+echo_shape", "magnitude+pca+fft")


def _case(name: str):
    missing = [
        FEATURIZERS[part].requires
        for part in features.members(name)
        if part not in features.available()
    ]
    return pytest.param(
        name,
        marks=pytest.mark.skip(reason=f"the extra {missing[0]} is not installed")
        if missing
        else (),
    )


CASES = [_case(name) for name in (*FEATURIZERS, *STACKS)]
WITH_CHANNELS = [
    case
    for case in CASES
    if "channels" in features.common(case.values[0]) and case.values[0] in FEATURIZERS
]
JOINT = ("pca", "minirocket")
every = pytest.mark.parametrize("name", CASES)
single = pytest.mark.parametrize("name", CASES[: len(FEATURIZERS)])
with_channels = pytest.mark.parametrize("name", WITH_CHANNELS)


@pytest.fixture
def curves():
    rng = np.random.default_rng(0)
    return (rng.normal(size=(7, 2, 80)) + 1j * rng.normal(size=(7, 2, 80))).astype(np.complex64)


@pytest.mark.parametrize("name", FEATURIZERS)
def test_entry_says_what_it_is(name):
    entry = FEATURIZERS[name]
    assert entry.name == name == entry.build.name
    assert entry.label
    assert entry.description.endswith(".")
    assert {*entry.common, *entry.parameters.names} == set(entry.build().get_params())
    assert set(entry.common) <= {"channels", "window", "n_splits"}
    assert f"{entry.build.__module__}.{entry.build.__qualname__}" in trusted_types()


@pytest.mark.parametrize("name", FEATURIZERS)
def test_defaults_of_widgets_are_those_of_the_class(name):
    entry = FEATURIZERS[name]
    own = entry.build().get_params()
    assert {spec.name: own[spec.name] for spec in entry.parameters} == entry.parameters.defaults
    assert all(
        spec.check(spec.default) == spec.default and spec.description.endswith(".")
        for spec in entry.parameters
    )


@every
def test_clone_and_get_params_round_trip(name, curves):
    options = {"window": (10, 70)} | (
        {"channels": ("abs", "re")} if "channels" in features.common(name) else {}
    )
    featurizer = build(name, options)
    again = clone(featurizer)
    assert repr(again.get_params()) == repr(featurizer.get_params())
    assert again.fit_transform(curves).tobytes() == featurizer.fit_transform(curves).tobytes()
    if name in FEATURIZERS:
        assert {key: featurizer.get_params()[key] for key in options} == options
        assert build(name).set_params(**options).get_params() == featurizer.get_params()


@every
def test_fit_changes_no_parameter_and_no_input(name, curves):
    featurizer, kept = build(name), curves.copy()
    before, random = repr(featurizer.get_params()), np.random.get_state()[1].tobytes()  # noqa: NPY002
    assert featurizer.fit(curves) is featurizer
    featurizer.transform(curves)
    assert repr(featurizer.get_params()) == before
    assert curves.tobytes() == kept.tobytes()
    assert np.random.get_state()[1].tobytes() == random  # noqa: NPY002


@every
def test_features_are_finite_float32_and_each_has_its_own_name(name, curves):
    featurizer = build(name)
    found = featurizer.fit_transform(curves)
    names = featurizer.get_feature_names_out()
    assert found.dtype == np.float32
    assert found.shape == (7, len(names))
    assert np.isfinite(found).all()
    assert len(set(names)) == len(names)
    assert {text.split("__")[0] for text in names} == {"s0", "s1"}
    assert {text.split("__")[1] for text in names} == set(features.members(name))
    assert found.std(0).max() > 0


@with_channels
@pytest.mark.parametrize("channels", [("re", "im"), ("abs",), ("im", "abs", "re")])
def test_channels_are_in_the_names(name, curves, channels):
    featurizer = build(name, {"channels": channels})
    found = featurizer.fit_transform(curves)
    names = featurizer.get_feature_names_out()
    assert found.shape == (7, len(names))
    assert np.isfinite(found).all()
    assert {text.split("__")[2] for text in names} == (
        {"+".join(channels)} if name in JOINT else set(channels)
    )
    assert [text.split("__")[0] for text in names] == np.repeat(
        ["s0", "s1"], len(names) // 2
    ).tolist()


@every
def test_support_is_inside_the_window(name, curves):
    featurizer = build(name, {"window": (20, 70)}).fit(curves)
    support = featurizer.support()
    assert support.shape == (len(featurizer.get_feature_names_out()), 2)
    assert support.dtype.kind == "i"
    assert support.min() >= 20
    assert support.max() <= 70
    assert (support[:, 0] < support[:, 1]).all()


@every
def test_a_feature_depends_on_nothing_outside_its_support(name, curves):
    """Change one point of all curves: features that do not look at it stay as they are, and some
    other does not.
    """
    featurizer = build(name).fit(curves)
    before, support = featurizer.transform(curves), featurizer.support()
    for point in (3, 40, 66, 79):
        other = curves.copy()
        other[..., point] *= 1.5
        after = featurizer.transform(other)
        outside = (support[:, 0] > point) | (support[:, 1] <= point)
        np.testing.assert_allclose(after[:, outside], before[:, outside], rtol=1e-5, atol=1e-5)
        assert np.abs(after - before)[:, ~outside].max() > 1e-4


@pytest.mark.parametrize("name", ["raw", "window", "polynomial"])
def test_names_say_where_a_feature_comes_from(name, curves):
    """Zero all but one channel of one setting: only features of that name may be nonzero."""
    featurizer = build(name).fit(curves)
    some = np.zeros_like(curves)
    some[:, 1] = 1j * curves[:, 1].imag
    alive = np.abs(featurizer.transform(some)).max(axis=0) > 0
    prefix = np.array(
        [text.startswith(f"s1__{name}__im__") for text in featurizer.get_feature_names_out()]
    )
    assert (alive == prefix).all()


@every
def test_a_setting_s_features_depend_on_that_setting(name, curves):
    featurizer = build(name).fit(curves)
    other = curves.copy()
    other[:, 1] = curves[::-1, 1]
    changed = np.abs(featurizer.transform(other) - featurizer.transform(curves)).max(0) > 0
    of_other = np.array([text.startswith("s1__") for text in featurizer.get_feature_names_out()])
    assert not changed[~of_other].any()
    assert changed[of_other].any()


@every
def test_one_setting_needs_no_setting_in_its_names_nor_in_its_shape(name, curves):
    featurizer = build(name).fit(curves[:, :1])
    assert all(
        text.split("__")[0] in features.members(name) for text in featurizer.get_feature_names_out()
    )
    assert (
        featurizer.transform(curves[:, 0]).tobytes()
        == featurizer.transform(curves[:, :1]).tobytes()
    )


@every
def test_a_row_does_not_depend_on_the_others(name, curves):
    featurizer = build(name).fit(curves)
    together = featurizer.transform(curves)
    for k in range(7):
        np.testing.assert_allclose(
            featurizer.transform(curves[k : k + 1])[0], together[k], rtol=1e-4, atol=1e-5
        )


@single
def test_every_curve_is_looked_at_once_a_block_at_a_time(name, monkeypatch):
    """Time that grows in proportion to the curves, memory that does not: whatever n is, blocks are
    of the same size.
    """
    curves = np.random.default_rng(0).normal(size=(50, 2, 80)).astype(np.complex64)
    featurizer = build(name).fit(curves)
    expected, seen, own = featurizer.transform(curves), [], featurizer._features
    monkeypatch.setattr("nmr_core.features._featurizer.BLOCK_BYTES", 8 * 2 * 80 * 8)
    monkeypatch.setattr(
        featurizer, "_features", lambda block, k: seen.append((k, len(block))) or own(block, k)
    )
    np.testing.assert_allclose(featurizer.transform(curves), expected, rtol=1e-4, atol=1e-5)
    assert seen == [(k, n) for n in (8, 8, 8, 8, 8, 8, 2) for k in range(2)]


@every
def test_single_precision_is_enough(name, curves):
    featurizer = build(name).fit(curves)
    double = featurizer.transform(curves.astype(np.complex128))
    assert double.dtype == np.float32
    np.testing.assert_allclose(
        featurizer.transform(curves), double, rtol=1e-3, atol=2e-4 * np.abs(double).max()
    )


@every
def test_nothing_outside_the_window_matters(name, curves):
    featurizer = build(name, {"window": (20, 70)}).fit(curves)
    other = curves.copy()
    other[..., :20], other[..., 70:] = 5, -5
    assert featurizer.transform(other).tobytes() == featurizer.transform(curves).tobytes()
    whole = build(name, {"window": (0, 50)}).fit(curves[..., 20:70])
    np.testing.assert_allclose(
        whole.transform(curves[..., 20:70]), featurizer.transform(curves), rtol=1e-5, atol=1e-6
    )


@every
def test_silence_gives_finite_features(name):
    """No signal at all, a single spike, the same everywhere: no division by nothing."""
    silent = np.zeros((4, 1, 80), np.complex64)
    silent[1, 0, 7], silent[2], silent[3] = 1j, 0.25, 1e-30
    assert np.isfinite(build(name).fit_transform(silent)).all()
    assert np.isfinite(build(name).fit_transform(np.zeros((3, 1, 80), np.complex64))).all()


@every
def test_a_saved_featurizer_is_the_same(name, curves, tmp_path):
    featurizer = build(name).fit(curves)
    skops.io.dump(featurizer, tmp_path / "model.skops")
    foreign = set(skops.io.get_untrusted_types(file=tmp_path / "model.skops"))
    assert foreign <= set(trusted_types())
    again = skops.io.load(tmp_path / "model.skops", trusted=trusted_types())
    assert again.transform(curves).tobytes() == featurizer.transform(curves).tobytes()
    assert again.get_feature_names_out().tolist() == featurizer.get_feature_names_out().tolist()


@every
def test_cross_validation_runs_on_complex_curves(name, echoes):
    curves, y = echoes
    model = make_pipeline(build(name), StandardScaler(), Ridge(1))
    assert cross_val_score(model, curves, y[:, 0], cv=3, scoring="r2").min() > 0.5


@single
def test_only_what_says_so_learns_from_the_curves(name, curves):
    """Fitted on other curves of the same shape: the same features, unless the featurizer learns."""
    other = curves[::-1] * np.complex64(2j) + np.complex64(1)
    same = np.allclose(
        build(name).fit(other).transform(curves), build(name).fit(curves).transform(curves)
    )
    assert same != build(name).learns


@every
def test_unfitted_featurizers_say_so(name, curves):
    for use in (
        build(name).get_feature_names_out,
        build(name).support,
        lambda: build(name).transform(curves),
    ):
        with pytest.raises(NotFittedError):
            use()


@every
@pytest.mark.parametrize("shape", [(7, 2, 79), (7, 1, 80), (7, 80)])
def test_curves_of_another_protocol_are_refused(name, curves, shape):
    featurizer = build(name).fit(curves)
    with pytest.raises(
        InputError,
        match=r"trained on 2 settings of 80 points, got .* Use curves of the same protocol",
    ):
        featurizer.transform(np.ones(shape, np.complex64))


@every
@pytest.mark.parametrize("bad", [np.nan, np.inf, complex(0, np.nan)])
def test_curves_with_holes_are_refused_and_counted(name, curves, bad):
    broken = curves.copy()
    broken[2, 1, 5] = broken[2, 0, 7] = broken[4, 0, 0] = bad
    fitted = build(name).fit(curves)
    for use in (build(name).fit, fitted.transform):
        with pytest.raises(
            InputError, match=r"2 of 7 curves hold NaN or infinity\. Remove them first"
        ):
            use(broken)


@every
@pytest.mark.parametrize(
    "wrong",
    [
        np.ones((7, 2, 80), int),
        np.ones((7, 2, 80), bool),
        np.full((7, 80), "x"),
        np.full((7, 80), None),
        np.ones(80, complex),
        np.ones((1, 7, 2, 80), complex),
        np.ones((0, 2, 80), complex),
        3.0,
        "curves",
    ],
    ids=[
        "int",
        "bool",
        "text",
        "object",
        "one curve",
        "four axes",
        "no curves",
        "number",
        "string",
    ],
)
def test_what_is_no_set_of_curves_is_refused(name, wrong):
    with pytest.raises(
        InputError, match=r"Curves must be a complex array \(n_samples, n_settings, n_times\), got "
    ):
        build(name).fit(wrong)


@with_channels
@pytest.mark.parametrize("channels", [("re", "phase"), (), "re", ("re", "re"), None, 3])
def test_unknown_channels_are_refused(name, curves, channels):
    for use in (
        lambda: build(name, {"channels": channels}),
        lambda: build(name).set_params(channels=channels).fit(curves),
    ):
        with pytest.raises(InputError, match="channels must be some of re, im, abs; got "):
            use()


@every
@pytest.mark.parametrize("window", [(-1, 50), (0, 81), (50, 50), (60, 40)])
def test_windows_outside_of_the_curve_are_refused(name, curves, window):
    with pytest.raises(
        InputError, match=r"window must lie inside the 80 points of a curve, got \("
    ):
        build(name, {"window": window}).fit(curves)


@single
def test_unknown_and_impossible_options_are_refused(name):
    with pytest.raises(
        InputError, match=f"Featurizer {name} has no option 'wings'; it has .*window"
    ):
        FEATURIZERS[name](wings=2)
    for spec in FEATURIZERS[name].parameters:
        for value in (spec.high + 1, "much", None, float("nan")):
            with pytest.raises(InputError, match=f"{spec.name} must be "):
                FEATURIZERS[name](**{spec.name: value})


@single
def test_options_of_widgets_and_files_are_taken(name, curves):
    """What JSON makes of them: lists, and whole numbers as 3.0."""
    entry = FEATURIZERS[name]
    given = {spec.name: float(spec.default) for spec in entry.parameters} | {"window": [0, 80]}
    given |= {"channels": ["re", "im"]} if "channels" in entry.common else {}
    given |= {"n_splits": [4, 5, 10]} if "n_splits" in entry.common else {}
    plain = build(name, {"window": (0, 80)})
    np.testing.assert_array_equal(
        build(name, given).fit_transform(curves), plain.fit_transform(curves)
    )


@pytest.mark.parametrize("name", [name for name, entry in FEATURIZERS.items() if entry.requires])
def test_a_missing_extra_is_named(name, curves, monkeypatch):
    monkeypatch.setattr("nmr_core.extras.find_spec", lambda module: None)
    assert name not in features.available()
    for use in (
        FEATURIZERS[name],
        lambda: build(name),
        lambda: features.check(name),
        lambda: build(f"raw+{name}"),
        lambda: FEATURIZERS[name].build().fit(curves),
    ):
        with pytest.raises(
            InputError, match=rf"needs aeon, which is not installed\. Install with: .*\[{name}\]"
        ):
            use()
