"""``study``: the table, what it says, and what is refused; Ctrl-C leaves nothing."""

import csv

import pytest

import nmr_core as nmr
from nmr_core.cli.interrupt import interrupt

RIDGE = ("--model", "ridge", "--featurizer", "raw", "--split", "0.3", "--no-symmetries")


def test_the_table_and_the_sentence(cli, dataset):
    answer = cli(
        "study",
        "learning_curve",
        "echoes-60",
        *RIDGE,
        "--points",
        3,
        "--repeats",
        2,
        "--smallest",
        10,
        "--goal",
        "0.01",
    )
    assert answer.code == 0
    (saved,) = [entry.study for entry in nmr.list_studies() if not entry.shipped]
    lines = answer.out.splitlines()
    assert lines[0].split() == ["study", saved.id]
    assert lines[-1] == saved.sentence
    assert sum(line.strip().startswith(("10 ", "20 ", "42 ")) for line in lines) == 6
    assert answer.err.startswith("This takes about ")
    again = cli("study", "show", saved.id)
    assert (again.code, again.out, again.err) == (0, answer.out, "")


def test_json_and_csv_hold_the_same_rows(cli, dataset, tmp_path):
    file = tmp_path / "rows.csv"
    answer = cli(
        "study",
        "validation_curve",
        dataset,
        "--model",
        "decision_tree",
        "--vary",
        "min_samples_leaf",
        "--values",
        "1,10",
        "--repeats",
        2,
        "--split",
        20,
        "--json",
        "--csv",
        file,
    )
    assert [row["value"] for row in answer.json["rows"]] == [1, 1, 10, 10]
    with file.open(newline="") as text:
        written = [float(row["sum of MSE/w^2"]) for row in csv.DictReader(text)]
    assert written == pytest.approx([row["error"] for row in answer.json["rows"]])


def test_options_of_features_and_of_the_search(cli, dataset):
    found = cli(
        "study",
        "search",
        dataset,
        "--featurizer",
        "polynomial",
        "--feature-option",
        "order=2",
        "--channels",
        "abs",
        "--model",
        "decision_tree",
        "--search",
        "min_samples_leaf",
        "--candidates",
        3,
        "--method",
        "random",
        "--targets",
        "alpha",
        "--json",
    ).json
    assert found["recipe"]["featurizer_options"] == {"order": 2, "channels": ["abs"]}
    assert len(found["rows"]) == 3
    assert list(found["targets"]) == ["alpha"]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("serch", "echoes-60"), "There is no study 'serch'; there are learning_curve, "),
        (("seeds", "nothing-here"), "There is no data set 'nothing-here'"),
        (
            ("seeds", "echoes-60", "--folds", 3),
            "The study seeds has no setting 'folds'; it has repeats.",
        ),
        (("seeds", "echoes-60", "--model", "nothing"), "There is no model 'nothing'"),
        (("search", "echoes-60", "--model", "ridge"), "has no option to search"),
        (
            ("search", "echoes-60", "--model", "decision_tree", "--limit-hours", "1e-9"),
            "more than the limit of 1e-09 h",
        ),
        (("show", "st-nothing"), "There is no study 'st-nothing'"),
        (("seeds", "echoes-60", "--csv", "/nowhere/x.csv"), "cannot be made"),
    ],
)
def test_what_is_refused(refused, dataset, arguments, sentence):
    assert sentence in refused(2, "study", *arguments)


def test_ctrl_c_leaves_nothing_half_written(refused, dataset, data_folder, monkeypatch):
    from nmr_core.studies import subject

    def stopped(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(subject, "fit_predict", stopped)
    assert "Interrupted; no study was saved" in refused(1, "study", "seeds", "echoes-60", *RIDGE)
    interrupt.came = None
    assert not list((data_folder / "studies").iterdir())
