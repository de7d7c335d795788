"""Runs on disk: the same numbers after a reload; one sentence for damaged or foreign ones."""

import hashlib
import json
import re
import shutil

import numpy as np
import pandas as pd
import pytest
import sklearn
import skops.io
from quick_models import REGRESSORS, quick

from nmr_core import FailedError, InputError, compare, list_runs, load_dataset, load_run, train
from nmr_core.evaluation import delete_run
from nmr_core.learning.manifest import FORMAT
from nmr_core.learning.train import train_job
from nmr_core.storage.workspace import EXAMPLES, SHIPPED

EXAMPLE_RUNS = sorted(folder.name for folder in (EXAMPLES / "runs").iterdir())
SHIPPED_RUNS = [
    folder.name for root in SHIPPED for folder in sorted((root / "runs").iterdir(), reverse=True)
]
"""As they are listed: examples, then trained models."""


class Intruder:
    """A type that no run of ours holds."""


@pytest.fixture(scope="session")
def saved(ridge_run, tmp_path_factory):
    """The ridge run on disk; to be copied, not changed."""
    return ridge_run.save(tmp_path_factory.mktemp("saved") / "run-ridge")


@pytest.fixture
def folder(saved, data_folder):
    """A copy of it in the data folder."""
    return shutil.copytree(saved, data_folder / "runs" / "run-ridge")


def _edit(folder, **changes):
    manifest = json.loads((folder / "manifest.json").read_text())
    (folder / "manifest.json").write_text(json.dumps(manifest | changes))


def _replace_model(folder, content: bytes):
    (folder / "model.skops").write_bytes(content)
    _edit(folder, model_sha256=hashlib.sha256(content).hexdigest())


@pytest.mark.parametrize("model", REGRESSORS)
def test_a_run_read_again_is_the_same_run(dataset, tmp_path, model):
    run = train(
        dataset, featurizer="polynomial", model=model, model_options=quick(model), split=15, seed=3
    )
    again = load_run(run.save(tmp_path / "run"))
    assert again.manifest == run.manifest
    pd.testing.assert_frame_equal(again.predictions, run.predictions)
    pd.testing.assert_frame_equal(again.scores, run.scores)
    pd.testing.assert_frame_equal(
        again.predict(dataset.signals, insist=True), run.predict(dataset.signals, insist=True)
    )
    held_out = dataset.signals[run.predictions["sample"]]
    assert again.predict(held_out, insist=True).to_numpy() == pytest.approx(
        run.predicted.to_numpy(), rel=1e-5, abs=1e-6
    )


def test_runs_are_saved_under_their_id(ridge_run, data_folder):
    assert ridge_run.save() == data_folder / "runs" / "run-ridge"
    files = {file.name for file in (data_folder / "runs" / "run-ridge").iterdir()}
    assert files == {"manifest.json", "model.skops", "predictions.parquet", "scores.json"}
    with pytest.raises(InputError, match="holds a run already"):
        ridge_run.save()
    assert load_run("run-ridge").manifest.title == ridge_run.manifest.title


