"""The files of a data folder, as a backup sees them.

Everything that is stored appears by a rename, so a file is whole, and a change gives it another
stamp. A *unit* is what must be of one moment: a stored thing with all its files.
"""

import os
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from nmr_core.storage import kinds

DATABASE = ".sqlite3"
_DOCUMENTS = {kind.document for kind in vars(kinds).values() if isinstance(kind, kinds.Kind)}
_PASSING = re.compile(
    r"\.new-.*|\.removed-.*|.*\.tmp|.*\.lock|\.ready|\.restoring|supervisor\.(json|wanted)"
    r"|.*\.sqlite3-(wal|shm|journal)"
)
_SECRET = re.compile(r".*\.(toml|env|key|pem|crt)|secrets?|credentials?")
_GROWING = re.compile(r"jobs/.*|.*\.(log|jsonl)(\.\d+)?")

Stamp = tuple[int, int, int]
"""Inode, bytes, ns since 1970 of a file."""


@dataclass
class Inventory:
    """Files of a data folder at one look.

    Parameters
    ----------
    root : Path
        The data folder.
    files : dict
        Path relative to it -> stamp, of files that appear by a rename.
    growing : dict
        The same of files to which lines are added: records, logs, output of jobs.
    databases : list of str
        Relative paths of SQLite files.
    left_out : list of str
        Configuration, secrets and links, which a backup does not hold.
    """

    root: Path
    files: dict[str, Stamp] = field(default_factory=dict)
    growing: dict[str, Stamp] = field(default_factory=dict)
    databases: list[str] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)

    @property
    def n_bytes(self) -> int:
        """Bytes of all files."""
        stamps = [*self.files.values(), *self.growing.values()]
        n_bytes = sum(stamp[1] for stamp in stamps)
        for name in self.databases:
            with suppress(OSError):
                n_bytes += (self.root / name).stat().st_size
        return n_bytes


def look(root: Path) -> Inventory:
    """List the files of a data folder; what disappears meanwhile is not in it.

    Parameters
    ----------
    root : Path
        The data folder.
    """
    inventory = Inventory(root)
    for entry, name in _walk(root, ""):
        if _is_left_out(entry, name):
            inventory.left_out.append(name)
        elif name.endswith(DATABASE):
            inventory.databases.append(name)
        else:
            with suppress(OSError):
                stamp = stamp_of(entry.stat(follow_symlinks=False))
                of_kind = inventory.growing if _GROWING.fullmatch(name) else inventory.files
                of_kind[name] = stamp
    return inventory


def look_at(root: Path, unit: str) -> dict[str, Stamp]:
    """The files of one thing.

    Parameters
    ----------
    root : Path
        The data folder.
    unit : str
        Relative path of the thing.
    """
    place = root / unit
    with suppress(OSError):
        if not place.is_dir():
            return {unit: stamp_of(place.lstat())}
    inside = look(place).files
    return {f"{unit}/{name}": stamp for name, stamp in inside.items()}


def stamp_of(status: os.stat_result) -> Stamp:
    """The stamp of a file."""
    return status.st_ino, status.st_size, status.st_mtime_ns


def units(names: set[str]) -> dict[str, str]:
    """Relative path -> the thing to which the file belongs; a file of no thing is one itself.

    Parameters
    ----------
    names : set of str
        Relative paths.
    """
    folders = {os.path.dirname(name) for name in names if os.path.basename(name) in _DOCUMENTS}
    return {name: next((p for p in _parents(name) if p in folders), name) for name in names}


def _parents(name: str) -> Iterator[str]:
    """Folders around a file, the outermost first."""
    parts = name.split("/")[:-1]
    return ("/".join(parts[:n]) for n in range(1, len(parts) + 1))


def _walk(folder: Path, prefix: str) -> Iterator[tuple[os.DirEntry, str]]:
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except (FileNotFoundError, NotADirectoryError):
        return
    for entry in entries:
        name = prefix + entry.name
        if _PASSING.fullmatch(entry.name):
            continue
        if entry.is_dir(follow_symlinks=False) and not _is_left_out(entry, name):
            yield from _walk(Path(entry.path), f"{name}/")
        else:
            yield entry, name


def _is_left_out(entry: os.DirEntry, name: str) -> bool:
    """Links, sockets, and at the top of the folder what may hold secrets."""
    if "/" not in name and _SECRET.fullmatch(name):
        return True
    is_plain = entry.is_file(follow_symlinks=False) or entry.is_dir(follow_symlinks=False)
    return not is_plain
