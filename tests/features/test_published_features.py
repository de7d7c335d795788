"""The 2021 feature tables can be made again: 300 points, their polynomials, the spectrum."""

import numpy as np
import pytest

from nmr_core import FEATURIZERS, InputError
from nmr_core.features.fft import double_sigmoid


@pytest.fixture
def curves():
    rng = np.random.default_rng(1)
    return (rng.normal(size=(5, 1, 471)) + 1j * rng.normal(size=(5, 1, 471))).astype(np.complex64)


@pytest.mark.parametrize("n_times", [471, 942, 1885])
@pytest.mark.parametrize("rescale", [0, 1])
def test_magnitude_makes_the_300_published_points(n_times, rescale):
    rng = np.random.default_rng(0)
    curves = (rng.normal(size=(4, 1, n_times)) + 1j * rng.normal(size=(4, 1, n_times))).astype(
        np.complex64
    )
    centre = int(2 / 3 * n_times)
    points = np.abs(curves[:, 0, centre - 150 : centre + 150])
    expected = points / points.max(axis=1, keepdims=True) if rescale else points
    featurizer = FEATURIZERS["magnitude"](rescale=rescale)
    found = featurizer.fit_transform(curves)
    assert found.shape == (4, 300)
    np.testing.assert_allclose(found, expected, rtol=1e-6)
    assert featurizer.get_feature_names_out()[[0, -1]].tolist() == [
        f"magnitude__abs__{centre - 150}",
        f"magnitude__abs__{centre + 149}",
    ]


def test_window_is_the_same_points_of_re_and_im(curves):
    found = FEATURIZERS["window"]().fit_transform(curves)
    assert (found == np.hstack([curves[:, 0, 164:464].real, curves[:, 0, 164:464].imag])).all()
    whole = FEATURIZERS["window"](width=0).fit_transform(curves)
    assert (whole == FEATURIZERS["raw"]().fit_transform(curves)).all()


@pytest.mark.parametrize(
    ("n_splits", "n_features"), [((4, 5, 10), 76), ((2, 4, 5, 10), 84), ("2,4,5,10", 84)]
)
@pytest.mark.parametrize(
    "window", [{"window": (164, 464)}, {"centre": 2 / 3, "width": 150}], ids=str
)
@pytest.mark.parametrize("rescale", [0, 1])
def test_polynomials_of_the_window_of_the_magnitude(curves, n_splits, n_features, window, rescale):
    featurizer = FEATURIZERS["polynomial"](
        channels=("abs",), n_splits=n_splits, order=3, rescale=rescale, **window
    )
    found = featurizer.fit_transform(curves)
    assert found.shape == (5, n_features)
    points = FEATURIZERS["magnitude"](rescale=rescale).fit_transform(curves)[2].astype(float)
    last = np.polyfit(np.arange(30) - 15, points[270:], 3)
    np.testing.assert_allclose(found[2, -4:], last, rtol=2e-3, atol=1e-6)
    assert featurizer.support()[-1].tolist() == [434, 464]
    assert featurizer.support()[0].tolist() == ([164, 314] if n_features == 84 else [164, 239])


def test_the_envelope_is_the_published_one():
    t = np.arange(300)
    rising = 1 / (1 + np.exp(-0.35 * (t - 35)))
    np.testing.assert_allclose(
        double_sigmoid(300, 35, 0.35), rising * rising[::-1], rtol=1e-5, atol=1e-8
    )
    assert (double_sigmoid(300, 0, 0.35) == 1).all()
    assert double_sigmoid(45, 35, 0.35).max() > 0.9  # a short window is not lost


def test_the_frequency_recipe(curves):
    points = np.abs(curves[:, 0, 164:464]).astype(float)
    points /= points.max(axis=1, keepdims=True)
    t = np.arange(300)
    rising = 1 / (1 + np.exp(-0.35 * (t - 35)))
    padded = np.pad(points * rising * rising[::-1], ((0, 0), (2**8, 2**8)))
    expected = np.abs(np.fft.fftshift(np.fft.fft(padded), axes=1).imag)
    options = {"channels": ("im",), "width": 150, "rescale": 1, "magnitude": 1, "absolute": 1}
    featurizer = FEATURIZERS["fft"](**options)
    np.testing.assert_allclose(featurizer.fit_transform(curves), expected, atol=1e-4)
    names = featurizer.get_feature_names_out()
    assert (len(names), names[0], names[406], names[-1]) == (
        812,
        "fft__im__-406",
        "fft__im__0",
        "fft__im__405",
    )
    polynomial = FEATURIZERS["polynomial_fft"](**options)
    found = polynomial.fit_transform(curves)
    assert found.shape == (5, 76)
    np.testing.assert_allclose(
        found[1, :4], np.polyfit(np.arange(203) - 101, expected[1, :203], 3), rtol=1e-2, atol=1e-4
    )
    assert polynomial.get_feature_names_out()[0] == "polynomial_fft__im__4_0__x3"
    assert (polynomial.support() == (164, 464)).all()


def test_a_precessing_spin_is_a_line_at_its_own_frequency():
    """exp(-2πi delta t) of 6 turns in 500 points appears at -6 of 500."""
    curve = np.exp(-2j * np.pi * 6 * np.arange(500) / 500)[None, None]
    fft = FEATURIZERS["fft"](channels=("abs",), edge=0, padding=0)
    found = fft.fit_transform(curve)[0]
    assert fft.get_feature_names_out()[found.argmax()] == "fft__abs__-6"
    np.testing.assert_allclose([found.max(), np.sort(found)[-2]], [500, 0], atol=1e-2)


def test_a_band_is_a_part_of_the_spectrum(curves):
    whole = FEATURIZERS["fft"]().fit(curves)
    band = FEATURIZERS["fft"](low=0.4, high=0.6).fit(curves)
    chosen = np.isin(whole.get_feature_names_out(), band.get_feature_names_out())
    assert (whole.transform(curves)[:, chosen] == band.transform(curves)).all()
    assert 2 * 190 < chosen.sum() < 2 * 203
    assert FEATURIZERS["fft"](low=0.5, high=0.5001).fit_transform(curves).shape == (5, 2)


@pytest.mark.parametrize(("low", "high"), [(0.6, 0.4), (0.5, 0.5)])
def test_an_empty_band_is_refused(curves, low, high):
    with pytest.raises(
        InputError, match=r"needs 0 <= low < high <= 1, got low = .* 0 to 1 is the whole spectrum"
    ):
        FEATURIZERS["fft"](low=low, high=high).fit(curves)


@pytest.mark.parametrize(
    "n_splits", [(), "", "4,x", (0, 4), (4, 4), (2.5,), 4, None, (float("inf"),)]
)
def test_impossible_splits_are_refused(n_splits):
    with pytest.raises(
        InputError,
        match=r"n_splits must be different whole numbers > 0, got .* published ones are 4,5,10",
    ):
        FEATURIZERS["polynomial"](n_splits=n_splits)


def test_a_window_is_cut_at_the_ends_of_a_short_record():
    curves = np.ones((2, 1, 100), np.complex64)
    assert FEATURIZERS["magnitude"]().fit_transform(curves).shape == (2, 100)
    assert FEATURIZERS["raw"](channels=("re",), centre=1, width=10).fit(curves).support()[
        0
    ].tolist() == [90, 91]
    assert FEATURIZERS["raw"](channels=("re",), centre=0, width=10).fit(curves).support()[
        -1
    ].tolist() == [9, 10]
