"""The echoes of the labs, and what a network memorises of them."""

import numpy as np
import pytest

import nmr_core as nmr
from nmr_core.datasets import load_dataset
from nmr_core.labs.echoes import DATASET, N_POOL, components, echoes
from nmr_core.labs.registry import LABS
from nmr_core.labs.unknowable import Unknowable
from nmr_core.storage.workspace import independent

LAB = Unknowable()


def test_the_echoes_are_those_that_ship():
    data = load_dataset(DATASET)
    own = echoes()
    np.testing.assert_allclose(own.signals, data.signals[:, 0])
    alpha = own.low[0] + (own.high[0] - own.low[0]) * own.targets[:, 0]
    np.testing.assert_allclose(alpha, data.parameters["alpha"])
    assert np.all((own.targets >= 0) & (own.targets <= 1))


def test_the_echoes_do_not_depend_on_a_workspace():
    echoes.cache_clear()
    with independent("labs"):
        assert len(echoes().signals) == 500


def test_training_curves_are_never_test_curves():
    for seed in range(3):
        rows = echoes().training(N_POOL, seed)
        assert sorted(rows) == list(range(N_POOL))
    np.testing.assert_array_equal(echoes().training(20, 5)[:10], echoes().training(10, 5))


def test_components_are_uncorrelated_and_ordered():
    pool = components()[:N_POOL]
    covariance = pool.T @ pool
    variances = np.diag(covariance)
    assert np.all(np.diff(variances) < 0)
    np.testing.assert_allclose(covariance, np.diag(variances), atol=1e-9 * variances[0])


def test_all_four_parameters_of_ten_echoes_are_memorised():
    memory = LAB.run({})
    assert memory.train[-1].max() < 1
    assert memory.test[-1, 1] > memory.baseline[1] + 5


def test_more_curves_teach_alpha_but_not_xi():
    few, many = LAB.run({}), LAB.run({"curves": 400})
    assert many.test[-1, 0] < 0.5 * few.test[-1, 0]
    assert many.test[-1, 1] > many.baseline[1] + 10
    stopped = LAB.run({"curves": 400, "epoch": 50}).number("test").value
    assert stopped == pytest.approx(many.baseline[1], rel=0.05)


@pytest.mark.parametrize("number", range(6, 11))
def test_a_lead_with_numbers_is_that_of_the_first_picture(number):
    lab = next(lab for lab in LABS.values() if lab.number == number)
    if any(character.isdigit() for character in lab.lead):
        assert "first picture" in lab.lead


def test_no_echo_depends_on_xi():
    preset = nmr.preset(load_dataset(DATASET).manifest.preset["name"]).fix(n_x=8, n_y=8)
    low, high = (nmr.simulate(preset.build(xi=xi), seed=3).signal for xi in (0.5, 20))
    np.testing.assert_allclose(low, high, rtol=1e-9)
