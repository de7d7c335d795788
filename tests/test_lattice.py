"""The periodic lattice and the interaction laid out on it."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from nmr_core import KERNELS, Experiment, InputError, Material, Sample
from nmr_core.lattice import displacements, interaction


def test_displacements_are_the_shortest_way_round():
    d_x, d_y = displacements(4, 5)
    assert d_x.shape == (4, 1)
    assert d_y.shape == (1, 5)
    assert np.abs(d_x.ravel()).tolist() == [0, 1, 2, 1]
    assert d_y.ravel().tolist() == [0, 1, 2, -2, -1]


@pytest.mark.parametrize("shape", [(5, 8), (1, 6), (7, 3)])
def test_distance_between_every_two_spins(shape):
    """A power law of exponent -1 (xi/r) shows the distance; compared with a search over nine periodic images."""
    K = interaction("power_law", 1.0, 1.0, "none", *shape)
    for i, j in np.ndindex(shape):
        images = [np.hypot(i + a * shape[0], j + b * shape[1]) for a in (-1, 0, 1) for b in (-1, 0, 1)]
        assert K[i, j] == (0 if i == j == 0 else pytest.approx(1 / min(images)))


@pytest.mark.parametrize("kernel", KERNELS)
def test_sum_normalisation_makes_w_one_and_keeps_the_shape(kernel):
    plain, normalised = (Experiment(Material(kernel, xi=2.5, normalisation=how), sample=Sample(9, 8))
                         for how in ("none", "sum"))
    assert pytest.approx(1, abs=1e-13) == normalised.W
    assert_allclose(normalised.interaction * plain.W, plain.interaction, rtol=1e-12)
    assert pytest.approx(plain.interaction.sum(), rel=1e-15) == plain.W
    assert pytest.approx(1, abs=0.01) != plain.W


@pytest.mark.parametrize("kernel", KERNELS)
def test_a_spin_does_not_feel_itself_and_pairs_feel_each_other_equally(kernel):
    K = interaction(kernel, 3.0, 2.0, "none", 6, 7)
    assert K[0, 0] == 0
    assert_allclose(K, np.roll(K[::-1, ::-1], (1, 1), axis=(0, 1)), rtol=1e-14)


def test_the_cached_interaction_cannot_be_changed():
    with pytest.raises(ValueError, match="read-only"):
        interaction("gaussian", 3.0, 2.0, "none", 6, 7)[0, 0] = 1


def test_a_kernel_without_finite_values_is_refused():
    with pytest.raises(InputError, match=r"gaussian kernel with xi = 0\.01 sites and p = 2 has no finite values on a 4 × 4"):
        interaction("gaussian", 0.01, 2.0, "sum", 4, 4)
