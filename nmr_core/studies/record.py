"""A finished study: settings, table and conclusion, in studies/<id>/study.json."""

import math
import time as clock
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pandas as pd

from nmr_core.datasets.manifest import versions
from nmr_core.errors import InputError
from nmr_core.storage import catalogue
from nmr_core.storage.arrays import reading
from nmr_core.storage.catalogue import Entry
from nmr_core.storage.documents import read_once
from nmr_core.storage.kinds import STUDY
from nmr_core.storage.results import read_result, write_result
from nmr_core.storage.spaces import rights
from nmr_core.storage.spaces.person import owner_now

AGAIN = "Delete it and start it again."


def studies_folder() -> Path:
    """``NMR_DATA/studies``."""
    return catalogue.own_folder(STUDY)


@dataclass(frozen=True)
class Study:
    """A finished study.

    Parameters
    ----------
    kind : str
        A name of :data:`nmr_core.studies.STUDIES`; ``settings`` are those of the kind.
    recipe : dict
        featurizer, featurizer_options, model, model_options, symmetries, weighted.
    targets : dict
        Name -> label, symbol, unit, low, high of the prior (of a class its label and symbol).
    rows : list of dict
        The table, one flat dict per fit; None where a number does not exist.
    summary : dict
        What follows from the rows; "sentence" is the conclusion in words.
    owner : str
        Who made it, "" if unknown.
    """

    id: str
    kind: str
    title: str
    dataset: str
    dataset_title: str
    task: str
    recipe: dict[str, Any]
    targets: dict[str, dict]
    seed: int
    split: float
    settings: dict[str, Any]
    rows: list[dict]
    summary: dict[str, Any]
    seconds: float
    created: str = field(
        default_factory=lambda: clock.strftime("%Y-%m-%dT%H:%M:%SZ", clock.gmtime())
    )
    versions: dict[str, str] = field(default_factory=versions)
    owner: str = ""

    @property
    def sentence(self) -> str:
        """The conclusion in words."""
        return self.summary["sentence"]

    def table(self) -> pd.DataFrame:
        """The rows; None becomes NaN."""
        return pd.DataFrame(self.rows)

    def save(self, path: str | Path | None = None) -> Path:
        """Write study.json into a folder (default: ``NMR_DATA/studies/<id>``), and return that."""
        folder = studies_folder() / self.id if path is None else Path(path)
        if (folder / STUDY.document).exists():
            raise InputError(f"{folder} holds a study already. Choose another folder.")
        if path is None:
            rights.check("create", None, f"the study {self.id}", kind="study", id=self.id)
        result = replace(self, owner=owner_now(self.owner))
        write_result(result, folder / STUDY.document)
        return folder

    def check(self) -> None:
        """Raise TypeError or KeyError unless all entries that pages show are there."""
        if not isinstance(self.summary["sentence"], str):
            raise TypeError("summary has no sentence")
        for name in ("featurizer", "featurizer_options", "model", "model_options"):
            self.recipe[name]
        if not self.rows:
            raise TypeError("rows are no table")
        for name, target in self.targets.items():
            if not isinstance(target.get("symbol"), str):
                raise TypeError(f"targets: {name} has no symbol")


@dataclass(frozen=True)
class StudyEntry(Entry):
    """A line of the list of studies; ``study`` is None where it cannot be read."""

    study: Study | None = None


def plain(value: Any) -> Any:
    """``value`` as JSON holds it: Python's own numbers, None for NaN and infinity."""
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if hasattr(value, "tolist"):  # NumPy
        return plain(value.tolist())
    return None if isinstance(value, float) and not math.isfinite(value) else value


def read_study(folder: Path) -> Study:
    """The study in a folder; :class:`FailedError` if it is damaged."""
    return read_once(folder, STUDY.document, _read)


def _read(folder: Path) -> Study:
    study = read_result(folder / STUDY.document, Study, what="study", again=AGAIN)
    with reading("study", folder, AGAIN):
        study.check()
    return study


def list_studies() -> list[StudyEntry]:
    """All studies, newest first, the examples that ship with the package last."""
    return catalogue.entries(STUDY, StudyEntry, lambda folder: {"study": read_study(folder)})


def load_study(name: str | Path) -> Study:
    """The study with an id, or in a folder."""
    return read_study(catalogue.located(STUDY, name))


def delete_study(id: str, *, by: str = "") -> None:
    """Put a study of the data folder into the trash."""
    catalogue.delete(STUDY, id, by=by)
