"""physics.md, section 6, fact 5: "sum" takes xi out of a power law, so that nobody can learn it from such curves."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from nmr_core import Experiment, Material, preset, simulate


@given(xi=st.floats(0.05, 1000), p=st.floats(1, 6))
def test_power_law_with_sum_does_not_depend_on_xi(xi, p):
    one, other = (Experiment(Material("power_law", xi=x, p=p, normalisation="sum")).interaction for x in (1.0, xi))
    assert_allclose(other, one, rtol=1e-12)


def test_nor_does_its_echo():
    experiment = preset("ml4sci_2020").build(alpha=0.1, n_x=10, n_y=10, tau=20.0)
    one, other = (simulate(experiment.replace(xi=xi)).signal for xi in (1.0, 17.3))
    assert_allclose(other, one, rtol=0, atol=1e-12)


def test_without_sum_xi_matters():
    one, other = (Experiment(Material("power_law", xi=xi)).interaction for xi in (1.0, 2.0))
    assert_allclose(other, 4 * one, rtol=1e-12)
    assert np.abs(one).max() == 1
