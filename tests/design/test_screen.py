"""Search within the budget, and the screen by receiver noise only."""

import json
from itertools import combinations

import numpy as np
import pytest

from nmr_core.design import search
from nmr_core.design.screen import screen, screen_information
from nmr_core.design.search import best_designs
from nmr_core.design.settings import Design
from nmr_core.design.space import DesignSpace
from nmr_core.errors import InputError
from tests.design.small import small_problem, uncoupled


@pytest.fixture(scope="module")
def problem():
    return small_problem(budget=240, most=3)


@pytest.fixture(scope="module")
def table(problem):
    return screen_information(problem, n_points=4)


@pytest.fixture(scope="module")
def result(problem, table):
    return screen(problem, known_information=table)


def linear(space, gains):
    """Error of independent echoes: variance 1 / (1 + sum of shots times gain)."""
    return lambda shots: 1 / np.sqrt(1 + shots @ np.asarray(gains)[: len(space.settings)])


def test_the_best_of_independent_settings_takes_all_the_time(problem):
    space = DesignSpace.of(problem)
    best = best_designs(space, linear(space, [1, 1, 5, 1, 1, 1]))[0]
    assert best.tolist() == [0, 0, 240, 0, 0, 0]


@pytest.mark.parametrize(("seconds", "n_delays"), [(0, 2), (200, 1)])
def test_a_dear_change_is_avoided(seconds, n_delays):
    """Two delays say more than one, but not if their change leaves 20 of 220 shots."""
    problem = small_problem(
        vary={"tau": [10, 20], "angle_2": [60, 90]}, change={"tau": seconds}, budget=220
    )
    space = DesignSpace.of(problem)
    delays = np.array([one.to_dict()["tau"] for one in space.settings])

    def error(shots):
        short, long = (shots[:, delays == tau].sum(1) for tau in (10, 20))
        return 1 / np.sqrt(1 + short + long + 10 * np.minimum(short, long))

    best = space.design(best_designs(space, error)[0])
    assert len({one.to_dict()["tau"] for one in best.settings}) == n_delays


def test_greedy_with_exchange_finds_what_exhaustion_finds(problem, table, monkeypatch):
    space = DesignSpace.of(problem)

    def objective(shots):
        C = table.covariances(shots)
        return np.sqrt(np.diagonal(C, axis1=-2, axis2=-1).mean((1, 2)))

    exhaustive = objective(best_designs(space, objective))
    monkeypatch.setattr(search, "N_EXHAUSTIVE", 0)
    assert objective(best_designs(space, objective)) == pytest.approx(exhaustive, rel=0.01)


def test_a_proposal_is_at_least_as_good_as_every_equal_share(problem, table, result):
    space = DesignSpace.of(problem)
    shares = np.zeros((20, len(space.settings)))
    for row, three in enumerate(combinations(range(6), 3)):
        shares[row, list(three)] = 1
    C = table.covariances(space.fill(shares))
    errors = np.sqrt(np.diagonal(C, axis1=-2, axis2=-1).mean((1, 2)))
    assert result.error_proposed <= errors.min() * (1 + 1e-9)


def test_the_proposal_fits_budget_and_number_of_settings(problem, result):
    assert problem.seconds(result.proposed) <= problem.budget + 1e-6
    assert len(result.proposed.settings) <= 3
    assert result.ratio <= 1
    assert problem.seconds(result.present) == pytest.approx(240)


def test_more_time_never_makes_a_design_worse(result):
    for kind, table in result.designs.groupby("kind"):
        assert (np.diff(table["error"]) < 0).all(), kind
    default = result.designs.query("kind == 'default'")
    proposed = result.designs.query("kind == 'proposed'")
    assert (proposed["error"].to_numpy() <= default["error"].to_numpy() * 1.0001).all()
    assert Design.from_dict(json.loads(proposed["design"].iloc[2])) == result.proposed


def test_a_default_that_a_time_does_not_hold_has_no_error_there():
    """A quarter of 10 s holds two of its four settings, which would be another design."""
    designs = screen(small_problem(budget=10), n_points=2).designs.query("kind == 'default'")
    assert designs["seconds"].tolist() == [5, 10, 20, 40]
    assert {len(json.loads(text)["acquisitions"]) for text in designs["design"]} == {4}


def test_settings_are_ranked_against_measuring_longer(problem, result):
    ranking = result.ranking
    assert ranking["is_longer"].sum() == 1
    assert len(ranking) == len(problem.settings) + 1
    assert (np.diff(ranking["error"]) >= 0).all()
    assert (ranking["error"] < result.error_present).all()
    assert ranking["seconds"].to_numpy() == pytest.approx(60)
    assert (np.diff(ranking["gain_per_hour"]) <= 1e-12).all()


def test_parameters_that_cannot_be_known_are_left_out_of_minimax():
    """With loud noise some parameters stay near their prior, whatever is measured."""
    problem = small_problem(noise=0.05, budget=300)
    result = screen(problem, criterion="minimax", n_points=4)
    assert result.unknown
    known = result.errors["known"]
    assert result.error_present == pytest.approx(result.errors.loc[known, "present"].max())


def test_a_weight_of_zero_takes_a_parameter_out():
    one = small_problem(weights=dict.fromkeys(("xi", "ratio_y", "ratio_z", "d"), 0), budget=240)
    result = screen(one, n_points=2)
    row = result.errors.set_index("name").loc["omega_p"]
    assert result.error_proposed == pytest.approx(row["proposed"])


def test_nothing_that_can_be_known_is_one_sentence():
    problem = uncoupled(vary={"angle_2": [90, 180]}, noise=1.0)
    with pytest.raises(InputError, match="No candidate determines d within 4 s"):
        screen(problem, n_points=2)


def test_the_same_seed_gives_the_same_screen(problem, result):
    again = screen(problem, n_points=4)
    assert again.proposed == result.proposed
    assert again.error_proposed == result.error_proposed


def test_progress_is_reported_point_by_point(problem):
    seen = []
    screen_information(problem, n_points=2, progress=lambda *report: seen.append(report[:2]))
    assert seen == [(1, 2), (2, 2)]
