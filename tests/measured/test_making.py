"""Models made for measurements: plan, what can be known, make, keep, find again, faults."""

from dataclasses import replace

import numpy as np
import pytest

from nmr_core.errors import Cancelled, FailedError, InputError
from nmr_core.evaluation import load_run
from nmr_core.features.polynomial import ORDER, fitting_splits, projection
from nmr_core.kernels import KERNELS
from nmr_core.measured import Measurement, Steps
from nmr_core.measured.acquired import acquired, stated
from nmr_core.measured.answering import answer, ready
from nmr_core.measured.for_run import prepare_for_run, target_for_run
from nmr_core.measured.found import find_echo
from nmr_core.measured.made_for import made_for_of
from nmr_core.measured.making import (
    Asked,
    MadeFor,
    ModelPlan,
    differences,
    find_made,
    made_models,
    make_model,
    plan_model,
    what_can_be_known,
)
from nmr_core.measured.making.curves import Recorder
from nmr_core.measured.making.grid import LEAST_POINTS, Grid, grid_for
from nmr_core.measured.making.job import (
    answers_of,
    load_made,
    load_request,
    make_model_job,
    store_request,
)
from nmr_core.measured.making.make import remove_orphan
from nmr_core.measured.making.prior import dissipation
from nmr_core.measured.same_protocol import OtherProtocolError, check_protocol
from nmr_core.measured.series.answering import answer_series
from nmr_core.measured.series.choosing import with_values
from nmr_core.measured.series.quantity import QUANTITIES
from nmr_core.measured.series.result import OTHER_PROTOCOL
from nmr_core.measured.series.series import Item, Series
from nmr_core.measured.spectrometer import SpectrometerSettings, record
from nmr_core.simulator.several import simulate_several
from nmr_core.storage.workspace import in_workspace

SETTINGS = SpectrometerSettings(
    tau=15.0,
    dwell=0.5,
    start=2.0,
    n_points=80,
    line_width=0.15,
    offset=0.004,
    omega_p=0.6,
    xi=3.0,
    dephasing=0.5,
    snr=80.0,
    phase=40.0,
    scale=3e4,
)
"""A short protocol: 15 µs between the pulses, 150 kHz, both sides of the echo."""


@pytest.fixture(scope="module")
def echo():
    """(measurement, echo, protocol) of the short protocol."""
    measurement = record(SETTINGS)
    found = find_echo(measurement)
    return measurement, found, acquired(measurement, found, tau=SETTINGS.tau)


@pytest.fixture(scope="module")
def plan(echo):
    """The plan of a tiny model."""
    measurement, _, protocol = echo
    return plan_model([measurement], protocol, size="tiny")


@pytest.fixture(scope="module")
def made(plan, tmp_path_factory):
    """(data folder, run) of a tiny model; read in the folder only."""
    folder = tmp_path_factory.mktemp("made")
    with in_workspace(folder):
        return folder, make_model(plan, n_jobs=1, owner="someone")


# Physics of the grid


def test_the_echo_and_tau_lie_on_the_grid(plan):
    protocol = plan.preset.experiments()[0].protocol
    assert protocol.echo_time == pytest.approx(2 * protocol.n_tau * protocol.dt)
    assert np.abs(protocol.time - protocol.echo_time).min() < 1e-9
    assert abs(protocol.n_tau * protocol.dt - SETTINGS.tau) <= protocol.dt / 2
    steps = np.diff(protocol.time) / protocol.dt
    assert np.allclose(steps, np.round(steps[0]))
    # Only the measured window is recorded
    last_pulse = protocol.n_tau * protocol.dt
    assert protocol.time[0] - last_pulse >= SETTINGS.start - protocol.dt
    assert protocol.time[-1] - last_pulse <= SETTINGS.start + 80 * SETTINGS.dwell


def test_half_the_step_changes_less_than_a_third_of_the_noise(plan):
    coarse = plan.preset.fix(n_x=24, n_y=24)
    values = {"omega_p": 2.0, "xi": 3.0, "d": 3.0, "line_width": 0.15}
    one = coarse.experiments(**values)[0]
    protocol = one.protocol
    # A delay is cut to whole steps: a little more than the whole number keeps it
    fine = one.replace(dt=protocol.dt / 2, record_every=2 * protocol.record_every)
    signals = [simulate_several([[e]], [[3, 1]])[0, 0] for e in (one, fine)]
    assert signals[0].shape == signals[1].shape
    error = np.sqrt((np.abs(signals[0] - signals[1]) ** 2).mean())
    noise = np.abs(signals[1]).max() / plan.made_for.snr_high
    assert error < noise / 3


