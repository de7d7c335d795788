"""A saved run on new curves: its own numbers where it was tested, refusal of others."""

import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from nmr_core import (
    FailedError,
    InputError,
    generate,
    predict,
    preset,
    read_foreign,
    train,
    write_foreign,
)
from nmr_core.datasets import load_dataset
from nmr_core.datasets.store import store_dataset
from nmr_core.evaluation.predictions import load_predictions, predict_job, predictions_folder
from nmr_core.io.formats import accept
from nmr_core.learning.matching import settings_of
from nmr_core.learning.predicting import learned, prediction_scores, prediction_table
from nmr_core.progress import silent


def _near(found: pd.DataFrame, wanted: pd.DataFrame) -> None:
    np.testing.assert_allclose(found.to_numpy(), wanted.to_numpy(), rtol=1e-5, atol=1e-7)


def test_the_test_curves_give_the_runs_own_predictions(ridge_run, dataset):
    found = predict(ridge_run, dataset, insist=True)
    assert list(found) == list(ridge_run.targets)
    _near(found.iloc[ridge_run.predictions["sample"]], ridge_run.predicted)


def test_a_data_set_its_arrays_and_its_file_give_the_same(ridge_run, dataset, tmp_path):
    wanted = predict(ridge_run, dataset)
    _near(predict(ridge_run, (dataset.time, dataset.signals)), wanted)
    _near(predict(ridge_run, (dataset.time, dataset.signals[:, 0])), wanted)
    for form, name in (("npz", "a.npz"), ("csv_wide", "a.csv")):
        write_foreign(dataset, tmp_path / name, form)
        _near(predict(ridge_run, read_foreign(tmp_path / name)), wanted)


def test_progress_counts_curves(ridge_run, dataset):
    calls = []
    predict(ridge_run, dataset, progress=lambda *report: calls.append(report[:2]))
    assert calls[-1] == (60, 60)


def test_other_time_points_are_refused_with_both_stated(ridge_run, dataset, small_preset):
    other = generate(small_preset.fix(tau=8), 3, seed=1)
    text = rf"run-ridge was trained on 45 points .* these curves have {len(other.time)} points"
    for source in (other, (other.time, other.signals)):
        with pytest.raises(InputError, match=text):
            predict(ridge_run, source)


def test_curves_with_counter_rotating_terms_are_refused(ridge_run, dataset, tmp_path):
    published = generate(preset("ml4sci_2020").fix(n_x=8, n_y=8, tau=5), 100, seed=8)
    write_foreign(published, tmp_path / "a.npz", "npz")
    file = read_foreign(tmp_path / "a.npz")
    for source in (published, file):
        with pytest.raises(InputError, match=r"with carrier = 0, these curves have carrier = 10"):
            predict(ridge_run, source)
    few = replace(file, signals=file.signals[:50], parameters=file.parameters[:50])
    with pytest.raises(InputError, match=r"with carrier = 0, these curves have carrier = 10"):
        predict(ridge_run, few)
    assert len(predict(ridge_run, replace(few, is_assumed=True))) == 50
    named = accept(few, source="a (npz)", path=tmp_path / "named")
    assert settings_of(named)[0]["carrier"] == 10
    assumed = accept(few, source="a (ml4sci_2020)", path=tmp_path / "assumed")
    assert "carrier" not in settings_of(assumed)[0]


@pytest.mark.parametrize(
    ("values", "text"),
    [(30.0, "tau = 30"), (np.linspace(5, 6, 60), "tau = varied")],
)
def test_a_column_of_the_protocol_overrules_the_preset(ridge_run, dataset, tmp_path, values, text):
    write_foreign(dataset, tmp_path / "a.npz", "npz")
    file = read_foreign(tmp_path / "a.npz")
    own = replace(file, parameters=file.parameters.assign(tau=values))
    for source in (own, accept(own, source="a (npz)", path=tmp_path / "own")):
        with pytest.raises(InputError, match=f"with tau = 5, these curves have {text}"):
            predict(ridge_run, source)
    same = replace(file, parameters=file.parameters.assign(tau=5.0))
    assert len(predict(ridge_run, accept(same, source="a", path=tmp_path / "same"))) == len(dataset)


