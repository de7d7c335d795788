"""The file sim_params of the CUDA simulator: lattice, time step, delay and line of a run."""

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
MAX_STEPS = 1e9
"""Steps of a delay, more than any curve holds."""
_FACTORS = np.array([1, 1, REDUCED, 1e6, 2])
"""Reduced time, seconds and half width -> µs, µs and full width."""


def to_ours(table: np.ndarray) -> np.ndarray:
    """Return rows of sim_params in our units.

    A value that agrees with that of the preset to the written digits becomes the preset's.
    """
    ours = table * _FACTORS
    of_preset = defaults()
    return np.where(np.isclose(ours, of_preset, rtol=1e-6), of_preset, ours)


def to_theirs(ours: np.ndarray) -> np.ndarray:
    """Return rows in the units of sim_params."""
    return ours / _FACTORS


def defaults() -> np.ndarray:
    """Return the row of the preset, in our units."""
    base = preset(PRESET).base
    return np.array([getattr(base, name) for name in NAMES], dtype=float)


def unusual(rows: np.ndarray) -> pd.DataFrame:
    """Return the columns in which a run differs from the preset."""
    table = pd.DataFrame(rows, columns=list(NAMES))
    different = (table != defaults()).any()
    return table[[name for name in NAMES if different[name]]]


def grid(dt: float, tau: float, n_times: int, name: str) -> tuple[np.ndarray, list[str]]:
    """Return times, µs, and notes on them.

    The times before each step and at the end of both periods, or those after each step, whichever
    has ``n_times`` points.
    """
    if not (dt > 0 and tau > 0 and tau / dt < MAX_STEPS):
        raise InputError(
            f"The sim_params of {name} give a time step of {_shown(dt)} and a delay of "
            f"{_shown(tau)}, which no echo has. Give the sim_params of this run."
        )
    n_tau = floor(tau / dt + 1e-6)
    if n_times == 3 * n_tau + 2:
        time = np.concatenate([np.arange(n_tau + 1), np.arange(n_tau, 3 * n_tau + 1)]) * dt
        return time, []
    if n_times == 3 * n_tau:
        return np.arange(1, n_times + 1) * dt, [f"{n_times:,} points are those after every step."]
    raise InputError(
        f"{name} has {n_times:,} points per curve, dt and tau of its sim_params give "
        f"{3 * n_tau + 2:,}. The two do not belong together; give the sim_params of this run."
    )


def _shown(time: float) -> str:
    return f"{time:g} µs" if np.isfinite(time) else "more than any number"


def of(foreign: Foreign) -> np.ndarray:
    """Return the row of sim_params for a data set, (5,), in our units.

    Raises
    ------
    InputError
        If its samples differ in lattice, time grid or line.
    """
    base = PRESETS.get(foreign.preset, preset(PRESET)).base
    columns = []
    for name in NAMES:
        if name in foreign.parameters:
            columns.append(foreign.parameters[name].to_numpy(float))
        else:
            columns.append(np.full(len(foreign), float(getattr(base, name))))
    rows = np.column_stack(columns)
    if (rows != rows[0]).any():
        raise InputError(
            f"A file of {PRESET} holds one lattice, time grid and line for all curves, and here "
            "they differ. Choose npz, parquet, csv_wide, csv_long or hdf5."
        )
    return rows[0]
