"""Zip files from strangers: what is in them is checked before anything is unpacked."""

import stat
import zipfile
from pathlib import Path, PurePosixPath

from nmr_core.errors import InputError

MAX_RATIO = 100
"""Unpacked over packed bytes; zeros reach 1,000, numbers as text about 3."""
SMALL = 64_000_000
"""Bytes that may be packed any way."""


def is_npz(path: Path) -> bool:
    """Whether a zip holds NumPy arrays and nothing else, so that it is one file of ours."""
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        return False
    return bool(names) and all(name.endswith(".npy") for name in names)


def check_infos(infos: list[zipfile.ZipInfo], where: str, max_files: int, max_bytes: int) -> None:
    """Refuse bombs: too many entries, too many bytes, or bytes packed too well."""
    total, packed = sum(info.file_size for info in infos), sum(info.compress_size for info in infos)
    if len(infos) > max_files or total > max_bytes:
        raise InputError(
            f"{where} would unpack to {len(infos):,} files with {total / 1e9:,.1f} GB; at most {max_files:,} files "
            f"with {max_bytes / 1e9:g} GB are read. Split it and import the pieces."
        )
    if total > SMALL and total > MAX_RATIO * max(1, packed):
        raise InputError(
            f"{where} would unpack to {total / max(1, packed):,.0f} times its size, as no measurement does. Unpack "
            "it yourself and import the folder if you trust it."
        )


def checked_names(path: Path, max_files: int, max_bytes: int) -> dict[str, zipfile.ZipInfo]:
    """File name -> entry of a zip that is one folder of plain files; everything else is refused with a sentence."""
    try:
        with zipfile.ZipFile(path) as archive:
            infos = [
                info
                for info in archive.infolist()
                if not info.is_dir() and not info.filename.startswith("__MACOSX/")
            ]
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise InputError(f"{path.name} is a damaged zip file ({error}). Get it again.") from None
    check_infos(infos, path.name, max_files, max_bytes)
    for info in infos:
        _check_name(info, path.name)
    folders = {PurePosixPath(info.filename).parent for info in infos}
    if len(folders) > 1:
        raise InputError(
            f"{path.name} holds files in {len(folders)} folders ({', '.join(sorted(map(str, folders)))[:80]}). Zip "
            "one folder at a time."
        )
    entries = {PurePosixPath(info.filename).name: info for info in infos}
    if len(entries) != len(infos):
        raise InputError(f"{path.name} holds two files of the same name. Zip the folder again.")
    return entries


def _check_name(info: zipfile.ZipInfo, where: str) -> None:
    name, mode = info.filename, info.external_attr >> 16
    parts = PurePosixPath(name).parts
    if (
        not parts
        or parts[0] == "/"
        or ".." in parts
        or any(sign in info.orig_filename for sign in "\\:\0")
    ):
        raise InputError(
            f"{where} holds the file name {info.orig_filename[:80]!r}, which leads out of its folder. Zip plain "
            "files again, from inside their folder."
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
            f"{where} is packed in a way that Python cannot read. Zip it again with the usual method (deflate)."
        )
