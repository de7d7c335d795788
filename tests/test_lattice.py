"""The periodic lattice and the interaction laid out on it."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from nmr_core import KERNELS, LATTICES, Experiment, InputError, Material, Sample
from nmr_core import lattice as room
from nmr_core.kernels import Kernel, kernel_parameters
from nmr_core.lattice import SIGNS, Coupling, Grid, Weights

SHAPES = [(1, 7), (8, 1), (1, 2), (2, 2), (2, 9), (9, 2), (3, 14), (13, 3), (5, 7), (6, 6), (7, 4)]
ELONGATED = [(2, 31), (31, 2), (3, 40), (1, 50), (40, 4)]
COUPLINGS = {
    "kernel": st.sampled_from(sorted(KERNELS)),
    "xi": st.floats(0.7, 5),
    "p": st.floats(1, 5),
    "shape": st.sampled_from(SHAPES),
    "lattice": st.sampled_from(sorted(LATTICES)),
}


def interaction(kernel, xi, p, normalisation, n_x, n_y, lattice="square", *weights):
    """K(d) of a kernel with range xi and exponent p."""
    values = {"xi": xi, "p": p}
    own = tuple((spec.name, values[spec.name]) for spec in KERNELS[kernel].parameters)
    coupling = Coupling(kernel, own, normalisation, Weights(*weights))
    return room.interaction(coupling, Grid(lattice, n_x, n_y))


def geometry(lattice, n_x, n_y):
    return room.geometry(Grid(lattice, n_x, n_y))


def shells(n_x, n_y, lattice, *weights):
    return room.shells(Weights(*weights), Grid(lattice, n_x, n_y))


def searched(lattice: str, n_x: int, n_y: int) -> list[np.ndarray]:
    """r, mean cos(theta) and mean cos(2 theta) of the nearest of all images within three turns (and
    a square's worth).
    """
    a_1, a_2 = map(np.array, LATTICES[lattice].vectors)
    turns_x, turns_y = (np.arange(-t, t + 1) for t in (3 + 2 * n_y // n_x, 3 + 2 * n_x // n_y))
    turns_x, turns_y = (t if n > 1 else [0] for t, n in ((turns_x, n_x), (turns_y, n_y)))
    found = np.zeros((3, n_x, n_y))
    for i, j in np.ndindex(n_x, n_y):
        images = np.array(
            [(i + u * n_x) * a_1 + (j + v * n_y) * a_2 for u in turns_x for v in turns_y]
        )
        r = np.linalg.norm(images, axis=1)
        nearest = images[r < r.min() + 1e-9]
        angle = np.arctan2(nearest[:, 1], nearest[:, 0])
        found[:, i, j] = r.min(), np.cos(angle).mean(), np.cos(2 * angle).mean()
    return found


@pytest.mark.parametrize("lattice", LATTICES)
@pytest.mark.parametrize("shape", SHAPES + ELONGATED)
def test_every_displacement_is_the_shortest_way_round(lattice, shape):
    """Also where that goes round several times, as on an elongated hexagonal lattice."""
    g = geometry(lattice, *shape)
    away = np.ones(shape, bool)
    away[0, 0] = False
    for mine, theirs in zip(
        (g.r, g.cos_theta, g.cos_2theta), searched(lattice, *shape), strict=True
    ):
        assert_allclose(mine[away], theirs[away], rtol=0, atol=1e-12)


@pytest.mark.parametrize(("lattice", "n"), [("square", 4), ("hexagonal", 6)])
def test_number_of_nearest_neighbours(lattice, n):
    r = geometry(lattice, 8, 9).r.ravel()[1:]
    assert r.min() == pytest.approx(1, rel=1e-14)
    assert np.isclose(r, 1).sum() == n


@pytest.mark.parametrize("lattice", LATTICES)
def test_one_row_is_the_same_chain_on_every_lattice(lattice):
    for shape in ((9, 1), (1, 9)):
        assert_allclose(
            geometry(lattice, *shape).r.ravel()[1:], [1, 2, 3, 4, 4, 3, 2, 1], rtol=1e-14
        )


@pytest.mark.parametrize("n", [5, 6, 9])
def test_hexagonal_interaction_has_six_fold_symmetry(n):
    """A turn by 60° takes a_1 to a_2 and a_2 to a_2 - a_1: the offset (i, j) to (-j, i + j)."""
    K = interaction("rkky", 2.3, 2.0, "none", n, n, "hexagonal")
    i, j = np.indices((n, n))
    assert_allclose(K[-j % n, (i + j) % n], K, rtol=1e-12, atol=1e-15)
    square = interaction("rkky", 2.3, 2.0, "none", n, n)
    assert np.abs(square[-j % n, (i + j) % n] - square).max() > 0.01


@given(n=st.integers(2, 9), kernel=st.sampled_from(sorted(KERNELS)))
def test_square_interaction_has_four_fold_symmetry_which_a_d_wave_turns_round(n, kernel):
    i, j = np.indices((n, n))
    for weights_, sign in (((1.0, 0.0, 0.0), 1), ((0.0, 0.0, 1.0), -1)):
        K = interaction(kernel, 2.3, 2.0, "none", n, n, "square", *weights_)
        assert_allclose(K[-j % n, i], sign * K, rtol=0, atol=1e-12)


def mirrored(K: np.ndarray) -> np.ndarray:
    """K(-d)."""
    return np.roll(K[::-1, ::-1], (1, 1), axis=(0, 1))


@given(sign=st.sampled_from(sorted(SIGNS)), s_w=st.floats(-1, 1), d_w=st.floats(-1, 1), **COUPLINGS)
def test_a_spin_does_not_feel_itself_and_pairs_feel_each_other_equally(
    kernel, xi, p, shape, lattice, sign, s_w, d_w
):
    K = interaction(kernel, xi, p, "none", *shape, lattice, s_w, 0.0, d_w, sign)
    assert K.shape == shape
    assert K[0, 0] == 0
    assert_allclose(mirrored(K), K, rtol=0, atol=1e-13 * np.abs(K).max())


@given(sign=st.sampled_from(sorted(SIGNS)), **COUPLINGS)
def test_a_p_wave_is_exactly_odd(kernel, xi, p, shape, lattice, sign):
    K = interaction(kernel, xi, p, "none", *shape, lattice, 0.0, 1.0, 0.0, sign)
    assert_allclose(mirrored(K), -K, rtol=0, atol=1e-14 * max(1, np.abs(K).max()))
    assert abs(K.sum()) <= 1e-13 * max(1, np.abs(K).sum())


def test_angles_are_measured_from_a_1():
    for lattice, neighbours in {
        "square": {(1, 0): 0, (0, 1): 90, (1, 1): 45, (-1, 0): 180},
        "hexagonal": {(1, 0): 0, (0, 1): 60, (-1, 1): 120, (1, 1): 30},
    }.items():
        K = interaction("constant", 1.0, 1.0, "none", 9, 8, lattice, 0.3, 0.5, -0.7)
        for d, theta in neighbours.items():
            assert K[d] == pytest.approx(
                0.3 + 0.5 * np.cos(np.radians(theta)) - 0.7 * np.cos(2 * np.radians(theta)),
                abs=1e-13,
            )


def test_an_alternating_sign_is_a_checkerboard():
    plain, signed = (
        interaction("gaussian", 2.0, 2.0, "none", 6, 8, "square", 1.0, 0.0, 0.0, sign)
        for sign in SIGNS
    )
    i, j = np.indices((6, 8))
    assert_allclose(signed, plain * (-1.0) ** (i + j), rtol=0, atol=0)
    odd = interaction("constant", 1.0, 1.0, "none", 1, 5, "square", 1.0, 0.0, 0.0, "alternating")
    # Five spins in a ring: neighbours differ in sign, whatever the way round
    assert odd.tolist() == [[0, -1, 1, 1, -1]]


@given(
    sign=st.sampled_from(sorted(SIGNS)),
    s_w=st.floats(-1, 1),
    p_w=st.floats(-1, 1),
    d_w=st.floats(-1, 1),
    **COUPLINGS,
)
def test_w_from_the_shells_is_the_sum_over_the_lattice(
    kernel, xi, p, shape, lattice, sign, s_w, p_w, d_w
):
    K = interaction(kernel, xi, p, "none", *shape, lattice, s_w, p_w, d_w, sign)
    r, weight = shells(*shape, lattice, s_w, p_w, d_w, sign)
    assert (np.diff(r) > 1e-6).all()
    assert float(KERNELS[kernel](r, xi=xi, p=p) @ weight) == pytest.approx(
        K.sum(), rel=0, abs=1e-9 * max(np.abs(K).sum(), 1e-6)
    )


def test_shells_that_cancel_weigh_nothing():
    assert (shells(8, 8, "square", 0.0, 1.0, 1.0, "uniform")[1] == 0).all()
    assert (shells(8, 8, "hexagonal", 0.0, 1.0, 0.0, "alternating")[1] == 0).all()
    r, weight = shells(8, 8, "square", 1.0, 0.0, 0.0, "uniform")
    assert dict(zip(np.round(r * r).astype(int).tolist(), weight.tolist(), strict=True)) == {
        1: 4,
        2: 4,
        4: 4,
        5: 8,
        8: 4,
        9: 4,
        10: 8,
        13: 8,
        16: 2,
        17: 4,
        18: 4,
        20: 4,
        25: 4,
        32: 1,
    }


@pytest.mark.parametrize("lattice", LATTICES)
@pytest.mark.parametrize("kernel", KERNELS)
def test_sum_normalisation_makes_w_one_and_keeps_the_shape(kernel, lattice):
    plain, normalised = (
        Experiment(
            Material(kernel, xi=2.5, normalisation=how, d_w=0.5),
            sample=Sample(9, 8, lattice=lattice),
        )
        for how in ("none", "sum")
    )
    assert pytest.approx(1, abs=1e-13) == normalised.W
    assert_allclose(normalised.interaction * plain.W, plain.interaction, rtol=1e-12)
    assert pytest.approx(plain.interaction.sum(), rel=1e-15) == plain.W
    assert pytest.approx(1, abs=0.01) != plain.W


def test_cached_arrays_cannot_be_changed():
    for array in (
        interaction("gaussian", 3.0, 2.0, "none", 6, 7),
        *vars(geometry("hexagonal", 4, 5)).values(),
    ):
        with pytest.raises(ValueError, match="read-only"):
            array[0, 0] = 1


def test_weights_of_a_plain_kernel_are_its_s_weight():
    assert (
        np.broadcast_to(room.angular_weights(Weights(0.7), Grid("square", 4, 5)), (4, 5)).tolist()
        == np.full((4, 5), 0.7).tolist()
    )


def test_a_kernel_without_finite_values_is_refused():
    with pytest.raises(
        InputError,
        match=r"gaussian kernel with xi = 0\.01 sites and p = 2 has no finite values on a 4 × 4",
    ):
        interaction("gaussian", 0.01, 2.0, "sum", 4, 4)


@pytest.mark.parametrize("name", LATTICES)
def test_lattice_contract(name):
    lattice = LATTICES[name]
    assert lattice.name == name
    assert lattice.label
    assert "neighbours" in lattice.help
    assert lattice.help.endswith(".")
    lengths = np.linalg.norm(lattice.vectors, axis=1)
    assert_allclose(lengths, 1, rtol=1e-15)  # distances are in nearest-neighbour distances
    assert lattice.vectors[0] == (1.0, 0.0)  # angles are measured from a_1


def test_signs_have_texts():
    assert set(SIGNS) == {"uniform", "alternating"}
    assert all(len(text) > 10 for text in SIGNS.values())


def _dipolar(r, cos_theta, xi, tilt):
    """K(r, theta) = (1 - 3 cos^2 theta + tilt cos theta)/(r/xi)^3."""
    return (1 - 3 * cos_theta**2 + tilt * cos_theta) / (r / xi) ** 3


@pytest.mark.parametrize("lattice", LATTICES)
@pytest.mark.parametrize("shape", SHAPES)
def test_an_angular_kernel_is_the_mean_over_equally_short_ways(monkeypatch, lattice, shape):
    """The mean of K itself, not K at a mean angle: at half a period cos(theta) takes both signs."""
    xi = kernel_parameters()["xi"]
    tilt = replace(kernel_parameters()["p"], name="tilt", low=-5, high=5)
    kernel = Kernel("dipolar", "Dipolar", _dipolar, (xi, tilt), "K", angular=True)
    monkeypatch.setitem(KERNELS, "dipolar", kernel)
    a_1, a_2 = map(np.array, LATTICES[lattice].vectors)
    n_x, n_y = shape
    turns_x, turns_y = (range(-3, 4) if n > 1 else [0] for n in shape)
    expected = np.zeros(shape)
    for i, j in np.ndindex(shape):
        if (i, j) == (0, 0):
            continue
        images = np.array(
            [(i + u * n_x) * a_1 + (j + v * n_y) * a_2 for u in turns_x for v in turns_y]
        )
        r = np.linalg.norm(images, axis=1)
        nearest = images[r < r.min() + 1e-9]
        expected[i, j] = _dipolar(r.min(), nearest[:, 0] / r.min(), 2.0, 0.7).mean()
    material = Material("dipolar", xi=2.0, tilt=0.7)
    K = Experiment(material, sample=Sample(*shape, lattice=lattice)).interaction
    assert_allclose(K, expected, rtol=0, atol=1e-11)
    strength = room.strengths(
        material.coupling, Grid(lattice, *shape), "tilt", np.array([0.7, 1.4])
    )
    assert strength[0] == pytest.approx(K.sum(), abs=1e-11)
