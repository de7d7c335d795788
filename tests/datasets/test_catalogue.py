"""The catalogue: what lies in the data folder, found by id, and nothing outside of it."""

import json

import pytest

from nmr_core import InputError, generate, list_datasets, load_dataset
from nmr_core.datasets import delete_dataset
from nmr_core.datasets.generate import generate_job
from nmr_core.storage.workspace import datasets_folder

TRICKS = ["..", ".", "", "ds\x00", "Ds", "-rf", "x" * 65]
PATH_TRICKS = ["../ds", "../../outside", "ds/../ds", "a/b", "ds\\b"]


@pytest.fixture
def stored(data_folder, small):
    """Two data sets in the data folder, the second one unfinished."""
    for name in ("ds-1", "ds-2"):
        generate(small, 6, part_size=2, path=datasets_folder() / name, title=name.upper())
    path = datasets_folder() / "ds-2" / "manifest.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"complete": False}))
    (path.parent / "part-00001.parquet").unlink()
    return data_folder


def own_entries():
    return [entry for entry in list_datasets() if not entry.shipped]


def test_entries_are_listed_newest_first_with_what_is_done(stored):
    newest, oldest = own_entries()
    assert (newest.id, newest.usable, newest.n_done, newest.problem) == ("ds-2", False, 4, "")
    assert (oldest.id, oldest.usable, oldest.n_done, oldest.manifest.title) == (
        "ds-1",
        True,
        6,
        "DS-1",
    )


def test_a_damaged_folder_is_listed_with_its_problem_and_other_things_are_not(stored):
    (datasets_folder() / "ds-1" / "manifest.json").write_text("{")
    (datasets_folder() / "no-data-set").mkdir()
    (datasets_folder() / "a-file").write_text("")
    damaged = own_entries()[1]
    assert [entry.id for entry in own_entries()] == ["ds-2", "ds-1"]
    assert damaged.manifest is None
    assert not damaged.usable
    assert "manifest.json is damaged" in damaged.problem


def test_without_a_data_folder_there_are_no_own_data_sets(data_folder):
    assert own_entries() == []
    assert not data_folder.exists()


def test_examples_are_complete_usable_and_cannot_be_deleted(data_folder):
    examples = [entry for entry in list_datasets() if entry.shipped]
    assert examples
    for entry in examples:
        dataset = load_dataset(entry.id)
        assert entry.usable
        assert dataset.signals.shape == (len(dataset), 1, len(dataset.time))
        with pytest.raises(InputError, match="ships with the package and cannot be deleted"):
            delete_dataset(entry.id)
        assert entry.path.is_dir()


def test_a_data_set_is_found_by_id_and_by_path(stored):
    assert load_dataset("ds-1").digest() == load_dataset(datasets_folder() / "ds-1").digest()
    assert load_dataset(str(datasets_folder() / "ds-1")).manifest.title == "DS-1"


@pytest.mark.parametrize("name", ["ds-3", "unknown"])
def test_an_unknown_id_is_a_sentence(stored, name):
    with pytest.raises(InputError, match=f"There is no data set '{name}' under"):
        load_dataset(name)
    with pytest.raises(InputError, match=f"There is no data set '{name}' under"):
        delete_dataset(name)


def test_delete_removes_one_folder(stored):
    delete_dataset("ds-1")
    assert [entry.id for entry in own_entries()] == ["ds-2"]
    assert not (datasets_folder() / "ds-1").exists()
    with pytest.raises(InputError, match="There is no data set 'ds-1'"):
        load_dataset("ds-1")


@pytest.mark.parametrize("name", TRICKS)
def test_load_refuses_what_is_no_id(stored, name):
    with pytest.raises(InputError, match="An id has 2 to 64 of a-z"):
        load_dataset(name)


@pytest.mark.parametrize("name", TRICKS + PATH_TRICKS)
def test_delete_takes_ids_only(stored, name):
    before = sorted(stored.parent.rglob("*"))
    with pytest.raises(InputError, match="An id has 2 to 64 of a-z"):
        delete_dataset(name)
    assert sorted(stored.parent.rglob("*")) == before


@pytest.mark.parametrize("name", TRICKS + PATH_TRICKS)
def test_a_job_writes_to_ids_only(stored, name):
    """A job's arguments come from a database that other programs can write to."""
    before = sorted(stored.parent.rglob("*"))
    request = {
        "dataset": name,
        "preset": "ml4sci_2020_secular",
        "fixed": {"n_x": 8, "n_y": 8, "tau": 5.0},
        "n_samples": 2,
        "seed": 0,
        "n_jobs": 1,
    }
    with pytest.raises(InputError, match="An id has 2 to 64 of a-z"):
        generate_job(request, lambda *report: None)
    assert sorted(stored.parent.rglob("*")) == before


def test_a_job_generates_into_the_data_folder(data_folder, small):
    request = {
        "dataset": "ds-9",
        "preset": "ml4sci_2020_secular",
        "fixed": dict(small.fixed),
        "n_samples": 3,
        "seed": 1,
        "n_jobs": 1,
        "part_size": 2,
        "title": "By a job",
    }
    assert generate_job(request, lambda *report: None)["dataset"] == "ds-9"
    dataset = load_dataset("ds-9")
    assert dataset.digest() == generate(small, 3, seed=1).digest()
    assert dataset.manifest.title == "By a job"
