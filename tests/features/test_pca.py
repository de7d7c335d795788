"""Principal components: the directions and sizes of curves that were made from known ones."""

import numpy as np
import pytest

from nmr_core import FEATURIZERS, InputError


@pytest.fixture(scope="module")
def curves():
    """400 curves of 60 points: three orthogonal shapes with standard deviations 3, 1 and .1."""
    rng = np.random.default_rng(0)
    shapes = np.linalg.qr(rng.normal(size=(120, 3)))[0].T
    x = rng.normal(size=(400, 3)) * (3, 1, 0.1) @ shapes + 5
    return (x[:, :60] + 1j * x[:, 60:])[:, None].astype(np.complex64)


@pytest.mark.parametrize("whiten", [0.0, 0.5, 1.0])
def test_sizes_follow_the_exponent_and_their_mean_is_one(curves, whiten):
    found = FEATURIZERS["pca"](n_components=3, whiten=whiten).fit_transform(curves)
    sd = found.std(0)
    expected = np.array([3, 1, 0.1]) ** (1 - whiten)
    np.testing.assert_allclose(sd / sd[1], expected, rtol=0.12)
    assert (found.astype(float) ** 2).mean() == pytest.approx(1, rel=0.01)
    np.testing.assert_allclose(found.mean(0), 0, atol=1e-4)
    correlation = np.corrcoef(found.T)
    assert np.abs(correlation - np.eye(3)).max() < 1e-3


def test_components_beyond_the_rank_are_zero_and_not_noise(curves):
    found = FEATURIZERS["pca"](n_components=40, whiten=1.0).fit_transform(curves[:20])
    assert found.shape == (20, 20)
    alive = found.std(0) > 1e-3
    assert 3 <= alive.sum() <= 20
    assert np.isfinite(found).all()
    repeated = FEATURIZERS["pca"](whiten=1.0).fit_transform(np.repeat(curves[:3], 10, axis=0))
    assert (repeated.std(0) > 1e-3).sum() == 2


def test_the_same_curves_give_the_same_components(curves):
    a, b = (FEATURIZERS["pca"](n_components=5).fit(curves) for _ in range(2))
    assert a.directions_.tobytes() == b.directions_.tobytes()
    assert a.transform(curves).tobytes() == b.transform(curves).tobytes()


def test_more_curves_than_needed_are_thinned_evenly(curves, monkeypatch):
    monkeypatch.setattr("nmr_core.features.pca.MAX_CURVES", 50)
    chosen = np.linspace(0, 399, 50).astype(int)
    many, few = (
        FEATURIZERS["pca"](n_components=4).fit(curves),
        FEATURIZERS["pca"](n_components=4).fit(curves[chosen]),
    )
    assert many.directions_.tobytes() == few.directions_.tobytes()


def test_settings_have_their_own_components(curves):
    two = np.concatenate([curves, curves[::-1] * 10], axis=1)
    featurizer = FEATURIZERS["pca"](n_components=3).fit(two)
    assert featurizer.directions_.shape == (2, 120, 3)
    assert featurizer.get_feature_names_out().tolist() == [
        f"s{k}__pca__re+im__{c}" for k in range(2) for c in range(3)
    ]
    found = featurizer.transform(two)
    np.testing.assert_allclose(np.abs(found[::-1, :3]), np.abs(found[:, 3:]), atol=2e-3)


def test_one_curve_is_refused(curves):
    with pytest.raises(InputError, match=r"need at least 2 curves, got 1\. Train on more"):
        FEATURIZERS["pca"]().fit(curves[:1])
