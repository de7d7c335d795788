"""physics.md, section 6, fact 5: "sum" takes xi out of a power law, so that nobody can learn it
from such curves.
"""

import numpy as np
import pytest
from any_physics import WEIGHTS, samples
from hypothesis import assume, given
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from nmr_core import Experiment, InputError, Material, Sample, preset, simulate


@given(xi=st.floats(0.05, 1000), p=st.floats(1, 6))
def test_power_law_with_sum_does_not_depend_on_xi(xi, p):
    one, other = (
        Experiment(Material("power_law", xi=x, p=p, normalisation="sum")).interaction
        for x in (1.0, xi)
    )
    assert_allclose(other, one, rtol=1e-12)


@given(
    sample=samples,
    xi=st.floats(0.05, 1000),
    p=st.floats(1, 6),
    weights=st.sampled_from(sorted(WEIGHTS)),
    sign=st.sampled_from(["uniform", "alternating"]),
)
def test_nor_on_any_lattice_with_any_weights_and_signs(sample, xi, p, weights, sign):
    """To 1e-12 of the largest K, as far as W is no difference of much larger numbers."""
    one, other = (
        Experiment(
            Material("power_law", xi=x, p=p, normalisation="sum", sign=sign, **WEIGHTS[weights]),
            sample=sample,
        )
        for x in (1.0, xi)
    )
    plain = one.replace(normalisation="none").interaction
    assume(abs(plain.sum()) > 0.01 * np.abs(plain).sum())
    assert pytest.approx(1, abs=1e-11) == one.W
    assert_allclose(
        other.interaction, one.interaction, rtol=0, atol=1e-12 * np.abs(one.interaction).max()
    )


@pytest.mark.parametrize("weights", [{"s_w": 0.0, "p_w": 1.0}, {"s_w": 0.0, "d_w": 1.0}])
@pytest.mark.parametrize("kernel", ["power_law", "gaussian", "rkky"])
def test_what_adds_up_to_zero_cannot_be_divided_by_its_sum(weights, kernel):
    experiment = Experiment(Material(kernel, normalisation="sum", **weights), sample=Sample(6, 6))
    with pytest.raises(
        InputError,
        match=r"adds up to zero, so it cannot be divided by its sum\. Use normalisation \"none\"",
    ):
        _ = experiment.interaction


def test_nor_does_its_echo():
    experiment = preset("ml4sci_2020_secular").build(alpha=0.1, n_x=10, n_y=10, tau=20.0)
    one, other = (simulate(experiment.replace(xi=xi)).signal for xi in (1.0, 17.3))
    assert_allclose(other, one, rtol=0, atol=1e-12)


def test_without_sum_xi_matters():
    one, other = (Experiment(Material("power_law", xi=xi)).interaction for xi in (1.0, 2.0))
    assert_allclose(other, 4 * one, rtol=1e-12)
    assert np.abs(one).max() == 1
