"""Text of unknown encoding, and clean copies of headers for foreign code."""

import numpy as np
import pytest

from nmr_core.io.encodings import clean_copy, decoded
from nmr_core.io.measurement_files import open_measurement

TEXT = "##OWNER= Jörg\n$$ 5 µs, π/2\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_unicode_is_recognised(encoding):
    assert decoded(TEXT.encode(encoding)) == TEXT


def test_windows_text_is_no_error():
    assert decoded("Jörg – 5 µs\r\n".encode("cp1252")) == "Jörg – 5 µs\n"


def test_every_byte_is_a_character():
    assert len(decoded(bytes(range(32, 256)))) == 224


def test_a_copy_holds_the_named_files_only_in_one_encoding(tmp_path):
    folder = tmp_path / "sample"
    folder.mkdir()
    (folder / "acqus").write_bytes("##OWNER= J\xf6rg\r\n\r\n".encode("cp1252"))
    (folder / "procs").write_bytes(b"not needed")
    fid = np.arange(8, dtype="<i4").tobytes()
    (folder / "fid").write_bytes(fid)
    with open_measurement(folder) as files, clean_copy(files, ["acqus", "acqu2s"], ["fid"]) as copy:
        assert sorted(item.name for item in copy.iterdir()) == ["acqus", "fid"]
        assert (copy / "acqus").read_bytes() == "##OWNER= Jörg\n".encode()
        assert (copy / "fid").read_bytes() == fid
    assert not copy.exists()
    assert (folder / "fid").read_bytes() == fid


def test_characters_that_an_encoding_lacks_become_question_marks(tmp_path):
    (tmp_path / "acqus").write_text("π/2\n", encoding="utf-8")
    with (
        open_measurement(tmp_path) as files,
        clean_copy(files, ["acqus"], encoding="ascii") as copy,
    ):
        assert (copy / "acqus").read_bytes() == b"?/2\n"
