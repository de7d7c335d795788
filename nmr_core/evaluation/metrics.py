"""How good predictions are, in the units of the physics and beside the null model, with intervals."""

import numpy as np
import pandas as pd

COLUMNS = ("r2", "rmse", "mse_w2", "null_mse_w2", "skill", "r2_low", "r2_high", "outside")


def _r2(residual2: np.ndarray, true: np.ndarray) -> np.ndarray:
    """1 - MSE / variance along the last axis; NaN where the truth does not vary (a resample of one curve, repeated)."""
    variance = true.var(axis=-1)
    return 1 - residual2.mean(axis=-1) / np.where(variance > 0, variance, np.nan)


def _resamples(n: int, n_resamples: int, seed: int) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, n, (n_resamples, n))


def score_table(true: pd.DataFrame, predicted: pd.DataFrame, train_mean: pd.Series, ranges: dict[str, tuple[float, float]],
                n_resamples: int = 1000, seed: int = 0) -> pd.DataFrame:
    """One row a target, for test samples only.

    r2              : 1 - MSE / variance of the truth
    rmse            : root mean square error, in the target's unit
    mse_w2          : MSE / w², w the width of the prior (the challenge's measure)
    null_mse_w2     : the same for predict-the-training-mean
    skill           : 1 - MSE / MSE of the null; 0 = nothing learned, 1 = perfect
    r2_low, r2_high : 95 % interval, bootstrap over test samples
    outside         : share of predictions outside the prior's range
    """
    resamples = _resamples(len(true), n_resamples, seed)
    rows = {}
    for name in true:
        low, high = ranges[name]
        w2 = (high - low) ** 2
        t, p = true[name].to_numpy(), predicted[name].to_numpy()
        squared = (p - t) ** 2
        null = ((train_mean[name] - t) ** 2).mean()
        r2_low, r2_high = np.nanquantile(_r2(squared[resamples], t[resamples]), [0.025, 0.975])
        rows[name] = (float(_r2(squared, t)), float(np.sqrt(squared.mean())), squared.mean() / w2, null / w2,
                      1 - squared.mean() / null, r2_low, r2_high, float(((p < low) | (p > high)).mean()))
    return pd.DataFrame.from_dict(rows, orient="index", columns=list(COLUMNS))


def weighted_error(true: pd.DataFrame, predicted: pd.DataFrame, widths: dict[str, float], n_resamples: int = 1000,
                   seed: int = 0) -> tuple[float, float, float]:
    """The challenge's error, sum over targets of MSE/w², and its 95 % bootstrap interval: (value, low, high)."""
    if true.empty or not len(true.columns):
        return 0.0, 0.0, 0.0
    per_sample = sum(((predicted[n] - true[n]).to_numpy() / widths[n]) ** 2 for n in true)
    low, high = np.quantile(per_sample[_resamples(len(true), n_resamples, seed)].mean(axis=1), [0.025, 0.975])
    return float(per_sample.mean()), float(low), float(high)
