"""Where a model fails: its error within ranges of any parameter, beside the baseline's in the same range."""

import numpy as np
import pandas as pd

N_RESAMPLES = 300
FEWEST = 3
"""Curves without which a range has no error."""


def quantile_edges(values: np.ndarray, n_bins: int) -> np.ndarray:
    """Edges of at most ``n_bins`` ranges with about as many values in each; equal values stay together."""
    edges = np.unique(np.quantile(values, np.linspace(0, 1, n_bins + 1)))
    return edges if len(edges) > 1 else np.array([edges[0], edges[0]])


def _bins(values: np.ndarray, edges: np.ndarray) -> np.ndarray:
    """Which range each value is in; a range holds its lower edge, the last one both."""
    return np.clip(np.searchsorted(edges, values, side="right") - 1, 0, max(0, len(edges) - 2))


def error_by(
    values: np.ndarray, residual: np.ndarray, baseline: np.ndarray, n_bins: int = 8, seed: int = 0
) -> pd.DataFrame:
    """RMSE by quantile ranges of a parameter: low, high, centre (median), n, rmse, rmse_low, rmse_high (95 %, bootstrap), baseline.

    values   : parameter of each test curve, (n_test,)
    residual : predicted - true, (n_test,); baseline: training mean - true
    """
    edges, rng = quantile_edges(values, n_bins), np.random.default_rng(seed)
    place, rows = _bins(values, edges), []
    for k in range(len(edges) - 1):
        inside = place == k
        n, squared = int(inside.sum()), residual[inside] ** 2
        if n < FEWEST:
            continue
        low, high = np.quantile(
            squared[rng.integers(0, n, (N_RESAMPLES, n))].mean(axis=1), [0.025, 0.975]
        )
        rows.append(
            (
                edges[k],
                edges[k + 1],
                float(np.median(values[inside])),
                n,
                *np.sqrt([squared.mean(), low, high, (baseline[inside] ** 2).mean()]),
            )
        )
    return pd.DataFrame(
        rows, columns=["low", "high", "centre", "n", "rmse", "rmse_low", "rmse_high", "baseline"]
    )


def error_map(
    x: np.ndarray, y: np.ndarray, residual: np.ndarray, n_bins: int = 6
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """RMSE over quantile ranges of two parameters: edges of x, edges of y, RMSE (n_y, n_x; NaN below three curves), and the
    number of curves (n_y, n_x)."""
    x_edges, y_edges = quantile_edges(x, n_bins), quantile_edges(y, n_bins)
    shape = (len(y_edges) - 1, len(x_edges) - 1)
    cell = np.ravel_multi_index((_bins(y, y_edges), _bins(x, x_edges)), shape)
    n = np.bincount(cell, minlength=np.prod(shape)).reshape(shape)
    total = np.bincount(cell, residual**2, minlength=np.prod(shape)).reshape(shape)
    rmse = np.sqrt(np.divide(total, n, out=np.full(shape, np.nan), where=n >= FEWEST))
    return x_edges, y_edges, rmse, n
