"""Refining a measured echo by a job: NMR_DATA/refinements/<id>/ with echo.npz (what was measured)
and what was found.

The echo is written by whoever asks; result.json comes last and holds the checksum of its arrays,
result.npz.
"""

import shutil
import time as clock
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from nmr_core.errors import InputError
from nmr_core.evaluation.compare import load_run
from nmr_core.learning.run import Run
from nmr_core.measured import Prepared
from nmr_core.measured.for_run import noise_of, refined, signals_of, values_of
from nmr_core.measured.refine import Refinement
from nmr_core.progress import Progress, silent
from nmr_core.storage.arrays import read_arrays, reading, write_arrays
from nmr_core.storage.catalogue import own_folder
from nmr_core.storage.kinds import REFINEMENT
from nmr_core.storage.results import read_result, write_result
from nmr_core.storage.workspace import checked_id, new_id

DAYS = 7
"""Time after which an unused refinement is removed."""


@dataclass(frozen=True, eq=False)
class Asked:
    """An echo that waits for its refinement. signals: complex64 (n_settings, n_times); sigma: noise
    of a quadrature;

    Attributes
    ----------
    start : dict[str, float]
        The estimate, by parameter.
    """

    signals: np.ndarray
    sigma: float
    start: dict[str, float]


def refinements_folder() -> Path:
    """Where they lie."""
    return own_folder(REFINEMENT)


def ask(run: Run, prepared: Sequence[Prepared], row: pd.Series) -> dict:
    """Keep an echo for the job "refine" and return the job's parameters, ``id`` among them."""
    _, start = values_of(run, row)
    name = new_id("rf")
    sweep()
    sha256 = write_arrays(
        refinements_folder() / name / "echo.npz",
        {"signals": signals_of(prepared), "sigma": np.float64(noise_of(prepared))},
    )
    return {"run": run.id, "id": name, "start": start, "sha256": sha256}


def refine_job(params: dict, progress: Progress = silent) -> dict:
    """The job "refine": ``run``, ``id`` and ``sha256`` of what :func:`ask` kept, ``start``
    (parameter -> value).
    """
    run, name = load_run(checked_id(params["run"])), checked_id(params["id"])
    asked = _asked(name, params["start"], params["sha256"])
    save_refined(
        name, refined(run, asked.signals, asked.start, sigma=asked.sigma, progress=progress)
    )
    return {"id": name, "run": run.id}


def _asked(name: str, start: dict, sha256: str) -> Asked:
    path = refinements_folder() / checked_id(name) / "echo.npz"
    if not path.is_file():
        raise InputError(
            f"The echo {name} is not here any more; echoes are kept for {DAYS} days. Upload it "
            "again."
        )
    with reading("echo", path.parent, "Upload it again."):
        arrays = read_arrays(path, sha256)
        return Asked(
            arrays["signals"],
            float(arrays["sigma"]),
            {str(key): float(value) for key, value in start.items()},
        )


def save_refined(name: str, result: Refinement) -> Path:
    """Write the result of a fit; returns its folder."""
    folder = refinements_folder() / checked_id(name)
    write_result(result, folder / REFINEMENT.document)
    return folder


def load_refined(name: str) -> Refinement:
    """What :func:`save_refined` wrote; :class:`FailedError` if it is damaged or there is none."""
    document = refinements_folder() / checked_id(name) / REFINEMENT.document
    return read_result(document, Refinement, what="refinement", again="Refine again.")


def sweep() -> None:
    """Remove what is old."""
    root = refinements_folder()
    for folder in root.iterdir() if root.is_dir() else []:
        with suppress(OSError):
            if clock.time() - folder.stat().st_mtime > 86400 * DAYS:
                shutil.rmtree(folder)
