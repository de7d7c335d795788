"""Who is logged in.

A browser holds an opaque secret in a cookie; the file holds its hash. A session ends by logout, by
an administrator, by time, or with its person: nothing in the cookie says otherwise. A clock that is
set back ends no session; one from the future counts as begun now, so that none lives for ever.
"""

import sqlite3
import time
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from nmr_core.errors import FailedError
from nmr_core.people.database import Table, hashed, new_secret, one_line
from nmr_core.people.person import LOCAL, Person
from nmr_core.people.register import person_of
from nmr_core.people.remembered import Remembered

LOGOUT, ENDED = "logout", "ended"
"""Reasons of an end: the person logged out; an administrator, or the person elsewhere, ended it."""
TOUCH = 60.0
"""Seconds between two notes of a session's activity."""
KEPT = 30 * 86400.0
"""Seconds for which an ended session is remembered, for the sentence on the login page."""


@dataclass(frozen=True)
class Lifetime:
    """How long sessions last, s.

    Parameters
    ----------
    idle : float
        Without any request.
    most : float
        From the login on.
    """

    idle: float = 3 * 86400.0
    most: float = 7 * 86400.0


@dataclass(frozen=True)
class Session:
    """A session of a person.

    Parameters
    ----------
    id : str
        For lists and for ending it; it opens nothing.
    hash : str
        Of the secret in the browser's cookie.
    person : Person
        Who is logged in.
    created, seen : float
        Login and last activity, s since 1970.
    address, browser : str
        Where the login came from.
    provider : str
        Name of the login service in the configuration; "" for a password.
    """

    id: str
    hash: str
    person: Person
    created: float
    seen: float
    address: str = ""
    browser: str = ""
    provider: str = ""


_COLUMNS = (
    "people.*, sessions.id AS session_id, sessions.hash, sessions.created AS began,"
    " sessions.seen AS active, sessions.address, sessions.browser, sessions.provider"
)
_LIVE = (
    "sessions.ended IS NULL AND NOT people.disabled"
    " AND sessions.seen > :now - :idle AND sessions.created > :now - :most"
)
_JOIN = "sessions JOIN people ON people.id = sessions.person"


