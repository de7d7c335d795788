"""Estimates of a run with their intervals, and whether the signal is in its domain.

    prediction_table
        + low, high, joint_low, joint_high    by nmr_core.inference.intervals
        + applicability, reason               by nmr_core.inference.applicability

Estimates of signals that are out of domain, or far beyond the range of the training data, are
hidden unless ``insist=True``; those slightly beyond it are moved to its edge.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from nmr_core.datasets.dataset import EchoDataset
from nmr_core.errors import FailedError, InputError
from nmr_core.evaluation.predictions import predict_job
from nmr_core.inference.applicability import OUT_OF_DOMAIN
from nmr_core.inference.error_model import ErrorModel, find_error_model
from nmr_core.io.formats import Foreign
from nmr_core.learning.bounds import far_beyond, reasons, within_range
from nmr_core.learning.predicting import Source, as_curves, batches, prediction_table
from nmr_core.learning.run import Run
from nmr_core.measured import Prepared
from nmr_core.measured.for_run import signals_of
from nmr_core.progress import Progress, silent

LEVEL = 0.9
"""Default level of the intervals."""
LEVELS = (0.5, 0.68, 0.8, 0.9, 0.95, 0.99)
INTERVALS = ("low", "high", "joint_low", "joint_high")
NOT_IDENTIFIABLE = "cannot be identified"
"""What stands in a table instead of the estimate of an unidentifiable parameter."""
NUMBERS = (
    "predicted_",
    "spread_",
    "low_",
    "high_",
    "joint_low_",
    "joint_high_",
    "probability_",
)
"""Beginnings of the columns that are hidden for signals out of domain."""


def estimate(
    run: Run,
    source: Source | Sequence[Prepared],
    *,
    level: float = LEVEL,
    insist: bool = False,
    settings: Sequence[dict] | None = None,
    error_model: ErrorModel | None = None,
    progress: Progress = silent,
) -> pd.DataFrame:
    """Estimate the parameters behind signals, with intervals and applicability.

    Parameters
    ----------
    run : Run
        Fitted model with its manifest.
    source : EchoDataset, Foreign, (time, signals), Prepared or sequence of Prepared
        As for :func:`nmr_core.predict`; prepared measurements of one sample, one per setting.
    level : float
        Probability with which an interval covers the truth.
    insist : bool
        Whether to show estimates for signals that are out of domain, and numbers beyond the range
        of the training data.
    settings : sequence of dict, optional
        Of (time, signals): the settings of the echoes.
    error_model : ErrorModel, optional
        That of the run, if it is at hand.
    progress : callable
        Called with (done, total, message).

    Returns
    -------
    DataFrame
        One row per sample with sample, applicability ("in domain", "borderline", "out of domain";
        "" if unknown), reason, outside and learned (as of ``prediction_table``). Per target x:
        predicted_x, spread_x of an ensemble, low_x, high_x, joint_low_x, joint_high_x (which cover
        all targets jointly), inside_x (within the range of the training data), and true_x where
        the truth is known. Of a classifier: set (classes with commas) and probability_c per class
        c. Without a calibration of the run there are no intervals.

    Raises
    ------
    InputError
        For a level outside of 0 to 1, and signals on other time points.
    FailedError
        For a model or a calibration that is damaged, or does not work with the installed versions.
    """
    if not 0 < level < 1:
        raise InputError(
            f"A level is a probability between 0 and 1, got {level:g}. Take 0.9 for 90 % intervals."
        )
    source = curves_of(source, settings)
    error_model = find_error_model(run) if error_model is None else error_model
    table = prediction_table(run, source, progress)

    # Intervals and applicability, batch by batch
    parts = []
    start = 0
    for curves in batches(source):
        rows = table.iloc[start : start + len(curves)].reset_index(drop=True)
        parts.append(_judge_batch(run, error_model, curves, rows, level))
        start += len(curves)
    table = mark_far(run, _ordered(run, table, _joined(parts)))
    return table if insist else hide_out_of_domain(run, table)


def curves_of(
    source: Source | Sequence[Prepared], settings: Sequence[dict] | None = None
) -> EchoDataset | Foreign:
    """Any source as one that can be predicted; measured echoes, one per setting, as one sample."""
    if isinstance(source, Prepared):
        source = [source]
    if isinstance(source, list):
        return as_curves(source[0].time, signals_of(source)[None])
    return as_curves(*source, settings) if isinstance(source, tuple) else source


def _judge_batch(
    run: Run, error_model: ErrorModel, curves: np.ndarray, table: pd.DataFrame, level: float
) -> pd.DataFrame:
    """Intervals and applicability of a batch of signals, where available."""
    intervals = pd.DataFrame(index=range(len(curves)))
    if error_model.calibration is not None:
        calibrated = error_model.calibration.intervals(curves, level).reset_index(drop=True)
        estimates = ("predicted", "probability_")
        intervals = calibrated[[name for name in calibrated if not name.startswith(estimates)]]
        _check_intervals(run, intervals[~far_beyond(run.manifest, table)])
    applicability = pd.DataFrame({"applicability": "", "reason": ""}, index=intervals.index)
    if error_model.applicability is not None:
        judged = error_model.applicability.judge(curves, table).reset_index(drop=True)
        applicability = judged[["applicability", "reason"]]
    return pd.concat([applicability, intervals], axis=1)


def _check_intervals(run: Run, intervals: pd.DataFrame) -> None:
    """:class:`FailedError` for ends of intervals that are no numbers."""
    if not np.isfinite(intervals.select_dtypes("number")).all(axis=None):
        raise FailedError(
            f"The calibration of run {run.id} is damaged: it gives intervals without numbers. "
            f"Calibrate again: python -m nmr_core calibrate {run.id}"
        )


def _joined(parts: list[pd.DataFrame]) -> pd.DataFrame:
    """All batches as one table; an empty one without batches."""
    if not parts:
        return pd.DataFrame({"applicability": [], "reason": []}, dtype=str)
    return pd.concat(parts, ignore_index=True)


def _ordered(run: Run, table: pd.DataFrame, judged: pd.DataFrame) -> pd.DataFrame:
    """All columns, those of a target together."""
    columns = {
        "sample": table["sample"],
        "applicability": judged["applicability"],
        "reason": judged["reason"],
    }
    for name in run.targets:
        columns[f"predicted_{name}"] = table[f"predicted_{name}"]
        if f"spread_{name}" in table:
            columns[f"spread_{name}"] = table[f"spread_{name}"]
        for kind in ("low", "high", "joint_low", "joint_high"):
            if f"{kind}_{name}" in judged:
                columns[f"{kind}_{name}"] = judged[f"{kind}_{name}"]
        if run.task == "regression":
            columns[f"inside_{name}"] = [name not in text.split(", ") for text in table["outside"]]
    if "set" in judged:
        columns["set"] = judged["set"]
    rest = [name for name in table if name not in columns]
    return pd.DataFrame(columns | {name: table[name] for name in rest})


def mark_far(run: Run, table: pd.DataFrame) -> pd.DataFrame:
    """Return the table with estimates far beyond the range of the training data out of domain.

    Parameters
    ----------
    run : Run
        Run that made the estimates.
    table : DataFrame
        Estimates as they are; of earlier versions without applicability.
    """
    sentences = np.array(reasons(run.manifest, table), dtype=object)
    far = sentences != ""
    if not far.any():
        return table
    columns = {name: table.get(name, "") for name in ("applicability", "reason")}
    return table.assign(
        applicability=np.where(far, OUT_OF_DOMAIN, columns["applicability"]),
        reason=np.where(far, sentences, columns["reason"]),
    )


def hide_out_of_domain(run: Run, table: pd.DataFrame) -> pd.DataFrame:
    """Return the table without estimates for signals out of domain: NaN, or "" for texts.

    Other numbers beyond the range of the training data are moved to its edge.

    Parameters
    ----------
    run : Run
        Run that made the estimates.
    table : DataFrame
        As returned by :func:`estimate` with ``insist=True``.
    """
    table = within_range(run.manifest, mark_far(run, table))
    if "applicability" not in table:
        return table
    hidden = (table["applicability"] == OUT_OF_DOMAIN).to_numpy()
    if not hidden.any():
        return table
    table = table.copy()
    for name in table:
        if name == "set" or name.startswith(NUMBERS):
            numbers = pd.api.types.is_numeric_dtype(table[name])
            table[name] = table[name].mask(hidden, np.nan if numbers else "")
    return table


def estimate_job(params: dict, progress: Progress) -> dict:
    """Run the job "predict" with applicability and intervals.

    Estimates for signals out of domain are stored too, and hidden on the page.

    Parameters
    ----------
    params : dict
        As of :func:`nmr_core.evaluation.predictions.predict_job`, and ``level`` of the intervals.
    progress : callable
        Called with (done, total, text).
    """
    level = float(params.get("level", LEVEL))

    def table(run: Run, source: EchoDataset | Foreign, progress: Progress = silent) -> pd.DataFrame:
        return estimate(run, source, level=level, insist=True, progress=progress)

    return predict_job(params, progress, table)


def hide_unidentifiable(run: Run, table: pd.DataFrame) -> pd.DataFrame:
    """Return the table without estimates and intervals of unidentifiable parameters: NaN."""
    hidden = run.manifest.unidentifiable
    table = table.drop(columns=[f"inside_{name}" for name in hidden], errors="ignore")
    columns = [f"{kind}_{name}" for name in hidden for kind in ("predicted", *INTERVALS)]
    return table.assign(**{name: np.nan for name in columns if name in table})


def for_people(run: Run, table: pd.DataFrame) -> pd.DataFrame:
    """Return the table with words instead of the estimates of unidentifiable parameters.

    Parameters
    ----------
    run : Run
        Run that made the estimates.
    table : DataFrame
        As returned by :func:`estimate`.

    Returns
    -------
    DataFrame
        Without intervals of these parameters; "cannot be identified" stands in ``predicted_x``.
    """
    hidden = run.manifest.unidentifiable
    ends = [f"{kind}_{name}" for name in hidden for kind in INTERVALS]
    table = hide_unidentifiable(run, table).drop(columns=ends, errors="ignore")
    return table.assign(**{f"predicted_{name}": NOT_IDENTIFIABLE for name in hidden})
