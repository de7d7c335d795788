"""Nothing half written is ever left, whatever goes wrong."""

import errno
from types import SimpleNamespace

import pytest

from nmr_core.errors import Cancelled, FailedError
from nmr_core.storage.documents import read_once
from nmr_core.storage.files import check_space, failure, read_json, write_file, write_json


def test_json_round_trips_in_a_new_folder(tmp_path):
    path = tmp_path / "a" / "b" / "x.json"
    write_json(path, {"ξ": [1, 2.5], "nested": {"yes": True}})
    assert read_json(path, "thing") == {"ξ": [1, 2.5], "nested": {"yes": True}}
    assert [item.name for item in path.parent.iterdir()] == ["x.json"]


@pytest.mark.parametrize(
    "error",
    [OSError(errno.ENOSPC, "No space left"), ValueError("bug"), KeyboardInterrupt(), Cancelled()],
)
def test_an_interrupted_write_keeps_the_old_content_and_leaves_nothing(tmp_path, error):
    path = tmp_path / "x.txt"
    path.write_text("old")

    def write(temporary):
        temporary.write_text("half")
        raise error

    with pytest.raises(FailedError if isinstance(error, OSError) else type(error)):
        write_file(path, write)
    assert path.read_text() == "old"
    assert [item.name for item in tmp_path.iterdir()] == ["x.txt"]


@pytest.mark.parametrize("content", [float("nan"), float("inf")])
def test_json_without_a_meaning_is_not_written(tmp_path, content):
    with pytest.raises(ValueError, match="JSON"):
        write_json(tmp_path / "x.json", {"a": content})
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT, errno.EFBIG])
def test_a_full_disk_has_its_own_sentence(tmp_path, number):
    text = str(failure(OSError(number, "x"), tmp_path / "part"))
    assert text.startswith("The disk is full: ")
    assert "Free some space" in text


def test_a_folder_that_cannot_be_written_is_a_sentence(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(FailedError, match=r"could not be written .*permissions, or set NMR_DATA"):
        write_json(tmp_path / "file" / "x.json", {})


@pytest.mark.parametrize("content", [b"", b"{", b"[1]", b"3", b"\xff\xfe", b"\x00" * 40])
def test_damaged_json_is_a_sentence(tmp_path, content):
    path = tmp_path / "manifest.json"
    path.write_bytes(content)
    with pytest.raises(
        FailedError, match=r"The run at .* cannot be read: manifest\.json .*Delete it"
    ):
        read_json(path, "run")


def test_missing_json_is_a_sentence(tmp_path):
    with pytest.raises(FailedError, match=r"There is no run at .*manifest\.json is missing"):
        read_json(tmp_path / "manifest.json", "run")


def test_space_is_checked_where_the_folder_will_be(tmp_path, monkeypatch):
    asked = []

    def usage(path):
        asked.append(path)
        return SimpleNamespace(free=5e6, total=10e6)  # 0.2 MB are kept back

    monkeypatch.setattr("shutil.disk_usage", usage)
    check_space(tmp_path / "not" / "yet", 4e6)
    with pytest.raises(
        FailedError,
        match=r"too full: about 6\.0 MB are needed, 5\.0 MB are free at .*smaller data set",
    ):
        check_space(tmp_path / "not" / "yet", 6e6)
    assert set(asked) == {tmp_path}


def test_a_document_that_cannot_be_read_once_is_read_again(tmp_path):
    path = tmp_path / "manifest.json"
    path.write_text("content")
    answers = [FailedError("The disk is busy."), "content"]

    def read(folder):
        answer = answers.pop(0)
        if isinstance(answer, FailedError):
            raise answer
        return answer

    with pytest.raises(FailedError, match="busy"):
        read_once(tmp_path, path.name, read)
    assert read_once(tmp_path, path.name, read) == "content"
    assert read_once(tmp_path, path.name, read) == "content", "as it was read before"
    assert answers == []
