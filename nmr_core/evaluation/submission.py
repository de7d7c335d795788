"""Predictions of a run in the file format of the 2020 challenge, ``submitted_mat_info.txt``.

One row per test sample in ascending sample number; per row four numbers separated by tabs, in the
order of ``mat_info.txt``: alpha (MHz), xi (sites), p, d. No header. The numbers are the predictions
in the units of the prior, not rescaled.
"""

import numpy as np

from nmr_core.errors import InputError
from nmr_core.learning.run import Run
from nmr_core.presets.ml4sci_2020 import PRESET_NAMES

NAMES = ("alpha", "xi", "p", "d")
FILE = "submitted_mat_info.txt"


def submission_problem(run: Run) -> str:
    """Why a run cannot be submitted, as a sentence; "" if it can."""
    if run.manifest.preset not in PRESET_NAMES:
        preset = run.manifest.preset or "no preset"
        return (
            f"The run {run.id} was not trained on curves of ml4sci_2020 but of {preset}: "
            f"{FILE} is a file of that challenge. Choose a run of that preset."
        )
    missing = [name for name in NAMES if name not in run.targets]
    if missing:
        return (
            f"The run {run.id} does not predict {', '.join(missing)}: {FILE} needs all of "
            f"{', '.join(NAMES)}. Train a run with these targets."
        )
    return ""


def submission(run: Run) -> str:
    """Text of the file.

    Raises
    ------
    InputError
        If the run predicts other parameters, or was trained on other signals.
    """
    if problem := submission_problem(run):
        raise InputError(problem)
    order = np.argsort(run.predictions["sample"].to_numpy(), kind="stable")
    values = run.predicted[list(NAMES)].to_numpy(float)[order]
    return "".join("\t".join(f"{value:.9g}" for value in row) + "\n" for row in values)
