"""What is stored: the things of a kind in the data folder, and those that ship with the package."""

import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

from nmr_core.errors import FailedError, InputError
from nmr_core.storage import trash
from nmr_core.storage.files import write_folder
from nmr_core.storage.kinds import Kind
from nmr_core.storage.spaces import rights
from nmr_core.storage.trash_entries import entry_of
from nmr_core.storage.workspace import SHIPPED, checked_id, data_folder


@dataclass(frozen=True)
class Entry:
    """A line of a list; ``problem`` is a sentence when the thing cannot be read."""

    id: str
    path: Path
    problem: str = ""

    @property
    def shipped(self) -> bool:
        """Whether it ships with the package, so that it cannot be deleted or changed."""
        return is_shipped(self.path)


_SHIPPED = tuple(f"{root}{os.sep}" for root in SHIPPED)


def is_shipped(path: Path) -> bool:
    """Whether a folder ships with the package."""
    return str(path).startswith(_SHIPPED)


def own_folder(kind: Kind) -> Path:
    """The folder of the data folder that holds all things of a kind."""
    return data_folder() / kind.folder


def folders(kind: Kind) -> list[Path]:
    """All things of a kind, newest first, those that ship with the package last."""
    return [
        folder
        for root in (data_folder(), *SHIPPED)
        for folder in _in_folder(root / kind.folder, kind.document)
    ]


def _in_folder(place: Path, document: str) -> list[Path]:
    """The folders in one place that hold a document, the last name first."""
    try:
        names = sorted(os.listdir(place), reverse=True)
    except (FileNotFoundError, NotADirectoryError):
        return []
    return [
        _path(f"{place}{os.sep}{name}")
        for name in names
        if not name.startswith(".") and os.path.exists(f"{place}{os.sep}{name}{os.sep}{document}")
    ]


@lru_cache(maxsize=20_000)
def _path(text: str) -> Path:
    """The same object each time: making the paths took most of the time of a list."""
    return Path(text)


Line = TypeVar("Line", bound=Entry)


def entries(kind: Kind, line: type[Line], content: Callable[[Path], dict[str, Any]]) -> list[Line]:
    """All things of a kind as lines of a list, in the order of :func:`folders`.

    Parameters
    ----------
    kind : Kind
        Kind of the entry.
    line : type
        Dataclass derived from :class:`Entry`.
    content : callable
        Folder -> the further fields of its line. What it raises as a :class:`FailedError` becomes
        the line's ``problem``.
    """
    return [entry(folder, line, content) for folder in folders(kind)]


def entry(folder: Path, line: type[Line], content: Callable[[Path], dict[str, Any]]) -> Line:
    """One line of the list of :func:`entries`."""
    try:
        return line(folder.name, folder, **content(folder))
    except FailedError as error:
        return line(folder.name, folder, problem=str(error))


def find(kind: Kind, id: str) -> Path | None:
    """The folder of the thing with an id, None if there is none."""
    for root in (data_folder(), *SHIPPED):
        folder = root / kind.place(checked_id(id))
        if (folder / kind.document).is_file():
            return folder
    return None


def of_run(kind: Kind, run: str | Path, advice: str) -> Path:
    """The folder of a result of a run.

    Parameters
    ----------
    kind : Kind
        Kind of the result.
    run : str or Path
        Id of the run; or the folder itself, which is not checked.
    advice : str
        How it is made, a sentence of the error.

    Raises
    ------
    InputError
        There is none.
    """
    if isinstance(run, Path):
        return run
    folder = find(kind, run)
    if folder is None:
        raise InputError(f"There is no {kind.label} of the run {run}. {advice}")
    return folder


def located(kind: Kind, name: str | Path) -> Path:
    """The folder of a thing, given as a path or by its id.

    Raises
    ------
    InputError
        There is none.
    """
    if isinstance(name, Path) or "/" in name or "\\" in name:
        folder = Path(name)
        if (folder / kind.document).is_file():
            return folder
        raise InputError(
            f"There is no {kind.label} at {folder}: it has no {kind.document}. "
            f"Give a {kind.label}'s folder or id."
        )
    found = find(kind, name)
    if found is None:
        raise InputError(
            f"There is no {kind.label} {name!r} under {own_folder(kind)}. It may have been "
            "deleted; choose another, or make it again."
        )
    return found


def own(kind: Kind, id: str) -> Path:
    """The folder of a thing of the data folder, which may be changed.

    Raises
    ------
    InputError
        There is none, or it ships with the package.
    """
    folder = located(kind, checked_id(id))
    if is_shipped(folder):
        raise InputError(
            f"The {kind.label} {id} ships with the package and cannot be deleted or changed. "
            "Choose one of your own."
        )
    return folder


def owner_of(kind: Kind, id: str) -> str | None:
    """Id of the owner of a thing of the data folder, "" for no owner; None if there is no thing."""
    folder = own_folder(kind) / checked_id(id)
    if not (folder / kind.document).is_file():
        return None
    return entry_of(kind, folder, folder, "", 0.0).owner


def delete(kind: Kind, id: str, *, by: str = "") -> None:
    """Put a thing of the data folder, readable or not, into the trash.

    Parameters
    ----------
    kind : Kind
        Kind of the entry.
    id : str
        Id of the entry.
    by : str
        Who deletes it.

    Raises
    ------
    InputError
        There is none, or it ships with the package.
    RefusedError
        Who acts may not delete it.
    """
    trash.discard(own(kind, id), by=by)


def put(kind: Kind, id: str, write: Callable[[Path], object], *, by: str = "") -> Path:
    """Write a thing into the data folder, whole or not at all; an earlier one goes to the trash.

    Parameters
    ----------
    kind : Kind
        Kind of the entry.
    id : str
        Id of the entry.
    write : callable
        ``write(folder)`` writes its files.
    by : str
        Who makes it.

    Returns
    -------
    Path
        Its folder.
    """
    folder = own_folder(kind) / checked_id(id)
    rights.check("create", None, f"the {kind.label} {id}", kind=kind.name, id=id)

    def written(temporary: Path) -> None:
        write(temporary)
        if (folder / kind.document).exists():
            trash.discard(folder, by=by, replaced=True)
        elif folder.exists():  # left by a process that was killed
            shutil.rmtree(folder)

    write_folder(folder, written)
    return folder
