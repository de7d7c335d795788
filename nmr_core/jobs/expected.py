"""How long a job takes, from what such jobs took on this machine.

A nominal time, which a page computes from the size of the work, is stored beside each job:

    <data folder>/jobs/<job id>.expected.json
    {"seconds": 12.5, "like": "..."}

The ratio of the time that a finished job took to its nominal time is the speed of this machine for
work of that kind. Jobs that are alike count before others of their kind, and these before all.
"""

import functools
import json
import math
import time
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median

from nmr_core.errors import FailedError
from nmr_core.jobs.job import Job
from nmr_core.jobs.processes import HOST
from nmr_core.jobs.store import JobStore
from nmr_core.storage.files import write_file
from nmr_core.storage.workspace import data_folder

LAST = 5
"""Newest jobs whose median counts."""
START = 0.3
"""Seconds from the start of a job to its work."""
ALIKE, SAME_KIND, ANY = 1.25, 1.4, 1.5
"""Factor below and above the expected time, by what the jobs have in common."""
MOST_BY_OTHERS = 3.0
"""Factor by which jobs of other kinds alone change a nominal time: they may have run under load."""
COMPARABLE = 10.0
"""Ratio of nominal times up to which two jobs are compared: the first seconds are slower."""


@dataclass(frozen=True)
class Expected:
    """The nominal duration of a job.

    Parameters
    ----------
    kind : str
        Kind of job.
    seconds : float
        Nominal time, s.
    like : str
        What the speed depends on beside the size, e.g. the model; "" if nothing.
    """

    kind: str
    seconds: float
    like: str = ""


def store(job_id: str, expected: Expected, folder: Path | str | None = None) -> None:
    """Store the nominal time of a job; a disk that is full does not stop it."""
    text = json.dumps(asdict(expected))
    with suppress(FailedError):
        write_file(_path(job_id, folder), lambda temporary: temporary.write_text(text, "utf-8"))


def read(job_id: str, folder: Path | str | None = None) -> Expected | None:
    """The nominal time of a job, None if there is none."""
    try:
        return _read(str(_path(job_id, folder)))
    except (OSError, ValueError, TypeError):
        return None


def time_of(
    expected: Expected, jobs: Iterable[Job], folder: Path | str | None = None
) -> tuple[float, float]:
    """Range of the time that a job takes on this machine.

    Parameters
    ----------
    expected : Expected
        The job.
    jobs : iterable of Job
        Earlier jobs, the newest first.
    folder : Path or str, optional
        Data folder.

    Returns
    -------
    low, high : float
        Seconds.
    """
    factor, spread = _factor(expected, jobs, folder)
    seconds = START + factor * expected.seconds
    return seconds / spread, seconds * spread


def left(job: Job, jobs: Iterable[Job], folder: Path | str | None = None) -> float | None:
    """Seconds that a running job has left; None if nothing is known.

    In the beginning the expected time counts, towards the end the measured rate, so that the
    number does not jump.
    """
    expected = read(job.id, folder)
    if expected is None or job.started is None or job.status != "running":
        return job.eta
    factor, _ = _factor(expected, jobs, folder)
    done = min(1.0, job.done / job.total) if job.total else 0.0
    by_promise = (1 - done) * (START + factor * expected.seconds)
    if job.eta is None:
        return by_promise
    return (1 - done) * by_promise + done * job.eta


def starts(
    jobs: Sequence[Job], queue: Sequence[str], slots: int, folder: Path | str | None = None
) -> dict[str, float]:
    """When queued jobs start.

    Parameters
    ----------
    jobs : sequence of Job
        Newest jobs of all workspaces, the newest first.
    queue : sequence of str
        Ids of the queued jobs, the next one first.
    slots : int
        Jobs that run at once.
    folder : Path or str, optional
        Data folder.

    Returns
    -------
    dict
        Id -> seconds until the job starts, about. A job is left out if nothing is known of one that
        is before it.
    """
    by_id = {job.id: job for job in jobs}
    free = [_left_or_usual(job, jobs, folder) for job in jobs if job.status == "running"]
    free += [0.0] * (slots - len(free))
    found: dict[str, float] = {}
    for id in queue:
        if not free or None in free or id not in by_id:
            break
        free.sort()  # type: ignore[type-var]
        found[id] = start = free[0] or 0.0
        seconds = _usual(by_id[id], jobs, folder)
        free[0] = None if seconds is None else start + seconds
    return found


def _left_or_usual(job: Job, jobs: Sequence[Job], folder: Path | str | None) -> float | None:
    """Seconds that a running job has left, by its own rate or by what such jobs took."""
    seconds = left(job, jobs, folder)
    if seconds is None and (usual := _usual(job, jobs, folder)) is not None and job.started:
        seconds = max(0.0, usual - (time.time() - job.started))
    return seconds


def _usual(job: Job, jobs: Sequence[Job], folder: Path | str | None) -> float | None:
    """Seconds of a job, by its nominal time or those of finished jobs of its kind."""
    expected = read(job.id, folder)
    if expected is not None:
        return sum(time_of(expected, jobs, folder)) / 2
    times = [
        other.finished - other.started
        for other in jobs
        if other.kind == job.kind and other.status == "done" and other.started and other.finished
    ]
    return median(times[:LAST]) if times else None


def _factor(
    expected: Expected, jobs: Iterable[Job], folder: Path | str | None
) -> tuple[float, float]:
    """Measured time over nominal time, and the factor of its uncertainty."""
    alike: list[float] = []
    same_kind: list[float] = []
    others: list[float] = []
    for job in jobs:
        if job.status != "done" or job.host != HOST or not job.started or not job.finished:
            continue
        earlier = read(job.id, folder)
        if earlier is None or earlier.seconds <= 0 or job.base_done:
            continue
        ratio = max(0.01, job.finished - job.started - START) / earlier.seconds
        if job.kind != expected.kind:
            others.append(ratio)
        elif abs(math.log(max(expected.seconds, 1e-9) / earlier.seconds)) < math.log(COMPARABLE):
            (alike if earlier.like == expected.like else same_kind).append(ratio)
    for ratios, spread in ((alike, ALIKE), (same_kind, SAME_KIND)):
        if ratios:
            return median(ratios[:LAST]), spread
    by_others = median(others[:LAST]) if others else 1.0
    return min(max(by_others, 1 / MOST_BY_OTHERS), MOST_BY_OTHERS), ANY


@functools.lru_cache(maxsize=5000)
def _read(path: str) -> Expected:
    return Expected(**json.loads(Path(path).read_text("utf-8")))


def _path(job_id: str, folder: Path | str | None) -> Path:
    log = JobStore(data_folder() if folder is None else folder).log_path(job_id)
    return log.with_suffix(".expected.json")
