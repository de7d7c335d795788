"""Scores of a run on some signals: error beside the baseline, coverage and width of intervals."""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from nmr_core.inference.applicability import Applicability
from nmr_core.inference.applicability.applicability import OUT_OF_DOMAIN
from nmr_core.inference.intervals import Calibration
from nmr_core.learning.metrics import weighted_mean, weighted_share
from nmr_core.learning.run import Run
from nmr_core.weights import weights_of

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
"""Columns of :func:`scored`."""
FEWEST = 20
"""Fewest in-domain signals for which their coverage is stated."""
NO_INTERVALS = dict.fromkeys(
    ("coverage", "coverage_low", "coverage_high", "width", "shown"), math.nan
)


def scored(
    run: Run,
    targets: Sequence[str],
    parameters: pd.DataFrame,
    signals: np.ndarray,
    calibration: Calibration | None = None,
    level: float = 0.9,
    applicability: Applicability | None = None,
) -> list[dict[str, Any]]:
    """Score a run on some signals.

    Parameters
    ----------
    run : Run
        Fitted model with its manifest.
    targets : sequence of str
        Names of the targets.
    parameters : DataFrame, (n, ...)
        True values, and the weights of signals that are not from the prior.
    signals : complex array, (n, n_settings, n_times)
        Signals M(t).
    calibration : Calibration, optional
        Intervals of the run.
    level : float
        Of the intervals of ``calibration``.
    applicability : Applicability, optional
        Domain of the run.

    Returns
    -------
    list of dict
        One per target; NaN without a calibration, applicability or identifiable target:

        - target, n
        - error: root mean square error in the unit of the target, or fraction of wrong classes;
          error_low, error_high: its 95 % interval
        - baseline, skill: error of the mean predictor, and 1 - MSE/baseline MSE (for classes
          1 - error/baseline)
        - coverage: fraction of true values inside their interval or set; coverage_low,
          coverage_high: its 95 % interval
        - width: mean width of the intervals in the unit of the target, or mean size of the sets
        - joint: fraction of signals whose joint box holds all targets
        - shown: coverage of the signals that are not out of domain, if there are at least FEWEST
        - borderline, out_of_domain: fractions of signals
    """
    predicted = run.predict(signals, insist=True)
    weights = weights_of(parameters)
    intervals = None if calibration is None else calibration.intervals(signals, level=level)
    fractions = {"borderline": math.nan, "out_of_domain": math.nan}
    is_in_domain = np.zeros(len(signals), bool)
    if applicability is not None:
        domains = applicability.judge(signals, predicted)["applicability"].to_numpy()
        is_in_domain = domains != OUT_OF_DOMAIN
        fractions = {
            "borderline": float(weighted_mean(domains == "borderline", weights)),
            "out_of_domain": float(weighted_mean(~is_in_domain, weights)),
        }
    joint = _joint_coverage(run, targets, parameters, intervals)
    rows = []
    for name in targets:
        true, estimate = parameters[name].to_numpy(), predicted[name].to_numpy()
        if run.task == "classification":
            error = _fraction_wrong(run, true, estimate, weights)
        else:
            error = _rmse(run, name, true, estimate, weights)
        coverage = _coverage(run, name, true, intervals, is_in_domain, weights)
        row = {"target": name, "n": len(true)} | error | coverage | fractions
        rows.append(row | {"joint": joint})
    return rows


def _rmse(
    run: Run, name: str, true: np.ndarray, estimate: np.ndarray, weights: np.ndarray
) -> dict[str, float]:
    squared = (estimate - true.astype(float)) ** 2
    mse = weighted_mean(squared, weights)
    baseline = weighted_mean((run.manifest.train_mean[name] - true) ** 2, weights)

    # 95 % interval from the standard error of the MSE
    half = 1.96 * np.sqrt(np.mean((weights * (squared - mse)) ** 2)) / math.sqrt(len(true))
    return {
        "error": math.sqrt(mse),
        "error_low": math.sqrt(max(0.0, mse - half)),
        "error_high": math.sqrt(mse + half),
        "baseline": math.sqrt(baseline),
        "skill": float(1 - mse / baseline) if baseline else math.nan,
    }


def _fraction_wrong(
    run: Run, true: np.ndarray, estimate: np.ndarray, weights: np.ndarray
) -> dict[str, float]:
    # Baseline: always the most frequent class of the training data
    common = max(run.classes, key=lambda name: run.manifest.train_counts.get(name, 0))
    baseline = float(weighted_mean(true.astype(str) != common, weights))
    wrong, low, high = weighted_share(true.astype(str) != estimate.astype(str), weights)
    return {
        "error": wrong,
        "error_low": low,
        "error_high": high,
        "baseline": baseline,
        "skill": 1 - wrong / baseline if baseline else math.nan,
    }


def _coverage(
    run: Run,
    name: str,
    true: np.ndarray,
    intervals: pd.DataFrame | None,
    is_in_domain: np.ndarray,
    weights: np.ndarray,
) -> dict[str, float]:
    """Coverage and mean width of the intervals, or sets, of one target."""
    if intervals is None or name in run.manifest.unidentifiable:
        return dict(NO_INTERVALS)
    if run.task == "classification":
        sets = [str(text).replace(" ", "").split(",") for text in intervals["set"]]
        pairs = zip(true.astype(str), sets, strict=True)
        inside = np.array([value in names for value, names in pairs])
        sizes = np.array([len([name for name in names if name]) for names in sets])
        width = float(weighted_mean(sizes, weights))
    else:
        low, high = intervals[f"low_{name}"].to_numpy(), intervals[f"high_{name}"].to_numpy()
        inside = (low <= true) & (true <= high)
        width = float(weighted_mean(high - low, weights))
    coverage, coverage_low, coverage_high = weighted_share(inside, weights)
    shown = inside[is_in_domain]
    return {
        "coverage": coverage,
        "coverage_low": coverage_low,
        "coverage_high": coverage_high,
        "width": width,
        "shown": weighted_share(shown, weights[is_in_domain])[0]
        if len(shown) >= FEWEST
        else math.nan,
    }


def _joint_coverage(
    run: Run, targets: Sequence[str], parameters: pd.DataFrame, intervals: pd.DataFrame | None
) -> float:
    """Fraction of signals whose joint box holds all identifiable targets; NaN without boxes."""
    known = [name for name in targets if name not in run.manifest.unidentifiable]
    if intervals is None or run.task == "classification" or not known:
        return math.nan
    if f"joint_low_{known[0]}" not in intervals:
        return math.nan
    inside = np.ones(len(parameters), bool)
    for name in known:
        true = parameters[name].to_numpy()
        inside &= intervals[f"joint_low_{name}"].to_numpy() <= true
        inside &= true <= intervals[f"joint_high_{name}"].to_numpy()
    return float(weighted_mean(inside, weights_of(parameters)))
