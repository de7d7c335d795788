"""What a spectrometer does to an echo is undone, up to the noise."""

import numpy as np
import pytest
from measuring import TAU, curves_of, measured, rms

from nmr_core.measured import Measurement, Steps, Target, prepare


def test_thirty_distorted_echoes_come_back_within_the_noise(kind, target):
    time, curves = kind
    rng, errors, noise = np.random.default_rng(0), [], []
    for curve in curves[64:94]:
        scale = 10 ** rng.uniform(-3, 5)
        measurement = measured(
            time,
            curve,
            rng,
            phase=rng.uniform(-180, 180),
            scale=scale,
            zero=rng.uniform(-40, 300),
            baseline=0.02 * scale * (rng.normal() + 1j * rng.normal()),
        )
        prepared = prepare(measurement, target)
        errors.append(rms(prepared.signal - curve))
        noise.append(prepared.sigma)
    # Of the measurement 1/2/30 = .017, averaged over 42 points by parabolas
    assert 0.002 < np.median(noise) < 0.007
    assert np.median(errors) < 1.5 * np.median(noise)
    assert np.quantile(errors, 0.9) < 0.01
    assert max(errors) < 0.03


@pytest.mark.parametrize("seed", range(12))
def test_without_noise_nothing_is_left_of_phase_zero_and_scale(kind, target, seed):
    rng = np.random.default_rng([3, seed])
    phase, zero, scale = rng.uniform(-180, 180), rng.uniform(-500, 500), rng.uniform(-6, 6)
    n, k = int(rng.integers(400, 4000)), int(rng.integers(64, 160))
    time, curves = kind
    prepared = prepare(
        measured(time, curves[k], None, n=n, phase=phase, zero=zero, scale=10**scale, snr=0), target
    )
    assert abs((prepared.phase - phase + 180) % 360 - 180) < 5
    assert abs(prepared.time_zero - zero) < 0.15
    assert prepared.amplitude == pytest.approx(10**scale, rel=0.06)
    assert rms(prepared.signal - curves[k]) < 0.012


@pytest.mark.parametrize("preset_name", ["cuda_2023", "gsoc_2021_weak_gaussian"])
def test_other_protocols_whose_echo_points_the_other_way(preset_name):
    time, curves = curves_of(preset_name, 70, 16)
    drawn_tau = {"cuda_2023": 49.8, "gsoc_2021_weak_gaussian": 314 / np.pi}[preset_name]
    target = Target.of_curves(
        time, curves[:60], echo_time=2 * drawn_tau, pulse_times=(0, drawn_tau)
    )
    rng = np.random.default_rng(1)
    single = np.r_[True, np.diff(time) > 0]
    for curve in curves[60:64]:
        measurement = Measurement(
            time[single] + 33,
            7 * np.exp(1j) * curve[single]
            + 0.03 * (rng.normal(size=single.sum()) + 1j * rng.normal(size=single.sum())),
        )
        prepared = prepare(measurement, target)
        # 256 spins: their disorder is much of the curve
        assert rms(prepared.signal[single] - curve[single]) < 0.035
        assert np.degrees(1) == pytest.approx(prepared.phase, abs=5)


def test_a_record_that_is_right_already_is_left_alone(kind, target):
    time, curves = kind
    made = [prepare(Measurement(time, curve), target) for curve in curves[64:84]]
    errors = [
        rms(prepared.signal - curve) for prepared, curve in zip(made, curves[64:84], strict=True)
    ]
    assert sum(prepared.time_zero == 0 for prepared in made) >= 16
    assert "its points lie on the model's times" in made[0].stage("resample").sentence
    assert np.median(errors) < 0.003
    assert max(errors) < 0.012


def test_the_second_pulse_is_not_smeared(kind, target):
    time, curves = kind
    curve = curves[np.abs(curves[64:, 150:157]).mean(1).argmax() + 64]
    at = np.r_[np.linspace(0.1, TAU - 1e-3, 3000), np.linspace(TAU + 1e-3, time[-1] + 0.1, 6000)]
    prepared = prepare(
        measured(time, curve, None, at=at, snr=0),
        target,
        steps=Steps(phase="off", amplitude="off", baseline="off", time_zero="off"),
    )
    near = slice(150, 165)
    assert np.abs(prepared.signal[near] - curve[near]).max() < 2e-3


def test_uneven_times_and_missing_rows_do_not_matter(kind, target):
    time, curves = kind
    rng = np.random.default_rng(3)
    at = np.sort(rng.uniform(time[0], time[-1], 6000))
    prepared = prepare(measured(time, curves[70], rng, at=at, phase=50, zero=12), target)
    assert rms(prepared.signal - curves[70]) < 0.01
    assert "with steps from" in prepared.stage("measurement").sentence


def test_the_settings_of_a_sample_share_phase_and_scale(kind):
    from nmr_core.measured import prepare_settings

    time, curves = kind
    both = np.stack([curves, 0.5 * curves], axis=1)
    target = Target.of_curves(time, both[:64], echo_time=2 * TAU, pulse_times=(0, TAU))
    rng = np.random.default_rng(5)
    measurements = [measured(time, curve, rng, scale=40, phase=-70, zero=8) for curve in both[80]]
    first, second = prepare_settings(measurements, target)
    assert (first.phase, first.amplitude, first.time_zero) == (
        second.phase,
        second.amplitude,
        second.time_zero,
    )
    assert rms(first.signal - both[80, 0]) < 0.012
    assert rms(second.signal - both[80, 1]) < 0.012


def test_snr_and_noise_are_those_that_were_put_in(kind, target):
    time, curves = kind
    rng = np.random.default_rng(9)
    for snr in (10, 100):
        prepared = prepare(measured(time, curves[66], rng, snr=snr, scale=3), target)
        noise = prepared.sigma / np.sqrt(9 / 4 / (2 * 10_000 / 470))
        assert noise == pytest.approx(0.5 / snr, rel=0.25)
        assert prepared.snr == pytest.approx(
            np.abs(curves[66][250:380]).max() / (0.5 / snr), rel=0.2
        )


def test_only_the_mean_is_enough_for_a_usual_echo(kind):
    time, curves = kind
    target = Target(time, curves[:64].mean(0), echo_time=2 * TAU, pulse_times=(0, TAU))
    near = np.abs(curves[64:] - curves[:64].mean(0)).mean(1).argmin() + 64
    prepared = prepare(
        measured(time, curves[near], np.random.default_rng(0), phase=120, zero=30, scale=5), target
    )
    assert rms(prepared.signal - curves[near]) < 0.03


def test_an_echo_alone_where_only_it_is_needed(kind, target):
    time, curves = kind
    needed = (time > 80) & (time < 120)
    alone = Target.of_curves(
        time, curves[:64], echo_time=2 * TAU, pulse_times=(0, TAU), needed=needed
    )
    rng = np.random.default_rng(0)
    measurement = measured(
        time, curves[75], rng, at=np.linspace(75, 125, 3000), zero=-100, phase=20, scale=2
    )
    prepared = prepare(measurement, alone, steps=Steps(amplitude=2))
    assert rms(prepared.signal[needed] - curves[75][needed]) < 0.03
    assert not prepared.signal[time < 70].any()
    assert "the model does not look at them" in prepared.stage("resample").sentence
