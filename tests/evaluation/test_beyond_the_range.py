"""No number outside of the range of the training data, unless with ``insist``."""

import hashlib
import json
import shutil
from dataclasses import replace

import numpy as np
import pytest
import skops.io

import nmr_core as nmr
from nmr_core import FailedError, Run, load_run, train
from nmr_core.cli import main
from nmr_core.evaluation.predictions import load_predictions
from nmr_core.learning.bounds import far_beyond
from nmr_core.measured.estimating import estimate, estimate_job, hide_out_of_domain
from nmr_core.models.trusted import load_trusted
from nmr_core.progress import silent


@pytest.fixture
def stored(ridge_run, dataset, data_folder):
    """A ridge run and its data set in the data folder."""
    run = Run(ridge_run.manifest, ridge_run.predictions, ridge_run.model)
    run.save(data_folder / "runs" / run.id)
    dataset.save(data_folder / "datasets" / dataset.manifest.id)
    return load_run(run.id)


@pytest.fixture(scope="module")
def kernels(dataset):
    """The curves, of which every second is turned by 1 rad, as two kernels."""
    turn = np.where(np.arange(60) % 2, np.exp(1j), 1)[:, None, None]
    labels = np.where(np.arange(60) % 2, "rkky", "gaussian")
    signals = (dataset.signals * turn).astype(np.complex64)
    return nmr.EchoDataset(
        dataset.manifest, None, signals, dataset.parameters.assign(kernel=labels)
    )


@pytest.fixture(scope="module")
def kernel_run(kernels):
    return train(
        kernels,
        targets=["kernel"],
        featurizer="raw",
        model="extra_trees",
        model_options={"n_estimators": 10},
        split=20,
        id="run-kernels",
    )


@pytest.fixture
def foreign(dataset, tmp_path):
    """A file with curves of another receiver: 40 times as large."""
    loud = with_signals(dataset, 40 * dataset.signals)
    nmr.write_foreign(loud, tmp_path / "loud.npz", "npz")
    return tmp_path / "loud.npz"


def with_signals(dataset, signals):
    return nmr.EchoDataset(dataset.manifest, None, signals, dataset.parameters)


def ranges(run):
    return {name: (spec["low"], spec["high"]) for name, spec in run.manifest.targets.items()}


def outside(run, table, before=""):
    """Numbers of a table that lie beyond the range of their target."""
    return [
        value
        for name, (low, high) in ranges(run).items()
        for value in table[f"{before}{name}"]
        if value < low or value > high
    ]


def change_model(folder, change):
    """Change the stored model, with a checksum that fits."""
    model = load_trusted(folder / "model.skops")
    skops.io.dump(change(model) or model, folder / "model.skops")
    sha256 = hashlib.sha256((folder / "model.skops").read_bytes()).hexdigest()
    manifest = json.loads((folder / "manifest.json").read_text())
    (folder / "manifest.json").write_text(json.dumps(manifest | {"model_sha256": sha256}))


def last(model):
    """The estimator at the end of a pipeline of pipelines."""
    while hasattr(model, "steps"):
        model = model[-1]
    return model


def test_slightly_beyond_is_moved_to_the_edge(ridge_run, dataset):
    raw = ridge_run.predict(dataset.signals, insist=True)
    bounded = ridge_run.predict(dataset.signals)
    assert outside(ridge_run, raw)
    assert not outside(ridge_run, bounded)
    kept = ~far_beyond(ridge_run.manifest, raw)
    for name, (low, high) in ranges(ridge_run).items():
        np.testing.assert_array_equal(bounded[name][kept], raw[name][kept].clip(low, high))
    table = estimate(ridge_run, dataset)
    assert not outside(ridge_run, table, "predicted_")
    beyond = [raw[name].ne(bounded[name]) for name in ridge_run.targets]
    assert ((table["outside"] != "") == np.any(beyond, axis=0)).all()


