"""Calibrations on disk: NMR_DATA/calibrations/<run id>/ with calibration.json, calibration.npz and model.skops.

Those of the runs that ship with the package lie beside them.
"""

from dataclasses import replace
from pathlib import Path

from nmr_core.errors import InputError
from nmr_core.inference.intervals.calibration import Calibration
from nmr_core.inference.intervals.methods import METHODS  # noqa: F401 classes of a stored model
from nmr_core.learning.run import Run
from nmr_core.learning.stored import write_model
from nmr_core.models.trusted import load_trusted
from nmr_core.storage import catalogue
from nmr_core.storage.arrays import reading
from nmr_core.storage.kinds import CALIBRATION
from nmr_core.storage.results import read_result, write_result
from nmr_core.storage.workspace import checked_id

MODEL = "model.skops"
OTHER_FILES = (
    "calibration.json",
    "applicability.json",
    "applicability.npz",
    "depth.json",
    "depth.npz",
)
"""Of an earlier calibration; depth.* until 0.5.0."""
NOT_STORED = ("reader", "model", "of_run")
"""Fields of a calibration that are in no document: estimators are in ``MODEL``."""


def calibrations_folder() -> Path:
    """``NMR_DATA/calibrations``."""
    return catalogue.own_folder(CALIBRATION)


def save_calibration(calibration: Calibration, path: str | Path | None = None) -> Path:
    """Write a calibration to ``path``, replacing an earlier one.

    The default is the run's folder under ``NMR_DATA/calibrations``.
    """
    folder = calibrations_folder() / checked_id(calibration.run) if path is None else Path(path)
    for name in OTHER_FILES:
        (folder / name).unlink(missing_ok=True)
    model = {"reader": calibration.reader, "model": calibration.model}
    write_model(folder / MODEL, model)
    document = folder / CALIBRATION.document
    write_result(calibration, document, apart=NOT_STORED, beside=(MODEL,))
    return folder


def find_calibration(run: Run | str) -> Path | None:
    """The folder of a run's calibration, None if there is none yet."""
    return catalogue.find(CALIBRATION, run.id if isinstance(run, Run) else run)


def load_calibration(run: Run | str | Path) -> Calibration:
    """The calibration of a run, of the run with an id, or in a folder.

    Raises
    ------
    InputError
        There is none, or the run was made again since.
    FailedError
        It is damaged. Nothing in it is unpickled.
    """
    folder = run if isinstance(run, Path) else find_calibration(run)
    name = run.id if isinstance(run, Run) else run
    if folder is None:
        raise InputError(
            f"There is no calibration of the run {name}. Make it: "
            f"python -m nmr_core calibrate {name}"
        )
    calibration = _read(folder, run if isinstance(run, Run) else None)
    if isinstance(run, Run):
        _ = calibration.the_run  # refuses a run that was made again
    return calibration


def _read(folder: Path, run: Run | None) -> Calibration:
    document = folder / CALIBRATION.document
    calibration = read_result(document, Calibration, what="calibration", apart=NOT_STORED)
    with reading("calibration", folder, damage=(Exception,)):  # a damaged model may raise anything
        model = load_trusted(folder / MODEL)
        return replace(calibration, reader=model["reader"], model=model["model"], of_run=run)


def delete_calibration(run: str, *, by: str = "") -> None:
    """Put the calibration of a run into the trash."""
    catalogue.delete(CALIBRATION, run, by=by)
