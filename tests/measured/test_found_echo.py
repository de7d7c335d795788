"""The echo is found without a model, whatever dwell, tau, line, offset and start of the record."""

import numpy as np
import pytest

from nmr_core import InputError
from nmr_core.measured import Measurement
from nmr_core.measured.found import find_echo


def lorentzian(at, line=0.05, offset=0.0, tau=0.0, gaussian=False):
    """Echo of an uncoupled line at ``tau``: its characteristic function."""
    since = at - tau
    shape = np.exp(-np.pi * line * np.abs(since))
    if gaussian:
        shape = np.exp(-((np.pi * line * since) ** 2) / (4 * np.log(2)))
    return shape * np.exp(2j * np.pi * offset * since)


def recorded(signal, at, snr=100, seed=0, baseline=0.02 - 0.01j, phase=40.0):
    random = np.random.default_rng(seed)
    noise = random.normal(size=(2, len(at))) / snr
    signal = signal * np.exp(1j * np.radians(phase)) + baseline + noise[0] + 1j * noise[1]
    return Measurement(at, 3e4 * signal, name="echo")


@pytest.mark.parametrize("dwell", [0.1, 0.4, 2.0])
@pytest.mark.parametrize("line", [0.02, 0.1, 0.25])
@pytest.mark.parametrize("offset", [0.0, 0.03, -0.05])
def test_place_width_and_offset_of_an_uncoupled_line(dwell, line, offset):
    """|M| = exp(-pi line |t|) is 2 ln 2/(pi line) wide at half height."""
    width = 2 * np.log(2) / (np.pi * line)
    at = np.arange(0, 60 + 6 * width, dwell) + 7
    echo = find_echo(recorded(lorentzian(at, line, offset, tau=57.3), at, seed=int(10 * dwell)))
    assert echo.kind == "echo"
    assert not echo.at_edge
    assert echo.time == pytest.approx(57.3, abs=max(dwell / 2, 0.05 * width))
    assert echo.width == pytest.approx(width, abs=max(1.5 * dwell, 0.15 * width))
    assert echo.offset == pytest.approx(offset, abs=max(5 * echo.offset_error, 3e-4))
    if width > 4 * dwell:
        assert echo.snr == pytest.approx(100, rel=0.15)
        assert echo.phase == pytest.approx(40, abs=6 + 360 * abs(offset) * dwell / 2)
    assert echo.baseline / 3e4 == pytest.approx(0.02 - 0.01j, abs=0.01)


def test_an_offset_of_several_hundred_khz():
    """A line far off the carrier turns by a large part of a turn between two points."""
    at = np.arange(1024) * 0.2
    signal = lorentzian(at, 0.3, -0.31, tau=39.0, gaussian=True)
    echo = find_echo(recorded(signal, at, snr=50))
    assert echo.time == pytest.approx(39.0, abs=0.2)
    assert echo.offset == pytest.approx(-0.31, abs=5e-3)


def test_errors_are_as_large_as_the_scatter():
    """Three in ten places lie beyond their error, hardly any beyond three of them."""
    at = np.arange(400) * 0.4
    pulls = []
    for seed in range(40):
        tau = 70 + 0.01 * seed
        echo = find_echo(recorded(lorentzian(at, 0.08, 0.02, tau), at, snr=30, seed=seed))
        pulls.append([(echo.time - tau) / echo.time_error])
        pulls[-1].append((echo.offset - 0.02) / echo.offset_error)
    pulls = np.abs(pulls)
    assert (pulls < 3).mean(0).min() > 0.9
    assert (pulls < 0.05).mean(0).max() < 0.5


def test_a_decay_at_the_start_is_no_echo():
    at = np.arange(600) * 0.3
    echo = find_echo(recorded(lorentzian(at, 0.04, 0.01), at))
    assert echo.kind == "decay"
    assert echo.at_edge
    assert echo.time == at[0]
    assert "highest at the start" in echo.sentence


