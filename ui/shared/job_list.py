"""The jobs, read once per second for all visitors; how often their pages look."""

import threading
import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import streamlit as st

from nmr_core.errors import FailedError, InputError
from nmr_core.jobs import Job, api, expected
from nmr_core.jobs.capacity import slots
from nmr_core.storage.workspace import data_folder, server_folder
from ui.shared import spaces

SHARED = 1.0
"""Seconds for which one reading of the table serves everybody."""
READ = 500
"""Newest jobs that are read."""
OWN, OTHERS, NOTHING = 1.0, 5.0, 15.0
"""Seconds between two looks of a page: its visitor's job is live, only others' are, none is."""
CROWD = 10
"""Open pages above which each of them looks less often."""
SLOWEST, SLOWEST_OF_NOTHING = 10.0, 60.0
"""Longest time between two looks at a live job, and where no job is live, s."""
POLLED = "_cards-polled"
"""Key of whether the page that is drawn looks at jobs by itself."""
PROBLEM = "_job-problem"
"""Key of the sentence of a refused action."""
_OPEN = 1.5 * SLOWEST_OF_NOTHING  # seconds since its last look for which a page counts as open
_lock = threading.Lock()
_last_look: dict[str, float] = {}


@dataclass(frozen=True)
class Snapshot:
    """The jobs at one moment."""

    jobs: tuple[Job, ...] = ()
    """The newest first."""
    queue: tuple[str, ...] = ()
    """Ids of the queued jobs, the next one first."""
    dismissed: frozenset[str] = field(default_factory=frozenset)
    """Ids of jobs whose cards were closed."""
    starts: Mapping[str, float] = field(default_factory=dict)
    """Id of a queued job -> seconds until it starts, about."""
    problem: str = ""
    """Why the jobs cannot be read, or the supervisor not be started."""

    @cached_property
    def live(self) -> frozenset[str]:
        """Ids of the jobs that wait or run."""
        return frozenset(job.id for job in self.jobs if job.live)

    def position(self, job: Job) -> int:
        """Position of a queued job, from 1."""
        return self.queue.index(job.id) + 1 if job.id in self.queue else 1


_newest: dict[Path, tuple[float, Snapshot]] = {}
"""Data folder -> when it was read, and what."""
_MOST = 200  # data folders


def snapshot() -> Snapshot:
    """The jobs, at most :data:`SHARED` seconds old."""
    _note_look()
    try:
        folder = data_folder()
    except InputError as error:  # the workspace was removed while this page was open
        return Snapshot(problem=str(error))
    with _lock:
        now = time.monotonic()
        if folder not in _newest or now - _newest[folder][0] >= SHARED:
            if len(_newest) >= _MOST:
                _newest.clear()
            _newest[folder] = now, _read()
        return _newest[folder][1]


def jobs(limit: int = READ, owner: str | None = None) -> list[Job]:
    """The newest jobs of one owner, or of all (None); none where they cannot be read."""
    newest = snapshot().jobs
    return [job for job in newest if owner is None or job.owner == owner][:limit]


def writing() -> set[str]:
    """Ids of the data sets that a job writes now, or will."""
    return {
        job.params.get("dataset", "")
        for job in jobs()
        if job.live and job.kind in ("generate", "effects", "join")
    }


def refresh() -> None:
    """Read again at the next look: this process has changed a job."""
    with _lock:
        _newest.clear()


def n_open() -> int:
    """Number of pages that are open in browsers."""
    now = time.monotonic()
    return sum(now - last < _OPEN for last in list(_last_look.values()))


def pause(*, live: bool, own: bool) -> float:
    """Seconds between two looks of a page at the jobs.

    Parameters
    ----------
    live : bool
        Whether any job waits or runs.
    own : bool
        Whether one of them is this visitor's.
    """
    crowd = max(1.0, n_open() / CROWD)
    if not live:
        return min(SLOWEST_OF_NOTHING, NOTHING * crowd)
    return min(SLOWEST, (OWN if own else OTHERS) * crowd)


def _read() -> Snapshot:
    try:
        newest = tuple(api.list_jobs(limit=READ))
        waiting = any(job.status == "queued" for job in newest)
        queue = tuple(api.queue()) if waiting else ()
        starts = _starts(newest, queue) if waiting else {}
        dismissed = frozenset(api.dismissed())
    except FailedError as error:
        return Snapshot(problem=str(error))
    problem = ""
    if any(job.live for job in newest):
        try:
            api.ensure_supervisor()
        except (FailedError, InputError) as error:
            problem = str(error)
    return Snapshot(newest, queue, dismissed, starts, problem)


def _starts(jobs: tuple[Job, ...], queue: tuple[str, ...]) -> Mapping[str, float]:
    """When queued jobs start: those of other workspaces are before them too."""
    if spaces.are_used():
        jobs = tuple(api.list_jobs(limit=READ, folder=server_folder()))
    return expected.starts(jobs, queue, max(1, slots()), server_folder())


def _note_look() -> None:
    now = time.monotonic()
    page = st.session_state.setdefault("_page_id", uuid.uuid4().hex)
    if page not in _last_look:
        for old in [name for name, last in list(_last_look.items()) if now - last > _OPEN]:
            _last_look.pop(old, None)
    _last_look[page] = now