def test_a_changed_model_is_refused(folder):
    content = bytearray((folder / "model.skops").read_bytes())
    content[len(content) // 2] ^= 1
    (folder / "model.skops").write_bytes(content)
    with pytest.raises(FailedError, match=r"run-ridge is not the one that was saved.*Train again"):
        _ = load_run("run-ridge").model


def test_a_model_with_a_foreign_type_is_refused_by_name(folder, tmp_path):
    skops.io.dump({"model": Intruder()}, tmp_path / "foreign.skops")
    _replace_model(folder, (tmp_path / "foreign.skops").read_bytes())
    with pytest.raises(FailedError, match=r"types that are not loaded: .*Intruder"):
        _ = load_run("run-ridge").model


@pytest.mark.parametrize(
    "content", [b"", b"\x80\x04N.", b"PK\x03\x04 no zip"], ids=["empty", "a pickle", "half a zip"]
)
def test_a_file_that_is_no_model_is_refused(folder, content):
    _replace_model(folder, content)
    with pytest.raises(FailedError, match="run-ridge cannot be read"):
        _ = load_run("run-ridge").model


def test_a_model_of_other_versions_says_both(folder, monkeypatch):
    _edit(folder, versions={"scikit-learn": "1.2.0", "numpy": "1.24.0"})
    monkeypatch.setattr(
        skops.io,
        "load",
        lambda *_, **__: (_ for _ in ()).throw(AttributeError("no attribute 'alpha'")),
    )
    here = f"scikit-learn {sklearn.__version__} and NumPy {np.__version__}"
    with pytest.raises(
        FailedError,
        match=rf"1.2.0 and NumPy 1.24.0 and does not work with {re.escape(here)} \(no attr",
    ):
        _ = load_run("run-ridge").model


def test_a_model_of_other_versions_that_fails_while_predicting_says_so_too(
    folder, dataset, monkeypatch
):
    _edit(folder, versions={"scikit-learn": "1.2.0", "numpy": np.__version__})
    run = load_run("run-ridge")
    assert len(run.predict(dataset.signals[:2])) == 2
    monkeypatch.setattr(
        type(run.model),
        "predict",
        lambda *_: (_ for _ in ()).throw(AttributeError("no attribute 'alpha'")),
    )
    with pytest.raises(FailedError, match=r"saved with scikit-learn 1\.2\.0"):
        run.predict(dataset.signals[:2])


def test_a_missing_model_is_refused(folder):
    (folder / "model.skops").unlink()
    run = load_run("run-ridge")
    assert len(run.scores) == 4
    with pytest.raises(FailedError, match="cannot be read"):
        _ = run.model


@pytest.mark.parametrize("damage", ["missing", "garbage", "truncated"])
def test_damaged_predictions_are_named(folder, damage):
    path = folder / "predictions.parquet"
    content = path.read_bytes()
    path.unlink()
    if damage != "missing":
        path.write_bytes(b"garbage" if damage == "garbage" else content[: len(content) // 2])
    with pytest.raises(FailedError, match=r"predictions.parquet is damaged"):
        _ = load_run("run-ridge").scores


def test_predictions_of_another_run_are_named(folder):
    pd.DataFrame({"sample": [0, 1]}).to_parquet(folder / "predictions.parquet", index=False)
    with pytest.raises(FailedError, match="run-ridge"):
        _ = load_run("run-ridge").scores


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"format": 99}', "\x00"], ids=repr)
def test_a_damaged_manifest_stays_in_the_list_with_its_sentence(folder, text):
    (folder / "manifest.json").write_text(text)
    entry = list_runs()[0]
    assert (entry.id, entry.run) == ("run-ridge", None)
    assert entry.problem.startswith("The run at ")
    assert [e.id for e in list_runs()[1:]] == SHIPPED_RUNS
    with pytest.raises(FailedError):
        load_run("run-ridge")


@pytest.mark.parametrize(
    "changes",
    [
        {"targets": None},
        {"targets": {"alpha": 1}},
        {"train_mean": []},
        {"unidentifiable": 7},
        {"title": None},
        {"dataset": 5},
        {"n_train": "many"},
    ],
    ids=str,
)
def test_a_manifest_with_values_of_the_wrong_kind_is_damaged_too(folder, changes):
    _edit(folder, **changes)
    assert list_runs()[0].run is None
    assert "damaged" in list_runs()[0].problem


def test_newer_fields_are_ignored_and_newer_formats_refused(folder):
    _edit(folder, colour="blue")
    assert load_run("run-ridge").id == "run-ridge"
    _edit(folder, format=FORMAT + 1)
    with pytest.raises(
        FailedError, match=rf"format {FORMAT + 1}, this version reads 1 to {FORMAT}"
    ):
        load_run("run-ridge")


def test_own_runs_come_first_and_the_newest_of_them_on_top(folder):
    shutil.copytree(folder, folder.with_name("run-zz"))
    (folder.parent / "half").mkdir()
    assert [entry.id for entry in list_runs()] == ["run-zz", "run-ridge", *SHIPPED_RUNS]


def test_delete(folder):
    delete_run("run-ridge")
    assert not folder.exists()
    with pytest.raises(InputError, match="There is no run 'run-ridge'"):
        load_run("run-ridge")


@pytest.mark.parametrize("name", SHIPPED_RUNS)
def test_what_ships_cannot_be_deleted(data_folder, name):
    with pytest.raises(InputError, match="ships with the package"):
        delete_run(name)
    assert load_run(name).id == name


@pytest.mark.parametrize("name", ["../run-ridge", "", "run ridge", "/etc"])
def test_only_ids_are_deleted(folder, name):
    with pytest.raises(InputError, match="An id has"):
        delete_run(name)
    assert folder.exists()


def test_the_job_trains_and_saves_what_it_was_asked(data_folder):
    seen = []
    result = train_job(
        {
            "dataset": "example-ml4sci-2020",
            "run": "run-job",
            "model": "ridge",
            "split": 0.2,
            "seed": 2020,
            "targets": ["alpha", "d"],
        },
        lambda *step: seen.append(step),
    )
    assert result["run"] == "run-job"
    assert "test curves" in result["summary"]
    done, total, _ = seen[-1]
    assert done == total
    assert load_run("run-job").targets == ("alpha", "d")


def test_the_job_takes_every_argument_as_json(data_folder):
    params = {
        "dataset": "example-ml4sci-2020",
        "run": "run-job",
        "recipe": "quick",
        "model_options": {"n_estimators": 10},
        "split": 0.2,
        "seed": 1,
        "targets": ["d"],
        "symmetries": False,
        "fresh": 0,
        "stream": None,
        "featurizer_options": {"n_splits": [4, 5]},
        "title": "From a page",
    }
    assert train_job(json.loads(json.dumps(params)), lambda *step: None)["run"] == "run-job"
    manifest = load_run("run-job").manifest
    assert (manifest.recipe, manifest.model, manifest.symmetries, manifest.title) == (
        "quick",
        "extra_trees",
        [],
        "From a page",
    )
    assert manifest.featurizer_options["n_splits"] == [4, 5]


def test_the_leaderboard_is_best_first_and_holds_the_baseline(ridge_run, mean_run):
    for runs in ([ridge_run, mean_run], [mean_run, ridge_run]):
        table = compare(runs)
        assert table["error"].is_monotonic_increasing
        assert table["baseline"].to_numpy() == pytest.approx(mean_run.scores["mse_w2"].sum())
        baseline = table.set_index("run").loc["run-mean"]
        assert baseline["error_total"] == pytest.approx(baseline["baseline"])
        assert baseline["error"] == pytest.approx(mean_run.scores["mse_w2"].drop("xi").sum())
        assert (table["error_low"] <= table["error"]).all()
        assert (table["error"] <= table["error_high"]).all()


def test_runs_with_different_targets_stand_side_by_side(dataset, ridge_run):
    table = compare([ridge_run, train(dataset, targets=["d"], model="ridge", split=15)])
    assert table["r2_d"].notna().all()
    assert table["r2_alpha"].isna().sum() == 1


def test_a_leaderboard_of_nothing_is_empty():
    assert compare([]).empty


def test_the_example_data_set_is_complete(data_folder):
    example = load_dataset("example-ml4sci-2020")
    assert example.manifest.complete
    assert example.signals.shape == (500, 1, 471)
    assert np.isfinite(example.signals).all()
    assert list(example.parameters.columns[:4]) == ["alpha", "xi", "p", "d"]
    again = example.experiment(499)
    assert again.alpha_x == pytest.approx(example.parameters.loc[499, "alpha"] / 2)


@pytest.mark.parametrize("name", EXAMPLE_RUNS)
def test_the_example_runs_predict_what_they_say(data_folder, name):
    run, example = load_run(name), load_dataset("example-ml4sci-2020")
    predicted = run.predict(example.signals[run.predictions["sample"]], insist=True)
    for target, spec in run.manifest.targets.items():
        difference = (predicted[target].to_numpy() - run.predicted[target].to_numpy()) / (
            spec["high"] - spec["low"]
        )
        assert abs(difference).max() < 1e-5, target
    truth = example.parameters[list(run.targets)].iloc[run.predictions["sample"]]
    assert np.array_equal(run.true.to_numpy(), truth.to_numpy())


def test_the_examples_stand_in_the_expected_order(data_folder):
    table = compare([load_run(name) for name in EXAMPLE_RUNS])
    assert table["run"].iloc[-1] == "example-mean"
    assert load_run("example-mlp").scores.loc["alpha", "r2"] > 0.8
