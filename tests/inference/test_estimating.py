"""Estimates with applicability and intervals: by hand-made calibrations, whose answers are known;
real ones are tested where they live.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm

from nmr_core import FailedError, InputError, generate, load_run, predict, preset, train
from nmr_core.evaluation.predictions import load_predictions
from nmr_core.learning import predicting
from nmr_core.learning.bounds import far_beyond, within_range
from nmr_core.measured import Measurement, Prepared, estimating
from nmr_core.measured.estimating import (
    ErrorModel,
    estimate,
    estimate_job,
    find_error_model,
    hide_out_of_domain,
)
from nmr_core.progress import silent


@pytest.fixture(scope="module")
def dataset():
    return generate(preset("ml4sci_2020_secular").fix(n_x=8, n_y=8, tau=5), 60, seed=7)


@pytest.fixture(scope="module")
def run(dataset):
    return train(dataset, featurizer="raw", model="ridge", split=15, seed=0, id="run-estimating")


@dataclass
class Normal:
    """Intervals of normal errors with a standard deviation of a tenth of the range; joint ones
    twice as wide.
    """

    run: object
    sd: float = 0.1

    def intervals(self, signals, level=0.9):
        found, half = self.run.predict(signals, insist=True), norm.ppf((1 + level) / 2)
        columns = {}
        for name, spec in self.run.manifest.targets.items():
            width = half * self.sd * (spec["high"] - spec["low"])
            columns[f"predicted_{name}"] = found[name]
            for kind, factor in (("", 1), ("joint_", 2)):
                columns[f"{kind}low_{name}"] = found[name] - factor * width
                columns[f"{kind}high_{name}"] = found[name] + factor * width
        return pd.DataFrame(columns)


class Loud:
    """Refuses curves that are larger than any echo; notes the estimates that it was shown."""

    def __init__(self):
        self.shown = []

    def judge(self, signals, table=None):
        self.shown.append(table)
        largest = np.abs(signals).max(axis=(1, 2))
        applicability = np.where(largest > 0.6, "out of domain", "in domain")
        return pd.DataFrame(
            {
                "applicability": applicability,
                "reason": np.where(applicability == "out of domain", "It is too loud.", ""),
                "p_distance": 0.5,
                "outside": "",
            }
        )


@pytest.fixture
def error_model(run):
    return ErrorModel(Normal(run), Loud())


@pytest.fixture(scope="module")
def curves(dataset):
    """(time, signals), every third curve twice as loud as an echo can be."""
    signals = dataset.signals.copy()
    signals[::3] *= 2
    return dataset.time, signals


def test_without_a_calibration_there_are_estimates_and_a_plain_note(run, dataset, data_folder):
    found = find_error_model(run)
    assert found.calibration is None
    assert found.note.startswith(f"The run {run.id} is not calibrated")
    assert "python -m" not in found.note  # the page has a button; the command line adds its command
    table = estimate(run, dataset)
    assert not [name for name in table if name.startswith(("low_", "high_", "joint_"))]
    assert set(table["applicability"]) <= {"", "out of domain"}
    wanted = predict(run, dataset)
    for name in run.targets:
        np.testing.assert_allclose(table[f"predicted_{name}"], wanted[name], rtol=1e-6)
        np.testing.assert_allclose(table[f"true_{name}"], dataset.parameters[name])


def test_intervals_are_those_of_the_calibration_at_the_level(run, curves, error_model):
    narrow, wide = (
        estimate(run, curves, level=level, insist=True, error_model=error_model)
        for level in (0.5, 0.95)
    )
    for name, spec in run.manifest.targets.items():
        half = norm.ppf(0.975) * 0.1 * (spec["high"] - spec["low"])
        np.testing.assert_allclose(
            wide[f"high_{name}"] - wide[f"predicted_{name}"], half, rtol=1e-6
        )
        np.testing.assert_allclose(
            wide[f"joint_high_{name}"] - wide[f"predicted_{name}"], 2 * half, rtol=1e-6
        )
        assert (narrow[f"high_{name}"] < wide[f"high_{name}"]).all()


def test_a_refused_curve_has_no_numbers_unless_somebody_insists(run, curves, error_model):
    table, full = (
        estimate(run, curves, insist=insist, error_model=error_model) for insist in (False, True)
    )
    refused = table["applicability"] == "out of domain"
    assert refused[::3].all()
    loud = refused & (np.arange(60) % 3 == 0)
    far = far_beyond(run.manifest, full)
    assert refused.tolist() == (loud | far).tolist()
    assert (~refused).sum() > 20
    numbers = [name for name in table if name.startswith(estimating.NUMBERS)]
    assert len(numbers) == 5 * len(run.targets)
    assert table.loc[refused, numbers].isna().all(axis=None)
    assert full[numbers].notna().all(axis=None)
    pd.testing.assert_frame_equal(table[~refused], within_range(run.manifest, full[~refused]))
    assert (table.loc[loud & ~far, "reason"] == "It is too loud.").all()
    assert table.loc[far, "reason"].str.contains("far outside of the range").all()
    pd.testing.assert_frame_equal(hide_out_of_domain(run, full), table)


def test_inside_is_said_of_every_target(run, curves):
    table = estimate(run, curves, insist=True)
    for name, spec in run.manifest.targets.items():
        inside = table[f"predicted_{name}"].between(spec["low"], spec["high"])
        assert table[f"inside_{name}"].tolist() == inside.tolist()
    assert not table[[f"inside_{name}" for name in run.targets]].all(axis=None), (
        "loud curves leave the range"
    )


def test_batches_change_nothing(run, curves, error_model, monkeypatch):
    whole = estimate(run, curves, error_model=error_model)
    monkeypatch.setattr(predicting, "BATCH", 7)
    error_model.applicability.shown.clear()
    pd.testing.assert_frame_equal(estimate(run, curves, error_model=error_model), whole, rtol=1e-5)
    assert [len(shown) for shown in error_model.applicability.shown] == [7] * 8 + [4]
    together = pd.concat(error_model.applicability.shown, ignore_index=True)
    full = estimate(run, curves, insist=True, error_model=error_model)
    np.testing.assert_allclose(together["predicted_alpha"], full["predicted_alpha"], rtol=1e-5)


@pytest.mark.parametrize("level", [0, 1, -0.1, 90, float("nan")])
def test_a_level_is_a_probability(run, curves, level):
    with pytest.raises(InputError, match="between 0 and 1"):
        estimate(run, curves, level=level)


def test_a_damaged_calibration_is_left_out_and_said(run, curves, monkeypatch, tmp_path):
    def damaged(_):
        raise FailedError("The calibration is damaged. Calibrate again.")

    monkeypatch.setattr("nmr_core.inference.error_model.find_calibration", lambda _: tmp_path)
    monkeypatch.setattr("nmr_core.inference.error_model.load_calibration", damaged)
    assert find_error_model(run) == ErrorModel(note="The calibration is damaged. Calibrate again.")
    assert len(estimate(run, curves)) == 60


def _prepared(time, signal):
    measurement = Measurement(np.arange(100.0), np.ones(100))
    return Prepared(
        time,
        signal.astype(np.complex64),
        measurement,
        [],
        30.0,
        0.001,
        10.0,
        0.0,
        0.0,
        1.0,
        np.zeros(100),
        False,
        1.0,
    )


def test_an_own_echo_is_a_curve_like_any_other(run, dataset, error_model):
    own = _prepared(dataset.time, dataset.signals[4, 0])
    wanted = estimate(run, (dataset.time, dataset.signals[4:5]), error_model=error_model)
    for source in (own, [own]):
        pd.testing.assert_frame_equal(estimate(run, source, error_model=error_model), wanted)


def test_classes_come_with_their_set(dataset):
    from nmr_core.datasets.imported import imported

    class Sets:
        def intervals(self, signals, level=0.9):
            return pd.DataFrame(
                {
                    "predicted": "rkky",
                    "probability_rkky": 1.0,
                    "set": ["constant, rkky"] * len(signals),
                }
            )

    table = pd.DataFrame(
        {"kernel": np.where(dataset.parameters["alpha"] > 0.1, "constant", "rkky")}
    )
    copy = imported(table, dataset.signals, dataset.time, source="test")
    own = train(
        copy,
        targets=["kernel"],
        featurizer="raw",
        model="random_forest",
        split=20,
        model_options={"n_estimators": 10},
    )
    loud = (dataset.time, dataset.signals * np.where(np.arange(60) == 3, 3, 1)[:, None, None])
    found = estimate(own, loud, error_model=ErrorModel(Sets(), Loud()))
    assert set(found["set"].drop(3)) == {"constant, rkky"}
    assert found.loc[3, ["set", "predicted_kernel"]].tolist() == ["", ""]
    np.testing.assert_allclose(
        found[["probability_constant", "probability_rkky"]].drop(3).sum(axis=1), 1
    )
    assert np.isnan(found.loc[3, "probability_rkky"])


def test_the_job_keeps_the_numbers_of_refused_curves(
    run, dataset, error_model, data_folder, monkeypatch
):
    from nmr_core.learning.run import Run

    dataset.save(data_folder / "datasets" / dataset.manifest.id)
    Run(run.manifest, run.predictions, run.model).save(data_folder / "runs" / run.id)
    monkeypatch.setattr(estimating, "find_error_model", lambda _: error_model)
    refuse = pd.DataFrame({"applicability": ["out of domain"] * 60, "reason": "It is odd."})
    monkeypatch.setattr(Loud, "judge", lambda self, signals, table: refuse)
    estimate_job(
        {"run": run.id, "id": "pr-1", "dataset": dataset.manifest.id, "level": 0.5}, silent
    )
    stored = load_predictions("pr-1")[1]
    pd.testing.assert_frame_equal(
        stored,
        estimate(load_run(run.id), dataset, level=0.5, insist=True, error_model=error_model),
        rtol=1e-5,
    )
    assert stored["predicted_alpha"].notna().all()
    assert hide_out_of_domain(run, stored)["predicted_alpha"].isna().all()
