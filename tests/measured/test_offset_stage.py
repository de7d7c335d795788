"""A line off the carrier: found with its error, removed, said, and overruled."""

import numpy as np
import pytest
from measuring import measured, rms

from nmr_core.measured import OFF, Measurement, Steps, prepare
from nmr_core.measured.fitting import turning_time

CURVE = 85


def turned(measurement, target, khz, refocused):
    """What a receiver records whose carrier, or whose line, is ``khz`` off."""
    since = turning_time(target, refocused, measurement.time)
    signal = measurement.signal * np.exp(2e-3j * np.pi * khz * since)
    return Measurement(measurement.time, signal)


@pytest.fixture(scope="module")
def plain(kind):
    time, curves = kind
    return measured(time, curves[CURVE], np.random.default_rng(2), n=600, phase=25, scale=7)


@pytest.mark.parametrize(
    ("khz", "refocused"), [(1, False), (-3, False), (20, False), (20, True), (-20, True)]
)
def test_an_offset_is_found_and_removed(plain, target, khz, refocused):
    """The prepared signal is the one without offset, to the noise."""
    expected = prepare(plain, target)
    prepared = prepare(turned(plain, target, khz, refocused), target)
    stage = prepared.stage("offset")
    assert prepared.offset == pytest.approx(khz, abs=max(0.3, 4 * stage.error))
    assert stage.used == prepared.offset
    assert "turned back" in stage.sentence
    assert rms(prepared.signal - expected.signal) < 1.2 * expected.sigma


@pytest.mark.parametrize("khz", [0.3, 1, -3])
def test_an_offset_that_is_too_small_to_be_seen_changes_little(plain, target, khz):
    """The pulses refocus it, so that it turns each part of the signal by a small angle."""
    expected = prepare(plain, target)
    prepared = prepare(turned(plain, target, khz, True), target)
    assert rms(prepared.signal - expected.signal) < 1.5 * expected.sigma


def test_a_line_on_the_carrier_is_left_alone(kind, target):
    time, curves = kind
    for number in range(70, 90, 4):
        one = measured(time, curves[number], np.random.default_rng(number), n=600)
        prepared = prepare(one, target)
        assert prepared.offset == 0
        assert "on the carrier" in prepared.stage("offset").sentence
        assert prepared.turn is None


def test_an_offset_can_be_given_or_switched_off(plain, target):
    expected = prepare(plain, target)
    off_carrier = turned(plain, target, 3, False)
    given = prepare(off_carrier, target, steps=Steps(offset=3))
    assert rms(given.signal - expected.signal) < expected.sigma
    assert "as chosen" in given.stage("offset").sentence
    left = prepare(off_carrier, target, steps=Steps(offset=OFF, time_zero=0))
    assert left.offset == 0
    assert rms(left.signal - expected.signal) > 3 * expected.sigma


def test_the_corrected_measurement_does_not_turn(plain, target):
    prepared = prepare(turned(plain, target, 20, False), target)
    at, corrected = prepared.corrected
    near = np.abs(at - prepared.time[300]) < 0.3
    assert corrected[near].mean() == pytest.approx(prepared.signal[300], abs=0.03)


def test_a_wrong_offset_is_refused(refused):
    assert "offset must be a number or off" in refused(Steps, offset="3 kHz")


def test_a_record_without_the_decay_names_its_highest_peak(target, refused):
    """K10: the true place, its SNR, and what the record lacks of the protocol."""
    at = np.arange(1024) * 0.2
    random = np.random.default_rng(1)
    signal = np.exp(-np.abs(at - 39) / 0.6 - 2j * np.pi * 0.3 * at)
    signal = signal + 0.02 * (random.normal(size=1024) + 1j * random.normal(size=1024))
    sentence = refused(prepare, Measurement(at, signal, name="real"), target)
    assert "highest peak is at 39" in sentence
    assert "the record lacks 0.3183 to 60" in sentence
    assert "no echo" not in sentence
