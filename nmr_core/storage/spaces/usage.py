"""What takes the disk: every stored thing of a workspace with its owner, the biggest first."""

import threading
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from nmr_core.storage.kinds import (
    DESIGN,
    IDENTIFICATION,
    KINDS,
    MAKING,
    REFINEMENT,
    SERIES_REQUEST,
)
from nmr_core.storage.spaces import registry
from nmr_core.storage.trash_entries import document_of, folder_size, read_entries
from nmr_core.storage.workspace import data_folder, in_workspace, server_folder

OTHER = {
    "trash": "Trash",
    "uploads": "Uploaded files",
    "predictions": "Predictions",
    "marks": "Marks and notes",
    IDENTIFICATION.folder: "Identifications",
    DESIGN.folder: "Designs",
    REFINEMENT.folder: "Refinements",
    MAKING.folder: "Measurements of made models",
    SERIES_REQUEST.folder: "Echoes of series",
}
"""Folders that are counted as a whole -> what they are."""
_looks: dict[Path, tuple[tuple, "Look"]] = {}
_lock = threading.Lock()


@dataclass(frozen=True)
class Use:
    """The disk space of one thing.

    Parameters
    ----------
    kind, id : str
        What it is (a key of :data:`nmr_core.storage.kinds.KINDS`, or a folder) and its id.
    title : str
        Display text.
    owner : str
        Id of its owner, "" for none.
    n_bytes : int
        Bytes of its files.
    workspace : str
        Id of its workspace, "" for none.
    """

    kind: str
    id: str
    title: str
    owner: str
    n_bytes: int
    workspace: str = ""


@dataclass(frozen=True)
class Look:
    """Owner ("" for none), title and bytes of a stored thing."""

    owner: str
    title: str
    n_bytes: int


def of_folder(folder: Path | None = None) -> list[Use]:
    """Everything in a data folder (default: the present one), the biggest first."""
    folder = folder or data_folder()
    here = registry.at(folder)
    workspace = here.id if here else ""
    uses = []
    for kind in KINDS.values():
        for place in _folders(folder / kind.folder):
            look = look_at(place, kind.document)
            uses.append(Use(kind.name, place.name, look.title, look.owner, look.n_bytes, workspace))
    uses += _trash(folder, workspace)
    for name, title in OTHER.items():
        if name != "trash" and (folder / name).is_dir():
            uses.append(Use(name, name, title, "", folder_size(folder / name), workspace))
    if here is not None and here.kind == registry.PERSONAL:
        whose = next(iter(here.members), "")
        uses = [use if use.owner else replace(use, owner=whose) for use in uses]
    return sorted(uses, key=lambda use: -use.n_bytes)


def of_person(owner: str) -> list[Use]:
    """Everything of a person on this server, in all workspaces, the biggest first."""
    folders = [workspace.folder() for workspace in registry.every()] or [server_folder()]
    uses = [use for folder in folders for use in of_folder(folder) if use.owner == owner]
    return sorted(uses, key=lambda use: -use.n_bytes)


def total(uses: list[Use]) -> int:
    """Bytes of several things."""
    return sum(use.n_bytes for use in uses)


def _trash(folder: Path, workspace: str) -> list[Use]:
    """What lies in the trash: it takes space until it is removed."""
    with in_workspace(folder):
        return [
            Use("trash", entry.key, f"{entry.title} (trash)", entry.owner, entry.size, workspace)
            for entry in read_entries()
        ]


def _folders(place: Path) -> list[Path]:
    with suppress(OSError):
        return [path for path in place.iterdir() if path.is_dir() and path.name[:1] != "."]
    return []


def look_at(place: Path, document: str) -> Look:
    """Look at a stored thing, again when its folder or its document has changed.

    Parameters
    ----------
    place : Path
        Its folder.
    document : str
        Name of the file with its owner and title; an unreadable one has neither.
    """
    try:
        stamp = tuple(
            (status.st_mtime_ns, status.st_size)
            for status in (place.stat(), (place / document).stat())
        )
    except OSError:  # not finished: it grows
        return _look(place, document)
    with _lock:
        if place in _looks and _looks[place][0] == stamp:
            return _looks[place][1]
    look = _look(place, document)
    with _lock:
        if len(_looks) > 20_000:
            _looks.clear()
        _looks[place] = stamp, look
    return look


def _look(place: Path, document: str) -> Look:
    content = document_of(place / document)
    owner, title = (content.get(name) for name in ("owner", "title"))
    return Look(
        owner if isinstance(owner, str) else "",
        title if isinstance(title, str) and title else place.name,
        folder_size(place),
    )
