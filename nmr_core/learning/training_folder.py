"""The folder of a training that can be continued.

    trainings/<name>/training.json      what it was begun with
    trainings/<name>/state-0, state-1   weights, optimiser, position (nmr_core.learning.checkpoint)
    trainings/<name>/features/          features of all samples, unless they are shared
    features/<key>/                     features that further trainings use too
        features.json, featurizer.skops, part-00000.npy, ...

It exists until its run is saved.
"""

import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout
from threadpoolctl import threadpool_info, threadpool_limits

from nmr_core.errors import FailedError
from nmr_core.features import Featurizer
from nmr_core.learning.begun import adopt, key_of
from nmr_core.learning.checkpoint import Checkpoint
from nmr_core.learning.stored_members import dump
from nmr_core.models.trusted import load_trusted
from nmr_core.storage.catalogue import own_folder
from nmr_core.storage.files import failure
from nmr_core.storage.kinds import FEATURES, TRAINING
from nmr_core.storage.workspace import checked_id

FREE = ("curves of the data set", "preset", "measurement effects", "versions")
"""Entries that are compared but not part of a key: if they change, that is an error."""


@dataclass(frozen=True)
class Request:
    """The call of a training.

    Parameters
    ----------
    title, owner : str
        Of the run.
    dataset : str
        Id or folder of the data set; "": it is in memory only.
    arguments : dict
        Other arguments of :func:`nmr_core.train` as JSON, without defaults.
    """

    title: str
    owner: str
    dataset: str
    arguments: Mapping[str, Any]

    @property
    def header(self) -> dict[str, str]:
        """What lists show."""
        return {"title": self.title, "owner": self.owner, "dataset": self.dataset}


def lock_path(name: str) -> Path:
    """The file that a running training keeps locked."""
    return own_folder(TRAINING) / f".{name}.lock"


def lock(name: str) -> FileLock:
    """Lock of a training; :class:`filelock.Timeout` while another process runs it."""
    return FileLock(lock_path(name), timeout=0)


class TrainingFolder:
    """Where a training is stored until its run is saved.

    Parameters
    ----------
    about_features, about_model : dict
        What determines the features, and the model on them, in words.
    n_fresh : int
        Of another number than before, the features are extended and the model begins anew.
    request : Request
        The call of :func:`nmr_core.train`, for lists and to continue it.
    name : str
        Of the folder; "": a key of what the training is begun with.
    keep_features : bool
        Leave the features in the data folder for other trainings.
    restart : bool
        Delete what earlier sittings have stored.
    """

    def __init__(
        self,
        about_features: Mapping[str, Any],
        about_model: Mapping[str, Any],
        n_fresh: int,
        request: Request,
        name: str = "",
        keep_features: bool = False,
        restart: bool = False,
    ):
        self.about_features = dict(about_features)
        self.begun = self.about_features | dict(about_model)
        self.n_fresh = n_fresh
        self.request = request
        self.name = checked_id(name or f"tr-{_key(self.begun)}")
        self.path = own_folder(TRAINING) / self.name
        self.features = self.path / "features"
        if keep_features:
            self.features = own_folder(FEATURES) / _key(self.about_features)
        self.restart = restart
        self.checkpoint = Checkpoint(self.path, self.label)

    @property
    def label(self) -> str:
        """What it is called in errors."""
        return f"The training {self.name}"

    @contextmanager
    def opened(self) -> Iterator["TrainingFolder"]:
        """Keep other processes out, compare with earlier sittings, and use as many threads.

        Raises
        ------
        InputError
            If anything was changed since the training was begun.
        FailedError
            If another process runs it, or the disk is full.
        """
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            self.features.mkdir(parents=True, exist_ok=True)
            with lock(self.name):
                if self.restart:
                    self._empty()
                more = self._adopt()
                with threadpool_limits(more["threads"]):
                    yield self
        except Timeout:
            raise FailedError(
                f"{self.label} is running in another process. Wait for it, or cancel it."
            ) from None
        except OSError as error:
            raise failure(error, self.path) from error

    def _empty(self) -> None:
        for folder in (self.path, self.features):
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir(parents=True, exist_ok=True)

    def _adopt(self) -> dict[str, Any]:
        document = self.path / TRAINING.document
        header = self.request.header
        adopt(self.features / FEATURES.document, self.about_features, self.label, header)
        shared = self.features.name if self.features.parent == own_folder(FEATURES) else ""
        own = {
            "n_fresh": self.n_fresh,
            "features": shared,
            "arguments": dict(self.request.arguments),
        }
        more = adopt(document, self.begun, self.label, header, threads=_threads(), **own)
        if more["n_fresh"] != self.n_fresh:
            self.checkpoint.clear()
        if {name: more.get(name) for name in own} != own:
            document.unlink()
            adopt(document, self.begun, self.label, header, threads=more["threads"], **own)
        return more

    def featurizer(self) -> Featurizer | None:
        """The fitted featurizer of an earlier sitting; None if there is none.

        Raises
        ------
        FailedError
            If it is damaged.
        """
        path = self.features / "featurizer.skops"
        if not path.exists():
            return None
        try:
            return load_trusted(path)
        except Exception as error:
            detail = (str(error).splitlines() or [type(error).__name__])[0][:100]
            raise FailedError(
                f"{self.label} cannot be continued: {path.name} is damaged ({detail}). Start it "
                "anew (--restart)."
            ) from None

    def write_featurizer(self, featurizer: Featurizer) -> None:
        """Store a fitted featurizer."""
        dump(self.features / "featurizer.skops", featurizer)

    def remove(self) -> None:
        """Delete the folder, as its run is saved; shared features stay."""
        shutil.rmtree(self.path, ignore_errors=True)
        lock_path(self.name).unlink(missing_ok=True)


def _key(begun: Mapping[str, Any]) -> str:
    return key_of({name: value for name, value in begun.items() if name not in FREE})


def _threads() -> int:
    """Threads of the matrix products: another number changes the last digits."""
    return max((pool["num_threads"] for pool in threadpool_info()), default=1)
