"""Training curves: the errors of a model after every epoch of its training, in the same units for
finished runs and while a job trains.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from nmr_core.learning.manifest import RunManifest

LENGTHS = "_lengths"
"""Entry of published values: lengths of those that were thinned, see nmr_core.jobs.live_data."""


@dataclass(frozen=True, eq=False)
class TrainingCurve:
    """Errors per epoch of one training.

    Parameters
    ----------
    id, title : str
        Of the run or job.
    task : str
        "regression": errors are mean squares in units of the baseline's. "classification": they
        are log losses.
    epochs : array, (n,)
        Numbers of the epochs, from 1; of a long training that runs only some.
    training : array, (n,)
        Error of the training part; NaN where there is none that is positive.
    validation : array, (n,)
        Error of the validation part, positive.
    is_running : bool
        Whether the training goes on.
    """

    id: str
    title: str
    task: str
    epochs: np.ndarray
    training: np.ndarray
    validation: np.ndarray
    is_running: bool = False

    @property
    def best(self) -> int:
        """Index of the smallest validation error: of a run that is over, the epoch of its model."""
        return int(np.argmin(self.validation))


def run_curve(manifest: RunManifest) -> TrainingCurve | None:
    """The training curve of a run.

    Parameters
    ----------
    manifest : RunManifest
        Of the run.

    Returns
    -------
    TrainingCurve or None
        None of a model that is not trained in epochs.
    """
    return _curve(manifest.id, manifest.title, manifest.task, manifest.curve)


def published_curve(
    id: str, title: str, values: Mapping[str, Any], *, is_running: bool
) -> TrainingCurve | None:
    """The training curve that a job has published so far.

    Parameters
    ----------
    id, title : str
        Of the job.
    values : mapping
        What it published, see :func:`nmr_core.jobs.live`; a job may have published anything.
    is_running : bool
        Whether it trains.

    Returns
    -------
    TrainingCurve or None
        None where there is nothing to draw.
    """
    lengths = values.get(LENGTHS)
    n_epochs = lengths.get("curve") if isinstance(lengths, Mapping) else None
    task = "classification" if values.get("task") == "classification" else "regression"
    length = n_epochs if isinstance(n_epochs, int) else None
    return _curve(id, title, task, values.get("curve"), length, is_running=is_running)


def curves_table(curves: Sequence[TrainingCurve]) -> pd.DataFrame:
    """All curves as one table.

    Parameters
    ----------
    curves : sequence of TrainingCurve
        Of any tasks.

    Returns
    -------
    DataFrame
        A row per run and epoch: run, title, epoch, training_error, validation_error.
    """
    parts = [
        pd.DataFrame(
            {
                "run": curve.id,
                "title": curve.title,
                "epoch": curve.epochs.astype(int),
                "training_error": curve.training,
                "validation_error": curve.validation,
            }
        )
        for curve in curves
    ]
    columns = ["run", "title", "epoch", "training_error", "validation_error"]
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=columns)


def _curve(
    id: str,
    title: str,
    task: str,
    rows: Any,
    length: int | None = None,
    *,
    is_running: bool = False,
) -> TrainingCurve | None:
    """A curve of rows of training loss and validation error, of which ``length`` were thinned."""
    try:
        values = np.array(rows, dtype=float)
    except (TypeError, ValueError):
        return None
    if values.ndim != 2 or values.shape[1] != 2:
        return None
    n_epochs = max(length or 0, len(values))
    epochs = np.linspace(1, n_epochs, len(values)).round()
    # The loss of a regression is half a mean square, as in scikit-learn
    training = values[:, 0] if task == "classification" else 2 * values[:, 0]
    training = np.where(np.isfinite(training) & (training > 0), training, np.nan)
    usable = np.isfinite(values[:, 1]) & (values[:, 1] > 0)
    if not usable.any():
        return None
    return TrainingCurve(
        id, title, task, epochs[usable], training[usable], values[usable, 1], is_running
    )
