"""physics.md, section 6, fact 1: offsets alone refocus; a decay is the line's transform."""

import numpy as np
import pytest
from any_physics import offsets_of, samples, seeds
from hypothesis import assume, given
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from nmr_core import Delay, Experiment, Material, Protocol, Pulse, Sample, simulate
from nmr_core.simulator.analytic import characteristic_function

INTEGRATORS = st.sampled_from(["exponential_euler", "exponential_midpoint"])
RATE = st.floats(0, 0.01)


def uncoupled(protocol: Protocol, sample: Sample, **rates) -> Experiment:
    return Experiment(
        Material("rkky", alpha_x=0, alpha_y=0, alpha_z=0, p_w=1.0, sign="alternating", **rates),
        protocol,
        sample,
    )


def at_echoes(experiment: Experiment, offsets: np.ndarray) -> np.ndarray:
    """|M| at the protocol's echo times, exactly as many points as there are echoes."""
    time, echoes = experiment.protocol.time, experiment.protocol.echo_times
    there = [int(np.abs(time - echo).argmin()) for echo in echoes]
    assert np.abs(time[there] - echoes).max() < 1e-9
    return np.abs(simulate(experiment, offsets=offsets).signal[there])


@given(
    sample=samples,
    seed=seeds,
    n_echoes=st.integers(1, 5),
    phase=st.floats(-180, 180),
    gamma_1=RATE,
    gamma_2=RATE,
    gamma_3=RATE,
    integrator=INTEGRATORS,
    carrier=st.sampled_from([0.0, 10.0]),
)
def test_a_cpmg_train_refocuses_at_every_echo(
    sample, seed, n_echoes, phase, gamma_1, gamma_2, gamma_3, integrator, carrier
):
    protocol = Protocol(
        sequence="cpmg",
        tau=2.0,
        dt=0.25,
        n_echoes=n_echoes,
        phase_2=phase,
        integrator=integrator,
        carrier=carrier,
    )
    experiment = uncoupled(protocol, sample, gamma_1=gamma_1, gamma_2=gamma_2, gamma_3=gamma_3)
    assert protocol.echo_times == tuple(4.0 * k for k in range(1, n_echoes + 1))
    decay = np.exp(-(gamma_1 + gamma_2 + gamma_3) / 2 * 2 * np.pi * np.array(protocol.echo_times))
    assert_allclose(
        at_echoes(experiment, offsets_of(sample, seed, 0.2)), decay / 2, rtol=0, atol=1e-12
    )


@given(sample=samples, seed=seeds, data=st.data())
def test_whatever_the_delays_echo_times_are_where_180_degree_pulses_refocus(sample, seed, data):
    delays = data.draw(st.lists(st.integers(1, 12), min_size=1, max_size=4))
    events = [Pulse(90)]
    for delay in delays:
        events += [Delay(0.5 * delay), Pulse(180, data.draw(st.integers(0, 359)))]
    protocol = Protocol(sequence=(*events, Delay(20.0)), dt=0.5)
    assume(protocol.echo_times)
    magnitude = at_echoes(uncoupled(protocol, sample), offsets_of(sample, seed, 0.2))
    assert_allclose(magnitude, 0.5, rtol=0, atol=1e-12)


@given(sample=samples, seed=seeds, angle=st.floats(20, 160), sense=st.sampled_from([-1, 1]))
def test_a_pulse_of_another_angle_refocuses_in_part_at_the_same_time(sample, seed, angle, sense):
    """M(2 tau) = sin²(beta/2) of the full echo, plus spins that never refocus and average out only
    over many offsets.
    """
    tau = 3.0
    experiment = uncoupled(
        Protocol(tau=tau, dt=0.5, phase_2=90, angle_2=angle, sense=sense), sample
    )
    delta = offsets_of(sample, seed)
    b, phi = np.radians(angle), 2 * np.pi * delta * tau
    # the pulse about y leaves m_y, turns m_x into cos(beta) m_x: m_+ -> cos²(beta/2) m_+ -
    # sin²(beta/2) conj(m_+) (m_z = 0)
    before = 0.5j * sense * np.exp(-1j * phi)
    after = (np.cos(b / 2) ** 2 * before - np.sin(b / 2) ** 2 * before.conj()) * np.exp(-1j * phi)
    there = np.isclose(experiment.protocol.time, 2 * tau)
    assert_allclose(
        simulate(experiment, offsets=delta).signal[there], [after.mean()], rtol=0, atol=1e-12
    )


@pytest.mark.parametrize("text", ["fid", "90x", "90x 20us"])
@pytest.mark.parametrize("sense", [-1, 1])
@pytest.mark.parametrize("lattice", ["square", "hexagonal"])
def test_free_induction_decay_is_the_characteristic_function(text, sense, lattice):
    acquire = 0.0 if "us" in text else 20.0
    experiment = uncoupled(
        Protocol(sequence=text, acquire=acquire, dt=0.5, sense=sense, record="all"),
        Sample(128, 100, lattice=lattice),
        gamma_3=1e-3,
    )
    s = 2 * np.pi * np.arange(41) * 0.5
    expected = 0.5j * sense * characteristic_function(s, 0.05, 0.25) * np.exp(-1e-3 * s / 2)
    assert_allclose(simulate(experiment).signal, expected, rtol=0, atol=5e-6)
    assert abs(expected[-1]) < 0.1
