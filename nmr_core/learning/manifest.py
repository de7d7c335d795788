"""The manifest of a run: what is needed to train it again and to check signals against it."""

import time as clock
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import get_origin

from nmr_core.datasets.manifest import versions
from nmr_core.errors import FailedError
from nmr_core.presets import current_name, recipe_in
from nmr_core.storage.files import read_json

FORMAT = 2
READ = (1, 2)
"""Formats that are read; in format 1 (versions 0.1 to 0.7) presets have the names of then."""

ADDED = {
    "stream": False,
    "task": "regression",
    "classes": [],
    "train_counts": {},
    "symmetries": [],
    "recipe": "",
    "fresh": 0,
    "weighted": False,
    "predict_seconds": 0.0,
    "cpu_seconds": 0.0,
    "model_bytes": 0,
    "time": {},
    "settings": [],
    "origin": [],
    "owner": "",
}
"""Entries that manifests of earlier versions lack, and their values."""
TARGET_ENTRIES = {"label", "symbol", "unit", "low", "high"}


@dataclass(frozen=True)
class RunManifest:
    """Everything about a run except its predictions and its model.

    Attributes
    ----------
    targets : dict
        Name -> label, symbol, unit, low and high of the prior.
    train_mean : dict
        Name -> mean of the training part, which the baseline predicts (regression).
    unidentifiable : dict
        Name -> reason.
    n_train, n_test : int
        Samples of the data set in each part.
    split : float
        Test part: a fraction, or a number of samples.
    seconds : float
        Time of the training.
    curve : list
        Training loss and validation error per epoch, if the model learns in epochs.
    stream : bool
        Trained from batches.
    task : str
        "regression" or "classification".
    classes : list of str
        In the order of the probabilities (classification).
    train_counts : dict
        Class -> training samples; the baseline predicts the most frequent one (classification).
    symmetries : list of str
        Maps whose images of the training signals were trained on too.
    recipe : str
        Recipe that filled in the options; "": none.
    fresh : int
        Samples simulated for the training, in addition to ``n_train``.
    weighted : bool
        Fitted to the stated prior, by the weights of the training samples.
    predict_seconds : float
        For 1,000 samples on the machine that trained; 0: unknown.
    cpu_seconds : float
        Processor time of the training; 0: unknown.
    model_bytes : int
        Size of model.skops; 0: unknown.
    time : dict
        Of the signals: n, first and last in µs; empty: unknown.
    settings : list of dict
        Protocol of each setting.
    origin : list of dict
        Provenance: preset, effects, ... of each simulated data set; empty: unknown.
    owner : str
        Who trained it, "" if unknown.
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
    weighted: bool = False
    predict_seconds: float = 0.0
    cpu_seconds: float = 0.0
    model_bytes: int = 0
    time: dict = field(default_factory=dict)
    settings: list = field(default_factory=list)
    origin: list = field(default_factory=list)
    owner: str = ""
    model_sha256: str = ""
    created: str = field(
        default_factory=lambda: clock.strftime("%Y-%m-%dT%H:%M:%SZ", clock.gmtime())
    )
    versions: dict[str, str] = field(default_factory=versions)
    format: int = FORMAT

    @property
    def n_training(self) -> int:
        """Samples that the model was trained on, of the data set and fresh ones."""
        return self.n_train + self.fresh

    @property
    def and_fresh(self) -> str:
        """ " and 100,000 fresh ones", to follow the training samples of the data set; else ""."""
        return f" and {self.fresh:,} fresh ones" if self.fresh else ""

    @classmethod
    def read(cls, folder: Path) -> "RunManifest":
        """Read the manifest in a run's folder.

        Raises
        ------
        FailedError
            If it is missing, damaged or of a newer format.
        """
        stored = read_json(folder / "manifest.json", "run")
        try:
            if stored["format"] not in READ:
                raise FailedError(
                    f"The run at {folder} has format {stored['format']}, this version reads "
                    f"{READ[0]} to {FORMAT}. Update Spin Echo Lab, or train again."
                )
            stored = ADDED | (_renewed(stored) if stored["format"] == 1 else stored)
            stored["origin"] = [recipe_in(entry) for entry in stored["origin"]]
            manifest = cls(**{f.name: stored[f.name] for f in fields(cls)})
            manifest._check()
            return manifest
        except (KeyError, TypeError) as error:
            raise FailedError(
                f"The run at {folder} cannot be read: manifest.json is damaged ({error}). "
                "Delete it and train again."
            ) from None

    def _check(self) -> None:
        """Raise :class:`TypeError` for the first entry that is not of its kind."""
        for entry in fields(self):
            kind = get_origin(entry.type) or entry.type
            value = getattr(self, entry.name)
            if not isinstance(value, (int, float) if kind is float else kind):
                raise TypeError(f"{entry.name} is {value!r}")
        for name, target in self.targets.items():
            if not isinstance(target, dict) or not set(target) >= TARGET_ENTRIES:
                raise TypeError(f"targets: {name} is {target!r}")
        times = [self.time.get(key) for key in ("n", "first", "last")]
        if self.time and not all(isinstance(value, int | float) for value in times):
            raise TypeError(f"time is {self.time!r}")
        if not all(isinstance(setting, dict) for setting in self.settings):
            raise TypeError(f"settings is {self.settings!r}")
        if not all(map(_is_origin, self.origin)):
            raise TypeError(f"origin is {self.origin!r}")
        classifies = self.task == "classification"
        if self.task not in ("regression", "classification") or classifies != bool(self.classes):
            raise TypeError(f"task is {self.task!r} with classes {self.classes!r}")


def _renewed(stored: dict) -> dict:
    """Entries of format 1 as they are today: name of the preset, and carrier of each setting.

    An empty origin is that of imported signals, whose preset keeps its name.
    """
    origin = stored.get("origin")
    if origin == [] or not isinstance(stored["preset"], str):
        return stored
    settings = stored.get("settings", [])
    if origin:
        carrier = recipe_in(origin[0])["preset"].get("fixed", {}).get("carrier", 0.0)
        settings = [{"carrier": carrier} | setting for setting in settings]
    return stored | {"preset": current_name(stored["preset"]), "settings": settings}


def _is_origin(entry: object) -> bool:
    if not isinstance(entry, dict) or not {"preset", "effects"} <= set(entry):
        return False
    return isinstance(entry["preset"].get("name"), str)
