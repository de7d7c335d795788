"""A run: one model trained on one data set, its predictions on curves it has never seen, and how to make it again."""

import hashlib
import json
import time as clock
import zipfile
from dataclasses import asdict, dataclass, field, fields, replace
from functools import cached_property
from pathlib import Path
from typing import get_origin

import numpy as np
import pandas as pd
import skops.io
from sklearn.pipeline import Pipeline

from nmr_core.datasets.manifest import versions
from nmr_core.errors import FailedError, InputError
from nmr_core.evaluation.metrics import score_table, weighted_error
from nmr_core.files import read_json, write_file, write_json

FORMAT = 1

TRUSTED = (
    "nmr_core.features.polynomial.Polynomial", "nmr_core.features.raw.Raw",
    "nmr_core.models.mlp.EarlyStoppingMLP", "nmr_core.models.random_forest.ReportingForest",
    "sklearn.neural_network._stochastic_optimizers.AdamOptimizer", "sklearn.tree._tree.Tree",
)
"""Types beyond skops' own list that a saved model may hold: ours, and two of scikit-learn's. Nothing else is loaded."""


@dataclass(frozen=True)
class RunManifest:
    """Everything about a run but its predictions and its model. ``targets``: name -> label, low, high of the prior;
    ``unidentifiable``: name -> reason; ``curve``: training loss and validation error per epoch, if there is one;
    ``stream``: trained from batches."""

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
    model_sha256: str = ""
    created: str = field(default_factory=lambda: clock.strftime("%Y-%m-%dT%H:%M:%SZ", clock.gmtime()))
    versions: dict[str, str] = field(default_factory=versions)
    format: int = FORMAT


