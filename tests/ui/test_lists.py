"""Lists of stored things are read once per second, and are never behind one's own actions."""

import os
import shutil

import pytest

from nmr_core import generate, preset
from nmr_core.datasets import delete_dataset
from nmr_core.datasets.catalogue import rename_dataset, restore_dataset
from nmr_core.datasets.manifest import Manifest
from nmr_core.storage import catalogue
from nmr_core.storage.workspace import in_workspace
from ui.shared import job_list, lists

MINUTE = 60.0


@pytest.fixture(autouse=True)
def forgotten(data_folder, monkeypatch):
    monkeypatch.setattr(lists, "SHARED", MINUTE)
    monkeypatch.setattr(lists, "_lists", {})
    monkeypatch.setattr(job_list, "snapshot", lambda: job_list.Snapshot())
    small = preset("ml4sci_2020_secular").fix(n_x=8, n_y=8, tau=5)
    generate(small, 20, seed=1, path=data_folder / "datasets" / "ds-own", title="Own")


@pytest.fixture
def readings(monkeypatch):
    """Folders that were listed."""
    listed = []
    real = catalogue._in_folder

    def counted(place, document):
        listed.append(place)
        return real(place, document)

    monkeypatch.setattr(catalogue, "_in_folder", counted)
    return listed


def _titles() -> dict[str, str]:
    return {entry.id: entry.manifest.title for entry in lists.datasets() if not entry.shipped}


def test_a_second_page_reads_nothing(readings):
    first = lists.datasets()
    n = len(readings)
    assert n > 0
    assert lists.datasets() is first
    assert len(readings) == n


def test_own_actions_are_in_the_list_at_once():
    assert _titles() == {"ds-own": "Own"}
    rename_dataset("ds-own", "Renamed")
    assert _titles() == {"ds-own": "Renamed"}
    delete_dataset("ds-own")
    assert _titles() == {}
    restore_dataset("ds-own")
    assert _titles() == {"ds-own": "Renamed"}


def test_what_another_process_adds_is_in_the_list_at_once(data_folder):
    assert _titles() == {"ds-own": "Own"}
    sets = data_folder / "datasets"
    os.utime(sets, (0, 0))
    assert _titles() == {"ds-own": "Own"}
    shutil.copytree(sets / "ds-own", sets / "ds-new")
    assert set(_titles()) == {"ds-own", "ds-new"}


def test_what_another_process_changes_is_in_the_list_after_the_time(data_folder, monkeypatch):
    before = lists.datasets()
    folder = data_folder / "datasets" / "ds-own"
    text = (folder / "manifest.json").read_text().replace('"Own"', '"Changed"')
    (folder / "manifest.json").write_text(text)
    assert lists.datasets() is before
    monkeypatch.setattr(lists, "SHARED", 0.0)
    assert _titles() == {"ds-own": "Changed"}


def test_an_unchanged_list_stays_the_same_object(monkeypatch):
    first = lists.datasets()
    monkeypatch.setattr(lists, "SHARED", 0.0)
    assert lists.datasets() is first


def test_what_a_job_has_completed_is_in_the_list_once_it_has_ended(data_folder, monkeypatch):
    live = job_list.Snapshot()
    live.__dict__["live"] = frozenset({"job-1"})
    monkeypatch.setattr(job_list, "snapshot", lambda: live)
    before = lists.datasets()
    folder = data_folder / "datasets" / "ds-own"
    text = (folder / "manifest.json").read_text().replace('"Own"', '"By the job"')
    (folder / "manifest.json").write_text(text)
    assert lists.datasets() is before
    monkeypatch.setattr(job_list, "snapshot", lambda: job_list.Snapshot())
    assert _titles() == {"ds-own": "By the job"}


def test_each_workspace_has_its_own_list(data_folder, tmp_path):
    assert _titles() == {"ds-own": "Own"}
    with in_workspace(tmp_path / "other"):
        assert _titles() == {}
        manifest = Manifest.read(data_folder / "datasets" / "ds-own")
        (tmp_path / "other" / "datasets" / "ds-two").mkdir(parents=True)
        manifest.write(tmp_path / "other" / "datasets" / "ds-two")
        assert set(_titles()) == {"ds-two"}
    assert _titles() == {"ds-own": "Own"}


def test_the_number_of_lists_in_memory_is_limited(tmp_path, monkeypatch):
    monkeypatch.setattr(lists, "_MOST", 5)
    for k in range(20):
        with in_workspace(tmp_path / str(k)):
            lists.datasets()
    assert len(lists._lists) <= 5
