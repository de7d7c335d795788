"""The summer project of 2021: curves in columns, twelve parameters, and the total strength."""

from math import pi
from pathlib import Path

import numpy as np
import pandas as pd

from nmr_core.errors import InputError
from nmr_core.io.formats._format import Foreign, Format
from nmr_core.io.formats._grids import assumed_times, notes_on_times
from nmr_core.io.formats._kernels import (
    STENCILS,
    kernels_numbered,
    stencils_of,
    with_kernels,
    with_only_kernel,
)
from nmr_core.io.formats._names import check_rows, companion, sets
from nmr_core.io.formats._physical import check_physical, in_radians
from nmr_core.io.formats._plausible import Column, checked
from nmr_core.io.formats._settings import flattened, note_on_lost_fields, regrouped
from nmr_core.io.matrices import read_curves, read_matrix, width
from nmr_core.io.source import Source
from nmr_core.io.write_text import write_matrix

COLUMNS = (
    Column("alpha_x", -0.5, 0.5),
    Column("alpha_y", -0.5, 0.5),
    Column("alpha_z", -0.5, 0.5),
    Column("xi", 0, 1000),
    Column("p", 0.1, 25),
    Column("gamma_3", 0, 0.5),
    Column("stencil_type", 0, 3, whole=True),
    Column("s_w", -10, 10),
    Column("p_w", -10, 10),
    Column("d_w", -10, 10),
    Column("angle_1", -4 * pi, 4 * pi),
    Column("angle_2", -4 * pi, 4 * pi),
)
NAMES = tuple(column.name for column in COLUMNS)
PULSES = ("angle_1", "angle_2")
REGIMES = {942: "weak", 1885: "strong"}
ROLES = ("echos_r", "echos_i", "echo_params", "w_list")


def _files(source: Source) -> dict[str, str]:
    """Role -> file name; the other parts of the names may differ from role to role."""
    chosen: dict[str, str] = {}
    for files in sets(source, *ROLES).values():
        for role, name in files.items():
            if chosen.setdefault(role, name) != name:
                raise InputError(
                    f"{chosen[role]} and {name} could both be {role}. Give one set of curves at a "
                    "time."
                )
    return chosen


def sniff(source: Source) -> tuple[float, str]:
    """Confidence that the files are of the 2021 project, and the reason.

    Curves without parameters are recognised by their 942 or 1,885 points.
    """
    groups = sets(source, *ROLES).values()
    files = {role: name for group in groups for role, name in group.items()}
    if "echo_params" in files:
        n = width(source, files["echo_params"])
        reason = f"{files['echo_params']} has {n} columns"
        if n != len(COLUMNS):
            return 0.3, reason
        return 0.95 if {"echos_r", "echos_i"} <= set(files) else 0.5, reason
    if {"echos_r", "echos_i"} <= set(files) and width(source, files["echos_r"]) in REGIMES:
        return 0.6, f"curves of {width(source, files['echos_r']):,} points without parameters"
    return 0.0, "no echo_params beside echos_r and echos_i"


def read(source: Source) -> Foreign:
    """Return the curves with couplings, range and pulses, and W_tot if there is a list of it."""
    files = _files(source)
    curves = read_curves(
        source, companion(files, "echos_r", source), companion(files, "echos_i", source)
    )
    regime = REGIMES.get(curves.shape[1], "weak")
    if "echo_params" not in files:
        time, _, notes = assumed_times(f"gsoc_2021_{regime}_gaussian", curves.shape[1])
        return Foreign(
            pd.DataFrame(index=range(len(curves))),
            curves[:, None],
            time,
            notes=[
                "There is no echo_params: these are curves without parameters, to predict from.",
                *notes,
            ],
        )
    table = read_matrix(source, files["echo_params"])
    if table.shape[1] != len(NAMES):
        raise InputError(
            f"{files['echo_params']} has {table.shape[1]} columns, expected are 12: "
            f"{' '.join(NAMES)}. Give the file of the 2021 project."
        )
    check_rows(len(table), files["echo_params"], len(curves), files["echos_r"])
    parameters, notes = checked(table, COLUMNS, files["echo_params"])
    parameters[list(PULSES)] = np.degrees(parameters[list(PULSES)]).round(6)
    if "w_list" in files:
        strengths = read_matrix(source, files["w_list"], 1)
        check_rows(len(strengths), files["w_list"], len(curves), files["echos_r"])
        parameters["W_tot"] = strengths[:, 0]
    return _foreign(parameters, curves, regime, notes)


