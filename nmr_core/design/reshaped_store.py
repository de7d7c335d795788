"""Shaped proposals on disk, beside their rankings (designs/<key>/shaped.json), and their job."""

from pathlib import Path
from typing import Any

from nmr_core.design.reshaping import ShapedProposal, shape_proposal
from nmr_core.design.store import find_beside, load_design, save_beside
from nmr_core.errors import InputError
from nmr_core.progress import Progress, silent

DOCUMENT = "shaped.json"
"""Name of the file in the folder of the ranking."""
AGAIN = "Shape the proposal again."
OPTIONS = ("n_shaping", "n_materials", "n_jobs")


def save_shaped(shaped: ShapedProposal) -> Path:
    """Write a shaped proposal beside its ranking, in place of an earlier one.

    Raises
    ------
    InputError
        The ranking is not stored in the data folder.
    """
    return save_beside(shaped, DOCUMENT)


def find_shaped(key: str) -> ShapedProposal | None:
    """Return the shaped proposal of a ranking; None if there is none, or a damaged one."""
    return find_beside(key, DOCUMENT, ShapedProposal, what="shaped proposal", again=AGAIN)


def shape_job(params: dict[str, Any], progress: Progress = silent) -> dict[str, Any]:
    """Run the job "shape": shape the proposal of a stored ranking, and store it beside it.

    Parameters
    ----------
    params : dict
        design, the key of the ranking; fields, what changes continuously; and any of
        :data:`OPTIONS`, see :func:`nmr_core.design.reshaping.shape_proposal`.
    progress : callable
        Called with (done, total, message).

    Returns
    -------
    dict
        design (its key), improved, and a summary.

    Raises
    ------
    InputError
        For parameters of another kind of job, or a ranking that is not stored.
    """
    key, fields = params.get("design"), params.get("fields", [])
    if not isinstance(key, str) or not isinstance(fields, list | tuple):
        raise InputError(
            f"The job shape needs the key of a stored design and a list of fields, got "
            f"{str(key)[:40]!r} and {str(fields)[:40]!r}. Start it again from the page Design."
        )
    options = {name: params[name] for name in OPTIONS if name in params}
    result = load_design(key)
    shaped = shape_proposal(result, fields, progress=progress, **({"n_jobs": -1} | options))
    save_shaped(shaped)
    progress(100, 100, "shaped")
    return {"design": key, "improved": shaped.improved, "summary": shaped.sentence}
