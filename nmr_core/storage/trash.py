"""Deleted things wait in the trash for a week, so that deleting can be undone.

    NMR_DATA/trash/<kind>.<id>/
        record.json             title, who deleted it and when
        runs/<id>/              the thing and what is attached to it, under their paths in the data
                                folder
        calibrations/<id>/
        marks/<id>.json

Every step is one rename. The record is written first and the thing itself moves before what is
attached to it; on the way back it moves last. An interrupted step can be repeated, nothing is lost.
"""

import json
import os
import secrets
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock, Timeout

from nmr_core.errors import FailedError, InputError
from nmr_core.storage.files import failure, write_json
from nmr_core.storage.kinds import DATASET, KINDS, Kind
from nmr_core.storage.workspace import checked_id, data_folder

DAYS_KEPT = 7
RECORD = "record.json"
_REMOVED = ".removed-"


@dataclass(frozen=True)
class TrashEntry:
    """A deleted thing.

    Parameters
    ----------
    kind, id : str
        What it is (a key of :data:`nmr_core.storage.kinds.KINDS`) and its id.
    title : str
        Display text; the id where it has no title.
    by : str
        Who deleted it, "" if unknown.
    when : float
        Time of the deletion, seconds since 1970.
    """

    kind: str
    id: str
    title: str
    by: str
    when: float

    @property
    def label(self) -> str:
        """Noun for its kind, e.g. "data set"."""
        return KINDS[self.kind].label

    @property
    def until(self) -> float:
        """When it is removed for good, seconds since 1970."""
        return self.when + 86400 * DAYS_KEPT


def trash_folder() -> Path:
    """``NMR_DATA/trash``."""
    return data_folder() / "trash"


def discard(folder: Path, *, by: str = "") -> TrashEntry:
    """Move a thing of the data folder, with what is attached to it, into the trash.

    Parameters
    ----------
    folder : Path
        ``NMR_DATA/<kind's folder>/<id>``.
    by : str
        Who deletes it.

    Raises
    ------
    FailedError
        The trash is in use for more than ten seconds, or cannot be written.

    Notes
    -----
    An earlier deleted thing of the same kind and id is replaced. What is older than a week is
    removed for good at the same time.
    """
    kind = next(kind for kind in KINDS.values() if kind.folder == folder.parent.name)
    entry = TrashEntry(kind.name, checked_id(folder.name), _title(folder, kind), by, time.time())
    home = _home(kind, folder.name)
    with _locked():
        if (home / kind.place(folder.name)).exists():
            _remove(home)
        record = {"kind": kind.name, "id": entry.id, "title": entry.title, "by": by}
        place = str(kind.place(entry.id))
        write_json(home / RECORD, record | {"deleted": entry.when, "place": place})
        for part in kind.places(entry.id):
            _move(data_folder() / part, home / part)
        _sweep()
    return entry


def entries() -> list[TrashEntry]:
    """Everything that can be restored, the latest deletion first."""
    found = [*_entries(), *_entries_until_0_5()]
    return sorted(found, key=lambda entry: (-entry.when, entry.kind, entry.id))


def find(kind: str, id: str) -> TrashEntry | None:
    """The deleted thing of this kind and id, None if there is none."""
    return next((entry for entry in entries() if (entry.kind, entry.id) == (kind, id)), None)


def restore(kind: str, id: str) -> Path:
    """Move a deleted thing, with what is attached to it, back to its place.

    Returns
    -------
    Path
        Its folder.

    Raises
    ------
    InputError
        It is not in the trash, or something else stands in its place.
    """
    what = _kind(kind)
    home, place = _home(what, checked_id(id)), what.place(id)
    with _locked():
        if not (home / place).exists():
            home, old = _until_0_5(), _until_0_5() / id
            if what != DATASET or not (old / what.document).is_file():
                raise InputError(
                    f"There is no deleted {what.label} {id!r}: deleted things are kept for "
                    f"{DAYS_KEPT} days. Make it again."
                )
            moves = [(old, place)]
        else:
            moves = [(home / piece, piece) for piece in reversed(what.places(id))]
        moves = [(source, piece) for source, piece in moves if source.exists()]
        for _, piece in moves:
            if (data_folder() / piece).exists():
                raise InputError(
                    f"There is a {what.label} {id!r} again ({piece}), so the deleted one cannot "
                    "be restored. Delete that one first."
                )
        for source, piece in moves:
            _move(source, data_folder() / piece)
        if home != _until_0_5():
            _remove(home)
    return data_folder() / place


