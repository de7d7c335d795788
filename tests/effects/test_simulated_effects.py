"""Errors of the experiment itself: simulated with the wrong angle or line, not painted on."""

import numpy as np
import pytest

from nmr_core import EFFECTS, Experiment, Protocol, generate, preset, simulate_batch
from nmr_core.pulses import Pulse
from nmr_core.samples import sample_arrays

SMALL = preset("lab").fix(n_x=6, n_y=6, tau=4.0, noise=0.0)


def factor(sd: float, seed: int, sample: int, number: int = 0) -> float:
    return 1 + sd / 100 * np.random.default_rng([seed, sample, 2, number]).standard_normal()


def test_a_pulse_angle_error_is_a_simulation_with_those_angles():
    effects = (EFFECTS["pulse_angle_error"](sd=10),)
    _, wrong = sample_arrays(SMALL, 4, 0, 6, effects, 9)
    dataset = generate(SMALL, 6, seed=4)
    assert np.abs(wrong - dataset.signals).max((1, 2)).min() > 1e-3
    for k in range(6):
        nominal = [dataset.experiment(k, setting) for setting in range(4)]
        error = factor(10, 9, k)
        turned = [e.replace(angle_1=e.angle_1 * error, angle_2=e.angle_2 * error) for e in nominal]
        assert simulate_batch(turned, [[4, k, 1]] * 4).tobytes() == wrong[k].tobytes()


def test_a_line_width_error_is_a_simulation_with_that_line():
    dataset = generate(SMALL, 4, seed=4, effects="line_width_error:sd=20", effects_seed=2)
    clean = generate(SMALL, 4, seed=4)
    for k in range(4):
        wide = clean.experiment(k).replace(
            line_width=clean.experiment(k).line_width * factor(20, 2, k)
        )
        assert simulate_batch([wide], [[4, k, 1]])[0].tobytes() == dataset.signals[k, 0].tobytes()


def test_parameters_and_derived_values_are_the_nominal_ones():
    small = preset("ml4sci_2020_secular").fix(n_x=6, n_y=6, tau=4.0)
    assert "omega_p" not in small.space.names  # it is derived from the line width
    wrong = generate(small, 4, seed=4, effects="line_width_error:sd=20,pulse_angle_error")
    assert wrong.parameters.equals(generate(small, 4, seed=4).parameters)


def test_errors_have_the_asked_size():
    experiment = Experiment()
    for name, field in (("pulse_angle_error", "angle_2"), ("line_width_error", "line_width")):
        effect = EFFECTS[name](sd=5)
        values = [
            getattr(effect.prepare([experiment], np.random.default_rng(k))[0], field)
            for k in range(500)
        ]
        errors = np.array(values) / getattr(experiment, field) - 1
        assert errors.std() == pytest.approx(0.05, rel=0.1)
        assert abs(errors.mean()) < 5 * 0.05 / np.sqrt(500)


def test_zero_error_changes_no_byte():
    zero = [EFFECTS[name](sd=0) for name in ("pulse_angle_error", "line_width_error")]
    assert generate(SMALL, 3, seed=1, effects=zero).digest() == generate(SMALL, 3, seed=1).digest()


@pytest.mark.parametrize("sense", [-1, 1])
def test_every_pulse_of_a_list_is_turned_and_nothing_else(sense):
    protocol = Protocol(sequence="5us 90x 10us 120@45 20us 60-y 30us", dt=0.5, sense=sense)
    effect, error = (
        EFFECTS["pulse_angle_error"](sd=3),
        1 + 0.03 * np.random.default_rng(6).standard_normal(),
    )
    (turned,) = effect.prepare([Experiment(protocol=protocol)], np.random.default_rng(6))
    assert turned.protocol.grid == protocol.grid
    for before, after in zip(protocol.pulses, turned.protocol.pulses, strict=True):
        assert after.angle == pytest.approx(before.angle * error, rel=1e-12)
        assert (after.phase, after.sense) == (before.phase, before.sense)


def test_an_angle_that_leaves_the_range_is_the_same_rotation():
    effect = EFFECTS["pulse_angle_error"](sd=100)
    rng = max(range(20), key=lambda k: np.random.default_rng(k).standard_normal())
    error = 1 + np.random.default_rng(rng).standard_normal()
    (turned,) = effect.prepare(
        [Experiment(protocol=Protocol(angle_1=700.0))], np.random.default_rng(rng)
    )
    assert error * 700 > 720 >= turned.angle_1
    assert np.allclose(Pulse(turned.angle_1).rotation(), Pulse(700 * error).rotation(), atol=1e-10)


def test_a_line_never_closes():
    effect = EFFECTS["line_width_error"](sd=50)
    widths = [
        effect.prepare([Experiment()], np.random.default_rng(k))[0].line_width for k in range(300)
    ]
    assert min(widths) == pytest.approx(0.05 / 20)
