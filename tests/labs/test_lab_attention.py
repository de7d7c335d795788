"""Lab 8: hidden windows, and the rotation of the first layer."""

import numpy as np
import pytest

from nmr_core.labs.attention import CENTRES, LookedAt
from nmr_core.labs.descrambling import descrambled

LAB = LookedAt()


def _roughness(layer, rotation, inputs):
    outputs = rotation @ layer.T @ inputs.T
    return np.sum(np.diff(outputs, 2, axis=0) ** 2)


def test_the_rotation_is_the_smoothest_one():
    rng = np.random.default_rng(2)
    layer, inputs = rng.normal(size=(6, 5)), rng.normal(size=(40, 6))
    inputs -= inputs.mean(axis=0)
    after = descrambled(layer, inputs).after / inputs.std(axis=0)
    rotation = after @ np.linalg.pinv(layer.T)
    np.testing.assert_allclose(rotation @ rotation.T, np.eye(5), atol=1e-9)
    best = _roughness(layer, rotation, inputs)
    for _ in range(200):
        other = np.linalg.qr(rng.normal(size=(5, 5)))[0]
        assert _roughness(layer, other, inputs) > best


def test_the_patterns_are_those_of_a_layer_that_was_mixed():
    """Two clean detectors, mixed into eight neurons, are found again by their variances."""
    rng = np.random.default_rng(3)
    inputs = rng.normal(size=(500, 4)) * [3, 1, 1, 1]
    inputs -= inputs.mean(axis=0)
    mixing = np.linalg.qr(rng.normal(size=(8, 8)))[0][:2]
    layer = descrambled(np.eye(4)[:, :2] @ mixing, inputs)
    assert layer.fractions[:2].sum() == pytest.approx(1)
    pattern = layer.patterns[0] / np.abs(layer.patterns[0]).max()
    np.testing.assert_allclose(pattern, [1, 0, 0, 0], atol=0.1)


def test_d_is_read_from_the_echo_and_xi_from_nowhere():
    d, xi = LAB.run({"centre": 100}), LAB.run({"target": "xi"})
    assert d.number("hidden").value > 2 * d.number("whole").value
    assert not d.number("worst").note
    assert "not estimated" in xi.number("worst").note


def test_a_window_after_the_echo_does_not_matter():
    result = LAB.run({})
    late = result.errors[CENTRES.index(125) :]
    np.testing.assert_allclose(late, np.tile(result.whole, (len(late), 1)), rtol=0.1)


def test_another_echo_misleads_more_than_the_mean():
    states = [{"centre": 100, "by": by} for by in ("mean echo", "another echo")]
    mean, other = (LAB.run(state).number("hidden").value for state in states)
    assert other > mean
