"""The job "series": a request with the echoes, and the result in the list of series.

NMR_DATA/series-requests/<id>/request.json, request.npz     the series as it was read
NMR_DATA/series/<id>/series.json, series.npz                the result, written last

A request has the id of its result, so that a series that grows is stored once, and it is removed
when the result is there.
"""

import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

from nmr_core.errors import InputError
from nmr_core.evaluation.compare import load_run
from nmr_core.learning.run import Run
from nmr_core.measured.estimating import LEVEL
from nmr_core.measured.refine_job import DAYS, remove_old
from nmr_core.measured.series.answering import answer_series
from nmr_core.measured.series.resimulating import N_SEEDS
from nmr_core.measured.series.result import SeriesResult, load_series
from nmr_core.measured.series.series import Series
from nmr_core.measured.verdict import checked_seeds
from nmr_core.progress import Progress, silent
from nmr_core.storage import catalogue
from nmr_core.storage.files import checksum
from nmr_core.storage.kinds import SERIES, SERIES_REQUEST
from nmr_core.storage.results import read_result, write_result
from nmr_core.storage.room import check_room
from nmr_core.storage.workspace import checked_id, data_folder, new_id

BYTES_PER_POINT = 24
"""Of a stored echo: its time and its signal."""


def requests_folder() -> Path:
    """Return the folder of all requests."""
    return data_folder() / SERIES_REQUEST.folder


def store_series_request(
    run: Run,
    series: Series,
    *,
    group: int = 1,
    level: float = LEVEL,
    n_seeds: int = N_SEEDS,
    previous: str = "",
) -> dict[str, Any]:
    """Store a series and return the parameters of its job.

    Parameters
    ----------
    run : Run
        The trained run.
    series : Series
        With a swept quantity.
    group : int
        Group of one protocol that is read.
    level : float
        Of the intervals.
    n_seeds : int
        Simulations of an estimate.
    previous : str
        Id of a stored result that is continued: its echoes are not estimated again.

    Returns
    -------
    dict
        run, series (id of the result), request (its id too), group, level, n_seeds, previous and
        sha256.

    Raises
    ------
    InputError
        If the swept quantity is an open question, or for too few simulations.
    """
    checked_seeds(n_seeds, none=True)
    if series.question:
        raise InputError(series.question)
    series.group(group)
    remove_old(requests_folder())
    name = checked_id(previous) if previous else new_id("se")
    document = requests_folder() / name / "request.json"
    check_room(document, BYTES_PER_POINT * sum(len(item.measurement or ()) for item in series.read))
    document.parent.mkdir(parents=True, exist_ok=True)
    write_result(series, document)
    return {
        "run": run.id,
        "series": name,
        "request": name,
        "group": group,
        "level": level,
        "n_seeds": n_seeds,
        "previous": previous,
        "sha256": checksum(document),
    }


def series_job(params: dict[str, Any], progress: Progress = silent) -> dict[str, str]:
    """Run the job "series" with parameters of :func:`store_series_request`.

    The request is removed once the result is stored; a job that is cancelled or killed leaves it.

    Returns
    -------
    dict
        id of the result, its run, and a summary.
    """
    run = load_run(checked_id(params["run"]))
    series = _load_request(checked_id(params["request"]), params["sha256"])
    result = answer_series(
        run,
        series,
        group=int(params.get("group", 1)),
        level=float(params.get("level", LEVEL)),
        n_seeds=int(params.get("n_seeds", N_SEEDS)),
        previous=_previous(params.get("previous", "")),
        progress=progress,
    )
    result = replace(result, id=checked_id(params["series"]), owner=params.get("owner", ""))
    result.save()
    shutil.rmtree(requests_folder() / params["request"], ignore_errors=True)
    return {"id": result.id, "run": run.id, "summary": f"{result.summary}."}


def _previous(id: str) -> SeriesResult | None:
    """The result that is continued; None if it has been deleted."""
    if not id or catalogue.find(SERIES, id) is None:
        return None
    return load_series(id)


def _load_request(name: str, sha256: str) -> Series:
    document = requests_folder() / name / "request.json"
    if not document.is_file() or checksum(document) != sha256:
        raise InputError(
            f"The echoes of series {name} are not here any more: they are kept until they are "
            f"estimated or the series grows, at most {DAYS} days. Read the files again."
        )
    return read_result(document, Series, what="series", again="Read the files again.")