def test_dense_points_are_averaged_and_coarse_ones_kept():
    dense = grid_for(50.0, 5.0, 90.0, 0.02, 4.0, 0.2, "lorentzian")
    coarse = grid_for(50.0, 5.0, 120.0, 2.0, 4.0, 0.2, "lorentzian")
    assert dense.dwell == pytest.approx(0.32)
    assert coarse.dwell == pytest.approx(2.0)
    assert coarse.dt * 0.2 <= 0.04 + 1e-9


def test_a_record_with_one_side_of_the_echo_is_refused(refused):
    sentence = refused(grid_for, 50.0, 50.2, 90.0, 0.5, 4.0, 0.2, "lorentzian")
    assert "50.2 to 90" in sentence
    assert "both sides" in sentence


def test_dissipation_spans_little_to_nearly_all_of_the_echo():
    low, high = dissipation(50.0)
    losses = [2 * np.pi * 10**-d * 50.0 for d in (low, high)]
    assert losses == pytest.approx([2.0, 0.05], rel=0.01)


# The plan


def test_a_plan_survives_json(plan):
    assert ModelPlan.from_dict(plan.to_dict()) == plan
    assert plan.effects[-1]["effect"] == "echo_scaled"
    assert set(plan.preset.drawn.names) == {"omega_p", "xi", "d", "line_width"}


def test_a_given_line_is_no_parameter(echo):
    measurement, found, protocol = echo
    options = {"size": "tiny", "line": "gaussian", "line_width": 0.2, "echoes": [found]}
    planned = plan_model([measurement], protocol, ranges={"xi": (1, 4)}, **options)
    preset = planned.preset
    assert "line_width" not in preset.drawn.names
    assert preset.drawn["xi"].high == 4
    experiment = preset.experiments()[0]
    assert (experiment.line, experiment.line_width) == ("gaussian", 0.2)
    assert planned.effects[0]["effect"] == "line_width_error"


def test_several_angles_of_one_sample_are_settings(echo):
    measurement, found, protocol = echo
    several = [replace(protocol, angle_2=angle) for angle in (90.0, 180.0)]
    echoes = [found, found]
    planned = plan_model([measurement] * 2, several, size="tiny", echoes=echoes)
    assert [setting["angle_2"] for setting in planned.preset.to_dict()["settings"]] == [90, 180]
    assert planned.made_for.angles == ((90, 90), (90, 180))


@pytest.mark.parametrize("kernel", sorted(KERNELS))
def test_every_kernel_has_a_plan(echo, kernel):
    measurement, found, protocol = echo
    options = {"size": "tiny", "kernel": kernel, "echoes": [found], "line_width": 0.15}
    preset = plan_model([measurement], protocol, **options).preset
    lengths = {"constant": set(), "power_law": {"p"}}.get(kernel, {"xi"})
    assert set(preset.drawn.names) == {"omega_p", "d"} | lengths
    drawn = preset.draw_sample(np.random.default_rng(0))
    experiment = drawn.experiments[0]
    assert experiment.omega_p == pytest.approx(drawn.values["omega_p"])


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"sequence": "cpmg"}, "sequence cpmg"),
        ({"tau": None, "start": None}, "Give tau"),
    ],
)
def test_protocols_that_cannot_be_simulated_are_named(echo, refused, change, words):
    measurement, _, protocol = echo
    assert words in refused(plan_model, [measurement], replace(protocol, **change), size="tiny")


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"kernel": "dipolar"}, "kernel must be one of"),
        ({"kernels": ("gaussian", "rkky")}, "one kernel"),
        ({"line": "square"}, "line must be one of"),
        ({"line_width": 50.0}, "MHz wide, got 50"),
        ({"ranges": {"tau": (1, 2)}}, "no parameter 'tau'"),
        ({"ranges": {"xi": (4, 2)}}, "low < high, got 4 to 2"),
        ({"size": "huge"}, "quick or standard"),
    ],
)
def test_options_are_checked(echo, refused, options, words):
    measurement, found, protocol = echo
    call = {"size": "tiny", "echoes": [found]} | options
    assert words in refused(plan_model, [measurement], protocol, **call)


def test_one_channel_needs_an_option_that_is_named(echo, refused):
    measurement, _, protocol = echo
    real = replace(measurement, signal=measurement.signal.real, real_only=True)
    assert "option real_only" in refused(plan_model, [real], protocol, size="tiny")


