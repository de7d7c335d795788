"""Calibrations on disk: NMR_DATA/calibrations/<run id>/calibration.json, calibration.npz (arrays) and model.skops.

The JSON is written last and holds the checksums of the others, so files that do not belong together are never read. Those of
the runs that ship with the package lie beside them.
"""

from dataclasses import fields
from pathlib import Path

import numpy as np
import pandas as pd
from pandas.api.types import is_numeric_dtype

from nmr_core.datasets.catalogue import EXAMPLES
from nmr_core.errors import InputError
from nmr_core.inference.intervals.calibration import Calibration
from nmr_core.inference.intervals.inputs import Inputs
from nmr_core.inference.intervals.methods import METHODS  # noqa: F401 classes of a stored model
from nmr_core.learning.model_file import write_model
from nmr_core.learning.run import Run
from nmr_core.models.trusted import load_trusted
from nmr_core.storage import trash
from nmr_core.storage.arrays import (
    FORMAT,
    check_format,
    kept,
    read_arrays,
    reading,
    write_arrays,
)
from nmr_core.storage.files import checksum, read_json, write_json
from nmr_core.storage.workspace import checked_id, data_folder

SHIPPED = (EXAMPLES / "calibrations", EXAMPLES.parent / "pretrained" / "calibrations")
PARTS = ("scores", "parameters", "predicted", "check", "reader", "model", "of_run")
"""Fields of a calibration that are no JSON."""


def calibrations_folder() -> Path:
    """Where calibrations lie."""
    return data_folder() / "calibrations"


def save_calibration(calibration: Calibration, path: str | Path | None = None) -> Path:
    """Write it to ``path`` (default: the run's folder under ``NMR_DATA/calibrations``), in place of an older one."""
    folder = calibrations_folder() / checked_id(calibration.run) if path is None else Path(path)
    for older in (
        "calibration.json",
        "depth.json",
        "depth.npz",
    ):  # never new arrays beside an old JSON
        (folder / older).unlink(missing_ok=True)
    model_sha256, _ = write_model(
        folder / "model.skops", {"reader": calibration.reader, "model": calibration.model}
    )
    arrays = {"scores": calibration.scores} | _columns("parameters", calibration.parameters)
    arrays |= _columns("predicted", calibration.predicted)
    if calibration.check is not None:
        arrays |= {
            f"check.{entry.name}": getattr(calibration.check, entry.name)
            for entry in fields(Inputs)
        }
    sha256 = write_arrays(folder / "calibration.npz", arrays)
    about = {
        entry.name: getattr(calibration, entry.name)
        for entry in fields(Calibration)
        if entry.name not in PARTS
    }
    write_json(
        folder / "calibration.json",
        about
        | {
            "classes": list(calibration.classes),
            "format": FORMAT,
            "sha256": sha256,
            "model_sha256": model_sha256,
            "columns": {
                "parameters": list(calibration.parameters),
                "predicted": list(calibration.predicted),
            },
        },
    )
    return folder


def _columns(name: str, table: pd.DataFrame) -> dict[str, np.ndarray]:
    """A table's columns as arrays without objects."""
    return {
        f"{name}.{column}": (
            table[column].to_numpy(float)
            if is_numeric_dtype(table[column])
            else table[column].to_numpy().astype(str)
        )
        for column in table
    }


def find_calibration(run: Run | str) -> Path | None:
    """The folder of a run's calibration, None if there is none yet."""
    return kept(
        checked_id(run.id if isinstance(run, Run) else run),
        "calibration.json",
        calibrations_folder(),
        *SHIPPED,
    )


def load_calibration(run: Run | str | Path) -> Calibration:
    """The calibration of a run, of the run with an id, or in a folder; nothing in it is unpickled.

    :class:`InputError` if there is none, or if the run was made again since; :class:`FailedError` if it is damaged.
    """
    folder = run if isinstance(run, Path) else find_calibration(run)
    name = run.id if isinstance(run, Run) else run
    if folder is None:
        raise InputError(
            f"Nobody has calibrated the run {name} yet. Do it: python -m nmr_core calibrate {name}"
        )
    found = _read(folder, run if isinstance(run, Run) else None)
    if isinstance(run, Run):
        _ = found.the_run  # refuses a run that was made again
    return found


def _read(folder: Path, run: Run | None) -> Calibration:
    stored = read_json(folder / "calibration.json", "calibration")
    with reading(
        "calibration", folder, damage=(Exception,)
    ):  # whatever a damaged model makes of itself
        check_format(stored)
        if checksum(folder / "model.skops") != stored["model_sha256"]:
            raise ValueError("model.skops is not the one that was saved")
        arrays = read_arrays(folder / "calibration.npz", stored["sha256"])
        model = load_trusted(folder / "model.skops")
        about = {
            entry.name: stored[entry.name]
            for entry in fields(Calibration)
            if entry.name not in PARTS
        }
        tables = {
            kind: pd.DataFrame(
                {column: arrays[f"{kind}.{column}"] for column in stored["columns"][kind]}
            )
            for kind in ("parameters", "predicted")
        }
        check = (
            Inputs(*(arrays[f"check.{entry.name}"] for entry in fields(Inputs)))
            if "check.centre" in arrays
            else None
        )
        return Calibration(
            **about | {"classes": tuple(about["classes"])},
            scores=arrays["scores"],
            **tables,
            check=check,
            reader=model["reader"],
            model=model["model"],
            of_run=run,
        )


def delete_calibration(run: str, *, by: str = "") -> None:
    """Put the calibration of a run of the data folder into the trash, if there is one."""
    folder = calibrations_folder() / checked_id(run)
    if folder.is_dir():
        trash.discard(folder, by=by)
