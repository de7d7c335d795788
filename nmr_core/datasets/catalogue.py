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
from nmr_core.storage import trash
from nmr_core.storage.files import failure
from nmr_core.storage.workspace import checked_id, datasets_folder

EXAMPLES = Path(__file__).parents[1] / "examples"
REMEMBERED = 5000
"""Manifests that the list keeps in memory: checking one builds its preset, and a page lists all of them on every click."""
_known: OrderedDict[tuple, Manifest | str] = OrderedDict()
_lock = threading.Lock()


@dataclass(frozen=True)
class DatasetEntry:
    """A line of the catalogue. ``manifest`` is None and ``problem`` a sentence when the folder cannot be read."""

    id: str
    path: Path
    manifest: Manifest | None
    n_done: int = 0
    problem: str = ""

    @property
    def example(self) -> bool:
        """Whether it ships with the package (and cannot be deleted)."""
        return self.path.is_relative_to(EXAMPLES)

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


def _entry(folder: Path) -> DatasetEntry:
    manifest = _manifest(folder)
    if isinstance(manifest, str):
        return DatasetEntry(folder.name, folder, None, problem=manifest)
    if manifest.complete:
        return DatasetEntry(folder.name, folder, manifest, manifest.n_samples)
    parts = [manifest.part(i) for i in range(manifest.n_parts) if part_path(folder, i).exists()]
    return DatasetEntry(folder.name, folder, manifest, sum(stop - start for start, stop in parts))


def list_datasets() -> list[DatasetEntry]:
    """All data sets, newest first, examples last."""
    own = [folder for folder in _folders(datasets_folder()) if (folder / "manifest.json").exists()]
    return [
        _entry(folder)
        for folder in sorted(own, reverse=True) + sorted(_folders(EXAMPLES / "datasets"))
    ]


def _folders(root: Path) -> list[Path]:
    return [folder for folder in root.iterdir() if folder.is_dir()] if root.is_dir() else []


def find_dataset(name: str | Path) -> Path:
    """The folder of a data set, given as a path or as an id of the data folder or of the examples."""
    if isinstance(name, Path) or "/" in name or "\\" in name:
        folder = Path(name)
        if (folder / "manifest.json").is_file():
            return folder
        raise InputError(
            f"There is no data set at {folder}: it has no manifest.json. Give a data set's folder or id."
        )
    for root in (datasets_folder(), EXAMPLES / "datasets"):
        if (root / checked_id(name) / "manifest.json").is_file():
            return root / name
    raise InputError(
        f"There is no data set {name!r} under {datasets_folder()}. It may have been deleted; "
        "choose another, or generate it again."
    )


@contextmanager
def _ours(name: str) -> Iterator[Path]:
    """The folder of a data set that may be changed, while nobody else writes to it."""
    folder = find_dataset(checked_id(name))
    if folder.is_relative_to(EXAMPLES):
        raise InputError(
            f"The data set {name} ships with the package and cannot be deleted or changed. Choose one of your own."
        )
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
