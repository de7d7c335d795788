"""physics.md, section 6, fact 6: two FFTs give the direct sum over all pairs, for odd kernels and
odd lattices too.
"""

import numpy as np
import pytest
from any_physics import WEIGHTS, materials, pairs, samples, seeds
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from nmr_core import Experiment, Material, Sample
from nmr_core.simulator.field import correlate, correlate_real, spectrum
from nmr_core.simulator.reference import local_field

SHAPES = [(1, 7), (5, 1), (2, 3), (5, 7), (4, 6), (7, 4)]


def interaction(material: Material, sample: Sample) -> np.ndarray:
    return Experiment(material, sample=sample).interaction


def check(K: np.ndarray, seed: int, dtype: str = "float64", tolerance: float = 1e-12) -> None:
    """Fields of random spins under K, (n_curves, n_x, n_y), relative to the largest field that
    there could be.
    """
    rng, n = np.random.default_rng(seed), len(K)
    m, mz = rng.normal(size=K.shape) + 1j * rng.normal(size=K.shape), rng.normal(size=K.shape)
    m, mz = m.astype(np.result_type(dtype, np.complex64)), mz.astype(dtype)
    kept, atol = m.copy(), tolerance * max(1, np.abs(K).sum((1, 2)).max())
    weights = spectrum(K, np.dtype(dtype))
    B, total = correlate(m, weights)
    assert_allclose(B, [local_field(K[i], m[i]) for i in range(n)], rtol=0, atol=atol)
    assert_allclose(total, m.sum(axis=(1, 2)), rtol=0, atol=100 * tolerance)
    assert_allclose(
        correlate_real(mz, weights),
        np.array([local_field(K[i], mz[i]) for i in range(n)]),
        rtol=0,
        atol=atol,
    )
    assert m.tobytes() == kept.tobytes()


@given(sample=samples, several=st.lists(materials(), min_size=1, max_size=3), seed=seeds)
def test_fft_correlation_is_the_direct_sum_for_every_kernel_weight_sign_and_lattice(
    sample, several, seed
):
    check(np.stack([interaction(material, sample) for material in several]), seed)


@given(sample=samples, material=materials(), seed=seeds)
def test_also_in_single_precision(sample, material, seed):
    check(interaction(material, sample)[None], seed, "float32", 2e-6)


@given(shape=st.sampled_from(SHAPES), seed=seeds)
def test_fft_correlation_is_the_direct_sum_for_a_kernel_without_symmetry(shape, seed):
    check(np.random.default_rng(seed).normal(size=(2, *shape)), seed)


def test_the_direct_sum_is_a_correlation():
    """B_i = sum_d K(d) m_(i+d): a kernel one site ahead brings the neighbour's value here."""
    K, m = np.zeros((3, 5)), np.zeros((3, 5))
    K[0, 1], m[1, 3] = 1, 7
    assert local_field(K, m)[1, 2] == 7


@given(sample=samples, material=materials(), seed=seeds)
def test_the_direct_sum_is_a_matrix_of_pairs(sample, material, seed):
    K, m = (
        interaction(material, sample),
        np.random.default_rng(seed).normal(size=(sample.n_x, sample.n_y)),
    )
    assert_allclose(
        local_field(K, m).ravel(),
        pairs(K) @ m.ravel(),
        rtol=0,
        atol=1e-12 * max(1, np.abs(K).sum()),
    )


def test_a_p_wave_looks_ahead_with_plus_and_back_with_minus():
    """On a chain along a_1 with K = cos theta: B_i = m_(i+1) - m_(i-1) + ...; signs by a spin."""
    K = interaction(Material("gaussian", xi=0.3, s_w=0, p_w=1), Sample(7, 1))
    m = np.zeros((7, 1))
    m[3] = 1
    B = local_field(K, m).ravel() / np.exp(-((1 / 0.3) ** 2))
    assert_allclose(B, [0, 0, 1, 0, -1, 0, 0], atol=1e-12)


@pytest.mark.parametrize("lattice", ["square", "hexagonal"])
@pytest.mark.parametrize("weights", WEIGHTS)
def test_even_kernels_have_real_weights_and_others_complex_ones(weights, lattice):
    K = interaction(Material("gaussian", **WEIGHTS[weights]), Sample(5, 6, lattice=lattice))
    assert spectrum(K[None], np.dtype("float32")).dtype == (
        np.complex64 if "p" in weights else np.float32
    )


def test_an_odd_kernel_is_not_dropped_beside_one_that_is_much_stronger():
    odd, strong = (
        interaction(Material("gaussian", **weights), Sample(5, 6)) for weights in (WEIGHTS["p"], {})
    )
    K = np.stack([odd, 1e14 * strong])
    m = np.random.default_rng(2).normal(size=(2, 5, 6)) + 0j
    B, _ = correlate(m, spectrum(K, np.dtype("float64")))
    assert_allclose(B[0], local_field(odd, m[0]), rtol=0, atol=1e-12)
