"""Stars, tags and notes: stored, changed, removed; of examples too; what a damaged file does."""

import json
from concurrent.futures import ThreadPoolExecutor

import pytest
from made_runs import regression, write

from nmr_core.errors import FailedError, InputError
from nmr_core.evaluation import delete_run, marks
from nmr_core.evaluation.marks import (
    MOST,
    MOST_TAGS,
    OLD_NOTE,
    Marks,
    add_note,
    all_marks,
    delete_note,
    edit_note,
    mark,
    marks_of,
    unmark,
)


def _files(data_folder) -> list[str]:
    return [path.name for path in (data_folder / "marks").glob("*.json")]


def test_notes_are_signed_and_dated_and_come_back_in_order(data_folder):
    assert marks_of("example-mlp") == Marks()
    first = add_note(
        "example-mlp", "  fails for d > 5\nsee α \U0001f4a1 ", author="Ada  L", owner="a1"
    )
    second = add_note("example-mlp", "no, it does not")
    mark("example-mlp", star=True)
    assert first.text == "fails for d > 5\nsee α \U0001f4a1"
    assert (first.author, first.owner, second.author) == ("Ada L", "a1", "")
    assert first.time.endswith("Z")
    assert marks_of("example-mlp") == Marks(True, (), (first, second))
    assert marks_of("example-mlp").text.startswith("no, it does not")
    assert all_marks() == {"example-mlp": marks_of("example-mlp")}
    assert _files(data_folder) == ["example-mlp.json"]


def test_a_note_is_edited_or_deleted_and_the_others_stay(data_folder):
    first, second = add_note("run-a", "one", author="Ada"), add_note("run-a", "two")
    changed = edit_note("run-a", first.id, "eins").notes[0]
    assert (changed.text, changed.author, changed.time) == ("eins", "Ada", first.time)
    assert changed.edited
    assert edit_note("run-a", second.id, "two").notes[1].edited == "", "nothing was changed"
    assert [note.text for note in delete_note("run-a", first.id).notes] == ["two"]
    for change in (lambda: delete_note("run-a", first.id), lambda: edit_note("run-a", "x", "y")):
        with pytest.raises(InputError, match="has no note"):
            change()
    delete_note("run-a", second.id)
    assert _files(data_folder) == []


def test_a_file_of_version_0_6_has_one_unsigned_note(data_folder):
    (data_folder / "marks").mkdir(parents=True)
    (data_folder / "marks" / "run-a.json").write_text('{"star": true, "note": "old"}')
    (old,) = marks_of("run-a").notes
    assert (old.text, old.author, old.time, old.id) == ("old", "", "", OLD_NOTE)
    new = add_note("run-a", "new")
    assert marks_of("run-a") == Marks(True, (), (old, new))
    delete_note("run-a", old.id)
    assert marks_of("run-a").notes == (new,)
    (data_folder / "marks" / "run-b.json").write_text('{"star": true, "note": ""}')
    assert marks_of("run-b") == Marks(True)


def test_tags_are_added_and_removed_whatever_their_case(data_folder):
    assert mark("run-a", add_tags=["For the  Talk", "noisy", "NOISY"]).tags == (
        "for the talk",
        "noisy",
    )
    assert mark("run-a", add_tags=["best"], remove_tags=["Noisy", "never there"]).tags == (
        "for the talk",
        "best",
    )
    assert mark("run-a", remove_tags=["best", "for the talk"]) == Marks()
    assert _files(data_folder) == []


@pytest.mark.parametrize("tag", ["", "  ", "x" * 31, "a,b", "\x00"])
def test_a_tag_is_a_short_word(data_folder, tag):
    with pytest.raises(InputError, match="A tag must have 1 to 30"):
        mark("run-a", add_tags=[tag])
    assert not data_folder.exists()


def test_there_are_limits(data_folder, monkeypatch):
    with pytest.raises(InputError, match="at most 20 tags, got 21"):
        mark("run-a", add_tags=[f"tag {k}" for k in range(MOST_TAGS + 1)])
    monkeypatch.setattr(marks, "MOST_NOTES", 1)
    add_note("run-a", "one")
    with pytest.raises(InputError, match="at most 1 notes"):
        add_note("run-a", "two")
    with pytest.raises(InputError, match="A name must have at most 40"):
        add_note("run-b", "one", author="x" * 41)


def test_without_marks_nothing_is_left(data_folder):
    mark("run-a", star=True, add_tags=["x"])
    mark("run-a", remove_tags=["x"])
    assert marks_of("run-a") == Marks(True)
    mark("run-a", star=False)
    assert _files(data_folder) == []
    add_note("run-a", "x")
    unmark("run-a")
    assert _files(data_folder) == []


def test_nothing_is_written_where_nothing_changes(data_folder):
    mark("run-a", star=False, remove_tags=["x"])
    assert not data_folder.exists()


def test_notes_written_at_the_same_time_are_all_stored(data_folder):
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda k: add_note("run-a", f"note {k}"), range(16)))
    assert {note.text for note in marks_of("run-a").notes} == {f"note {k}" for k in range(16)}


@pytest.mark.parametrize("name", ["../x", "", "a/b", "x" * 100, "A B"])
def test_only_ids_are_marked(data_folder, name):
    with pytest.raises(InputError, match="An id has"):
        mark(name, star=True)


def test_a_note_is_text_of_a_bounded_length(data_folder):
    assert add_note("run-a", "a\x00b\x1b[31m\ud800").text == "ab[31m"
    with pytest.raises(InputError, match=f"at most {MOST:,} characters, got {MOST + 1:,}"):
        add_note("run-a", "x" * (MOST + 1))
    with pytest.raises(InputError, match="at least one character"):
        add_note("run-a", " \x00")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[",
        "[]",
        '{"star": 3}',
        '{"note": null}',
        '{"tags": [3]}',
        '{"tags": 3}',
        '{"notes": ["x"]}',
        '{"notes": [{"author": "x"}]}',
        '{"notes": [{"text": 3}]}',
        "\ud800".encode("utf-8", "surrogatepass"),
    ],
)
def test_a_damaged_file_is_named_passed_over_and_replaced(data_folder, text):
    path = data_folder / "marks" / "run-a.json"
    path.parent.mkdir(parents=True)
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(FailedError, match=r"run-a\.json|note at"):
        marks_of("run-a")
    assert all_marks() == {}
    damaged = path.read_bytes()
    mark("run-a", star=True)
    assert path.with_suffix(".damaged").read_bytes() == damaged
    assert all_marks() == {"run-a": Marks(True)}
    assert json.loads(path.read_text()) == {"star": True, "tags": [], "notes": []}


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
