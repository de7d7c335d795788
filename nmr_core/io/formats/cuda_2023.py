"""Files of the CUDA simulator of 2023: each row of sim_params with each row of echo_params."""

import re
from itertools import chain
from math import pi
from pathlib import Path

import numpy as np
import pandas as pd

from nmr_core.errors import InputError
from nmr_core.io.formats import _cuda_sims as sims
from nmr_core.io.formats._format import Foreign, Format
from nmr_core.io.formats._grids import grid
from nmr_core.io.formats._kernels import (
    kernels_numbered,
    stencils_of,
    with_kernels,
    with_only_kernel,
)
from nmr_core.io.formats._names import check_rows, companion
from nmr_core.io.formats._physical import check_physical, in_radians
from nmr_core.io.formats._plausible import Column, checked
from nmr_core.io.formats._settings import flattened, note_on_lost_fields, regrouped
from nmr_core.io.matrices import read_curves, read_matrix, width
from nmr_core.io.source import Source
from nmr_core.io.write_text import write_matrix

COLUMNS = (
    Column("alpha_x", -1, 1),
    Column("alpha_y", -1, 1),
    Column("alpha_z", -1, 1),
    Column("xi", 0, 1000),
    Column("p", 0.1, 25),
    Column("gamma_1", 0, 1),
    Column("gamma_2", 0, 1),
    Column("gamma_3", 0, 1),
    Column("stencil_type", 0, 3, whole=True),
    Column("s_w", -10, 10),
    Column("p_w", -10, 10),
    Column("d_w", -10, 10),
    Column("angle_1", -4 * pi, 4 * pi),
    Column("angle_2", -4 * pi, 4 * pi),
    Column("phase_1", 0, 1, whole=True),
    Column("phase_2", 0, 1, whole=True),
)
NAMES = tuple(column.name for column in COLUMNS)
ANGLES, PHASES = ("angle_1", "angle_2"), ("phase_1", "phase_2")
PULSES = ANGLES + PHASES
ROLES = ("echo_params", "sim_params", "z_real_output", "real_output", "imag_output")
_NAME = re.compile(rf"({'|'.join(ROLES)})(\d*)\.txt", re.IGNORECASE)


def _runs(source: Source) -> dict[str, dict[str, str]]:
    """Number of the run -> role -> file name."""
    runs: dict[str, dict[str, str]] = {}
    for name in source.names:
        if match := _NAME.fullmatch(name):
            runs.setdefault(match[2], {})[match[1].lower()] = name
    return runs


def sniff(source: Source) -> tuple[float, str]:
    """Confidence that the files are runs of the CUDA simulator, and the reason."""
    for files in _runs(source).values():
        if "echo_params" in files:
            n = width(source, files["echo_params"])
            reason = f"{files['echo_params']} has {n} columns"
            if n != len(COLUMNS):
                return 0.35, reason
            complete = {"sim_params", "real_output", "imag_output"} <= set(files)
            return 0.95 if complete else 0.5, reason
        return 0.3, f"{', '.join(files.values())} without echo_params"
    return 0.0, "no echo_params and real_output"


def read(source: Source) -> Foreign:
    """Return the curves of all runs in the folder, which must have the same time grid."""
    files_of_runs = _runs(source)
    runs = [_run(source, files) for files in files_of_runs.values()]
    if not runs:
        raise InputError(
            f"{source.path.name} holds no echo_params1.txt and real_output1.txt. Give the folder "
            "of a run."
        )
    tables, curves, mz, rows, notes = map(list, zip(*runs, strict=True))
    steps = np.unique(np.concatenate(rows)[:, 2:4], axis=0)
    if len(steps) > 1 or len({part.shape[1] for part in curves}) > 1:
        raise InputError(
            f"{source.path.name} holds runs with {len(steps)} different dt and tau. Import each "
            "run from a folder of its own."
        )
    first_file = next(iter(files_of_runs.values()))["real_output"]
    dt, tau = steps[0]
    time, notes_on_grid = sims.grid(dt, tau, curves[0].shape[1], first_file)
    parameters = pd.concat(tables, ignore_index=True)
    parameters = pd.concat([parameters, sims.unusual(np.concatenate(rows))], axis=1)
    return _foreign(
        parameters,
        np.concatenate(curves),
        None if any(z is None for z in mz) else np.concatenate(mz),
        time,
        [*chain.from_iterable(notes), *notes_on_grid],
    )


