"""``compare``: the leaderboard, and runs that cannot be read."""

import json

import numpy as np
import pandas as pd
import pytest
from made_runs import classifier, write

import nmr_core as nmr
from nmr_core.evaluation.marks import marks_of
from nmr_core.glossary import heads, score_text

OURS = ("run-mean", "run-ridge")


def test_the_json_is_the_leaderboard(cli, runs):
    answer = cli("compare", *OURS, "--json")
    table = nmr.compare([nmr.load_run(name) for name in OURS])
    assert (answer.code, answer.err) == (0, "")
    assert [row["run"] for row in answer.json] == list(table["run"])
    assert [row["error"] for row in answer.json] == list(table["error"])
    assert answer.json[0]["run"] == "run-ridge"


def test_what_a_run_has_not_is_baseline(cli, runs):
    cli("train", "example-ml4sci-2020", "--model", "mean", "--targets", "p", "--title", "only p")
    answer = cli("compare", "--json")
    row = next(row for row in answer.json if row["title"] == "only p")
    assert row["r2_alpha"] is None
    assert row["r2_p"] is not None


def test_the_table_has_a_line_a_run_best_first(cli, runs):
    answer = cli("compare", *OURS, runs / "run-ridge")
    header, *lines = answer.out.partition("\n\n")[0].splitlines()
    assert [line.split()[0] for line in lines] == ["run-ridge", "run-mean"]
    assert all(f"R^2 {name}" in header for name in ("alpha", "xi", "p", "d"))
    run = nmr.load_run("run-ridge")
    value, low, high = run.weighted_error(identifiable_only=True)
    assert score_text(value, 1.0, False, low, high) in lines[0]


def test_without_names_it_takes_all_and_warns_of_apples_and_pears(cli, runs):
    names = {row["run"] for row in cli("compare", "--json").json}
    assert names == {entry.id for entry in nmr.list_runs()} > set(OURS)
    assert "their errors cannot be compared" in cli("compare").err
    assert cli("compare", *OURS).err == ""


def test_the_csv_file_is_the_table(cli, runs, tmp_path):
    file = tmp_path / "scores.csv"
    assert cli("compare", *OURS, "--csv", file).code == 0
    table = nmr.compare([nmr.load_run(name) for name in OURS])
    words = heads(table, nmr.load_run(OURS[0]).manifest.targets, csv=True)
    assert "R^2 alpha" in words
    pd.testing.assert_frame_equal(pd.read_csv(file), table.set_axis(words, axis=1), rtol=1e-14)


def test_no_runs_at_all(cli, monkeypatch):
    monkeypatch.setattr("nmr_core.evaluation.list_runs", list)
    answer = cli("compare")
    assert (answer.code, answer.out) == (0, "")
    assert "no runs yet" in answer.err
    assert cli("compare", "--json").json == []


def _break_manifest(folder):
    (folder / "manifest.json").write_text("{")


def _break_predictions(folder):
    (folder / "predictions.parquet").write_bytes(b"PAR1")


def _lose_predictions(folder):
    (folder / "predictions.parquet").unlink()


def _lose_a_column(folder):
    path = folder / "predictions.parquet"
    pd.read_parquet(path).drop(columns="true_alpha").to_parquet(path)


def _lose_all_rows(folder):
    path = folder / "predictions.parquet"
    pd.read_parquet(path).iloc[:0].to_parquet(path)


def _lose_a_number(folder):
    path = folder / "predictions.parquet"
    table = pd.read_parquet(path)
    table.loc[0, "predicted_alpha"] = np.nan
    table.to_parquet(path)


def _lose_a_range(folder):
    manifest = json.loads((folder / "manifest.json").read_text())
    del manifest["targets"]["alpha"]["low"]
    (folder / "manifest.json").write_text(json.dumps(manifest))


BREAKS = (
    _break_manifest,
    _break_predictions,
    _lose_predictions,
    _lose_a_column,
    _lose_all_rows,
    _lose_a_range,
    _lose_a_number,
)


@pytest.mark.parametrize("break_", BREAKS)
def test_a_broken_run_is_left_out_with_its_sentence(cli, runs, break_):
    break_(runs / "run-mean")
    answer = cli("compare", "--json")
    assert answer.code == 0
    assert "run-mean" not in {row["run"] for row in answer.json}
    assert "run-ridge" in {row["run"] for row in answer.json}
    (line,) = (line for line in answer.err.splitlines() if line.startswith("left out"))
    assert line.startswith("left out run-mean: ")
    assert line.endswith(".")


@pytest.mark.parametrize("break_", BREAKS)
def test_a_broken_run_that_was_asked_for_is_a_failure(refused, runs, break_):
    break_(runs / "run-mean")
    assert "run-mean" in refused(1, "compare", *OURS)


@pytest.mark.parametrize("name", ["", "..", "no-such-run", "x" * 3000, "A B", "a\0b"])
def test_a_run_that_is_not_there_is_refused(refused, runs, name):
    refused(2, "compare", "run-ridge", name)


