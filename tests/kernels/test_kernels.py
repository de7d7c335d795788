"""Every kernel against its equation in physics.md, section 2."""

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from nmr_core import KERNELS, Experiment, Material, Sample
from nmr_core.kernels import kernel_parameters

R = st.floats(0.5, 40)
XI = st.floats(0.3, 30)


def one(kernel: str, r: float, xi: float, p: float = 2.0) -> float:
    return float(KERNELS[kernel](np.array([r]), xi=xi, p=p)[0])


@given(r=R, xi=XI, p=st.floats(0.5, 4))
def test_gaussian(r, xi, p):
    assert one("gaussian", r, xi, p) == pytest.approx(math.exp(-((r / xi) ** p)), rel=1e-12)


@given(r=R, xi=XI, p=st.floats(0.5, 8))
def test_power_law(r, xi, p):
    assert one("power_law", r, xi, p) == pytest.approx((xi / r) ** p, rel=1e-12)


@given(r=R, xi=XI)
def test_constant(r, xi):
    assert one("constant", r, xi) == 1


def exact_rkky(x: Fraction) -> float:
    """x^-4 (x cos x - sin x) as its Taylor series, in exact arithmetic."""
    terms = (
        Fraction((-1) ** n * 2 * n, math.factorial(2 * n + 1)) * x ** (2 * n) / x**3
        for n in range(1, 40)
    )
    return float(sum(terms))


@given(x=st.one_of(st.floats(1e-4, 0.1), st.floats(0.1, 12)))
def test_rkky(x):
    assert one("rkky", x, 2.0) == pytest.approx(exact_rkky(Fraction(x)), rel=1e-11, abs=1e-14)


def test_rkky_is_smooth_where_its_series_takes_over():
    x = np.linspace(0.0499, 0.0501, 41)
    K = KERNELS["rkky"](x, xi=2.0, p=2.0) * x
    slope = np.diff(K)
    # A step of 1e-9 at the join would stand out a hundredfold
    assert_allclose(slope, slope.mean(), rtol=0.01)


def test_rkky_is_minus_one_over_3x_at_short_distance_so_that_w_is_negative():
    assert one("rkky", 1e-3, 2.0) == pytest.approx(-1 / 3e-3, rel=1e-6)
    assert Experiment(Material("rkky", xi=6.0), sample=Sample(20, 20)).W < 0
    assert Experiment(Material("rkky", xi=6.0, alpha_x=0.1), sample=Sample(20, 20)).omega_p > 0


@pytest.mark.parametrize("name", KERNELS)
def test_contract(name):
    kernel = KERNELS[name]
    r = np.array([[1.0, 2.0], [5.0, 0.7]])
    cos_theta = np.array([[1.0, 0.6], [-0.8, 0.0]])
    unchanged = r.copy()
    point = {spec.name: 2.5 for spec in kernel_parameters().values()}
    values = kernel(r, cos_theta, **point)
    assert kernel.name == name
    assert values.shape == r.shape
    assert values.dtype == np.float64
    assert (r == unchanged).all()
    own = {spec.name for spec in kernel.parameters}
    for spec in kernel_parameters().values():
        moved = kernel(r, cos_theta, **point | {spec.name: 3.5})
        assert np.allclose(moved, values) != (spec.name in own), f"K depends on {spec.name}"
    for spec in kernel.parameters:
        assert kernel_parameters()[spec.name] == spec, "a name means the same in every kernel"
        assert spec.scale in ("linear", "log")
        assert spec.low <= spec.default <= spec.high
        assert spec.description.endswith(".")
    assert {search.name for search in kernel.searches} <= own
    assert np.allclose(kernel(r, cos_theta, **point), kernel(r, -cos_theta, **point)), (
        "K(-r) = K(r)"
    )
    assert np.allclose(kernel(r, 0.3, **point), values) != kernel.angular
    assert kernel.label
    assert kernel.equation.startswith(r"K(r, \theta) = " if kernel.angular else "K(r) = ")