def sweep(days: float = DAYS_KEPT) -> list[str]:
    """Remove for good what was deleted more than ``days`` ago; returns the removed ids."""
    if not trash_folder().is_dir() and not _until_0_5().is_dir():
        return []
    with _locked():
        return _sweep(days)


def _sweep(days: float = DAYS_KEPT) -> list[str]:
    removed = []
    old = time.time() - 86400 * days
    # The same id may lie in both places, deleted at different times
    homes = [(entry, _home(KINDS[entry.kind], entry.id)) for entry in _entries()]
    homes += [(entry, _until_0_5() / entry.id) for entry in _entries_until_0_5()]
    for entry, home in homes:
        if entry.when < old:
            with suppress(OSError):
                _remove(home)
                removed.append(entry.id)
    # Left by a process that was killed: nothing is in them, or they were being removed
    for home in _folders(trash_folder()):
        if home.name.startswith(_REMOVED):
            shutil.rmtree(home, ignore_errors=True)
        elif not any(path.is_file() for path in home.glob("*/**/*")):
            with suppress(OSError):
                _remove(home)
    return removed


def _entries() -> Iterator[TrashEntry]:
    """Those of the trash; a damaged record costs the title, not the thing."""
    for home in _folders(trash_folder()):
        name, _, id = home.name.partition(".")
        kind = KINDS.get(name)
        if kind is None or not (home / kind.place(id)).exists():
            continue
        try:
            record = json.loads((home / RECORD).read_text(encoding="utf-8"))
            when = float(record["deleted"])
            yield TrashEntry(name, id, str(record["title"]), str(record["by"]), when)
        except (OSError, ValueError, KeyError, TypeError):
            with suppress(OSError):
                yield TrashEntry(name, id, id, "", home.stat().st_mtime)


def _until_0_5() -> Path:
    """Where 0.1 to 0.5 put deleted data sets; a folder's time is that of its deletion."""
    return data_folder() / "datasets" / ".trash"


def _entries_until_0_5() -> Iterator[TrashEntry]:
    for folder in _folders(_until_0_5()):
        with suppress(OSError):
            title = _title(folder, DATASET)
            yield TrashEntry(DATASET.name, folder.name, title, "", folder.stat().st_mtime)


def _folders(root: Path) -> list[Path]:
    return [path for path in root.iterdir() if path.is_dir()] if root.is_dir() else []


def _home(kind: Kind, id: str) -> Path:
    return trash_folder() / f"{kind.name}.{id}"


def _kind(name: str) -> Kind:
    if name not in KINDS:
        raise InputError(f"The kind must be one of {', '.join(KINDS)}, got {str(name)[:60]!r}.")
    return KINDS[name]


def _title(folder: Path, kind: Kind) -> str:
    try:
        stored = json.loads((folder / kind.document).read_text(encoding="utf-8"))
        title = stored.get("value", stored)["title"]
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return folder.name
    return title if isinstance(title, str) and title else folder.name


def _move(source: Path, target: Path) -> None:
    """One rename; nothing to do where there is no source."""
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with suppress(FileNotFoundError):
            os.replace(source, target)
    except OSError as error:
        raise failure(error, target) from error


def _remove(home: Path) -> None:
    """Remove an entry; it is in no list from the first step on."""
    gone = trash_folder() / f"{_REMOVED}{secrets.token_hex(3)}"
    gone.parent.mkdir(parents=True, exist_ok=True)
    os.replace(home, gone)
    shutil.rmtree(gone, ignore_errors=True)


@contextmanager
def _locked() -> Iterator[None]:
    """One change of the trash at a time."""
    try:
        trash_folder().mkdir(parents=True, exist_ok=True)
        lock = FileLock(trash_folder() / ".lock", timeout=10).acquire()
    except Timeout:
        raise FailedError(
            f"The trash {trash_folder()} is in use by another process. Try again in a minute."
        ) from None
    except OSError as error:
        raise failure(error, trash_folder()) from error
    with lock:
        yield
