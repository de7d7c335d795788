"""A measured echo: what a run needs to estimate it, the re-simulation, and the report."""

import json
import re
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from nmr_core import InputError, generate, preset, train
from nmr_core.measured import Measurement, select_measurements
from nmr_core.measured.estimating import estimate
from nmr_core.measured.example import GAIN, PHASE, SHIFT, example_echo, interpolate
from nmr_core.measured.for_run import (
    prepare_for_run,
    target_for_run,
    values_of,
)
from nmr_core.measured.resimulation import p_value_sentence
from nmr_core.plots import DARK, LIGHT
from nmr_core.plots.measured import (
    estimates_figure,
    measurement_figure,
    prepared_figure,
    resimulation_figure,
)
from nmr_core.plots.measured_report import measurement_report

NASTY = "<script>alert(1)</script>"


@pytest.fixture(scope="module")
def dataset():
    return generate(
        preset("ml4sci_2020_secular").fix(n_x=8, n_y=8, tau=20, offsets="stratified"), 80, seed=7
    )


@pytest.fixture(scope="module")
def run(dataset):
    return train(dataset, featurizer="raw", model="ridge", split=15, seed=0, id="run-own")


@pytest.fixture(scope="module")
def target(run):
    return target_for_run(run, n_curves=64)


@pytest.fixture(scope="module")
def measurement(run, target):
    """The example, as a measurement."""
    table = np.loadtxt(example_echo(run, target).text.decode().splitlines()[1:], delimiter=",")
    return Measurement(table[:, 0], table[:, 1] + 1j * table[:, 2], NASTY)


@pytest.fixture(scope="module")
def prepared(run, target, measurement):
    return prepare_for_run(run, [measurement], target=target)


@pytest.fixture(scope="module")
def row(run, prepared):
    """An estimate with intervals, as a calibrated run would give it."""
    row = estimate(run, prepared).iloc[0]
    for name, spec in run.manifest.targets.items():
        row[f"predicted_{name}"] = middle = (spec["low"] + spec["high"]) / 2
        row[f"low_{name}"], row[f"high_{name}"] = 0.9 * middle, 1.1 * middle
    return row


def _simulated(prepared):
    """What a re-simulation has, by hand."""
    signal = prepared[0].signal[None]
    return SimpleNamespace(
        time=prepared[0].time,
        measured=signal,
        mean=0.98 * signal,
        sd=np.full(signal.shape, 0.01),
        residual=0.02 * signal,
        statistic=12.0,
        p_value=0.31,
        n_seeds=16,
    )


REFINED = SimpleNamespace(
    values={"alpha": 0.12345},
    sd={"alpha": 0.004},
    chi2=88.0,
    p_value=0.2,
    n_evaluations=120,
    history=pd.DataFrame(),
    curve=None,
)


def test_the_target_is_the_grid_and_the_kind_of_the_run(run, target, dataset):
    np.testing.assert_allclose(target.time, dataset.time)
    assert target.echo_time == pytest.approx(
        2 * dataset.preset.build().protocol.n_tau * dataset.preset.build().protocol.dt
    )
    assert target.curves.shape == (64, 1, len(dataset.time))
    assert target.needed.all(), "raw curves are looked at everywhere"
    known = {curve.tobytes() for curve in dataset.signals}
    assert not any(curve.astype(np.complex64).tobytes() in known for curve in target.curves), (
        "fresh curves"
    )


def test_a_model_that_looks_at_a_window_needs_only_that(dataset):
    windowed = train(
        dataset,
        featurizer="raw",
        featurizer_options={"window": (40, 100)},
        model="ridge",
        split=15,
        id="run-part",
    )
    assert np.flatnonzero(target_for_run(windowed, n_curves=4).needed).tolist() == list(
        range(40, 100)
    )


def test_the_example_is_found_again(target, prepared, run):
    own = prepared[0]
    assert own.phase == pytest.approx(PHASE, abs=3)
    assert own.time_zero == pytest.approx(SHIFT, abs=0.2)
    assert own.amplitude == pytest.approx(GAIN, rel=0.1)
    assert len(own.measurement) == 10_000
    assert own.signal.shape == target.time.shape


def test_dense_curves_pass_through_their_points(target, dataset):
    np.testing.assert_allclose(
        interpolate(target, dataset.signals[3, 0], target.time[:-1]),
        dataset.signals[3, 0, :-1],
        atol=1e-6,
    )


def test_one_echo_a_setting(run, target, measurement):
    with pytest.raises(InputError, match="takes 1 echo of a sample, got 2"):
        prepare_for_run(run, [measurement, measurement], target=target)


@pytest.mark.parametrize(
    ("n", "numbers", "chosen"), [(3, None, "abc"), (3, [2], "b"), (2, [2, 1], "ba")]
)
def test_records_are_chosen(n, numbers, chosen):
    measurements = [SimpleNamespace(name=name, number=k) for k, name in enumerate("abc", 1)]
    assert "".join(one.name for one in select_measurements(measurements, n, numbers)) == chosen


