"""Estimates that say how sure they are: a run's numbers, their intervals, and whether the curve is one that the run knows.

    prediction_table  ->  + low, high, joint_low, joint_high   (the run's calibration, :mod:`nmr_core.inference.intervals`)
                      ->  + lamp, reason                       (its depth, :mod:`nmr_core.inference.applicability`)

A curve that the lamp refuses has no numbers, unless somebody insists.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from nmr_core.datasets.dataset import EchoDataset
from nmr_core.errors import InputError
from nmr_core.evaluation.predictions import predict_job
from nmr_core.inference.known import Known, known_errors
from nmr_core.io.formats import Foreign
from nmr_core.learning.predicting import Source, as_curves, batches, prediction_table
from nmr_core.learning.run import Run
from nmr_core.measured import Prepared
from nmr_core.measured.for_run import signals_of
from nmr_core.progress import Progress, silent

LEVEL = 0.9
"""Of intervals, if nobody says otherwise."""
LEVELS = (0.5, 0.68, 0.8, 0.9, 0.95, 0.99)
IN_DOMAIN, BORDERLINE, OUT_OF_DOMAIN = APPLICABILITY = ("in domain", "borderline", "out of domain")
NUMBERS = ("predicted_", "low_", "high_", "joint_low_", "joint_high_", "probability_")
"""Beginnings of the columns that a refused curve has no value in."""


def estimate(
    run: Run,
    source: Source | Sequence[Prepared],
    *,
    level: float = LEVEL,
    insist: bool = False,
    settings: Sequence[dict] | None = None,
    known: Known | None = None,
    progress: Progress = silent,
) -> pd.DataFrame:
    """What ``run`` says about every curve of ``source`` (as for :func:`nmr_core.predict`, or what ``prepare_for_run`` made of one's
    own echo), and how sure it is; one row per curve.

    sample, lamp ("in domain", "borderline", "out of domain"; "" = not known), reason (one sentence, or ""),
    predicted_x, low_x, high_x (each covers the truth with probability ``level``), joint_low_x, joint_high_x (all of them do),
    inside_x (the estimate lies in the training range), of a classifier set (classes, comma separated) and probability_c,
    true_x where somebody knows it, outside, learned as of ``prediction_table``.
    The intervals need a calibration of the run, see :func:`known_errors`; without one the rest is there.
    """
    if not 0 < level < 1:
        raise InputError(
            f"A level is a probability between 0 and 1, got {level:g}. Take 0.9 for 90 % intervals."
        )
    source = _curves(source, settings)
    known = known_errors(run) if known is None else known
    table = prediction_table(run, source, progress)
    found, start = [], 0
    for curves in batches(source):
        found.append(
            _of_batch(
                known, curves, table.iloc[start : start + len(curves)].reset_index(drop=True), level
            )
        )
        start += len(curves)
    table = _ordered(run, table, _together(found))
    return table if insist else hide_out_of_domain(table)


def _curves(
    source: Source | Sequence[Prepared], settings: Sequence[dict] | None
) -> EchoDataset | Foreign:
    """Any source as one that can be predicted; own echoes, one a setting, as one sample."""
    if isinstance(source, Prepared):
        source = [source]
    if isinstance(source, list):
        return as_curves(source[0].time, signals_of(source)[None])
    return as_curves(*source, settings) if isinstance(source, tuple) else source


def _of_batch(known: Known, curves: np.ndarray, table: pd.DataFrame, level: float) -> pd.DataFrame:
    """Intervals and lamp of a batch of curves with their estimates, as far as they are known."""
    found = pd.DataFrame(index=range(len(curves)))
    if known.calibration is not None:
        intervals = known.calibration.intervals(curves, level).reset_index(drop=True)
        found = intervals[
            [name for name in intervals if not name.startswith(("predicted", "probability_"))]
        ]
    applicability = pd.DataFrame({"applicability": "", "reason": ""}, index=found.index)
    if known.depth is not None:
        judged = known.depth.judge(curves, table).reset_index(drop=True)
        applicability = judged[["applicability", "reason"]]
    return pd.concat([applicability, found], axis=1)


def _together(parts: list[pd.DataFrame]) -> pd.DataFrame:
    return (
        pd.concat(parts, ignore_index=True)
        if parts
        else pd.DataFrame({"applicability": [], "reason": []}, dtype=str)
    )


def _ordered(run: Run, table: pd.DataFrame, found: pd.DataFrame) -> pd.DataFrame:
    """All columns, those of a target together."""
    columns = {
        "sample": table["sample"],
        "applicability": found["applicability"],
        "reason": found["reason"],
    }
    for name in run.targets:
        columns[f"predicted_{name}"] = table[f"predicted_{name}"]
        for kind in ("low", "high", "joint_low", "joint_high"):
            if f"{kind}_{name}" in found:
                columns[f"{kind}_{name}"] = found[f"{kind}_{name}"]
        if run.task == "regression":
            columns[f"inside_{name}"] = [name not in text.split(", ") for text in table["outside"]]
    if "set" in found:
        columns["set"] = found["set"]
    rest = [name for name in table if name not in columns]
    return pd.DataFrame(columns | {name: table[name] for name in rest})


def hide_out_of_domain(table: pd.DataFrame) -> pd.DataFrame:
    """The table without the numbers of refused curves: NaN, and "" where a text stood."""
    refused = (
        (table["applicability"] == OUT_OF_DOMAIN).to_numpy()
        if "applicability" in table
        else np.zeros(len(table), bool)
    )
    if not refused.any():
        return table
    table = table.copy()
    for name in table:
        if name == "set" or name.startswith(NUMBERS):
            numbers = pd.api.types.is_numeric_dtype(table[name])
            table[name] = table[name].mask(refused, np.nan if numbers else "")
    return table


def estimate_job(params: dict, progress: Progress) -> dict:
    """The job "predict": as :func:`nmr_core.evaluation.predictions.predict_job`, with lamp and intervals (``level``); numbers
    of refused curves are stored too, so that somebody may insist later."""
    level = float(params.get("level", LEVEL))

    def table(run: Run, source: EchoDataset | Foreign, progress: Progress = silent) -> pd.DataFrame:
        return estimate(run, source, level=level, insist=True, progress=progress)

    return predict_job(params, progress, table)
