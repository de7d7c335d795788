"""The trash: any stored thing comes back whole within a week, whatever is interrupted."""

import errno
import json
import os
import shutil
import time
from contextlib import suppress
from pathlib import Path

import pytest

from nmr_core import FailedError, InputError
from nmr_core.storage import catalogue, trash
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
    others = _run_of(data_folder, kind)
    write(data_folder, kind, "x-1")
    before = files(data_folder)
    deleted = trash.discard(data_folder / KINDS[kind].place("x-1"), by="someone")
    assert files(data_folder) == others
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


def _run_of(data_folder, kind: str) -> dict[str, str]:
    """Write the run that a result of a run belongs to; the files of it."""
    if KINDS[kind].of_run:
        document = data_folder / RUN.place("x-1") / RUN.document
        document.parent.mkdir(parents=True)
        document.write_text(json.dumps({"title": "The run"}))
    return files(data_folder)


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


def test_an_entry_is_told_from_an_earlier_one_of_the_same_id(data_folder):
    write(data_folder, "dataset", "ds-1", "first")
    first = trash.discard(data_folder / "datasets" / "ds-1")
    trash.restore_entry(first)
    second = trash.discard(data_folder / "datasets" / "ds-1")
    assert second.key != first.key
    assert trash.empty([first]) == 0
    with pytest.raises(InputError, match="not in the trash any more"):
        trash.restore_entry(first)
    assert trash.deleted("dataset", second.key) == second
    with pytest.raises(InputError, match="no deleted data set"):
        trash.restore("dataset", first.key)
    trash.restore("dataset", second.key)
    assert trash.entries() == []


def test_an_entry_that_a_version_before_named_by_the_id_alone_comes_back(data_folder):
    write(data_folder, "run", "run-1")
    before = files(data_folder)
    entry = trash.discard(data_folder / "runs" / "run-1")
    entry.home.rename(entry.home.with_name("run.run-1"))
    trash.restore("run", "run-1")
    assert files(data_folder) == before


def test_every_deleted_one_of_the_same_id_comes_back_the_last_first(data_folder):
    for text in ("first", "second", "third"):
        write(data_folder, "dataset", "ds-1", text)
        trash.discard(data_folder / "datasets" / "ds-1")
    assert [entry.id for entry in trash.entries()] == ["ds-1"] * 3
    for text in ("third", "second", "first"):
        trash.restore("dataset", "ds-1")
        assert files(data_folder)["datasets/ds-1/content"] == text
        shutil.rmtree(data_folder / "datasets" / "ds-1")
    assert trash.entries() == []


@pytest.mark.parametrize("kind", [name for name, kind in KINDS.items() if kind.of_run])
def test_a_result_of_a_run_that_is_made_again_is_replaced_and_can_be_exchanged(data_folder, kind):
    _run_of(data_folder, kind)
    write(data_folder, kind, "x-1", "old")
    content = f"{KINDS[kind].place('x-1')}/content"

    def again(folder):
        folder.mkdir()
        (folder / KINDS[kind].document).write_text("{}")
        (folder / "content").write_text("new")

    catalogue.put(KINDS[kind], "x-1", again, by="someone")
    assert files(data_folder)[content] == "new"
    (old,) = trash.entries()
    assert (old.kind, old.title, old.by, old.replaced) == (kind, f"The {kind}", "someone", True)
    with pytest.raises(InputError, match="again"):
        trash.restore_entry(old)
    trash.restore_entry(old, swap=True, by="another")
    assert files(data_folder)[content] == "old"
    (new,) = trash.entries()
    assert (new.title, new.by, new.replaced) == ("The run", "another", True)


def test_a_failed_write_replaces_nothing(data_folder):
    write(data_folder, "calibration", "x-1", "old")
    before = files(data_folder)

    def fail(folder):
        folder.mkdir()
        raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.raises(FailedError, match="The disk is full"):
        catalogue.put(KINDS["calibration"], "x-1", fail)
    assert files(data_folder) == before
    assert trash.entries() == []


def test_a_result_of_a_run_that_does_not_exist_waits_for_the_run(data_folder):
    write(data_folder, "run", "run-1")
    trash.discard(data_folder / "calibrations" / "run-1")
    trash.discard(data_folder / "runs" / "run-1")
    with pytest.raises(InputError, match="belongs to the run run-1, which does not exist"):
        trash.restore("calibration", "run-1")
    trash.restore("run", "run-1")
    trash.restore("calibration", "run-1")
    assert files(data_folder)["calibrations/run-1/content"] == "attached"


