"""Where the people of a room are, and when they last got further: ``presence.sqlite3``.

The web processes write it every few seconds. It may be lost at any time: rooms and codes stand
elsewhere.
"""

import time
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Lock

from nmr_core import challenge as challenges
from nmr_core.errors import FailedError, InputError
from nmr_core.jobs import Job, api
from nmr_core.labs import progress as labs
from nmr_core.people import Person
from nmr_core.people.database import one_line
from nmr_core.storage import sqlite
from nmr_core.storage.workspace import in_workspace, server_folder

HERE, STUCK, AWAY = STATES = ("here", "stuck", "away")
"""States of a person: an open page, the same without progress, no open page."""
LONG = 600.0
"""Seconds without progress after which a person is stuck."""
GONE = 75.0
"""Seconds since the last sign of an open page after which a person is away."""
REFRESH = 20.0
"""Seconds between two signs of the same page."""
READ = 2000
"""Newest jobs that are looked at."""
_MOST = 5000  # notes in memory

_LAYOUT = sqlite.Layout(
    version=0x50524501,
    schema="""
CREATE TABLE places (
    person TEXT PRIMARY KEY,
    page TEXT NOT NULL DEFAULT '',
    detail TEXT NOT NULL DEFAULT '',
    since REAL NOT NULL DEFAULT 0,
    seen REAL NOT NULL DEFAULT 0,
    progress REAL NOT NULL DEFAULT 0,
    what TEXT NOT NULL DEFAULT ''
);
""",
    name="list of open pages",
    remedy="Delete it: it is made again.",
)
"""The version is "PRE", layout 1."""
_lock = Lock()
_notes: dict[tuple[Path, str], tuple[str, str, float]] = {}
"""Data folder and person -> page, detail, and when they were written, s since 1970."""


@dataclass(frozen=True)
class Presence:
    """Where a person of a room is.

    Parameters
    ----------
    person : Person
        Who.
    page, detail : str
        Title of the page and what it shows; "" if no page was opened yet.
    since, seen : float
        Arrival on the page and last sign of it, s since 1970; 0: never.
    progress : float
        Last progress, at first the time of joining, s since 1970.
    what : str
        The last progress in words, "" for none.
    live : int
        Jobs that wait or run.
    state : str
        One of :data:`STATES`.
    """

    person: Person
    page: str
    detail: str
    since: float
    seen: float
    progress: float
    what: str
    live: int
    state: str


def note(person: str, page: str, detail: str = "", folder: Path | None = None) -> None:
    """Note that a person runs a page; written if it is another one, and every :data:`REFRESH` s.

    Parameters
    ----------
    person : str
        Id of the person.
    page : str
        Title of the page.
    detail : str
        What the page shows, e.g. the name of a lab.
    folder : Path, optional
        The server's data folder.
    """
    server = folder or server_folder()
    page, detail, now = one_line(page, 40), one_line(detail, 60), time.time()
    with _lock:
        last = _notes.get((server, person))
        if last and last[:2] == (page, detail) and 0 <= now - last[2] < REFRESH:
            return
        if len(_notes) >= _MOST:
            _notes.clear()
        _notes[server, person] = page, detail, now
    _write(
        server,
        "INSERT INTO places (person, page, detail, since, seen)"
        " VALUES (:person, :page, :detail, :now, :now) ON CONFLICT (person) DO UPDATE SET"
        " since = iif(page = :page AND detail = :detail, since, :now),"
        " page = :page, detail = :detail, seen = :now",
        [{"person": person, "page": page, "detail": detail, "now": now}],
    )


def are_open(people: Iterable[str], folder: Path | None = None) -> None:
    """Note that the pages of some people are still open.

    Parameters
    ----------
    people : iterable of str
        Ids.
    folder : Path, optional
        The server's data folder.
    """
    rows = [{"person": person, "now": time.time()} for person in people]
    if rows:
        sql = "UPDATE places SET seen = :now WHERE person = :person"
        _write(folder or server_folder(), sql, rows)


