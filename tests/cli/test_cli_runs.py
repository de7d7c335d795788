"""``runs``: the table, its filters, columns and order; stars, tags and notes."""

import pytest
from made_runs import classifier, write

import nmr_core as nmr
from nmr_core.evaluation.marks import Marks, marks_of
from nmr_core.evaluation.run_table import COLUMNS

OURS = ("run-mean", "run-ridge")


def _ids(answer) -> list[str]:
    return [row["run"] for row in answer.json]


def test_every_run_is_a_line_with_its_scores(cli, runs, data_folder):
    write(classifier(), data_folder)
    rows = {row["run"]: row for row in cli("runs", "--json").json}
    assert rows.keys() == {entry.id for entry in nmr.list_runs()} > set(OURS)
    ridge = nmr.load_run("run-ridge")
    error = ridge.weighted_error(identifiable_only=True)
    assert tuple(rows["run-ridge"]["error"].values()) == error
    identifiable = ridge.scores["r2"].drop("xi").to_dict()
    assert rows["run-ridge"]["r2"] == pytest.approx(identifiable)
    assert rows["run-classes"]["error"]["value"] is None
    assert 0 < rows["run-classes"]["f1"]["value"] < 1
    header = cli("runs").out.splitlines()[0]
    assert [word in header for word in ("R² α", "weighted F1 [95 %]", "tags")] == [True] * 3


def test_tags_and_stars_are_set_and_searched(cli, refused, runs):
    answer = cli("runs", "run-ridge", "--star", "--add-tag", "For Talk", "--add-tag", "x", "--json")
    assert answer.json[0]["tags"] == ["for talk", "x"]
    assert _ids(cli("runs", "--starred", "--json")) == ["run-ridge"]
    assert _ids(cli("runs", "--tag", "FOR TALK", "--tag", "x", "--json")) == ["run-ridge"]
    assert _ids(cli("compare", "--tag", "x", "--json")) == ["run-ridge"]
    assert _ids(cli("runs", "--search", "TALK ridge", "--json")) == ["run-ridge"]
    assert cli("runs", "run-ridge", "--unstar", "--remove-tag", "x").code == 0
    assert marks_of("run-ridge") == Marks(False, ("for talk",))
    assert "None of" in refused(2, "runs", "--starred")
    assert "None of" in refused(2, "compare", "--search", "no such words")


def test_notes_are_signed_listed_changed_and_deleted(cli, refused, runs):
    cli("runs", *OURS, "--add-note", "for the talk", "--author", "Ada")
    (note,) = marks_of("run-ridge").notes
    assert (note.text, note.author) == ("for the talk", "Ada")
    line = next(line for line in cli("runs", "--notes").out.splitlines() if note.id in line)
    assert line.split()[:2] == ["run-ridge", note.id]
    assert line.endswith("Ada     for the talk")
    assert cli("runs", "run-ridge", "--edit-note", note.id, "not for the talk").code == 0
    assert marks_of("run-ridge").text == "not for the talk"
    assert cli("runs", "run-ridge", "--delete-note", note.id).code == 0
    assert marks_of("run-ridge") == Marks()
    assert "has no note" in refused(2, "runs", "run-ridge", "--delete-note", note.id)
    assert "name one" in refused(2, "runs", *OURS, "--delete-note", note.id)


def test_a_note_without_an_author_is_signed_by_the_login_name(cli, runs, monkeypatch):
    monkeypatch.setattr("getpass.getuser", lambda: "ada")
    cli("runs", "run-ridge", "--add-note", "x")
    assert marks_of("run-ridge").notes[0].author == "ada"


def test_shipped_runs_can_be_marked(cli, data_folder):
    assert cli("runs", "example-mlp", "--star", "--add-note", "x").code == 0
    assert marks_of("example-mlp").star


def test_marks_need_names_and_have_limits(refused, runs):
    assert "Name the runs" in refused(2, "runs", "--star")
    assert "at most" in refused(2, "runs", "run-ridge", "--add-note", "x" * 3000)
    assert "1 to 30 characters" in refused(2, "runs", "run-ridge", "--add-tag", "x" * 31)
    refused(2, "runs", "run-ridge", "--star", "--unstar")


@pytest.mark.parametrize("column", COLUMNS)
def test_every_column_can_be_shown_and_sorted_by(cli, runs, data_folder, column):
    write(classifier(), data_folder)
    label = "R² α" if column == "r2" else COLUMNS[column].head
    assert label in cli("runs", "--columns", column).out.splitlines()[0]
    assert len(_ids(cli("runs", "--sort", column, "--json"))) == len(nmr.list_runs())


def test_the_order_is_that_of_the_column(cli, refused, runs):
    assert _ids(cli("runs", *OURS, "--sort", "error", "--json")) == ["run-ridge", "run-mean"]
    assert _ids(cli("runs", *OURS, "--sort", "title", "--json")) == ["run-mean", "run-ridge"]
    assert "There is no column" in refused(2, "runs", "--sort", "beauty")
    assert "There is no column" in refused(2, "runs", "--columns", "title,beauty")


def test_the_change_to_a_reference_run(cli, runs):
    answer = cli("runs", *OURS, "--reference", "run-mean", "--json")
    change = {row["run"]: row["change"]["value"] for row in answer.json}
    assert change["run-mean"] == 0
    assert -1 < change["run-ridge"] < 0
    assert COLUMNS["change"].head in cli("runs", *OURS, "--reference", "run-mean").out
