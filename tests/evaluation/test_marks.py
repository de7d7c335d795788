"""Stars and notes: kept, replaced, taken away; of examples too; and what a damaged file does."""

import pytest
from made_runs import regression, write

from nmr_core.errors import FailedError, InputError
from nmr_core.evaluation import delete_run
from nmr_core.evaluation.marks import MOST, Marks, all_marks, mark, marks_of, unmark


def test_a_note_comes_back_and_a_star_keeps_it(data_folder):
    assert marks_of("example-mlp") == Marks()
    mark("example-mlp", note="  fails for d > 5\nsee α \U0001f4a1 ")
    mark("example-mlp", star=True)
    assert marks_of("example-mlp") == Marks(True, "fails for d > 5\nsee α \U0001f4a1")
    assert all_marks() == {"example-mlp": marks_of("example-mlp")}
    assert [path.name for path in (data_folder / "marks").iterdir()] == ["example-mlp.json"]


def test_without_star_and_note_nothing_is_left(data_folder):
    mark("run-a", star=True, note="x")
    mark("run-a", note="")
    assert marks_of("run-a") == Marks(True)
    mark("run-a", star=False)
    assert not list((data_folder / "marks").iterdir())
    unmark("run-a")


def test_nothing_is_written_where_nothing_changes(data_folder):
    mark("run-a", star=False)
    assert not data_folder.exists()


@pytest.mark.parametrize("name", ["../x", "", "a/b", "x" * 100, "A B"])
def test_only_ids_are_marked(data_folder, name):
    with pytest.raises(InputError, match="An id has"):
        mark(name, star=True)


def test_a_note_is_text_of_a_bounded_length(data_folder):
    assert mark("run-a", note="a\x00b\x1b[31m\ud800").note == "ab[31m"
    with pytest.raises(InputError, match=f"at most {MOST:,} characters, got {MOST + 1:,}"):
        mark("run-a", note="x" * (MOST + 1))


@pytest.mark.parametrize(
    "text",
    ["", "[", "[]", '{"star": 3}', '{"note": null}', "\ud800".encode("utf-8", "surrogatepass")],
)
def test_a_damaged_file_is_named_passed_over_and_replaced(data_folder, text):
    path = data_folder / "marks" / "run-a.json"
    path.parent.mkdir(parents=True)
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(FailedError, match=r"run-a\.json|note at"):
        marks_of("run-a")
    assert all_marks() == {}
    mark("run-a", note="again")
    assert all_marks() == {"run-a": Marks(False, "again")}


def test_a_file_that_is_no_mark_is_passed_over(data_folder):
    mark("run-a", star=True)
    (data_folder / "marks" / "Not An Id.json").write_text("{}")
    assert list(all_marks()) == ["run-a"]


def test_a_deleted_run_takes_its_marks_along(data_folder):
    write(regression(), data_folder)
    mark("run-numbers", star=True)
    delete_run("run-numbers")
    assert all_marks() == {}


def test_a_run_that_cannot_be_read_can_be_deleted(data_folder):
    folder = write(regression(), data_folder)
    (folder / "manifest.json").write_text("[")
    delete_run("run-numbers")
    assert not folder.exists()


def test_a_folder_that_cannot_be_written_is_a_sentence(data_folder):
    data_folder.mkdir()
    (data_folder / "marks").write_text("")
    with pytest.raises(FailedError, match="could not be written"):
        mark("run-a", star=True)
