"""nmr.design: what it proposes, what it promises, and what is stored."""

import json

import numpy as np
import pandas as pd
import pytest

import nmr_core as nmr
from nmr_core.design import selecting, valuing
from nmr_core.design.attained import fit_design
from nmr_core.design.designing import compute_design, find_design, quicker, reliable_ranking
from nmr_core.design.greedy import Search
from nmr_core.design.job import design_job, design_params
from nmr_core.design.problem import DesignProblem
from nmr_core.design.ranking import Ranking, next_design
from nmr_core.design.settings import Design, Setting
from nmr_core.design.shots import baseline
from nmr_core.design.simulating import simulate_pool
from nmr_core.design.store import design_folder, list_designs, load_design
from nmr_core.design.valuing import FAST_POWERS, FAST_SCALES, fast_valuation
from nmr_core.errors import InputError
from nmr_core.presets import preset
from nmr_core.progress import silent

SMALL = preset("lab").fix(n_x=8, n_y=8, tau=5)
DEPHASING = SMALL.fix(omega_p=0.3, xi=1, ratio_y=1, ratio_z=0)
"""Weak coupling: the echo falls by exp(-gamma_3 s/2) and hardly by anything else."""


@pytest.fixture(scope="module")
def problem():
    return DesignProblem.of(
        DEPHASING,
        vary={"tau": [5.0, 10.0, 20.0, 30.0]},
        default=[{"tau": 5.0}, {"tau": 10.0}],
        noise=0.02,
        budget=20,
        most=2,
        seed=1,
    )


@pytest.fixture(scope="module")
def result(problem):
    return compute_design(problem, n_materials=96)


def test_slow_dephasing_needs_long_delays(result):
    """The echo's amplitude is exp(-R t): its slope in R grows with t as long as R t < 1."""
    assert Setting.of(tau=30) in result.proposed.settings
    assert Setting.of(tau=5) not in result.proposed.settings
    assert result.is_better
    assert result.promised.value < 0.9
    first = result.ranking.iloc[0]
    assert json.loads(first["next"]) == {"tau": 30.0}
    assert first["ratio"] < 1
    assert first["group"] == 1


def test_proposal_and_default_take_the_same_time(problem, result):
    assert problem.seconds(result.proposed) <= problem.budget
    assert problem.seconds(result.proposed) > problem.budget - 1.1
    assert result.default == baseline(problem)


def test_errors_fall_with_time(result):
    table = result.designs
    times = table[table["kind"].isin(["default", "longer"])].sort_values("seconds")
    assert len(times) == 5
    assert times["error"].iloc[-1] < times["error"].iloc[0]
    assert (table["low"] < table["error"]).all()
    assert (table["error"] < table["high"]).all()
    assert set(table["kind"]) == {"default", "longer", "proposed", "random"}
    assert (table["worst"] > table["error"]).all()


def test_the_ranking_compares_with_measuring_longer(problem, result):
    table = result.ranking
    assert len(table) == len(problem.settings) + 1
    longer = table[table["is_longer"]].iloc[0]
    assert (longer["ratio"], longer["ratio_low"], longer["ratio_high"]) == (1, 1, 1)
    assert table["ratio"].is_monotonic_increasing
    assert table["group"].is_monotonic_increasing
    assert table["error"].to_numpy() == pytest.approx(table["ratio"] * longer["error"])


def test_the_promise_is_that_of_the_designs_on_other_materials(result):
    """By more than the selection of the best: the errors of both designs have the same ratio."""
    errors = result.designs.set_index("design")["error"]
    proposed = json.dumps(result.proposed.to_dict())
    default = json.dumps(result.default.to_dict())
    proposed_error = errors[[proposed]].iloc[0]
    assert result.promised.value == pytest.approx(proposed_error / errors[default], rel=0.1)
    row = result.parameters.iloc[0]
    assert row["ratio"] == pytest.approx(row["proposed"] / row["default"])


def test_what_no_setting_determines_is_unknown():
    """Of a weak coupling without relaxation's help, the range changes next to nothing."""
    two = DesignProblem.of(
        SMALL.fix(omega_p=0.3, ratio_y=1, ratio_z=0),
        vary={"tau": [10.0, 30.0]},
        noise=0.02,
        default=[{"tau": 10.0}],
        budget=10,
        most=1,
    )
    result = compute_design(two, n_materials=64)
    assert list(result.unknown) == ["xi"]
    assert (
        "ξ stays unknown with all of these settings in this time: its error is"
        in result.unknown["xi"]
    )
    assert result.parameters.set_index("name")["known"].to_dict() == {"xi": False, "d": True}


