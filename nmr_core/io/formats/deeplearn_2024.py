"""The challenge of 2024: three columns of parameters a kernel, named in front of the file names."""

from pathlib import Path

import numpy as np
import pandas as pd

from nmr_core.errors import InputError
from nmr_core.io.formats._format import Foreign, Format
from nmr_core.io.formats._grids import assumed_times, notes_on_times
from nmr_core.io.formats._kernels import kernels_of, with_kernels, with_only_kernel
from nmr_core.io.formats._names import check_rows, companion, sets
from nmr_core.io.formats._plausible import Column, checked, prior
from nmr_core.io.formats.ml4sci_2020 import family, one_setting
from nmr_core.io.matrices import read_curves, read_matrix, width
from nmr_core.io.source import Source
from nmr_core.io.write_text import write_matrix
from nmr_core.kernels import KERNELS

NAMES = ("alpha", "xi", "d")
ROLES = ("mat_info", "echos_r", "echos_i")
PRESETS = ("deeplearn_2024_gaussian", "deeplearn_2024_rkky")


def _columns() -> tuple[Column, ...]:
    alpha, d = prior(PRESETS[0], "alpha", "d")
    return alpha, Column("xi", 0, 90), d


def _kernel(before: str) -> str:
    """Kernel at the beginning of a file name; "" if there is none."""
    return next((name for name in KERNELS if before.replace("-", "_").startswith(name)), "")


def sniff(source: Source) -> tuple[float, str]:
    """Confidence that the files are of this challenge, and the reason."""
    for (before, _), files in sets(source, *ROLES).items():
        if "mat_info" in files and width(source, files["mat_info"]) == len(NAMES):
            reason = f"{files['mat_info']} has {len(NAMES)} columns"
            if len(files) < len(ROLES):
                return 0.5, reason
            return 0.95 if _kernel(before) else 0.85, reason
    return 0.0, "no mat_info with 3 columns"


def read(source: Source) -> Foreign:
    """Return the curves of all kernels in the folder, with alpha, xi and d."""
    tables, curves, kernels, notes = [], [], [], []
    for (before, _), files in sets(source, *ROLES).items():
        info = companion(files, "mat_info", source)
        curves.append(
            read_curves(
                source, companion(files, "echos_r", source), companion(files, "echos_i", source)
            )
        )
        table = read_matrix(source, info)
        if table.shape[1] != len(NAMES):
            raise InputError(
                f"{info} has {table.shape[1]} columns, expected are 3: {' '.join(NAMES)}. Give the "
                "file of the 2024 challenge."
            )
        check_rows(len(table), info, len(curves[-1]), files["echos_r"])
        parameters, unusual = checked(table, _columns(), info)
        tables.append(parameters)
        kernels += [_kernel(before)] * len(table)
        notes += unusual
    if not tables:
        raise InputError(
            f"{source.path.name} holds no mat_info. Give the folder with "
            "<kernel>_mat_info_model.txt and its curves."
        )
    return _joined(tables, curves, kernels, notes)


def _joined(
    tables: list[pd.DataFrame], curves: list[np.ndarray], kernels: list[str], notes: list[str]
) -> Foreign:
    if len({part.shape[1] for part in curves}) > 1:
        raise InputError(
            f"The kernels have curves of {', '.join(str(part.shape[1]) for part in curves)} "
            "points. Import them one by one."
        )
    parameters = pd.concat(tables, ignore_index=True)
    preset = ""
    if all(kernels):
        parameters, only, more = with_kernels(parameters, kernels)
        notes = notes + more
        if only in ("gaussian", "rkky"):
            preset = f"deeplearn_2024_{only}"
    else:
        notes = [
            *notes,
            "No kernel is named in front of mat_info, so that no preset is known; rename the "
            "files (gaussian_mat_info_model.txt) to name it.",
        ]
    time, grid_of, more = assumed_times(preset or PRESETS[0], curves[0].shape[1])
    if not preset:
        grid_of = ""
    joined = np.concatenate(curves) if len(curves) > 1 else curves[0]
    return Foreign(
        with_only_kernel(parameters, kernels[0], grid_of),
        joined[:, None],
        time,
        grid_of,
        notes=notes + more,
    )


def check(foreign: Foreign) -> list[str]:
    """Return notes; :class:`InputError` for several settings, other parameters or no kernel."""
    one_setting(foreign, "deeplearn_2024")
    family(foreign, PRESETS, NAMES)
    if not set(NAMES) <= set(foreign.parameters):
        raise InputError(
            "This format needs alpha, xi and d, which these curves lack. Choose npz, "
            "parquet, csv_wide or hdf5."
        )
    kernels_of(foreign)
    return notes_on_times(foreign.time, PRESETS[0])


def write(foreign: Foreign, folder: Path) -> None:
    """Write three files per kernel."""
    kernels = np.array(kernels_of(foreign))
    for kernel in sorted(set(kernels)):
        rows = kernels == kernel
        write_matrix(
            folder / f"{kernel}_mat_info_model.txt",
            foreign.parameters.loc[rows, list(NAMES)].to_numpy(float),
            " ",
        )
        for part, values in (("r", foreign.signals.real), ("i", foreign.signals.imag)):
            write_matrix(folder / f"{kernel}_echos_{part}_model.txt", values[rows, 0], " ")


FORMAT = Format(
    "deeplearn_2024",
    "Deep-learning challenge 2024 (text)",
    "Text with white space: alpha xi d per row, and the real and imaginary parts of the curves, "
    "three files per kernel.",
    "<kernel>_mat_info_model.txt, <kernel>_echos_r_model.txt, <kernel>_echos_i_model.txt",
    sniff,
    read,
    write,
    check,
    folder=True,
)
