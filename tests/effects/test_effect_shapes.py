"""Effects on a curve in time: dead time, shifts, clipping, against their definitions."""

import numpy as np
import pytest

from nmr_core import EFFECTS, InputError, Protocol
from nmr_core.effects import Context, apply_effects


@pytest.mark.parametrize(
    ("record", "lost", "at_the_second"),
    [("after", range(1, 8), [1]), ("before", range(8), [0]), ("all", range(8), [1, 0])],
)
def test_the_dead_time_follows_each_pulse(record, lost, at_the_second):
    """Pulses at 0 and 30 µs, steps of .25 µs, 2 µs lost: seven points after each pulse.

    The point at the very instant of a pulse is lost if it was recorded after the pulse. The point
    at 30 µs before the second pulse stays.
    """
    protocol = Protocol(tau=30.0, dt=0.25, record=record)
    ones = np.ones((1, 1, len(protocol.time)), np.complex64)
    heard = apply_effects([EFFECTS["dead_time"](duration=2)], Context.of(protocol), ones, 0)[0, 0]
    silent = protocol.time[heard == 0]
    assert silent.tolist() == [pulse + 0.25 * k for pulse in (0, 30) for k in lost]
    assert heard[protocol.time == 30].tolist() == at_the_second


def test_before_the_first_pulse_nothing_is_dead():
    protocol = Protocol(sequence="10us 90x 20us 180y 40us", dt=0.5)
    ones = np.ones((1, 1, len(protocol.time)), np.complex64)
    heard = apply_effects([EFFECTS["dead_time"](duration=3)], Context.of(protocol), ones, 0)[0, 0]
    expected = [t for pulse in (10, 30) for t in np.arange(pulse + 0.5, pulse + 3, 0.5)]
    assert protocol.time[heard == 0].tolist() == expected


def test_a_dead_time_without_known_pulses_is_refused(curves, context):
    with pytest.raises(
        InputError, match=r"^dead_time needs the times of the pulses.*Leave it out\.$"
    ):
        apply_effects([EFFECTS["dead_time"]()], Context(context.time), curves, 0)
    assert (
        apply_effects([EFFECTS["time_shift"]()], Context(context.time), curves, 0).shape
        == curves.shape
    )


def shifted(context, curve, delta):
    """One curve through change() with a shift of our own."""
    return EFFECTS["time_shift"]().change(
        context, np.asarray(curve, np.complex64)[None, None], np.array([delta])
    )[0, 0]


@pytest.mark.parametrize("delta", [0.1, -0.1, 0.25, 0.6, -3.3])
def test_a_ramp_is_shifted_exactly_and_the_ends_are_held(context, delta):
    t, pieces = context.time, [slice(0, 121), slice(121, 362)]
    got = shifted(context, t + 2j * t, delta)
    assert len(t) == 362
    assert context.pieces == tuple(pieces)
    for piece in pieces:
        held = np.clip(t[piece] - delta, t[piece][0], t[piece][-1])
        assert np.abs(got[piece] - (1 + 2j) * held).max() < 2e-5


@pytest.mark.parametrize("points", [1, 4, -2])
def test_whole_points_are_moved_unchanged(context, points):
    curve = np.random.default_rng(0).normal(size=362).astype(np.complex64)
    got = shifted(context, curve, points * 0.25)
    inside = slice(130, 355)
    assert np.abs(got[inside] - np.roll(curve, points)[inside]).max() < 1e-6


def test_nothing_leaks_across_a_pulse(context):
    curve = np.where(np.arange(362) < 121, 1.0, -1.0)
    for delta in (0.1, -0.1, 5.0, -5.0, 1000.0):
        assert (shifted(context, curve, delta) == curve).all()


def test_half_a_point_lowers_a_wave_by_what_the_help_says(context):
    """.1 MHz and dt = .25 µs: cos(π f dt) = .997 of the wave is left, at the right phase."""
    wave = np.exp(2j * np.pi * 0.1 * context.time)
    ratio = (shifted(context, wave, 0.125) / wave)[125:355]
    assert np.allclose(
        ratio, np.cos(np.pi * 0.1 * 0.25) * np.exp(-2j * np.pi * 0.1 * 0.125), atol=1e-5
    )


def test_clipping_cuts_re_and_im_apart():
    points = np.array([[[0.1 + 0.3j, -0.4 - 0.1j, 0.25 - 0.25j, 0.5 + 0j, -0.26j]]], np.complex64)
    cut = apply_effects([EFFECTS["clipping"](level=0.5)], Context(np.arange(5.0)), points, 0)
    assert np.allclose(cut, [[[0.1 + 0.25j, -0.25 - 0.1j, 0.25 - 0.25j, 0.25, -0.25j]]], atol=1e-7)


def test_at_full_scale_no_clean_signal_is_clipped():
    angle = np.linspace(0, 2 * np.pi, 100)
    circle = (0.5 * np.exp(1j * angle)).astype(np.complex64)[None, None]
    effect = EFFECTS["clipping"]
    assert np.abs(apply_effects([effect(level=1)], Context(angle), circle, 0) - circle).max() < 1e-7
    assert np.abs(apply_effects([effect(level=0)], Context(angle), circle, 0)).max() == 0
