"""From memory into the data folder: whole, or not at all."""

import errno

import numpy as np
import pandas as pd
import pytest

from nmr_core import FailedError, InputError, generate, load_dataset
from nmr_core.datasets import list_datasets
from nmr_core.datasets import store as store_module
from nmr_core.datasets.imported import imported
from nmr_core.datasets.store import effects_job, store_dataset
from nmr_core.storage.workspace import datasets_folder


@pytest.fixture
def foreign():
    signals = np.exp(1j * np.arange(30)).reshape(5, 1, 6)
    return imported(
        pd.DataFrame({"alpha": np.arange(5.0)}), signals, np.arange(6.0), source="a test"
    )


def test_what_is_stored_can_be_loaded(data_folder, foreign):
    folder = store_dataset(foreign, "ds-new", "somebody")
    again = load_dataset("ds-new")
    assert again.path == folder
    assert again.digest() == foreign.digest()
    assert (again.manifest.id, again.manifest.owner) == ("ds-new", "somebody")


def test_nothing_is_overwritten(data_folder, foreign):
    store_dataset(foreign, "ds-new")
    with pytest.raises(InputError, match="There is a data set ds-new already"):
        store_dataset(foreign, "ds-new")


@pytest.mark.parametrize("name", ["../out", "/tmp/out", ".", "A"])
def test_only_ids(data_folder, foreign, name):
    with pytest.raises(InputError, match="An id has 2 to 64"):
        store_dataset(foreign, name)
    assert not data_folder.exists()


def test_a_full_disk_leaves_nothing_half_imported(data_folder, foreign, monkeypatch):
    def full(path, *_):
        path.parent.mkdir(parents=True)
        path.write_bytes(b"half a part")
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("nmr_core.datasets.dataset.write_part", full)
    with pytest.raises(FailedError, match="The disk is full"):
        store_dataset(foreign, "ds-new")
    assert list(datasets_folder().iterdir()) == []


def test_what_a_killed_process_left_is_no_obstacle(data_folder, foreign):
    left = datasets_folder() / ".new-ds-new"
    left.mkdir(parents=True)
    (left / "part-00000.parquet").write_bytes(b"half")
    assert [entry.id for entry in list_datasets() if not entry.shipped] == []
    store_dataset(foreign, "ds-new")
    assert load_dataset("ds-new").digest() == foreign.digest()
    assert not left.exists()


def test_too_little_room_is_said_before_anything_is_written(data_folder, foreign, monkeypatch):
    def none_left(*_):
        raise FailedError("The disk is too full.")

    monkeypatch.setattr(store_module, "check_room", none_left)
    with pytest.raises(FailedError, match="too full"):
        store_dataset(foreign, "ds-new")
    assert not datasets_folder().exists()


def test_the_job_makes_a_noisy_copy(data_folder, small):
    generate(small, 8, seed=1, path=datasets_folder() / "ds-1", title="Clean")
    request = {
        "source": "ds-1",
        "dataset": "ds-2",
        "effects": [{"effect": "gaussian_noise", "snr": 20.0}],
        "effects_seed": 3,
        "title": "Noisy",
        "owner": "me",
    }
    assert effects_job(request)["dataset"] == "ds-2"
    clean, noisy = load_dataset("ds-1"), load_dataset("ds-2")
    assert (
        noisy.digest() == clean.with_effects("gaussian_noise:snr=20", 3).digest() != clean.digest()
    )
    assert (noisy.manifest.title, noisy.manifest.owner, noisy.manifest.effects_seed) == (
        "Noisy",
        "me",
        3,
    )
    assert noisy.parameters.equals(clean.parameters)
