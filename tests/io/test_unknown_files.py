"""Files that no reader recognises: the sentence names what is there, and what to do."""

import bz2
import gzip
import json
import lzma
import pickle
import sqlite3
import zipfile

import numpy as np
import pytest
from scipy.io import savemat

from nmr_core.errors import InputError
from nmr_core.io import packed
from nmr_core.io.unknown import no_table
from nmr_core.measured import read_measurements

TIME = np.arange(100) * 0.5
SIGNAL = np.exp(-(((TIME - 25) / 5) ** 2)) * (1 + 0.5j)
TABLE = "t_us,re,im\n" + "".join(
    f"{t:g},{z.real:.6f},{z.imag:.6f}\n" for t, z in zip(TIME, SIGNAL, strict=True)
)
ROW = "1.0 2.0 3.0\n"


def refusal(path) -> str:
    with pytest.raises(InputError) as refused:
        read_measurements(path)
    sentence = str(refused.value)
    assert path.name in sentence
    assert sentence.endswith(".")
    assert "\n" not in sentence
    return sentence


FILES = {
    "a.csv.xz": (lzma.compress(TABLE.encode()), "packed by xz. Unpack it"),
    "a.7z": (b"7z\xbc\xaf\x27\x1c" + bytes(60), "a 7-Zip archive"),
    "a.rar": (b"Rar!\x1a\x07\0" + bytes(60), "a RAR archive"),
    "a.pkl": (pickle.dumps({"t": 1}), "pickle of Python, which may run any program"),
    "a.json": (json.dumps({"t": TIME.tolist()}).encode(), "a JSON file"),
    "long.json": (json.dumps({"t": [0.123456789] * 3000}).encode(), "a JSON file"),
    "a.html": (b"\n<!DOCTYPE html><html><body>1 2 3</body></html>", "a web page (HTML)"),
    "a.xml": (b"<?xml version='1.0'?><a/>", "an XML file"),
    "a.pdf": (b"%PDF-1.4 text only", "a PDF document"),
    "a.png": (b"\x89PNG\r\n\x1a\n" + bytes(60), "a PNG picture"),
    "a.xls": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "an Excel workbook (.xls)"),
    "a.tdms": (b"TDSm" + bytes(60), "a LabVIEW file (TDMS)"),
    "a.trc": (b"#9000001000WAVEDESC" + bytes(90), "a LeCroy trace"),
    "a.nc": (b"CDF\x01" + bytes(60), "a NetCDF file of version 3"),
    "a.bin": (bytes(range(256)) * 9, "a binary file of a program that is not known here"),
    "a.txt": (b"", "is empty"),
    "fid": (bytes(800), "one file of a Bruker or Varian measurement, which is read as a whole"),
    "acqus": (b"##TITLE= x\n", "Give the folder, or a zip of it (Bruker: fid or ser beside acqus)"),
    "data.1d": (bytes(99), "one file of a Spinsolve measurement"),
    "poem.txt": (b"So\nmuch\ndepends\n", 'line 1 is "So"'),
    "two.txt": (2 * ROW.encode(), "holds only 2 rows of numbers"),
}


@pytest.mark.parametrize("name", FILES)
def test_the_last_sentence_names_what_is_there(tmp_path, name):
    content, words = FILES[name]
    (tmp_path / name).write_bytes(content)
    assert words in refusal(tmp_path / name)


def test_databases_and_office_documents_are_named(tmp_path):
    database = sqlite3.connect(tmp_path / "a.db")
    database.execute("create table x(a)")
    database.commit()
    database.close()
    assert "a SQLite database" in refusal(tmp_path / "a.db")
    documents = {
        "a.xlsx": (["[Content_Types].xml", "xl/workbook.xml"], "an Excel workbook (.xlsx)"),
        "a.docx": (["[Content_Types].xml", "word/document.xml"], "a Word document"),
        "a.ods": (["mimetype", "content.xml"], "an OpenDocument file"),
    }
    for name, (entries, words) in documents.items():
        with zipfile.ZipFile(tmp_path / name, "w") as archive:
            for entry in entries:
                archive.writestr(entry, "x")
        assert words in refusal(tmp_path / name)


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress])
def test_gzip_and_bzip2_are_unpacked(tmp_path, pack):
    path = tmp_path / f"a.csv.{'gz' if pack is gzip.compress else 'bz2'}"
    path.write_bytes(pack(TABLE.encode()))
    [measurement] = read_measurements(path)
    np.testing.assert_allclose(measurement.signal, SIGNAL, atol=1e-6)
    path.write_bytes(pack(TABLE.encode())[:300])
    assert "damaged or cut off" in refusal(path)


