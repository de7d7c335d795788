"""The polynomial features against a plain loop over numpy.polyfit, bin by bin."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nmr_core import FEATURIZERS, InputError


def by_polyfit(curve: np.ndarray, n_splits, order: int) -> tuple[list[float], list[str]]:
    """Coefficients and the end of their names, highest power first."""
    values, names = [], []
    for n_split in n_splits:
        for bin_, part in enumerate(np.array_split(curve, n_split)):
            coefficients = np.polyfit(np.arange(len(part)) - len(part) // 2, part, order)
            for power, coefficient in zip(range(order, -1, -1), coefficients, strict=True):
                values.append(coefficient)
                names.append(f"{n_split}_{bin_}__x{power}")
    return values, names


@given(
    n_times=st.integers(50, 130),
    order=st.integers(0, 3),
    seed=st.integers(0, 99),
    n_splits=st.sampled_from([(4, 5, 10), (1,), (7, 3)]),
)
def test_coefficients_and_names_are_those_of_polyfit(n_times, order, seed, n_splits):
    rng = np.random.default_rng(seed)
    curves = (rng.normal(size=(3, 1, n_times)) + 1j * rng.normal(size=(3, 1, n_times))).astype(
        np.complex64
    )
    featurizer = FEATURIZERS["polynomial"](n_splits=n_splits, order=order)
    features = featurizer.fit_transform(curves)
    real, names = by_polyfit(curves[2, 0].real.astype(float), n_splits, order)
    imaginary, _ = by_polyfit(curves[2, 0].imag.astype(float), n_splits, order)
    np.testing.assert_allclose(features[2], real + imaginary, rtol=1e-4, atol=1e-5)
    expected = [f"polynomial__{channel}__{name}" for channel in ("re", "im") for name in names]
    assert featurizer.get_feature_names_out().tolist() == expected


def test_a_cubic_gives_its_own_coefficients():
    """One bin of 101 points: x runs from -50 to 50, and the answer can be read off."""
    x = np.arange(101) - 50
    curve = 2e-6 * x**3 - 3e-4 * x**2 + 0.01 * x + 0.25
    features = FEATURIZERS["polynomial"](n_splits=(1,), channels=("re",)).fit_transform(
        curve[None, None].astype(complex)
    )
    np.testing.assert_allclose(features[0], [2e-6, -3e-4, 0.01, 0.25], rtol=1e-3)


@pytest.mark.parametrize("n_times", [471, 500])
def test_76_features_a_channel(n_times):
    featurizer = FEATURIZERS["polynomial"]()
    assert featurizer.fit_transform(np.ones((2, 1, n_times), np.complex64)).shape == (2, 2 * 76)
    assert featurizer.get_feature_names_out()[4 * 4 + 2 * 4 + 2] == "polynomial__re__5_2__x1"


@pytest.mark.parametrize("options", [{"window": (0, 39)}, {"order": 8}, {"n_splits": (4, 200)}])
def test_bins_with_too_few_points_are_refused(options):
    with pytest.raises(
        InputError, match=r"leaves too few points for polynomials of order .* Widen the window"
    ):
        FEATURIZERS["polynomial"](**options).fit(np.ones((2, 1, 80), np.complex64))


def test_as_many_points_as_coefficients_are_enough():
    featurizer = FEATURIZERS["polynomial"](window=(0, 40))
    assert np.isfinite(featurizer.fit_transform(np.ones((2, 1, 80), np.complex64))).all()


def test_models_of_earlier_versions_still_transform():
    """Version 0.3.0 saved neither centre nor width nor rescale."""
    curves = (np.arange(300).reshape(3, 1, 100) * 0.01).astype(np.complex64)
    fitted = FEATURIZERS["polynomial"]().fit(curves)
    older = type(fitted).__new__(type(fitted))
    older.__setstate__(
        {
            name: value
            for name, value in vars(fitted).items()
            if name not in ("centre", "width", "rescale")
        }
    )
    assert older.transform(curves).tobytes() == fitted.transform(curves).tobytes()
    assert older.get_params() == fitted.get_params()
