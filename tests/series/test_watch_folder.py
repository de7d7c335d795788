"""Watching a folder: files are given out once, when they are complete."""

import shutil
import threading
import time

import pytest

from nmr_core.errors import InputError
from nmr_core.measured.series import FolderWatch, watch


def _names(paths):
    return [path.name for path in paths]


def test_a_file_that_grows_is_waited_for(tmp_path):
    watched = FolderWatch(tmp_path, settle=3)
    path = tmp_path / "4K.csv"
    path.write_text("t,re,im\n")
    assert watched.look(now=0) == []
    path.write_text("t,re,im\n0,1,2\n")
    assert watched.look(now=2.5) == []
    # It changed at 2.5 s, so 3 s after the first look are not enough
    assert watched.look(now=3.5) == []
    assert watched.waiting == ["4K.csv"]
    assert _names(watched.look(now=5.6)) == ["4K.csv"]
    assert watched.look(now=60) == []
    assert (watched.complete, watched.waiting) == (1, [])


def test_a_file_that_changes_later_is_given_out_again(tmp_path):
    watched = FolderWatch(tmp_path, settle=1)
    path = tmp_path / "4K.csv"
    path.write_text("first\n")
    watched.look(now=0)
    assert _names(watched.look(now=2)) == ["4K.csv"]
    path.write_text("second, longer\n")
    assert watched.look(now=3) == []
    assert _names(watched.look(now=5)) == ["4K.csv"]


def test_empty_temporary_and_other_files_are_no_measurements(tmp_path):
    for name in ("empty.csv", ".hidden.csv", "a.csv.part", "b.tmp", "photo.png"):
        (tmp_path / name).write_text("" if name == "empty.csv" else "x")
    watched = FolderWatch(tmp_path, settle=0)
    assert watched.look(now=0) == []
    assert watched.look(now=10) == []


def test_a_folder_of_a_spectrometer_is_complete_as_a_whole(tmp_path):
    """fid stands still while acqus is written: the measurement is not complete."""
    folder = tmp_path / "12"
    folder.mkdir()
    (folder / "fid").write_bytes(b"1234")
    watched = FolderWatch(tmp_path, settle=2)
    watched.look(now=0)
    (folder / "acqus").write_text("##TITLE\n")
    assert watched.look(now=3) == []
    assert _names(watched.look(now=6)) == ["12"]


def test_a_file_that_vanishes_is_forgotten(tmp_path):
    watched = FolderWatch(tmp_path, settle=0)
    path = tmp_path / "4K.csv"
    path.write_text("x")
    assert _names(watched.look(now=0)) == ["4K.csv"]
    path.unlink()
    assert watched.look(now=1) == []
    assert watched.complete == 0


def test_a_folder_that_is_gone_is_said(tmp_path):
    folder = tmp_path / "today"
    folder.mkdir()
    watched = FolderWatch(folder)
    watched.look()
    shutil.rmtree(folder)
    with pytest.raises(InputError, match=r"no folder .* to watch"):
        watched.look()


def test_files_written_slowly_arrive_whole(tmp_path):
    """A writer appends a line at a time; what arrives has all of them."""
    lines = 12

    def write():
        for name in ("4K.csv", "10K.csv"):
            with (tmp_path / name).open("w") as file:
                for k in range(lines):
                    file.write(f"{k},1,2\n")
                    file.flush()
                    time.sleep(0.02)

    writer = threading.Thread(target=write)
    writer.start()
    contents: dict[str, str] = {}
    for paths in watch(tmp_path, every=0.02, settle=0.3, stop=lambda: len(contents) == 2):
        contents.update({path.name: path.read_text() for path in paths})
    writer.join()
    assert set(contents) == {"4K.csv", "10K.csv"}
    assert all(text.count("\n") == lines for text in contents.values())