def test_a_gzip_bomb_is_refused_without_being_held(tmp_path, monkeypatch):
    monkeypatch.setattr(packed, "SMALL", 1_000_000)
    (tmp_path / "a.csv.gz").write_bytes(gzip.compress(bytes(5_000_000)))
    assert "more than 100 times its size" in refusal(tmp_path / "a.csv.gz")


def test_a_matlab_file_of_version_4_is_read(tmp_path):
    savemat(tmp_path / "a.mat", {"t_us": TIME, "re": SIGNAL.real, "im": SIGNAL.imag}, format="4")
    [measurement] = read_measurements(tmp_path / "a.mat")
    np.testing.assert_allclose(measurement.signal, SIGNAL)


def zipped(path, *names):
    with zipfile.ZipFile(path, "w") as archive:
        for name in names:
            archive.writestr(name.replace("\\", "/"), b"##X= 1\n" * 20)
            archive.infolist()[-1].filename = name  # as some programs of Windows write it
    return path


def test_measurements_in_a_zip_are_counted_as_measurements(tmp_path):
    each = [f"s/{k}/{name}" for k in (1, 2, 10) for name in ("fid", "acqus", "pdata/1/procs")]
    sentence = refusal(zipped(tmp_path / "a.zip", *each))
    assert "holds 3 measurements (s/1, s/2, s/10)" in sentence
    sentence = refusal(zipped(tmp_path / "b.zip", "s/1/fid", "s/2/fid", "s/3/fid"))
    assert "lacks files of the measurement (Bruker: acqus; Varian: procpar)" in sentence
    sentence = refusal(zipped(tmp_path / "c.zip", "a/1.csv", "b/2.csv"))
    assert "in 2 folders (a, b), none of which is the measurement of a vendor" in sentence
    sentence = refusal(zipped(tmp_path / "d.zip", "1.csv", "2.csv"))
    assert "holds 2 files (1.csv, 2.csv)" in sentence


def test_measurements_in_a_folder_are_counted_as_measurements(tmp_path):
    for k in (1, 2, 10):
        folder = tmp_path / "s" / "day" / str(k)
        folder.mkdir(parents=True)
        for name in ("fid", "acqus"):
            (folder / name).write_bytes(b"##X= 1\n")
    (tmp_path / "s" / ".DS_Store").write_bytes(b"x")
    assert "holds 3 measurements (day/1, day/2, day/10)" in refusal(tmp_path / "s")


def test_a_zip_with_backslashes_is_read_and_never_leaves_its_folder(tmp_path):
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        info = zipfile.ZipInfo("x")
        info.filename = "sample\\echo.csv"
        archive.writestr(info, TABLE)
    [measurement] = read_measurements(tmp_path / "a.zip")
    np.testing.assert_allclose(measurement.signal, SIGNAL, atol=1e-6)
    with zipfile.ZipFile(tmp_path / "b.zip", "w") as archive:
        info = zipfile.ZipInfo("x")
        info.filename = "..\\echo.csv"
        archive.writestr(info, TABLE)
    assert "leads out of its folder" in refusal(tmp_path / "b.zip")


def test_the_line_that_stops_a_table_is_shown():
    text = 2 * ROW + "4.0 broken 5.0\n" + "1 2 3 4 5\n"
    assert 'begins in line 1, but line 3 is "4.0 broken 5.0"' in no_table("a.txt", text)
    assert "no lines but comments" in no_table("a.txt", "# 1 2 3\n% 4\n")
