"""``curves``: the table, the files, and trainings that run."""

import json

import pandas as pd


def test_runs_that_train_in_epochs_are_a_line_each(cli, data_folder):
    header, line = cli("curves", "example-mlp", "example-ridge").out.splitlines()
    assert "validation error" in header
    assert line.startswith("example-mlp")
    (entry,) = cli("curves", "example-mlp", "--json").json
    assert (entry["run"], entry["task"], entry["running"]) == ("example-mlp", "regression", False)
    best = entry["epoch"].index(entry["best_epoch"])
    assert entry["validation_error"][best] == min(entry["validation_error"])


def test_all_epochs_are_written_as_csv(cli, data_folder, tmp_path):
    file = tmp_path / "curves.csv"
    n_epochs = len(cli("curves", "example-mlp", "--csv", str(file), "--json").json[0]["epoch"])
    assert len(pd.read_csv(file)) == n_epochs


def test_nothing_to_print_is_a_sentence(cli, data_folder):
    answer = cli("curves", "example-ridge")
    assert (answer.code, answer.out) == (0, "")
    assert "trained in epochs" in answer.err
    assert json.loads(cli("curves", "--running", "--json").out) == []
