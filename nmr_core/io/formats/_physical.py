"""Physical parameters in formats of simulators: couplings, rates and pulses."""

import numpy as np
import pandas as pd

from nmr_core.errors import InputError
from nmr_core.io.formats._format import Foreign


def check_physical(foreign: Foreign, names: list[str]) -> list[str]:
    """Return notes on a data set that is written in the format of a simulator.

    Parameters
    ----------
    foreign : Foreign
        Curves of a foreign file, in our units.
    names : list of str
        Physical columns that the format needs.

    Raises
    ------
    InputError
        If a column is missing, or has another meaning in that simulator.
    """
    missing = [
        name for name in names if name not in foreign.parameters and name not in foreign.settings[0]
    ]
    if missing:
        raise InputError(
            f"This format needs the physical parameters of every curve, and {', '.join(missing)} "
            "is not known. Add the columns, or choose npz, parquet, csv_wide, csv_long or hdf5."
        )
    if (foreign.parameters.get("normalisation", pd.Series(dtype=str)) == "sum").any():
        raise InputError(
            "These couplings are divided by the sum of the kernel, which this format cannot "
            "express: its simulator would use others. Choose npz, parquet, csv_wide, csv_long or "
            "hdf5."
        )
    reversed_sense = foreign.parameters.get("sense", pd.Series(dtype=float)) == -1
    if not reversed_sense.any():
        return []
    return ["Pulses of sense -1 are written with negative angles, the same in this format's sense."]


def in_radians(rows: pd.DataFrame, angles: tuple[str, ...]) -> pd.DataFrame:
    """Return rows with angles in radians, in the sense exp(+i angle I) of these simulators."""
    sense = rows["sense"].to_numpy() if "sense" in rows else np.ones(len(rows))
    return rows.assign(**{name: np.radians(rows[name].to_numpy()) * sense for name in angles})
