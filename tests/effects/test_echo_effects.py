"""Frequency offset and scaling by the echo, against what they are defined by."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from nmr_core import EFFECTS, InputError, Protocol, generate, preset, simulate
from nmr_core.effects import Context, apply_effects
from nmr_core.effects.echo_scaled import echo_mean, echo_scaled

OFFSET, SCALED = EFFECTS["frequency_offset"], EFFECTS["echo_scaled"]


@pytest.fixture(scope="module")
def late():
    """Context of an echo without its free induction decay: 35 to 90 µs, echo at 60 µs."""
    return Context.of(Protocol(tau=30.0, dt=0.25, record_from=5.0, record_every=2))


def test_a_frequency_offset_leaves_the_echo_and_turns_its_sides(context, curves, late):
    for one in (context, late):
        signals = np.ones((1, 2, len(one.time)), np.complex64)
        turned = OFFSET(sd=0.01).change(one, signals, np.array([0.004]))
        after = one.time > 30.5
        expected = np.exp(2j * np.pi * 0.004 * (one.time - 60))
        assert_allclose(turned[0, 1, after], expected[after], atol=1e-12)
        assert turned[0, 0, np.argmin(np.abs(one.time - 60))] == 1
    before = context.time < 29.5
    expected = np.exp(2j * np.pi * 0.004 * context.time)
    turned = OFFSET().change(context, np.ones((1, 1, len(context.time))), np.array([0.004]))
    assert_allclose(turned[0, 0, before], expected[before], atol=1e-12)


def test_frequencies_are_normal_and_shared_by_the_settings(context, curves, draws):
    f = draws(OFFSET(sd=0.02), 4000)
    assert f.shape == (4000,)
    assert f.std() == pytest.approx(0.02, rel=0.05)
    assert abs(f.mean()) < 5 * 0.02 / np.sqrt(4000)
    changed = apply_effects([OFFSET(sd=0.02)], context, curves, 3)
    ratio = changed / curves
    assert_allclose(ratio[:, 0], ratio[:, 1], atol=1e-5)
    assert_allclose(np.abs(ratio), 1, atol=1e-6)


def test_a_frequency_offset_is_a_line_off_the_carrier(late):
    """The simulator agrees, with coupling: the sense is that of a centre at -f."""
    base = preset("measured_echo").build(
        tau=30.0, n_x=10, n_y=10, omega_p=1.0, ratio_z=0.4, dt=0.0625, record_every=8
    )
    on, off = (simulate(base.replace(centre=f), seed=2).signal for f in (0.0, 0.01))
    context = Context.of(base.protocol)
    turned = OFFSET().change(context, on[None, None], np.array([-0.01]))[0, 0]
    assert np.abs(turned - off).max() < 2e-3
    assert np.abs(on - off).max() > 0.05


def test_the_echo_of_the_first_setting_is_one_half_and_real(context, late, curves):
    noisy = curves + np.complex64(0.01 + 0.003j)
    for one, signals in ((context, noisy), (late, noisy[:, :, -len(late.time) :])):
        for width in (0.3, 2.0, 40.0):
            scaled = SCALED(width=width).change(one, signals, np.empty((40, 0)))
            mean = echo_mean(scaled[:, 0], one.time, echo_time=60.0, width=width)
            assert_allclose(mean, np.full(40, 0.5), atol=1e-6)
            ratio = scaled[:, 1] / scaled[:, 0]
            assert_allclose(ratio, signals[:, 1] / signals[:, 0], rtol=2e-5)


def test_scaled_signals_know_neither_gain_nor_phase(late):
    rng = np.random.default_rng(0)
    M = rng.normal(size=(5, 3, len(late.time))) + 1j * rng.normal(size=(5, 3, len(late.time)))
    gain = 10 ** rng.uniform(-6, 9, 5) * np.exp(2j * np.pi * rng.random(5))
    given_ = {"echo_time": 60.0, "width": 4.0}
    one = echo_scaled(M, late.time, **given_)
    other = echo_scaled(M * gain[:, None, None], late.time, **given_)
    assert_allclose(one, other, rtol=1e-9)
    assert one.dtype == np.complex128


def test_a_narrow_mean_is_the_point_next_to_the_echo(late):
    M = np.arange(len(late.time)) * (1 + 1j)
    nearest = np.argmin(np.abs(late.time - 61.1))
    mean = echo_mean(M, late.time, echo_time=61.1, width=1e-3)
    assert mean == pytest.approx(M[nearest], rel=1e-12)


def test_a_signal_without_echo_stays_as_it_is(late):
    M = np.zeros((2, 1, len(late.time)), np.complex64)
    M[1] = 3
    scaled = SCALED().change(late, M, np.empty((2, 0)))
    assert not scaled[0].any()
    assert_allclose(scaled[1], 0.5, atol=1e-6)


def test_a_data_set_ends_with_it(tmp_path):
    small = preset("measured_echo").fix(n_x=6, n_y=6, tau=10.0, record_from=2.0)
    effects = "gaussian_noise:snr=50,phase_error:sd=90,frequency_offset:sd=0.01,echo_scaled:width=2"
    dataset = generate(small, 4, seed=1, effects=effects, path=tmp_path / "ds")
    time = np.array(dataset.manifest.time)
    mean = echo_mean(dataset.signals[:, 0], time, echo_time=20.0, width=2.0)
    assert_allclose(mean, np.full(4, 0.5), atol=1e-6)
    assert dataset.manifest.effects[-1] == {"effect": "echo_scaled", "width": 2.0}


def test_curves_of_unknown_pulses_are_refused(curves):
    unknown = Context(np.arange(curves.shape[-1]) * 0.25)
    for name in ("frequency_offset", "echo_scaled"):
        with pytest.raises(InputError, match=f"^{name} needs the times of the pulses"):
            apply_effects([EFFECTS[name]()], unknown, curves, 1)
