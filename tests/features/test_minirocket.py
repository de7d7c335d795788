"""MiniRocket through aeon: its own features, and only plain arrays in what is kept."""

import numpy as np
import pytest

from nmr_core import FEATURIZERS, InputError

aeon = pytest.importorskip("aeon", reason="the extra minirocket is not installed")


@pytest.fixture(scope="module")
def curves():
    rng = np.random.default_rng(0)
    return (rng.normal(size=(12, 2, 60)) + 1j * rng.normal(size=(12, 2, 60))).astype(np.complex64)


@pytest.mark.parametrize("channels", [("re", "im"), ("abs",)])
def test_features_are_those_of_aeon(curves, channels):
    from aeon.transformations.collection.convolution_based import MiniRocket

    mine = FEATURIZERS["minirocket"](n_kernels=200, channels=channels).fit(curves[:8])
    found = mine.transform(curves)
    parts = {"re": np.real, "im": np.imag, "abs": np.abs}
    for k in range(2):
        x = np.stack([parts[channel](curves[:, k]) for channel in channels], axis=1)
        theirs = MiniRocket(n_kernels=200, random_state=0).fit(x[:8])
        np.testing.assert_allclose(
            found[:, 168 * k : 168 * (k + 1)], theirs.transform(x), atol=1e-6
        )
    assert mine.get_feature_names_out()[0] == f"s0__minirocket__{'+'.join(channels)}__0"


def test_what_is_learned_is_plain_arrays(curves):
    featurizer = FEATURIZERS["minirocket"](n_kernels=84).fit(curves)
    assert all(type(array) is np.ndarray for learned in featurizer.learned_ for array in learned)
    assert {type(value).__module__.split(".")[0] for value in vars(featurizer).values()} == {
        "builtins"
    }


def test_short_windows_are_refused(curves):
    with pytest.raises(
        InputError, match=r"needs a window of at least 9 points, got 8\. Widen the window"
    ):
        FEATURIZERS["minirocket"](window=(0, 8)).fit(curves)
