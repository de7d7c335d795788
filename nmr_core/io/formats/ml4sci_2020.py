"""The challenge of 2020: mat_info.txt and two files of curves, separated by tabs."""

from pathlib import Path

import numpy as np
import pandas as pd

from nmr_core.errors import InputError
from nmr_core.io.formats._format import Foreign, Format
from nmr_core.io.formats._grids import assumed_times, notes_on_times
from nmr_core.io.formats._names import check_one_set, check_rows, companion, sets
from nmr_core.io.formats._plausible import checked, prior
from nmr_core.io.matrices import read_curves, read_matrix, width
from nmr_core.io.source import Source
from nmr_core.io.write_text import write_matrix
from nmr_core.presets.ml4sci_2020 import FEWEST, PRESET_NAMES

NAMES = ("alpha", "xi", "p", "d")
BEFORE, AFTER = slice(60, 157), slice(157, 210)
"""Points before and after the second pulse at which the published Re M has a mean."""
BIAS = 0.02
"""Difference of these means over the published prior; 96 curves: .0204 +- .0042."""
SECULAR_NOTE = (
    "The mean of Re M vanishes, as without the counter-rotating terms of the published code: the "
    "curves are taken for ml4sci_2020_secular."
)
FEW_NOTE = (
    f"Fewer than {FEWEST} curves do not show whether they have the counter-rotating terms of the "
    "published code: they are taken for ml4sci_2020, which has them."
)

ROLES = ("mat_info", "echos_r", "echos_i")


def _files(source: Source) -> dict[str, str]:
    """Role -> file name of the only set of curves."""
    groups = list(sets(source, *ROLES).values())
    if len(groups) > 1:
        check_one_set(source)
    return groups[0] if groups else {}


def sniff(source: Source) -> tuple[float, str]:
    """Confidence that the files are of this challenge, and the reason."""
    groups = list(sets(source, *ROLES).values())
    if len(groups) != 1:
        return 0.0, "no mat_info, echos_r and echos_i"
    files = groups[0]
    if "mat_info" in files:
        n = width(source, files["mat_info"])
        reason = f"{files['mat_info']} has {n} columns"
        if n != len(NAMES):
            return 0.3, reason
        return 0.95 if len(files) == len(ROLES) else 0.5, reason
    if len(files) == 2:
        return 0.4, "curves without parameters"
    return 0.2, f"only {', '.join(files.values())}"


def read(source: Source) -> Foreign:
    """Return the curves, with alpha, xi, p and d if there is mat_info."""
    files = _files(source)
    curves = read_curves(
        source, companion(files, "echos_r", source), companion(files, "echos_i", source)
    )
    time, name, notes = assumed_times("ml4sci_2020", curves.shape[1])
    if name and is_secular(curves):
        name = "ml4sci_2020_secular"
        notes = [*notes, SECULAR_NOTE]
    elif name and len(curves) < FEWEST:
        notes = [*notes, FEW_NOTE]
    if "mat_info" not in files:
        return Foreign(
            pd.DataFrame(index=range(len(curves))),
            curves[:, None],
            time,
            name,
            notes=[
                "There is no mat_info: these are curves without parameters, to predict from.",
                *notes,
            ],
            is_assumed=True,
        )
    table = read_matrix(source, files["mat_info"])
    if table.shape[1] != len(NAMES):
        raise InputError(
            f"{files['mat_info']} has {table.shape[1]} columns, expected are 4: {' '.join(NAMES)}. "
            "Give the file of the 2020 challenge."
        )
    check_rows(len(table), files["mat_info"], len(curves), files["echos_r"])
    parameters, unusual = checked(table, prior("ml4sci_2020", *NAMES), files["mat_info"])
    return Foreign(parameters, curves[:, None], time, name, notes=notes + unusual, is_assumed=True)


def is_secular(curves: np.ndarray) -> bool:
    """Whether signals (n_samples, 471) of the challenge lack its counter-rotating terms.

    Without them M and -M* are equally likely and the mean of Re M vanishes; with them it is
    positive before the second pulse and negative after it. The difference is .02 +- .041/sqrt(n)
    over the published prior, and 0 +- .025/sqrt(n) without; few signals cannot tell.
    """
    if len(curves) < FEWEST:
        return False
    bias = curves[:, BEFORE].real.mean() - curves[:, AFTER].real.mean()
    return bool(bias < BIAS / 2)


def check(foreign: Foreign) -> list[str]:
    """Return notes; :class:`InputError` for several settings or other parameters."""
    one_setting(foreign, "ml4sci_2020")
    family(foreign, PRESET_NAMES, NAMES)
    there = set(NAMES) <= set(foreign.parameters)
    notes = [] if there else ["There are no parameters: only the two files of curves are written."]
    return notes + notes_on_times(foreign.time, "ml4sci_2020")


def one_setting(foreign: Foreign, name: str) -> None:
    """Raise :class:`InputError` for several echoes of one sample."""
    if len(foreign.settings) > 1:
        raise InputError(
            f"A file of {name} holds one echo per sample, this data set has "
            f"{len(foreign.settings)} settings. Choose gsoc_2021 or cuda_2023 (pulse angles), npz, "
            "parquet, csv_wide, csv_long or hdf5."
        )


def family(foreign: Foreign, presets: tuple[str, ...], names: tuple[str, ...]) -> None:
    """Raise :class:`InputError` for parameters of the same names with another meaning."""
    missing = [name for name in names if name not in foreign.parameters]
    if (foreign.preset and foreign.preset not in presets) or (
        missing and len(missing) < len(names)
    ):
        has = f"follow {foreign.preset}" if foreign.preset else f"lack {', '.join(missing)}"
        raise InputError(
            f"This format holds {', '.join(names)} as {' or '.join(presets)} defines them; these "
            f"parameters {has}. Choose gsoc_2021 or cuda_2023 (physical parameters), npz, parquet, "
            "csv_wide, csv_long or hdf5."
        )


def write(foreign: Foreign, folder: Path) -> None:
    """Write echos_r.txt, echos_i.txt, and mat_info.txt if there are parameters."""
    if set(NAMES) <= set(foreign.parameters):
        write_matrix(folder / "mat_info.txt", foreign.parameters[list(NAMES)].to_numpy(float), "\t")
    write_matrix(folder / "echos_r.txt", np.ascontiguousarray(foreign.signals[:, 0].real), "\t")
    write_matrix(folder / "echos_i.txt", np.ascontiguousarray(foreign.signals[:, 0].imag), "\t")


FORMAT = Format(
    "ml4sci_2020",
    "ML4SCI challenge 2020 (text)",
    "Tab-separated text: alpha xi p d per row, and the real and imaginary parts of the curves; "
    "without mat_info.txt, curves to predict from.",
    "mat_info.txt, echos_r.txt, echos_i.txt",
    sniff,
    read,
    write,
    check,
    folder=True,
)