@pytest.mark.parametrize(
    ("numbers", "said"),
    [
        (None, r"3 measurements \(1 = a, 2 = b, 3 = c\); the run takes 1"),
        ([4], "no measurement 4"),
        ([0], "no measurement 0"),
    ],
)
def test_no_record_is_taken_silently(numbers, said):
    with pytest.raises(InputError, match=said):
        select_measurements([SimpleNamespace(name=name, number=1) for name in "abc"], 1, numbers)


def test_estimates_beyond_the_range_are_simulated_at_its_edge(run, row):
    row = row.copy()
    row["predicted_d"], row["predicted_alpha"] = 99.0, -1.0
    found, values = values_of(run, row)
    assert found.name == "ml4sci_2020_secular"
    assert 5.99 < values["d"] < 6
    assert 0 < values["alpha"] < 0.001
    assert values["p"] == pytest.approx(3)
    found.build(**values)


def test_what_says_too_little_is_not_simulated(dataset, run, row):
    refused = row.copy()
    refused["predicted_d"] = np.nan
    with pytest.raises(InputError, match="out of the domain"):
        values_of(run, refused)
    partly = train(
        dataset, targets=["alpha", "d"], featurizer="raw", model="mean", split=15, id="run-partly"
    )
    with pytest.raises(InputError, match="does not estimate ξ, p"):
        values_of(partly, row)


@pytest.mark.parametrize(
    ("p", "words"),
    [(0.31, "31 of 100"), (0.03, "3 of 100"), (0.004, "4 of 1,000"), (1e-9, "fewer than 1")],
)
def test_a_p_value_is_a_sentence(p, words):
    said = p_value_sentence(SimpleNamespace(p_value=p))
    assert words in said
    assert ("does not explain" in said) == (p < 0.01)
    assert ("explains the measurement." in said) == (p > 0.05)


@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=["light", "dark"])
def test_the_figures_are_light_and_complete(palette, measurement, prepared, target, run, row):
    drawn = [
        measurement_figure(measurement, palette),
        prepared_figure(prepared[0], target, palette),
        estimates_figure(
            row, run.manifest.targets, palette, unidentifiable=run.manifest.unidentifiable
        ),
        resimulation_figure(_simulated(prepared), palette, curve=prepared[0].signal),
    ]
    for figure in drawn:
        assert len(figure.to_json()) < 300_000
        assert NASTY not in figure.to_json()
    names = [trace.name for trace in drawn[3].data if trace.name]
    assert {"Re M, simulated", "Re M, measured", "Im M, left", "Re M, refined"} <= set(names)


def test_an_estimate_without_numbers_is_drawn_without_points(run, row):
    empty = row.copy()
    empty[[name for name in row.index if name.startswith(("predicted_", "low_", "high_"))]] = np.nan
    figure = estimates_figure(empty, run.manifest.targets, LIGHT)
    assert not figure.data
    assert sum("no number" in note.text for note in figure.layout.annotations) == len(run.targets)


def test_the_joint_interval_and_the_truth_are_drawn(run, row):
    plain = estimates_figure(row, run.manifest.targets, LIGHT)
    more = row.copy()
    more["joint_low_d"], more["joint_high_d"], more["true_d"] = 3.5, 5.5, 4.0
    full = estimates_figure(more, run.manifest.targets, LIGHT)
    assert len(full.layout.shapes) == len(plain.layout.shapes) + 1
    assert [trace.marker.symbol for trace in full.data].count("diamond-open") == 1


def test_the_report_is_one_file_that_tells_everything(run, prepared, target, row):
    row = row.copy()
    row["applicability"], row["reason"] = "borderline", f"Odd {NASTY}."
    text = measurement_report(
        run, prepared, target, row, resimulation=_simulated(prepared), name=NASTY
    ).html()
    own = re.sub(r"(?s)<script>/\*\*.*?</script>", "", text)
    assert NASTY not in own
    assert "&lt;script&gt;" in own
    assert "Quote these estimates with caution" in own
    for word in ("Borderline", "31 of 100", "Time zero", "Scale", run.id, "numpy", "90%", "10,000"):
        assert word in own, word
    for figure in re.findall(
        r'(?s)<script type="application/json" id="figure-\d+">(.*?)</script>', text
    ):
        assert json.loads(figure)["data"]
    assert text.count('class="figure"') == 4
    assert not re.search(r'(?:src|href)="', own), "nothing is loaded from elsewhere"


def test_the_report_holds_a_refinement(run, prepared, target, row):
    refined = SimpleNamespace(**vars(REFINED) | {"curve": prepared[0].signal})
    text = measurement_report(
        run, prepared, target, row, resimulation=_simulated(prepared), refinement=refined
    ).html()
    assert "0.12345" in text
    assert "120 evaluations" in text


def test_the_report_of_a_refused_echo_has_no_numbers(run, prepared, target, row):
    refused = row.copy()
    refused[[name for name in row.index if name.startswith(("predicted_", "low_", "high_"))]] = (
        np.nan
    )
    refused["applicability"], refused["reason"] = "out of domain", "It is of another kind."
    text = measurement_report(run, prepared, target, refused).html()
    assert "estimates are hidden" in text
    assert "Do not quote these estimates" in text
    assert "Does the estimate explain" not in text
