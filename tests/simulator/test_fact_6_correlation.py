"""physics.md, section 6, fact 6: two FFTs give the direct sum over all pairs, for odd kernels and odd lattices too."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from nmr_core.lattice import displacements
from nmr_core.simulator.field import correlate, correlate_real, spectrum
from nmr_core.simulator.reference import local_field

SHAPES = [(1, 7), (5, 1), (2, 3), (5, 7), (4, 6), (7, 4)]


def kernel_array(kind: str, shape: tuple[int, int], rng: np.random.Generator) -> np.ndarray:
    if kind == "arbitrary":
        return rng.normal(size=shape)
    d_x, d_y = displacements(*shape)
    r = np.hypot(d_x, d_y)
    r[0, 0] = 1
    weight = {"s": np.ones(shape), "p": d_x / r, "d": (d_x**2 - d_y**2) / r**2}[kind]  # cos theta, cos 2 theta
    K = weight * np.exp(-r / 2)
    K[0, 0] = 0
    return K


@given(shape=st.sampled_from(SHAPES), kind=st.sampled_from("spd"), seed=st.integers(0, 999))
def test_fft_correlation_is_the_direct_sum(shape, kind, seed):
    check(shape, kind, seed)


@given(shape=st.sampled_from(SHAPES), seed=st.integers(0, 999))
def test_fft_correlation_is_the_direct_sum_for_a_kernel_without_symmetry(shape, seed):
    check(shape, "arbitrary", seed)


def check(shape, kind, seed):
    rng = np.random.default_rng(seed)
    K = np.stack([kernel_array(kind, shape, rng) for _ in range(2)])
    m, mz = rng.normal(size=(2, *shape)) + 1j * rng.normal(size=(2, *shape)), rng.normal(size=(2, *shape))
    kept = m.copy()
    weights = spectrum(K, np.dtype("float64"))
    B, total = correlate(m, weights)
    assert_allclose(B, [local_field(K[i], m[i]) for i in range(2)], rtol=0, atol=1e-12)
    assert_allclose(total, m.sum(axis=(1, 2)), rtol=0, atol=1e-12)
    assert_allclose(correlate_real(mz, weights), np.array([local_field(K[i], mz[i]) for i in range(2)]), rtol=0, atol=1e-12)
    assert m.tobytes() == kept.tobytes()


def test_the_direct_sum_is_a_correlation():
    """B_i = sum_d K(d) m_(i+d): a kernel that looks one site ahead brings the neighbour's value here."""
    K, m = np.zeros((3, 5)), np.zeros((3, 5))
    K[0, 1], m[1, 3] = 1, 7
    assert local_field(K, m)[1, 2] == 7


def test_an_even_kernel_has_real_weights_and_an_odd_one_complex_ones():
    rng = np.random.default_rng(0)
    assert spectrum(kernel_array("d", (5, 7), rng)[None], np.dtype("float32")).dtype == np.float32
    assert spectrum(kernel_array("p", (5, 7), rng)[None], np.dtype("float32")).dtype == np.complex64
