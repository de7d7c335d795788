"""What the labs state about all draws, and about echoes, holds for them."""

import numpy as np
import pytest

from nmr_core.labs import memorise, stopping
from nmr_core.labs.registry import LABS
from nmr_core.plots import LIGHT
from nmr_core.plots.labs import lab_figures


def _error(draw: int, bug: str) -> float:
    _, training = memorise.fit(10, draw, 0, bug)
    return float(np.sqrt(training.losses[-1]))


def test_every_draw_is_memorised_without_a_bug():
    assert max(_error(draw, "none") for draw in range(60)) < memorise.ENOUGH


@pytest.mark.parametrize("bug", ["A", "C", "D"])
def test_no_draw_is_memorised_with_a_bug(bug):
    assert min(_error(draw, bug) for draw in range(0, 60, 4)) > 2 * memorise.ENOUGH


def test_many_noisy_points_give_a_smaller_error_than_their_noise():
    result = LABS["learning_curve"].run({"draws": 5})
    training, test = result.training.mean(axis=1), result.test.mean(axis=1)
    assert np.all(np.diff(training) > 0)
    assert np.all(np.diff(test) < 0)
    assert training[-1] == pytest.approx(result.noise, rel=0.1)
    assert test[-1] < result.noise / 2
    text = LABS["learning_curve"].explanation
    assert "falls below it" in text


@pytest.mark.parametrize(
    ("target", "low", "high"),
    [("alpha", 0, 0.25), ("p", 0.9, 3), ("d", 0.9, 3), ("xi", 0.9, 3)],
)
def test_twenty_echoes_are_enough_for_alpha_only(target, low, high):
    """Lab 1, on echoes: test errors in units of the baseline."""
    result = LABS["unknowable"].run({"curves": 20, "target": target})
    ratio = result.number("test").value / result.number("baseline").value
    assert low < ratio < high
    assert result.number("train").value < 1


def test_a_move_trains_five_draws_at_most():
    """Eight draws of lab 3 take more than two seconds of one core."""
    draws = next(control for control in stopping.Stopping.controls if control.key == "draws")
    assert max(draws.options) == 5


def test_the_linear_model_is_drawn_over_the_network_in_its_own_colour():
    lab = LABS["descriptors"]
    traces = lab_figures(lab, {"now": lab.run({})}, LIGHT)["linear"].data
    names = [trace.name for trace in traces]
    network, linear = (traces[names.index(name)] for name in ("network", "linear model"))
    assert names.index("linear model") > names.index("network")
    assert linear.line.color == LIGHT.series[1]
    assert network.line.width > 2 * linear.line.width
