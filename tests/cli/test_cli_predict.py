"""``predict``: data sets and files in, estimates out."""

import numpy as np
import pandas as pd
import pytest

import nmr_core as nmr


def test_the_json_is_what_python_says(cli, runs, dataset):
    answer = cli("predict", "run-ridge", "echoes-60", "--json")
    assert answer.code == 0
    wanted = nmr.predict(nmr.load_run("run-ridge"), nmr.load_dataset(dataset))
    rows = pd.DataFrame(answer.json["predictions"])
    for name in wanted:
        np.testing.assert_allclose(rows[f"predicted_{name}"], wanted[name], rtol=1e-5)
    assert answer.json["units"]["alpha"] == "MHz"
    assert set(answer.json["scores"]) == set(wanted)


@pytest.mark.parametrize(
    ("form", "name"), [("csv_wide", "a.csv"), ("npz", "a.npz"), ("ml4sci_2020", "folder")]
)
def test_a_file_gives_the_same_as_the_data_set_that_it_is_from(
    cli, runs, dataset, tmp_path, form, name
):
    nmr.write_foreign(nmr.load_dataset(dataset), tmp_path / name, form)
    own, files = (
        pd.DataFrame(cli("predict", "run-ridge", source, "--json").json["predictions"])
        for source in (dataset, tmp_path / name)
    )
    pd.testing.assert_series_equal(
        files["predicted_alpha"], own["predicted_alpha"], rtol=1e-3, atol=1e-5
    )
    named = cli("predict", "run-ridge", tmp_path / name, "--format", form, "--json").json[
        "predictions"
    ]
    assert named == files.to_dict("records")


def test_the_csv_file_has_all_and_the_text_the_first(cli, runs, dataset, tmp_path):
    answer = cli("predict", "run-ridge", dataset, "--csv", tmp_path / "out.csv")
    assert answer.code == 0
    table = pd.read_csv(tmp_path / "out.csv")
    assert len(table) == 60
    assert "and 40 more" in answer.err
    assert "0.1" in answer.out
    assert "MHz" in answer.out
    assert "MSE/w^2 of the baseline" in answer.out


def test_curves_on_other_time_points_are_refused_with_both_stated(refused, runs, cli, small):
    other = runs.parent / "datasets" / "ds-other"
    cli(
        "generate",
        "--preset",
        "ml4sci_2020_secular",
        "-n",
        12,
        *small[:4],
        "--set",
        "tau=7",
        "--out",
        other,
    )
    n = len(nmr.load_dataset(other).time)
    said = refused(2, "predict", "run-ridge", "ds-other")
    assert "was trained on 45 points" in said
    assert f"these curves have {n} points" in said


@pytest.mark.parametrize(
    "arguments",
    [
        ("run-none", "example-ml4sci-2020"),
        ("example-mlp", "ds-none"),
        ("example-mlp", "no/file.csv"),
        ("example-mlp", "example-ml4sci-2020", "--csv", "x.txt"),
        ("example-mlp", "example-ml4sci-2020", "--format", "npz"),
    ],
)
def test_wrong_use(refused, arguments, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    refused(2, "predict", *arguments)


def test_a_file_that_holds_no_curves(refused, runs, tmp_path):
    (tmp_path / "a.csv").write_text("hello,world\n1,2\n")
    refused(2, "predict", "run-ridge", tmp_path / "a.csv")
