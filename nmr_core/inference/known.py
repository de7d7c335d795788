"""What a run knows about its own errors: its calibration and its applicability, as far as they are there."""

from dataclasses import dataclass

from nmr_core.errors import FailedError, InputError
from nmr_core.inference.applicability import read_depth
from nmr_core.inference.intervals import find_calibration, load_calibration
from nmr_core.learning.run import Run


@dataclass(frozen=True)
class Known:
    """What a run knows about its own errors. calibration: gives intervals; depth: gives the lamp; note: what is missing, and
    what to do, "" = nothing."""

    calibration: object = None
    depth: object = None
    note: str = ""


def known_errors(run: Run) -> Known:
    """Calibration and depth of a run as far as they are there; a damaged or outdated one is left out, and ``note`` says so."""
    folder = find_calibration(run)
    if folder is None:
        return Known(
            note=f"Nobody has calibrated the run {run.id} yet, so its estimates have no intervals and no lamp. "
            f"Calibrate it: python -m nmr_core calibrate {run.id}"
        )
    try:
        calibration = load_calibration(run)
    except (InputError, FailedError) as error:
        return Known(note=str(error))
    try:
        return Known(calibration, read_depth(folder))
    except (InputError, FailedError) as error:
        return Known(calibration, note=str(error))