@pytest.mark.parametrize("name", ["../run-ridge", "/etc", "/etc/passwd", "run-ridge/../../x"])
def test_a_folder_that_holds_no_run_is_refused(refused, runs, name):
    assert f"There is no run at {name}" in refused(2, "compare", "run-ridge", name)


@pytest.mark.parametrize("file", ["scores", "scores.txt", "missing/scores.csv"])
def test_a_file_that_cannot_be_is_refused(refused, runs, file, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    refused(2, "compare", "--csv", file)


def test_published_results_are_listed_and_said_to_be_of_other_curves(cli, runs):
    out = cli("compare", *OURS).out
    assert "published, on other curves: Σ MSE/w² of identifiable parameters" in out
    assert "0.0331  VisEcho, complex CNN" in out
    assert "VisEcho" not in cli("compare", "run-mean", "--json").out


def test_classifiers_have_a_table_of_their_own(cli, runs, data_folder):
    write(classifier(), data_folder)
    answer = cli("compare", "run-ridge", "run-classes")
    first, second = (block for block in answer.out.split("\nrun ", 1))
    assert "run-ridge" in first
    assert "run-classes" not in first
    assert all(
        text in second for text in ("weighted F1 [95 %]", "F1 power_law", "run-classes", "0.9000")
    )
    rows = cli("compare", "run-ridge", "run-classes", "--json").json
    assert [row["run"] for row in rows] == ["run-ridge", "run-classes"]
    assert rows[1]["f1"] == nmr.load_run("run-classes").f1_weighted()[0]


def test_the_csv_file_holds_both_tables(cli, runs, data_folder, tmp_path):
    write(classifier(), data_folder)
    assert cli("compare", "run-ridge", "run-classes", "--csv", tmp_path / "all.csv").code == 0
    table = pd.read_csv(tmp_path / "all.csv").set_index("run")
    assert table.loc["run-classes", "accuracy"] == 0.9
    assert np.isnan(table.loc["run-classes", "sum of MSE/w^2"])
    assert table.loc["run-ridge", "sum of MSE/w^2"] > 0


def test_the_report_is_one_file(cli, runs, tmp_path):
    file = tmp_path / "report.html"
    answer = cli("compare", *OURS, "--html", file)
    assert (answer.code, answer.err) == (0, "")
    text = file.read_text(encoding="utf-8")
    assert text.startswith("<!DOCTYPE html>")
    assert text.rstrip().endswith("</html>")
    assert all(name in text for name in OURS)


def test_the_submission_has_a_row_a_test_curve(cli, runs, tmp_path):
    file = tmp_path / "submitted_mat_info.txt"
    assert cli("compare", "run-ridge", "--submission", file).code == 0
    run = nmr.load_run("run-ridge")
    expected = run.predictions.sort_values("sample")[
        [f"predicted_{name}" for name in ("alpha", "xi", "p", "d")]
    ]
    assert np.allclose(np.loadtxt(file, delimiter="\t"), expected)


@pytest.mark.parametrize("named", [OURS, ("run-classes",)])
def test_what_cannot_be_handed_in_is_refused_before_anything_is_printed(
    refused, runs, data_folder, tmp_path, named
):
    write(classifier(), data_folder)
    assert "submi" in refused(2, "compare", *named, "--submission", tmp_path / "s.txt")
    assert not (tmp_path / "s.txt").exists()


def test_the_change_to_a_reference_run_is_one_of_its_columns(cli, runs):
    rows = cli("compare", *OURS, "--reference", OURS[0], "--json").json
    change = {row["run"]: (row["change"], row["change_low"], row["change_high"]) for row in rows}
    errors = {row["run"]: row["error"] for row in rows}
    assert change[OURS[0]] == (0, 0, 0)
    for id, (value, low, high) in change.items():
        assert value == pytest.approx(errors[id] / errors[OURS[0]] - 1)
        assert low <= value <= high
    assert cli("compare", *OURS, "--baseline", OURS[0]).out.count("against reference") == 1


@pytest.mark.parametrize(
    ("flag", "file"),
    [("--html", "report.txt"), ("--html", "no/where.html"), ("--submission", "a.csv")],
)
def test_other_files_that_cannot_be_are_refused(refused, runs, tmp_path, monkeypatch, flag, file):
    monkeypatch.chdir(tmp_path)
    refused(2, "compare", "run-ridge", flag, file)


def test_the_marks_of_version_0_6_are_still_set_here(cli, refused, runs):
    answer = cli("compare", "run-ridge", "--star", "--note", "for the talk", "--json")
    assert [row["run"] for row in answer.json] == ["run-ridge"]
    assert marks_of("run-ridge").star
    assert marks_of("run-ridge").text == "for the talk"
    cli("compare", "run-ridge", "--unstar")
    assert not marks_of("run-ridge").star
    assert "Name the runs" in refused(2, "compare", "--star")
