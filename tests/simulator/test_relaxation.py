"""physics.md, section 1: relaxation that conserves the trace, in closed form without field."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from nmr_core import Experiment, Material, Protocol, Sample, simulate
from nmr_core.simulator.reference import liouvillian

RATE = st.floats(0, 0.02)
SAMPLE = Sample(2, 3)
RESONANT = np.zeros((2, 3))


def relaxed(angle: float, gamma_1: float, gamma_2: float, gamma_3: float):
    """The record of uncoupled resonant spins after one pulse about x by ``angle``.

    The second pulse does nothing.
    """
    material = Material(alpha_x=0, alpha_y=0, gamma_1=gamma_1, gamma_2=gamma_2, gamma_3=gamma_3)
    protocol = Protocol(tau=20.0, angle_1=angle, angle_2=0, sense=-1, record="all")
    return simulate(Experiment(material, protocol, SAMPLE), offsets=RESONANT)


@given(gamma_1=RATE, gamma_2=RATE, gamma_3=RATE)
def test_mz_relaxes_to_its_equilibrium(gamma_1, gamma_2, gamma_3):
    """m_z = m_eq + (1/2 - m_eq) exp(-(gamma_1 + gamma_2) s).

    m_eq = (gamma_1 - gamma_2)/(2 (gamma_1 + gamma_2)).
    """
    echo = relaxed(0, gamma_1, gamma_2, gamma_3)
    R1 = gamma_1 + gamma_2
    equilibrium = (gamma_1 - gamma_2) / (2 * R1) if R1 else 0.5
    assert_allclose(
        echo.mz,
        equilibrium + (0.5 - equilibrium) * np.exp(-R1 * 2 * np.pi * echo.time),
        rtol=0,
        atol=1e-12,
    )
    assert_allclose(echo.signal, 0, atol=1e-15)


@given(gamma_1=RATE, gamma_2=RATE, gamma_3=RATE)
def test_transverse_polarisation_decays_with_half_the_sum_of_the_rates(gamma_1, gamma_2, gamma_3):
    echo = relaxed(90, gamma_1, gamma_2, gamma_3)
    decay = np.exp(-(gamma_1 + gamma_2 + gamma_3) / 2 * 2 * np.pi * echo.time)
    assert_allclose(echo.signal, -0.5j * decay, rtol=0, atol=1e-12)


def test_every_channel_of_the_liouvillian_conserves_the_trace():
    for k in range(3):
        generator = liouvillian(np.array([0.1, 0.2, 0.3]), tuple(np.eye(3)[k]))
        assert_allclose(np.array([1, 0, 0, 1]) @ generator, 0, atol=1e-15)
