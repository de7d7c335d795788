"""physics.md, section 6, fact 4: the lattice has no origin, and equal couplings have no preferred transverse axis."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from nmr_core import Experiment, Material, Protocol, Sample, simulate

SAMPLE = Sample(6, 7, offsets="iid")
OFFSETS = np.random.default_rng(1).normal(0, 0.05, (6, 7))


def echo(offsets=OFFSETS, turned=0.0, **material) -> np.ndarray:
    protocol = Protocol(tau=8.0, angle_2=140, phase_1=turned, phase_2=30 + turned)
    return simulate(Experiment(Material(**material), protocol, SAMPLE), offsets=offsets).signal


@given(shift=st.tuples(st.integers(-6, 6), st.integers(-7, 7)), kernel=st.sampled_from(["gaussian", "rkky"]))
def test_shifting_offsets_by_a_lattice_vector_changes_nothing(shift, kernel):
    material = {"kernel": kernel, "xi": 2.0, "alpha_x": 0.03, "alpha_y": 0.02, "alpha_z": 0.01}
    shifted = np.roll(OFFSETS, shift, axis=(0, 1))
    assert_allclose(echo(shifted, **material), echo(**material), rtol=0, atol=1e-12)


def test_where_the_offsets_lie_matters_otherwise():
    shuffled = np.random.default_rng(2).permutation(OFFSETS.ravel()).reshape(6, 7)
    assert np.abs(echo(shuffled) - echo()).max() > 1e-3


@given(angle=st.floats(-180, 180))
def test_turning_both_pulse_phases_turns_the_signal(angle):
    material = {"alpha_x": 0.03, "alpha_y": 0.03, "alpha_z": 0.02, "gamma_3": 1e-3}
    expected = echo(**material) * np.exp(1j * np.radians(angle))
    assert_allclose(echo(turned=angle, **material), expected, rtol=0, atol=1e-12)


def test_unequal_couplings_do_prefer_an_axis():
    a, b = (echo(turned=turned, alpha_x=0.05, alpha_y=0.01) for turned in (0.0, 40.0))
    assert np.abs(np.abs(a) - np.abs(b)).max() > 1e-3
