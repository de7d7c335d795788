"""A crystal that is turned in the field: the turned coupling tensor, averaged over the rotation."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nmr_core import Experiment, Material, Protocol, Sample, simulate

alphas = st.tuples(*[st.floats(-0.05, 0.05)] * 3)
SMALL = Experiment(
    Material("gaussian", xi=1.5, alpha_x=0.02, alpha_y=0.02, alpha_z=-0.01),
    Protocol(tau=8, angle_1=70, angle_2=110),
    Sample(6, 5, "iid"),
)


def turned_tensor(alpha: tuple[float, float, float], degrees: float) -> np.ndarray:
    """R A R^T for a turn about y, with its transverse part averaged by 360 turns about z."""
    theta = np.deg2rad(degrees)
    about_y = np.array(
        [[np.cos(theta), 0, np.sin(theta)], [0, 1, 0], [-np.sin(theta), 0, np.cos(theta)]]
    )
    tensor = about_y @ np.diag(alpha) @ about_y.T
    mean = np.zeros((3, 3))
    for phi in np.linspace(0, 2 * np.pi, 360, endpoint=False):
        about_z = np.array(
            [[np.cos(phi), -np.sin(phi), 0], [np.sin(phi), np.cos(phi), 0], [0, 0, 1]]
        )
        mean += about_z @ tensor @ about_z.T / 360
    return mean


@given(alphas, st.floats(1, 180))
def test_couplings_are_those_of_the_averaged_tensor(alpha, orientation):
    names = ("alpha_x", "alpha_y", "alpha_z")
    turned = Experiment().replace(orientation=orientation, **dict(zip(names, alpha, strict=True)))
    expected = turned_tensor(alpha, orientation)
    np.testing.assert_allclose(np.diag(turned.couplings), expected, atol=1e-12)
    assert sum(turned.couplings) == pytest.approx(sum(alpha), abs=1e-12)


def test_without_a_turn_the_couplings_stay_as_given():
    assert Experiment().replace(alpha_x=0.01, alpha_y=0.03).couplings == (0.01, 0.03, 0.0)


@pytest.mark.parametrize("orientation", [90.0, 35.0])
def test_the_echo_is_that_of_the_turned_couplings(orientation):
    turned = SMALL.replace(orientation=orientation)
    names = ("alpha_x", "alpha_y", "alpha_z")
    explicit = SMALL.replace(**dict(zip(names, turned.couplings, strict=True)))
    assert simulate(turned, seed=1).signal.tobytes() == simulate(explicit, seed=1).signal.tobytes()
    assert np.abs(simulate(turned, seed=1).signal - simulate(SMALL, seed=1).signal).max() > 0.01


def test_an_isotropic_coupling_has_no_orientation():
    same = SMALL.replace(alpha_z=0.02)
    turned = simulate(same.replace(orientation=50), seed=1).signal
    np.testing.assert_allclose(turned, simulate(same, seed=1).signal, atol=1e-12)
