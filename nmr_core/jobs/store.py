"""The table of jobs.

Each change is one guarded statement, so that a final status is never overwritten.

Any number of pages and workers and one supervisor use the same file at the same time.
"""

import json
import sqlite3
import time
from pathlib import Path

from nmr_core.errors import InputError
from nmr_core.jobs.database import connection
from nmr_core.jobs.job import FINAL, Job
from nmr_core.storage.files import remove_file
from nmr_core.storage.workspace import checked_id, new_id, server_folder, workspace_id

_COLUMNS = ", ".join(Job.__dataclass_fields__)

OVERTAKEN = 10
"""Later jobs that may start before a job; then it is the next one."""
_TURN = f"""
    (SELECT count(*) FROM jobs other
     WHERE other.number > jobs.number AND other.started IS NOT NULL) < {OVERTAKEN},
    (SELECT count(*) FROM jobs other
     WHERE other.owner = jobs.owner AND other.status = 'running'),
    (SELECT count(*) FROM jobs other
     WHERE other.owner = jobs.owner AND other.started >= jobs.created),
    number
"""
"""Queue order: those that were overtaken too often, then fewest running jobs of the owner, fewest
started since this one was queued, oldest. The owner is a person, in whatever workspace.
"""
_ROOM = """
    (SELECT count(*) FROM jobs other
     WHERE other.owner = jobs.owner AND other.status = 'running') < :most
"""
"""Whether the owner may have another job running."""

_HERE = "(:workspace = '' OR workspace = :workspace)"
"""Whether a job belongs to this store: the server's holds all."""

_PATIENCE = 2.0
"""Seconds for which a check waits for another program that writes."""

List = list
"""The type; in the class below ``list`` is a method."""


