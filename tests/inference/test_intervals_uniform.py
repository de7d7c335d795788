"""The method "uniform": coverage in every range of a problem whose posterior is known."""

import numpy as np
import pytest
from scipy.stats import truncnorm

from nmr_core.inference.intervals import conformal
from nmr_core.inference.intervals.critical import CriticalValue, hats, smooth_quantile
from nmr_core.inference.intervals.density_network import DensityNetwork, density_of
from nmr_core.inference.intervals.inputs import Inputs
from nmr_core.inference.intervals.scaled import Scaled
from nmr_core.inference.intervals.split_logistic import SplitLogistic
from nmr_core.inference.intervals.uniform import Uniform

N_BINS = 10


def problem(n: int, seed: int) -> tuple[Inputs, np.ndarray]:
    """x = y + sd noise, y uniform in [0, 1], sd known: the estimate is the posterior's mean.

    Three signals of ten are poor (sd 0.7), the others good (sd 0.03 to 0.1).
    """
    rng = np.random.default_rng(seed)
    y = rng.random((n, 1))
    sd = np.where(rng.random((n, 1)) < 0.3, 0.7, 10 ** rng.uniform(-1.5, -1, (n, 1)))
    x = y + sd * rng.normal(size=(n, 1))
    posterior = truncnorm(-x / sd, (1 - x) / sd, x, sd)
    features = np.concatenate([np.clip(x, -5, 6), np.log(sd)], axis=1).astype(np.float32)
    return Inputs(posterior.mean(), features, np.empty((0, n, 1))), y


@pytest.fixture(scope="module")
def test_part():
    return problem(20_000, 3)


@pytest.fixture(scope="module")
def uniform():
    family = Uniform().fit(*problem(3000, 0)).fit_critical(*problem(4000, 1))
    scores = family.score(*problem(2000, 2))
    return family, conformal.quantile(scores, 0.9)


def worst(low, high, y, values, chosen=None) -> float:
    """Lowest coverage among ten ranges of equally many of the chosen signals."""
    chosen = np.ones(len(y), bool) if chosen is None else chosen
    inside = ((low <= y) & (y <= high))[chosen, 0]
    values = values[chosen, 0]
    edges = np.quantile(values, np.linspace(0, 1, N_BINS + 1))[1:-1]
    number = np.searchsorted(edges, values)
    return min(inside[number == k].mean() for k in range(N_BINS))


def poor(inputs: Inputs) -> np.ndarray:
    """Whether the signals are poor, (n,)."""
    return inputs.features[:, 1] > -1


def test_the_coverage_holds_in_every_range_of_truth_and_estimate(uniform, test_part):
    family, q = uniform
    inputs, y = test_part
    low, high = family.box(inputs, q)
    assert 0.88 < ((low <= y) & (y <= high)).mean() < 0.92
    assert worst(low, high, y, y) > 0.84
    assert worst(low, high, y, inputs.centre) > 0.84
    assert worst(low, high, y, y, poor(inputs)) > 0.84


def test_the_method_before_it_fails_at_the_bounds(test_part):
    inputs, y = test_part
    family = Scaled().fit(*problem(2000, 0))
    q = conformal.quantile(family.score(*problem(2000, 1)), 0.9)
    low, high = family.box(inputs, q)
    assert 0.87 < ((low <= y) & (y <= high)).mean() < 0.93
    assert worst(low, high, y, y, poor(inputs)) < 0.75


def test_intervals_reach_a_bound_that_is_near(uniform, test_part):
    family, q = uniform
    inputs, y = test_part
    low, high = np.clip(family.box(inputs, q), 0, 1)
    assert (low[poor(inputs) & (y[:, 0] < 0.05)] == 0).mean() > 0.75
    assert (low[y < 0.005] == 0).mean() > 0.75
    assert (high[y > 0.995] == 1).mean() > 0.75
    assert ((low <= inputs.centre) & (inputs.centre <= high)).mean() > 0.98


def test_widths_are_close_to_those_of_the_true_posterior(uniform, test_part):
    family, q = uniform
    inputs, _ = test_part
    low, high = np.clip(family.box(inputs, q), 0, 1)
    x, sd = inputs.features[:, :1].astype(float), np.exp(inputs.features[:, 1:].astype(float))
    posterior = truncnorm(-x / sd, (1 - x) / sd, x, sd)
    best = posterior.ppf(0.95) - posterior.ppf(0.05)
    assert (high - low).mean() < 1.1 * best.mean()


def test_a_box_holds_exactly_what_scores_below_its_bound(uniform, test_part):
    family, q = uniform
    inputs, y = test_part
    low, high = family.box(inputs, q)
    is_below = family.score(inputs, y) <= q
    is_inside = (low <= y) & (y <= high)
    assert (is_inside == is_below).mean() > 0.99


