"""One call from a measured echo to what may be quoted of it."""

import numpy as np
import pytest

from nmr_core import InputError, load_run
from nmr_core.measured import Measurement, Steps
from nmr_core.measured.answering import answer, answer_prepared, ready
from nmr_core.measured.estimating import estimate
from nmr_core.measured.example import example_echo
from nmr_core.measured.for_run import prepare_for_run, resimulated
from nmr_core.measured.refusal import refusal
from nmr_core.measured.verdict import DOUBTFUL

RUN = "pretrained-measured"


@pytest.fixture(scope="module")
def one():
    return ready(load_run(RUN))


@pytest.fixture(scope="module")
def example(one):
    return example_echo(one.run, one.target)


@pytest.fixture(scope="module")
def measurements(example):
    return example.read()


def test_the_answer_is_that_of_its_parts(one, measurements):
    result = answer(one, measurements, n_seeds=40)
    prepared = prepare_for_run(one.run, measurements, target=one.target)
    table = estimate(one.run, prepared)
    assert np.array_equal(result.prepared[0].signal, prepared[0].signal)
    assert result.row.equals(table.iloc[0])
    assert result.resimulation is not None
    assert result.values == {name: table.iloc[0][f"predicted_{name}"] for name in one.run.targets}
    assert result.quotable in ("yes", "with caution")
    assert f"p-value {result.resimulation.p_value:.2g}" in result.verdict.sentence
    assert result.note == ""


def test_the_intervals_of_the_example_cover_its_truth(one, example, measurements):
    result = answer(one, measurements, level=0.99, resimulate=False)
    inside = [
        result.interval(name)[0] <= example.truth[name] <= result.interval(name)[1]
        for name in one.run.targets
        if name not in one.run.manifest.unidentifiable
    ]
    assert sum(inside) >= len(inside) - 1
    assert result.resimulation is None


@pytest.fixture(scope="module")
def noisier(measurements):
    """Another echo than the example, whose simulation is not stored."""
    random = np.random.default_rng(3)
    return [
        Measurement(each.time, each.signal + random.normal(scale=20, size=len(each.time)))
        for each in measurements
    ]


def test_the_simulation_is_that_of_the_estimate(one, noisier):
    result = answer(one, noisier, n_seeds=40)
    n_seeds = 20 if result.resimulation.p_value >= DOUBTFUL else 40
    assert result.resimulation.n_seeds == n_seeds
    again = resimulated(one.run, result.prepared, result.row, n_seeds=n_seeds)
    assert result.resimulation.p_value == again.p_value
    assert np.array_equal(result.resimulation.mean, again.mean)


def test_all_simulations_are_made_where_half_of_them_speak_against_it(one, noisier, monkeypatch):
    monkeypatch.setattr("nmr_core.measured.answering.DOUBTFUL", 1.1)
    result = answer(one, noisier, n_seeds=40)
    assert result.resimulation.n_seeds == 40


def test_an_echo_of_another_kind_is_refused_with_a_number_and_a_button(one, measurements):
    time = measurements[0].time
    other = np.cos(time / 3.0) * np.exp(-(((time - 60) / 30) ** 2)) + 0.2
    prepared = prepare_for_run(one.run, measurements, target=one.target)
    strange = [
        type(prepared[0])(
            **{**vars(prepared[0]), "signal": np.interp(prepared[0].time, time, other) + 0j}
        )
    ]
    result = answer_prepared(one, strange)
    assert result.quotable == "no"
    assert np.isnan(list(result.values.values())).all()
    assert "no numbers to simulate" in result.note
    assert result.verdict.actions
    assert answer_prepared(one, strange, insist=True, n_seeds=20).resimulation is not None


@pytest.mark.parametrize(("snr", "scans"), [(1.0, 16), (0.5, 0)])
def test_noise_without_an_echo_is_refused_with_the_scans_that_are_missing(one, snr, scans):
    time = np.linspace(0, 150, 1500)
    rng = np.random.default_rng(2)
    signal = snr * np.exp(-(((time - 100) / 4) ** 2)) + rng.normal(size=(2, 1500)).T @ [1, 1j]
    about = {"scans": scans} if scans else {}
    measurements = [Measurement(time, signal, about=about)]
    with pytest.raises(InputError) as error:
        answer(one, measurements)
    result = refusal(error.value, measurements, one.target)
    assert result.quotable == "no"
    kinds = [action.kind for action in result.actions]
    assert kinds[0] == "average_scans"
    action = result.actions[0]
    assert ("more" in action.values) == bool(scans)
    assert any(char.isdigit() for char in result.out_of_range[0])


def test_a_record_without_the_points_of_the_model_leads_to_a_model(one):
    time = np.arange(0, 60, 0.2)
    signal = np.exp(-(((time - 39) / 2) ** 2)) + 0j
    measurements = [Measurement(time, signal)]
    with pytest.raises(InputError) as error:
        answer(one, measurements)
    result = refusal(error.value, measurements, one.target)
    assert str(error.value) in result.sentence
    assert "make_model" in [action.kind for action in result.actions]


def test_fixed_steps_are_used(one, measurements):
    fixed = answer(one, measurements, steps=Steps(phase=12.0), resimulate=False)
    assert fixed.prepared[0].phase == pytest.approx(12.0)
