"""A run: one model trained on one data set, its predictions on curves it has never seen, and how to make it again."""

from collections.abc import Sequence
from dataclasses import asdict, replace
from functools import cached_property
from pathlib import Path

import numpy as np
import pandas as pd
from pandas.api.types import is_numeric_dtype
from sklearn.pipeline import Pipeline

from nmr_core.datasets.dataset import EchoDataset
from nmr_core.errors import FailedError, InputError
from nmr_core.learning import classification, matching
from nmr_core.learning.manifest import FORMAT, RunManifest
from nmr_core.learning.metrics import score_table, weighted_error
from nmr_core.learning.model_file import differs, other_versions, read_model, write_model
from nmr_core.learning.scored import read_scores, write_scores
from nmr_core.storage.files import write_file, write_json

__all__ = ["FORMAT", "Run", "RunManifest", "read_run"]


class Run:
    """manifest; predictions: DataFrame of the test samples with columns sample, true_<target>, predicted_<target>, and of a
    classifier probability_<class> for every class (if it knows probabilities)."""

    def __init__(
        self,
        manifest: RunManifest,
        predictions: pd.DataFrame | None = None,
        model: Pipeline | None = None,
        path: Path | None = None,
    ):
        self.manifest, self.path, self._model = manifest, path, model
        if predictions is not None:
            self.predictions = predictions

    @property
    def id(self) -> str:
        """The id, also the folder's name once saved."""
        return self.manifest.id

    @property
    def task(self) -> str:
        """ "regression" or "classification"."""
        return self.manifest.task

    @property
    def targets(self) -> tuple[str, ...]:
        """Names of the predicted parameters."""
        return tuple(self.manifest.targets)

    @property
    def classes(self) -> tuple[str, ...]:
        """Classes in the order of the probabilities; () of a regression."""
        return tuple(self.manifest.classes)

    @cached_property
    def predictions(self) -> pd.DataFrame:
        """Truth and prediction of every test sample."""
        path = self.path / "predictions.parquet"
        try:
            table = pd.read_parquet(path)
            if len(table) != self.manifest.n_test or not np.isfinite(
                table.select_dtypes("number")
            ).all(axis=None):
                raise ValueError(f"it has not {self.manifest.n_test} rows of numbers")
            return table
        except (OSError, ValueError, TypeError) as error:
            raise FailedError(
                f"The run {self.id} cannot be read: {path.name} is damaged "
                f"({str(error).splitlines()[0][:100]}). Delete the run and train again."
            ) from None

    def _table(self, kind: str, names: Sequence[str]) -> pd.DataFrame:
        try:
            found = pd.DataFrame({name: self.predictions[f"{kind}_{name}"] for name in names})
        except KeyError as error:
            raise FailedError(
                f"The run {self.id} cannot be read: predictions.parquet has no column {error}. "
                "Delete the run and train again."
            ) from None
        if self.task == "regression" and not all(map(is_numeric_dtype, found.dtypes)):
            raise FailedError(
                f"The run {self.id} cannot be read: predictions.parquet holds text instead of numbers. "
                "Delete the run and train again."
            )
        return found

    @cached_property
    def true(self) -> pd.DataFrame:
        """(n_test, n_targets)."""
        return self._table("true", self.targets)

    @cached_property
    def predicted(self) -> pd.DataFrame:
        """(n_test, n_targets)."""
        return self._table("predicted", self.targets)

    @cached_property
    def probability(self) -> pd.DataFrame | None:
        """(n_test, n_classes), columns are the classes; None for a regression or a classifier without probabilities."""
        known = (
            self.task == "classification" and f"probability_{self.classes[0]}" in self.predictions
        )
        return self._table("probability", self.classes) if known else None

    @cached_property
    def scores(self) -> pd.DataFrame:
        """One row per target (:func:`nmr_core.learning.metrics.score_table`), or a class
        (:func:`nmr_core.learning.classification.class_table`)."""
        if self.task == "classification":
            return classification.class_table(self.confusion, self._baseline_class)
        if self._stored is not None:
            return self._stored[0]
        ranges = {name: (spec["low"], spec["high"]) for name, spec in self.manifest.targets.items()}
        return score_table(self.true, self.predicted, pd.Series(self.manifest.train_mean), ranges)

    @cached_property
    def _stored(self) -> tuple | None:
        """Scores and weighted errors as they were saved with these very predictions."""
        return (
            None if self.path is None or "predictions" in self.__dict__ else read_scores(self.path)
        )

    def weighted_error(self, identifiable_only: bool = False) -> tuple[float, float, float]:
        """Sum of MSE/w² over the targets (or only those that can be known): (value, 95 % low, 95 % high); NaN of a classifier."""
        return self._weighted_errors[identifiable_only]

    @cached_property
    def _weighted_errors(self) -> dict[bool, tuple[float, float, float]]:
        if self.task == "classification":
            return dict.fromkeys((False, True), (float("nan"),) * 3)
        if self._stored is not None:
            return self._stored[1]
        widths = {name: spec["high"] - spec["low"] for name, spec in self.manifest.targets.items()}
        known = [name for name in self.targets if name not in self.manifest.unidentifiable]
        return {
            identifiable_only: weighted_error(self.true[names], self.predicted[names], widths)
            for identifiable_only, names in ((False, list(self.targets)), (True, known))
        }

    @property
    def _baseline_class(self) -> str:
        """The most frequent class of the training part."""
        counts = self.manifest.train_counts
        return max(self.classes, key=lambda name: counts.get(name, 0))

    def _classifier(self) -> None:
        if self.task != "classification":
            raise InputError(
                f"The run {self.id} predicts numbers, not classes. Look at its scores and weighted_error."
            )

    @cached_property
    def confusion(self) -> pd.DataFrame:
        """Test samples by true class (rows) and predicted class (columns)."""
        self._classifier()
        name = self.targets[0]
        return classification.confusion(self.true[name], self.predicted[name], self.classes)

    def f1_weighted(self) -> tuple[float, float, float]:
        """F1 of the classes, weighted by their test samples: (value, 95 % low, 95 % high) from a bootstrap over these."""
        return self._f1_weighted

    @cached_property
    def _f1_weighted(self) -> tuple[float, float, float]:
        return classification.with_interval(self.confusion, classification.weighted_f1)

    def accuracy(self) -> tuple[float, float, float]:
        """Share of test samples whose class is right: (value, 95 % low, 95 % high)."""
        return self._accuracy

    @cached_property
    def _accuracy(self) -> tuple[float, float, float]:
        return classification.with_interval(self.confusion, classification.accuracy)

    @property
    def baseline_f1(self) -> float:
        """Weighted F1 of the baseline: always the most frequent class of the training part."""
        return classification.baseline_f1(self.confusion, self._baseline_class)

    @property
    def model(self) -> Pipeline:
        """The fitted pipeline; read from disk when it is asked for, never unpickled."""
        if self._model is None:
            self._model = read_model(self.path / "model.skops", self.manifest)
        return self._model

    def predict(self, signals: np.ndarray) -> pd.DataFrame:
        """Targets of complex curves (n_samples, n_settings, n_times) of the same protocol, in their units. A classifier gives a
        column with the class, named as its target, and probability_<class> for every class."""
        try:
            return predicted_table(self.model, signals, self.targets, self.classes)
        except (AttributeError, TypeError) as error:
            if not differs(self.manifest):
                raise
            raise other_versions(self.manifest, error) from error

    def check_curves(
        self, source: EchoDataset | np.ndarray, settings: Sequence[dict] | int | None = None
    ) -> None:
        """:class:`InputError` unless the curves of a data set (or those at times in µs, with these settings or this number of
        them) are on the time points and of the protocol that the run was trained on; it states both."""
        if isinstance(source, EchoDataset):
            source, settings = source.time, matching.settings_of(source)
        matching.check_curves(self.manifest, source, settings)

    def save(self, path: str | Path | None = None) -> Path:
        """Write manifest.json, model.skops, predictions.parquet and (of a regression) scores.json to a folder
        (default: the data folder's runs)."""
        from nmr_core.storage.workspace import runs_folder

        folder = runs_folder() / self.id if path is None else Path(path)
        if (folder / "manifest.json").exists():
            raise InputError(f"{folder} holds a run already. Choose another folder.")
        sha256, n_bytes = write_model(folder / "model.skops", self.model)
        write_file(
            folder / "predictions.parquet",
            lambda temporary: self.predictions.to_parquet(temporary, index=False),
        )
        if self.task == "regression":
            write_scores(folder, self.scores, self._weighted_errors)
        self.manifest = replace(self.manifest, model_sha256=sha256, model_bytes=n_bytes)
        write_json(folder / "manifest.json", asdict(self.manifest))
        self.path = folder
        return folder


def predicted_table(
    pipe: Pipeline, signals: np.ndarray, targets: Sequence[str], classes: Sequence[str] = ()
) -> pd.DataFrame:
    """What a fitted pipeline predicts of curves, with the columns of :meth:`Run.predict`."""
    if not classes:
        return pd.DataFrame(
            np.asarray(pipe.predict(signals)).reshape(len(signals), -1), columns=list(targets)
        )
    features = pipe[:-1].transform(signals)
    found = pd.DataFrame({targets[0]: np.asarray(pipe[-1].predict(features)).astype(str)})
    if hasattr(pipe[-1], "predict_proba"):
        own = list(map(str, pipe[-1].classes_))
        probability = pipe[-1].predict_proba(features)[:, [own.index(name) for name in classes]]
        found[[f"probability_{name}" for name in classes]] = probability
    return found


def read_run(folder: Path) -> Run:
    """The run in a folder; predictions and model are read when they are asked for."""
    return Run(RunManifest.read(folder), path=folder)
