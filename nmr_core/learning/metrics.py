"""Scores of numbers on test samples, per target, beside the baseline, with 95 % intervals.

Those of classes are in :mod:`nmr_core.learning.class_metrics`.

With ``weights`` (prior density / sampling density, :mod:`nmr_core.weights`) all of them are those
of the stated prior, whatever the samples were drawn from.
"""

from collections.abc import Iterator

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy.special import betaincinv

from nmr_core.weights import effective_size, unequal

COLUMNS = (
    "r2",
    "rmse",
    "rmse_percent",
    "mse_w2",
    "baseline_mse_w2",
    "skill",
    "r2_low",
    "r2_high",
    "outside",
)
N_RESAMPLES = 1000
CHUNK_BYTES = 2e7
"""Resamples drawn at a time; small enough for the processor's cache."""


# Intervals


def resampled_means(
    values: np.ndarray,
    n_resamples: int = N_RESAMPLES,
    seed: int = 0,
    weights: np.ndarray | None = None,
) -> np.ndarray:
    """Means of the columns over bootstrap samples of the rows: (n, k) -> (n_resamples, k).

    A bootstrap sample is stored as how often it holds each row, so all means are one matrix
    product. The samples are the same for the same n, whatever the columns. A sample takes its
    weight with it: each mean is sum(w x) / sum(w).
    """
    n = len(values)
    w = unequal(weights)
    if w is None:
        sums = [counts @ values for counts in _counts(n, n_resamples, seed)]
        return np.concatenate(sums) / n
    columns = np.column_stack([w[:, None] * values, w])
    weighted = np.concatenate([counts @ columns for counts in _counts(n, n_resamples, seed)])
    return weighted[:, :-1] / weighted[:, -1:]


def weighted_mean(values: np.ndarray, weights: np.ndarray | None = None) -> np.ndarray:
    """Mean over the samples, (n_samples, ...) -> (...), with weights (n_samples,) or without."""
    w = unequal(weights)
    return values.mean(axis=0) if w is None else np.average(values, axis=0, weights=w)


def _counts(n: int, n_resamples: int, seed: int) -> Iterator[np.ndarray]:
    """How often each of n rows is in a bootstrap sample, float64 (n_chunk, n) at a time."""
    rng = np.random.default_rng(seed)
    done = 0
    while done < n_resamples:
        n_chunk = min(n_resamples - done, max(1, int(CHUNK_BYTES / (8 * n))))
        rows = rng.integers(0, n, (n_chunk, n), dtype=np.int32)
        # One histogram for the whole chunk: sample k counts in the bins k n ... (k + 1) n - 1
        rows += n * np.arange(n_chunk, dtype=np.int32)[:, None]
        counts = np.bincount(rows.ravel(), minlength=n_chunk * n)
        yield counts.reshape(n_chunk, n).astype(float)
        done += n_chunk


def share_interval(k: ArrayLike, n: ArrayLike) -> tuple:
    """95 % interval of a probability from k successes in n trials.

    Parameters
    ----------
    k, n : number or array of the same shape
        Successes and trials; of weighted samples effective numbers, which need not be whole.

    Returns
    -------
    low, high : float or float array
        (0, 1) where n is 0.

    References
    ----------
    Clopper and Pearson, Biometrika 26, 404 (1934).
    """
    k, n = np.asarray(k), np.asarray(n)
    low = np.where(k > 0, betaincinv(np.where(k > 0, k, 1), n - k + 1, 0.025), 0.0)
    high = np.where(k < n, betaincinv(k + 1, np.where(k < n, n - k, 1), 0.975), 1.0)
    return (low, high) if low.ndim else (float(low), float(high))


def weighted_share(
    is_in: np.ndarray, weights: np.ndarray | None = None
) -> tuple[float, float, float]:
    """Probability of an outcome with its 95 % interval: (value, low, high).

    Parameters
    ----------
    is_in : bool array, (n_samples,)
        Whether the outcome occurred.
    weights : float array, (n_samples,), optional
        Default: equal. The interval is then that of the effective number of samples.
    """
    w = unequal(weights)
    if w is None:
        k, n = int(is_in.sum()), len(is_in)
        return (k / n if n else float("nan"), *share_interval(k, n))
    share, n_effective = float(np.average(is_in, weights=w)), effective_size(w)
    return (share, *share_interval(share * n_effective, n_effective))


