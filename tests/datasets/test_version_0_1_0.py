"""Data sets of version 0.1.0: one setting, not in the manifest; no column length_scale."""

import json

import pyarrow.parquet as pq
import pytest

from nmr_core import load_dataset, train
from nmr_core.datasets.generate import generate_job, resume
from nmr_core.datasets.parts import fingerprint, part_path

KEYS = [
    "id",
    "title",
    "preset",
    "fixed",
    "seed",
    "n_samples",
    "part_size",
    "n_settings",
    "time",
    "parts",
    "complete",
    "created",
    "versions",
    "format",
]
"""What its manifests hold, in their order."""


@pytest.fixture
def old(folder):
    """The data set of ``make``, as version 0.1.0 wrote it."""
    for index in range(3):
        path = part_path(folder, index)
        pq.write_table(
            pq.read_table(path).drop_columns("length_scale"),
            path,
            use_dictionary=False,
            write_page_checksum=True,
        )
    stored = json.loads((folder / "manifest.json").read_text())
    recipe = stored["preset"]
    stored |= {"preset": recipe["name"], "fixed": recipe["fixed"], "n_settings": 1, "format": 1}
    stored["parts"] = [fingerprint(part_path(folder, index)) for index in range(3)]
    (folder / "manifest.json").write_text(json.dumps({key: stored[key] for key in KEYS}))
    return folder


def test_it_has_one_setting(old, small, in_memory):
    dataset = load_dataset(old)
    assert dataset.manifest.settings == [{}]
    assert dataset.manifest.experiment_preset() == small
    assert dataset.signals.tobytes() == in_memory.signals.tobytes()
    assert dataset.parameters.equals(in_memory.parameters.drop(columns="length_scale"))
    assert dataset.experiment(7) == in_memory.experiment(7)
    assert dataset.targets == in_memory.targets
    assert train(dataset, model="ridge", split=15).targets == ("alpha", "xi", "p", "d")


def test_it_can_be_repaired_although_new_parts_hold_more(old, in_memory):
    part_path(old, 1).unlink()
    dataset = resume(old)
    assert dataset.signals.tobytes() == in_memory.signals.tobytes()
    assert dataset.parameters.equals(in_memory.parameters.drop(columns="length_scale"))
    assert "settings" in json.loads((old / "manifest.json").read_text())["preset"]
    assert load_dataset(old).digest() == dataset.digest()


def test_what_was_begun_is_finished_by_a_job_of_that_version(data_folder, small, in_memory):
    """Its jobs do not name settings either."""
    generate_job(
        {
            "dataset": "ds-1",
            "preset": "ml4sci_2020_secular",
            "fixed": dict(small.fixed),
            "n_samples": 60,
            "seed": 3,
            "n_jobs": 1,
            "part_size": 20,
        },
        lambda *report: None,
    )
    assert load_dataset("ds-1").digest() == in_memory.digest()