def test_far_beyond_is_refused_whole(stored, foreign, tmp_path, capsys):
    curves = nmr.read_foreign(foreign)
    raw = nmr.predict(stored, curves, insist=True)
    far = far_beyond(stored.manifest, raw)
    assert far.sum() > 50
    assert nmr.predict(stored, curves)[far].isna().all(axis=None)
    table = estimate(stored, curves)
    assert (table["applicability"] == "out of domain").to_numpy()[far].all()
    assert table["reason"][far].str.contains("far outside of the range").all()
    assert not outside(stored, table, "predicted_")
    insisted = estimate(stored, curves, insist=True)
    np.testing.assert_allclose(insisted["predicted_alpha"], raw["alpha"], rtol=1e-5)
    assert (insisted["outside"][far] != "").all()

    arguments = ["predict", stored.id, str(foreign)]
    assert main([*arguments, "--csv", str(tmp_path / "a.csv")]) == 1
    output = capsys.readouterr()
    assert f"error: {far.sum()} of 60 estimates are hidden. The model gives " in output.err
    assert "--insist shows the numbers" in output.err
    assert main([*arguments, "--json"]) == 1
    rows = json.loads(capsys.readouterr().out)["predictions"]
    assert not [
        row for row, hidden in zip(rows, far, strict=True) if hidden and row["predicted_alpha"]
    ]
    assert main([*arguments, "--insist"]) == 0


def test_a_stored_prediction_of_an_earlier_version_is_refused_too(stored, dataset, data_folder):
    dataset = with_signals(dataset, 40 * dataset.signals)
    folder = data_folder / "datasets" / dataset.manifest.id
    shutil.rmtree(folder)
    dataset.save(folder)
    estimate_job({"run": stored.id, "id": "pr-1", "dataset": dataset.manifest.id}, silent)
    earlier = load_predictions("pr-1")[1].drop(columns=["applicability", "reason"])
    assert outside(stored, earlier, "predicted_")
    assert not outside(stored, hide_out_of_domain(stored, earlier), "predicted_")


def _nan(model):
    last(model).coef_ = np.full_like(last(model).coef_, np.nan)


def _cut(model):
    last(model).coef_ = last(model).coef_[:, :-1]


def _no_arrays(model):
    del last(model).coef_


def _one_target_less(model):
    last(model).coef_ = last(model).coef_[:-1]
    last(model).intercept_ = last(model).intercept_[:-1]


def _other_pipeline(model):
    return {"model": 1}


@pytest.mark.parametrize("change", [_nan, _cut, _no_arrays, _one_target_less, _other_pipeline])
def test_a_changed_model_gives_no_numbers(stored, dataset, change, capsys):
    change_model(stored.path, change)
    run = load_run(stored.id)
    for insist in (False, True):
        with pytest.raises(FailedError, match=r"The model of run run-ridge .*train again\.$"):
            run.predict(dataset.signals, insist=insist)
    assert main(["predict", stored.id, dataset.manifest.id]) == 1
    output = capsys.readouterr()
    assert output.out == ""
    assert "The model of run run-ridge" in output.err


def test_arrays_of_another_scale_are_refused(stored, dataset, capsys):
    def scaled(model):
        last(model).coef_ = 1e4 * last(model).coef_

    change_model(stored.path, scaled)
    assert main(["predict", stored.id, dataset.manifest.id]) == 1
    assert "far outside of the range" in capsys.readouterr().err


def test_a_classifier_without_a_class(kernel_run, kernels, tmp_path):
    folder = kernel_run.save(tmp_path / "run")

    def without(model):
        last(model).classes_ = last(model).classes_[:-1]

    change_model(folder, without)
    with pytest.raises(FailedError, match="The model of run run-kernels is damaged"):
        load_run(folder).predict(kernels.signals)
    unknown = Run(
        replace(kernel_run.manifest, classes=["gaussian"]), kernel_run.predictions, kernel_run.model
    )
    with pytest.raises(FailedError, match="names a class that the run does not know"):
        unknown.predict(kernels.signals)
