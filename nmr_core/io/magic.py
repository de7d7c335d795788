"""What a file is by its first bytes, and how an echo gets out of it."""

import json
import zipfile
from collections.abc import Sequence
from typing import BinaryIO

UNPACK = "Unpack it and give the file inside"
SHEET = "Save the sheet with the echo as CSV: time, Re, Im"
EXPORT = "Export the echo as CSV: time, Re, Im"
SAVE = "Write its arrays with np.savez, or as CSV"
PICTURE = "A picture holds no numbers: export the echo as CSV"
_MARKS: Sequence[tuple[int, bytes, str, str]] = (
    (0, b"\x1f\x8b", "a file packed by gzip", UNPACK),
    (0, b"BZh", "a file packed by bzip2", UNPACK),
    (0, b"\xfd7zXZ\0", "a file packed by xz", UNPACK),
    (0, b"\x28\xb5\x2f\xfd", "a file packed by zstd", UNPACK),
    (0, b"\x04\x22\x4d\x18", "a file packed by lz4", UNPACK),
    (0, b"\x1f\x9d", "a file packed by compress (.Z)", UNPACK),
    (0, b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive", "Unpack it, or make a .zip of the files"),
    (0, b"Rar!\x1a\x07", "a RAR archive", "Unpack it, or make a .zip of the files"),
    (257, b"ustar", "a tar archive", "Unpack it, or make a .zip of the files"),
    (0, b"PK\x05\x06", "an empty zip file", "Zip the files of one measurement"),
    (0, b"PK", "a zip file that is damaged or cut off", "Zip the files again"),
    (0, b"\x93NUMPY", "a NumPy array (.npy)", SAVE),
    (0, b"\x89HDF\r\n\x1a\n", "an HDF5 file", EXPORT),
    (0, b"\x0e\x03\x13\x01", "an HDF4 file", "Write it as HDF5 or CSV"),
    (0, b"CDF\x01", "a NetCDF file of version 3", "Write it as NetCDF 4 or CSV"),
    (0, b"CDF\x02", "a NetCDF file of version 3", "Write it as NetCDF 4 or CSV"),
    (0, b"MATLAB", "a MATLAB file", "Save it again with save -v7"),
    (0, b"PAR1", "a Parquet file", EXPORT),
    (0, b"ARROW1", "an Arrow or Feather file", "Write it as Parquet or CSV"),
    (0, b"Obj\x01", "an Avro file", "Write it as Parquet or CSV"),
    (0, b"SQLite format 3\0", "a SQLite database", "Export the table of the echo as CSV"),
    (0, b"%PDF", "a PDF document", "Export the echo from the program that made it, as CSV"),
    (0, b"%!PS", "a PostScript document", "Export the echo as CSV"),
    (0, b"\x89PNG\r\n\x1a\n", "a PNG picture", PICTURE),
    (0, b"\xff\xd8\xff", "a JPEG picture", PICTURE),
    (0, b"GIF8", "a GIF picture", PICTURE),
    (0, b"II*\0", "a TIFF picture", PICTURE),
    (0, b"MM\0*", "a TIFF picture", PICTURE),
    (0, b"BM", "a BMP picture", PICTURE),
    (8, b"WEBP", "a WebP picture", PICTURE),
    (8, b"WAVE", "a sound file (WAV)", EXPORT),
    (0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an Excel workbook (.xls) or another old Office file",
     SHEET),
    (0, b"{\\rtf", "a text document (RTF)", "Save it as plain text"),
    (0, b"TDSm", "a LabVIEW file (TDMS)", "Export it as CSV, or as text (.lvm)"),
    (0, b"CPYA", "an Origin project", "Export the worksheet of the echo as CSV"),
    (0, b"CPYU", "an Origin project", "Export the worksheet of the echo as CSV"),
    (0, b"RIFF", "a RIFF file (sound or video)", EXPORT),
    (0, b"RDX", "a file of R", "Write the table with write.csv"),
    (0, b"\x7fELF", "a program", "Choose the file with the echo"),
    (0, b"MZ", "a program", "Choose the file with the echo"),
    (0, b"#ASDF", "an ASDF file", EXPORT),
    (0, b"SIMPLE  =", "a FITS file", "Write the table as CSV"),
)  # fmt: skip
_TEXTS = (b"%PDF", b"%!PS", b"{\\rtf", b"#ASDF", b"SIMPLE  =")
"""Marks of files that may be text throughout; a text that begins like another one is a text."""
_PICKLES = (b"\x80\x02", b"\x80\x03", b"\x80\x04", b"\x80\x05")
_OFFICE = (
    ("xl/", "an Excel workbook (.xlsx)", SHEET),
    ("word/", "a Word document", "Save it as plain text, or the echo as CSV"),
    ("ppt/", "a PowerPoint file", EXPORT),
    ("Index/", "a Numbers or Pages document", SHEET),
)
_LECROY = b"WAVEDESC"


def kind_of(head: bytes) -> tuple[str, str] | None:
    """Return (what a file is, what to do) by its first bytes; None if they show nothing.

    Parameters
    ----------
    head : bytes
        The first 4096 bytes; fewer of a shorter file.
    """
    for offset, mark, what, advice in _MARKS:
        is_there = head[offset : offset + len(mark)] == mark
        if is_there and (mark.startswith(_TEXTS) or not _is_text(head)):
            return what, advice
    if head[:2] in _PICKLES:
        return "a pickle of Python, which may run any program and is never opened", SAVE
    if _LECROY in head[:64]:
        return "a LeCroy trace (.trc)", EXPORT
    return _text_kind(head)


def _text_kind(head: bytes) -> tuple[str, str] | None:
    text = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    start = text[:200].lower()
    if start.startswith((b"<!doctype html", b"<html")):
        return "a web page (HTML)", "Download the file itself, or export the echo as CSV"
    if start.startswith(b"<?xml") or (start.startswith(b"<") and b">" in start):
        return "an XML file", EXPORT
    if text[:1] in (b"{", b"[") and _is_json(text, len(head) < 4096):
        return "a JSON file", "Write time, Re and Im as columns of a CSV file"
    return None


def _is_json(text: bytes, is_whole: bool) -> bool:
    """Whether a text, or its beginning, is JSON."""
    try:
        decoded = text.decode("utf-8", "ignore")
        json.JSONDecoder().raw_decode(decoded)
    except RecursionError:
        return True
    except json.JSONDecodeError as error:
        # The beginning of a longer file breaks off at its end
        return not is_whole and error.pos > len(text) - 100
    return True


def _is_text(head: bytes) -> bool:
    return b"\0" not in head[:512] and not any(byte < 9 for byte in head[:512])


def office_kind(file: BinaryIO) -> tuple[str, str] | None:
    """Return (what it is, what to do) of a zip that is an Office document; None for other files.

    Parameters
    ----------
    file : binary file
        Opened for reading.
    """
    try:
        with zipfile.ZipFile(file) as archive:
            return office_names(archive.namelist()[:1000])
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError):
        return None


def office_names(names: Sequence[str]) -> tuple[str, str] | None:
    """Return (what it is, what to do) by the names in a zip; None for an ordinary zip."""
    if "[Content_Types].xml" in names or "Index/Document.iwa" in names:
        for start, what, advice in _OFFICE:
            if any(name.startswith(start) for name in names):
                return what, advice
    if "mimetype" in names and "content.xml" in names:
        return "an OpenDocument file (.ods, .odt)", SHEET
    if "META-INF/MANIFEST.MF" in names:
        return "a Java program", "Choose the file with the echo"
    if any(name.endswith("__MACOSX/") for name in names) and len(names) == 1:
        return "an empty zip file", "Zip the files of one measurement"
    return None