def test_a_problem_without_an_answer_is_refused():
    """With noise as large as the signal nothing is known of the range of the coupling."""
    blind = SMALL.fix(omega_p=0.3, ratio_y=1, ratio_z=0, d=5)
    hopeless = DesignProblem.of(blind, vary={"angle_2": [30.0, 180.0]}, noise=0.9, budget=4)
    with pytest.raises(InputError, match="No candidate determines xi within 4 s"):
        compute_design(hopeless, n_materials=64)


def test_next_designs_take_one_acquisition_more(problem):
    present = baseline(problem)
    after = next_design(problem, Setting.of(tau=30))
    assert dict(zip(after.settings, after.shots, strict=True)) == {
        **dict(zip(present.settings, present.shots, strict=True)),
        Setting.of(tau=30): 10,
    }
    longer = next_design(problem, None)
    assert longer.settings == present.settings
    assert sum(longer.shots) == sum(present.shots) + 10


def test_an_unreliable_ranking_gets_more_materials(problem, monkeypatch):
    pool = simulate_pool(problem, problem.all_settings, 32)
    first = fast_valuation(problem, pool, "weighted")
    assert reliable_ranking(problem, first, n_most=63).first is first
    monkeypatch.setattr(Ranking, "reliability", lambda self: 0.96)
    assert reliable_ranking(problem, first).first is first
    monkeypatch.setattr(Ranking, "reliability", lambda self: 0.7)
    assert len(reliable_ranking(problem, first, n_most=64).first.pool) == 64
    assert len(reliable_ranking(problem, first, n_most=130).first.pool) == 128


def test_more_materials_than_one_regression_takes_are_valued_in_blocks(problem, monkeypatch):
    pool = simulate_pool(problem, problem.all_settings, 64)
    one = baseline(problem)
    halves = [
        fit_design(block, one, draw=k, powers=FAST_POWERS, scales=FAST_SCALES).residuals
        for k, block in enumerate(pool.blocks(32))
    ]
    monkeypatch.setattr(valuing, "BLOCK", 32)
    together = fast_valuation(problem, pool, "weighted").residuals(one)
    assert together.tobytes() == np.concatenate(halves).tobytes()


def test_reliability_is_that_of_two_halves(problem):
    """Squares that alternate between two opposite orders: the halves rank the other way round."""
    pool = simulate_pool(problem, problem.all_settings, 32)
    ranking = Ranking(problem, fast_valuation(problem, pool, "weighted"))
    order = {design: k + 1.0 for k, design in enumerate(ranking.designs.values())}
    ranking.first.squares = lambda design: np.full((32, 1), order.get(design, 1.0))
    assert ranking.reliability() == pytest.approx(1)
    ranking.first.squares = lambda design: np.tile(
        [[order.get(design, 1.0)], [-order.get(design, 1.0)]], (16, 1)
    )
    assert ranking.reliability() == 0


def test_random_designs_have_as_many_settings_for_as_long(problem, result):
    rows = result.designs[result.designs["kind"] == "random"]
    assert 3 < len(rows) == rows["label"].nunique()
    designs = [Design.from_dict(json.loads(text)) for text in rows["design"]]
    assert {len(one.settings) for one in designs} == {len(result.proposed.settings)}
    assert all(18 < seconds <= problem.budget for seconds in rows["seconds"])


def test_the_search_finds_the_best_of_all_pairs(problem):
    """With a value that is a sum over the settings, the two best are found."""
    worth = {5.0: 3.0, 10.0: 1.0, 20.0: 4.0, 30.0: 2.0}

    def value(design: Design) -> float:
        return -sum(worth[dict(one.fields)["tau"]] for one in design.settings)

    best = Search(problem, value).run(problem.settings)[0]
    assert {dict(one.fields)["tau"] for one in best.settings} == {5.0, 20.0}


def test_a_search_moves_shots_to_where_they_help(problem):
    def value(design: Design) -> float:
        shots = dict(zip(design.settings, design.shots, strict=True))
        return 1 / (1 + shots.get(Setting.of(tau=5), 0)) + 0.001 / (
            1 + shots.get(Setting.of(tau=10), 0)
        )

    best = Search(problem, value).run(problem.settings[:2])[0]
    shots = dict(zip(best.settings, best.shots, strict=True))
    assert shots[Setting.of(tau=5)] > 3 * shots.get(Setting.of(tau=10), 0)