def test_times_in_another_unit_are_named(ridge_run, dataset, tmp_path):
    write_foreign(dataset, tmp_path / "a.npz", "npz")
    foreign = read_foreign(tmp_path / "a.npz")
    with pytest.raises(InputError, match=r"seem to be in ns"):
        predict(ridge_run, (1000 * foreign.time, foreign.signals))


def test_another_number_of_settings_is_refused(ridge_run, dataset):
    with pytest.raises(InputError, match="1 settings, these have 2"):
        predict(ridge_run, (dataset.time, np.repeat(dataset.signals, 2, axis=1)))


@pytest.mark.parametrize(
    "signals", [np.zeros(45, complex), np.zeros((2, 1, 1, 45), complex), np.array([["a"]])]
)
def test_what_is_no_curve_is_refused(ridge_run, dataset, signals):
    with pytest.raises(InputError, match="complex array"):
        predict(ridge_run, (dataset.time, signals))


def test_nan_is_refused(ridge_run, dataset):
    signals = dataset.signals.copy()
    signals[3, 0, 5] = np.nan
    with pytest.raises(InputError, match="NaN or infinity"):
        predict(ridge_run, (dataset.time, signals))


def test_what_was_learned_from_is_marked_and_never_scored(ridge_run, dataset):
    table = prediction_table(ridge_run, dataset)
    assert set(table["sample"][~table["learned"]]) == set(ridge_run.predictions["sample"])
    scores = prediction_scores(ridge_run, table)
    pd.testing.assert_frame_equal(scores, ridge_run.scores, rtol=1e-4, atol=1e-6)


def test_the_same_samples_through_effects_or_in_another_data_set_are_known_again(
    ridge_run, dataset, small_preset, data_folder
):
    dataset.save(data_folder / "datasets" / dataset.manifest.id)
    again, new = generate(small_preset, 70, seed=7), generate(small_preset, 70, seed=8)
    for known in (again, again.with_effects("gaussian_noise:snr=30")):
        assert learned(ridge_run, known).sum() == ridge_run.manifest.n_train
        assert not learned(ridge_run, known)[60:].any()
    assert not learned(ridge_run, new).any()


def test_new_curves_are_scored_beside_the_baseline(ridge_run, small_preset):
    table = prediction_table(ridge_run, generate(small_preset, 30, seed=99))
    scores = prediction_scores(ridge_run, table)
    assert not table["learned"].any()
    assert list(scores.index) == list(ridge_run.targets)
    mean = ridge_run.manifest.train_mean["alpha"]
    assert scores.loc["alpha", "baseline_mse_w2"] == pytest.approx(
        ((table["true_alpha"] - mean) ** 2).mean() / 0.2**2, rel=0.02
    )


def test_estimates_outside_the_range_are_marked_by_name(ridge_run, dataset):
    from nmr_core.datasets.imported import imported

    loud = imported(
        dataset.parameters,
        5 * dataset.signals - 4 * dataset.signals.mean(axis=0),
        dataset.time,
        source="test",
    )
    table = prediction_table(ridge_run, loud)
    for name, spec in ridge_run.manifest.targets.items():
        beyond = (table[f"predicted_{name}"] < spec["low"]) | (
            table[f"predicted_{name}"] > spec["high"]
        )
        assert [(name in text.split(", ")) for text in table["outside"]] == beyond.tolist()
    assert 0 < (table["outside"] != "").sum() < len(table)


def test_without_truth_there_are_estimates_and_no_scores(ridge_run, dataset, tmp_path):
    from nmr_core.datasets.imported import imported

    bare = imported(pd.DataFrame(index=range(60)), dataset.signals, dataset.time, source="test")
    table = prediction_table(ridge_run, bare)
    assert not [name for name in table if name.startswith("true_")]
    assert prediction_scores(ridge_run, table) is None


@pytest.fixture(scope="module")
def classifier(dataset):
    """alpha above its middle or not, on an imported copy."""
    from nmr_core.datasets.imported import imported

    table = pd.DataFrame(
        {"kernel": np.where(dataset.parameters["alpha"] > 0.1, "constant", "rkky")}
    )
    copy = imported(table, dataset.signals, dataset.time, source="test")
    return train(
        copy, targets=["kernel"], featurizer="raw", model="random_forest", split=20, seed=0
    ), copy


