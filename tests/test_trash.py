"""The trash: any stored thing comes back whole within a week, whatever is interrupted."""

import json
import os
import time
from contextlib import suppress

import pytest

from nmr_core import FailedError, InputError
from nmr_core.storage import trash
from nmr_core.storage.kinds import KINDS, RUN

PLACES = [str(path) for path in RUN.places("run-1")]


def write(data_folder, kind: str, id: str, text: str = "first") -> None:
    """A thing of a kind with one further file, and what is attached to it."""
    folder = data_folder / KINDS[kind].place(id)
    folder.mkdir(parents=True)
    (folder / KINDS[kind].document).write_text(json.dumps({"title": f"The {kind}"}))
    (folder / "content").write_text(text)
    for place in KINDS[kind].places(id)[1:]:
        path = data_folder / place
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.suffix:
            path.write_text("{}")
        else:
            path.mkdir()
            (path / "content").write_text("attached")


def files(data_folder) -> dict[str, str]:
    """Everything outside of the trash."""
    return {
        str(path.relative_to(data_folder)): path.read_text()
        for path in sorted(data_folder.rglob("*"))
        if path.is_file() and "trash" not in path.parts
    }


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_comes_back_as_it_was(data_folder, kind):
    write(data_folder, kind, "x-1")
    before = files(data_folder)
    deleted = trash.discard(data_folder / KINDS[kind].place("x-1"), by="someone")
    assert files(data_folder) == {}
    assert trash.entries() == [deleted]
    assert (deleted.kind, deleted.id, deleted.title, deleted.by) == (
        kind,
        "x-1",
        f"The {kind}",
        "someone",
    )
    assert trash.restore(kind, "x-1") == data_folder / KINDS[kind].place("x-1")
    assert files(data_folder) == before
    assert trash.entries() == []


@pytest.mark.parametrize("n_moves", range(len(PLACES) + 1))
def test_a_kill_between_two_moves_loses_nothing(data_folder, monkeypatch, n_moves):
    write(data_folder, "run", "run-1")
    before = files(data_folder)
    _killed_after(monkeypatch, n_moves, lambda: trash.discard(data_folder / "runs" / "run-1"))
    if n_moves == 0:
        assert trash.entries() == []
        assert files(data_folder) == before
        trash.discard(data_folder / "runs" / "run-1")
    assert [entry.id for entry in trash.entries()] == ["run-1"]
    trash.sweep()
    trash.restore("run", "run-1")
    assert files(data_folder) == before


@pytest.mark.parametrize("n_moves", range(len(PLACES) + 1))
def test_a_kill_while_restoring_loses_nothing(data_folder, monkeypatch, n_moves):
    write(data_folder, "run", "run-1")
    before = files(data_folder)
    trash.discard(data_folder / "runs" / "run-1")
    _killed_after(monkeypatch, n_moves, lambda: trash.restore("run", "run-1"))
    trash.sweep()
    if n_moves < len(PLACES):
        trash.restore("run", "run-1")
    assert files(data_folder) == before
    assert trash.entries() == []


def _killed_after(monkeypatch, n_moves: int, action) -> None:
    """Call ``action``, ended without any handler after so many moves."""
    move, moved = trash._move, []

    def counted(source, target):
        if len(moved) == n_moves:
            raise SystemExit
        moved.append(source)
        move(source, target)

    with monkeypatch.context() as patch:
        patch.setattr(trash, "_move", counted)
        patch.setattr(trash, "_remove", lambda home: None)
        with suppress(SystemExit):
            action()


def test_nothing_is_put_over_what_stands_in_its_place(data_folder):
    write(data_folder, "study", "st-1", "old")
    trash.discard(data_folder / "studies" / "st-1")
    write(data_folder, "study", "st-1", "new")
    with pytest.raises(InputError, match=r"There is a study 'st-1' again .* Delete that one first"):
        trash.restore("study", "st-1")
    assert files(data_folder)["studies/st-1/content"] == "new"


def test_the_last_deleted_of_the_same_id_comes_back(data_folder):
    for text in ("first", "second"):
        write(data_folder, "dataset", "ds-1", text)
        trash.discard(data_folder / "datasets" / "ds-1")
    trash.restore("dataset", "ds-1")
    assert files(data_folder)["datasets/ds-1/content"] == "second"


