"""The jitted functions against twins that anyone can read."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from scipy.linalg import expm

from nmr_core.simulator._propagate import MAX_NORM, rotate_float32, rotate_float64, weigh

ROTATE = {"float32": (rotate_float32, 2e-6), "float64": (rotate_float64, 1e-14)}


def exact(m, omega, R2, R1, g) -> np.ndarray:
    """m after s = 1 of dm/ds = m × omega - (R2 m_x, R2 m_y, R1 m_z - g), by a 4 × 4 exponential."""
    wx, wy, wz = omega
    A = np.array([[-R2, wz, -wy, 0], [-wz, -R2, wx, 0], [wy, -wx, -R1, g], [0, 0, 0, 0]])
    return (expm(A) @ [*m, 1])[:3]


@pytest.mark.parametrize("dtype", ROTATE)
@given(
    seed=st.integers(0, 10_000),
    n_sub=st.lists(st.integers(1, 9), min_size=3, max_size=3),
    relaxing=st.booleans(),
)
def test_rotate_is_the_exponential_of_every_spin(dtype, seed, n_sub, relaxing):
    rng, n, (rotate, tolerance) = np.random.default_rng(seed), 5, ROTATE[dtype]
    m, B = (rng.uniform(-0.3, 0.3, (3, 2 * n)).astype(dtype) for _ in range(2))
    mz, Bz, delta = (rng.uniform(-0.3, 0.3, (3, n)).astype(dtype) for _ in range(3))
    couplings = rng.uniform(-1, 1, (3, 4)).astype(dtype)
    rates = [(rng.uniform(0, 0.1, 3) * relaxing).astype(dtype) for _ in range(3)]
    expected = np.empty((3, n, 3))
    for i in range(3):
        for j in range(n):
            c_xx, c_xy, c_yy, c_zz = couplings[i]
            B_x, B_y = B[i, 2 * j : 2 * j + 2]
            omega = np.array(
                [c_xx * B_x + c_xy * B_y, c_xy * B_x + c_yy * B_y, delta[i, j] + c_zz * Bz[i, j]]
            )
            start = m[i, 2 * j], m[i, 2 * j + 1], mz[i, j]
            expected[i, j] = exact(
                start, n_sub[i] * omega, *(n_sub[i] * float(rate[i]) for rate in rates)
            )
    rotate(m, mz, B, Bz, delta, couplings, *rates, np.array(n_sub))
    assert_allclose(
        np.stack([m[:, ::2], m[:, 1::2], mz], axis=-1),
        expected,
        rtol=0,
        atol=tolerance * max(n_sub),
    )


@pytest.mark.parametrize("dtype", ROTATE)
def test_rotate_is_exact_up_to_the_largest_allowed_norm(dtype):
    rotate, tolerance = ROTATE[dtype]
    m, mz = np.array([[0.3, -0.4]], dtype), np.zeros((1, 1), dtype)
    omega = np.array([0.48, -0.36, 0.45]) * MAX_NORM / 0.75
    expected = exact((0.3, -0.4, 0), omega, 0, 0, 0)
    nothing = np.zeros(1, dtype)
    rotate(
        m,
        mz,
        omega[None, :2].astype(dtype),
        omega[None, 2:].astype(dtype),
        np.zeros((1, 1), dtype),
        np.array([[1, 0, 1, 1]], dtype),
        nothing,
        nothing,
        nothing,
        np.array([1]),
    )
    assert_allclose([*m[0], mz[0, 0]], expected, rtol=0, atol=tolerance)


def test_rotate_shares_one_row_of_z_fields_when_there_is_only_one():
    rng = np.random.default_rng(0)
    B, Bz = rng.uniform(-0.3, 0.3, (2, 6)), rng.uniform(-0.3, 0.3, (1, 3))
    delta, nothing = rng.uniform(-0.3, 0.3, (2, 3)), np.zeros(2)
    couplings = np.array([[1.0, 0.0, 1.0, 1.0]] * 2)
    results = []
    for field_z in (Bz, np.repeat(Bz, 2, axis=0)):
        m, mz = np.full((2, 6), 0.2), np.full((2, 3), 0.3)
        rotate_float64(
            m, mz, B, field_z, delta, couplings, nothing, nothing, nothing, np.array([1, 2])
        )
        results.append(m.tobytes() + mz.tobytes())
    assert results[0] == results[1]


@pytest.mark.parametrize(
    ("spectra", "weights"),
    [
        ("complex64", "float32"),
        ("complex64", "complex64"),
        ("complex128", "float64"),
        ("complex128", "complex128"),
    ],
)
def test_weigh_multiplies_in_place(spectra, weights):
    rng = np.random.default_rng(1)
    s = (rng.normal(size=(2, 7)) + 1j * rng.normal(size=(2, 7))).astype(spectra)
    w = rng.normal(size=(2, 7)) + 1j * rng.normal(size=(2, 7))
    w = (w if weights.startswith("complex") else w.real).astype(weights)
    expected = s * w
    weigh(s, w)
    assert s.dtype == spectra
    assert_allclose(s, expected, rtol=1e-6 if spectra == "complex64" else 1e-14)
