"""A calibration: conformal scores of a run, its interval method, and signals to check coverage.

On disk it is NMR_DATA/calibrations/<run id>/ with calibration.json, calibration.npz and
model.skops. Calibrations of the runs that ship with the package lie beside these runs.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from nmr_core.errors import FailedError, InputError
from nmr_core.evaluation import load_run
from nmr_core.inference.intervals.inputs import Inputs, Reader
from nmr_core.inference.intervals.methods import METHODS  # noqa: F401 classes of a stored model
from nmr_core.inference.intervals.reading import Reading, identifiable_targets
from nmr_core.learning.run import Run
from nmr_core.learning.stored import differs, other_versions, write_model
from nmr_core.models.trusted import load_trusted
from nmr_core.storage import catalogue
from nmr_core.storage.arrays import reading
from nmr_core.storage.kinds import CALIBRATION
from nmr_core.storage.results import read_result, write_result
from nmr_core.weights import effective_size

MODEL = "model.skops"
OTHER_FILES = (
    "calibration.json",
    "applicability.json",
    "applicability.npz",
    "depth.json",
    "depth.npz",
)
"""Files of an earlier calibration; depth.* until 0.5.0."""
NOT_STORED = ("reader", "model", "loaded_run")
"""Fields of a calibration that are in no document: estimators are in ``MODEL``."""


@dataclass(frozen=True, eq=False)
class Calibration:
    """Intervals around the estimates of a run, calibrated on signals that it was not trained on.

    Parameters
    ----------
    run, run_created : str
        Id of the run, and when it was trained; after another training the calibration is stale.
    method : str
        A name in ``METHODS``.
    task : str
        "regression" or "classification".
    targets : dict
        Name -> label, symbol, unit, low and high of the prior, as in the manifest of the run.
    unidentifiable : dict
        Name -> reason. Intervals of these targets are the range of the prior, and have no coverage.
    classes : tuple of str
        Of a classification, else ().
    source : str
        "fresh" (simulated signals) or "held out" (the test part of the run).
    n_fit : int
        Signals that the method was fitted to, without their degraded copies.
    graceful : bool
        Whether it was fitted to degraded copies as well, so that intervals grow for worse data.
    scores : float64 array, (n, n_known)
        Conformal scores of further signals; (n, 1) of a classification.
    parameters : DataFrame, (n_check, ...)
        True values of the check signals, which neither the method nor the scores use.
    predicted : DataFrame, (n_check, ...)
        Their estimates, with the columns of ``Run.predict``.
    check : Inputs, optional
        Inputs of their intervals; None of a classification.
    reader, model : estimators
        From signals to :class:`Inputs`, and from these to intervals.
    loaded_run : Run, optional
        The run itself, if it is in memory.
    owner : str
        Who calibrated it, "" if unknown.
    weights : float64 array, (n,), optional
        Prior density / sampling density of the signals of ``scores``, with mean 1; None: equal.
    """

    run: str
    run_created: str
    method: str
    task: str
    targets: dict[str, dict[str, Any]]
    unidentifiable: dict[str, str]
    classes: tuple[str, ...]
    source: str
    n_fit: int
    graceful: bool
    seed: int
    seconds: float
    created: str
    versions: dict[str, str]
    scores: np.ndarray
    parameters: pd.DataFrame
    predicted: pd.DataFrame
    check: Inputs | None
    reader: Reader
    model: Any
    loaded_run: Run | None = field(default=None, repr=False)
    owner: str = ""
    weights: np.ndarray | None = None

    @property
    def known(self) -> tuple[str, ...]:
        """Identifiable targets, which have intervals."""
        return identifiable_targets(self.targets, self.unidentifiable)

    @property
    def n(self) -> int:
        """Number of signals that gave the scores."""
        return len(self.scores)

    @property
    def n_effective(self) -> int:
        """The same; of weighted signals their effective number."""
        return self.n if self.weights is None else round(effective_size(self.weights))

    @property
    def n_check(self) -> int:
        """Number of signals that check the coverage."""
        return len(self.parameters)

    @cached_property
    def trained_run(self) -> Run:
        """The run, loaded if necessary; InputError if it is missing, or trained again since."""
        run = self.loaded_run or load_run(self.run)
        if self.is_stale(run):
            raise InputError(
                f"The run {run.id} was trained again after it was calibrated, so its calibration "
                "does not apply. Calibrate it again."
            )
        return run

    def is_stale(self, run: Run) -> bool:
        """Return whether ``run`` is not the one that was calibrated."""
        return (run.id, run.manifest.created) != (self.run, self.run_created)

    def read(self, signals: np.ndarray) -> Reading:
        """Return the estimates of signals, from which intervals of any level can be computed.

        Parameters
        ----------
        signals : complex array, (n_samples, n_settings, n_times)
            With the settings and time points of the run.
        """
        if self.reader is None:
            return Reading(self, self.trained_run.predict(signals, insist=True))
        with self._estimators():
            return Reading(self, *self.reader.read(self.trained_run, signals))

    @contextmanager
    def _estimators(self) -> Iterator[None]:
        """What estimators of another version make of themselves, as one sentence."""
        try:
            yield
        except InputError:
            raise
        except (AttributeError, LookupError, TypeError, ValueError) as error:
            if not differs(self.versions):
                raise
            raise unusable(self.run, self.versions, error) from error

    def intervals(self, signals: np.ndarray, level: float = 0.9) -> pd.DataFrame:
        """Return estimates and intervals, one row per signal.

        Parameters
        ----------
        signals : complex array, (n_samples, n_settings, n_times)
            Signals M(t).
        level : float
            Probability that an interval contains the true value.

        Returns
        -------
        DataFrame
            In the units of the targets: predicted_<t>, low_<t>, high_<t>, and joint_low_<t>,
            joint_high_<t>, which contain all identifiable targets together with probability
            ``level``. Intervals are cut to the range of the prior; for a target that is not
            identifiable they are that range. For a classification: predicted_<t>,
            probability_<class>, and "set", the classes, separated by commas, that contain the true
            one with probability ``level``.
        """
        with self._estimators():
            return self.read(signals).table(level)

    def density(self, signals: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return marginal densities, as :meth:`Reading.density`; method "posterior" only."""
        return self.read(signals).density()

    def disagreement(self, signals: np.ndarray) -> np.ndarray:
        """Return how much the members disagree, as :meth:`Reading.disagreement`."""
        return self.read(signals).disagreement()

    def checked(self) -> Reading:
        """Return the estimates of the check signals, for ``coverage(calibration)``."""
        return Reading(self, self.predicted, self.check)

    def set_sizes(self, level: float = 0.9) -> tuple[np.ndarray, np.ndarray]:
        """Return the sizes of the prediction sets of the check signals of a classifier.

        Parameters
        ----------
        level : float
            Probability with which a set holds the true class.

        Returns
        -------
        sizes : int array, (n,)
            Classes per set.
        inside : bool array, (n,)
            Whether the set holds the true class.
        """
        chosen = self.checked().sets(level)
        (target,) = self.targets
        true = self.parameters[target].astype(str).to_numpy()
        inside = (chosen & (true[:, None] == np.array(self.classes))).any(axis=1)
        return chosen.sum(axis=1), inside


