"""Kernels in foreign files: whole numbers for them, and which one a data set has."""

import numpy as np
import pandas as pd

from nmr_core.errors import InputError
from nmr_core.io.formats._format import Foreign
from nmr_core.presets import PRESETS

STENCILS = ("gaussian", "power_law", "rkky", "constant")
"""Stencil types 0, 1, 2, 3 (the last is called uniform there)."""


def kernels_of(foreign: Foreign) -> list[str]:
    """The kernel of each sample: its column, else its preset's."""
    if "kernel" in foreign.parameters:
        return foreign.parameters["kernel"].astype(str).tolist()
    if foreign.preset in PRESETS:
        return [PRESETS[foreign.preset].base.kernel] * len(foreign)
    raise InputError(
        "This format names the kernel, and nothing is known about it here. Add a column kernel, "
        "or choose csv, npz, parquet or hdf5."
    )


def stencils_of(foreign: Foreign) -> np.ndarray:
    """Return the stencil type of each sample, float64 (n_samples,).

    Raises
    ------
    InputError
        For a kernel that these formats have no number for.
    """
    kernels = kernels_of(foreign)
    unknown = sorted(set(kernels) - set(STENCILS))
    if unknown:
        raise InputError(
            f"This format numbers the kernels {', '.join(STENCILS)}, got {unknown[0][:40]!r}. "
            "Choose npz, parquet, csv_wide, csv_long or hdf5."
        )
    return np.array([STENCILS.index(kernel) for kernel in kernels], dtype=float)


def unless_known(parameters: pd.DataFrame, only: str, preset: str) -> pd.DataFrame:
    """The only kernel as a column after all, when there is no preset that would say it."""
    return (
        parameters
        if preset or not only or "kernel" in parameters
        else parameters.assign(kernel=only)
    )


def with_kernels(
    parameters: pd.DataFrame, kernels: list[str]
) -> tuple[pd.DataFrame, str, list[str]]:
    """(parameters, the only kernel or "", notes): several kernels become a column, a single one a
    note.
    """
    names = sorted(set(kernels))
    if len(names) == 1:
        return parameters, names[0], [f"All curves have the kernel {names[0]}."]
    counts = ", ".join(f"{name} {kernels.count(name):,}" for name in names)
    return (
        parameters.assign(kernel=kernels),
        "",
        [
            f"Several kernels occur ({counts}), so that no single preset fits; the column kernel "
            "tells them apart."
        ],
    )
