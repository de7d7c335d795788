"""List, find, rename and delete data sets of the data folder and the examples."""

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
from nmr_core.storage.documents import read_once
from nmr_core.storage.files import failure
from nmr_core.storage.kinds import DATASET
from nmr_core.storage.spaces import rights


@dataclass(frozen=True)
class DatasetEntry(Entry):
    """A data set in the list.

    Attributes
    ----------
    manifest : Manifest or None
        None if it cannot be read; ``problem`` is then the reason.
    n_done : int
        Number of simulated samples.
    """

    manifest: Manifest | None = None
    n_done: int = 0

    @property
    def unfinished(self) -> bool:
        """Whether only some of its samples have been simulated."""
        return self.manifest is not None and not self.manifest.complete

    @property
    def usable(self) -> bool:
        """Whether the data set is complete and can be read."""
        return self.manifest is not None and self.manifest.complete


def _content(folder: Path) -> dict:
    """Manifest and number of simulated samples."""
    manifest = read_once(folder, DATASET.document, Manifest.read)
    if manifest.complete:
        return {"manifest": manifest, "n_done": manifest.n_samples}
    parts = [manifest.part(i) for i in range(manifest.n_parts) if part_path(folder, i).exists()]
    return {"manifest": manifest, "n_done": sum(stop - start for start, stop in parts)}


def list_datasets() -> list[DatasetEntry]:
    """All data sets, newest first, examples last."""
    return catalogue.entries(DATASET, DatasetEntry, _content)


def dataset_entry(id: str) -> DatasetEntry | None:
    """The line of one data set in the list of all, None if there is none."""
    folder = catalogue.find(DATASET, id)
    return None if folder is None else catalogue.entry(folder, DatasetEntry, _content)


def find_dataset(name: str | Path) -> Path:
    """Folder of a data set.

    Parameters
    ----------
    name : str or Path
        A path, or an id of the data folder or of the examples.

    Returns
    -------
    Path
    """
    return catalogue.located(DATASET, name)


@contextmanager
def _ours(name: str) -> Iterator[Path]:
    """Lock a data set of the data folder and return its folder."""
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
    """Change the title of a data set of the data folder.

    Raises
    ------
    InputError
        If there is none, it ships with the package, the title is empty or too long, or who acts
        may not rename it.
    FailedError
        If a job is writing it.
    """
    title = " ".join(title.split())
    if not 0 < len(title) <= 200:
        raise InputError(f"A title has 1 to 200 characters, got {len(title)}. Type another.")
    with _ours(name) as folder:
        manifest = Manifest.read(folder)
        thing = f'the data set "{manifest.title}"'
        rights.check("rename", manifest.owner, thing, kind="dataset", id=folder.name)
        replace(manifest, title=title).write(folder)


def delete_dataset(name: str, *, by: str = "") -> None:
    """Move a data set of the data folder, complete or not, to the trash.

    Raises
    ------
    InputError
        If there is none, or it ships with the package.
    FailedError
        If a job is writing it.
    """
    with _ours(name) as folder:
        pass
    trash.discard(folder, by=by)  # Windows moves no folder that holds an open file, as a lock is


def restore_dataset(name: str) -> None:
    """Undo :func:`delete_dataset`."""
    trash.restore("dataset", name)
