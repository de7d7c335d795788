"""sim_params of the CUDA simulator: lattice, time step, delay and line of a run, and the time grid
that follows.
"""

from math import floor

import numpy as np
import pandas as pd

from nmr_core.errors import InputError
from nmr_core.io.formats._format import Foreign
from nmr_core.io.formats._plausible import Column
from nmr_core.presets import PRESETS, REDUCED, preset

PRESET = "cuda_2023"
COLUMNS = (
    Column("n_x", 1, 4096, whole=True),
    Column("n_y", 1, 4096, whole=True),
    Column("dt", 1e-3, 1e3),
    Column("tau", 1e-8, 1e-2),
    Column("line_width", 1e-6, 5),
)
NAMES = tuple(column.name for column in COLUMNS)
_FACTORS = np.array([1, 1, REDUCED, 1e6, 2])
"""Reduced time, seconds and half width -> µs, µs and full width."""


def to_ours(table: np.ndarray) -> np.ndarray:
    """Rows of sim_params in our units; a value of the preset itself, but for the digits written,
    becomes the preset's.
    """
    ours = table * _FACTORS
    usual = defaults()
    return np.where(np.isclose(ours, usual, rtol=1e-6), usual, ours)


def to_theirs(ours: np.ndarray) -> np.ndarray:
    """The inverse."""
    return ours / _FACTORS


def defaults() -> np.ndarray:
    """What the preset has."""
    base = preset(PRESET).base
    return np.array([getattr(base, name) for name in NAMES], dtype=float)


def unusual(rows: np.ndarray) -> pd.DataFrame:
    """The columns in which a run differs from the preset."""
    table = pd.DataFrame(rows, columns=list(NAMES))
    return table[
        [
            name
            for name, usual in zip(NAMES, defaults(), strict=True)
            if (table[name] != usual).any()
        ]
    ]


def grid(dt: float, tau: float, n_times: int, name: str) -> tuple[np.ndarray, list[str]]:
    """(times in µs, notes): before each step and at the end of both periods; or after each step, if
    that is what fits.
    """
    n_tau = floor(tau / dt + 1e-6)
    time = np.concatenate([np.arange(n_tau + 1), np.arange(n_tau, 3 * n_tau + 1)]) * dt
    if len(time) == n_times:
        return time, []
    if n_times == 3 * n_tau:
        return np.arange(1, n_times + 1) * dt, [f"{n_times:,} points are those after every step."]
    raise InputError(
        f"{name} has {n_times:,} points per curve, dt and tau of its sim_params give "
        f"{len(time):,}. The two do not belong together; give the sim_params of this run."
    )


def of(foreign: Foreign) -> np.ndarray:
    """The one row of sim_params for a data set, (5,) in our units."""
    usual = PRESETS.get(foreign.preset, preset(PRESET)).base
    base = {name: float(getattr(usual, name)) for name in NAMES}
    rows = np.column_stack(
        [
            foreign.parameters.get(name, pd.Series(np.full(len(foreign), base[name]))).to_numpy(
                float
            )
            for name in NAMES
        ]
    )
    if (rows != rows[0]).any():
        raise InputError(
            f"A file of {PRESET} holds one lattice, time grid and line for all curves, and here "
            "they differ. Choose npz, parquet, csv_wide, csv_long or hdf5."
        )
    return rows[0]
