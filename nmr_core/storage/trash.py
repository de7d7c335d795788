"""Deleted and replaced things wait in the trash for a week, so that both can be undone.

Every step is one rename. The record is written first and the thing itself moves before what is
attached to it; on the way back it moves last. An interrupted step can be repeated, nothing is lost.
On a full disk nothing but names is written, so that space can be freed. Folders are described in
:mod:`nmr_core.storage.trash_entries`.
"""

import os
import secrets
import shutil
import time
from collections.abc import Iterable
from contextlib import AbstractContextManager, suppress
from dataclasses import replace
from pathlib import Path

from nmr_core.errors import FailedError, InputError
from nmr_core.storage import audit, clock
from nmr_core.storage.files import failure, is_full, note_change, write_json
from nmr_core.storage.kinds import DATASET, KINDS, RUN, Kind
from nmr_core.storage.locking import locked
from nmr_core.storage.spaces import rights
from nmr_core.storage.spaces.person import acting, owner_now
from nmr_core.storage.trash_entries import (
    DAYS_KEPT,
    RECORD,
    TrashEntry,
    entry_of,
    folders,
    new_home,
    read_entries,
    record_of,
    trash_folder,
    until_0_5,
)
from nmr_core.storage.workspace import SHIPPED, checked_id, data_folder, workspace_id

_REMOVED = ".removed-"
PATIENCE = 10.0
"""Longest wait for the trash, s."""


def discard(folder: Path, *, by: str = "", replaced: bool = False) -> TrashEntry:
    """Move a thing of the data folder, with what is attached to it, into the trash.

    Parameters
    ----------
    folder : Path
        ``NMR_DATA/<kind's folder>/<id>``.
    by : str
        Who deletes it.
    replaced : bool
        Whether a newer one takes its place.

    Raises
    ------
    FailedError
        The trash is in use for more than ten seconds, or cannot be written.
    RefusedError
        Who acts may not delete it.

    Notes
    -----
    What is older than a week is removed for good at the same time.
    """
    kind = next(kind for kind in KINDS.values() if kind.folder == folder.parent.name)
    checked_id(folder.name)
    with _locked():
        _sweep()
        return _discard(kind, folder, by, replaced)


def _discard(kind: Kind, folder: Path, by: str, replaced: bool) -> TrashEntry:
    home = new_home(kind, folder.name)
    entry = entry_of(kind, folder, home, owner_now(by), time.time())
    rights.check("delete", entry.owner, entry.thing, kind=kind.name, id=entry.id)
    _write_record(replace(entry, replaced=replaced, reason=rights.reason_now()))
    for place in kind.places(entry.id):
        _move(data_folder() / place, home / place)
    return entry


def _check_restoring(entry: TrashEntry, *, swap: bool) -> None:
    """Refuse to put back what is neither the person's own nor was deleted by that person."""
    person = acting()
    is_own = person is not None and entry.by == person.id
    if not (is_own or rights.may("delete", entry.owner)):
        raise rights.RefusedError(
            f'The {entry.label} "{entry.title}" belongs to another person. Ask them to restore it.'
        )
    if swap and not is_own and not rights.may("delete", present_owner(entry)):
        raise rights.RefusedError(
            f"The present {entry.label} {entry.id} belongs to another person, and would be "
            "replaced. Ask them."
        )


def _write_record(entry: TrashEntry) -> None:
    """Write the record; on a full disk the thing is deleted without one."""
    try:
        write_json(entry.home / RECORD, record_of(entry))
    except FailedError as error:
        if not is_full(error.__cause__):
            raise


def entries() -> list[TrashEntry]:
    """Everything that can be restored, the latest deletion first."""
    return sorted(read_entries(), key=lambda entry: (-entry.when, entry.kind, entry.id))


def find(kind: str, id: str) -> TrashEntry | None:
    """The last deleted thing of this kind and id, or the entry with this key; None if there is
    none.
    """
    return next(
        (entry for entry in entries() if entry.kind == kind and id in (entry.id, entry.key)), None
    )


def deleted(kind: str, id: str) -> TrashEntry:
    """As :func:`find`; :class:`InputError` if there is none."""
    label = _kind(kind).label
    entry = find(kind, id if id.startswith(f"{kind}.") else checked_id(id))
    if entry is None:
        raise InputError(
            f"There is no deleted {label} {id!r}: deleted things are kept for {DAYS_KEPT} days. "
            "Make it again."
        )
    return entry


def restore(kind: str, id: str) -> Path:
    """Move the last deleted thing of a kind and id back to its place, see :func:`restore_entry`."""
    return restore_entry(deleted(kind, id))


