"""Calibrations on disk: unchanged after a reload, or refused; sets of classes; the job."""

import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

import nmr_core as nmr
from nmr_core import FailedError, InputError
from nmr_core.inference.intervals import (
    calibrate,
    coverage,
    delete_calibration,
    find_calibration,
    load_calibration,
    methods_for,
    save_calibration,
)
from nmr_core.inference.intervals.calibrate import calibrate_job
from nmr_core.inference.intervals.curves import curves_for
from nmr_core.inference.intervals.sets import Adaptive, LeastAmbiguous
from nmr_core.learning.origin import fresh_signals
from nmr_core.progress import silent

SMALL = {"n_x": 8, "n_y": 8, "tau": 20.0, "offsets": "stratified"}


@pytest.fixture(scope="module")
def run():
    dataset = nmr.generate(nmr.preset("ml4sci_2020_secular").fix(**SMALL), 120, seed=1)
    return nmr.train(
        dataset,
        featurizer="pca",
        featurizer_options={"n_components": 10},
        model="ridge",
        split=20,
        id="run-small",
    )


@pytest.fixture(scope="module")
def curves(run):
    return curves_for(run, 100, 30)


@pytest.fixture(scope="module")
def calibrated(run, curves):
    return calibrate(run, curves=curves)


@pytest.fixture(scope="module")
def kernels():
    """Which of two kernels, from small curves of both."""
    several = [
        nmr.generate(nmr.preset(f"gsoc_2021_weak_{name}").fix(**SMALL), 90, seed=k)
        for k, name in enumerate(("gaussian", "rkky"))
    ]
    return nmr.train(
        nmr.join(several),
        targets=["kernel"],
        featurizer="polynomial",
        model="extra_trees",
        model_options={"n_estimators": 20, "min_samples_leaf": 4},
        split=30,
        id="run-kernels",
    )


@pytest.mark.parametrize("method", methods_for("regression"))
def test_round_trip(run, curves, data_folder, method):
    calibrated = calibrate(run, method=method, members=2, curves=curves)
    folder = save_calibration(calibrated)
    assert (
        folder
        == data_folder / "calibrations" / run.id
        == find_calibration(run)
        == find_calibration(run.id)
    )
    result = load_calibration(run)
    signals = curves.signals[:20]
    pd.testing.assert_frame_equal(
        result.intervals(signals, 0.8), calibrated.intervals(signals, 0.8)
    )
    pd.testing.assert_frame_equal(coverage(result).table, coverage(calibrated).table)
    pd.testing.assert_frame_equal(result.parameters, calibrated.parameters)
    for name in (
        "run",
        "run_created",
        "method",
        "n_fit",
        "graceful",
        "seed",
        "created",
        "known",
        "classes",
    ):
        assert getattr(result, name) == getattr(calibrated, name)
    delete_calibration(run.id)
    assert find_calibration(run) is None


def test_of_a_run_that_was_made_again(calibrated, run, data_folder):
    save_calibration(calibrated)
    again = nmr.Run(
        replace(run.manifest, created="2031-01-01T00:00:00Z"), run.predictions, run.model
    )
    with pytest.raises(InputError, match=r"trained again.*Calibrate it again"):
        load_calibration(again)


def _garbage(folder):
    (folder / "calibration.npz").write_bytes(b"PK nonsense")


def _other_model(folder):
    import skops.io

    skops.io.dump({"reader": 1, "model": 2}, folder / "model.skops")


def _foreign_with_its_checksum(folder):
    import skops.io
    from sklearn.gaussian_process.kernels import Matern

    from nmr_core.storage.files import checksum

    skops.io.dump({"reader": None, "model": Matern()}, folder / "model.skops")
    about = json.loads((folder / "calibration.json").read_text())
    (folder / "calibration.json").write_text(
        json.dumps(
            about | {"sha256": about["sha256"] | {"model.skops": checksum(folder / "model.skops")}}
        )
    )


def _pickled_with_its_checksum(folder):
    from nmr_core.storage.files import checksum

    np.savez(folder / "calibration.npz", scores=np.array([{"a": 1}], dtype=object))
    about = json.loads((folder / "calibration.json").read_text())
    (folder / "calibration.json").write_text(
        json.dumps(
            about
            | {
                "sha256": about["sha256"]
                | {"calibration.npz": checksum(folder / "calibration.npz")}
            }
        )
    )


def _no_arrays(folder):
    (folder / "calibration.npz").unlink()


def _no_json(folder):
    (folder / "calibration.json").write_text("{")


def _empty(folder):
    (folder / "calibration.json").write_text("{}")


