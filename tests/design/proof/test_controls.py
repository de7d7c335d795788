"""Random designs: as many settings, the same total time, no setting favoured."""

from collections import Counter

import numpy as np
import pytest

from nmr_core.design.problem import DesignProblem
from nmr_core.design.proof.arms import Arms
from nmr_core.design.proof.controls import random_designs
from nmr_core.design.settings import Design, Setting
from nmr_core.errors import InputError
from nmr_core.presets import preset

TINY = preset("lab").fix(n_x=8, n_y=8, tau=10)
ANGLES = [30.0, 60.0, 90.0, 120.0, 150.0, 180.0]


def problem(**options):
    return DesignProblem.of(TINY, vary={"angle_2": ANGLES}, **{"budget": 12.0} | options)


def test_random_designs_have_as_many_settings_and_the_same_time():
    one = problem()
    designs = random_designs(one, 3, 10, np.random.default_rng(0))
    assert len(designs) == 10
    assert all(len(set(design.settings)) == 3 for design in designs)
    assert {one.seconds(design) for design in designs} == {12.0}
    assert len({frozenset(design.settings) for design in designs}) == 10


def test_every_candidate_is_drawn_equally_often():
    drawn = Counter()
    one = problem()
    for seed in range(300):
        (design,) = random_designs(one, 2, 1, np.random.default_rng(seed))
        drawn.update(design.settings)
    # 100 expected of each, binomial with sd 8
    assert len(drawn) == 6
    assert all(65 < n < 135 for n in drawn.values())


def test_not_more_designs_than_there_are():
    assert len(random_designs(problem(), 6, 5, np.random.default_rng(0))) == 1


def test_dear_changes_leave_fewer_settings():
    """Two changes of 10 s do not fit into 12 s, one does."""
    dear = problem(change={"angle_2": 10.0}, default=[{"angle_2": 90.0}])
    designs = random_designs(dear, 3, 4, np.random.default_rng(0))
    assert {len(design.acquisitions) for design in designs} == {2}
    assert all(dear.seconds(design) <= 12.0 for design in designs)


def test_all_designs_of_a_proof_take_the_budget():
    one = problem(default=[Setting.of(angle_2=90.0), Setting.of(angle_2=180.0)])
    arms = Arms.of(one, Design.of([Setting.of(angle_2=30.0)]), 3)
    assert arms.proposed.shots == (12,)
    assert arms.default.shots == (6, 6)
    assert {one.seconds(design) for design in arms.different} == {12.0}
    assert arms.indices([arms.proposed, arms.default]) == [0, 1]


def test_random_design_that_is_the_default_is_trained_once():
    two = DesignProblem.of(
        TINY, vary={"angle_2": [90.0, 180.0]}, default=[Setting.of(angle_2=90.0)], budget=3.0
    )
    arms = Arms.of(two, Design.of([Setting.of(angle_2=180.0)]), 2)
    assert len(arms.different) == 2
    assert set(arms.indices(arms.random)) == {0, 1}


def test_budget_below_one_shot_of_any_candidate():
    one = problem(change={"angle_2": 1.0})
    object.__setattr__(one, "budget", 0.5)
    with pytest.raises(InputError, match="No candidate fits into the budget"):
        random_designs(one, 1, 1, np.random.default_rng(0))