def test_long_pulses_are_named(echo):
    measurement, found, protocol = echo
    long = replace(protocol, pulse_2=5.0)
    planned = plan_model([measurement], long, size="tiny", echoes=[found])
    assert "ideal pulses" in planned.notes[0]


def test_the_strength_is_known_and_the_range_is_not(plan):
    knowledge = what_can_be_known(plan, more_angles=False)
    assert knowledge.errors["omega_p"] < knowledge.errors["xi"]
    assert knowledge.errors["line_width"] < 0.1
    assert "xi" in knowledge.unknown
    assert all(sentence.endswith(".") for sentence in knowledge.sentences)


# The model


def test_a_made_model_is_an_ordinary_calibrated_run(made, echo):
    folder, run = made
    with in_workspace(folder):
        loaded = load_run(run.id)
        assert loaded.targets == ("omega_p", "xi", "d", "line_width")
        assert loaded.manifest.preset == "measured_echo"
        assert loaded.scores.loc["omega_p", "skill"] > 0.5
        result = answer(loaded, [stated(echo[0], tau=SETTINGS.tau)], n_seeds=20)
        low, high = result.interval("omega_p")
        assert low < SETTINGS.omega_p < high
        low, high = result.interval("line_width")
        assert low < SETTINGS.line_width < high
        assert result.row["applicability"]
        assert result.resimulation is not None


def test_nothing_unfinished_is_left(made):
    folder, run = made
    names = {path.name for place in ("runs", "calibrations") for path in (folder / place).iterdir()}
    assert names == {run.id}
    assert (folder / "runs" / run.id / "made_for.json").is_file()


def test_the_same_protocol_finds_its_model(made, echo):
    folder, run = made
    _, found, protocol = echo
    again = record(replace(SETTINGS, seed=5, phase=-100.0, scale=1.0))
    other = find_echo(again)
    with in_workspace(folder):
        assert [one.id for one, _ in made_models()] == [run.id]
        assert find_made([again], acquired(again, other, tau=SETTINGS.tau)).id == run.id
        made_for = made_for_of(load_run(run.id))
    assert MadeFor.from_dict(made_for.to_dict()) == made_for
    assert differences(made_for, protocol, found) == []


@pytest.mark.parametrize(
    ("change", "of_echo", "words"),
    [
        ({"dwell": 0.25}, {}, ("dwell is 0.25", "for 0.5")),
        ({"tau": 25.0}, {}, ("tau is 25", "for 15")),
        ({"start": 14.0, "n_points": 20}, {}, ("covers 14 to 23.5", "looks at")),
        ({"angle_2": 120.0}, {}, ("90° and 120°", "90° and 180°")),
        ({}, {"snr": 5.0}, ("ratio is 5", "made for")),
        ({}, {"width": 60.0}, ("60 µs wide", "made for echoes of")),
    ],
)
def test_differences_name_both_numbers(made, echo, change, of_echo, words):
    folder, run = made
    _, found, protocol = echo
    with in_workspace(folder):
        made_for = made_for_of(load_run(run.id))
    sentences = differences(made_for, replace(protocol, **change), replace(found, **of_echo))
    assert len(sentences) == 1
    assert all(word in sentences[0] for word in words)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({}, ("tau is not known; the model was made for 15 µs", "Give tau")),
        ({"tau": 40.0}, ("tau is 40 µs; the model was made for 15 µs",)),
        ({"start": 30.0}, ("the model was made for 15 µs",)),
        ({"tau": 15.0, "angle_2": 120.0}, ("90° and 120°", "90° and 180°")),
        ({"tau": 15.0, "start": 12.0}, ("echo belongs at 3 µs of the record",)),
    ],
)
def test_a_made_model_answers_for_its_own_protocol_only(made, echo, given, words):
    folder, run = made
    with in_workspace(folder), pytest.raises(OtherProtocolError) as caught:
        answer(load_run(run.id), [stated(echo[0], **given)], resimulate=False)
    assert all(word in str(caught.value) for word in words)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"dwell": 0.25, "n_points": 160}, ("dwell is 0.25 µs", "for 0.5 µs")),
        ({"start": 11.0, "n_points": 60}, ("covers 1", "looks at")),
    ],
)
def test_another_dwell_or_window_is_refused_with_both_numbers(made, change, words):
    folder, run = made
    measurement = stated(record(replace(SETTINGS, **change)), tau=SETTINGS.tau)
    with in_workspace(folder), pytest.raises(OtherProtocolError) as caught:
        answer(load_run(run.id), [measurement], resimulate=False)
    assert all(word in str(caught.value) for word in words)


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        (Asked(), ""),
        (Asked(kernel="gaussian", line="lorentzian"), ""),
        (Asked(kernel="rkky"), "The kernel rkky was asked for; it has gaussian."),
        (Asked(line="gaussian"), "The line gaussian was asked for; it has lorentzian."),
        (Asked(line_width=0.3), "A line of 300 kHz was asked for"),
        (Asked(ranges={"xi": (1.0, 2.0)}), "xi from 1 to 2 was asked for; it has"),
    ],
)
def test_a_model_with_other_options_than_asked_for_is_not_found(made, echo, asked, words):
    folder, run = made
    measurement, found, protocol = echo
    with in_workspace(folder):
        chosen = find_made([measurement], protocol, [found], asked)
        loaded = load_run(run.id)
        sentences = asked.differences(loaded, made_for_of(loaded))
    assert (chosen is None) == bool(words)
    assert words in " ".join(sentences)
    assert "gaussian kernel" in run.manifest.title


