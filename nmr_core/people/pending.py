"""Logins that wait for the answer of a login service, for ten minutes at most."""

import json
import time

from nmr_core.people.database import Table, hashed

LASTS = 600.0
"""Seconds between the way out and the way in."""
MOST = 5000
"""Logins that may wait; the oldest give way, so that no one fills the disk."""


class PendingLogins(Table):
    """What the server must remember of a login; see :class:`nmr_core.people.database.Table`."""

    def put(self, secret: str, content: dict) -> None:
        """Remember the content under a browser's secret, whose hash is stored.

        Parameters
        ----------
        secret : str
            From the browser's cookie.
        content : dict
            Can be written as JSON.
        """
        now = time.time()
        with self._connection() as db:
            db.execute("DELETE FROM pending WHERE expires < ?", (now,))
            db.execute(
                "DELETE FROM pending WHERE hash NOT IN"
                " (SELECT hash FROM pending ORDER BY expires DESC LIMIT ?)",
                (MOST - 1,),
            )
            db.execute(
                "INSERT OR REPLACE INTO pending (hash, content, expires) VALUES (?, ?, ?)",
                (hashed(secret), json.dumps(content), now + LASTS),
            )

    def take(self, secret: str) -> dict | None:
        """The content, once; None if there is none or it has expired."""
        row = self._one(
            "DELETE FROM pending WHERE hash = ? RETURNING content, expires", (hashed(secret),)
        )
        if row is None or row["expires"] < time.time():
            return None
        return json.loads(row["content"])