class JobStore:
    """The jobs of a data folder.

    All workspaces of a server share one table, in the server's folder. The store of a workspace
    holds its own jobs only; that of the server all of them, and queue and turns concern all.

    Parameters
    ----------
    folder : Path or str
        Data folder of a workspace, or of the server.
    """

    def __init__(self, folder: Path | str) -> None:
        self.folder = server_folder(folder)
        self.workspace = workspace_id(folder)
        self.path = self.folder / "jobs.sqlite3"

    def log_path(self, job_id: str) -> Path:
        """File with the output of the job's worker."""
        return self.folder / "jobs" / f"{checked_id(job_id)}.log"

    def live_path(self, job_id: str) -> Path:
        """File with the live data of the job."""
        return self.folder / "jobs" / f"{checked_id(job_id)}.live.json"

    def dismissal(self, job_id: str) -> Path:
        """Empty file that exists once the card of the job was closed."""
        return self.folder / "jobs" / f"{checked_id(job_id)}.dismissed"

    def submit(
        self, kind: str, params: str, title: str = "", owner: str = "", limit: int = 5
    ) -> Job:
        """Queue a job.

        Parameters
        ----------
        kind : str
            Name of the kind of job.
        params : str
            JSON.
        title, owner : str
            Display text.
        limit : int
            Queued jobs of one owner.

        Raises
        ------
        InputError
            The owner has ``limit`` queued jobs already.
        """
        columns = "(id, kind, params, title, owner, status, created, workspace)"
        room = "(SELECT count(*) FROM jobs WHERE owner = :owner AND status = 'queued') < :limit"
        values = {
            "kind": kind,
            "params": params,
            "title": _text(title),
            "owner": _text(owner),
            "limit": limit,
            "workspace": self.workspace,
        }
        # An id has 16 random bits per second, so two may be equal
        for _ in range(20):
            row = self._one(
                f"INSERT INTO jobs {columns}"
                " SELECT :id, :kind, :params, :title, :owner, 'queued', :now, :workspace"
                f" WHERE {room} ON CONFLICT (id) DO NOTHING RETURNING {_COLUMNS}",
                {**values, "id": new_id("job"), "now": time.time()},
            )
            if row:
                return _job(row)
            count = self._count(
                "SELECT count(*) FROM jobs WHERE owner = ? AND status = 'queued'",
                (values["owner"],),
            )
            if count >= limit:
                break
        raise InputError(
            f"{limit} jobs are already waiting, the limit for one user. Cancel one or wait."
        )

    def get(self, job_id: str) -> Job:
        """The job with this id; :class:`InputError` if there is none."""
        row = self._one(
            f"SELECT {_COLUMNS} FROM jobs WHERE id = :id AND {_HERE}",
            {"id": checked_id(job_id), "workspace": self.workspace},
        )
        if row is None:
            raise InputError(f"There is no job {job_id} here. Copy the id from the list of jobs.")
        return _job(row)

    def running(self) -> "List[Job]":
        """All running jobs, oldest first."""
        return self._jobs("WHERE status = 'running' ORDER BY number")

    def busy(self) -> bool:
        """True while any job waits or runs."""
        return bool(
            self._count("SELECT EXISTS (SELECT 1 FROM jobs WHERE status IN ('queued', 'running'))")
        )

    def counts(self) -> dict[str, int]:
        """Status -> number of jobs."""
        rows = self._all("SELECT status, count(*) AS n FROM jobs GROUP BY status")
        return {row["status"]: row["n"] for row in rows}

    def longest_wait(self) -> float:
        """Seconds that the oldest queued job has waited, 0 if none waits."""
        row = self._one("SELECT min(created) AS since FROM jobs WHERE status = 'queued'")
        return max(0.0, time.time() - row["since"]) if row and row["since"] else 0.0

    def check_writable(self) -> None:
        """Raise :class:`FailedError` if the table cannot be written."""
        with connection(self.path, timeout=_PATIENCE) as db:
            db.execute("BEGIN IMMEDIATE")
            db.execute("ROLLBACK")

    def position(self, job_id: str) -> int | None:
        """Position in the queue, 1 for the job that starts next; None if it is not queued."""
        if self.get(job_id).status != "queued":
            return None
        return next((n for n, id in enumerate(self.queue(), 1) if id == job_id), None)

    def queue(self) -> "List[str]":
        """Ids of the queued jobs, the next one first."""
        rows = self._all(f"SELECT id FROM jobs WHERE status = 'queued' ORDER BY {_TURN}")
        return [row["id"] for row in rows]

    def claim(self, host: str, most: int | None = None) -> Job | None:
        """Turn the next job of the queue from queued to running; None if there is none.

        Parameters
        ----------
        host : str
            Name of this machine.
        most : int, optional
            Running jobs of one owner; a further one waits, and others go ahead.
        """
        row = self._one(
            "UPDATE jobs SET status = 'running', started = :now, heartbeat = :now, host = :host"
            " WHERE number ="
            f" (SELECT number FROM jobs WHERE status = 'queued' AND {_ROOM}"
            f" ORDER BY {_TURN} LIMIT 1) AND status = 'queued' RETURNING {_COLUMNS}",
            {"now": time.time(), "host": host, "most": 10**9 if most is None else most},
        )
        return _job(row) if row else None

    def attach(self, job_id: str, host: str, pid: int, process_started: float) -> Job | None:
        """Make this process the only worker of a running job; None if it has one or has ended."""
        row = self._one(
            "UPDATE jobs SET host = ?, pid = ?, process_started = ?, heartbeat = ?"
            f" WHERE id = ? AND status = 'running' AND pid IS NULL RETURNING {_COLUMNS}",
            (host, pid, process_started, time.time(), checked_id(job_id)),
        )
        return _job(row) if row else None

    def release(self, job_id: str) -> None:
        """Return a running job without a worker to the queue; cancel it if that was requested."""
        self._one(
            "UPDATE jobs SET started = NULL, heartbeat = NULL, host = NULL,"
            " status = CASE cancel_requested WHEN 1 THEN 'cancelled' ELSE 'queued' END,"
            " finished = CASE cancel_requested WHEN 1 THEN ? END"
            " WHERE id = ? AND status = 'running' AND pid IS NULL",
            (time.time(), checked_id(job_id)),
        )

    def report(self, job_id: str, done: int, total: int, message: str) -> bool:
        """Store the progress; False if the worker must stop (cancelled, or no longer running).

        A new total, or a smaller ``done``, begins a new phase; the rate is measured from there.
        """
        phase = "base_time IS NULL OR total != :total OR :done < done"
        row = self._one(
            f"UPDATE jobs SET base_done = CASE WHEN {phase} THEN :done ELSE base_done END,"
            f" base_time = CASE WHEN {phase} THEN :now ELSE base_time END,"
            " done = :done, total = :total, message = :message, reported = :now, heartbeat = :now"
            " WHERE id = :id AND status = 'running' RETURNING cancel_requested",
            {
                "id": job_id,
                "done": done,
                "total": total,
                "message": _text(message),
                "now": time.time(),
            },
        )
        return row is not None and not row["cancel_requested"]

    def heartbeat(self, job_id: str) -> bool:
        """Store the time; False if the worker must stop."""
        row = self._one(
            "UPDATE jobs SET heartbeat = ?"
            " WHERE id = ? AND status = 'running' RETURNING cancel_requested",
            (time.time(), job_id),
        )
        return row is not None and not row["cancel_requested"]

    def finish(
        self, job_id: str, status: str, error: str | None = None, result: dict | None = None
    ) -> bool:
        """Give a running job its final status; False, without a change, if it is not running."""
        if status not in FINAL:
            raise ValueError(f"status must be one of {FINAL}, got {status!r}")
        # What request_cancel wrote about a cancelled job stays
        row = self._one(
            "UPDATE jobs SET status = ?1,"
            " error = CASE ?1 WHEN 'cancelled' THEN COALESCE(?2, error) ELSE ?2 END,"
            " result = ?3, finished = ?4 WHERE id = ?5 AND status = 'running' RETURNING id",
            (
                status,
                error and _text(error, 1000),
                None if result is None else json.dumps(result),
                time.time(),
                job_id,
            ),
        )
        return row is not None

    def mark_lost(self, job_id: str, error: str) -> bool:
        """Mark a running job as lost, or as cancelled if that was requested."""
        row = self._one(
            "UPDATE jobs SET status = CASE cancel_requested WHEN 1 THEN 'cancelled' ELSE 'lost' "
            "END, error = CASE cancel_requested WHEN 1 THEN error ELSE ? END, finished = ?"
            " WHERE id = ? AND status = 'running' RETURNING id",
            (_text(error, 1000), time.time(), job_id),
        )
        return row is not None

    def request_cancel(self, job_id: str, reason: str | None = None) -> Job:
        """Request a running job to stop; cancel a queued one; leave a finished one unchanged.

        ``reason`` is stored as the error of the cancelled job; a second request does not change it.
        """
        self._one(
            "UPDATE jobs SET"
            " error = CASE cancel_requested WHEN 1 THEN error ELSE :reason END,"
            " cancel_requested = 1,"
            " finished = CASE status WHEN 'queued' THEN :now ELSE finished END,"
            " status = CASE status WHEN 'queued' THEN 'cancelled' ELSE status END"
            f" WHERE id = :id AND {_HERE} AND status IN ('queued', 'running')",
            {
                "reason": reason and _text(reason),
                "now": time.time(),
                "id": checked_id(job_id),
                "workspace": self.workspace,
            },
        )
        return self.get(job_id)

    def forget(self, owner: str) -> None:
        """Remove the ended jobs of a person who is removed, with what they have written."""
        rows = self._all(
            "DELETE FROM jobs WHERE owner = ? AND status NOT IN ('queued', 'running') RETURNING id",
            (_text(owner),),
        )
        for row in rows:
            for path in (self.folder / "jobs").glob(f"{row['id']}.*"):
                remove_file(path)

    def list(self, owner: str | None = None, limit: int = 50) -> "List[Job]":
        """The newest jobs first, of one owner or of all."""
        values = {"workspace": self.workspace, "limit": limit}
        if owner is None:
            return self._jobs(f"WHERE {_HERE} ORDER BY number DESC LIMIT :limit", values)
        return self._jobs(
            f"WHERE {_HERE} AND owner = :owner ORDER BY number DESC LIMIT :limit",
            {**values, "owner": _text(owner)},
        )

    def _jobs(self, condition: str, values: tuple | dict = ()) -> "List[Job]":
        return [_job(row) for row in self._all(f"SELECT {_COLUMNS} FROM jobs {condition}", values)]

    def _all(self, sql: str, values: tuple | dict = ()) -> "List[sqlite3.Row]":
        with connection(self.path) as db:
            return db.execute(sql, values).fetchall()

    def _count(self, sql: str, values: tuple | dict = ()) -> int:
        """The number that a statement returns."""
        return self._all(sql, values)[0][0]

    def _one(self, sql: str, values: tuple | dict = ()) -> sqlite3.Row | None:
        # All rows, because an UPDATE ... RETURNING must be run to its end
        rows = self._all(sql, values)
        return rows[0] if rows else None


def _job(row: sqlite3.Row) -> Job:
    fields = dict(row)
    fields["params"] = json.loads(fields["params"])
    fields["result"] = json.loads(fields["result"]) if fields["result"] else None
    fields["cancel_requested"] = bool(fields["cancel_requested"])
    return Job(**fields)


def _text(text: str, most: int = 200) -> str:
    """One line of at most ``most`` characters that SQLite can store."""
    return " ".join(str(text).encode("utf-8", "replace").decode().split())[:most]
