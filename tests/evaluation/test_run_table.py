"""The table of runs: columns, search and order."""

import pytest
from made_runs import classifier, regression

from nmr_core.errors import InputError
from nmr_core.evaluation.marks import Marks, Note
from nmr_core.evaluation.run_table import (
    COLUMNS,
    RunRow,
    checked_columns,
    in_order,
    matching,
    run_table,
    scores_of,
)


def _row(run, **more) -> RunRow:
    return RunRow(run.manifest, scores_of(run), **more)


@pytest.fixture
def rows() -> list[RunRow]:
    """A regression with marks, one without, and a classifier."""
    notes = (Note("fails for d > 5", "Ada"), Note("not any more"))
    return [
        _row(regression("run-b", title="Second"), marks=Marks(True, ("talk", "noisy"), notes)),
        _row(classifier("run-c", title="Third")),
        _row(regression("run-a", title="first", dataset_title="Äpfel"), who="you"),
    ]


def test_all_columns_of_all_rows(rows):
    table = run_table(rows, COLUMNS)
    labels = [column.head for name, column in COLUMNS.items() if name != "r2"]
    for line in table:
        assert [label for label in line if not label.startswith("R² ")] == labels
    assert table[0]["R² ξ"] == 1.0
    assert table[1]["R² ξ"] != table[1]["R² ξ"], "a classifier has none"
    assert table[0]["notes"] == "not any more\n\nfails for d > 5"
    assert table[0]["tags"] == ["talk", "noisy"]


def test_no_r2_of_a_parameter_that_cannot_be_identified():
    run = regression("run-a")
    run.manifest.unidentifiable["xi"] = "xi cancels"
    (line,) = run_table([_row(run)], ["r2"])
    assert "R² α" in line
    assert "R² ξ" not in line


@pytest.mark.parametrize(
    ("filters", "ids"),
    [
        ({"words": "SECOND"}, ["run-b"]),
        ({"words": "ada fails"}, ["run-b"]),
        ({"words": "ridge äpfel"}, ["run-a"]),
        ({"words": "ridge"}, ["run-b", "run-c", "run-a"]),
        ({"tags": ["talk", "noisy"]}, ["run-b"]),
        ({"tags": ["talk", "x"]}, []),
        ({"starred": True}, ["run-b"]),
        ({}, ["run-b", "run-c", "run-a"]),
    ],
)
def test_a_search_finds_all_words_anywhere(rows, filters, ids):
    assert [row.id for row in matching(rows, **filters)] == ids


def test_the_order_of_texts_numbers_and_missing_values(rows):
    assert [row.id for row in in_order(rows, "title")] == ["run-a", "run-b", "run-c"]
    assert [row.id for row in in_order(rows, "error")][-1] == "run-c", "NaN is last"
    assert in_order(rows, "star")[0].id == "run-b"
    assert in_order(rows, "who")[0].id == "run-a"
    assert in_order(rows, "f1")[0].id == "run-c"
    assert in_order(rows, "r2", "alpha")[-1].id == "run-c"


def test_unknown_columns_are_refused(rows):
    assert checked_columns(["error", "star"]) == ["star", "error"]
    with pytest.raises(InputError, match="no column 'x'"):
        in_order(rows, "x")
