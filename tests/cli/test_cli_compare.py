"""``compare``: the leaderboard, and runs that cannot be read."""

import json

import numpy as np
import pandas as pd
import pytest

import nmr_core as nmr

OURS = ("run-mean", "run-ridge")


def test_the_json_is_the_leaderboard(cli, runs):
    answer = cli("compare", *OURS, "--json")
    table = nmr.compare([nmr.load_run(name) for name in OURS])
    assert (answer.code, answer.err) == (0, "")
    assert [row["run"] for row in answer.json] == list(table["run"])
    assert [row["error"] for row in answer.json] == list(table["error"])
    assert answer.json[0]["run"] == "run-ridge"


def test_what_a_run_has_not_is_null(cli, runs):
    cli("train", "example-ml4sci-2020", "--model", "mean", "--targets", "p", "--title", "only p")
    answer = cli("compare", "--json")
    row = next(row for row in answer.json if row["title"] == "only p")
    assert row["r2_alpha"] is None
    assert row["r2_p"] is not None


def test_the_table_has_a_line_a_run_best_first(cli, runs):
    answer = cli("compare", *OURS, runs / "run-ridge")
    header, *lines = answer.out.splitlines()
    assert [line.split()[0] for line in lines] == ["run-ridge", "run-mean"]
    assert all(f"R² {name}" in header for name in ("alpha", "xi", "p", "d"))
    run = nmr.load_run("run-ridge")
    value, low, high = run.weighted_error(identifiable_only=True)
    assert f"{value:.4f} [{low:.4f}, {high:.4f}]" in lines[0]


def test_without_names_it_takes_all_and_warns_of_apples_and_pears(cli, runs):
    names = {row["run"] for row in cli("compare", "--json").json}
    assert names == {entry.id for entry in nmr.list_runs()} > set(OURS)
    assert "their errors measure different things" in cli("compare").err
    assert cli("compare", *OURS).err == ""


def test_the_csv_file_is_the_table(cli, runs, tmp_path):
    file = tmp_path / "scores.csv"
    assert cli("compare", *OURS, "--csv", file).code == 0
    table = nmr.compare([nmr.load_run(name) for name in OURS])
    pd.testing.assert_frame_equal(pd.read_csv(file), table, rtol=1e-14)


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


BREAKS = (_break_manifest, _break_predictions, _lose_predictions, _lose_a_column, _lose_all_rows, _lose_a_range,
          _lose_a_number)


@pytest.mark.parametrize("break_", BREAKS)
def test_a_broken_run_is_left_out_with_its_sentence(cli, runs, break_):
    break_(runs / "run-mean")
    answer = cli("compare", "--json")
    assert answer.code == 0
    assert "run-mean" not in {row["run"] for row in answer.json}
    assert "run-ridge" in {row["run"] for row in answer.json}
    line, = (line for line in answer.err.splitlines() if line.startswith("left out"))
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
def test_a_folder_that_holds_no_run_is_a_failure(refused, runs, name):
    assert "run" in refused(1, "compare", "run-ridge", name)


@pytest.mark.parametrize("file", ["scores", "scores.txt", "missing/scores.csv"])
def test_a_file_that_cannot_be_is_refused(refused, runs, file, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    refused(2, "compare", "--csv", file)
