"""Uploaded files: no name leads anywhere, the same files have one id, old ones are removed."""

import io
import os
import time

import pytest

from nmr_core.errors import InputError
from ui.shared import uploads


class File(io.BytesIO):
    """As Streamlit hands it over."""

    def __init__(self, name: str, content: bytes = b"x"):
        super().__init__(content)
        self.name, self.size = name, len(content)


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("echos_r.txt", "echos_r.txt"),
        ("../../etc/passwd", "passwd"),
        ("C:\\data\\a.csv", "a.csv"),
        ("..", "file"),
        (".hidden", "hidden"),
        ("a b\nc.txt", "a_b_c.txt"),
        ("", "file"),
        ("x" * 300 + ".npz", ("x" * 300 + ".npz")[-100:]),
        ("µ.csv", "u.csv"),
    ],
)
def test_names_become_harmless(name, plain):
    assert uploads.plain_name(name) == plain


def test_one_file_and_several(data_folder):
    one = uploads.put([File("../a.csv", b"1")])
    assert one.path.read_bytes() == b"1"
    assert one.path.parent == data_folder / "uploads" / one.id
    assert (one.name, one.size) == ("a.csv", 1)
    several = uploads.put([File("a.txt"), File("b.txt")])
    assert [path.name for path in several.paths] == ["a.txt", "b.txt"]
    assert several.name == "2 files"
    uploads.remove(one.path)
    uploads.remove(several.path)
    assert list(uploads.uploads_folder().iterdir()) == []


def test_the_same_files_have_the_same_id(data_folder):
    one = uploads.put([File("a.txt", b"1"), File("b.txt", b"2")])
    assert uploads.put([File("b.txt", b"2"), File("a.txt", b"1")]) == one
    assert uploads.find(one.id) == one
    ids = {one.id, uploads.put([File("a.txt", b"2"), File("b.txt", b"1")]).id}
    assert len(ids | {uploads.put([File("c.txt", b"1")]).id}) == 3


@pytest.mark.parametrize("id", ["", ".", "..", "a" * 20, "../" + "a" * 20, "A" * 20])
def test_an_id_that_is_none_finds_nothing(data_folder, id):
    uploads.put([File("a.txt")])
    assert uploads.find(id) is None


def test_a_job_gets_a_copy(data_folder):
    one = uploads.put([File("a.txt", b"1")])
    copy = uploads.copy_for_job(one)
    uploads.remove(copy)
    assert not copy.exists()
    assert one.path.read_bytes() == b"1"


@pytest.mark.parametrize(
    ("files", "sentence"),
    [
        ([File("a.txt"), File("x/a.txt")], "two files called a.txt"),
        ([File("a.txt", b"")], "a.txt is empty"),
        ([File(f"{k}.txt") for k in range(21)], "21 files are too many"),
    ],
)
def test_what_is_refused_leaves_nothing(data_folder, files, sentence):
    with pytest.raises(InputError, match=sentence):
        uploads.put(files)
    assert not uploads.uploads_folder().exists()


def test_only_uploads_are_ever_removed(data_folder, tmp_path):
    other = tmp_path / "other" / "file.txt"
    other.parent.mkdir()
    other.write_text("")
    uploads.remove(other)
    uploads.remove(data_folder / "uploads")
    assert other.exists()


def test_forgotten_uploads_are_swept(data_folder):
    old, new = uploads.put([File("a.txt")]), uploads.put([File("b.txt")])
    past = time.time() - 3600 * (uploads.HOURS + 0.1)
    os.utime(old.path.parent, (past, past))
    uploads.sweep()
    assert (old.path.exists(), new.path.exists()) == (False, True)
