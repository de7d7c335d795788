"""A finished study: what was asked, its table, what follows from it; one JSON file, studies/<id>/study.json."""

import math
import time as clock
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import get_origin

import pandas as pd

from nmr_core.datasets.manifest import versions
from nmr_core.errors import FailedError, InputError
from nmr_core.storage.files import read_json, write_json
from nmr_core.storage.old_names import with_current_names
from nmr_core.storage.workspace import data_folder

FORMAT = 1
FILE = "study.json"


def studies_folder() -> Path:
    """The folder of all studies."""
    return data_folder() / "studies"


@dataclass(frozen=True)
class Study:
    """Everything about a study.

    kind     : a name of :data:`nmr_core.studies.STUDIES`; ``settings`` are those of the kind
    recipe   : name, featurizer, featurizer_options, model, model_options, symmetries
    targets  : name -> label, symbol, unit, low, high of the prior (of a class: its label and symbol)
    rows     : the table, one flat dictionary a fit (None where a number does not exist)
    summary  : what follows from the rows; "sentence" says it
    """

    id: str
    kind: str
    title: str
    dataset: str
    dataset_title: str
    task: str
    recipe: dict
    targets: dict[str, dict]
    seed: int
    split: float
    settings: dict
    rows: list
    summary: dict
    seconds: float
    created: str = field(
        default_factory=lambda: clock.strftime("%Y-%m-%dT%H:%M:%SZ", clock.gmtime())
    )
    versions: dict[str, str] = field(default_factory=versions)
    format: int = FORMAT

    @property
    def sentence(self) -> str:
        """What the study says, in words."""
        return self.summary["sentence"]

    def table(self) -> pd.DataFrame:
        """The rows; None becomes NaN."""
        return pd.DataFrame(self.rows)

    def save(self, path: str | Path | None = None) -> Path:
        """Write study.json into a folder (default: the data folder's studies), whole or not at all."""
        folder = studies_folder() / self.id if path is None else Path(path)
        if (folder / FILE).exists():
            raise InputError(f"{folder} holds a study already. Choose another folder.")
        write_json(folder / FILE, asdict(self))
        return folder


def plain(value):
    """``value`` as JSON holds it: Python's own numbers, None for NaN and infinity."""
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if hasattr(value, "tolist"):  # NumPy
        return plain(value.tolist())
    return None if isinstance(value, float) and not math.isfinite(value) else value


def read_study(folder: Path) -> Study:
    """The study in a folder; what makes no sense is a :class:`FailedError` of one sentence."""
    stored = read_json(folder / FILE, "study")
    try:
        if stored["format"] != FORMAT:
            raise FailedError(
                f"The study at {folder} has format {stored['format']}, this version reads {FORMAT}. "
                "Update Spin Echo Lab, or start the study again."
            )
        stored |= {key: with_current_names(stored[key]) for key in ("settings", "rows", "summary")}
        study = Study(**{f.name: stored[f.name] for f in fields(Study)})
        _check(study)
        return study
    except (KeyError, TypeError) as error:
        raise FailedError(
            f"The study at {folder} cannot be read: {FILE} is damaged ({str(error)[:200]}). "
            "Delete it and start it again."
        ) from None


def _check(study: Study) -> None:
    """Every entry is of its kind; :class:`TypeError` or :class:`KeyError` says which one is not."""
    for entry in fields(study):
        kind = get_origin(entry.type) or entry.type
        value = getattr(study, entry.name)
        if isinstance(value, bool) or not isinstance(
            value, (int, float) if kind is float else kind
        ):
            raise TypeError(f"{entry.name} is {str(value)[:60]!r}")
    if not isinstance(study.summary["sentence"], str):
        raise TypeError("summary has no sentence")
    for name in ("featurizer", "featurizer_options", "model", "model_options"):
        study.recipe[name]
    if not study.rows or not all(isinstance(row, dict) for row in study.rows):
        raise TypeError("rows are no table")
    for name, target in study.targets.items():
        if not isinstance(target, dict) or not isinstance(target.get("symbol"), str):
            raise TypeError(f"targets: {name} has no symbol")
