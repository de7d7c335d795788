"""Random effects against their definitions: sizes, distributions, what is shared."""

import numpy as np
import pytest

from nmr_core import EFFECTS
from nmr_core.effects import apply_effects, effects_from, effects_text

N = 4000


def test_the_noise_has_the_snr_that_was_asked_for(context, curves):
    noise = apply_effects([EFFECTS["gaussian_noise"](snr=25)], context, curves, 1) - curves
    peak = np.abs(curves).max((1, 2))
    for part in (noise.real, noise.imag):
        # 728 numbers each: 2.6 % sd
        assert peak / part.std((1, 2)) == pytest.approx(np.full(40, 25.0), rel=0.15)
        assert (peak / part.std((1, 2))).mean() == pytest.approx(25, rel=0.02)
    scaled = (noise / peak[:, None, None]).ravel() * 25
    assert abs(scaled.mean()) < 5 / np.sqrt(scaled.size)
    assert (np.abs(scaled.real) > 2).mean() == pytest.approx(0.0455, rel=0.1)
    assert abs((scaled.real * scaled.imag).mean()) < 5 / np.sqrt(scaled.size)
    assert abs((noise[:, 0] * noise[:, 1].conj()).mean()) < 5 * np.mean(
        np.abs(noise) ** 2
    ) / np.sqrt(noise.size / 2)


def test_the_snr_is_that_of_the_echo_not_of_the_first_pulse(context, curves):
    loud = curves.copy()
    loud[:, :, 0] = 0.5
    pair = [
        apply_effects([EFFECTS["gaussian_noise"]()], context, s, 1)[:, :, 200:]
        for s in (curves, loud)
    ]
    assert pair[0].tobytes() == pair[1].tobytes()


def test_an_absolute_noise_overrules_the_snr(context, curves):
    noise = (
        apply_effects([EFFECTS["gaussian_noise"](snr=2, sigma=0.01)], context, curves, 1) - curves
    )
    assert noise.real.std() == pytest.approx(0.01, rel=0.02)
    assert noise.real.std((1, 2)).max() < 0.012


def test_phases_are_normal_and_fractiond_by_the_settings_of_a_sample(draws):
    phase = np.degrees(np.angle(draws(EFFECTS["phase_error"](sd=12), N)))
    assert (phase == phase[:, :1]).all()
    assert phase[:, 0].std() == pytest.approx(12, rel=0.05)
    assert abs(phase[:, 0].mean()) < 5 * 12 / np.sqrt(N)


def test_a_drift_turns_linearly_in_time(draws, context):
    phase = np.degrees(np.unwrap(np.angle(draws(EFFECTS["phase_error"](sd=0, drift=60), N))))
    fraction = (context.time - context.time[0]) / (context.time[-1] - context.time[0])
    assert np.allclose(phase, phase[:, -1:] * fraction, atol=1e-9)
    assert phase[:, -1].std() == pytest.approx(60, rel=0.05)


def test_the_phase_is_what_the_curves_are_turned_by(context, curves):
    turned = apply_effects([EFFECTS["phase_error"](sd=40)], context, curves, 7)
    assert np.allclose(np.abs(turned), np.abs(curves), atol=1e-7)
    factor = turned[:, :, 242] / curves[:, :, 242]
    assert np.abs(turned - factor[:, :1, None] * curves).max() < 1e-6
    drawn = [40 * np.random.default_rng([7, k, 2, 0]).standard_normal() for k in range(40)]
    assert np.degrees(np.angle(factor[:, 0] * np.exp(-1j * np.radians(drawn)))) == pytest.approx(
        np.zeros(40), abs=1e-3
    )


def test_a_baseline_is_three_legendre_polynomials(draws, context):
    lines = draws(EFFECTS["baseline"](constant=0.02, drift=0.05), N)
    x = 2 * (context.time - context.time[0]) / np.ptp(context.time) - 1
    coefficients = np.polynomial.legendre.legfit(x, np.concatenate([lines.real, lines.imag]).T, 4)
    assert coefficients[:3].std(1) == pytest.approx([0.02, 0.05, 0.05], rel=0.05)
    assert np.abs(coefficients[3:]).max() < 1e-12
    assert np.abs(np.corrcoef(coefficients[:3]) - np.eye(3)).max() < 5 / np.sqrt(2 * N)


def test_a_constant_baseline_is_added_to_all_settings(context, curves):
    added = apply_effects([EFFECTS["baseline"](constant=0.1)], context, curves, 3) - curves
    assert np.abs(added - added[:, :1, :1]).max() < 1e-7
    assert 0.07 < added[:, 0, 0].real.std() < 0.13


def test_the_asked_fraction_of_points_is_missing_and_the_others_stay(context, curves):
    ones = np.ones((300, 2, len(context.time)), np.complex64)
    left = apply_effects([EFFECTS["missing_points"](fraction=0.2)], context, ones, 4)
    assert set(np.unique(left)) == {0, 1}
    n = left.size
    assert (left == 0).mean() == pytest.approx(0.2, abs=5 * np.sqrt(0.2 * 0.8 / n))
    both = (left[:, 0] == 0) & (left[:, 1] == 0)
    assert both.mean() == pytest.approx(0.04, abs=5 * np.sqrt(0.04 / (n / 2)))
    assert not apply_effects([EFFECTS["missing_points"](fraction=1)], context, curves, 4).any()


@pytest.mark.parametrize("sd", [8, 100])
def test_gains_are_normal_and_never_negative(draws, sd):
    """Mean and deviation of max(0, 1 + ε), by integration."""
    gains = draws(EFFECTS["amplitude_scale"](sd=sd), N)
    n = np.linspace(-8, 8, 200_001)
    weight = np.exp(-(n**2) / 2) / np.sqrt(2 * np.pi) * (n[1] - n[0])
    cut = np.maximum(0, 1 + sd / 100 * n)
    mean = (weight * cut).sum()
    assert gains.mean() == pytest.approx(mean, abs=5 * sd / 100 / np.sqrt(N))
    assert gains.std() == pytest.approx(np.sqrt((weight * (cut - mean) ** 2).sum()), rel=0.05)
    assert gains.min() >= 0


def test_a_gain_multiplies_all_settings_of_a_sample(context, curves):
    ratio = (
        apply_effects([EFFECTS["amplitude_scale"](sd=10)], context, curves, 2)[:, :, 242]
        / curves[:, :, 242]
    )
    assert np.abs(ratio - ratio[:, :1]).max() < 1e-6
    assert len(set(ratio[:, 0].real.round(5))) > 35


def test_shifts_are_normal_in_µs(draws):
    shifts = draws(EFFECTS["time_shift"](sd=0.4), N)
    assert shifts.std() == pytest.approx(0.4, rel=0.05)
    assert abs(shifts.mean()) < 5 * 0.4 / np.sqrt(N)


def test_noise_that_differs_from_sample_to_sample(context, curves):
    equal = apply_effects([EFFECTS["gaussian_noise"](sigma=0.01)], context, curves, 1) - curves
    noise = EFFECTS["gaussian_noise"](sigma=0.01, spread=2)
    size = (apply_effects([noise], context, curves, 1) - curves).real.std(axis=(1, 2))
    assert equal.real.std(axis=(1, 2)).std() < 1e-3
    assert size.min() < 0.0005
    assert size.max() > 0.005
    assert np.median(np.log10(size)) == pytest.approx(-3, abs=0.3)
    assert "spread" not in EFFECTS["gaussian_noise"](sigma=0.01).to_dict()
    assert effects_from(effects_text([noise])) == (noise,)
