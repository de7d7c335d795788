"""Where in time a parameter shows."""

import numpy as np
import pandas as pd


def correlations(parameters: pd.DataFrame, values: np.ndarray) -> np.ndarray:
    """Pearson's r of every column with every time point, float64 (n_parameters, n_times); NaN where one does not vary.

    parameters : numbers, one row per sample
    values     : real curves (n_samples, n_times)
    """
    x = parameters.to_numpy(float) - parameters.to_numpy(float).mean(0)
    y = values - values.mean(0, dtype=float)
    scale = np.sqrt((x**2).sum(0))[:, None] * np.sqrt((y**2).sum(0))
    floor = (
        1e-12
        * len(x)
        * np.abs(parameters.to_numpy(float)).max(0)[:, None]
        * max(np.abs(values).max(), 1e-300)
    )
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(scale > floor, np.clip(x.T @ y / scale, -1, 1), np.nan)
