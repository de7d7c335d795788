"""Ids and folders: nothing that a user types becomes a path by itself."""

from pathlib import Path

import pytest

from nmr_core import InputError
from nmr_core.storage.workspace import checked_id, data_folder, datasets_folder, new_id, runs_folder

TRICKS = [
    "",
    "a",
    "..",
    ".",
    "../x",
    "a/b",
    "a\\b",
    "/etc",
    "a\x00b",
    "a b",
    "Über",
    "x" * 65,
    "-rf",
    ".hidden",
    "ds\n",
    "C:",
    "~",
    "%2e%2e",
    None,
    5,
    ["ds"],
]


@pytest.mark.parametrize("text", TRICKS, ids=repr)
def test_path_tricks_are_no_ids(text):
    with pytest.raises(InputError, match="An id has 2 to 64 of a-z"):
        checked_id(text)


@pytest.mark.parametrize("text", ["ds", "ds-20261121-031502-5f3a", "0_0", "x" * 64])
def test_ids_are_returned(text):
    assert checked_id(text) == text


def test_new_ids_are_ids_and_differ():
    ids = {new_id("run") for _ in range(5)}
    assert len(ids) == 5
    assert all(checked_id(text).startswith("run-") for text in ids)


def test_everything_lies_under_nmr_data(data_folder):
    assert datasets_folder() == data_folder / "datasets"
    assert runs_folder() == data_folder / "runs"
    assert not data_folder.exists()


def test_without_nmr_data_it_is_data_here(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    for unset in (
        lambda: monkeypatch.delenv("NMR_DATA", raising=False),
        lambda: monkeypatch.setenv("NMR_DATA", ""),
    ):
        unset()
        assert data_folder() == Path.cwd() / "data"
