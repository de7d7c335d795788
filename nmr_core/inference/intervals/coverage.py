"""Coverage: how often the true value is inside the intervals, at every level, in every quartile."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from pandas.api.types import is_numeric_dtype
from scipy.stats import betabinom

from nmr_core.errors import InputError
from nmr_core.inference.intervals import conformal
from nmr_core.inference.intervals.calibration import Calibration
from nmr_core.inference.intervals.reading import Reading
from nmr_core.learning.metrics import share_interval

LEVELS = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99)
JOINT = "all parameters jointly"
"""What the rows of the joint box are called."""
N_REGIMES = 4
ROUNDING = 1e-9


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
        (fraction), low and high (its 95 % interval, Clopper-Pearson), expected_low and expected_high
        (where it is in 95 of 100 cases for exact intervals), p_value, width (mean, in the unit of the
        target; for classes the mean size of the set), width_percent (of the range of the prior).
    regimes : DataFrame
        target, by, quartile (1 to 4), from, to, n, covered, low, high, expected_low, expected_high at
        ``level``: signals by quartile of every true parameter (for a class its name, quartile 0).
    ranks : DataFrame, (n, n_known)
        Rank of the true value in its predictive distribution, in (0, 1); empty for classes.
    errors : DataFrame
        sample, target, true, predicted, low, high, error (absolute), width at ``level``; empty for
        classes.
    """

    run: str
    method: str
    n: int
    n_scores: int
    level: float
    levels: tuple
    factor: float
    table: pd.DataFrame
    regimes: pd.DataFrame
    ranks: pd.DataFrame
    errors: pd.DataFrame

    def at(self, level: float | None = None) -> pd.DataFrame:
        """Rows of the table at one level (default: the main one), a target each."""
        wanted = self.level if level is None else level
        return self.table[np.isclose(self.table["level"], wanted)].reset_index(drop=True)

    @property
    def worst(self) -> pd.DataFrame:
        """The regime with the lowest coverage of each target."""
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
    The number of covered signals follows a beta-binomial law if they are like those of the scores; it
    contains the randomness of the calibration, too. The p-value is two-sided; for sets one-sided, since
    they always hold a class and may cover more.

    References
    ----------
    V. Vovk, Proc. Mach. Learn. Res. 25, 475 (2012).
    """
    given = parameters is not None
    reading = calibration.read(signals) if given else calibration.checked()
    truth = (parameters if given else calibration.parameters).reset_index(drop=True)
    if len(truth) != len(reading.predicted) or not len(truth):
        raise InputError(
            f"Coverage needs a row of true values for each curve, got {len(truth)} rows for "
            f"{len(reading.predicted)} curves."
        )
    levels = tuple(sorted({conformal.check_level(one) for one in (*levels, level)}))
    inside, widths = _inside(reading, truth, levels, factor)
    rows = [
        _row(calibration, target, one, inside[one][target], widths[one][target])
        for one in levels
        for target in inside[one]
    ]
    regimes = _regimes(calibration, truth, inside[level], level)
    ranks, errors = (
        (pd.DataFrame(), pd.DataFrame())
        if calibration.task == "classification"
        else (
            pd.DataFrame(reading.position(truth), columns=list(calibration.known)),
            _errors(reading, truth, level, factor),
        )
    )
    return Coverage(
        calibration.run,
        calibration.method,
        len(truth),
        calibration.n,
        level,
        levels,
        factor,
        pd.DataFrame(rows),
        regimes,
        ranks,
        errors,
    )


def _inside(
    reading: Reading, truth: pd.DataFrame, levels: Sequence[float], factor: float
) -> tuple[dict, dict]:
    """level -> target -> bool (n,), and level -> target -> mean width in units."""
    c, inside, widths = reading.calibration, {}, {}
    if c.task == "classification":
        name = next(iter(c.targets))
        number = pd.Index(c.classes).get_indexer(truth[name].astype(str))
        for level in levels:
            chosen = reading.sets(level)
            inside[level] = {name: chosen[np.arange(len(truth)), number] & (number >= 0)}
            widths[level] = {name: float(chosen.sum(axis=1).mean())}
        return inside, widths
    true = truth[list(c.known)].to_numpy(float)
    for level in levels:
        low, high = reading.box(level, factor=factor)
        inside[level] = dict(zip(c.known, ((low <= true) & (true <= high)).T, strict=True))
        widths[level] = dict(zip(c.known, (high - low).mean(axis=0).tolist(), strict=True))
        if len(c.known) > 1:
            low, high = reading.box(level, joint=True, factor=factor)
            inside[level][JOINT] = ((low <= true) & (true <= high)).all(axis=1)
            widths[level][JOINT] = float("nan")
    return inside, widths


def _row(c: Calibration, target: str, level: float, inside: np.ndarray, width: float) -> dict:
    spec = c.targets.get(target)
    whole = len(c.classes) or (spec["high"] - spec["low"] if spec else np.nan)
    return {
        "target": target,
        "level": level,
        "covered": float(inside.mean()),
        **_bands(c, inside, level),
        "p_value": p_value(int(inside.sum()), len(inside), c.n, level, c.task == "classification"),
        "width": width,
        "width_percent": 100 * width / whole,
    }


def _law(n: int, n_scores: int, level: float):
    """Law of the number of covered curves among n: beta-binomial, k of n_scores + 1."""
    k = conformal.rank_of(n_scores, level)
    return betabinom(n, k, n_scores + 1 - k) if k <= n_scores else None


def p_value(covered: int, n: int, n_scores: int, level: float, one_sided: bool = False) -> float:
    """Probability of a number of covered curves at least as far from what is expected, if the intervals are right."""
    law = _law(n, n_scores, level)
    if law is None:  # too few scores for this level: the intervals are the whole range
        return 1.0 if covered == n else 0.0
    below, above = float(law.cdf(covered)), float(law.sf(covered - 1))
    return below if one_sided else min(1.0, 2 * min(below, above))


def _bands(c: Calibration, inside: np.ndarray, level: float) -> dict:
    """95 % interval of the observed share, and where right intervals' share lies in 95 of 100 cases."""
    n, k, law = len(inside), int(inside.sum()), _law(len(inside), c.n, level)
    low, high = share_interval(k, n)
    expected = (1.0, 1.0) if law is None or not n else (law.ppf(0.025) / n, law.ppf(0.975) / n)
    return {
        "low": low,
        "high": high,
        "expected_low": float(expected[0]),
        "expected_high": float(expected[1]),
    }


