"""Uploaded files: kept for a day below the data folder, under an id that stands in the page's
address.
"""

import hashlib
import os
import re
import shutil
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import streamlit as st

from nmr_core.errors import FailedError, InputError
from nmr_core.storage.files import failure
from nmr_core.storage.room import check_room
from nmr_core.storage.spaces import limits
from nmr_core.storage.workspace import data_folder, new_id
from ui.shared import address, notice, pages
from ui.shared.text import megabytes, quoted

MAX_FILES = 20
HOURS = 24
"""Time after which an unused upload is removed."""
SWEPT = "_uploads-swept"
"""In the session: whether this visitor's first page with a file chooser has swept."""
_ODD = re.compile(r"[^A-Za-z0-9._-]+")
_WRITTEN_OUT = {"µ": "u", "μ": "u", "°": "deg"}
"""Signs of units that names keep in letters: 50µs is no 50_s."""
_ID = re.compile(r"[0-9a-f]{20}")


@dataclass(frozen=True)
class Upload:
    """Files that were uploaded together.

    Attributes
    ----------
    id : str
        From their names and contents: the same files have the same id.
    path : Path
        The file, or the folder of several.
    """

    id: str
    path: Path

    @property
    def paths(self) -> list[Path]:
        """The files, by name."""
        return [self.path] if self.path.is_file() else sorted(self.path.iterdir())

    @property
    def name(self) -> str:
        """Name of the file, or how many there are."""
        paths = self.paths
        return paths[0].name if len(paths) == 1 else f"{len(paths)} files"

    @property
    def is_text(self) -> bool:
        """Whether the first bytes of the first file look like text."""
        with self.paths[0].open("rb") as file:
            head = file.read(4096)
        utf_16 = head[:2] in (b"\xff\xfe", b"\xfe\xff")
        return utf_16 or (b"\0" not in head and not head.startswith(b"PK"))

    @property
    def size(self) -> int:
        """Bytes."""
        return sum(path.stat().st_size for path in self.paths)


def uploads_folder() -> Path:
    """Return the folder of all uploads."""
    return data_folder() / "uploads"


def put(files: list) -> Upload:
    """Store uploaded files.

    Parameters
    ----------
    files : list
        With ``name``, ``size`` and ``getbuffer()``. Only the last part of a name is kept, without
        characters that a path could be made of.

    Raises
    ------
    InputError
        For too many files, two of one name, and an empty one.
    FailedError
        If they cannot be written.
    """
    if len(files) > MAX_FILES:
        raise InputError(
            f"{len(files)} files are too many to look at together, at most {MAX_FILES}. Put them "
            "into a zip file."
        )
    names = [plain_name(file.name) for file in files]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise InputError(f"There are two files called {twice[0]}. Rename one of them.")
    empty = [name for file, name in zip(files, names, strict=True) if not file.size]
    if empty:
        raise InputError(f"{empty[0]} is empty. Choose the file that holds the curves.")
    limits.check_upload(sum(file.size for file in files))
    sweep()
    id = _content_id(files, names)
    stored = find(id)
    if stored is not None:
        return stored
    folder = uploads_folder() / id
    check_room(folder, 1.1 * sum(file.size for file in files))
    temporary = uploads_folder() / new_id("up")
    try:
        temporary.mkdir(parents=True)
        for file, name in zip(files, names, strict=True):
            (temporary / name).write_bytes(file.getbuffer())
        if not folder.exists():
            temporary.rename(folder)
    except OSError as error:
        raise failure(error, folder) from error
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
    return _opened(folder)


def _content_id(files: list, names: list[str]) -> str:
    digest = hashlib.sha256()
    for file, name in sorted(zip(files, names, strict=True), key=lambda pair: pair[1]):
        digest.update(f"{name}\0{file.size}\0".encode())
        digest.update(file.getbuffer())
    return digest.hexdigest()[:20]


def _opened(folder: Path) -> Upload:
    paths = sorted(folder.iterdir())
    return Upload(folder.name, paths[0] if len(paths) == 1 else folder)


