"""Rename, delete and undo: a data set is moved as a whole, never while it is being written, and gone after a week."""

import os
import shutil
import time

import pytest
from filelock import FileLock

from nmr_core import FailedError, InputError, generate, load_dataset
from nmr_core.datasets import list_datasets
from nmr_core.datasets.catalogue import delete_dataset, rename_dataset, restore_dataset
from nmr_core.datasets.trash import DAYS_KEPT, empty_trash, trash_folder
from nmr_core.storage.workspace import datasets_folder

TRICKS = ["", "..", "../ds-1", "ds-1/", "/etc", "DS-1", ".trash"]


@pytest.fixture
def stored(data_folder, small):
    generate(small, 4, seed=1, path=datasets_folder() / "ds-1", title="First")
    return datasets_folder() / "ds-1"


def _own() -> list[str]:
    return [entry.id for entry in list_datasets() if not entry.example]


def test_deleting_can_be_undone(stored):
    digest = load_dataset("ds-1").digest()
    delete_dataset("ds-1")
    assert _own() == []
    assert (trash_folder() / "ds-1" / "manifest.json").exists()
    restore_dataset("ds-1")
    assert _own() == ["ds-1"]
    assert load_dataset("ds-1").digest() == digest


def test_the_same_id_can_be_deleted_twice(stored, small):
    delete_dataset("ds-1")
    generate(small, 5, seed=2, path=stored, title="Second")
    with pytest.raises(InputError, match="There is a data set 'ds-1' again"):
        restore_dataset("ds-1")
    delete_dataset("ds-1")
    restore_dataset("ds-1")
    assert load_dataset("ds-1").manifest.title == "Second"


def test_what_is_being_written_is_neither_deleted_nor_renamed(stored):
    with FileLock(stored / ".lock"):
        for action in (lambda: delete_dataset("ds-1"), lambda: rename_dataset("ds-1", "Other")):
            with pytest.raises(FailedError, match="ds-1 is being written"):
                action()
    assert load_dataset("ds-1").manifest.title == "First"


def test_only_what_is_older_than_a_week_goes_for_good(stored):
    shutil.copytree(stored, stored.with_name("ds-2"))
    for name in ("ds-1", "ds-2"):
        delete_dataset(name)
    old = time.time() - 86400 * (DAYS_KEPT + 0.1)
    os.utime(trash_folder() / "ds-2", (old, old))
    assert empty_trash() == ["ds-2"]
    assert [folder.name for folder in trash_folder().iterdir()] == ["ds-1"]
    with pytest.raises(InputError, match="There is no deleted data set 'ds-2'"):
        restore_dataset("ds-2")


def test_the_week_begins_when_it_is_deleted(stored):
    old = time.time() - 86400 * 100
    os.utime(stored, (old, old))
    delete_dataset("ds-1")
    assert empty_trash() == []


def test_no_trash_is_no_work(data_folder):
    assert empty_trash() == []
    assert not data_folder.exists()


@pytest.mark.parametrize("name", TRICKS)
def test_only_ids(stored, name):
    for action in (delete_dataset, restore_dataset, lambda given: rename_dataset(given, "x")):
        with pytest.raises(InputError, match="An id has 2 to 64"):
            action(name)
    assert _own() == ["ds-1"]


def test_renaming_changes_the_title_and_nothing_else(stored):
    before = load_dataset("ds-1")
    rename_dataset("ds-1", "  A *new*\n title ")
    after = load_dataset("ds-1")
    assert after.manifest.title == "A *new* title"
    assert after.manifest.recipe == before.manifest.recipe
    assert after.digest() == before.digest()


@pytest.mark.parametrize("title", ["", "  \n ", "x" * 201])
def test_a_bad_title_changes_nothing(stored, title):
    with pytest.raises(InputError, match="A title has 1 to 200 characters"):
        rename_dataset("ds-1", title)
    assert load_dataset("ds-1").manifest.title == "First"


def test_the_example_stays(data_folder):
    for action in (delete_dataset, lambda name: rename_dataset(name, "Mine")):
        with pytest.raises(
            InputError, match="ships with the package and cannot be deleted or changed"
        ):
            action("example-ml4sci-2020")
    assert list_datasets()[0].manifest.title == "Example: ML4SCI 2020, 500 curves"