def test_a_run_whose_data_set_is_gone_says_so_and_comes_back(data_folder):
    write(data_folder, "run", "run-1")
    document = data_folder / "runs" / "run-1" / "manifest.json"
    document.write_text(json.dumps({"title": "R", "dataset": "ds-gone", "owner": "someone"}))
    entry = trash.discard(data_folder / "runs" / "run-1")
    assert (entry.dataset, entry.owner) == ("ds-gone", "someone")
    assert trash.missing_dataset(entry) == "ds-gone"
    assert trash.restore("run", "run-1").is_dir()


def test_emptying_frees_the_space_and_removes_only_what_is_named(data_folder):
    for id in ("ds-1", "ds-2"):
        write(data_folder, "dataset", id, "x" * 1000)
        trash.discard(data_folder / "datasets" / id)
    first = trash.find("dataset", "ds-1")
    size = first.size
    assert 1000 < size < 2000
    assert trash.empty([first]) == size
    assert [entry.id for entry in trash.entries()] == ["ds-2"]
    with pytest.raises(InputError, match="not in the trash any more"):
        trash.restore_entry(first)
    assert trash.empty() > 1000
    assert trash.entries() == []
    assert trash.empty([first]) == 0


def test_on_a_full_disk_things_are_deleted_restored_and_removed(data_folder, monkeypatch):
    for id in ("ds-1", "ds-2"):
        write(data_folder, "dataset", id)

    def full(path, text, **options):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "write_text", full)
    for id in ("ds-1", "ds-2"):
        trash.discard(data_folder / "datasets" / id, by="someone")
    assert {entry.title for entry in trash.entries()} == {"The dataset"}
    trash.restore("dataset", "ds-1")
    assert trash.empty() > 0
    assert sorted(files(data_folder)) == ["datasets/ds-1/content", "datasets/ds-1/manifest.json"]


def test_only_what_is_older_than_a_week_is_removed(data_folder):
    for id in ("ds-1", "ds-2"):
        write(data_folder, "dataset", id)
        trash.discard(data_folder / "datasets" / id)
    path = trash.find("dataset", "ds-2").home / trash.RECORD
    old = time.time() - 86400 * (trash.DAYS_KEPT + 0.1)
    path.write_text(json.dumps(json.loads(path.read_text()) | {"deleted": old}))
    assert trash.sweep() == ["ds-2"]
    assert [entry.id for entry in trash.entries()] == ["ds-1"]
    with pytest.raises(InputError, match=r"no deleted data set 'ds-2': .* 7 days. Make it again"):
        trash.restore("dataset", "ds-2")


def test_the_next_deletion_sweeps(data_folder):
    for id in ("ds-1", "ds-2"):
        write(data_folder, "dataset", id)
    path = trash.discard(data_folder / "datasets" / "ds-1").home / trash.RECORD
    path.write_text(json.dumps(json.loads(path.read_text()) | {"deleted": 0.0}))
    trash.discard(data_folder / "datasets" / "ds-2")
    assert [entry.id for entry in trash.entries()] == ["ds-2"]


def test_a_damaged_record_costs_who_and_when_only(data_folder):
    write(data_folder, "run", "run-1")
    deleted = trash.discard(data_folder / "runs" / "run-1")
    (deleted.home / trash.RECORD).write_text("[")
    (entry,) = trash.entries()
    assert (entry.title, entry.kind, entry.id) == ("The run", "run", "run-1")
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
    home = trash.discard(data_folder / "runs" / "run-1").home
    for place in reversed(PLACES):
        os.replace(home / place, data_folder / place)
    before = files(data_folder)
    trash.sweep()
    assert not home.exists()
    assert files(data_folder) == before


def test_an_exchange_does_not_sweep_what_it_restores(data_folder):
    _run_of(data_folder, "calibration")
    for text in ("old", "new"):
        write(data_folder, "calibration", "x-1", text)
        place = data_folder / "calibrations" / "x-1"
        if text == "old":
            record = trash.discard(place, replaced=True).home / trash.RECORD
    record.write_text(json.dumps(json.loads(record.read_text()) | {"deleted": 0.0}))
    (entry,) = trash.entries()
    trash.restore_entry(entry, swap=True)
    assert (place / "content").read_text() == "old"
    assert [entry.replaced for entry in trash.entries()] == [True]