def find(id: str) -> Upload | None:
    """Return a stored upload and keep it for another day; None for an unknown or removed one."""
    folder = uploads_folder() / id
    if not _ID.fullmatch(id) or not folder.is_dir() or not any(folder.iterdir()):
        return None
    with suppress(OSError):
        os.utime(folder)
    return _opened(folder)


def copy_for_job(upload: Upload) -> Path:
    """Return a copy of the files that a job may remove: the file, or the folder of several."""
    folder = uploads_folder() / new_id("up")
    check_room(folder, 1.1 * upload.size)
    try:
        folder.mkdir(parents=True)
        for path in upload.paths:
            shutil.copyfile(path, folder / path.name)
    except OSError as error:
        remove(folder)
        raise failure(error, folder) from error
    return folder / upload.path.name if upload.path.is_file() else folder


def plain_name(name: str) -> str:
    """Return "mat_info.txt" for "../../a/mat_info.txt"; signs other than letters, digits, ".", "_"
    and "-" become "_", those of units letters: "50us" for "50µs".
    """
    last = re.split(r"[/\\]", name)[-1].translate(str.maketrans(_WRITTEN_OUT))
    last = _ODD.sub("_", last).lstrip(".")[-100:]
    return last or "file"


def remove(path: Path) -> None:
    """Remove the folder of a stored file, or a stored folder; nothing outside of the uploads."""
    folder = path if path.parent == uploads_folder() else path.parent
    if folder.parent == uploads_folder():
        shutil.rmtree(folder, ignore_errors=True)


def sweep() -> None:
    """Remove uploads that were not looked at for :data:`HOURS`."""
    root = uploads_folder()
    for folder in root.iterdir() if root.is_dir() else []:
        with suppress(OSError):
            if time.time() - folder.stat().st_mtime > 3600 * HOURS:
                shutil.rmtree(folder)


def chooser(
    key: str, *, max_megabytes: int, help: str, types: list[str] | None = None
) -> tuple[Upload | None, bool]:
    """Show the file chooser, or the chosen files with a button that removes them.

    Parameters
    ----------
    key : str
        Of the widgets, and of the upload's id in the address: the upload survives a change of pages
        and a reload.
    max_megabytes : int
        Largest upload.
    help : str
        Text under the question mark.
    types : list of str, optional
        Endings of the files; default: any.

    Returns
    -------
    upload : Upload or None
    failed : bool
        Whether files were chosen that cannot be used: the address holds an id whose files are gone,
        or they were refused.
    """
    if SWEPT not in st.session_state:
        st.session_state[SWEPT] = True
        sweep()
    ids = address.remembered(key)
    upload = find(ids[0]) if ids else None
    if upload is not None:
        _chosen(key, upload)
        return upload, False
    if ids:
        st.warning(
            "The file of this address is no longer here: uploads are kept for a day. Choose the "
            "file again.",
            icon=":material/draft:",
        )
    count = st.session_state.get(f"_{key}-uploads", 0)
    files = st.file_uploader(
        "Files",
        type=types,
        accept_multiple_files=True,
        key=f"{key}-files-{count}",
        max_upload_size=max_megabytes,
        label_visibility="collapsed",
        help=help,
    )
    if files:
        try:
            stored = put(files)
        except (InputError, FailedError) as error:
            notice.error(error)
            return None, True
        st.session_state[f"_{key}-uploads"] = count + 1
        address.remember(key, [stored.id])
        st.rerun()
    return None, bool(ids)


def _chosen(key: str, upload: Upload) -> None:
    """The files in use, which name the tab, and the button that removes them."""
    pages.name_tab(upload.name)
    with st.container(border=True, horizontal=True, vertical_alignment="center"):
        st.markdown(
            f":material/draft: **{quoted(upload.name)}** :small[{megabytes(upload.size)}]",
            width="stretch",
        )
        st.button(
            "Choose another file",
            key=f"{key}-remove",
            icon=":material/close:",
            on_click=forget,
            args=(key,),
        )


def forget(key: str) -> None:
    """Take the upload of a chooser out of the address; its files stay until they are swept."""
    address.remember(key, [])
