"""The job "refine": a request with the measured echo, and its result.

NMR_DATA/refinements/<id>/echo.npz       the request: prepared signals and their noise
                          result.npz     arrays of the result
                          result.json    the result, written last, with the checksum of its arrays
"""

import shutil
import time as clock
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

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
"""Age at which a refinement is removed, days."""


@dataclass(frozen=True, eq=False)
class RefineRequest:
    """A measured echo to refine.

    Attributes
    ----------
    signals : complex64 array (n_settings, n_times)
        Prepared, in units of M.
    sigma : float
        Noise of one quadrature, in units of M.
    start : dict of str to float
        The estimate to start from.
    """

    signals: np.ndarray
    sigma: float
    start: dict[str, float]


def refinements_folder() -> Path:
    """Return the folder of all refinements."""
    return own_folder(REFINEMENT)


def store_request(run: Run, prepared: Sequence[Prepared], row: pd.Series) -> dict[str, Any]:
    """Store a request and return the parameters of its job.

    Parameters
    ----------
    run : Run
        The trained run.
    prepared : sequence of Prepared
        One per setting.
    row : Series
        Row of :func:`nmr_core.measured.estimating.estimate`.

    Returns
    -------
    dict
        run, id, start, and sha256 of the stored echo.
    """
    _, start = values_of(run, row)
    remove_old(refinements_folder())
    name = new_id("rf")
    arrays = {"signals": signals_of(prepared), "sigma": np.float64(noise_of(prepared))}
    sha256 = write_arrays(refinements_folder() / name / "echo.npz", arrays)
    return {"run": run.id, "id": name, "start": start, "sha256": sha256}


def refine_job(params: dict[str, Any], progress: Progress = silent) -> dict[str, str]:
    """Run the job "refine" with parameters of :func:`store_request`.

    Returns
    -------
    dict
        id of the refinement, and its run.
    """
    run = load_run(checked_id(params["run"]))
    request_id = checked_id(params["id"])
    request = _load_request(request_id, params["start"], params["sha256"])
    result = refined(run, request.signals, request.start, sigma=request.sigma, progress=progress)
    save_refined(request_id, result)
    symbols = {name: spec["symbol"] for name, spec in run.manifest.targets.items()}
    values = ", ".join(
        f"{symbols.get(name, name)} {value:.4g} ± {result.sd[name]:.2g}"
        for name, value in result.values.items()
        if name in result.sd
    )
    return {"id": request_id, "run": run.id, "summary": values}


def _load_request(name: str, start: dict[str, Any], sha256: str) -> RefineRequest:
    path = refinements_folder() / checked_id(name) / "echo.npz"
    if not path.is_file():
        raise InputError(
            f"The echo {name} is not here any more; echoes are kept for {DAYS} days. Upload it "
            "again."
        )
    with reading("echo", path.parent, "Upload it again."):
        arrays = read_arrays(path, sha256)
        values = {str(key): float(value) for key, value in start.items()}
        return RefineRequest(arrays["signals"], float(arrays["sigma"]), values)


def save_refined(name: str, result: Refinement) -> Path:
    """Write the result of a refinement and return its folder."""
    folder = refinements_folder() / checked_id(name)
    write_result(result, folder / REFINEMENT.document)
    return folder


def load_refined(name: str) -> Refinement:
    """Return the result of a refinement.

    Raises
    ------
    FailedError
        If there is none, or it is damaged.
    """
    document = refinements_folder() / checked_id(name) / REFINEMENT.document
    return read_result(document, Refinement, what="refinement", again="Refine again.")


def remove_old(root: Path) -> None:
    """Remove the folders in ``root`` that are older than :data:`DAYS`."""
    if not root.is_dir():
        return
    for folder in root.iterdir():
        with suppress(OSError):
            age = clock.time() - folder.stat().st_mtime
            if age > 86400 * DAYS:
                shutil.rmtree(folder)