def _foreign(
    parameters: pd.DataFrame, curves: np.ndarray, regime: str, notes: list[str]
) -> Foreign:
    parameters, signals, settings, more = regrouped(parameters, curves, PULSES)
    parameters, only, named = with_kernels(
        parameters.drop(columns="stencil_type"),
        kernels_numbered(parameters["stencil_type"].to_numpy(float)),
    )
    preset = f"gsoc_2021_{regime}_{only}" if only in STENCILS[:3] else ""
    time, grid_of, assumed = assumed_times(
        preset or f"gsoc_2021_{regime}_gaussian", curves.shape[1]
    )
    if not preset:
        grid_of = ""
    return Foreign(
        with_only_kernel(parameters, only, grid_of),
        signals,
        time,
        grid_of,
        settings,
        notes=notes + more + named + assumed,
    )


def check(foreign: Foreign) -> list[str]:
    """Return notes on parameters that the format cannot hold; it needs physical parameters."""
    notes = check_physical(foreign, [name for name in NAMES if name != "stencil_type"])
    regime = REGIMES.get(len(foreign.time), "weak")
    lost = [name for name in ("gamma_1", "gamma_2") if _is_used(foreign, name)]
    if lost:
        notes.append(f"This format has no place for {', '.join(lost)}.")
    if any(_is_used(foreign, name) for name in ("phase_1", "phase_2")):
        notes.append("This format has no pulse phases: its readers take both pulses about x.")
    notes += note_on_lost_fields(foreign, PULSES)
    return notes + notes_on_times(foreign.time, f"gsoc_2021_{regime}_gaussian")


def _is_used(foreign: Foreign, name: str) -> bool:
    """Whether a parameter is there and not 0 everywhere."""
    return name in foreign.parameters and bool(foreign.parameters[name].any())


def write(foreign: Foreign, folder: Path) -> None:
    """Write echos_r.txt, echos_i.txt, echo_params.txt, and w_list.txt where W is known.

    w_list.txt holds W_tot = (2 alpha_x + alpha_z) |W|.
    """
    table = foreign.parameters.assign(stencil_type=stencils_of(foreign))
    numbered = Foreign(table, foreign.signals, foreign.time, settings=foreign.settings)
    rows = in_radians(flattened(numbered, PULSES), PULSES)
    n_times = len(foreign.time)
    write_matrix(folder / "echos_r.txt", foreign.signals.real.reshape(-1, n_times), " ")
    write_matrix(folder / "echos_i.txt", foreign.signals.imag.reshape(-1, n_times), " ")
    write_matrix(folder / "echo_params.txt", rows[list(NAMES)].to_numpy(float), " ")
    if "W_tot" not in rows and "W" in rows:
        rows["W_tot"] = (2 * rows["alpha_x"] + rows["alpha_z"]) * rows["W"].abs()
    if "W_tot" in rows:
        write_matrix(folder / "w_list.txt", rows[["W_tot"]].to_numpy(float), " ")


FORMAT = Format(
    "gsoc_2021",
    "Summer project 2021 (text)",
    "Space-separated text: twelve columns per row, real and imaginary parts of the curves, the "
    "total strength.",
    "echo_params.txt, echos_r.txt, echos_i.txt, w_list.txt",
    sniff,
    read,
    write,
    check,
    folder=True,
    columns=(
        *(name for name in NAMES if name != "stencil_type"),
        "kernel",
        "gamma_1",
        "gamma_2",
        "phase_1",
        "phase_2",
        "sense",
        "normalisation",
    ),
)
