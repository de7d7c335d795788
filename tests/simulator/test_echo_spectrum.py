"""The spectrum of an echo: the direct sum, Parseval, a line, and the Lorentzian's width."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from nmr_core.errors import InputError
from nmr_core.simulator.analytic import characteristic_function
from nmr_core.simulator.shape import echo_shape
from nmr_core.simulator.spectrum import WINDOWS, ZERO_FILLINGS, echo_spectrum

DT = 0.3
TIME = np.arange(501) * DT  # µs, 0 to 150
ECHO = 100.0
RECORD = np.random.default_rng(0).normal(size=(2, 501)).T @ [1, 1j]


def _direct(frequency, time, signal, origin):
    return (
        np.array([np.sum(signal * np.exp(2j * np.pi * f * (time - origin))) for f in frequency])
        * DT
    )


@pytest.mark.parametrize("zero_filling", ZERO_FILLINGS)
@pytest.mark.parametrize("window", WINDOWS)
@pytest.mark.parametrize("stop", [140.0, 140.4], ids=["odd", "even"])
def test_it_is_the_direct_sum(window, zero_filling, stop):
    f, S = echo_spectrum(
        TIME, RECORD, 60, stop, origin=ECHO, window=window, zero_filling=zero_filling
    )
    inside = np.abs(TIME - (60 + stop) / 2) <= (stop - 60) / 2
    u = np.abs(TIME[inside] - ECHO)
    weighted = RECORD[inside] * WINDOWS[window].function(u / u.max())
    assert len(f) == len(S) == zero_filling * inside.sum()
    assert_allclose(S, _direct(f, TIME[inside], weighted, ECHO), rtol=0, atol=1e-9)


@pytest.mark.parametrize("n", [200, 201])
def test_frequencies_ascend_around_zero_in_steps_of_the_resolution(n):
    f, _ = echo_spectrum(TIME[:n], RECORD[:n], 0, 150, origin=0)
    assert_allclose(np.diff(f), 1 / (n * DT), rtol=1e-9)
    assert f[n // 2] == 0


@pytest.mark.parametrize("delta", [-0.2, 0.05, 0.11])
@pytest.mark.parametrize("window", WINDOWS)
def test_a_spin_at_an_offset_gives_a_line_there(delta, window):
    """It precesses as exp(-2πi delta t); at the origin all are in phase, so S is real and positive
    on the line.
    """
    M = 0.5 * np.exp(-2j * np.pi * delta * (TIME - ECHO))
    f, S = echo_spectrum(TIME, M, 60, 140, origin=ECHO, window=window, zero_filling=8)
    top = np.abs(S).argmax()
    assert f[top] == pytest.approx(delta, abs=1 / (2 * 8 * 80))
    assert S[top].real == pytest.approx(np.abs(S[top]), rel=1e-3)


@pytest.mark.parametrize("zero_filling", ZERO_FILLINGS)
def test_no_intensity_is_lost(zero_filling):
    """Parseval: df sum |S|² = dt sum |M|²."""
    f, S = echo_spectrum(TIME, RECORD, 0, 150, origin=ECHO, zero_filling=zero_filling)
    assert (f[1] - f[0]) * np.sum(np.abs(S) ** 2) == pytest.approx(
        DT * np.sum(np.abs(RECORD) ** 2), rel=1e-12
    )


@pytest.mark.parametrize("line_width", [0.03, 0.05])
def test_an_echo_without_coupling_has_the_spectrum_of_its_line(line_width):
    """Where offsets alone act, M = chi(2π(t - 2 tau))/2, and S is half the density of offsets."""
    M = characteristic_function(2 * np.pi * (TIME - 75), line_width, 0.25) / 2
    f, S = echo_spectrum(TIME, M, 0, 150, origin=75, zero_filling=8)
    line = echo_shape(f, S.real, -0.2, 0.2)
    assert line.width == pytest.approx(line_width, rel=0.03)
    assert abs(line.time) < 1e-3
    assert np.abs(S.imag).max() < 1e-9
    assert line.height == pytest.approx(0.5 / (line_width * np.arctan(0.5 / line_width)), rel=0.03)


@pytest.mark.parametrize("n", [200, 201])
@pytest.mark.parametrize("zero_filling", ZERO_FILLINGS[1:])
def test_zero_filling_keeps_the_original_points(n, zero_filling):
    f, S = echo_spectrum(TIME[:n], RECORD[:n], 0, 150, origin=20, window="gaussian")
    fine, filled = echo_spectrum(
        TIME[:n], RECORD[:n], 0, 150, origin=20, window="gaussian", zero_filling=zero_filling
    )
    same = np.arange(n) * zero_filling + (len(fine) // 2 - zero_filling * (n // 2))
    assert_allclose(fine[same], f, rtol=0, atol=1e-12)
    assert_allclose(filled[same], S, rtol=0, atol=1e-9)


@pytest.mark.parametrize("window", WINDOWS.values(), ids=lambda window: window.name)
def test_windows_are_one_at_the_origin_and_fall(window):
    w = window.function(np.linspace(0, 1, 101))
    assert w[0] == 1
    assert (np.diff(w) <= 0).all()
    assert w[-1] == pytest.approx({"none": 1, "hann": 0}.get(window.name, 0.01), abs=1e-12)


def test_the_farther_end_of_the_window_is_where_it_falls_to():
    """A constant record: an origin off the middle leaves the nearer end higher, both alike."""
    f, S = echo_spectrum(TIME, np.ones(501), 60, 120, origin=80.1, window="hann")
    w = np.fft.fft(np.fft.ifftshift(S * np.exp(-2j * np.pi * f * (60 - 80.1)))) / (len(S) * DT)
    assert w[-1] == pytest.approx(0, abs=1e-3)
    assert w[67] == pytest.approx(1)
    assert w[0] == pytest.approx(np.cos(np.pi / 2 * 20.1 / 39.9) ** 2)
    assert_allclose(w[67:134], w[67:0:-1], rtol=0, atol=1e-9)


def test_a_pulse_at_an_end_counts_on_the_side_of_the_window():
    """record "all": 60 and 120 µs appear twice; what lies beyond the pulses must not leak in."""
    at = np.flatnonzero(np.isclose(TIME, 60) | np.isclose(TIME, 120))
    time = np.insert(TIME, [at[0], at[1] + 1], TIME[at])
    record = np.insert(RECORD, [at[0], at[1] + 1], 1e6)
    expected = echo_spectrum(TIME, RECORD, TIME[at[0]], TIME[at[1]], origin=ECHO)
    assert_allclose(
        echo_spectrum(time, record, TIME[at[0]], TIME[at[1]], origin=ECHO),
        expected,
        rtol=0,
        atol=1e-9,
    )


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            {"window": "kaiser"},
            "window must be one of none, hann, gaussian, exponential; got 'kaiser'",
        ),
        ({"zero_filling": 3}, "zero_filling must be one of 1, 2, 4, 8; got 3"),
        ({"stop": 60.8}, "4 samples or more .* got 3"),
        ({"start": 200.0}, "got 0"),
        ({"time": TIME + 1e-3 * (TIME > 100)}, "not evenly spaced"),
        ({"time": np.insert(TIME, 333, TIME[333])[:501]}, "not evenly spaced"),
        ({"signal": RECORD[None]}, "one curve at a time"),
    ],
)
def test_what_has_no_spectrum_is_refused(change, message):
    with pytest.raises(InputError, match=message):
        echo_spectrum(
            **{"time": TIME, "signal": RECORD, "start": 60, "stop": 140, "origin": ECHO} | change
        )
