"""Files that a visitor brings: written to a folder of their own below the data folder, and gone when they are not needed."""

import re
import shutil
import time
import zipfile
from contextlib import suppress
from pathlib import Path

import streamlit as st

from nmr_core.errors import InputError
from nmr_core.storage.files import check_space, failure
from nmr_core.storage.workspace import data_folder, new_id
from ui.shared.text import megabytes

KEPT = "_upload"
MAX_FILES = 20
MOST = 1_000_000_000
"""Bytes of a zip file's content."""
HOURS = 6
"""After so long a forgotten upload is removed."""
_ODD = re.compile(r"[^A-Za-z0-9._-]+")


def uploads_folder() -> Path:
    """Where uploads lie while somebody looks at them."""
    return data_folder() / "uploads"


def put(files: list) -> Path:
    """Write uploaded files (with ``name`` and ``getbuffer()``) to a new folder; returns the one file, or the folder of several.

    Only the last piece of a name is kept, without anything that a path could be made of.
    """
    if len(files) > MAX_FILES:
        raise InputError(
            f"{len(files)} files are too many to look at together, at most {MAX_FILES}. Put them into a zip file."
        )
    names = [plain_name(file.name) for file in files]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise InputError(f"There are two files called {twice[0]}. Rename one of them.")
    empty = [name for file, name in zip(files, names, strict=True) if not file.size]
    if empty:
        raise InputError(f"{empty[0]} is empty. Choose the file that holds the curves.")
    sweep()
    folder = uploads_folder() / new_id("up")
    check_space(folder, 1.1 * sum(file.size for file in files))
    try:
        folder.mkdir(parents=True)
        for file, name in zip(files, names, strict=True):
            (folder / name).write_bytes(file.getbuffer())
    except OSError as error:
        remove(folder)
        raise failure(error, folder) from error
    return folder / names[0] if len(files) == 1 else folder


def check_unpacked(path: Path) -> None:
    """Refuse a zip or npz file that is too much for a page when it is unpacked; what it says is checked again on reading."""
    if path.is_file() and zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            size = sum(entry.file_size for entry in archive.infolist())
        if size > MOST:
            raise InputError(
                f"{path.name} holds {megabytes(size)} when it is unpacked, a page takes at most {megabytes(MOST)}. "
                "Import it with the command line, or split it."
            )


def plain_name(name: str) -> str:
    """ "mat_info.txt" of "../../a/mat_info.txt"; other than letters, digits, ".", "_" and "-" become "_"."""
    last = _ODD.sub("_", re.split(r"[/\\]", name)[-1]).lstrip(".")[-100:]
    return last or "file"


def remove(path: Path) -> None:
    """Take away what :func:`put` wrote."""
    folder = path if path.parent == uploads_folder() else path.parent
    if folder.parent == uploads_folder():
        shutil.rmtree(folder, ignore_errors=True)


def sweep() -> None:
    """Remove uploads that somebody left when he closed the page."""
    root = uploads_folder()
    for folder in root.iterdir() if root.is_dir() else []:
        with suppress(OSError):
            if time.time() - folder.stat().st_mtime > 3600 * HOURS:
                shutil.rmtree(folder)


def forget() -> None:
    """The visitor's own upload is not needed any more."""
    if path := st.session_state.pop(KEPT, None):
        remove(path)
