"""How good predictions are, in the units of the physics and beside the baseline, with intervals."""

from collections.abc import Iterator

import numpy as np
import pandas as pd

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
"""Resamples that are drawn at a time: what stays in the processor's cache is fast."""


def _resampled_means(
    values: np.ndarray, n_resamples: int = N_RESAMPLES, seed: int = 0
) -> np.ndarray:
    """Means of the columns over bootstrap samples of the rows: (n, k) -> (n_resamples, k).

    A bootstrap sample is how often it holds each row, so all means are one matrix product. The same samples for the same n,
    whatever the columns.
    """
    return np.concatenate(
        [counts @ values for counts in _counts(len(values), n_resamples, seed)]
    ) / len(values)


def _counts(n: int, n_resamples: int, seed: int) -> Iterator[np.ndarray]:
    """How often each of n rows is in a bootstrap sample, float64 (some, n) at a time."""
    rng, done = np.random.default_rng(seed), 0
    while done < n_resamples:
        some = min(n_resamples - done, max(1, int(CHUNK_BYTES / (8 * n))))
        drawn = rng.integers(0, n, (some, n), dtype=np.int32)
        drawn += n * np.arange(some, dtype=np.int32)[:, None]
        yield np.bincount(drawn.ravel(), minlength=some * n).reshape(some, n).astype(float)
        done += some


def _r2(mse: np.ndarray, variance: np.ndarray, least: float) -> np.ndarray:
    """1 - MSE / variance; NaN where the truth does not vary (a resample of one curve, repeated)."""
    return 1 - mse / np.where(variance > least, variance, np.nan)


def score_table(
    true: pd.DataFrame,
    predicted: pd.DataFrame,
    train_mean: pd.Series,
    ranges: dict[str, tuple[float, float]],
    n_resamples: int = N_RESAMPLES,
    seed: int = 0,
) -> pd.DataFrame:
    """One row per target, for test samples only.

    r2              : 1 - MSE / variance of the truth
    rmse            : root mean square error, in the target's unit
    rmse_percent    : the same in % of w, the width of the prior
    mse_w2          : MSE / w² (the challenge's measure)
    baseline_mse_w2     : the same for predict-the-training-mean
    skill           : 1 - MSE / MSE of the baseline; 0 = nothing learned, 1 = perfect
    r2_low, r2_high : 95 % interval, bootstrap over test samples
    outside         : share of predictions outside the prior's range
    """
    names = list(true)
    low, high = np.array([ranges[name] for name in names], float).T
    t, p, mean = (
        true.to_numpy(float),
        predicted[names].to_numpy(float),
        train_mean[names].to_numpy(float),
    )
    squared, centred = (p - t) ** 2, t - t.mean(axis=0)
    mse, baseline, variance, w = (
        squared.mean(axis=0),
        ((mean - t) ** 2).mean(axis=0),
        t.var(axis=0),
        high - low,
    )
    drawn = _resampled_means(
        np.concatenate([squared, centred, centred**2], axis=1), n_resamples, seed
    )
    mse_drawn, mean_drawn, square_drawn = np.split(drawn, 3, axis=1)
    r2_drawn = _r2(mse_drawn, square_drawn - mean_drawn**2, 1e-12 * variance)
    r2_low, r2_high = np.nanquantile(r2_drawn, [0.025, 0.975], axis=0)
    rmse = np.sqrt(mse)
    columns = (
        _r2(mse, variance, 0.0),
        rmse,
        100 * rmse / w,
        mse / w**2,
        baseline / w**2,
        1 - mse / baseline,
        r2_low,
        r2_high,
        ((p < low) | (p > high)).mean(axis=0),
    )
    return pd.DataFrame(dict(zip(COLUMNS, columns, strict=True)), index=names)


def weighted_error(
    true: pd.DataFrame,
    predicted: pd.DataFrame,
    widths: dict[str, float],
    n_resamples: int = N_RESAMPLES,
    seed: int = 0,
) -> tuple[float, float, float]:
    """The challenge's error, sum over targets of MSE/w², and its 95 % bootstrap interval: (value, low, high)."""
    if true.empty or not len(true.columns):
        return 0.0, 0.0, 0.0
    per_sample = sum(((predicted[n] - true[n]).to_numpy() / widths[n]) ** 2 for n in true)
    low, high = np.quantile(
        _resampled_means(per_sample[:, None], n_resamples, seed), [0.025, 0.975]
    )
    return float(per_sample.mean()), float(low), float(high)
