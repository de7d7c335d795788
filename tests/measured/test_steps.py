"""Every stage can be overridden or switched off, says so, and what was found is still told."""

import numpy as np
import pytest
from measuring import TAU, measured, rms

from nmr_core.measured import OFF, Measurement, Steps, prepare


@pytest.fixture(scope="module")
def one(kind):
    """(measurement, curve): turned by 60°, 5 units for M = 1, on .2 + .1i, clock 25 µs ahead."""
    time, curves = kind
    return measured(
        time,
        curves[77],
        np.random.default_rng(2),
        n=4000,
        phase=60,
        scale=5,
        zero=25,
        baseline=0.2 + 0.1j,
    ), curves[77]


def test_the_true_values_may_be_given(one, target):
    measurement, curve = one
    given = Steps(
        time_zero=25,
        phase=60,
        amplitude=5,
        baseline=0.2 + 0.1j,
        conjugate=False,
        dead_time=OFF,
        resample="average",
    )
    prepared = prepare(measurement, target, steps=given)
    assert rms(prepared.signal - curve) == pytest.approx(0.5 / 30 * np.sqrt(9 / 4 / 17), rel=0.3)
    for name in ("time_zero", "phase", "baseline", "amplitude"):
        assert "as chosen" in prepared.stage(name).sentence, name
    assert prepared.stage("time_zero").estimate == pytest.approx(25, abs=2)


def test_the_time_of_the_echo_is_another_way_to_give_the_zero(one, target):
    measurement, _ = one
    assert prepare(
        measurement, target, steps=Steps(echo_time=25 + 2 * TAU)
    ).time_zero == pytest.approx(25)


@pytest.mark.parametrize(
    ("steps", "stage", "used"),
    [
        (Steps(phase=OFF), "phase", 0),
        (Steps(phase=-30), "phase", -30),
        (Steps(amplitude=OFF), "amplitude", 1),
        (Steps(amplitude=10), "amplitude", 10),
        (Steps(baseline=OFF), "baseline", 0),
        (Steps(baseline=1j), "baseline", 1j),
        (Steps(conjugate=True), "conjugate", 1),
        (Steps(dead_time=3), "dead_time", 3),
        (Steps(time_zero=25.2), "time_zero", 25.2),
    ],
)
def test_each_wish_is_used_and_nothing_else_stands_in_for_it(one, target, steps, stage, used):
    prepared = prepare(one[0], target, steps=steps)
    assert prepared.stage(stage).used == pytest.approx(used)


def test_a_dead_time_sets_points_to_0_and_warns(one, target, kind):
    prepared = prepare(one[0], target, steps=Steps(dead_time=3))
    assert not prepared.signal[kind[0] < 3].any()
    assert not prepared.signal[(kind[0] > TAU + 0.1) & (kind[0] < TAU + 3)].any()
    assert prepared.stage("dead_time").warning


def test_a_drifting_baseline_is_found_or_given_to_be_looked_for(one, target):
    measurement, curve = one
    drift = 0.5 * (measurement.time - measurement.time[0]) / 150
    drifting = Measurement(measurement.time, measurement.signal + drift)
    assert rms(prepare(drifting, target).signal - curve) < 0.012
    assert rms(prepare(drifting, target, steps=Steps(baseline="linear")).signal - curve) < 0.012
    assert rms(prepare(drifting, target, steps=Steps(baseline="constant")).signal - curve) > 0.012


def test_before_and_after_lie_on_the_same_clock(one, target):
    measurement, curve = one
    prepared = prepare(measurement, target)
    t, corrected = prepared.corrected
    assert np.array_equal(prepared.before[0], t)
    near = np.searchsorted(t, prepared.time[100])
    assert corrected[near - 20 : near + 20].mean() == pytest.approx(curve[100], abs=0.02)
    assert prepared.signal.dtype == np.complex64
    assert [stage.name for stage in prepared.stages] == [
        "measurement",
        "saturation",
        "echo",
        "time_zero",
        "conjugate",
        "offset",
        "phase",
        "baseline",
        "amplitude",
        "dead_time",
        "resample",
        "noise",
    ]
    assert all(
        stage.sentence.endswith(".") and "\n" not in stage.sentence for stage in prepared.stages
    )


@pytest.mark.parametrize(
    "wrong",
    [
        {"phase": "much"},
        {"amplitude": -1},
        {"amplitude": 0.0},
        {"dead_time": -3},
        {"resample": "guess"},
        {"conjugate": "yes"},
        {"baseline": "wavy"},
        {"baseline": np.nan},
        {"time_zero": np.inf},
        {"time_zero": 1.0, "echo_time": 2.0},
        {"echo_time": "off"},
    ],
)
def test_wishes_that_make_no_sense_are_refused(wrong, refused):
    assert next(iter(wrong)) in refused(Steps, **wrong)