def progressed(person: str, what: str, folder: Path | None = None) -> None:
    """Note that a person got further, in a way that no job shows: a lab, a submission.

    Parameters
    ----------
    person : str
        Id of the person.
    what : str
        In a few words, e.g. "lab 1 finished".
    folder : Path, optional
        The server's data folder.
    """
    _write(
        folder or server_folder(),
        "INSERT INTO places (person, progress, what) VALUES (:person, :now, :what)"
        " ON CONFLICT (person) DO UPDATE SET progress = :now, what = :what",
        [{"person": person, "what": one_line(what, 60), "now": time.time()}],
    )


def forget(people: Iterable[str], folder: Path | None = None) -> None:
    """Remove what is noted of some people, whose room has ended.

    Parameters
    ----------
    people : iterable of str
        Ids.
    folder : Path, optional
        The server's data folder.
    """
    server = folder or server_folder()
    rows = [{"person": person} for person in people]
    if _file(server).exists() and rows:
        _write(server, "DELETE FROM places WHERE person = :person", rows)


def table(
    people: Iterable[tuple[Person, Path]], folder: Path | None = None, challenge: str = ""
) -> list[Presence]:
    """Where everyone is.

    Parameters
    ----------
    people : iterable of (Person, Path)
        As returned by :meth:`nmr_core.workshop.Rooms.people`.
    folder : Path, optional
        The server's data folder.
    challenge : str
        Id of the challenge of the room, whose submissions are progress.

    Returns
    -------
    list of Presence
        In the order of ``people``.
    """
    server, now = folder or server_folder(), time.time()
    places = _places(server)
    submissions = _submissions(server, challenge)
    jobs: dict[str, list[Job]] = {}
    for job in _jobs(server):
        jobs.setdefault(job.owner, []).append(job)
    rows = []
    for person, home in people:
        place, own = places.get(person.id, {}), jobs.get(person.id, [])
        steps = [
            (person.created, ""),
            (float(place.get("progress", 0)), str(place.get("what", ""))),
            (submissions.get(person.id, 0.0), "submission"),
            *map(_of_a_job, own),
            *((lab.at, f"lab {slug}") for slug, lab in labs.read(home).items()),
        ]
        n_live = sum(job.live for job in own)
        rows.append(_presence(person, place, max(steps), n_live, now))
    return rows


def _presence(
    person: Person,
    place: Mapping[str, str | float],
    progress: tuple[float, str],
    live: int,
    now: float,
) -> Presence:
    seen = float(place.get("seen", 0))
    is_stuck = now - progress[0] > LONG and not live
    return Presence(
        person=person,
        page=str(place.get("page", "")),
        detail=str(place.get("detail", "")),
        since=float(place.get("since", 0)),
        seen=seen,
        progress=progress[0],
        what=progress[1],
        live=live,
        state=AWAY if now - seen > GONE else STUCK if is_stuck else HERE,
    )


def _of_a_job(job: Job) -> tuple[float, str]:
    """When a job was last a progress, and which."""
    state = {"queued": "waits", "running": "runs"}.get(job.status, job.status)
    moment = (job.finished if job.status == "done" else job.started) or job.created
    return moment, one_line(f"{job.title or job.kind} {state}", 80)


def _jobs(server: Path) -> list[Job]:
    with suppress(FailedError):
        return api.list_jobs(limit=READ, folder=server)
    return []


def _submissions(server: Path, challenge: str) -> Mapping[str, float]:
    """Id of a person -> time of the last submission."""
    if challenge:
        with suppress(FailedError, InputError), in_workspace(server):
            return challenges.newest_times(challenges.load(challenge))
    return {}


def _places(server: Path) -> dict[str, Mapping[str, str | float]]:
    """Id of a person -> row of the table; none where it cannot be read."""
    if not _file(server).exists():
        return {}
    with suppress(FailedError), sqlite.connection(_file(server), _LAYOUT) as db:
        return {row["person"]: dict(row) for row in db.execute("SELECT * FROM places")}
    return {}


def _write(server: Path, sql: str, rows: list[dict]) -> None:
    """Write; a full disk or a busy file stops no page."""
    with suppress(FailedError), sqlite.connection(_file(server), _LAYOUT, timeout=0.2) as db:
        db.execute("BEGIN IMMEDIATE")
        db.executemany(sql, rows)
        db.execute("COMMIT")


def _file(server: Path) -> Path:
    return server / "presence.sqlite3"