def test_higher_bounds_give_longer_intervals(uniform, test_part):
    family, q = uniform
    inputs = test_part[0].part(slice(0, 200))
    low, high = zip(*(family.box(inputs, factor * q) for factor in (0.2, 0.7, 1, 2)), strict=True)
    assert (np.diff(low, axis=0) <= 1e-9).all()
    assert (np.diff(high, axis=0) >= -1e-9).all()


def test_weights_take_a_sampling_density_back_to_the_prior(test_part):
    """Signals with twice as many small y, counted half: the coverage of the prior holds."""

    def drawn(n, seed):
        inputs, y = problem(2 * n, seed)
        chosen = np.random.default_rng(seed + 10).random(len(y)) < np.where(y[:, 0] < 0.3, 1, 0.5)
        rows = np.flatnonzero(chosen)[:n]
        weights = np.where(y[rows, 0] < 0.3, 0.5, 1.0)
        part = Inputs(inputs.centre[rows], inputs.features[rows], inputs.members[:, rows])
        return part, y[rows], weights / weights.mean()

    family = Uniform().fit(*drawn(1500, 5)).fit_critical(*drawn(3000, 6))
    inputs, y, weights = drawn(1500, 7)
    q = conformal.quantile(family.score(inputs, y), 0.9, weights)
    inputs, y = test_part
    low, high = family.box(inputs, q)
    assert 0.87 < ((low <= y) & (y <= high)).mean() < 0.93
    assert worst(low, high, y, y) > 0.84


def test_derivatives_of_the_loss_are_those_of_finite_differences():
    rng = np.random.default_rng(0)
    outputs = rng.normal(0, 1.5, (6, 9))
    centre, y = rng.random((2, 6, 3))
    density, chain = density_of(outputs, centre)
    derivatives = chain(*density.loss(y)[1:])
    for k in range(9):
        step = np.zeros(9)
        step[k] = 1e-6
        up, down = (density_of(outputs + s, centre)[0].loss(y)[0] for s in (step, -step))
        expected = (up - down).sum(axis=1) / 2e-6
        np.testing.assert_allclose(derivatives[:, k], expected, rtol=1e-4, atol=1e-5)


def test_the_density_is_normalised_and_its_statistic_inverts():
    rng = np.random.default_rng(1)
    location = rng.uniform(-0.5, 1.5, (5, 2))
    below, above = 10 ** rng.uniform(-2, 0, (2, 5, 2))
    density = SplitLogistic(location, below, above)
    grid = np.linspace(0, 1, 4001)
    values = [np.exp(-density.loss(np.full((5, 2), y))[0]) for y in grid]
    np.testing.assert_allclose(np.trapezoid(values, grid, axis=0), 1, rtol=1e-3)
    for end in density.reach(np.full((5, 2), 1.7)):
        np.testing.assert_allclose(density.statistic(end), 1.7, rtol=1e-9)
    assert (density.statistic(density.mode) == 0).all()


def test_the_network_does_not_depend_on_the_order_of_equal_seeds():
    inputs, y = problem(300, 0)
    arguments = (inputs.all, inputs.centre, y, np.ones(300))
    one, two = (DensityNetwork(seed=4).fit(*arguments) for _ in range(2))
    np.testing.assert_array_equal(one.weights_[0], two.weights_[0])


def test_hats_are_one_at_their_knot_and_sum_to_one():
    knots = np.array([0.0, 0.1, 0.7, 1.0])
    np.testing.assert_allclose(hats(knots, knots), np.eye(4))
    functions = hats(np.linspace(-1, 2, 31), knots)
    np.testing.assert_allclose(functions.sum(axis=1), 1)
    assert (functions >= 0).all()


def test_a_smooth_quantile_is_the_quantile_in_every_group():
    rng = np.random.default_rng(2)
    group = rng.integers(0, 3, 6000)
    y = rng.normal(size=6000) * (1 + group)
    basis = (group[:, None] == np.arange(3)).astype(float)
    b = smooth_quantile(
        basis, y, 0.9, weights=np.ones(6000), penalty=np.zeros(3), start=np.zeros(3)
    )
    for k in range(3):
        assert (y[group == k] <= b[k]).mean() == pytest.approx(0.9, abs=0.005)


def test_critical_values_are_quantiles_in_every_range_of_their_variables():
    rng = np.random.default_rng(3)
    u, y = rng.random((20_000, 2)), rng.random(20_000)
    statistic = rng.exponential(size=20_000) * (0.2 + u[:, 1]) * (1 + y)
    critical = CriticalValue(0.9).fit(u, y, statistic, np.ones(20_000))
    below = statistic <= critical.values(u, y[:, None])[:, 0]
    assert (critical.values(u, y[:, None])[:, 0] <= critical.largest(u) * (1 + 1e-9)).all()
    for values in (*u.T, y):
        number = (10 * values).astype(int)
        assert all(abs(below[number == k].mean() - 0.9) < 0.02 for k in range(10))
