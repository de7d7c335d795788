"""The manifest of a run: enough to train the same model again, and to know which signals it takes."""

import time as clock
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import get_origin

from nmr_core.datasets.manifest import versions
from nmr_core.errors import FailedError
from nmr_core.presets import recipe_in
from nmr_core.storage.files import read_json

FORMAT = 1

ADDED = {
    "stream": False,
    "task": "regression",
    "classes": [],
    "train_counts": {},
    "symmetries": [],
    "recipe": "",
    "fresh": 0,
    "predict_seconds": 0.0,
    "model_bytes": 0,
    "time": {},
    "settings": [],
    "origin": [],
}
"""Entries that manifests of earlier versions lack, and their values."""


@dataclass(frozen=True)
class RunManifest:
    """Everything about a run except its predictions and its model.

    targets         : name -> label, symbol, unit, low, high of the prior
    train_mean      : name -> mean of the training part: the prediction of the baseline (regression)
    unidentifiable  : name -> reason
    curve           : training loss and validation error per epoch, if there is one
    stream          : trained from batches
    task            : "regression" or "classification"; then ``classes`` in the order of the probabilities and
                      ``train_counts``: class -> training samples (the most frequent one is the baseline)
    symmetries      : names of the maps whose copies of the training curves were trained on too
    recipe          : name of the recipe that filled what was not given, "" = none
    fresh           : curves that were simulated while training, beside the ``n_train`` of the data set
    predict_seconds : for 1,000 samples, on the machine that trained; model_bytes: of model.skops; 0 = unknown
    time, settings  : of the signals: n, first, last in µs ({} = unknown), and the protocol of each setting
    origin          : how its curves were simulated (preset, held values, effects, ...), an entry a data set; [] = not known
    """

    id: str
    title: str
    dataset: str
    dataset_title: str
    preset: str
    featurizer: str
    featurizer_options: dict
    model: str
    model_options: dict
    targets: dict[str, dict]
    train_mean: dict[str, float]
    unidentifiable: dict[str, str]
    seed: int
    n_train: int
    n_test: int
    split: float
    seconds: float
    curve: list = field(default_factory=list)
    stream: bool = False
    task: str = "regression"
    classes: list[str] = field(default_factory=list)
    train_counts: dict[str, int] = field(default_factory=dict)
    symmetries: list[str] = field(default_factory=list)
    recipe: str = ""
    fresh: int = 0
    predict_seconds: float = 0.0
    model_bytes: int = 0
    time: dict = field(default_factory=dict)
    settings: list = field(default_factory=list)
    origin: list = field(default_factory=list)
    model_sha256: str = ""
    created: str = field(
        default_factory=lambda: clock.strftime("%Y-%m-%dT%H:%M:%SZ", clock.gmtime())
    )
    versions: dict[str, str] = field(default_factory=versions)
    format: int = FORMAT

    @classmethod
    def read(cls, folder: Path) -> "RunManifest":
        """The manifest in a run's folder; a missing, damaged or newer one is a :class:`FailedError`."""
        stored = ADDED | read_json(folder / "manifest.json", "run")
        try:
            if stored["format"] != FORMAT:
                raise FailedError(
                    f"The run at {folder} has format {stored['format']}, this version reads {FORMAT}. "
                    "Update Spin Echo Lab, or train again."
                )
            stored["origin"] = [recipe_in(entry) for entry in stored["origin"]]
            manifest = cls(**{f.name: stored[f.name] for f in fields(cls)})
            manifest._check_kinds()
            return manifest
        except (KeyError, TypeError) as error:
            raise FailedError(
                f"The run at {folder} cannot be read: manifest.json is damaged ({error}). "
                "Delete it and train again."
            ) from None

    def _check_kinds(self) -> None:
        """Every entry is of the kind that its annotation names; :class:`TypeError` says which one is not."""
        for entry in fields(self):
            kind, value = get_origin(entry.type) or entry.type, getattr(self, entry.name)
            if not isinstance(value, (int, float) if kind is float else kind):
                raise TypeError(f"{entry.name} is {value!r}")
        for name, target in self.targets.items():
            if not isinstance(target, dict) or not {
                "label",
                "symbol",
                "unit",
                "low",
                "high",
            } <= set(target):
                raise TypeError(f"targets: {name} is {target!r}")
        if self.time and not all(
            isinstance(self.time.get(key), int | float) for key in ("n", "first", "last")
        ):
            raise TypeError(f"time is {self.time!r}")
        if not all(isinstance(setting, dict) for setting in self.settings):
            raise TypeError(f"settings is {self.settings!r}")
        if not all(
            isinstance(entry, dict)
            and {"preset", "effects"} <= set(entry)
            and isinstance(entry["preset"].get("name"), str)
            for entry in self.origin
        ):
            raise TypeError(f"origin is {self.origin!r}")
        if self.task not in ("regression", "classification") or (
            self.task == "classification"
        ) != bool(self.classes):
            raise TypeError(f"task is {self.task!r} with classes {self.classes!r}")
