"""The files of a series: listed, in the order that people count in, before they are read."""

import re
import shutil
import tempfile
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from nmr_core.errors import FailedError, InputError, first_line
from nmr_core.io.archives import check_infos, check_name, entry_path, is_npz, opened
from nmr_core.io.measurement_files import MARKS, MAX_BYTES

MAX_FILES = 1000
"""Files of a series."""
VENDOR_FILES = (*MARKS, "acqus", "procpar", "acqu.par", "header.xml")
"""Names by which the folder of one measurement is known."""
OTHER_SUFFIXES: tuple[str, ...] = (
    ".png",
    ".jpg",
    ".jpeg",
    ".gif",
    ".svg",
    ".pdf",
    ".html",
    ".htm",
    ".md",
    ".doc",
)
OTHER_SUFFIXES += (".docx", ".xls", ".xlsx", ".ppt", ".pptx", ".py", ".ipynb", ".m", ".log", ".ini")
OTHER_SUFFIXES += (
    ".tmp",
    ".part",
    ".crdownload",
    ".swp",
    ".bak",
    ".lock",
    ".toml",
    ".yaml",
    ".yml",
)
OTHER_NAMES = ("thumbs.db", "desktop.ini", "__macosx", "readme", "readme.txt", "license")


@dataclass(frozen=True)
class Found:
    """One file of a series, or the folder of one measurement.

    Attributes
    ----------
    path : Path
    name : str
        Relative to what was given, with /.
    """

    path: Path
    name: str


@dataclass(frozen=True)
class Listing:
    """The files of a series.

    Attributes
    ----------
    files : tuple of Found
        In natural order: run 2 before run 10.
    left_out : tuple of str
        Names of files that are no measurements by their suffix.
    """

    files: tuple[Found, ...]
    left_out: tuple[str, ...] = ()


@contextmanager
def listed(paths: Sequence[str | Path], *, most: int = MAX_FILES) -> Iterator[Listing]:
    """List the files of a series; a zip of several is unpacked while the context is open.

    Parameters
    ----------
    paths : sequence of str or Path
        Folders, files and zips. Of a folder, its files, the folders of single measurements, and
        the files of its other folders.
    most : int
        Largest number of files.

    Raises
    ------
    InputError
        If there is nothing, or too much.
    FailedError
        If a folder cannot be read.
    """
    with tempfile.TemporaryDirectory() as temporary:
        files: list[Found] = []
        left_out: list[str] = []
        for number, path in enumerate(map(Path, paths)):
            if path.is_file() and _is_zip_of_series(path):
                folder = Path(temporary) / str(number)
                folder.mkdir()
                _unpack(path, folder)
                path = _only_folder(folder)
            if path.is_dir():
                before = len(files)
                _look_into(path, "", files, left_out, most)
                root = path.resolve()
                outside = [one for one in files[before:] if not _inside(one, root)]
                left_out += [f"{one.name} (a link out of the folder)" for one in outside]
                files = [one for one in files if one not in outside]
            elif path.exists():
                files.append(Found(path, path.name))
            else:
                raise InputError(
                    f"There is no file or folder {str(path)[:200]!r}. Check the spelling."
                )
            _check_number(len(files), most)
        files.sort(key=lambda found: natural(found.name))
        yield Listing(tuple(files), tuple(left_out))


def natural(text: str) -> list[tuple[int, float, str]]:
    """Return a key that sorts run 2 before run 10."""
    pieces = re.findall(r"\d+|\D+", text)
    return [
        (0, float(piece), "") if piece.isdigit() else (1, 0.0, piece.casefold()) for piece in pieces
    ]


def is_other(name: str) -> bool:
    """Return whether a name is that of a hidden, temporary or other file, not of a measurement."""
    lower = name.casefold()
    return (
        name.startswith((".", "~"))
        or lower.endswith((*OTHER_SUFFIXES, "~"))
        or lower in OTHER_NAMES
    )


def is_measurement_folder(path: Path) -> bool:
    """Return whether a folder holds the files of one measurement of a spectrometer."""
    return any((path / name).is_file() for name in VENDOR_FILES)


def _look_into(
    folder: Path, before: str, files: list[Found], left_out: list[str], most: int
) -> None:
    """Append the files of a folder and of its folders, two levels deep."""
    try:
        if is_measurement_folder(folder):
            files.append(Found(folder, before.rstrip("/") or folder.name))
            return
        items = sorted(folder.iterdir())
        for item in items:
            if is_other(item.name):
                left_out.append(before + item.name)
            elif item.is_dir():
                deep = before.count("/") >= 2
                if is_measurement_folder(item):
                    files.append(Found(item, before + item.name))
                elif not deep:
                    _look_into(item, f"{before}{item.name}/", files, left_out, most)
            else:
                files.append(Found(item, before + item.name))
            if len(files) > most:
                n = sum(not is_other(one.name) for one in items)
                _check_number(max(n, len(files)), most)
    except OSError as error:
        raise FailedError(
            f"{folder} could not be read ({error.strerror or error}). Check its permissions."
        ) from None


def _inside(found: Found, root: Path) -> bool:
    return found.path.resolve().is_relative_to(root)


def _check_number(n_files: int, most: int) -> None:
    if n_files > most:
        raise InputError(
            f"A series has at most {most:,} files, got {n_files:,} or more. Give fewer of them, "
            "such as those of one sample or one day."
        )


def _is_zip_of_series(path: Path) -> bool:
    """Whether a zip holds more than the files of one measurement."""
    if not zipfile.is_zipfile(path) or is_npz(path):
        return False
    try:
        with zipfile.ZipFile(path) as archive:
            names = [PurePosixPath(name) for name in archive.namelist() if not name.endswith("/")]
    except (zipfile.BadZipFile, OSError, ValueError):
        return False
    names = [name for name in names if not is_other(name.name) and "__MACOSX" not in name.parts]
    folders = {str(name.parent) for name in names if name.name in VENDOR_FILES}
    if folders:
        return len(folders) > 1
    return len(names) > 1


def _unpack(path: Path, folder: Path) -> None:
    """The files of a zip with their folders; names and sizes are checked first."""
    try:
        with path.open("rb") as file, opened(file, path.name) as archive:
            infos = [
                info
                for info in archive.infolist()
                if not info.is_dir() and not info.filename.startswith("__MACOSX/")
            ]
            check_infos(infos, path.name, 10 * MAX_FILES, MAX_BYTES)
            for info in infos:
                check_name(info, path.name)
                place = folder.joinpath(*entry_path(info).parts)
                place.parent.mkdir(parents=True, exist_ok=True)
                with archive.open(info) as packed, place.open("wb") as unpacked:
                    shutil.copyfileobj(packed, unpacked, 1 << 20)
    except InputError:
        raise
    except (
        zipfile.BadZipFile,
        ValueError,
        NotImplementedError,
        EOFError,
        RuntimeError,
        OSError,
        zlib.error,
    ) as error:
        raise InputError(
            f"{path.name} is a damaged zip file ({first_line(error)}). Get it again."
        ) from None


def _only_folder(folder: Path) -> Path:
    """The only folder inside a folder, else the folder itself."""
    items = [item for item in folder.iterdir() if not is_other(item.name)]
    if len(items) == 1 and items[0].is_dir() and not is_measurement_folder(items[0]):
        return _only_folder(items[0])
    return folder
