"""Zip files without trust: what is in them is checked before anything is unpacked."""

import errno
import lzma
import re
import stat
import struct
import zipfile
import zlib
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from nmr_core.errors import InputError
from nmr_core.io.magic import office_names

MAX_RATIO = 100
"""Unpacked over packed bytes; zeros reach 1,000, numbers as text about 3."""
SMALL = 64_000_000
"""Bytes that may be packed any way."""
MAX_DIRECTORY = 4_000_000
"""Bytes of the list of entries, which Python reads as a whole; 1,000 entries take about 100 kB."""
_TAIL = 1 << 17
_RECORDS = ((b"PK\5\6", 12, struct.Struct("<I")), (b"PK\6\6", 40, struct.Struct("<Q")))
"""Signature of an end record, place of the size of the list in it, and how that is written."""
_WIDE = 0xFFFFFFFF
"""Size that tells to look into the other record."""


def is_npz(path: Path) -> bool:
    """Whether a zip holds NumPy arrays and nothing else, so that it counts as one file."""
    try:
        with path.open("rb") as file, opened(file, path.name) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        return False
    return bool(names) and all(name.endswith(".npy") for name in names)


def opened(file: BinaryIO, where: str) -> zipfile.ZipFile:
    """A zip, after a look at how long its list of entries is.

    Parameters
    ----------
    file : binary file
        Opened for reading.
    where : str
        What to call it in messages.

    Raises
    ------
    InputError
        The list has more than :data:`MAX_DIRECTORY` bytes.
    zipfile.BadZipFile
        It is none.
    """
    file.seek(max(0, file.seek(0, 2) - _TAIL))
    tail = file.read()
    file.seek(0)
    for sign, place, size in _RECORDS:
        for found in re.finditer(re.escape(sign), tail):
            at = found.start() + place
            n_bytes = size.unpack_from(tail, at)[0] if at + size.size <= len(tail) else 0
            if MAX_DIRECTORY < n_bytes != _WIDE:
                raise InputError(
                    f"{where} lists entries in {n_bytes / 1e6:,.0f} MB, as no measurement does. "
                    "Unpack it, and zip the files of one folder."
                )
    return zipfile.ZipFile(file)


def check_infos(infos: list[zipfile.ZipInfo], where: str, max_files: int, max_bytes: int) -> None:
    """Refuse archives that would unpack to too much.

    Parameters
    ----------
    infos : list of zipfile.ZipInfo
        Entries of the archive.
    where : str
        What to call the archive in messages.
    max_files, max_bytes : int
        Entries, and bytes when unpacked.

    Raises
    ------
    InputError
        For too many entries, too many bytes, or bytes that are packed more than :data:`MAX_RATIO`
        times.
    """
    total = sum(info.file_size for info in infos)
    packed = sum(info.compress_size for info in infos)
    if len(infos) > max_files or total > max_bytes:
        raise InputError(
            f"{where} would unpack to {len(infos):,} files with {total / 1e9:,.1f} GB; at most "
            f"{max_files:,} files with {max_bytes / 1e9:g} GB are read. Split it and import the "
            "pieces."
        )
    if total > SMALL and total > MAX_RATIO * max(1, packed):
        raise InputError(
            f"{where} would unpack to {total / max(1, packed):,.0f} times its size, as no "
            "measurement does. Unpack it yourself and import the folder if you trust it."
        )


def checked_names(path: Path, max_files: int, max_bytes: int) -> dict[str, zipfile.ZipInfo]:
    """Return the entries of a zip that is one folder of plain files, by file name.

    Raises
    ------
    InputError
        For anything else: several folders, links, encryption, names that lead elsewhere, damage.
    """
    try:
        with path.open("rb") as file, opened(file, path.name) as archive:
            infos = entries_of(archive, path.name)
    except InputError:
        raise
    except DAMAGES as error:
        raise damaged_zip(path.name, error) from None
    check_infos(infos, path.name, max_files, max_bytes)
    for info in infos:
        check_name(info, path.name)
    folders = {entry_path(info).parent for info in infos}
    if len(folders) > 1:
        raise InputError(
            f"{path.name} holds files in {len(folders)} folders "
            f"({', '.join(sorted(map(str, folders)))[:80]}). Zip one folder at a time."
        )
    entries = {entry_path(info).name: info for info in infos}
    if len(entries) != len(infos):
        raise InputError(f"{path.name} holds two files of the same name. Zip the folder again.")
    return entries


