"""Several effects on many curves: order, seeds, and the same bytes however the work is split."""

import numpy as np
import pytest

from nmr_core import EFFECTS
from nmr_core.effects import apply_effects, effects_from, prepare_experiments

ALL = effects_from(
    "gaussian_noise:snr=20,phase_error:drift=50,baseline:drift=0.01,pulse_angle_error,dead_time,time_shift,"
    "missing_points,clipping,amplitude_scale,line_width_error,gaussian_noise:sigma=0.003"
)


@pytest.fixture(scope="module")
def expected(context, curves):
    return apply_effects(ALL, context, curves, 11, 500)


@pytest.mark.parametrize("size", [1, 7, 39])
def test_same_bytes_for_any_batches(context, curves, expected, size):
    parts = [
        apply_effects(ALL, context, curves[k : k + size], 11, 500 + k) for k in range(0, 40, size)
    ]
    assert np.concatenate(parts).tobytes() == expected.tobytes()


def test_same_bytes_across_the_blocks_inside(context, curves):
    many = np.tile(curves, (14, 1, 1))
    whole = apply_effects(ALL, context, many, 11, 0)
    assert whole[255:258].tobytes() == apply_effects(ALL, context, many[255:258], 11, 255).tobytes()


def test_samples_may_come_in_any_order(context, curves, expected):
    chosen = [31, 0, 7, 7]
    assert (
        apply_effects(ALL, context, curves[chosen], 11, [500 + k for k in chosen]).tobytes()
        == expected[chosen].tobytes()
    )


def test_effects_one_after_the_other_are_all_of_them_at_once(context, curves, expected):
    first = apply_effects(ALL[:4], context, curves, 11, 500)
    assert (
        apply_effects(ALL[4:], context, first, 11, 500, first_effect=4).tobytes()
        == expected.tobytes()
    )
    by_hand = curves[3]
    for number, effect in enumerate(ALL):
        by_hand = effect.apply(context, by_hand, np.random.default_rng([11, 503, 2, number]))
    assert by_hand.tobytes() == expected[3].tobytes()


def test_they_act_in_the_order_in_which_they_are_given(context, curves):
    clip, scale = EFFECTS["clipping"](level=0.2), EFFECTS["amplitude_scale"](sd=50)
    last_clipped = apply_effects([scale, clip], context, curves, 2)
    last_scaled = apply_effects([clip, scale], context, curves, 2)
    assert np.abs(last_clipped.real).max() <= 0.1 + 1e-7
    assert np.abs(last_scaled.real).max() > 0.11


def test_another_seed_sample_or_place_has_other_random_numbers(context, curves):
    noise = [EFFECTS["gaussian_noise"](sigma=0.1)]
    same = np.broadcast_to(curves[:1], curves.shape)
    first = apply_effects(noise, context, same, 1) - same
    others = [
        apply_effects(noise, context, same, 2) - same,
        apply_effects(noise, context, same, 1, 1) - same,
        apply_effects(noise, context, same, 1, 0, first_effect=1) - same,
        np.roll(first, 1, axis=0),
        first[:, ::-1],
    ]
    for other in others:
        assert abs(np.corrcoef(first.real.ravel(), other.real.ravel())[0, 1]) < 0.05


def test_no_effect_is_no_copy(context, curves):
    assert apply_effects([], context, curves, 1) is curves
    assert apply_effects([EFFECTS["pulse_angle_error"]()], context, curves, 1) is curves


def test_a_simulated_effect_takes_the_numbers_of_its_place(protocol):
    from nmr_core import Experiment

    experiments = [Experiment(protocol=protocol)]
    error = EFFECTS["line_width_error"](sd=10)
    noise = EFFECTS["gaussian_noise"]()
    widths = [
        prepare_experiments(effects, experiments, 3, 8)[0].line_width
        for effects in ([error], [noise, error], [error, noise], [error, error])
    ]
    assert (
        widths[0]
        == widths[2]
        == 0.05 * (1 + 0.1 * np.random.default_rng([3, 8, 2, 0]).standard_normal())
    )
    assert widths[1] == 0.05 * (1 + 0.1 * np.random.default_rng([3, 8, 2, 1]).standard_normal())
    assert widths[3] == pytest.approx(widths[0] * widths[1] / 0.05)
    assert len(set(widths)) == 3