def _regimes(c: Calibration, truth: pd.DataFrame, inside: dict, level: float) -> pd.DataFrame:
    """Coverage by quartile of every true parameter that varies, and by class."""
    rows = []
    for by in _own(truth, c.targets):
        for number, start, stop, chosen in _parts(truth[by], by in c.targets):
            for target, covered in inside.items():
                there = covered[chosen]
                rows.append(
                    {
                        "target": target,
                        "by": by,
                        "quartile": number,
                        "from": start,
                        "to": stop,
                        "n": int(chosen.sum()),
                        "covered": float(there.mean()),
                        **_bands(c, there, level),
                    }
                )
    return pd.DataFrame(rows)


def _own(truth: pd.DataFrame, targets: dict) -> list[str]:
    """Targets, then other columns that say something that no earlier one does: the order of their curves is another."""
    chosen: list[str] = []
    orders: list[np.ndarray] = []
    for name in [
        *(name for name in targets if name in truth),
        *(name for name in truth if name not in targets),
    ]:
        if is_numeric_dtype(truth[name]):
            x = truth[name].to_numpy(float)
            if not np.isfinite(x).all() or np.ptp(x) <= ROUNDING * np.abs(x).max():
                continue
            order = pd.Series(x).rank().to_numpy()
            if any(abs(np.corrcoef(order, other)[0, 1]) > 1 - ROUNDING for other in orders):
                continue
            orders.append(order)
        chosen.append(name)
    return chosen


def _parts(values: pd.Series, is_target: bool) -> list[tuple]:
    """(number, from, to, mask) of quartiles of a number, or of the values of a text target."""
    if not is_numeric_dtype(values):
        return (
            [
                (0, name, name, (values.astype(str) == name).to_numpy())
                for name in sorted(set(values.astype(str)))
            ]
            if is_target
            else []
        )
    x = values.to_numpy(float)
    if not np.isfinite(x).all() or len(np.unique(x)) < 2 * N_REGIMES:
        return []
    edges = np.quantile(x, np.linspace(0, 1, N_REGIMES + 1))
    number = np.searchsorted(edges[1:-1], x, "right")
    return [
        (k + 1, float(edges[k]), float(edges[k + 1]), number == k)
        for k in range(N_REGIMES)
        if (number == k).any()
    ]


def _errors(reading: Reading, truth: pd.DataFrame, level: float, factor: float) -> pd.DataFrame:
    c, (low, high) = reading.calibration, reading.box(level, factor=factor)
    several = []
    for k, name in enumerate(c.known):
        true, found = truth[name].to_numpy(float), reading.predicted[name].to_numpy(float)
        several.append(
            pd.DataFrame(
                {
                    "sample": np.arange(len(true)),
                    "target": name,
                    "true": true,
                    "predicted": found,
                    "low": low[:, k],
                    "high": high[:, k],
                    "error": np.abs(found - true),
                    "width": high[:, k] - low[:, k],
                }
            )
        )
    return pd.concat(several, ignore_index=True)
