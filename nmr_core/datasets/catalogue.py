"""Which data sets there are: those of the data folder, and the example that ships with the package."""

import threading
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from filelock import FileLock, Timeout

from nmr_core.datasets.manifest import Manifest
from nmr_core.datasets.parts import part_path
from nmr_core.errors import FailedError, InputError
from nmr_core.storage import catalogue, trash
from nmr_core.storage.catalogue import Entry
from nmr_core.storage.files import failure
from nmr_core.storage.kinds import DATASET

REMEMBERED = 5000
"""Manifests that the list keeps in memory: checking one builds its preset, and a page lists all of them on every click."""
_known: OrderedDict[tuple, Manifest | str] = OrderedDict()
_lock = threading.Lock()


@dataclass(frozen=True)
class DatasetEntry(Entry):
    """A line of the list of data sets; ``manifest`` is None and ``problem`` a sentence when it cannot be read."""

    manifest: Manifest | None = None
    n_done: int = 0

    @property
    def usable(self) -> bool:
        """Whether it is complete and can be read."""
        return self.manifest is not None and self.manifest.complete


def _read(folder: Path) -> Manifest | str:
    """The manifest of a folder, or the sentence that says why there is none."""
    try:
        return Manifest.read(folder)
    except FailedError as error:
        return str(error)


def _manifest(folder: Path) -> Manifest | str:
    """The same, read again only when the file has changed (a manifest is always replaced by a new file)."""
    try:
        found = (folder / "manifest.json").stat()
    except OSError:
        return _read(folder)
    key = (str(folder), found.st_mtime_ns, found.st_size, found.st_ino)
    with _lock:
        if key in _known:
            _known.move_to_end(key)
            return _known[key]
    made = _read(folder)
    with _lock:
        _known[key] = made
        while len(_known) > REMEMBERED:
            _known.popitem(last=False)
    return made


def _content(folder: Path) -> dict:
    """Manifest and number of simulated samples."""
    manifest = _manifest(folder)
    if isinstance(manifest, str):
        raise FailedError(manifest)
    if manifest.complete:
        return {"manifest": manifest, "n_done": manifest.n_samples}
    parts = [manifest.part(i) for i in range(manifest.n_parts) if part_path(folder, i).exists()]
    return {"manifest": manifest, "n_done": sum(stop - start for start, stop in parts)}


def list_datasets() -> list[DatasetEntry]:
    """All data sets, newest first, examples last."""
    return catalogue.entries(DATASET, DatasetEntry, _content)


def find_dataset(name: str | Path) -> Path:
    """The folder of a data set, given as a path or as an id of the data folder or of the examples."""
    return catalogue.located(DATASET, name)


@contextmanager
def _ours(name: str) -> Iterator[Path]:
    """The folder of a data set that may be changed, while no other process writes to it."""
    folder = catalogue.own(DATASET, name)
    try:
        with FileLock(folder / ".lock", timeout=0):
            yield folder
    except Timeout:
        raise FailedError(
            f"The data set {name} is being written. Cancel its job or wait, then try again."
        ) from None
    except OSError as error:
        raise failure(error, folder) from error


def rename_dataset(name: str, title: str) -> None:
    """Give a data set of the data folder another title."""
    title = " ".join(title.split())
    if not 0 < len(title) <= 200:
        raise InputError(f"A title has 1 to 200 characters, got {len(title)}. Type another.")
    with _ours(name) as folder:
        replace(Manifest.read(folder), title=title).write(folder)


def delete_dataset(name: str, *, by: str = "") -> None:
    """Put a data set of the data folder, finished or not, into the trash.

    Raises
    ------
    InputError
        There is none, or it ships with the package.
    FailedError
        A job is writing it.
    """
    with _ours(name) as folder:
        pass
    trash.discard(folder, by=by)  # Windows moves no folder that holds an open file, as a lock is


def restore_dataset(name: str) -> None:
    """Undo :func:`delete_dataset`."""
    trash.restore("dataset", name)
