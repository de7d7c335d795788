"""Lab 10: forces are derivatives, energy is conserved, and the wall is where it was learned."""

import numpy as np
import pytest

from nmr_core.labs.dynamics import Dynamics
from nmr_core.labs.lennard_jones import gaussians
from nmr_core.labs.molecular_dynamics import learned_curve, move, true_curve
from nmr_core.labs.network import Options, train

LAB = Dynamics()


def _curves():
    r = np.linspace(0.95, 3, 20)
    training = train(gaussians(r, start=0.95), np.cos(r), Options(n_hidden=12, epochs=50))
    return training, learned_curve(training, 0.95)


def test_the_learned_curve_is_the_network():
    training, curve = _curves()
    r = np.array([0.8, 1.3, 2.2])
    own = [curve(one)[0] for one in r]
    np.testing.assert_allclose(own, training.predict(gaussians(r, start=0.95))[:, 0], atol=1e-5)


@pytest.mark.parametrize("curve", [true_curve, _curves()[1]])
def test_the_slope_is_that_of_differences(curve):
    for r in (0.9, 1.2, 2.0):
        difference = (curve(r + 1e-6)[0] - curve(r - 1e-6)[0]) / 2e-6
        assert curve(r)[1] == pytest.approx(difference, rel=1e-6, abs=1e-8)


def test_the_atoms_turn_where_their_energy_is_the_potential():
    path = move(true_curve, 1.0)
    assert true_curve(path.r.min())[0] == pytest.approx(path.energy[0], abs=0.01)
    np.testing.assert_allclose(path.energy, path.energy[0], atol=0.005)


def test_a_motion_that_is_reversed_returns():
    path = move(true_curve, 1.0)
    back = -path.v[np.argmin(np.abs(path.r[50:] - 2.5)) + 50]
    assert back == pytest.approx(-1.0, abs=0.02)


def test_slow_atoms_turn_where_they_should_and_fast_ones_pass():
    slow, fast = LAB.run({"speed": 0.0}), LAB.run({"speed": 3.0})
    assert slow.number("closest").value == pytest.approx(slow.number("true").value, abs=0.01)
    assert np.isnan(fast.number("closest").value)
    assert "pass through" in fast.number("closest").note
    assert fast.number("drift").value < 0.01
