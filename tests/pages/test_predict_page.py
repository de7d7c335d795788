"""Predict: few curves at once, many by a job, files without trust."""

import numpy as np
import pandas as pd
import pytest

from nmr_core import generate, load_run, predict, preset, write_foreign
from nmr_core.datasets import load_dataset
from nmr_core.evaluation.predictions import load_predictions, predict_job
from nmr_core.jobs import api
from nmr_core.progress import silent
from ui.predict import source as predict_source
from ui.shared import uploads


@pytest.fixture
def file(template, tmp_path):
    """The own data set as a CSV file: (name, bytes, type)."""
    path = tmp_path / "measured.csv"
    write_foreign(load_dataset(template / "datasets" / "ds-own"), path, "csv_wide")
    return "measured.csv", path.read_bytes(), "text/csv"


def _upload(app, *files):
    app.file_uploader(key="curves-files-0").set_value(list(files))
    return app.run()


def test_the_first_visit_predicts_the_example_with_the_model_that_ships(open_page, words):
    app = open_page("predict")
    assert not app.exception
    assert app.selectbox(key="run").value == "pretrained-ml4sci-2020-secular"
    assert len(app.dataframe[0].value) == 500
    assert "trained on 18,000 curves and 100,000 fresh ones of" in words(app)
    assert "This run: α" in words(app), "beside what can be identified"
    assert "500 curves that the run was not trained on" in words(app)


def test_an_example_run_knows_what_it_has_seen(open_page, words):
    app = open_page("predict", run="example-mlp")
    assert not app.exception
    assert len(app.dataframe[0].value) == 500
    assert "trained on 400 of the curves" in words(app)
    assert "100 curves that the run was not trained on" in words(app)


def test_the_table_is_what_python_says(own, open_page):
    app = open_page("predict", run="run-ridge", dataset="ds-own")
    table = app.dataframe[0].value
    wanted = predict(load_run("run-ridge"), load_dataset("ds-own"))
    np.testing.assert_allclose(table["estimate α (MHz)"], wanted["alpha"], rtol=1e-5)
    np.testing.assert_allclose(table["true α (MHz)"], load_dataset("ds-own").parameters["alpha"])
    assert table["learned"].sum() == 45


def test_a_data_set_on_other_time_points_is_refused_with_both(own, open_page):
    app = open_page("predict", run="run-ridge", dataset="example-ml4sci-2020")
    assert not app.exception
    (error,) = app.error
    assert "was trained on 45 points" in error.value
    assert (
        f"these curves have {len(load_dataset('example-ml4sci-2020').time)} points" in error.value
    )


def test_the_run_s_own_data_set_comes_first_however_new_others_are(own, open_page):
    app = open_page("predict", run="example-mlp")
    assert app.selectbox(key="dataset").value == "example-ml4sci-2020"
    assert not app.error


def test_an_uploaded_file(own, open_page, file, words):
    app = _upload(open_page("predict", run="run-ridge", source="file"), file)
    assert not app.exception
    assert not app.error
    np.testing.assert_allclose(
        app.dataframe[0].value["estimate α (MHz)"],
        predict(load_run("run-ridge"), load_dataset("ds-own"))["alpha"],
        rtol=1e-4,
        atol=1e-6,
    )
    assert "Estimates for 60 curves" in words(app)
    assert len(list(uploads.uploads_folder().iterdir())) == 1


@pytest.mark.parametrize(
    "content", [b"hello,world\n1,2\n", b"", b"\x80\x04\x95pickle", b"PK\x03\x04 no zip"]
)
def test_a_file_that_cannot_be_read_is_one_sentence(own, open_page, content):
    app = _upload(
        open_page("predict", run="run-ridge", source="file"), ("bad.csv", content, "text/csv")
    )
    assert not app.exception
    (error,) = app.error
    assert error.value.endswith(".")
    assert str(own) not in error.value
    assert not app.dataframe


def test_a_file_on_other_time_points_is_refused_with_both(own, open_page, file):
    app = _upload(open_page("predict", run="example-ridge", source="file"), file)
    assert not app.exception
    (error,) = app.error
    assert "471" in error.value
    assert "45" in error.value


def test_many_curves_of_a_data_set_are_a_job(own, open_page, monkeypatch, words):
    monkeypatch.setattr(predict_source, "FEW", 50)
    app = open_page("predict", run="run-ridge", dataset="ds-own")
    assert not app.get("arrow_data_frame")
    app.button(key="predict").click().run()
    (job,) = api.list_jobs()
    assert job.kind == "predict"
    assert {name: job.params[name] for name in ("run", "dataset")} == {
        "run": "run-ridge",
        "dataset": "ds-own",
    }
    assert predict_job(job.params, silent)["id"] == job.params["id"]
    monkeypatch.setattr(
        predict_source, "_job_of", lambda *asked: job.params["id"] if asked[2] == "ds-own" else None
    )
    app.run()
    assert len(app.dataframe[0].value) == 60
    assert app.button(key="predict").label == "Predict 60 curves again"


@pytest.mark.parametrize("limit", ["FEW", "READ"])
def test_many_curves_of_a_file_are_a_job_that_takes_the_file_away(
    own, open_page, file, monkeypatch, limit
):
    monkeypatch.setattr(predict_source, limit, 50)
    app = _upload(open_page("predict", run="run-ridge", source="file"), file)
    assert not app.exception
    app.button(key="predict").click().run()
    (job,) = api.list_jobs()
    assert (uploads.uploads_folder() / job.params["upload"]).read_bytes() == file[1]
    predict_job(job.params, silent)
    assert len(load_predictions(job.params["id"])[1]) == 60
    assert not (uploads.uploads_folder() / job.params["upload"]).exists()
    assert len(list(uploads.uploads_folder().iterdir())) == 1


def test_classes_show_their_probabilities(own, open_page):
    from nmr_core import train
    from nmr_core.datasets.imported import imported

    source = generate(preset("ml4sci_2020_secular").fix(n_x=6, n_y=6, tau=5), 60, seed=3)
    table = pd.DataFrame({"kernel": np.where(source.parameters["alpha"] > 0.1, "constant", "rkky")})
    data = imported(table, source.signals, source.time, source="test")
    data.save(own / "datasets" / data.manifest.id)
    run = train(
        data,
        targets=["kernel"],
        featurizer="raw",
        model="random_forest",
        split=20,
        model_options={"n_estimators": 10},
        id="run-zz-classes",
    )
    run.save()
    app = open_page("predict", run="run-zz-classes", dataset=data.manifest.id)
    assert not app.exception
    assert not app.error
    shown = app.dataframe[0].value
    np.testing.assert_allclose(
        shown["probability constant"] + shown["probability rkky"], 1, atol=1e-6
    )
    assert len(app.get("plotly_chart")) == 2
