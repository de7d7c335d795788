"""Coverage: how often the true value is inside the intervals, at every level, in every range."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from nmr_core.errors import InputError
from nmr_core.inference.intervals.calibration import Calibration
from nmr_core.inference.intervals.conformal import check_level
from nmr_core.inference.intervals.fractions import Fractions
from nmr_core.inference.intervals.ranges import ESTIMATE, by_range
from nmr_core.inference.intervals.reading import Reading
from nmr_core.weights import weights_of, without_weights

LEVELS = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99)
JOINT = "all parameters jointly"
"""Target in the rows of the joint box."""


@dataclass(frozen=True, eq=False)
class Coverage:
    """Coverage of the intervals of a calibration, on n signals with known truth.

    Parameters
    ----------
    level, levels : float, tuple of float
        The level of ``regimes`` and ``errors``; all levels of ``table``.
    factor : float
        Width of the intervals relative to the calibrated width.
    table : DataFrame
        One row per identifiable target, and one for JOINT, at each level: target, level, covered
        (fraction), low and high (its 95 % interval, Clopper-Pearson), expected_low and
        expected_high (where it is in 95 of 100 cases for exact intervals), p_value, width (mean, in
        the unit of the target; for classes the mean size of the set), width_percent (of the range
        of the prior).
    regimes : DataFrame
        target, by, range (1, 2, ...), from, to, n, covered, low, high, expected_low, expected_high
        at ``level``: ranges of equally many signals of every true parameter, and of every estimate
        (``by`` is predicted_<t>); of a class its name, range 0.
    ranks : DataFrame, (n, n_known)
        Rank of the true value in its predictive distribution, in (0, 1); empty for classes.
    errors : DataFrame
        sample, target, true, predicted, low, high, error (absolute), width at ``level``; empty for
        classes.
    signals : DataFrame, (n, ...)
        True parameters, and predicted_<t>, the estimate of every target.
    inside : DataFrame, (n, n_targets)
        Whether the true value is inside its interval at ``level``, for every target and for JOINT.
    weights : float64 array, (n,)
        Prior density / sampling density of the signals, with mean 1. All fractions are those of
        the prior.
    """

    run: str
    method: str
    n: int
    n_scores: int
    level: float
    levels: tuple[float, ...]
    factor: float
    table: pd.DataFrame
    regimes: pd.DataFrame
    ranks: pd.DataFrame
    errors: pd.DataFrame
    signals: pd.DataFrame
    inside: pd.DataFrame
    weights: np.ndarray

    @property
    def fractions(self) -> Fractions:
        """Fractions of the signals with their intervals."""
        return Fractions(self.weights, self.n_scores, self.level)

    def at(self, level: float | None = None) -> pd.DataFrame:
        """Return the rows of the table at one level (default: the main one), one per target."""
        level = self.level if level is None else level
        return self.table[np.isclose(self.table["level"], level)].reset_index(drop=True)

    @property
    def worst(self) -> pd.DataFrame:
        """The regime with the lowest coverage, one row per target."""
        rows = self.regimes.groupby("target", sort=False)["covered"].idxmin()
        return self.regimes.loc[rows].reset_index(drop=True)


def coverage(
    calibration: Calibration,
    parameters: pd.DataFrame | None = None,
    signals: np.ndarray | None = None,
    *,
    levels: Sequence[float] = LEVELS,
    level: float = 0.9,
    factor: float = 1.0,
) -> Coverage:
    """Measure the coverage of the intervals of a calibration.

    Parameters
    ----------
    calibration : Calibration
        Intervals of the run.
    parameters : DataFrame, (n, ...), optional
        True values. Default: those of the check signals of the calibration.
    signals : complex array, (n, n_settings, n_times), optional
        Signals M(t).
    levels : sequence of float
        Levels of the intervals, in (0, 1).
    level : float
        Of the regimes and errors.
    factor : float
        Multiplies the width of all intervals: wrong intervals, to test the p-value.

    Returns
    -------
    Coverage

    Raises
    ------
    InputError
        The numbers of true values and of signals differ, or a level is not between 0 and 1.

    Notes
    -----
    The number of covered signals follows a beta-binomial law if they are like those of the scores;
    it contains the randomness of the calibration, too. The p-value is two-sided; for sets
    one-sided, since they always hold a class and may cover more.

    References
    ----------
    V. Vovk, Proc. Mach. Learn. Res. 25, 475 (2012).
    """
    if parameters is None:
        reading, truth = calibration.checked(), calibration.parameters
    elif signals is None:
        raise InputError("Coverage needs the signals of the true values, got none.")
    else:
        reading, truth = calibration.read(signals), parameters
    truth = truth.reset_index(drop=True)
    if len(truth) != len(reading.predicted) or not len(truth):
        raise InputError(
            "Coverage needs one row of true values per signal, got "
            f"{len(truth)} rows for {len(reading.predicted)} signals."
        )
    levels = tuple(sorted({check_level(value) for value in (*levels, level)}))

    # Which true values are inside, by level and target
    weights = weights_of(truth)
    inside, widths = _inside(reading, truth, levels, factor, weights)
    rows = [
        _row(calibration, target, value, inside[value][target], widths[value][target], weights)
        for value in levels
        for target in inside[value]
    ]
    signals = without_weights(truth).assign(**_estimates(calibration, reading.predicted))
    fractions = Fractions(weights, calibration.n_effective, level)
    if calibration.task == "classification":
        ranks = errors = pd.DataFrame()
    else:
        ranks = pd.DataFrame(reading.position(truth), columns=list(calibration.known))
        errors = _errors(reading, truth, level, factor)
    return Coverage(
        run=calibration.run,
        method=calibration.method,
        n=len(truth),
        n_scores=calibration.n_effective,
        level=level,
        levels=levels,
        factor=factor,
        table=pd.DataFrame(rows),
        regimes=by_range(signals, list(calibration.targets), inside[level], fractions),
        ranks=ranks,
        errors=errors,
        signals=signals,
        inside=pd.DataFrame(inside[level]),
        weights=weights,
    )


def _estimates(c: Calibration, predicted: pd.DataFrame) -> dict[str, np.ndarray]:
    """predicted_<t> of every target with an interval, and of classes."""
    names = c.targets if c.task == "classification" else c.known
    return {ESTIMATE + name: predicted[name].to_numpy() for name in names}


def _inside(
    reading: Reading,
    truth: pd.DataFrame,
    levels: Sequence[float],
    factor: float,
    weights: np.ndarray,
) -> tuple[dict[float, dict[str, np.ndarray]], dict[float, dict[str, float]]]:
    """Level -> target -> bool (n,), and level -> target -> mean width in units."""
    c = reading.calibration
    inside: dict[float, dict[str, np.ndarray]] = {}
    widths: dict[float, dict[str, float]] = {}
    if c.task == "classification":
        target = next(iter(c.targets))
        number = pd.Index(c.classes).get_indexer(truth[target].astype(str))
        for level in levels:
            sets = reading.sets(level)
            is_in_set = sets[np.arange(len(truth)), number] & (number >= 0)
            inside[level] = {target: is_in_set}
            widths[level] = {target: float(np.average(sets.sum(axis=1), weights=weights))}
        return inside, widths
    true = truth[list(c.known)].to_numpy(float)
    for level in levels:
        # One interval per target
        low, high = reading.box(level, factor=factor)
        is_inside = (low <= true) & (true <= high)
        width = np.average(high - low, axis=0, weights=weights)
        inside[level] = dict(zip(c.known, is_inside.T, strict=True))
        widths[level] = dict(zip(c.known, width.tolist(), strict=True))
        # The joint box of several targets
        if len(c.known) > 1:
            low, high = reading.box(level, joint=True, factor=factor)
            inside[level][JOINT] = ((low <= true) & (true <= high)).all(axis=1)
            widths[level][JOINT] = float("nan")
    return inside, widths


def _row(
    c: Calibration,
    target: str,
    level: float,
    inside: np.ndarray,
    width: float,
    weights: np.ndarray,
) -> dict[str, Any]:
    is_classification = c.task == "classification"
    if is_classification:
        whole = float(len(c.classes))
    elif target in c.targets:
        whole = c.targets[target]["high"] - c.targets[target]["low"]
    else:
        whole = np.nan
    fractions = Fractions(weights, c.n_effective, level)
    return {
        "target": target,
        "level": level,
        **fractions.of(inside),
        "p_value": fractions.p_value(inside, one_sided=is_classification),
        "width": width,
        "width_percent": 100 * width / whole,
    }


def _errors(reading: Reading, truth: pd.DataFrame, level: float, factor: float) -> pd.DataFrame:
    low, high = reading.box(level, factor=factor)
    tables = []
    for k, name in enumerate(reading.calibration.known):
        true = truth[name].to_numpy(float)
        estimate = reading.predicted[name].to_numpy(float)
        columns = {
            "sample": np.arange(len(true)),
            "target": name,
            "true": true,
            "predicted": estimate,
            "low": low[:, k],
            "high": high[:, k],
            "error": np.abs(estimate - true),
            "width": high[:, k] - low[:, k],
        }
        tables.append(pd.DataFrame(columns))
    return pd.concat(tables, ignore_index=True)
