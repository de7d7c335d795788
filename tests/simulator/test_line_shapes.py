"""Shapes of the line: without coupling, M(t) is the characteristic function of each of them."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from scipy.integrate import quad
from scipy.stats import kstest

from nmr_core import InputError, Sample, preset, simulate
from nmr_core.experiment import LINES
from nmr_core.learning.identifiable import unidentifiable
from nmr_core.presets import Row, table_preset
from nmr_core.simulator.analytic import characteristic_function, uncoupled_magnitude
from nmr_core.simulator.line import line_quantile
from nmr_core.simulator.offsets import draw_offsets
from nmr_core.symmetries import symmetries

WIDTH, CUTOFF = 0.08, 0.3
FRACTIONS = {"lorentzian": 1.0, "gaussian": 0.0, "pseudo_voigt": 0.3}
OFFSETS = ("stratified", "iid", "grid", "frozen")


def sample(line: str, offsets: str = "stratified", **changes) -> Sample:
    given_ = {"line": line, "line_fraction": FRACTIONS[line], "line_width": WIDTH}
    return Sample(50, 50, offsets, **given_ | {"cutoff": CUTOFF} | changes)


def weight(line: str, delta: float) -> float:
    """Density of the line written out: half of its maximum at ± WIDTH/2, areas 1."""
    g = WIDTH / 2
    sd = WIDTH / np.sqrt(8 * np.log(2))
    lorentzian = g / (np.pi * (delta**2 + g**2))
    gaussian = np.exp(-(delta**2) / (2 * sd**2)) / (sd * np.sqrt(2 * np.pi))
    return FRACTIONS[line] * lorentzian + (1 - FRACTIONS[line]) * gaussian


def integral(line: str, s: float = 0.0, end: float = CUTOFF) -> float:
    """Integral of weight cos(delta s) from 0 to end."""
    return quad(lambda delta: weight(line, delta), 0, end, weight="cos", wvar=s, epsabs=1e-12)[0]


@pytest.mark.parametrize("line", LINES)
def test_line_width_is_the_full_width_at_half_maximum(line):
    assert weight(line, WIDTH / 2) == pytest.approx(weight(line, 0) / 2, rel=1e-12)
    delta = line_quantile(np.linspace(0, 1, 400_001)[1:-1], sample(line))
    counts, edges = np.histogram(delta, np.linspace(-0.06, 0.06, 61))
    centres = (edges[1:] + edges[:-1]) / 2
    expected = np.array([weight(line, x) for x in centres])
    assert_allclose(counts / counts.max(), expected / expected.max(), atol=2e-3)


@pytest.mark.parametrize("line", LINES)
def test_quantile_inverts_the_area(line):
    u = np.array([1e-9, 1e-4, 0.02, 0.31, 0.5, 0.77, 1 - 1e-6])
    delta = line_quantile(u, sample(line))
    whole = 2 * integral(line)
    area = [0.5 + np.sign(x) * integral(line, end=abs(x)) / whole for x in delta]
    assert_allclose(area, u, rtol=0, atol=1e-10)


@given(
    st.sampled_from(sorted(LINES)),
    st.floats(1e-6, 10),
    st.floats(1e-6, 10),
    st.floats(0, 1),
    st.lists(st.floats(0, 1, exclude_max=True), min_size=1),
)
def test_offsets_rise_within_the_cutoff_for_any_line(line, width, cutoff, fraction, u):
    shape = Sample(line=line, line_width=width, cutoff=cutoff, line_fraction=fraction)
    delta = line_quantile(np.sort(u), shape)
    assert np.abs(delta).max() <= cutoff * (1 + 1e-12)
    assert (np.diff(delta) >= -1e-9 * cutoff).all()
    assert_allclose(line_quantile(np.array([0.5]), shape), 0, atol=1e-15 * cutoff)


def test_a_pseudo_voigt_line_of_one_kind_is_that_kind():
    u = np.linspace(0, 1, 1001)[1:-1]
    for fraction, line in ((1.0, "lorentzian"), (0.0, "gaussian")):
        mixed = line_quantile(u, sample("pseudo_voigt", line_fraction=fraction))
        own = line_quantile(u, sample(line))
        if line == "lorentzian":
            assert_allclose(mixed, own, rtol=0, atol=1e-12)
        else:
            assert_allclose(mixed, own, rtol=0, atol=1e-10)


@pytest.mark.parametrize("line", LINES)
@pytest.mark.parametrize("offsets", OFFSETS)
def test_drawn_offsets_follow_the_line(line, offsets):
    delta = draw_offsets(sample(line, offsets), 3).ravel()
    whole = 2 * integral(line)
    x = np.linspace(-CUTOFF, CUTOFF, 2001)
    density = np.array([weight(line, at) for at in x]) / whole
    area = np.concatenate([[0], np.cumsum((density[1:] + density[:-1]) / 2) * (x[1] - x[0])])
    assert kstest(delta, lambda at: np.interp(at, x, area)).pvalue > 0.01


@pytest.mark.parametrize("line", LINES)
def test_characteristic_function_is_the_integral_over_the_truncated_line(line):
    s = np.array([0.0, 1.0, 20.0, 90.0, 300.0])
    chi = characteristic_function(s, WIDTH, CUTOFF, line=line, line_fraction=FRACTIONS[line])
    expected = [integral(line, at) / integral(line) for at in s]
    assert_allclose(chi, expected, rtol=0, atol=1e-9)


@pytest.mark.parametrize("line", LINES)
def test_uncoupled_echo_is_the_characteristic_function(line):
    """Without coupling the echo has the shape of the FID, mirrored: chi(2π (t - 2 tau))."""
    echo = simulate(
        preset("cuda_2023").build(
            alpha_x=0.0,
            alpha_y=0.0,
            offsets="stratified",
            tau=20.0,
            line=line,
            line_fraction=FRACTIONS[line],
            line_width=WIDTH,
            cutoff=CUTOFF,
        )
    )
    protocol = echo.experiment.protocol
    s = 2 * np.pi * (echo.time - protocol.echo_time)
    after = np.flatnonzero(echo.time > protocol.pulse_times[1])[::5]
    expected = [0.5 * abs(integral(line, at) / integral(line)) for at in s[after]]
    assert_allclose(np.abs(echo.signal[after]), expected, rtol=0, atol=1e-4)
    assert_allclose(np.abs(echo.signal), uncoupled_magnitude(echo.experiment), rtol=0, atol=1e-4)


def test_a_gaussian_echo_is_a_gaussian():
    """Hardly truncated: |M| = 1/2 exp(-(pi Gamma t)²/(4 ln 2)), so its FWHM is .8825/Gamma."""
    chi = characteristic_function(
        2 * np.pi * np.array([0.44127 / 0.08]), 0.08, 1.0, line="gaussian"
    )
    assert chi == pytest.approx(0.5, abs=1e-4)


def off_carrier(line: str, dt: float, **material) -> float:
    """Largest difference between an echo off the carrier and one on it, turned by hand: by
    -2π centre t after a 90° pulse, by -2π centre (t - 2 tau) after the 180° pulse."""
    own = {"line": line, "cutoff": 0.1, "integrator": "exponential_midpoint", "angle_2": 180}
    on = preset("cuda_2023").build(tau=10.0, dt=dt, n_x=12, n_y=12, **own, **material)
    a, b = simulate(on, seed=4), simulate(on.replace(centre=0.07), seed=4)
    protocol = on.protocol
    first = a.time < protocol.pulse_times[1] - dt / 2
    turn = 2 * np.pi * 0.07 * np.where(first, a.time, a.time - protocol.echo_time)
    known = np.abs(a.time - protocol.pulse_times[1]) > dt / 2
    return np.abs(b.signal - a.signal * np.exp(-1j * turn))[known].max()


@pytest.mark.parametrize("line", LINES)
def test_a_line_off_the_carrier_turns_the_signal_and_leaves_its_size(line):
    assert off_carrier(line, 0.25, alpha_x=0.0, alpha_y=0.0) < 1e-12


def test_with_coupling_it_turns_as_well_in_the_limit_of_small_steps():
    """A field that is held over a step lags behind the turning spins: second order in dt."""
    errors = [off_carrier("gaussian", dt, omega_p=1.0, alpha_z=0.01) for dt in (0.1, 0.05, 0.025)]
    assert errors[0] < 0.02
    assert errors[0] / errors[1] == pytest.approx(4, rel=0.2)
    assert errors[1] / errors[2] == pytest.approx(4, rel=0.2)


def test_the_centre_shifts_every_offset_and_stays_within_the_sampling():
    line = sample("gaussian")
    shifted = draw_offsets(sample("gaussian", centre=0.2), 5)
    assert_allclose(shifted, draw_offsets(line, 5) + 0.2, rtol=0, atol=1e-15)
    coarse = preset("cuda_2023").build(dt=1.0, tau=10.0, n_x=4, n_y=4, centre=0.6, alpha_x=0.0)
    with pytest.raises(InputError, match=r"dt = 1 µs is too coarse for frequencies up to 0\.[678]"):
        simulate(coarse)


def test_the_defaults_are_the_line_of_before():
    u = np.random.default_rng(0).random(100)
    g = 0.05 / 2
    assert (line_quantile(u, Sample()) == g * np.tan((2 * u - 1) * np.arctan(0.25 / g))).all()


def test_a_line_off_the_carrier_has_no_mirror_image():
    secular = preset("ml4sci_2020_secular")
    assert [s.name for s in symmetries(secular.fix(line="gaussian"))] == ["mirror_re"]
    assert symmetries(secular.fix(centre=0.01)) == ()


def test_what_of_the_line_can_be_known():
    """The Lorentzian fraction of a Gaussian line changes nothing, that of pseudo-Voigt does."""
    rows = [Row("line_fraction", low=0.0, high=1.0), Row("centre", low=-0.01, high=0.01)]
    base = preset("cuda_2023").fix(n_x=4, n_y=4)
    for line, unknown in (("gaussian", {"line_fraction"}), ("pseudo_voigt", set())):
        assert set(unidentifiable(table_preset(rows, base.fix(line=line)))) == unknown