def test_only_what_is_older_than_a_week_is_removed(data_folder):
    for id in ("ds-1", "ds-2"):
        write(data_folder, "dataset", id)
        trash.discard(data_folder / "datasets" / id)
    path = data_folder / "trash" / "dataset.ds-2" / trash.RECORD
    old = time.time() - 86400 * (trash.DAYS_KEPT + 0.1)
    path.write_text(json.dumps(json.loads(path.read_text()) | {"deleted": old}))
    assert trash.sweep() == ["ds-2"]
    assert [entry.id for entry in trash.entries()] == ["ds-1"]
    with pytest.raises(InputError, match=r"no deleted data set 'ds-2': .* 7 days. Make it again"):
        trash.restore("dataset", "ds-2")


def test_the_next_deletion_sweeps(data_folder):
    for id in ("ds-1", "ds-2"):
        write(data_folder, "dataset", id)
    trash.discard(data_folder / "datasets" / "ds-1")
    path = data_folder / "trash" / "dataset.ds-1" / trash.RECORD
    path.write_text(json.dumps(json.loads(path.read_text()) | {"deleted": 0.0}))
    trash.discard(data_folder / "datasets" / "ds-2")
    assert [entry.id for entry in trash.entries()] == ["ds-2"]


def test_a_damaged_record_costs_the_title_only(data_folder):
    write(data_folder, "run", "run-1")
    trash.discard(data_folder / "runs" / "run-1")
    (data_folder / "trash" / "run.run-1" / trash.RECORD).write_text("[")
    (entry,) = trash.entries()
    assert (entry.title, entry.kind, entry.id) == ("run-1", "run", "run-1")
    trash.restore("run", "run-1")
    assert "runs/run-1/content" in files(data_folder)


def test_data_sets_that_version_0_5_deleted_are_restored_and_swept(data_folder):
    old = data_folder / "datasets" / ".trash"
    for id in ("ds-1", "ds-2"):
        write(data_folder, "dataset", id)
        old.mkdir(exist_ok=True)
        os.replace(data_folder / "datasets" / id, old / id)
    long_ago = time.time() - 86400 * 8
    os.utime(old / "ds-2", (long_ago, long_ago))
    assert [entry.title for entry in trash.entries()] == ["The dataset"] * 2
    assert trash.sweep() == ["ds-2"]
    trash.restore("dataset", "ds-1")
    assert sorted(files(data_folder)) == ["datasets/ds-1/content", "datasets/ds-1/manifest.json"]
    assert trash.entries() == []


def test_no_trash_is_no_work(data_folder):
    assert trash.entries() == trash.sweep() == []
    assert not data_folder.exists()


@pytest.mark.parametrize("id", ["", "..", "../ds-1", "ds-1/", "/etc", "DS-1", ".trash"])
def test_only_ids(data_folder, id):
    with pytest.raises(InputError, match="An id has 2 to 64"):
        trash.restore("dataset", id)


def test_only_kinds(data_folder):
    with pytest.raises(InputError, match=r"The kind must be one of dataset, run, .* got 'runs'"):
        trash.restore("runs", "run-1")


def test_a_folder_that_cannot_be_written_is_one_sentence(data_folder):
    write(data_folder, "study", "st-1")
    (data_folder / "trash").write_text("")
    with pytest.raises(FailedError, match="could not be written"):
        trash.discard(data_folder / "studies" / "st-1")
    assert "studies/st-1/content" in files(data_folder)


def test_an_old_deletion_of_the_same_id_takes_no_new_one_with_it(data_folder):
    old = data_folder / "datasets" / ".trash" / "x-1"
    old.mkdir(parents=True)
    (old / "manifest.json").write_text("{}")
    os.utime(old, (1e9, 1e9))
    write(data_folder, "dataset", "x-1", "second")
    trash.discard(data_folder / "datasets" / "x-1")
    assert not old.exists()
    assert (trash.restore("dataset", "x-1") / "content").read_text() == "second"


def test_what_a_killed_restore_leaves_is_swept(data_folder):
    write(data_folder, "run", "run-1")
    trash.discard(data_folder / "runs" / "run-1")
    home = trash.trash_folder() / "run.run-1"
    for place in reversed(PLACES):
        os.replace(home / place, data_folder / place)
    before = files(data_folder)
    trash.sweep()
    assert not home.exists()
    assert files(data_folder) == before