class Sessions(Table):
    """All sessions of a server.

    Parameters
    ----------
    path : Path
        The file, see :func:`nmr_core.people.people_file`.
    lifetime : Lifetime, optional
        How long a session lasts.
    """

    def __init__(self, path: Path, lifetime: Lifetime | None = None) -> None:
        super().__init__(path)
        self.lifetime = lifetime or Lifetime()
        self._found = Remembered(path)

    def begin(
        self,
        person: Person,
        *,
        address: str = "",
        browser: str = "",
        provider: str = "",
        id_token: str | None = None,
    ) -> str:
        """Log a person in.

        Returns
        -------
        str
            The secret for the cookie; only its hash is stored.
        """
        secret, now = new_secret(), time.time()
        with self._connection() as db:
            db.execute("DELETE FROM sessions WHERE seen < ?", (now - KEPT - self.lifetime.idle,))
            db.execute(
                "INSERT INTO sessions (hash, id, person, created, seen, address, browser, provider,"
                " id_token) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    hashed(secret),
                    f"s-{new_secret()[:12]}",
                    person.id,
                    now,
                    now,
                    one_line(address, 60),
                    one_line(browser, 200),
                    provider,
                    id_token,
                ),
            )
            db.execute("UPDATE people SET seen = ? WHERE id = ?", (now, person.id))
        return secret

    def find(self, secret: str) -> Session | None:
        """The live session of a cookie; None if it has ended, expired or never existed."""
        if not secret or len(secret) > 100:
            return None
        now, hash = time.time(), hashed(secret)
        session, version = self._remembered(hash, now)
        if session:
            return session
        row = self._one(
            f"SELECT {_COLUMNS} FROM {_JOIN} WHERE sessions.hash = :hash AND {_LIVE}",
            {"hash": hash, **self._times(now)},
        )
        if row is None:
            return None
        session = _session(row)
        if _is_due(session, now):
            self._touch(session, now)
        elif now - session.created < self.lifetime.most - TOUCH:
            self._found.put(hash, session, version)
        return session

    def remembered(self, secret: str) -> Session | None:
        """The live session of a cookie if that is known without a query: it waits for nothing."""
        if not secret or len(secret) > 100:
            return None
        return self._remembered(hashed(secret), time.time())[0]

    def _remembered(self, hash: str, now: float) -> tuple[Session | None, int | None]:
        session, version = self._found.get(hash)
        is_fresh = session and abs(now - session.seen) < min(TOUCH, self.lifetime.idle)
        return (session if is_fresh else None), version

    def _touch(self, session: Session, now: float) -> None:
        # A full disk or a busy file must not lock anyone out
        with suppress(FailedError), self._connection(timeout=0.2) as db:
            db.execute(
                "UPDATE sessions SET seen = ?1, created = min(created, ?1) WHERE hash = ?2",
                (now, session.hash),
            )
            db.execute("UPDATE people SET seen = ? WHERE id = ?", (now, session.person.id))

    def live(self, hashes: Iterable[str]) -> set[str]:
        """Those of some sessions that are live; an open page counts as activity.

        Parameters
        ----------
        hashes : iterable of str
            Hashes of sessions, as in :attr:`Session.hash`.
        """
        now, known = time.time(), list(hashes)
        marks = ", ".join(f":h{n}" for n in range(len(known)))
        values = {f"h{n}": hash for n, hash in enumerate(known)} | self._times(now)
        rows = self._all(
            f"SELECT {_COLUMNS} FROM {_JOIN} WHERE sessions.hash IN ({marks}) AND {_LIVE}", values
        )
        sessions = [_session(row) for row in rows]
        for session in sessions:
            if _is_due(session, now):
                self._touch(session, now)
        return {session.hash for session in sessions}

    def list(self, person_id: str | None = None) -> "list[Session]":
        """Live sessions of one person, or of all (None), the newest first."""
        whose = "" if person_id is None else "AND people.id = :person"
        rows = self._all(
            f"SELECT {_COLUMNS} FROM {_JOIN} WHERE {_LIVE} {whose} ORDER BY sessions.created DESC",
            {"person": person_id, **self._times(time.time())},
        )
        return [_session(row) for row in rows]

    def have_come_from(self, email: str, address: str) -> bool:
        """Whether the local account of an e-mail address has logged in from a network address."""
        sql = (
            f"SELECT 1 FROM {_JOIN} WHERE people.issuer = ? AND lower(people.email) = ?"
            " AND sessions.address = ? LIMIT 1"
        )
        return self._one(sql, (LOCAL, email.strip().lower()[:200], address)) is not None

    def have_ended(self, person_id: str) -> bool:
        """Whether a session of a person was ended, e.g. by logging out."""
        sql = "SELECT 1 FROM sessions WHERE person = ? AND ended IS NOT NULL LIMIT 1"
        return self._one(sql, (person_id,)) is not None

    def end(self, session_id: str, reason: str = ENDED) -> bool:
        """End one session; False if it had ended.

        Parameters
        ----------
        session_id : str
            As in :attr:`Session.id`.
        reason : str
            :data:`LOGOUT` or :data:`ENDED`.
        """
        return self._end("id = ?", session_id, reason) > 0

    def end_all(self, person_id: str, reason: str = ENDED) -> int:
        """End all sessions of a person; returns how many there were."""
        return self._end("person = ?", person_id, reason)

    def end_others(self, session: Session) -> int:
        """End all sessions of a person but this one; returns how many there were."""
        others = [one for one in self.list(session.person.id) if one.id != session.id]
        return sum(self.end(one.id) for one in others)

    def _end(self, which: str, value: str, reason: str) -> int:
        rows = self._all(
            f"UPDATE sessions SET ended = ?, reason = ? WHERE {which} AND ended IS NULL"
            " RETURNING id",
            (time.time(), reason, value),
        )
        return len(rows)

    def past(self, secret: str) -> tuple[str, str, str | None] | None:
        """What is known of a session that is not live.

        Returns
        -------
        tuple of str, or None
            (reason, provider, id token); the reason is "disabled", "expired", :data:`LOGOUT`,
            :data:`ENDED` or :data:`nmr_core.people.register.GONE`. The token is given out once, for
            the logout at the login service.
        """
        row = self._one(
            "SELECT sessions.*, people.disabled FROM sessions LEFT JOIN people"
            " ON people.id = sessions.person WHERE hash = ?",
            (hashed(secret),),
        )
        if row is None:
            return None
        self._one("UPDATE sessions SET id_token = NULL WHERE hash = ?", (hashed(secret),))
        reason = "disabled" if row["disabled"] else row["reason"] or "expired"
        return reason, row["provider"], row["id_token"]

    def _times(self, now: float) -> dict[str, float]:
        return {"now": now, "idle": self.lifetime.idle, "most": self.lifetime.most}


def _is_due(session: Session, now: float) -> bool:
    """Whether a session's activity is to be noted: some time ago, or in the future."""
    return now - session.seen > TOUCH or max(session.seen, session.created) > now + TOUCH


def _session(row: sqlite3.Row) -> Session:
    return Session(
        id=row["session_id"],
        hash=row["hash"],
        person=person_of(row),
        created=row["began"],
        seen=row["active"],
        address=row["address"],
        browser=row["browser"],
        provider=row["provider"],
    )