class Run:
    """manifest; predictions: DataFrame of the test samples with columns sample, true_<target>, predicted_<target>."""

    def __init__(self, manifest: RunManifest, predictions: pd.DataFrame | None = None, model: Pipeline | None = None,
                 path: Path | None = None):
        self.manifest, self.path, self._model = manifest, path, model
        if predictions is not None:
            self.predictions = predictions

    @property
    def id(self) -> str:
        """The id, also the folder's name once saved."""
        return self.manifest.id

    @property
    def targets(self) -> tuple[str, ...]:
        """Names of the predicted parameters."""
        return tuple(self.manifest.targets)

    @cached_property
    def predictions(self) -> pd.DataFrame:
        """Truth and prediction of every test sample."""
        path = self.path / "predictions.parquet"
        try:
            table = pd.read_parquet(path)
            if len(table) != self.manifest.n_test or not np.isfinite(table).all(axis=None):
                raise ValueError(f"it has not {self.manifest.n_test} rows of numbers")
            return table
        except (OSError, ValueError, TypeError) as error:
            raise FailedError(f"The run {self.id} cannot be read: {path.name} is damaged "
                              f"({str(error).splitlines()[0][:100]}). Delete the run and train again.") from None

    def _table(self, kind: str, names) -> pd.DataFrame:
        try:
            return pd.DataFrame({name: self.predictions[f"{kind}_{name}"] for name in names})
        except KeyError as error:
            raise FailedError(f"The run {self.id} cannot be read: predictions.parquet has no column {error}. "
                              "Delete the run and train again.") from None

    @cached_property
    def true(self) -> pd.DataFrame:
        """(n_test, n_targets)."""
        return self._table("true", self.targets)

    @cached_property
    def predicted(self) -> pd.DataFrame:
        """(n_test, n_targets)."""
        return self._table("predicted", self.targets)

    @cached_property
    def scores(self) -> pd.DataFrame:
        """One row a target; see :func:`nmr_core.evaluation.metrics.score_table`."""
        ranges = {name: (spec["low"], spec["high"]) for name, spec in self.manifest.targets.items()}
        return score_table(self.true, self.predicted, pd.Series(self.manifest.train_mean), ranges)

    def weighted_error(self, identifiable_only: bool = False) -> tuple[float, float, float]:
        """Sum of MSE/w² over the targets (or only those that can be known): (value, 95 % low, 95 % high)."""
        return self._weighted_errors[identifiable_only]

    @cached_property
    def _weighted_errors(self) -> dict[bool, tuple[float, float, float]]:
        widths = {name: spec["high"] - spec["low"] for name, spec in self.manifest.targets.items()}
        known = [name for name in self.targets if name not in self.manifest.unidentifiable]
        return {identifiable_only: weighted_error(self.true[names], self.predicted[names], widths)
                for identifiable_only, names in ((False, list(self.targets)), (True, known))}

    @property
    def model(self) -> Pipeline:
        """The fitted pipeline; read from disk when it is asked for, never unpickled."""
        if self._model is None:
            self._model = self._load_model()
        return self._model

    def _load_model(self) -> Pipeline:
        path = self.path / "model.skops"
        try:
            if hashlib.sha256(path.read_bytes()).hexdigest() != self.manifest.model_sha256:
                raise FailedError(f"The model of run {self.id} is not the one that was saved (its checksum differs). "
                                  "Train again.")
            foreign = set(skops.io.get_untrusted_types(file=path)) - set(TRUSTED)
            if foreign:
                raise FailedError(f"The model of run {self.id} holds types that are not loaded: "
                                  f"{', '.join(sorted(foreign))}. Train again.")
            return skops.io.load(path, trusted=list(TRUSTED))
        except (OSError, zipfile.BadZipFile, json.JSONDecodeError, KeyError) as error:
            raise FailedError(f"The model of run {self.id} cannot be read ({error}). Train again.") from None

    def predict(self, signals: np.ndarray) -> pd.DataFrame:
        """Targets of complex curves (n_samples, n_settings, n_times) of the same protocol, in their units."""
        return pd.DataFrame(np.asarray(self.model.predict(signals)).reshape(len(signals), -1), columns=list(self.targets))

    def save(self, path: str | Path | None = None) -> Path:
        """Write manifest.json, predictions.parquet and model.skops to a folder (default: the data folder's runs)."""
        from nmr_core.workspace import runs_folder
        folder = runs_folder() / self.id if path is None else Path(path)
        if (folder / "manifest.json").exists():
            raise InputError(f"{folder} holds a run already. Choose another folder.")
        model = folder / "model.skops"
        write_file(model, lambda temporary: skops.io.dump(self.model, temporary, compression=zipfile.ZIP_DEFLATED))
        write_file(folder / "predictions.parquet", lambda temporary: self.predictions.to_parquet(temporary, index=False))
        self.manifest = replace(self.manifest, model_sha256=hashlib.sha256(model.read_bytes()).hexdigest())
        write_json(folder / "manifest.json", asdict(self.manifest))
        self.path = folder
        return folder


def _check_kinds(manifest: RunManifest) -> None:
    """Every entry is of the kind that RunManifest names; :class:`TypeError` says which one is not."""
    for entry in fields(manifest):
        kind = get_origin(entry.type) or entry.type
        if not isinstance(getattr(manifest, entry.name), (int, float) if kind is float else kind):
            raise TypeError(f"{entry.name} is {getattr(manifest, entry.name)!r}")
    for name, target in manifest.targets.items():
        if not isinstance(target, dict) or not {"label", "symbol", "unit", "low", "high"} <= set(target):
            raise TypeError(f"targets: {name} is {target!r}")


def read_run(folder: Path) -> Run:
    """The run in a folder; predictions and model are read when they are asked for."""
    stored = {"stream": False} | read_json(folder / "manifest.json", "run")  # what version 0.1.0 does not say
    try:
        if stored["format"] != FORMAT:
            raise FailedError(f"The run at {folder} has format {stored['format']}, this version reads {FORMAT}. "
                              "Update Spin Echo Lab, or train again.")
        manifest = RunManifest(**{f.name: stored[f.name] for f in fields(RunManifest)})
        _check_kinds(manifest)
        return Run(manifest, path=folder)
    except (KeyError, TypeError) as error:
        raise FailedError(f"The run at {folder} cannot be read: manifest.json is damaged ({error}). "
                          "Delete it and train again.") from None
