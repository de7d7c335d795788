"""Echoes for a model that was made for them: at the protocol's place, without offset, of one size.

The truth is the simulated echo itself, through the function of the training data.
"""

from dataclasses import replace

import numpy as np
import pytest

from nmr_core import InputError
from nmr_core.datasets.generate import generate
from nmr_core.effects.echo_scaled import echo_mean, echo_scaled
from nmr_core.learning.train import train
from nmr_core.measured import Measurement, Steps
from nmr_core.measured.canonical import scaled_echo_width
from nmr_core.measured.for_run import prepare_for_run, target_for_run
from nmr_core.measured.spectrometer import SpectrometerSettings, echo_of, record
from nmr_core.measured.steps import OutOfRangeError
from nmr_core.presets import preset

TAU, LINE, DWELL, WIDTH = 48.0, 0.1, 0.4, 1.0
SETTINGS = SpectrometerSettings(
    tau=TAU,
    dwell=DWELL,
    start=8.0,
    n_points=190,
    line_width=LINE,
    offset=0.0,
    omega_p=0.8,
    xi=3.0,
    dephasing=0.3,
    snr=150,
    phase=70,
    baseline=0.02 - 0.01j,
    scale=3e4,
    clock=2.0,
    seed=5,
)


@pytest.fixture(scope="module")
def made():
    """A run on scaled echoes of one protocol, and its target."""
    fields = {"tau": TAU, "line_width": LINE, "cutoff": 0.5, "n_x": 16, "n_y": 16, "ratio_z": 0}
    fields |= {"dt": 0.2, "record_from": 30.0, "record_every": 2, "acquire": 75.0}
    chosen = preset("measured_echo").fix(**fields)
    effects = [
        {"effect": "gaussian_noise", "snr": 150},
        {"effect": "echo_scaled", "width": WIDTH},
    ]
    run = train(generate(chosen, 80, seed=1, effects=effects), featurizer="raw", model="ridge")
    return run, target_for_run(run, n_curves=64)


def truth(settings, target):
    """The simulated echo on the model's times, scaled as the training data."""
    dense = replace(settings, dwell=0.1, n_points=4 * settings.n_points)
    at = dense.time - settings.echo_time + target.echo_time
    signal = echo_of(dense)
    values = np.interp(target.time, at, signal.real) + 1j * np.interp(target.time, at, signal.imag)
    return echo_scaled(values[None, None], target.time, echo_time=target.echo_time, width=WIDTH)


@pytest.mark.parametrize("offset", [0.0, 0.02, -0.05, 0.3])
def test_the_prepared_signal_is_the_echo_of_the_training_data(made, offset):
    run, target = made
    settings = replace(SETTINGS, offset=offset)
    [prepared] = prepare_for_run(run, [record(settings)], target=target)
    expected = truth(SETTINGS, target)[0, 0]
    difference = prepared.signal - expected
    assert np.sqrt((np.abs(difference) ** 2).mean() / 2) < 2 * prepared.sigma + 0.006
    mean = echo_mean(prepared.signal, target.time, echo_time=target.echo_time, width=WIDTH)
    assert mean == pytest.approx(0.5, abs=1e-6)
    assert prepared.offset == pytest.approx(1e3 * offset, abs=1.0)
    assert prepared.time_zero == pytest.approx(settings.echo_time - target.echo_time, abs=0.2)
    assert prepared.phase == pytest.approx(70 - 90, abs=4)


def test_gain_phase_and_clock_do_not_matter(made):
    run, target = made
    one = record(SETTINGS)
    other = Measurement(one.time - 137, one.signal * 1e-7 * np.exp(2.2j))
    [first] = prepare_for_run(run, [one], target=target)
    [second] = prepare_for_run(run, [other], target=target)
    # The baseline is a median of each channel, which a phase changes within its error
    assert np.abs(first.signal - second.signal).max() < 0.5 * first.sigma


def test_stages_say_what_was_done(made):
    run, target = made
    [prepared] = prepare_for_run(run, [record(replace(SETTINGS, offset=0.02))], target=target)
    names = ["echo", "time_zero", "offset", "baseline", "amplitude", "resample", "noise"]
    assert [stage.name for stage in prepared.stages][2:] == names
    assert all(stage.sentence.endswith(".") for stage in prepared.stages)
    assert "training data" in prepared.stage("amplitude").sentence
    at, corrected = prepared.corrected
    near = np.abs(at - target.echo_time) < 1.5
    inner = np.abs(target.time - target.echo_time) < 1.5
    assert corrected[near].mean() == pytest.approx(prepared.signal[inner].mean(), abs=0.02)


def test_steps_overrule(made):
    run, target = made
    one = record(replace(SETTINGS, offset=0.02))
    zero = SETTINGS.echo_time - target.echo_time
    steps = Steps(offset=20, time_zero=zero, baseline=0)
    [prepared] = prepare_for_run(run, [one], target=target, steps=steps)
    assert (prepared.offset, prepared.time_zero) == (20, zero)
    for name in ("offset", "time_zero", "baseline"):
        assert "as chosen" in prepared.stage(name).sentence


def test_other_runs_are_prepared_as_before(made):
    run, _ = made
    assert scaled_echo_width(run) == WIDTH


def test_a_decay_or_a_short_record_is_refused(made):
    run, target = made
    one = record(SETTINGS)
    after = one.time >= SETTINGS.echo_time
    decay = Measurement(one.time[after], one.signal[after], name="decay")
    with pytest.raises(InputError, match="decays from there"):
        prepare_for_run(run, [decay], target=target)
    late = one.time >= SETTINGS.echo_time - 9
    short = Measurement(one.time[late], one.signal[late], name="short")
    with pytest.raises(OutOfRangeError, match="points are missing"):
        prepare_for_run(run, [short], target=target)