def calibrations_folder() -> Path:
    """Return the folder ``NMR_DATA/calibrations``."""
    return catalogue.own_folder(CALIBRATION)


def save_calibration(calibration: Calibration, path: str | Path | None = None) -> Path:
    """Write a calibration; an earlier one in the data folder goes to the trash.

    Parameters
    ----------
    calibration : Calibration
        Intervals of the run.
    path : str or Path, optional
        Folder; default: that of the run under ``NMR_DATA/calibrations``.

    Returns
    -------
    Path
        The folder.
    """

    def write(folder: Path) -> None:
        model = {"reader": calibration.reader, "model": calibration.model}
        write_model(folder / MODEL, model)
        document = folder / CALIBRATION.document
        write_result(calibration, document, apart=NOT_STORED, beside=(MODEL,))

    if path is None:
        return catalogue.put(CALIBRATION, calibration.run, write, by=calibration.owner)
    folder = Path(path)
    for name in OTHER_FILES:
        (folder / name).unlink(missing_ok=True)
    write(folder)
    return folder


def find_calibration(run: Run | str) -> Path | None:
    """Return the folder of a run's calibration, or None if there is none."""
    return catalogue.find(CALIBRATION, run.id if isinstance(run, Run) else run)


def load_calibration(run: Run | str | Path) -> Calibration:
    """Load the calibration of a run.

    Parameters
    ----------
    run : Run, str or Path
        The run, its id, or the folder of the calibration.

    Raises
    ------
    InputError
        There is none, or the run was trained again since.
    FailedError
        It is damaged. Nothing in it is unpickled.
    """
    name = run.id if isinstance(run, Run) else run
    advice = f"Make it: python -m nmr_core calibrate {name}."
    folder = catalogue.of_run(CALIBRATION, name, advice)
    return _read(folder, run if isinstance(run, Run) else None)


def _read(folder: Path, run: Run | None) -> Calibration:
    document = folder / CALIBRATION.document
    calibration = read_result(document, Calibration, what="calibration", apart=NOT_STORED)
    if run is not None:
        # InputError for a run that was trained again
        _ = replace(calibration, loaded_run=run).trained_run
    # A damaged model may raise anything
    with reading("calibration", folder, damage=(Exception,)):
        try:
            model = load_trusted(folder / MODEL)
        except Exception as error:
            if differs(calibration.versions):
                raise unusable(calibration.run, calibration.versions, error) from error
            raise
        return replace(calibration, reader=model["reader"], model=model["model"], loaded_run=run)


def unusable(run: str, saved: dict[str, str], error: Exception) -> FailedError:
    """The error for a calibration that does not work with the installed versions."""
    again = f"calibrate again: python -m nmr_core calibrate {run}"
    return other_versions(f"The calibration of run {run}", saved, error, again)


def delete_calibration(run: str, *, by: str = "") -> None:
    """Move the calibration of a run to the trash."""
    catalogue.delete(CALIBRATION, run, by=by)
