"""Rename, delete and undo: a data set is moved as a whole, and never while it is being written."""

import json

import pytest
from filelock import FileLock

from nmr_core import FailedError, InputError, generate, load_dataset
from nmr_core.datasets import list_datasets
from nmr_core.datasets.catalogue import delete_dataset, rename_dataset, restore_dataset
from nmr_core.datasets.parts import part_path
from nmr_core.storage.workspace import datasets_folder

TRICKS = ["", "..", "../ds-1", "ds-1/", "/etc", "DS-1", ".trash"]


@pytest.fixture
def stored(data_folder, small):
    generate(small, 4, seed=1, path=datasets_folder() / "ds-1", title="First")
    return datasets_folder() / "ds-1"


def _own() -> list[str]:
    return [entry.id for entry in list_datasets() if not entry.shipped]


def test_deleting_can_be_undone(stored):
    digest = load_dataset("ds-1").digest()
    delete_dataset("ds-1")
    assert _own() == []
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


def test_an_unfinished_data_set_can_be_deleted(stored):
    path = stored / "manifest.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"complete": False}))
    part_path(stored, 0).unlink()
    delete_dataset("ds-1")
    assert _own() == []
    restore_dataset("ds-1")
    assert not list_datasets()[0].usable


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
    assert list_datasets()[0].manifest.title == "Example: ML4SCI 2020, secular, 500 curves"
