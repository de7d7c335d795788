"""Pulses against spin-1/2 matrices, and the sampling grid of a sequence."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from scipy.linalg import expm

from nmr_core import InputError, Protocol
from nmr_core.pulses import Pulse, Steps
from nmr_core.simulator.reference import IX, IY, IZ


@given(angle=st.floats(-720, 720), phase=st.floats(-720, 720), sense=st.sampled_from([-1, 1]))
def test_rotation_is_what_the_operator_does_to_a_spin(angle, phase, sense):
    f = np.radians(phase)
    U = expm(1j * sense * np.radians(angle) * (np.cos(f) * IX + np.sin(f) * IY))
    expected = [
        [2 * np.trace(a @ U @ b @ U.conj().T).real for b in (IX, IY, IZ)] for a in (IX, IY, IZ)
    ]
    assert_allclose(Pulse(angle, phase, sense).rotation(), expected, rtol=0, atol=1e-13)


@pytest.mark.parametrize(
    ("pulse", "start", "end"),
    [
        (Pulse(90, 0, -1), (0, 0, 1), (0, -1, 0)),
        (Pulse(90, 0, +1), (0, 0, 1), (0, 1, 0)),
        (Pulse(90, 90, -1), (0, 0, 1), (1, 0, 0)),
        (Pulse(180, 90, -1), (1, 1, 0), (-1, 1, 0)),
        (Pulse(180, 0, +1), (1, 1, 0), (1, -1, 0)),
    ],
)
def test_textbook_pulses(pulse, start, end):
    assert_allclose(pulse.rotation() @ start, end, atol=1e-15)


def test_a_hahn_echo_is_two_pulses_and_two_delays():
    protocol = Protocol(tau=1.0, dt=0.3, angle_1=80, phase_1=10, angle_2=170, phase_2=20, sense=-1)
    assert protocol.events == (Pulse(80, 10, -1), Steps(3), Pulse(170, 20, -1), Steps(6))
    assert protocol.pulse_times == (0, pytest.approx(0.9))
    assert protocol.echo_time == pytest.approx(1.8)


def test_what_is_recorded_when():
    after, before, every = (
        Protocol(tau=1.0, dt=0.5, record=record).time for record in ("after", "before", "all")
    )
    assert_allclose(after, [0.5, 1, 1.5, 2, 2.5, 3])
    assert_allclose(before, [0, 0.5, 1, 1.5, 2, 2.5])
    assert_allclose(every, [0, 0.5, 1, 1, 1.5, 2, 2.5, 3])


@pytest.mark.parametrize("n", [3, 10, 49, 1000])
def test_a_tau_of_whole_steps_is_not_cut_by_rounding(n):
    assert Protocol(tau=n * 0.1, dt=0.1).n_tau == n


def test_sequences_that_are_too_short_or_too_long_are_refused():
    with pytest.raises(
        InputError, match=r"tau must be at least one step dt, got tau = 0\.1 µs and dt = 0\.2 µs"
    ):
        Protocol(tau=0.1, dt=0.2)
    with pytest.raises(
        InputError, match=r"would need 30,000,000 steps, at most 100,000 .*Make dt larger"
    ):
        Protocol(tau=10_000, dt=1e-3)
