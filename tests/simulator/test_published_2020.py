"""The preset of the 2020 challenge against the published code, for the same offsets."""

import numpy as np
import published_2020
import pytest
from published_2020 import published_echo
from scipy.linalg import expm

from nmr_core import preset, simulate
from nmr_core.simulator.counter_rotating import counter_rotating_factor
from nmr_core.simulator.offsets import draw_offsets

SIDE = 12
SAMPLES = (
    {"alpha": 0.18, "xi": 7.0, "p": 2.2, "d": 3.5},
    {"alpha": 0.06, "xi": 13.0, "p": 3.4, "d": 5.0},
)


def rms(difference: np.ndarray) -> float:
    return float(np.sqrt((np.abs(difference) ** 2).mean()))


@pytest.fixture(scope="module", params=SAMPLES, ids=lambda sample: f"alpha {sample['alpha']}")
def case(request):
    """Own parameters, offsets, and the published echo."""
    offsets = draw_offsets(preset("ml4sci_2020").build(n_x=SIDE, n_y=SIDE).sample, 3)
    return request.param, offsets, published_echo(**request.param, offsets=offsets)


def difference(name: str, case, dtype: str = "float64", **changes) -> float:
    """Rms difference of an echo of a preset from the published one."""
    parameters, offsets, expected = case
    experiment = preset(name).build(**parameters, n_x=SIDE, n_y=SIDE, **changes)
    return rms(simulate(experiment, offsets=offsets, dtype=dtype).signal - expected)


def test_the_preset_is_the_published_code(case):
    assert difference("ml4sci_2020", case) < 1e-12
    assert difference("ml4sci_2020", case, "float32") < 2e-6


def test_without_any_of_its_terms_it_is_not(case):
    """The secular echo, the average over the step, and a coupling along x."""
    visible = 0.01 if case[0]["alpha"] > 0.1 else 1e-4
    assert difference("ml4sci_2020_secular", case) > visible
    assert difference("ml4sci_2020", case, carrier_phase="average") > visible
    assert difference("ml4sci_2020", case, carrier_axis=0.0) > visible


def test_the_exponential_of_the_port():
    A = np.random.default_rng(0).normal(size=(3, 4, 4)) + 1j
    np.testing.assert_allclose(published_2020.exponential(A), expm(A), rtol=1e-12)


def test_the_factor_of_a_step():
    protocol = preset("ml4sci_2020").build().protocol
    average = preset("ml4sci_2020").build(carrier_phase="average").protocol
    s, h = 3.0, 1e-4
    at_the_end = -np.exp(20j * (s + h))
    assert counter_rotating_factor(protocol, s, h) == pytest.approx(at_the_end, rel=1e-12)
    assert counter_rotating_factor(average, s, h) == pytest.approx(at_the_end, rel=2e-3)
    assert abs(counter_rotating_factor(average, s, np.pi / 10)) < 1e-12
    assert abs(counter_rotating_factor(protocol, s, np.pi / 10)) == pytest.approx(1)


def test_the_quick_port_is_the_loop(case):
    parameters, offsets, expected = case
    quick = published_2020.quick_published_echo(**parameters, offsets=offsets)
    np.testing.assert_allclose(quick, expected, rtol=0, atol=1e-12)


def test_offsets_of_the_published_code():
    """On a grid of as many values as spins, with replacement, half of the line within its width."""
    offsets = published_2020.published_offsets(np.random.default_rng(0))
    steps = (offsets + 0.25) / (0.5 / 2499)
    np.testing.assert_allclose(steps, np.round(steps), rtol=0, atol=1e-6)
    assert len(np.unique(offsets)) < 2000
    # (2/pi) arctan(1) over the part of the Lorentzian that the cut leaves
    expected = 0.5 / (2 / np.pi * np.arctan(10))
    assert np.mean(abs(offsets) < 0.025) == pytest.approx(expected, abs=0.04)