def test_a_design_is_stored_and_found(data_folder, problem, result):
    job = design_job(design_params(problem, n_materials=96, n_jobs=1), silent)
    assert job["design"] == result.key
    assert job["summary"] == result.sentence
    again = load_design(result.key)
    pd.testing.assert_frame_equal(again.ranking, result.ranking)
    pd.testing.assert_frame_equal(again.designs, result.designs)
    assert again.proposed == result.proposed
    assert again.problem == problem
    assert find_design(problem, n_materials=96).key == result.key
    assert find_design(problem, n_materials=64) is None
    assert [entry.id for entry in list_designs()] == [result.key]
    assert nmr.design(problem, n_materials=96).seconds == again.seconds

    (design_folder(result.key) / "design.json").write_text("{")
    assert find_design(problem, n_materials=96) is None
    assert list_designs()[0].problem


def test_a_job_may_name_values(data_folder):
    params = {"preset": DEPHASING.to_dict(), "vary": {"tau": [5.0, 10.0]}, "n_materials": 32}
    key = design_job(params | {"n_jobs": 1, "noise": 0.02}, silent)["design"]
    assert load_design(key).names == ("d",)
    with pytest.raises(InputError, match="arguments of design are wrong"):
        design_job(params | {"tau": 3}, silent)


def test_another_seed_is_another_estimate_of_the_same(problem, result):
    other = compute_design(DesignProblem.from_dict(problem.to_dict() | {"seed": 7}), n_materials=96)
    assert other.key != result.key
    assert other.promised.value != result.promised.value
    overlap = max(other.promised.low, result.promised.low)
    assert overlap < min(other.promised.high, result.promised.high)


def test_faults_are_named(problem):
    with pytest.raises(InputError, match="criterion must be one of weighted"):
        nmr.design(problem, criterion="e")
    with pytest.raises(InputError, match="no stored design"):
        load_design("design-0000000000000000")


def test_many_settings_are_left_out_after_the_first_round(monkeypatch):
    """The second round has fewer settings and more materials; the default stays."""
    many = DesignProblem.of(
        DEPHASING,
        vary={"angle_2": list(np.arange(6.0, 186.0, 6.0))},
        default=[{"angle_2": 6.0}],
        noise=0.02,
        most=1,
    )
    assert selecting.n_first(many, 10_000) == 20_480 // 30 // 8 * 8
    monkeypatch.setattr(selecting, "LEAST", 32)
    monkeypatch.setattr(selecting, "ECHOES", 32 * 30)
    selection = selecting.select(many, n_most=48)
    assert (len(selection.first.pool), len(selection.first.pool.settings)) == (32, 30)
    assert len(selection.last.pool) == 48
    kept = selection.last.pool.settings
    assert selecting.KEEP <= len(kept) <= selecting.KEEP + 1
    assert many.default.settings[0] in kept
    assert {one.settings[0] for one in selection.designs} <= set(kept)


def test_a_dear_change_is_compared_with_measuring_longer_for_the_same_time():
    """A change of tau costs five budgets: the default is measured for all that time as well."""
    dear = DesignProblem.of(
        DEPHASING,
        vary={"tau": [5.0, 10.0, 20.0]},
        default=[{"tau": 5.0}],
        change={"tau": 100.0},
        budget=20,
    )
    ranking = Ranking(dear, fast_valuation(dear, simulate_pool(dear, dear.all_settings, 32), "d"))
    table = ranking.table(ranking.first).set_index("setting")
    for setting, design in ranking.designs.items():
        longer = ranking._as_long_as(design)
        seconds = [dear.seconds(one) for one in (longer, design)]
        assert seconds[0] == pytest.approx(seconds[1], abs=1.1)
        assert seconds[1] > 120 or setting == Setting.of(tau=5)
        expected = ranking.first.ratio(design, longer).value
        assert table.loc[setting.label, "ratio"] == pytest.approx(expected)


def test_many_candidates_are_searched_with_a_quicker_step_and_promised_with_their_own():
    few = DesignProblem.of(SMALL, vary={"angle_2": [60.0, 90.0]})
    many = DesignProblem.of(SMALL, vary={"angle_2": list(np.linspace(10, 180, 60))})
    assert few.base.integrator == "exponential_midpoint"
    assert quicker(few) is few
    assert quicker(many).base.integrator == "exponential_euler"
    assert quicker(many).settings == many.settings
    assert many.base.integrator == "exponential_midpoint"
