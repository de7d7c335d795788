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
    them.
    """
    folder = find_calibration(run)
    if folder is None:
        return ErrorModel(
            note=f"The run {run.id} is not calibrated, so its estimates have neither intervals "
            "nor an applicability."
        )
    try:
        calibration = load_calibration(run)
    except (InputError, FailedError) as error:
        return ErrorModel(note=str(error))
    try:
        return ErrorModel(calibration, read_applicability(folder))
    except (InputError, FailedError) as error:
        return ErrorModel(calibration, note=str(error))
