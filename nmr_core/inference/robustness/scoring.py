"""Scores of a run on some signals: error beside the baseline, coverage and width of its intervals."""

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from nmr_core.learning.metrics import share_interval
from nmr_core.learning.run import Run

if TYPE_CHECKING:
    from nmr_core.inference.applicability import Applicability
    from nmr_core.inference.intervals import Calibration

COLUMNS = (
    "target",
    "n",
    "error",
    "error_low",
    "error_high",
    "baseline",
    "skill",
    "coverage",
    "coverage_low",
    "coverage_high",
    "width",
    "joint",
    "shown",
    "borderline",
    "out_of_domain",
)

FEWEST = 20
"""Fewest in-domain curves for which an error is stated."""


def scored(
    run: Run,
    targets: Sequence[str],
    parameters: pd.DataFrame,
    signals: np.ndarray,
    calibration: "Calibration | None" = None,
    level: float = 0.9,
    applicability: "Applicability | None" = None,
) -> list[dict]:
    """Score a run on some signals.

    Parameters
    ----------
    run : Run
        Fitted model with its manifest.
    targets : sequence of str
        Names of the targets.
    parameters : DataFrame
        True values, one row per signal.
    signals : complex array, (n, n_settings, n_times)
        Signals M(t).
    calibration : Calibration
        Intervals of the run.
    level : float
        Of the intervals of ``calibration``.
    applicability : Applicability, optional
        Check that tells whether a signal is in the domain of the run.

    Returns
    -------
    list of dict
        One per target, with NaN where there is no calibration, applicability or identifiable target:

        - target, n
        - error: root mean square error in the unit of the target, or fraction of wrong classes;
          error_low, error_high: 95 %
        - baseline, skill: error of the mean predictor, and 1 - MSE/baseline MSE (for classes
          1 - error/baseline)
        - coverage: fraction of true values inside their interval or set; coverage_low, coverage_high
        - width: mean width of the intervals in the unit of the target, or mean size of the sets
        - joint: fraction of signals whose joint box holds all targets
        - shown: coverage of the signals that are not out of domain, if there are at least FEWEST
        - borderline, out_of_domain: fractions of signals
    """
    found = run.predict(signals)
    intervals = None if calibration is None else calibration.intervals(signals, level=level)
    domain, refused = {"borderline": math.nan, "out_of_domain": math.nan}, None
    if applicability is not None:
        said = applicability.judge(signals, found)["applicability"].to_numpy()
        refused = said == "out of domain"
        domain = {
            "borderline": float((said == "borderline").mean()),
            "out_of_domain": float(refused.mean()),
        }
    rows = []
    for name in targets:
        true, guess = parameters[name].to_numpy(), found[name].to_numpy()
        error = (
            _share_wrong(run, true, guess)
            if run.task == "classification"
            else _rmse(run, name, true, guess)
        )
        held = _held(run, name, true, intervals, refused)
        rows.append({"target": name, "n": len(true)} | error | held | domain)
    joint = _joint(run, targets, parameters, intervals)
    return [row | {"joint": joint} for row in rows]


def _rmse(run: Run, name: str, true: np.ndarray, guess: np.ndarray) -> dict:
    squared = (guess - true.astype(float)) ** 2
    mse, baseline = squared.mean(), ((run.manifest.train_mean[name] - true) ** 2).mean()
    half = 1.96 * squared.std() / math.sqrt(len(true))
    return {
        "error": math.sqrt(mse),
        "error_low": math.sqrt(max(0.0, mse - half)),
        "error_high": math.sqrt(mse + half),
        "baseline": math.sqrt(baseline),
        "skill": float(1 - mse / baseline) if baseline else math.nan,
    }


def _share_wrong(run: Run, true: np.ndarray, guess: np.ndarray) -> dict:
    common = max(run.classes, key=lambda name: run.manifest.train_counts.get(name, 0))
    wrong, baseline = (
        int((true.astype(str) != guess.astype(str)).sum()),
        float((true.astype(str) != common).mean()),
    )
    low, high = share_interval(wrong, len(true))
    return {
        "error": wrong / len(true),
        "error_low": low,
        "error_high": high,
        "baseline": baseline,
        "skill": 1 - wrong / len(true) / baseline if baseline else math.nan,
    }


def _held(
    run: Run,
    name: str,
    true: np.ndarray,
    intervals: pd.DataFrame | None,
    refused: np.ndarray | None,
) -> dict:
    if intervals is None or name in run.manifest.unidentifiable:
        return dict.fromkeys(
            ("coverage", "coverage_low", "coverage_high", "width", "shown"), math.nan
        )
    if run.task == "classification":
        sets = [str(one).replace(" ", "").split(",") for one in intervals["set"]]
        inside = np.array(
            [value in names for value, names in zip(true.astype(str), sets, strict=True)]
        )
        width = float(np.mean([len([name for name in names if name]) for names in sets]))
    else:
        low, high = intervals[f"low_{name}"].to_numpy(), intervals[f"high_{name}"].to_numpy()
        inside, width = (low <= true) & (true <= high), float((high - low).mean())
    low, high = share_interval(int(inside.sum()), len(true))
    shown = inside[~refused] if refused is not None else inside[:0]
    return {
        "coverage": float(inside.mean()),
        "coverage_low": low,
        "coverage_high": high,
        "width": width,
        "shown": float(shown.mean()) if len(shown) >= FEWEST else math.nan,
    }


def _joint(
    run: Run, targets: Sequence[str], parameters: pd.DataFrame, intervals: pd.DataFrame | None
) -> float:
    known = [name for name in targets if name not in run.manifest.unidentifiable]
    if (
        intervals is None
        or run.task == "classification"
        or not known
        or f"joint_low_{known[0]}" not in intervals
    ):
        return math.nan
    inside = [
        (intervals[f"joint_low_{name}"].to_numpy() <= parameters[name].to_numpy())
        & (parameters[name].to_numpy() <= intervals[f"joint_high_{name}"].to_numpy())
        for name in known
    ]
    return float(np.all(inside, axis=0).mean())