def test_the_echo_after_a_higher_decay_is_found():
    at = np.arange(800) * 0.2
    signal = lorentzian(at, 0.05) + 0.3 * lorentzian(at, 0.05, tau=100)
    echo = find_echo(recorded(signal, at))
    assert echo.kind == "echo"
    assert echo.time == pytest.approx(100, abs=0.4)


def test_a_record_that_begins_on_the_rise_of_the_echo():
    """The top is inside the record, its left side is not."""
    at = np.arange(300) * 0.2
    echo = find_echo(recorded(lorentzian(at, 0.05, tau=2.5), at))
    assert echo.kind == "echo"
    assert echo.at_edge
    assert echo.time == pytest.approx(2.5, abs=0.4)
    assert "Only one side" in echo.sentence


def test_ring_down_and_spikes_are_no_echo():
    at = np.arange(500) * 0.2
    signal = 0.4 * lorentzian(at, 0.06, tau=60)
    signal = signal + 2 * np.exp(-at / 0.4 + 2j * np.pi * 0.5 * at)
    signal[[77, 410]] += [3, 2j]
    echo = find_echo(recorded(signal, at))
    assert echo.time == pytest.approx(60, abs=0.5)


def test_near_chooses_among_echoes():
    at = np.arange(2000) * 0.1
    signal = lorentzian(at, 0.1, tau=40) + 0.5 * lorentzian(at, 0.1, tau=120)
    measurement = recorded(signal, at)
    assert find_echo(measurement).time == pytest.approx(40, abs=0.3)
    assert find_echo(measurement, near=121).time == pytest.approx(120, abs=0.3)


def test_exact_zeros_at_the_end_are_no_noise():
    """A padded record has the noise of what was measured, and no SNR is infinite."""
    at = np.arange(1000) * 0.2
    measurement = recorded(lorentzian(at, 0.05, tau=60), at)
    padded = np.where(np.arange(1000) < 550, measurement.signal, 0)
    plain = find_echo(measurement)
    echo = find_echo(Measurement(at, padded))
    assert echo.noise == pytest.approx(plain.noise, rel=0.2)
    clean = find_echo(Measurement(at, lorentzian(at, 0.05, tau=60)))
    assert 0 < clean.noise < np.inf
    assert np.isfinite(clean.snr)


def test_noise_alone_has_no_echo():
    random = np.random.default_rng(3)
    for n in (16, 200, 5000):
        noise = random.normal(size=(2, n))
        measurement = Measurement(np.arange(n) * 0.5, noise[0] + 1j * noise[1], name="noise")
        with pytest.raises(InputError, match="no echo in noise: the highest point, at"):
            find_echo(measurement)


def test_the_sentence_names_place_width_snr_and_offset():
    at = np.arange(400) * 0.4
    echo = find_echo(recorded(lorentzian(at, 0.08, 0.02, 70), at))
    for part in (f"{echo.time:.5g}", "µs wide", "signal-to-noise ratio", "kHz off the carrier"):
        assert part in echo.sentence, part
    assert echo.sentence.endswith(".")
    assert "nan" not in echo.sentence


@pytest.mark.parametrize("n", [16, 17, 24, 40, 1000])
def test_any_short_or_odd_record_gives_an_echo_or_a_sentence(n):
    random = np.random.default_rng(n)
    for signal in (
        random.normal(size=n) + 0j,
        np.where(np.arange(n) == n // 2, 1.0, 0) + 0j,
        np.ones(n) + 0j,
        np.arange(n) + 1j,
        np.exp(0.9j * np.arange(n)),
        np.linspace(1, 0, n) ** 8 * 1e-300 + 1e-300,
        random.choice([-1, 0, 1], n) * 1e250 + 1j,
    ):
        measurement = Measurement(np.cumsum(random.uniform(0.1, 2, n)), signal)
        echo = found_or_sentence(measurement)
        if isinstance(echo, str):
            assert echo.endswith(".")
            assert "nan" not in echo
        else:
            numbers = [echo.time, echo.width, echo.snr, echo.offset, echo.noise]
            assert np.isfinite(numbers).all()


def found_or_sentence(measurement):
    try:
        return find_echo(measurement)
    except InputError as error:
        return str(error)
