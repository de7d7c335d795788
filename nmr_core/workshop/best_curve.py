"""The training curve of the best run trained in epochs that a room has submitted."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from nmr_core.challenge import Challenge, board
from nmr_core.challenge.attempts import best_run
from nmr_core.errors import FailedError, InputError
from nmr_core.learning.curves import TrainingCurve, run_curve
from nmr_core.learning.manifest import RunManifest
from nmr_core.storage.kinds import RUN
from nmr_core.storage.workspace import checked_id


def best_curve(challenge: Challenge, folders: Mapping[str, Path]) -> TrainingCurve | None:
    """The curve of the team that leads the board, or of the next one that has a curve.

    Parameters
    ----------
    challenge : Challenge
        Of the room.
    folders : mapping of str to Path
        Id of a person of the room -> data folder of the personal workspace.

    Returns
    -------
    TrainingCurve or None
        Its title is the name of the team. None where the board is hidden, and where none of the
        submitted runs was trained in epochs.
    """
    for row in board(challenge).rows:
        submitted = None if row.is_reference else best_run(challenge, row.team)
        if submitted is None or submitted.person not in folders:
            continue
        curve = _curve(folders[submitted.person], submitted.run)
        if curve is not None:
            return replace(curve, title=f"{row.name}, best trained in epochs")
    return None


def _curve(folder: Path, run: str) -> TrainingCurve | None:
    try:
        return run_curve(RunManifest.read(folder / RUN.place(checked_id(run))))
    except (InputError, FailedError):  # the run was deleted since, or is no run
        return None
