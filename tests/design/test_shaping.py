"""Continuous changes of angles and delays."""

import numpy as np
import pytest

from nmr_core.design.continuous import PoolError, ScreenError
from nmr_core.design.settings import Design, Setting
from nmr_core.design.shaping import shape_design
from nmr_core.errors import InputError
from tests.design.small import small_problem, uncoupled


def distance(*targets):
    """Error of a design: 1 at these angles of the second pulse, more elsewhere."""

    def error(design):
        angles = sorted(one.to_dict()["angle_2"] for one in design.settings)
        return 1 + sum((a - b) ** 2 for a, b in zip(angles, targets, strict=True)) / 1e3

    return error


def test_angles_move_to_the_minimum_of_an_error():
    problem = small_problem(budget=10)
    start = Design.of([Setting.of(angle_2=60), Setting.of(angle_2=150)])
    error = distance(83.0, 121.0)
    shaped = shape_design(problem, start, errors=(error, error))
    angles = [one.to_dict()["angle_2"] for one in shaped.design.settings]
    assert angles == pytest.approx([83, 121], abs=1)
    assert shaped.improved
    assert shaped.design.shots == (5, 5)


def test_limits_of_the_hardware_hold():
    options = {"vary": {"angle_2": [30, 60]}, "default": [{"angle_2": 90}]}
    problem = small_problem(**options, budget=10, limits={"angle": 100})
    start = Design.of([Setting.of(angle_2=60)])
    error = distance(170.0)
    shaped = shape_design(problem, start, errors=(error, error))
    assert shaped.design.settings[0].to_dict()["angle_2"] == 100


def test_what_is_not_better_elsewhere_is_not_proposed():
    """The winner's curse: the points that chose say 83 degrees, others say 60."""
    problem = small_problem(budget=10)
    start = Design.of([Setting.of(angle_2=60)])
    shaped = shape_design(problem, start, errors=(distance(83.0), distance(60.0)))
    assert shaped.promised < 1 < shaped.valued
    assert shaped.design == shaped.start
    assert not shaped.improved


def test_a_dear_delay_stays_the_same_in_all_acquisitions():
    options = {"vary": {"tau": [5, 10, 40], "angle_2": [60, 120]}, "budget": 300}
    start = Design.of([Setting.of(angle_2=60, tau=10), Setting.of(angle_2=120, tau=10)])
    problem = small_problem(**options, change={"tau": 5})

    def error(design):
        """Long delays are best, and the second one wants to be longer."""
        return sum(1 / (k + one.to_dict()["tau"]) for k, one in enumerate(design.settings))

    shaped = shape_design(problem, start, fields=["tau"], errors=(error, error))
    delays = {one.to_dict()["tau"] for one in shaped.design.settings}
    assert len(delays) == 1
    assert delays.pop() == pytest.approx(40, abs=problem.base.dt)
    assert problem.seconds(shaped.design) <= 300


def test_dephasing_is_known_best_at_a_delay_of_its_time():
    """Of M = exp(-pi gamma t) the slope in ln(gamma), pi gamma t exp(-pi gamma t), is largest at

    t = 1/(pi gamma): a longer tau is better as long as that is far off.
    """
    problem = uncoupled(vary={"tau": [10, 20]}, default=[{"tau": 10}], budget=4)
    shaped = shape_design(problem, Design.of([Setting.of(tau=10)]), fields=["tau"])
    assert shaped.design.settings[0].to_dict()["tau"] == pytest.approx(20, abs=2 * problem.base.dt)
    assert shaped.valued < 0.95


def test_the_error_of_a_delay_between_two_steps_is_between_theirs():
    problem = uncoupled(vary={"tau": [10, 20]}, budget=4)
    error = ScreenError(problem, "a", 2, 1)
    dt = error.dt
    below, between, above = (
        error(Design.of([Setting.of(angle_2=180, tau=(40 + part) * dt)])) for part in (0, 0.5, 1)
    )
    assert above < between < below
    assert between == pytest.approx(np.sqrt(above * below), rel=1e-2)


def test_shapes_that_cannot_be_are_one_sentence():
    problem = small_problem(sequences=["90x 10us 150y"], vary={"angle_2": [60]})
    with pytest.raises(InputError, match="'n_echoes' cannot be changed continuously"):
        shape_design(problem, problem.default, fields=["n_echoes"])
    with pytest.raises(InputError, match="is a list of pulses"):
        shape_design(problem, Design.of([problem.settings[1]]))


def test_a_pool_shapes_with_disorder():
    """Without coupling a longer delay shows more dephasing, also to a regression."""
    problem = uncoupled(vary={"tau": [10, 60]}, default=[{"tau": 10}], budget=4, noise=0.02)
    start = Design.of([Setting.of(tau=10)])
    shaped = shape_design(problem, start, fields=["tau"], n_materials=32)
    assert shaped.promised < 0.9
    assert shaped.design.settings[0].to_dict()["tau"] > 30


def test_noise_of_a_pool_changes_smoothly_with_the_setting():
    """The same noise of every point, so that a tenth of a degree hardly changes the error."""
    problem = uncoupled(vary={"angle_2": [60, 90]}, budget=40, noise=0.02)
    error = PoolError(problem, "a", 32, "selection")
    some = [error(Design.of([Setting.of(angle_2=angle)])) for angle in (90, 90.1, 60)]
    assert some[1] == pytest.approx(some[0], rel=1e-3)
    assert some[2] != pytest.approx(some[0], rel=1e-3)
