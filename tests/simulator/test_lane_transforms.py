"""Transforms of vectors against numpy's, and transposing."""

import numba
import numpy as np
import pytest
from numpy.testing import assert_allclose

from nmr_core.simulator.lanes.plan import has_plan, plan
from nmr_core.simulator.lanes.transforms import forward, inverse
from nmr_core.simulator.lanes.transpose import transpose
from nmr_core.simulator.lanes.vector import pointer
from nmr_core.simulator.lanes.width import lane_count

LENGTHS = [1, 2, 3, 4, 5, 6, 7, 8, 9, 12, 14, 15, 16, 20, 21, 25, 28, 30, 35, 36, 49, 50, 64]
LENGTHS += [100, 105, 128, 210, 245, 343, 512]
TOLERANCE = {"float32": 2e-6, "float64": 4e-15}


@numba.njit
def both_ways(re, im, spectrum_re, spectrum_im, n_lanes, stages, factors):
    p, q = pointer(re), pointer(im)
    forward(p, q, n_lanes, n_lanes, pointer(stages), len(stages), pointer(factors))
    spectrum_re[:], spectrum_im[:] = re, im
    inverse(p, q, n_lanes, n_lanes, pointer(stages), len(stages), pointer(factors))


@pytest.mark.parametrize("dtype", TOLERANCE)
@pytest.mark.parametrize("n", LENGTHS)
def test_a_spectrum_is_numpys_in_the_order_of_the_plan(n, dtype):
    rng, n_lanes, p = np.random.default_rng(n), lane_count(dtype), plan(n, dtype)
    points = rng.normal(size=(2, n, n_lanes))
    # A vector before the points, and one after them, must not change
    re, im = np.pad(points, ((0, 0), (1, 1), (0, 0)), constant_values=7).astype(dtype)
    spectra = np.empty((2, re.size), dtype)
    re, im = re.ravel(), im.ravel()
    both_ways(re, im, *spectra, n_lanes, p.stages, p.factors)
    x, y = spectra.reshape(2, n + 2, n_lanes)[:, 1:-1]
    expected = np.fft.fft(points[0] + 1j * points[1], axis=0)
    scale = TOLERANCE[dtype] * np.sqrt(n)
    assert sorted(p.order) == list(range(n))
    assert_allclose(x + 1j * y, expected[p.order], rtol=0, atol=scale * 4)
    back = np.stack([re, im]).reshape(2, n + 2, n_lanes)
    assert_allclose(back[:, 1:-1] / n, points, rtol=0, atol=scale * 2)
    assert (back[:, [0, -1]] == 7).all()


def test_lengths_with_a_large_prime_factor_have_no_plan():
    assert [n for n in range(1, 30) if not has_plan(n)] == [11, 13, 17, 19, 22, 23, 26, 29]
    assert has_plan(2**4 * 3 * 5 * 7)


@numba.njit
def transposed(source, target, room, n_lanes):
    transpose(pointer(source), pointer(target), pointer(room), n_lanes)


@pytest.mark.parametrize("dtype", TOLERANCE)
def test_transposing_a_tile(dtype):
    n_lanes = lane_count(dtype)
    source = np.random.default_rng(0).normal(size=(n_lanes, n_lanes)).astype(dtype)
    target = np.zeros_like(source)
    transposed(source, target, np.zeros(2 * n_lanes**2, dtype), n_lanes)
    assert (target == source.T).all()