# Numbers


def score_table(
    true: pd.DataFrame,
    predicted: pd.DataFrame,
    train_mean: pd.Series,
    ranges: dict[str, tuple[float, float]],
    n_resamples: int = N_RESAMPLES,
    seed: int = 0,
    weights: np.ndarray | None = None,
) -> pd.DataFrame:
    """Scores of predicted numbers, one row per target.

    Parameters
    ----------
    true, predicted : DataFrame, (n_test, n_targets)
        In the units of the targets.
    train_mean : Series
        Mean of each target over the training part: the prediction of the baseline.
    ranges : dict of (low, high)
        Range of the prior of each target; its width is w.
    n_resamples, seed : int
        Of the bootstrap over test samples.
    weights : float array, (n_test,), optional
        Default: equal.

    Returns
    -------
    DataFrame with the columns

        =================  ==============================================================
        r2                 1 - MSE / variance of the truth
        rmse               root mean square error, in the unit of the target
        rmse_percent       the same in % of w
        mse_w2             MSE / w^2
        baseline_mse_w2    the same for the baseline
        skill              1 - MSE / MSE of the baseline; 0 = nothing learned, 1 = perfect
        r2_low, r2_high    95 % bootstrap interval of r2
        outside            share of predictions outside the range of the prior
        =================  ==============================================================
    """
    names = list(true)
    low, high = np.array([ranges[name] for name in names], float).T
    width = high - low
    t = true.to_numpy(float)
    p = predicted[names].to_numpy(float)
    mean = train_mean[names].to_numpy(float)

    squared = (p - t) ** 2
    mse = weighted_mean(squared, weights)
    baseline_mse = weighted_mean((mean - t) ** 2, weights)
    rmse = np.sqrt(mse)

    # Bootstrap of r2: means of the squared error, of the centred truth and of its square
    centred = t - weighted_mean(t, weights)
    variance = weighted_mean(centred**2, weights)
    columns = np.concatenate([squared, centred, centred**2], axis=1)
    means = resampled_means(columns, n_resamples, seed, weights)
    mse_drawn, mean_drawn, square_drawn = np.split(means, 3, axis=1)
    r2_drawn = _r2(mse_drawn, square_drawn - mean_drawn**2, 1e-12 * variance)
    r2_low, r2_high = np.nanquantile(r2_drawn, [0.025, 0.975], axis=0)

    scores = (
        _r2(mse, variance, 0.0),
        rmse,
        100 * rmse / width,
        mse / width**2,
        baseline_mse / width**2,
        1 - mse / baseline_mse,
        r2_low,
        r2_high,
        weighted_mean((p < low) | (p > high), weights),
    )
    return pd.DataFrame(dict(zip(COLUMNS, scores, strict=True)), index=names)


def _r2(mse: np.ndarray, variance: np.ndarray, least: float | np.ndarray) -> np.ndarray:
    """1 - MSE / variance; NaN where the truth does not vary (a resample of one sample)."""
    return 1 - mse / np.where(variance > least, variance, np.nan)


def weighted_error(
    true: pd.DataFrame,
    predicted: pd.DataFrame,
    widths: dict[str, float],
    n_resamples: int = N_RESAMPLES,
    seed: int = 0,
    weights: np.ndarray | None = None,
) -> tuple[float, float, float]:
    """Sum over targets of MSE / w^2 (the 2020 challenge's error), with a 95 % bootstrap interval.

    Parameters
    ----------
    true, predicted : DataFrame, (n_test, n_targets)
        In the unit of the target.
    widths : dict
        Width w of the prior of each target.
    n_resamples : int
        Bootstrap samples.
    seed : int
        Seed of the random numbers.
    weights : float array, (n_test,), optional
        Default: equal.

    Returns
    -------
    value, low, high : float
    """
    if true.empty or not len(true.columns):
        return 0.0, 0.0, 0.0
    per_sample = sum(((predicted[n] - true[n]).to_numpy() / widths[n]) ** 2 for n in true)
    means = resampled_means(per_sample[:, None], n_resamples, seed, weights)
    low, high = np.quantile(means, [0.025, 0.975])
    return float(weighted_mean(per_sample, weights)), float(low), float(high)