def test_classes_come_with_probabilities(classifier):
    run, copy = classifier
    table = prediction_table(run, copy)
    known = table[[f"probability_{name}" for name in run.classes]]
    np.testing.assert_allclose(known.sum(axis=1), 1, atol=1e-6)
    assert set(table["predicted_kernel"]) <= set(run.classes)
    own = table.set_index("sample").loc[run.predictions["sample"]]
    assert own["predicted_kernel"].tolist() == run.predicted["kernel"].tolist()
    pd.testing.assert_frame_equal(prediction_scores(run, table), run.scores)


@pytest.fixture
def stored(ridge_run, dataset, data_folder):
    """The run and its data set on disk; the run's id."""
    from nmr_core.learning.run import Run

    if not (data_folder / "datasets" / dataset.manifest.id).exists():
        dataset.save(data_folder / "datasets" / dataset.manifest.id)
    Run(ridge_run.manifest, ridge_run.predictions, ridge_run.model).save(
        data_folder / "runs" / "run-ridge"
    )
    return "run-ridge"


def test_the_job_predicts_a_data_set(stored, ridge_run, dataset):
    calls = []
    assert predict_job(
        {"run": stored, "id": "pr-1", "dataset": dataset.manifest.id},
        lambda *report: calls.append(report),
    ) == {"id": "pr-1", "run": stored, "summary": "60 curves"}
    about, table = load_predictions("pr-1")
    assert (about["run"], about["n"]) == (stored, 60)
    pd.testing.assert_frame_equal(table, prediction_table(ridge_run, dataset), rtol=1e-5, atol=1e-8)
    assert calls[-1][:2] == (60, 60)


def test_the_job_predicts_an_upload_and_removes_it(stored, dataset, data_folder):
    folder = data_folder / "uploads" / "up-1"
    folder.mkdir(parents=True)
    write_foreign(dataset, folder / "a.npz", "npz")
    predict_job({"run": stored, "id": "pr-2", "upload": "up-1/a.npz", "format": ""}, silent)
    assert not folder.exists()
    assert (data_folder / "uploads").is_dir()
    assert load_predictions("pr-2")[0]["source"] == "a.npz"


@pytest.mark.parametrize("name", ["../runs/run-ridge", "/etc/passwd", "", "up-none/a.npz", "."])
def test_the_job_reads_uploads_only(stored, data_folder, name):
    (data_folder / "uploads").mkdir()
    with pytest.raises(InputError, match="no upload"):
        predict_job({"run": stored, "id": "pr-3", "upload": name}, silent)
    assert (data_folder / "runs" / "run-ridge").exists()
    assert not predictions_folder().exists()


@pytest.mark.parametrize(
    "params",
    [
        {"run": "../x", "id": "pr-1", "dataset": "d1"},
        {"run": "run-ridge", "id": "../x", "dataset": "d1"},
        {"run": "run-ridge", "id": "pr-1", "dataset": "../d1"},
    ],
)
def test_only_ids_become_paths(stored, params):
    with pytest.raises(InputError):
        predict_job(params, silent)


def test_damaged_predictions_are_one_sentence(stored, dataset, data_folder):
    predict_job({"run": stored, "id": "pr-1", "dataset": dataset.manifest.id}, silent)
    path = predictions_folder() / "pr-1.parquet"
    for damage in (
        lambda: path.write_bytes(b"PAR1"),
        path.unlink,
        lambda: path.with_suffix(".json").write_text(json.dumps({"id": "pr-1"})),
    ):
        damage()
        with pytest.raises(FailedError, match=r"again\.$"):
            load_predictions("pr-1")


def test_stored_and_read_again(stored, dataset):
    """The model from disk, on curves from disk."""
    from nmr_core import load_run

    copy = store_dataset(generate(dataset.preset, 20, seed=5), "ds-new")
    assert len(predict(load_run(stored), load_dataset(copy.name))) == 20
