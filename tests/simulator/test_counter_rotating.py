"""The counter-rotating half of the transverse coupling, against the laboratory frame in which there
is nothing to drop.
"""

import numpy as np
import pytest
from any_physics import Naive, coupled, offsets_of, protocol, signal
from numpy.testing import assert_allclose
from scipy.integrate import solve_ivp

from nmr_core import Experiment, Material, Sample, preset, simulate, simulate_batch
from nmr_core.simulator.batch import Batch

SAMPLE = Sample(3, 4)
OFFSETS = offsets_of(SAMPLE, 6)
DURATION, COUPLING, CARRIER = 3.0, 0.05, 1.7


def laboratory(start: np.ndarray, J: np.ndarray, duration: float) -> np.ndarray:
    """M in the rotating frame after ``duration`` µs, from H = -(nu0 + delta) Iz - 2 alpha B_x Ix -
    alpha_z B_z Iz.

    Half of a coupling of the x components alone co-rotates: the rotating frame sees alpha_x =
    alpha_y = alpha.
    """

    def rate(_, flat):
        m = flat.reshape(-1, 3)
        B = J @ m
        omega = np.stack(
            [2 * COUPLING * B[:, 0], 0 * B[:, 1], CARRIER + OFFSETS.ravel() + 0.1 * B[:, 2]], axis=1
        )
        return np.cross(m, omega).ravel()

    s = 2 * np.pi * duration
    m = (
        solve_ivp(rate, (0, s), start.ravel(), "DOP853", rtol=1e-11, atol=1e-12)
        .y[:, -1]
        .reshape(-1, 3)
    )
    return signal(m) * np.exp(1j * CARRIER * s)


def after_a_pulse(**changes) -> Experiment:
    material = Material("gaussian", xi=1.5, alpha_x=COUPLING, alpha_y=COUPLING, alpha_z=0.1)
    return Experiment(material, protocol("fid", acquire=DURATION, **changes), SAMPLE)


def test_the_rotating_frame_with_counter_rotating_terms_is_the_laboratory():
    experiment = after_a_pulse(
        carrier=CARRIER, integrator="exponential_midpoint", dt=DURATION / 400
    )
    naive = Naive(experiment, OFFSETS)
    expected = laboratory(
        naive.start @ experiment.protocol.pulses[0].rotation().T, naive.J, DURATION
    )
    assert_allclose(signal(naive.exact())[-1], expected, rtol=0, atol=1e-9)
    coarse, fine, secular = (
        abs(simulate(experiment.replace(**changes), offsets=OFFSETS).signal[-1] - expected)
        for changes in ({}, {"dt": DURATION / 800}, {"carrier": 0.0})
    )
    assert coarse < 1e-4
    assert coarse / fine == pytest.approx(4, rel=0.05)
    assert secular > 50 * coarse


def held(experiment: Experiment, duration: float) -> np.ndarray:
    """m after ``duration`` under the field of the first moment, held, while the counter-rotating
    factor runs on.
    """
    naive = Naive(experiment, OFFSETS)
    m = naive.start @ experiment.protocol.pulses[0].rotation().T
    B = naive.J @ m

    def rate(s, flat):
        return naive.rate(flat.reshape(-1, 3), naive.omega(B, naive.turn(s))).ravel()

    return (
        solve_ivp(rate, (0, 2 * np.pi * duration), m.ravel(), "DOP853", rtol=1e-12, atol=1e-13)
        .y[:, -1]
        .reshape(-1, 3)
    )


@pytest.mark.parametrize("carrier", [0.5, 10.0])
def test_one_step_averages_the_field_that_it_holds(carrier):
    """What the average leaves out is the second Magnus term: h³ while the factor is resolved."""
    errors = []
    for dt in np.array([0.01, 0.005, 0.0025]) / carrier:
        experiment = after_a_pulse(carrier=carrier, dt=dt)
        batch = Batch([experiment], OFFSETS[None], "float64")
        batch.turn(0)
        batch.step()
        m = np.stack(
            [batch.spins.m.real[0], batch.spins.m.imag[0], batch.spins.mz[0]], axis=-1
        ).reshape(-1, 3)
        errors.append(np.abs(m - held(experiment, dt)).max())
    assert errors[0] < 1e-3
    assert [errors[0] / errors[1], errors[1] / errors[2]] == pytest.approx([8, 8], rel=0.15)


def test_a_factor_that_turns_many_times_in_a_step_averages_out():
    """nu0 near 10 MHz: 5 turns in a step of 0.25 µs; what remains falls like alpha/(2 nu0)."""
    few, many = (
        simulate(after_a_pulse(carrier=nu, dt=0.25), offsets=OFFSETS).signal for nu in (10.3, 103.3)
    )
    secular = simulate(after_a_pulse(dt=0.25), offsets=OFFSETS).signal
    assert 1e-5 < np.abs(few - secular).max() < 0.01
    assert np.abs(many - secular).max() < np.abs(few - secular).max() / 5


def test_the_2020_carrier_changes_less_than_the_seed():
    """physics.md, section 1: nu0 = 10 MHz changes the 2020 curves by less than their noise."""
    for alpha, p in ((0.2, 2.0), (0.1, 3.0)):
        plain = preset("ml4sci_2020_secular").build(alpha=alpha, p=p, d=5.0, n_x=20, n_y=20)
        secular = simulate_batch([plain] * 4, [0, 1, 2, 3])
        full = simulate_batch([plain.replace(carrier=10.0)] * 4, [0, 1, 2, 3])

        def rms(curves):
            return np.sqrt((np.abs(curves) ** 2).mean(axis=1))

        by_carrier, by_seed = rms(full - secular), rms(secular[1:] - secular[:-1])
        assert by_carrier.min() > 0
        # The least that two seeds of the full 50 × 50 lattice differ by
        assert by_carrier.max() < 0.009
        assert by_carrier.max() < by_seed.min() / 2


def test_without_a_coupling_the_carrier_is_nowhere():
    experiment = after_a_pulse().replace(alpha_x=0.1, alpha_y=-0.1)
    with_carrier = experiment.replace(carrier=0.3)
    assert_allclose(
        simulate(with_carrier, offsets=OFFSETS).signal,
        simulate(experiment, offsets=OFFSETS).signal,
        atol=1e-13,
    )
    material = coupled(Material("gaussian"), SAMPLE, (0, 0, 1))
    only_z = [
        Experiment(material, protocol("hahn_echo", carrier=carrier), SAMPLE)
        for carrier in (0.0, 0.3)
    ]
    a, b = (simulate(e, offsets=OFFSETS).signal for e in only_z)
    assert_allclose(a, b, rtol=0, atol=1e-13)
