"""A thing of one workspace into another, with what is attached to it; publishing is a copy into the
library.

A copy keeps its id, so that a run still names its data set, and its bytes; only the owner in its
documents is the person who copies.
"""

import json
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from nmr_core.errors import FailedError, InputError
from nmr_core.storage import audit
from nmr_core.storage.catalogue import located
from nmr_core.storage.files import read_json, write_folder, write_json
from nmr_core.storage.kinds import DATASET, KINDS, RUN, STUDY, Kind
from nmr_core.storage.room import check_room
from nmr_core.storage.spaces import registry, rights
from nmr_core.storage.spaces.person import acting, owner_now
from nmr_core.storage.spaces.registry import LIBRARY
from nmr_core.storage.trash_entries import entry_of, folder_size
from nmr_core.storage.workspace import checked_id, in_workspace, workspace_id

COPIED = (DATASET, RUN, STUDY)
"""Kinds that can be copied; results of a run go with the run."""
_PASSING = (".lock", ".tmp")
"""Ends of the names of files that are not copied."""


@dataclass(frozen=True)
class Copying:
    """How files are copied.

    Parameters
    ----------
    owner : str
        Id of whose the copy is, "" for who acts.
    file : callable
        Copies one file (source, target).
    """

    owner: str
    file: Callable[[Path, Path], object]


def copy(kind: str, id: str, target: str, *, owner: str = "", linked: bool = False) -> Path:
    """Copy a thing of the present workspace into another one.

    Parameters
    ----------
    kind : str
        "dataset", "run" or "study".
    id : str
        Id of the thing.
    target : str
        Id of the other workspace; into the library a copy is a publication.
    owner : str
        Id of whose the copy is; default: who acts.
    linked : bool
        Whether large files are shared by hard links where the disk has them: stored arrays never
        change, they are replaced.

    Returns
    -------
    Path
        Folder of the copy.

    Raises
    ------
    InputError
        There is no such thing or workspace, it has this thing already, or the thing is not
        complete.
    RefusedError
        Who acts may not add to the other workspace, or not publish this thing.
    """
    one = next((one for one in COPIED if one.name == kind), None)
    if one is None:
        names = ", ".join(kind.name for kind in COPIED)
        raise InputError(f"The kind must be one of {names}, got {str(kind)[:40]!r}.")
    source = located(one, checked_id(id))
    workspace = registry.find(target, acting())
    entry = entry_of(one, source, source, "", 0.0)
    rights.check("read")
    if workspace.kind == LIBRARY:
        rights.check("publish", entry.owner, entry.thing, kind=kind, id=id)
    pieces = _pieces(one, id, source)
    with in_workspace(workspace.folder()) as folder:
        place = folder / one.place(id)
        if (place / one.document).exists():
            raise InputError(
                f'The workspace "{workspace.title}" has the {one.label} {id} already. Delete it '
                "there to copy it again."
            )
        if not linked:
            check_room(place, 1.1 * sum(folder_size(piece) for piece, _ in pieces))
        copying = Copying(owner, _link if linked else shutil.copyfile)
        for piece, relative in reversed(pieces):
            _copy(piece, folder / relative, copying)
    audit.note("copy", kind=kind, id=id, workspace=workspace_id(), to=target)
    return place


def _pieces(kind: Kind, id: str, source: Path) -> list[tuple[Path, Path]]:
    """(path, path relative to a data folder) of a thing and what is attached to it."""
    _check_complete(kind, source)
    root = source.parents[1]
    attached = [path for path in kind.places(id)[1:] if (root / path).exists()]
    return [(source, kind.place(id)), *((root / path, path) for path in attached)]


def _check_complete(kind: Kind, source: Path) -> None:
    stored = read_json(source / kind.document, kind.label)
    if kind is DATASET and not stored.get("complete", True):
        raise InputError(f"The data set {source.name} is not complete. Finish it first.")


def _copy(source: Path, target: Path, copying: Copying) -> None:
    """A file or a folder, whole or not at all, with its new owner."""
    if source.is_dir():
        write_folder(target, lambda temporary: _fill(source, temporary, copying))
    elif not target.exists():
        _fill_file(source, target)


def _fill(source: Path, target: Path, copying: Copying) -> None:
    target.mkdir(parents=True)
    documents = {kind.document for kind in KINDS.values()}
    for path in _files(source):
        place = target / path.relative_to(source)
        place.parent.mkdir(parents=True, exist_ok=True)
        if path.name in documents:
            _fill_document(path, place, copying.owner)
        else:
            copying.file(path, place)


def _link(source: Path, target: Path) -> None:
    """The same bytes under another name; a copy where the disk has no hard links."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)


def _files(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.rglob("*")):
        is_passing = path.name.endswith(_PASSING)
        if path.is_file() and not path.is_symlink() and not is_passing:
            yield path


def _fill_file(source: Path, target: Path) -> None:
    """A file of marks: notes stay signed by those who wrote them."""
    with suppress(FailedError, OSError, ValueError):
        write_json(target, json.loads(source.read_text(encoding="utf-8")))


def _fill_document(source: Path, target: Path, owner: str) -> None:
    """A document with its new owner; all else as it is."""
    text = source.read_text(encoding="utf-8")
    stored = json.loads(text)
    value = stored.get("value", stored)
    if "owner" in value or source.name == RUN.document:
        value["owner"] = owner or owner_now(value.get("owner", ""))
        write_json(target, stored)
    else:  # of a version whose results had no owner
        shutil.copyfile(source, target)