def test_fixed_steps_are_a_caution_as_the_calibration_found_them(made, echo):
    folder, run = made
    measurement = stated(echo[0], tau=SETTINGS.tau)
    with in_workspace(folder):
        one = ready(load_run(run.id))
        free = answer(one, [measurement], resimulate=False)
        fixed = answer(one, [measurement], steps=Steps(offset=4.0), resimulate=False)
    assert "fixed by hand" not in free.verdict.sentence
    if free.quotable != "no":
        assert fixed.quotable == "with caution"
        assert "offset was fixed by hand" in fixed.verdict.sentence


def test_a_calibration_left_by_a_killed_making_is_replaced(tmp_path):
    place = tmp_path / "runs" / "run-1"
    left = tmp_path / "calibrations" / "run-1"
    left.mkdir(parents=True)
    (left / "old").touch()
    remove_orphan(left, place)
    assert not left.exists()
    # That of a kept run stays
    left.mkdir()
    place.mkdir(parents=True)
    remove_orphan(left, place)
    assert left.exists()


def test_the_same_protocol_with_strong_coupling_is_not_another_one(made):
    folder, run = made
    strong = stated(record(replace(SETTINGS, omega_p=3.0, xi=6.0, seed=2)), tau=SETTINGS.tau)
    with in_workspace(folder):
        check_protocol(load_run(run.id), [strong])


def test_of_several_echoes_each_has_its_own_protocol(made, echo):
    folder, run = made
    right = stated(echo[0], tau=SETTINGS.tau)
    wrong = replace(stated(echo[0], tau=40.0), name="wrong.csv")
    with in_workspace(folder):
        first, second = answers_of(load_run(run.id), [right, wrong], resimulate=False)
    assert first.values["omega_p"] > 0
    assert second.startswith("wrong.csv")
    assert "tau is 40 µs; the model was made for 15 µs" in second


def test_a_series_over_tau_reads_the_echoes_of_the_models_tau(made, echo):
    folder, run = made
    items = tuple(Item(f"tau_{tau}us.csv", measurement=echo[0]) for tau in (15, 40, 60))
    series = with_values(Series(items), [15.0, 40.0, 60.0], QUANTITIES["tau"])
    with in_workspace(folder):
        table = answer_series(load_run(run.id), series, n_seeds=0).table
    assert list(table["state"] == OTHER_PROTOCOL) == [False, True, True]
    assert "tau is 40 µs; the model was made for 15 µs" in table["verdict"][1]
    assert table["predicted_omega_p"].isna().tolist() == [False, True, True]


@pytest.mark.parametrize(("tau", "start"), [(25.0, 2.0), (12.0, 8.0)])
def test_no_model_is_planned_for_a_tau_that_contradicts_the_echo(echo, refused, tau, start):
    measurement, found, _ = echo
    protocol = acquired(measurement, found, tau=tau, start=start)
    sentence = refused(plan_model, [measurement], protocol, size="tiny", echoes=[found])
    assert f"belongs at {tau - start:g} µs of the record" in sentence


