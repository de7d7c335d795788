"""Lab 9 against the theory of gradient descent, differences and its own program."""

import contextlib
import io

import numpy as np
import pytest

from nmr_core.labs import landscapes
from nmr_core.labs.descent import Method, descend
from nmr_core.labs.landscapes import CURVATURES, N_SAMPLES
from nmr_core.labs.optimisers import Optimisers

LAB = Optimisers()
ALL = np.arange(N_SAMPLES)[None]


def _printed(program: str) -> float:
    output = io.StringIO()
    with contextlib.redirect_stdout(output):
        exec(program, {})
    return float(output.getvalue().split()[0])


@pytest.mark.parametrize(
    "landscape", [landscapes.ravine(), landscapes.two_wells(), landscapes.network(3)]
)
def test_the_slope_is_that_of_differences(landscape):
    x = landscape.start(np.random.default_rng(5))
    slope = landscape.gradient(x[None], ALL)[0]
    for i in range(0, len(x), 7):
        step = 1e-5 * np.eye(len(x))[i]
        difference = (landscape.loss(x + step) - landscape.loss(x - step)) / 2e-5
        assert slope[i] == pytest.approx(difference, abs=1e-7, rel=1e-5)


def test_batches_have_the_slope_of_all_samples_on_average():
    landscape = landscapes.ravine()
    x = np.array([[0.3, -0.2]])
    single = [landscape.gradient(x, np.array([[k]]))[0] for k in range(N_SAMPLES)]
    np.testing.assert_allclose(np.mean(single, axis=0), landscape.gradient(x, ALL)[0])
    assert np.std(single) > 0.1


def test_gradient_descent_converges_along_the_ravine_as_the_theory_predicts():
    """After the fast direction has died out, the loss falls by (1 - rate lambda)^2 per step."""
    landscape = landscapes.ravine()
    path = descend(landscape, Method(False, 0.06, 0.0, N_SAMPLES), seed=1)
    losses = landscape.loss(path)[:, 0]
    assert losses[400] / losses[399] == pytest.approx((1 - 0.06 * CURVATURES[0]) ** 2)


@pytest.mark.parametrize(
    ("rate", "momentum", "stable"), [(0.09, 0, 1), (0.11, 0, 0), (0.11, 0.9, 1)]
)
def test_the_largest_rate_is_two_over_the_largest_curvature(rate, momentum, stable):
    walk = LAB.run({"rate": rate, "momentum": float(momentum)})
    assert np.isfinite(walk.number("loss").value) == stable
    assert np.isfinite(walk.number("steps").value) == stable
    assert bool(walk.number("steps").note) != stable


def test_the_start_depends_on_the_seed_only():
    starts = [
        LAB.run(state | {"seed": seed}).path[0]
        for seed in (0, 1)
        for state in ({}, {"rate": 0.3}, {"method": "Adam", "batch": 1})
    ]
    assert np.unique(starts, axis=0).shape == (2, 2)


@pytest.mark.parametrize(
    "state",
    [
        {"momentum": 0.9, "batch": 4},
        {"method": "Adam", "landscape": "two wells", "batch": 1, "rate": 0.2},
        {"landscape": "potential", "momentum": 0.9, "seed": 2},
    ],
)
def test_the_program_walks_as_the_lab(state):
    expected = LAB.run(state).numbers[0].value
    assert np.isfinite(expected)
    assert _printed(LAB.code(state).numpy) == expected


def test_no_loss_is_below_its_minimum():
    for state in ({"momentum": 0.9}, {"rate": 0.2}):
        walk = LAB.run({"landscape": "two wells", "rate": 0.03} | state)
        assert walk.losses.min() >= 0
        assert walk.number("loss").value == pytest.approx(0, abs=1e-6)


@pytest.mark.parametrize(("rate", "momentum"), [(0.03, 0.98), (0.3, 0.0)])
def test_momentum_and_a_high_rate_leave_the_shallow_well_too(rate, momentum):
    walk = LAB.run({"landscape": "two wells", "rate": rate, "momentum": momentum})
    assert walk.number("arrived").value > 60
