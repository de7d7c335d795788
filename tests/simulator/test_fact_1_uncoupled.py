"""physics.md, section 6, fact 1: without coupling M(t) is known exactly."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from scipy.integrate import quad

from nmr_core import preset, simulate
from nmr_core.simulator.analytic import characteristic_function, uncoupled_magnitude

LINE_WIDTH, CUTOFF = 0.05, 0.25
PRESETS = ("ml4sci_2020_secular", "cuda_2023")


def uncoupled(name: str, **changes):
    return preset(name).build(alpha_x=0.0, alpha_y=0.0, alpha_z=0.0, **changes)


def lorentzian_chi(s: float) -> float:
    """Integral of cos(delta s) over the truncated Lorentzian, by adaptive quadrature."""
    g = LINE_WIDTH / 2

    def density(delta):
        return g / (delta**2 + g**2) / (2 * np.arctan(CUTOFF / g))

    return 2 * quad(density, 0, CUTOFF, weight="cos", wvar=s)[0]


def test_characteristic_function_is_the_integral_over_the_truncated_lorentzian():
    s = np.array([0.0, 1.0, 30.0, 150.0, 600.0])
    assert_allclose(
        characteristic_function(s, LINE_WIDTH, CUTOFF),
        [lorentzian_chi(x) for x in s],
        rtol=0,
        atol=1e-9,
    )


@pytest.mark.parametrize("name", PRESETS)
def test_stratified_echo_is_the_characteristic_function_times_the_decay(name):
    experiment = uncoupled(
        name, n_x=128, n_y=128, offsets="stratified", gamma_1=2e-4, gamma_2=3e-4, gamma_3=1e-3
    )
    assert_allclose(
        np.abs(simulate(experiment).signal), uncoupled_magnitude(experiment), rtol=0, atol=2e-6
    )


def test_free_induction_decay_has_the_pulse_phase_and_the_shape_of_the_line():
    """90 about x turns +z to -y for exp(-i ...), to +y for exp(+i ...); offsets shrink M."""
    experiment = uncoupled(
        "ml4sci_2020_secular", n_x=128, n_y=128, offsets="stratified", record="all", gamma_3=0.0
    )
    before = experiment.protocol.time <= experiment.protocol.pulse_times[1]
    before[np.flatnonzero(before)[-1]] = False  # the instant of the second pulse stands twice
    chi = np.array([lorentzian_chi(2 * np.pi * t) for t in experiment.protocol.time[before]])
    for sense in (-1, 1):
        signal = simulate(experiment.replace(sense=sense)).signal[before]
        assert_allclose(signal, 0.5j * sense * chi, rtol=0, atol=2e-6)


def test_free_induction_decay_does_not_know_the_second_pulse():
    experiment = preset("cuda_2023").build(n_x=8, n_y=9, tau=5.0)
    a, b = (
        simulate(experiment.replace(angle_2=angle, phase_2=angle)).signal for angle in (180, 70)
    )
    n = experiment.protocol.n_tau + 1
    assert a[:n].tobytes() == b[:n].tobytes()
    assert np.abs(a[n:] - b[n:]).max() > 0.01


@given(
    seed=st.integers(0, 2**32),
    gamma_3=st.floats(0, 0.01),
    spread=st.floats(0.001, 0.25),
    name=st.sampled_from(PRESETS),
)
def test_echo_refocuses_to_round_off_for_any_offsets(seed, gamma_3, spread, name):
    experiment = uncoupled(name, n_x=5, n_y=3, gamma_3=gamma_3)
    offsets = np.random.default_rng(seed).normal(0, spread, (5, 3))
    protocol = experiment.protocol
    at_echo = np.isclose(protocol.time, protocol.echo_time, rtol=0, atol=1e-9 * protocol.dt)
    signal = simulate(experiment, offsets=offsets).signal[at_echo]
    expected = 0.5 * np.exp(-gamma_3 * 2 * np.pi * protocol.echo_time / 2)
    assert len(signal) == 1
    assert_allclose(np.abs(signal), [expected], rtol=0, atol=1e-13)


def test_peak_is_the_echo():
    echo = simulate(
        uncoupled("ml4sci_2020_secular", n_x=30, n_y=30, offsets="stratified", gamma_3=0.0)
    )
    assert_allclose(echo.peak, (echo.experiment.protocol.echo_time, 0.5), rtol=0, atol=1e-9)