def restore_entry(entry: TrashEntry, *, swap: bool = False, by: str = "") -> Path:
    """Move a deleted thing, with what is attached to it, back to its place.

    Parameters
    ----------
    entry : TrashEntry
        One of :func:`entries`.
    swap : bool
        Whether what stands in its place goes to the trash.
    by : str
        Who does it.

    Returns
    -------
    Path
        Its folder.

    Raises
    ------
    RefusedError
        Who acts may not restore it.
    InputError
        It is not in the trash any more, something else stands in its place, or it is a result of
        a run that does not exist.
    """
    kind = KINDS[entry.kind]
    try:
        _check_restoring(entry, swap=swap)
    except rights.RefusedError as error:
        _note_restoring(entry, str(error))
        raise
    if kind.of_run and not exists(RUN, entry.id):
        raise InputError(
            f"The {entry.label} belongs to the run {entry.id}, which does not exist. Restore the "
            "run first."
        )
    with _locked():
        moves = entry.moves()
        if not moves or moves[0][1] != entry.place:
            raise InputError(
                f"The {entry.label} {entry.id} is not in the trash any more. It was restored or "
                "removed for good."
            )
        if swap and (entry.place / kind.document).exists():
            _discard(kind, entry.place, by, True)
        for _, target in moves:
            if target.exists():
                piece = target.relative_to(data_folder())
                raise InputError(
                    f"There is a {entry.label} {entry.id!r} again ({piece}), so the deleted one "
                    "cannot be restored. Delete that one first."
                )
        for source, target in reversed(moves):
            _move(source, target)
        with suppress(OSError):  # for retention it was changed now
            os.utime(entry.place / kind.document)
        if entry.home.parent != until_0_5():
            _remove(entry.home)
    _note_restoring(entry)
    return entry.place


def _note_restoring(entry: TrashEntry, problem: str = "") -> None:
    names = {"kind": entry.kind, "id": entry.id, "thing": entry.thing, "workspace": workspace_id()}
    audit.note("restore", ok=not problem, reason=problem, **names)


def missing_dataset(entry: TrashEntry) -> str:
    """The id of the data set that a run or study was made with and that does not exist, or ""."""
    with suppress(InputError):
        if entry.dataset and not exists(DATASET, entry.dataset):
            return entry.dataset
    return ""


def exists(kind: Kind, id: str) -> bool:
    """Whether there is a thing of this kind and id, in the data folder or shipped."""
    place = kind.place(checked_id(id)) / kind.document
    return any((root / place).exists() for root in (data_folder(), *SHIPPED))


def present_owner(entry: TrashEntry) -> str:
    """Whose the thing is that stands in the place of a deleted one, or the run that it is a
    result of; "" if unknown.
    """
    kind = KINDS[entry.kind]
    places = [(kind, entry.place)]
    if kind.of_run:
        places.append((RUN, data_folder() / RUN.place(entry.id)))
    owners = [entry_of(one, place, place, "", 0.0).owner for one, place in places]
    return next(filter(None, owners), "")


def empty(several: Iterable[TrashEntry] | None = None) -> int:
    """Remove deleted things for good.

    Parameters
    ----------
    several : iterable of TrashEntry, optional
        Which; default: all.

    Returns
    -------
    int
        Bytes that this frees.
    """
    freed = 0
    if not (trash_folder().is_dir() or until_0_5().is_dir()):
        return freed
    with _locked():
        for entry in entries() if several is None else several:
            size = entry.size
            rights.check("delete", entry.owner, entry.thing, kind="trash", id=entry.key)
            try:
                _remove(entry.home)
            except FileNotFoundError:
                continue
            except OSError as error:
                raise failure(error, entry.home) from error
            freed += size
    return freed


def sweep(days: float = DAYS_KEPT) -> list[str]:
    """Remove for good what was deleted more than ``days`` ago; returns the removed ids."""
    if not trash_folder().is_dir() and not until_0_5().is_dir():
        return []
    with _locked():
        return _sweep(days)


def _sweep(days: float = DAYS_KEPT) -> list[str]:
    removed = []
    old = clock.now() - 86400 * days
    for entry in list(read_entries()):
        if entry.when < old:
            with suppress(OSError):
                _remove(entry.home)
                removed.append(entry.id)
    # Left by a process that was killed: nothing is in them, or they were being removed
    for home in folders(trash_folder()):
        if home.name.startswith(_REMOVED):
            shutil.rmtree(home, ignore_errors=True)
        elif not any(path.is_file() for path in home.glob("*/**/*")):
            with suppress(OSError):
                _remove(home)
    return removed


def _kind(name: str) -> Kind:
    if name not in KINDS:
        raise InputError(f"The kind must be one of {', '.join(KINDS)}, got {str(name)[:60]!r}.")
    return KINDS[name]


def _move(source: Path, target: Path) -> None:
    """One rename; nothing to do where there is no source."""
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with suppress(FileNotFoundError):
            os.replace(source, target)
    except OSError as error:
        raise failure(error, target) from error
    finally:
        note_change()


def _remove(home: Path) -> None:
    """Remove an entry; it is in no list from the first step on."""
    gone = trash_folder() / f"{_REMOVED}{secrets.token_hex(3)}"
    gone.parent.mkdir(parents=True, exist_ok=True)
    os.replace(home, gone)
    note_change()
    shutil.rmtree(gone, ignore_errors=True)


def _locked() -> AbstractContextManager[None]:
    """One change of the trash at a time."""
    busy = "The trash is in use by another process. Try again in a minute."
    return locked(trash_folder(), busy, PATIENCE)
