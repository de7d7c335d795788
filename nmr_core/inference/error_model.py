"""The error model of a run: its calibration and its applicability, as far as they are stored."""

from dataclasses import dataclass

from nmr_core.errors import FailedError, InputError
from nmr_core.inference.applicability import Applicability, read_applicability
from nmr_core.inference.intervals import Calibration, find_calibration, load_calibration
from nmr_core.learning.run import Run


@dataclass(frozen=True)
class ErrorModel:
    """What is stored about the errors of a run.

    Parameters
    ----------
    calibration : Calibration, optional
        For intervals.
    applicability : Applicability, optional
        For the question whether a signal is in the domain of the run.
    note : str
        A sentence on what is missing; empty if nothing is.
    """

    calibration: Calibration | None = None
    applicability: Applicability | None = None
    note: str = ""


def find_error_model(run: Run) -> ErrorModel:
    """Return the stored calibration and applicability of a run.

    Damaged or outdated parts are left out, and ``note`` names them. A new calibration mends all of
    them. The applicability does not need a calibration that can be loaded.
    """
    folder = find_calibration(run)
    if folder is None:
        return ErrorModel(
            note=f"The run {run.id} is not calibrated, so its estimates have neither intervals "
            "nor an applicability."
        )
    calibration, note = None, ""
    try:
        calibration = load_calibration(run)
    except InputError as error:
        # Of an earlier training: its applicability does not apply either
        return ErrorModel(note=str(error))
    except FailedError as error:
        note = str(error)
    try:
        return ErrorModel(calibration, read_applicability(folder), note)
    except (InputError, FailedError) as error:
        return ErrorModel(calibration, note=note or str(error))
