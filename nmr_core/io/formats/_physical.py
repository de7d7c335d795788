"""Formats of simulators hold physical parameters: couplings, rates and pulses, as their simulator
understands them.
"""

import numpy as np
import pandas as pd

from nmr_core.errors import InputError
from nmr_core.io.formats._format import Foreign


def check_physical(foreign: Foreign, names: list[str]) -> list[str]:
    """Notes; an :class:`InputError` if a physical column is missing or means something else
    there.
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
            "These couplings are divided by the kernel's own sum, which this format cannot say: "
            "its simulator would take them for others. Choose npz, parquet, csv_wide, csv_long or "
            "hdf5."
        )
    turned = foreign.parameters.get("sense", pd.Series(dtype=float)) == -1
    return (
        ["Pulses of sense -1 are written with negative angles, the same in this format's sense."]
        if turned.any()
        else []
    )


def in_radians(rows: pd.DataFrame, angles: tuple[str, ...]) -> pd.DataFrame:
    """``rows`` with angles in radians, in the sense exp(+i angle I) of these simulators."""
    turned = rows["sense"].to_numpy() if "sense" in rows else np.ones(len(rows))
    return rows.assign(**{name: np.radians(rows[name].to_numpy()) * turned for name in angles})