def _newer(folder):
    about = json.loads((folder / "calibration.json").read_text())
    (folder / "calibration.json").write_text(json.dumps(about | {"format": 99}))


@pytest.mark.parametrize(
    "damage",
    [
        _garbage,
        _other_model,
        _foreign_with_its_checksum,
        _pickled_with_its_checksum,
        _no_arrays,
        _no_json,
        _empty,
        _newer,
    ],
)
def test_damage_is_one_sentence_and_nothing_is_unpickled(calibrated, run, data_folder, damage):
    damage(save_calibration(calibrated))
    with pytest.raises(FailedError, match=r"calibration at .* cannot be read.*again\.$"):
        load_calibration(run)
    save_calibration(calibrated)
    assert load_calibration(run).n == calibrated.n


@pytest.mark.parametrize("name", ["../x", "", "A"])
def test_only_ids_become_paths(data_folder, name):
    with pytest.raises(InputError):
        load_calibration(name)


def test_what_nobody_made_is_said_with_the_command(data_folder):
    with pytest.raises(InputError, match="python -m nmr_core calibrate run-none"):
        load_calibration("run-none")


def test_the_job_saves_it_with_the_applicability(run, data_folder):
    from nmr_core.inference.applicability import read_applicability

    run.save(data_folder / "runs" / run.id)
    calls = []
    assert (
        calibrate_job(
            {"run": run.id, "method": "constant", "n": 240, "n_check": 30},
            lambda *report: calls.append(report),
        )["method"]
        == "constant"
    )
    assert (load_calibration(run.id).n, load_calibration(run.id).n_check) == (240, 30)
    signals = fresh_signals(run, 5, seed=3)[1]
    assert (
        len(
            read_applicability(find_calibration(run)).judge(
                signals, run.predict(signals, insist=True)
            )
        )
        == 5
    )
    assert calls[-1][:2] == (100, 100)
    assert [done for done, *_ in calls] == sorted(done for done, *_ in calls)
    with pytest.raises(InputError):
        calibrate_job({"run": "../run-small"}, silent)


@pytest.mark.parametrize("method", methods_for("classification"))
def test_sets_hold_the_true_class_as_often_as_they_say(kernels, data_folder, method):
    calibrated = calibrate(kernels, method=method, n=200, n_check=40)
    assert (calibrated.n, calibrated.n_fit, calibrated.classes) == (200, 0, ("gaussian", "rkky"))
    truth, signals = fresh_signals(kernels, 150, seed=2)
    save_calibration(calibrated)
    result = coverage(load_calibration(kernels), truth, signals, levels=(0.5, 0.8, 0.9, 0.99))
    assert (result.table["p_value"] > 1e-4).all(), result.table
    assert result.table["width"].is_monotonic_increasing
    table = calibrated.intervals(signals, level=0.9)
    assert list(table) == ["predicted_kernel", "probability_gaussian", "probability_rkky", "set"]
    inside = [
        true in one.split(", ") for true, one in zip(truth["kernel"], table["set"], strict=True)
    ]
    assert np.mean(inside) == pytest.approx(result.at()["covered"][0])
    assert all(row.predicted_kernel in row.set.split(", ") for row in table.itertuples())
    assert set(result.regimes["from"][result.regimes["by"] == "kernel"]) == {"gaussian", "rkky"}


def test_scores_of_classes_on_paper():
    probability = np.array([[0.2, 0.7, 0.1]])
    np.testing.assert_allclose(LeastAmbiguous().scores(probability), [[0.8, 0.3, 0.9]])
    np.testing.assert_allclose(Adaptive().scores(probability), [[0.9, 0.7, 1.0]])
    np.testing.assert_array_equal(Adaptive().sets(probability, 0.9), [[True, True, False]])
    np.testing.assert_array_equal(LeastAmbiguous().sets(probability, 0.1), [[False, True, False]])


def test_the_shipped_one_is_of_the_shipped_run_and_covers(data_folder):
    """On average, and no range of a parameter or an estimate is certainly below 84 %."""
    run = nmr.load_run("pretrained-ml4sci-2020")
    calibrated = load_calibration(run)
    assert calibrated.graceful
    assert calibrated.n_check >= 1000
    result = coverage(calibrated, levels=())
    assert result.at()["covered"].between(0.875, 0.925).all(), result.at()
    each = result.worst.set_index("target").loc[list(calibrated.known)]
    assert (each["high"] > 0.84).all(), each
    narrow = coverage(calibrated, levels=(), factor=0.6).at()
    assert (narrow["p_value"] < 1e-6).all(), narrow
