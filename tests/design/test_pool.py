"""Pools: the same materials, offsets and noise at every setting, compressed without loss."""

import numpy as np
import pytest

from nmr_core.design.compressing import as_numbers, fit_basis
from nmr_core.design.problem import DesignProblem
from nmr_core.design.settings import Design, Setting
from nmr_core.design.simulating import (
    grown,
    seed_of_part,
    signals_of,
    simulate_pool,
    widened,
)
from nmr_core.errors import InputError
from nmr_core.presets import preset
from nmr_core.storage.seeds import OFFSETS, sample_seed

TINY = preset("lab").fix(n_x=8, n_y=8, tau=10)
VARY = {"angle_2": [30.0, 90.0, 180.0], "tau": [10.0, 20.0]}


@pytest.fixture(scope="module")
def problem():
    return DesignProblem.of(TINY, vary=VARY, noise=0.01, seed=3)


@pytest.fixture(scope="module")
def pool(problem):
    return simulate_pool(problem, problem.settings, 64)


def values_of(problem, pool, k):
    rows = zip(problem.specs, pool.theta[k], strict=True)
    return {spec.name: spec.low + x * spec.width for spec, x in rows}


def test_scores_hold_the_echo_to_a_tenth_of_the_noise(problem, pool):
    """The echo follows from its scores, up to a rest that noise hides."""
    setting = problem.settings[3]
    basis = pool.bases[3]
    experiments = [[problem.experiment(setting, values_of(problem, pool, k))] for k in range(8)]
    seeds = [sample_seed(seed_of_part(problem, "selection"), k, OFFSETS) for k in range(8)]
    signals = signals_of(experiments, seeds)[0]
    again = basis.mean + pool.scores[3][:8] @ basis.components
    assert np.abs(again - as_numbers(signals)).max() < 0.002
    assert len(basis.components) < len(basis.mean)


def test_white_noise_stays_white_in_the_scores(pool):
    """Orthonormal components: noise of standard deviation s has s in every score."""
    basis = pool.bases[0]
    rng = np.random.default_rng(1)
    n_times = len(basis.mean) // 2
    noise = 0.01 * (
        rng.standard_normal((4000, n_times)) + 1j * rng.standard_normal((4000, n_times))
    )
    scores = basis.scores(noise)
    covariance = np.cov(scores.T)
    assert np.diag(covariance) == pytest.approx(0.01**2, rel=0.15)
    off = covariance - np.diag(np.diag(covariance))
    assert np.abs(off).max() < 0.1 * 0.01**2


def test_components_are_added_until_the_rest_is_below_a_tenth_of_the_noise():
    rng = np.random.default_rng(0)
    strengths = np.array([1.0, 0.1, 0.01, 1e-4])
    modes = np.linalg.qr(rng.standard_normal((40, 4)))[0].T
    signals = (rng.standard_normal((300, 4)) * strengths) @ modes
    assert len(fit_basis(signals + 0j, 0.05).components) == 3
    assert len(fit_basis(signals + 0j, 0.5).components) == 2
    assert len(fit_basis(signals + 0j, 0.05, most=1).components) == 1


def test_offsets_of_a_material_are_the_same_at_all_settings(problem):
    """A material's echo at one setting does not depend on which other settings are simulated."""
    together = simulate_pool(problem, problem.settings, 8)
    alone = simulate_pool(problem, problem.settings[4:5], 8)
    assert np.array_equal(together.theta, alone.theta)
    assert together.scores[4] == pytest.approx(alone.scores[0], abs=1e-6)


def test_a_grown_pool_begins_with_the_same_materials(problem, pool):
    more = grown(problem, pool, 80)
    at_once = simulate_pool(problem, problem.settings, 80, bases=pool.bases)
    assert len(more) == 80
    assert more.theta == pytest.approx(at_once.theta)
    assert more.scores[2] == pytest.approx(at_once.scores[2], abs=1e-6)
    first = pool.measured(problem.settings[2], 4)
    assert more.measured(problem.settings[2], 4)[:64] == pytest.approx(first, abs=1e-6)


def test_a_widened_pool_has_the_same_materials_at_more_settings(problem):
    few = simulate_pool(problem, problem.settings[:2], 16)
    wide = widened(problem, few, problem.settings)
    assert set(wide.settings) == set(problem.settings)
    assert wide.theta is few.theta
    assert {len(scores) for scores in wide.scores} == {16}
    assert widened(problem, wide, problem.settings) is wide


def test_parts_have_other_materials(problem):
    selection = simulate_pool(problem, problem.settings[:1], 8, part="selection")
    valuation = simulate_pool(problem, problem.settings[:1], 8, part="valuation")
    assert not np.isclose(selection.theta, valuation.theta).any()


def test_averaged_shots_have_less_noise(problem, pool):
    setting = problem.settings[0]
    exact = pool.scores[0]
    one = pool.measured(setting, 1) - exact
    many = pool.measured(setting, 16) - exact
    assert one.std() == pytest.approx(0.01, rel=0.1)
    assert many == pytest.approx(one / 4, abs=1e-6)
    assert not np.allclose(pool.measured(setting, 1, draw=1), pool.measured(setting, 1))


def test_materials_cover_the_prior_evenly(pool):
    """A Sobol sequence: every eighth of every range has 8 of 64 materials."""
    for column in pool.theta.T:
        assert np.histogram(column, bins=8, range=(0, 1))[0].tolist() == [8] * 8


def test_a_nuisance_changes_the_echoes_of_a_material_alike():
    """A receiver phase multiplies all echoes of one material by the same factor."""
    exact = DesignProblem.of(TINY, vary=VARY, noise=0.01, seed=3)
    turned = DesignProblem.of(TINY, vary=VARY, noise=0.01, seed=3, nuisances={"phase_error": 20})
    plain = simulate_pool(exact, exact.settings, 6)
    phased = simulate_pool(turned, exact.settings, 6)
    angles = []
    for k in range(2):
        echoes = []
        for one in (plain, phased):
            basis = one.bases[k]
            numbers = basis.mean + one.scores[k] @ basis.components
            n_times = numbers.shape[1] // 2
            echoes.append(numbers[:, :n_times] + 1j * numbers[:, n_times:])
        angles.append(np.degrees(np.angle((echoes[1] * echoes[0].conj()).sum(1))))
    assert angles[0] == pytest.approx(angles[1], abs=0.5)
    assert np.std(angles[0]) > 3


def test_an_unknown_setting_is_named(pool):
    with pytest.raises(InputError, match="The pool has no setting β₂ 77°"):
        pool.measure(Design.of([Setting.of(angle_2=77, tau=10)]))


def test_a_measured_echo_is_projected(problem, pool):
    setting = problem.settings[1]
    n_times = len(problem.protocol(setting).time)
    assert pool.project(setting, np.zeros(n_times, complex)).shape == (1, pool.scores[1].shape[1])
    assert pool.choose([setting]).settings == (setting,)