DAMAGES = (
    zipfile.BadZipFile,
    ValueError,
    NotImplementedError,
    EOFError,
    RuntimeError,
    OSError,
    LookupError,
    struct.error,
    zlib.error,
    lzma.LZMAError,
)
"""What Python raises for zips that it cannot read."""


def damaged_zip(where: str, error: Exception) -> InputError:
    """Return the error for a zip that cannot be read.

    Parameters
    ----------
    where : str
        What to call it in messages.
    error : Exception
        One of :data:`DAMAGES`.
    """
    if isinstance(error, NotImplementedError):
        return InputError(
            f"{where} is packed in a way that Python cannot read. Zip it again with the usual "
            "method (deflate)."
        )
    # A damaged list of files leads to a place before the beginning of the file: EINVAL
    if isinstance(error, OSError) and error.errno not in (None, errno.EINVAL):
        return InputError(f"{where} could not be unpacked ({error.strerror}). Check the disk.")
    reason = "it is cut off or its list of files is wrong"
    if "crc" in str(error).lower() or isinstance(error, zlib.error | lzma.LZMAError):
        reason = "a file in it does not have its checksum"
    return InputError(f"{where} is a damaged zip file: {reason}. Get it again.")


def entries_of(archive: zipfile.ZipFile, where: str) -> list[zipfile.ZipInfo]:
    """Return the files of a zip, without folders and what macOS adds.

    Parameters
    ----------
    archive : zipfile.ZipFile
        Opened for reading.
    where : str
        What to call it in messages.

    Raises
    ------
    InputError
        It is a document of an Office program.
    """
    kind = office_names(archive.namelist()[:1000])
    if kind is not None:
        what, advice = kind
        raise InputError(f"{where} is {what}. {advice}.")
    return [
        info
        for info in archive.infolist()
        if not info.is_dir()
        and not info.filename.endswith("\\")
        and entry_path(info).parts[:1] != ("__MACOSX",)
    ]


def entry_path(info: zipfile.ZipInfo) -> PurePosixPath:
    """Return the path of an entry; programs of Windows may separate its parts by backslashes."""
    return PurePosixPath(info.filename.replace("\\", "/"))


def check_name(info: zipfile.ZipInfo, where: str) -> None:
    """:class:`InputError` for an entry that is no plain file inside its own folder."""
    name, mode = info.filename, info.external_attr >> 16
    path = entry_path(info)
    has_drive = len(name) > 1 and name[1] == ":"
    if not path.parts or path.parts[0] == "/" or ".." in path.parts or has_drive:
        raise InputError(
            f"{where} holds the file name {info.orig_filename[:80]!r}, which leads out of its "
            "folder. Zip plain files again, from inside their folder."
        )
    if any(sign in info.orig_filename for sign in ":\0"):
        raise InputError(
            f"{where} holds the file name {info.orig_filename[:80]!r}, with a sign that no file "
            "name may have everywhere. Rename the file and zip it again."
        )
    if stat.S_ISLNK(mode) or (stat.S_IFMT(mode) and not stat.S_ISREG(mode)):
        raise InputError(
            f"{name[:80]!r} in {where} is a link or a device. Zip the files themselves."
        )
    if info.flag_bits & 1:
        raise InputError(f"{where} is encrypted. Unpack it and import the folder.")
    if info.compress_type not in (
        zipfile.ZIP_STORED,
        zipfile.ZIP_DEFLATED,
        zipfile.ZIP_BZIP2,
        zipfile.ZIP_LZMA,
    ):
        raise InputError(
            f"{where} is packed in a way that Python cannot read. Zip it again with the usual "
            "method (deflate)."
        )
