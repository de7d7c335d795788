"""Kernels in foreign files: their names, and the numbers that stand for them."""

import numpy as np
import pandas as pd

from nmr_core.errors import InputError
from nmr_core.io.formats._format import Foreign
from nmr_core.presets import PRESETS

STENCILS = ("gaussian", "power_law", "rkky", "constant")
"""Kernel of the stencil types 0, 1, 2, 3; those files call the last one uniform."""


def kernels_of(foreign: Foreign) -> list[str]:
    """Return the kernel of each sample, from its column or else from its preset."""
    if "kernel" in foreign.parameters:
        return foreign.parameters["kernel"].astype(str).tolist()
    if foreign.preset in PRESETS:
        return [PRESETS[foreign.preset].base.kernel] * len(foreign)
    raise InputError(
        "This format needs the kernel, and the data set has none. Add a column kernel, "
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


def with_only_kernel(parameters: pd.DataFrame, kernel: str, preset: str) -> pd.DataFrame:
    """Return parameters with a column for their only kernel, where no preset determines it."""
    if preset or not kernel or "kernel" in parameters:
        return parameters
    return parameters.assign(kernel=kernel)


def kernels_numbered(numbers: np.ndarray) -> list[str]:
    """Return the kernel of every sample; :class:`InputError` for a number that names none."""
    for sample, number in enumerate(numbers, 1):
        if number not in range(len(STENCILS)):
            shown = f"{number:g}" if np.isfinite(number) else "no finite number"
            listed = ", ".join(f"{k} {name}" for k, name in enumerate(STENCILS))
            raise InputError(
                f"stencil_type of sample {sample:,} is {shown}, and the kernels are {listed}. "
                "Repair that row."
            )
    return [STENCILS[int(number)] for number in numbers]


def with_kernels(
    parameters: pd.DataFrame, kernels: list[str]
) -> tuple[pd.DataFrame, str, list[str]]:
    """Return parameters with a column for their kernels, where there are several.

    Returns
    -------
    parameters : DataFrame
    kernel : str
        The only kernel, "" if there are several.
    notes : list of str
    """
    names = sorted(set(kernels))
    if len(names) == 1:
        return parameters, names[0], [f"All curves have the kernel {names[0]}."]
    counts = ", ".join(f"{name} {kernels.count(name):,}" for name in names)
    note = (
        f"Several kernels occur ({counts}), so that no single preset fits; the column kernel "
        "distinguishes them."
    )
    return parameters.assign(kernel=kernels), "", [note]