def _run(
    source: Source, files: dict[str, str]
) -> tuple[pd.DataFrame, np.ndarray, np.ndarray | None, np.ndarray, list[str]]:
    """Echo parameters, curves, Mz, rows of sim_params in our units, and notes of one run.

    All have one row per curve.
    """
    curves = read_curves(
        source, companion(files, "real_output", source), companion(files, "imag_output", source)
    )
    echo_file = companion(files, "echo_params", source)
    sim_file = companion(files, "sim_params", source)
    table = read_matrix(source, echo_file)
    runs = read_matrix(source, sim_file)
    for matrix, expected, name in ((table, COLUMNS, echo_file), (runs, sims.COLUMNS, sim_file)):
        if matrix.shape[1] != len(expected):
            raise InputError(
                f"{name} has {matrix.shape[1]} columns, expected are {len(expected)}: "
                f"{' '.join(column.name for column in expected)}. Give the file of the CUDA "
                "simulator."
            )
    check_rows(
        len(table) * len(runs), f"{echo_file} × {sim_file}", len(curves), files["real_output"]
    )
    notes = checked(runs, sims.COLUMNS, sim_file)[1]
    parameters, more = checked(np.tile(table, (len(runs), 1)), COLUMNS, echo_file)
    if len(runs) > 1:
        notes.append(
            f"{files['real_output']} is read as all {len(table)} rows of {echo_file} for the first "
            f"row of {sim_file}, then for the next."
        )
    mz = None
    if "z_real_output" in files:
        mz = read_matrix(source, files["z_real_output"], curves.shape[1])
        check_rows(len(mz), files["z_real_output"], len(curves), files["real_output"])
    return parameters, curves, mz, np.repeat(sims.to_ours(runs), len(table), axis=0), notes + more


def _foreign(
    parameters: pd.DataFrame,
    curves: np.ndarray,
    mz: np.ndarray | None,
    time: np.ndarray,
    notes: list[str],
) -> Foreign:
    parameters[list(ANGLES)] = np.degrees(parameters[list(ANGLES)]).round(6)
    parameters[list(PHASES)] *= 90.0
    parameters, signals, settings, more = regrouped(parameters, curves, PULSES)
    parameters, only, named = with_kernels(
        parameters.drop(columns="stencil_type"),
        kernels_numbered(parameters["stencil_type"].to_numpy(float)),
    )
    of_preset = only == "gaussian" and np.array_equal(time, grid(sims.PRESET))
    preset = sims.PRESET if of_preset else ""
    return Foreign(
        with_only_kernel(parameters, only, preset),
        signals,
        time,
        preset,
        settings,
        None if mz is None else mz.reshape(signals.shape),
        notes + more + named,
    )


def check(foreign: Foreign) -> list[str]:
    """Return notes; :class:`InputError` for several lattices or pulses not about x or y."""
    notes = check_physical(foreign, [name for name in NAMES if name != "stencil_type"])
    rows = flattened(foreign, PULSES)
    if not rows[list(PHASES)].isin((0, 90)).all(axis=None):
        raise InputError(
            "A file of cuda_2023 holds pulses about x or y only, and here are other phases. "
            "Choose npz, parquet, csv_wide, csv_long or hdf5."
        )
    time, more = sims.grid(*sims.of(foreign)[2:4], len(foreign.time), "this data set")
    if not np.allclose(time, foreign.time, rtol=1e-6, atol=1e-6):
        raise InputError(
            "The times of these curves are not those of dt and tau, from which this format has "
            "them. Choose npz, parquet, csv_wide, csv_long or hdf5."
        )
    notes += more
    return notes + note_on_lost_fields(foreign, PULSES)


def write(foreign: Foreign, folder: Path) -> None:
    """Write echo_params1.txt, sim_params1.txt, and the outputs, of Mz only if it is there."""
    table = foreign.parameters.assign(stencil_type=stencils_of(foreign))
    rows = flattened(
        Foreign(table, foreign.signals, foreign.time, settings=foreign.settings), PULSES
    )
    rows = in_radians(rows, ANGLES).assign(**{name: rows[name] / 90 for name in PHASES})
    n_times = len(foreign.time)
    write_matrix(folder / "echo_params1.txt", rows[list(NAMES)].to_numpy(float), " ")
    write_matrix(folder / "sim_params1.txt", sims.to_theirs(sims.of(foreign))[None], " ")
    outputs = {"real_output1": foreign.signals.real, "imag_output1": foreign.signals.imag}
    if foreign.mz is not None:
        outputs["z_real_output1"] = foreign.mz
    for name, values in outputs.items():
        write_matrix(folder / f"{name}.txt", values.reshape(-1, n_times), " ")


FORMAT = Format(
    "cuda_2023",
    "CUDA simulator 2023 (text)",
    "Space-separated text: sixteen physical columns per row, the simulator's own settings, and "
    "its output.",
    "echo_params1.txt, sim_params1.txt, real_output1.txt, imag_output1.txt, z_real_output1.txt",
    sniff,
    read,
    write,
    check,
    folder=True,
    columns=(
        *(name for name in NAMES if name != "stencil_type"),
        *sims.NAMES,
        "kernel",
        "sense",
        "normalisation",
    ),
)