def test_a_damaged_note_is_no_made_model(made, tmp_path):
    folder, run = made
    note = folder / "runs" / run.id / "made_for.json"
    text = note.read_text()
    try:
        note.write_text(text.replace('"tau": 15.0', '"tau": "long"'))
        with in_workspace(folder):
            assert made_models() == []
            with pytest.raises(OtherProtocolError, match="Make the model again"):
                check_protocol(load_run(run.id), [])
    finally:
        note.write_text(text)


# The job


def test_the_job_estimates_what_it_was_made_for(made, plan, echo):
    folder, run = made
    with in_workspace(folder):
        params = store_request([echo[0]], plan)
        [measurement] = load_request(params["id"], params["sha256"])
        assert np.array_equal(measurement.signal, echo[0].signal)
        # A model that was kept before the job was stopped is not made again
        result = make_model_job(params | {"run": run.id})
        assert result["run"] == run.id
        stored = load_made(params["id"])
    assert stored.run == run.id
    assert stored.estimates.loc[0, "predicted_omega_p"] > 0
    assert stored.verdicts[0]["sentence"] == result["summary"]


@pytest.mark.parametrize("at", ["simulating", "preparing", "densities"])
def test_a_cancelled_job_leaves_nothing(plan, tmp_path, at):
    def cancel(done, total, message):
        if message.startswith(at):
            raise Cancelled("The job was cancelled.")

    with in_workspace(tmp_path), pytest.raises(Cancelled):
        make_model(plan, n_jobs=1, progress=cancel)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_a_full_disk_is_a_sentence(plan, tmp_path, monkeypatch):
    def full(folder, n_bytes):
        raise FailedError("The disk is full: nothing can be kept.")

    monkeypatch.setattr("nmr_core.measured.making.make.check_room", full)
    with in_workspace(tmp_path), pytest.raises(FailedError, match="disk is full"):
        make_model(plan, n_jobs=1)


def test_a_request_that_is_gone_is_a_sentence(tmp_path):
    with in_workspace(tmp_path), pytest.raises(InputError, match="kept for 7 days"):
        load_request("mk-20261129-000000-0000", "0")


@pytest.mark.parametrize("n_points", [LEAST_POINTS, 23, 40, 200])
def test_features_fit_the_shortest_record(n_points):
    """Fewer bins in a record that is too short for ten; the published ones in others."""
    matrix = projection(n_points, fitting_splits(n_points), ORDER)
    assert np.linalg.matrix_rank(matrix) >= min(n_points // 2, 2 * (ORDER + 1))
    if n_points >= 40:
        assert fitting_splits(n_points) == [4, 5, 10]


@pytest.mark.parametrize("dwell", [0.5, 0.01])
def test_simulated_records_cover_the_window_at_any_dwell(made, dwell):
    """A dense record is averaged, with less noise; it covers the window as a coarse one does."""
    folder, run = made
    with in_workspace(folder):
        target, made_for = target_for_run(run), made_for_of(run)
    n_points = int(80 / dwell)
    dense = replace(made_for, dwell=dwell, n_points=n_points, record_start=0.0, offset=0.0)
    recorder = Recorder(dense, target.time, target.echo_time)
    steady = np.ones((1, len(target.time)), complex)
    [one] = recorder.record(steady, np.random.default_rng(0))
    assert len(one.time) <= 1500
    needed = target.time[-1] - target.time[0]
    assert one.time[-1] - one.time[0] >= min(needed, 0.9 * n_points * dwell)
    step = float(np.diff(one.time).mean())
    assert step == pytest.approx(recorder.n_averaged * dwell)
    noise = np.diff(one.signal[20:120].real, 2).std() / np.sqrt(6)
    snr = np.sqrt(dwell / step) / noise
    assert 0.5 * made_for.snr_low < snr < 2 * made_for.snr_high


def test_a_grid_knows_its_window():
    grid = Grid(0.1, 5, 150, 10, 20)
    assert grid.window == pytest.approx((10.0, 25.0))
    assert grid.n_points == 31


def test_an_echo_at_the_edge_of_the_record_is_refused_by_a_sentence(made, refused):
    # Where nothing lies on the model's times, the mean over the echo is 0
    folder, run = made
    random = np.random.default_rng(0)
    signal = random.normal(size=80) + 1j * random.normal(size=80)
    signal[72:76] += 1e3
    with in_workspace(folder):
        loaded = load_run(run.id)
        target = target_for_run(loaded)
        measurement = stated(Measurement(0.5 * np.arange(80), signal), tau=SETTINGS.tau)
        refused(prepare_for_run, loaded, [measurement], target=target)
