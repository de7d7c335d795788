"""A run: one model trained on one data set, its predictions of test samples, and its scores."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from pandas.api.types import is_numeric_dtype

from nmr_core.datasets.dataset import EchoDataset
from nmr_core.errors import FailedError, InputError
from nmr_core.learning import class_metrics, matching, metrics
from nmr_core.learning.bounds import within_range
from nmr_core.learning.manifest import FORMAT, RunManifest
from nmr_core.learning.stored import (
    MODEL,
    PREDICTIONS,
    WeightedErrors,
    check_outputs,
    damaged_model,
    differs,
    other_versions,
    read_model,
    read_scores,
    write_model,
    write_scores,
)
from nmr_core.storage.documents import read_once
from nmr_core.storage.files import write_file, write_json
from nmr_core.storage.kinds import RUN
from nmr_core.storage.spaces import rights
from nmr_core.storage.spaces.person import owner_now
from nmr_core.storage.workspace import runs_folder
from nmr_core.weights import weights_of

if TYPE_CHECKING:
    from sklearn.pipeline import Pipeline

    from nmr_core.learning.training_folder import TrainingFolder

__all__ = ["FORMAT", "Run", "RunManifest", "read_run"]


class Run:
    """A trained model with its predictions of the test part.

    Parameters
    ----------
    manifest : RunManifest
    predictions : DataFrame, optional
        One row per test sample: sample, true_<target>, predicted_<target>, of a classifier with
        probabilities probability_<class>, and the weight of samples that were not drawn from the
        prior. None: read from ``path`` when first used.
    model : Pipeline, optional
        Fitted. None: read from ``path`` when first used.
    path : Path, optional
        Folder of a saved run.

    Attributes
    ----------
    training : TrainingFolder or None
        Of a training that could be continued until the run is saved.
    """

    def __init__(
        self,
        manifest: RunManifest,
        predictions: pd.DataFrame | None = None,
        model: "Pipeline | None" = None,
        path: Path | None = None,
    ):
        self.manifest = manifest
        self.path = path
        self.training: TrainingFolder | None = None
        self._model = model
        if predictions is not None:
            self.predictions = predictions

    @property
    def id(self) -> str:
        """The id; also the name of the folder of a saved run."""
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

    # Predictions of the test part

    @cached_property
    def predictions(self) -> pd.DataFrame:
        """True and predicted values of every test sample."""
        path = self.path / PREDICTIONS
        try:
            table = pd.read_parquet(path)
            finite = np.isfinite(table.select_dtypes("number")).all(axis=None)
            if len(table) != self.manifest.n_test or not finite:
                raise ValueError(f"it has not {self.manifest.n_test} rows of numbers")
            return table
        except (OSError, ValueError, TypeError) as error:
            raise self._damaged(f"is damaged ({str(error).splitlines()[0][:100]})") from None

    def _damaged(self, problem: str) -> FailedError:
        return FailedError(
            f"The run {self.id} cannot be read: {PREDICTIONS} {problem}. "
            "Delete the run and train again."
        )

    def _columns(self, kind: str, names: Sequence[str]) -> pd.DataFrame:
        """The columns <kind>_<name>, as <name>."""
        try:
            table = pd.DataFrame({name: self.predictions[f"{kind}_{name}"] for name in names})
        except KeyError as error:
            raise self._damaged(f"has no column {error}") from None
        if self.task == "regression" and not all(map(is_numeric_dtype, table.dtypes)):
            raise self._damaged("holds text instead of numbers")
        return table

    @cached_property
    def true(self) -> pd.DataFrame:
        """True values, (n_test, n_targets)."""
        return self._columns("true", self.targets)

    @cached_property
    def predicted(self) -> pd.DataFrame:
        """Predicted values, (n_test, n_targets)."""
        return self._columns("predicted", self.targets)

    @cached_property
    def probability(self) -> pd.DataFrame | None:
        """Predicted probability of each class, (n_test, n_classes); None without probabilities."""
        if self.task != "classification":
            return None
        if f"probability_{self.classes[0]}" not in self.predictions:
            return None
        return self._columns("probability", self.classes)

    @cached_property
    def weights(self) -> np.ndarray:
        """Prior density / sampling density of the test samples, float64 (n_test,) with mean 1."""
        try:
            return weights_of(self.predictions)
        except InputError as error:
            raise self._damaged(f"holds wrong weights ({error})") from None

    # Scores on the test part, for the stated prior

    @cached_property
    def scores(self) -> pd.DataFrame:
        """Scores per target or per class.

        See :func:`nmr_core.learning.metrics.score_table` and
        :func:`nmr_core.learning.class_metrics.class_table`.
        """
        if self.task == "classification":
            return class_metrics.class_table(self.confusion, self._baseline_class)
        if self._stored_scores is not None:
            return self._stored_scores[0]
        ranges = {name: (spec["low"], spec["high"]) for name, spec in self.manifest.targets.items()}
        train_mean = pd.Series(self.manifest.train_mean)
        return metrics.score_table(
            self.true, self.predicted, train_mean, ranges, weights=self.weights
        )

    @cached_property
    def _stored_scores(self) -> tuple[pd.DataFrame, WeightedErrors] | None:
        """Scores and weighted errors that were saved with these predictions."""
        if self.path is None or "predictions" in self.__dict__:
            return None
        return read_scores(self.path)

    def weighted_error(self, identifiable_only: bool = False) -> tuple[float, float, float]:
        """Sum of MSE / w^2 over the targets, or over the identifiable ones, with its 95 % interval.

        Returns
        -------
        value, low, high : float
            NaN of a classifier.
        """
        return self._weighted_errors[identifiable_only]

    @cached_property
    def _weighted_errors(self) -> WeightedErrors:
        if self.task == "classification":
            return dict.fromkeys((False, True), (float("nan"),) * 3)
        if self._stored_scores is not None:
            return self._stored_scores[1]
        widths = {name: spec["high"] - spec["low"] for name, spec in self.manifest.targets.items()}
        hidden = self.manifest.unidentifiable
        subsets = {
            False: list(self.targets),
            True: [name for name in self.targets if name not in hidden],
        }
        return {
            only: metrics.weighted_error(
                self.true[names], self.predicted[names], widths, weights=self.weights
            )
            for only, names in subsets.items()
        }

    @property
    def _baseline_class(self) -> str:
        """The most frequent class of the training part."""
        counts = self.manifest.train_counts
        return max(self.classes, key=lambda name: counts.get(name, 0))

    @cached_property
    def confusion(self) -> pd.DataFrame:
        """Test samples by true (rows) and predicted class (columns), (n_classes, n_classes).

        With unequal weights the sums of the weights.
        """
        return class_metrics.confusion(*self._classified, self.classes, self.weights)

    @property
    def _classified(self) -> tuple[pd.Series, pd.Series]:
        """True and predicted classes."""
        if self.task != "classification":
            raise InputError(
                f"The run {self.id} predicts numbers, not classes. Look at its scores and "
                "weighted_error."
            )
        name = self.targets[0]
        return self.true[name], self.predicted[name]

    def f1_weighted(self) -> tuple[float, float, float]:
        """F1 weighted by the test samples of each class: (value, low, high), 95 % bootstrap."""
        return self._f1_weighted

    @cached_property
    def _f1_weighted(self) -> tuple[float, float, float]:
        return self._class_score(class_metrics.weighted_f1)

    def accuracy(self) -> tuple[float, float, float]:
        """Share of test samples with the right class: (value, low, high), 95 % bootstrap."""
        return self._accuracy

    @cached_property
    def _accuracy(self) -> tuple[float, float, float]:
        return self._class_score(class_metrics.accuracy)

    def _class_score(self, score: Callable) -> tuple[float, float, float]:
        return class_metrics.score_with_interval(
            *self._classified, self.classes, score, self.weights
        )

    @property
    def baseline_f1(self) -> float:
        """Weighted F1 of the baseline: always the most frequent class of the training part."""
        return class_metrics.baseline_f1(self.confusion, self._baseline_class)

    # The model

    @property
    def model(self) -> "Pipeline":
        """The fitted pipeline; read from disk when first used, never unpickled."""
        if self._model is None:
            self._model = read_model(self.path / MODEL, self.manifest)
        return self._model

    def predict(self, signals: np.ndarray, *, insist: bool = False) -> pd.DataFrame:
        """Predict the targets of signals of the same protocol.

        Parameters
        ----------
        signals : complex array, (n_samples, n_settings, n_times)
            In units of M, on the time points of the run.
        insist : bool
            Whether to return the numbers of the model as they are.

        Returns
        -------
        DataFrame
            One row per sample, one column per target in its unit; of a classifier the class, and
            probability_<class> for every class. Unless ``insist``, a number beyond the range of
            the training data is moved to its edge, and a sample with one far beyond it has NaN
            (:mod:`nmr_core.learning.bounds`).

        Raises
        ------
        FailedError
            If the model is damaged, or does not work with the installed versions.
        """
        try:
            table = predicted_table(self.model, signals, self.targets, self.classes)
        except InputError:
            raise
        except (AttributeError, ArithmeticError, LookupError, TypeError, ValueError) as error:
            if differs(self.manifest.versions):
                what = f"The model of run {self.id}"
                raise other_versions(what, self.manifest.versions, error) from error
            raise damaged_model(self.manifest, str(error)) from error
        check_outputs(self.manifest, table)
        return table if insist else within_range(self.manifest, table)

    def predict_spread(self, signals: np.ndarray) -> pd.DataFrame | None:
        """Spread of the members of an ensemble; None of other models.

        Parameters
        ----------
        signals : complex array, (n_samples, n_settings, n_times)
            As for :meth:`predict`.

        Returns
        -------
        DataFrame or None
            One row per sample, one column per target: the standard deviation of the members'
            estimates, in its unit.
        """
        if not hasattr(self.model[-1], "predict_spread"):
            return None
        spread = self.model[-1].predict_spread(self.model[:-1].transform(signals))
        return pd.DataFrame(spread.reshape(len(signals), -1), columns=list(self.targets))

    def check_signals(
        self, source: EchoDataset | np.ndarray, settings: Sequence[dict] | int | None = None
    ) -> None:
        """Check that signals have the time points and the protocol that the run was trained on.

        Parameters
        ----------
        source : EchoDataset or array (n_times,)
            A data set, or times in µs.
        settings : sequence of dict or int, optional
            Of times: protocol of each setting, or their number.

        Raises
        ------
        InputError
            States both sides.
        """
        if isinstance(source, EchoDataset):
            source, settings = source.time, matching.settings_of(source)
        matching.check_signals(self.manifest, source, settings)

    def save(self, path: str | Path | None = None) -> Path:
        """Write manifest.json, model.skops, predictions.parquet and, of a regression, scores.json.

        Parameters
        ----------
        path : str or Path, optional
            A new folder; default: ``runs/<id>`` in the data folder.

        Returns
        -------
        Path
            The folder.
        """
        folder = runs_folder() / self.id if path is None else Path(path)
        if (folder / "manifest.json").exists():
            raise InputError(f"{folder} holds a run already. Choose another folder.")
        if path is None:
            rights.check("create", None, f"the run {self.id}", kind="run", id=self.id)
        sha256, n_bytes = write_model(folder / MODEL, self.model)
        write_file(
            folder / PREDICTIONS,
            lambda temporary: self.predictions.to_parquet(temporary, index=False),
        )
        if self.task == "regression":
            write_scores(folder, self.scores, self._weighted_errors)
        # The manifest comes last: without it the folder is no run
        self.manifest = replace(
            self.manifest,
            model_sha256=sha256,
            model_bytes=n_bytes,
            owner=owner_now(self.manifest.owner),
        )
        write_json(folder / "manifest.json", asdict(self.manifest))
        self.path = folder
        if self.training is not None:
            self.training.remove()
        return folder


def predicted_table(
    pipe: "Pipeline", signals: np.ndarray, targets: Sequence[str], classes: Sequence[str] = ()
) -> pd.DataFrame:
    """Predictions of a fitted pipeline, with the columns of :meth:`Run.predict`."""
    if not classes:
        values = np.asarray(pipe.predict(signals)).reshape(len(signals), -1)
        return pd.DataFrame(values, columns=list(targets))
    features = pipe[:-1].transform(signals)
    model = pipe[-1]
    table = pd.DataFrame({targets[0]: np.asarray(model.predict(features)).astype(str)})
    if hasattr(model, "predict_proba"):
        order = list(map(str, model.classes_))
        columns = [order.index(name) for name in classes]
        probability = model.predict_proba(features)[:, columns]
        table[[f"probability_{name}" for name in classes]] = probability
    return table


def read_run(folder: Path) -> Run:
    """The run in a folder; predictions and model are read when first used."""
    return Run(read_once(folder, RUN.document, RunManifest.read), path=folder)
