"""Trainings that were begun and have no run yet, and stored features: listed, continued, deleted.

A training goes on from its stored arguments, under the name of its folder. Nothing is deleted while
a training uses it.
"""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from filelock import Timeout

from nmr_core.datasets.dataset import load_dataset
from nmr_core.errors import InputError
from nmr_core.learning.run import Run
from nmr_core.learning.train import train
from nmr_core.learning.training_folder import lock, lock_path
from nmr_core.progress import Progress, silent
from nmr_core.storage import catalogue, trash
from nmr_core.storage.catalogue import Entry
from nmr_core.storage.files import read_json
from nmr_core.storage.kinds import FEATURES, TRAINING, Kind
from nmr_core.storage.trash_entries import folder_size
from nmr_core.storage.workspace import new_id

OF_JOBS = "run-"
"""Begin of the name of a training that a job has begun: the id of its run."""


@dataclass(frozen=True)
class StoredTraining(Entry):
    """An unfinished training, or stored features, in a list.

    Attributes
    ----------
    title, owner, dataset : str
        Of the training; of features those of the training that made them.
    arguments : dict
        Of :func:`nmr_core.train`.
    features : str
        Id of the stored features that it uses; "": its own.
    size : int
        Bytes on the disk.
    when : float
        Time of the last change, seconds since 1970.
    """

    title: str = ""
    owner: str = ""
    dataset: str = ""
    arguments: Mapping[str, Any] = field(default_factory=dict)
    features: str = ""
    size: int = 0
    when: float = 0.0

    @property
    def request(self) -> dict[str, Any]:
        """Parameters of the job that continues the training."""
        run = self.id if self.id.startswith(OF_JOBS) else new_id("run")
        own = {"dataset": self.dataset, "run": run, "resume": self.id, "owner": self.owner}
        return own | dict(self.arguments)


def list_trainings() -> list[StoredTraining]:
    """Unfinished trainings, the last name first; also those that run now."""
    return catalogue.entries(TRAINING, StoredTraining, _content)


def list_features() -> list[StoredTraining]:
    """Features that were stored for further trainings (``keep_features``)."""
    return catalogue.entries(FEATURES, StoredTraining, _content)


def training(id: str) -> StoredTraining:
    """One unfinished training; :class:`InputError` if there is none."""
    return catalogue.entry(catalogue.located(TRAINING, id), StoredTraining, _content)


def _content(folder: Path) -> dict[str, Any]:
    kind = TRAINING if folder.parent.name == TRAINING.folder else FEATURES
    document = read_json(folder / kind.document, kind.label)
    more = document.get("more", {})
    texts = {name: str(document.get(name, "")) for name in ("title", "owner", "dataset")}
    return texts | {
        "arguments": more.get("arguments", {}),
        "features": more.get("features", ""),
        "size": folder_size(folder),
        "when": max(path.stat().st_mtime for path in (folder, *folder.glob("*"))),
    }


def continue_training(id: str, progress: Progress = silent) -> Run:
    """Train to the end what was begun; the result is the same as of one sitting, bit for bit.

    Parameters
    ----------
    id : str
        One of :func:`list_trainings`.
    progress : callable
        Called with (done, total, message).

    Returns
    -------
    Run
        Not saved yet.

    Raises
    ------
    InputError
        There is none, its data set was in memory only or is deleted or was changed, or it cannot
        be read.
    FailedError
        Another process runs it, or it is damaged.
    """
    entry = training(id)
    check_continuable(entry)
    request = entry.request
    dataset, run = load_dataset(request.pop("dataset")), request.pop("run")
    return train(dataset, id=run, progress=progress, **request)


def check_continuable(entry: StoredTraining) -> None:
    """Raise :class:`InputError` where a training cannot go on from its stored arguments."""
    if entry.problem:
        raise InputError(f"{entry.problem} Delete the training {entry.id}.")
    if not entry.dataset:
        raise InputError(
            f"The training {entry.id} was begun on signals in memory, which are not stored. Call "
            "train again with them in Python, or delete it."
        )


def delete_training(id: str, *, by: str = "") -> None:
    """Put an unfinished training into the trash.

    Raises
    ------
    InputError
        There is none, or a process runs it.
    """
    _delete(TRAINING, id, [id], by)
    lock_path(id).unlink(missing_ok=True)


def delete_features(id: str, *, by: str = "") -> None:
    """Put stored features into the trash; a training that needs them simulates them again.

    Raises
    ------
    InputError
        There are none, or a process trains with them.
    """
    _delete(FEATURES, id, [entry.id for entry in list_trainings() if entry.features == id], by)


def _delete(kind: Kind, id: str, users: list[str], by: str) -> None:
    folder = catalogue.own(kind, id)
    with _idle(users):
        trash.discard(folder, by=by)


@contextmanager
def _idle(trainings: list[str]) -> Iterator[None]:
    """Keep trainings from running meanwhile; :class:`InputError` if one of them runs."""
    with ExitStack() as stack:
        for name in trainings:
            try:
                stack.enter_context(lock(name))
            except Timeout:
                raise InputError(
                    f"The training {name} is running. Cancel it or wait for its end, then delete."
                ) from None
        yield
