"""Who did what: one JSON object per line in ``audit.jsonl``.

Each line is appended by one write, so that several processes may share the file and a program such
as logrotate may move it away. A line that cannot be written goes to the log of the server; what a
person does is never refused because of it. Of what strangers are refused, at most :data:`STRANGERS`
lines per minute are written, so that they cannot fill the disk.
"""

import json
import logging
import time
from collections import deque
from datetime import UTC, datetime
from pathlib import Path

_LOG = logging.getLogger(__name__)
STRANGERS = 60
"""Refusals without a person that are written per minute; the next minute tells how many more."""


class Audit:
    """The record of a server.

    Parameters
    ----------
    folder : Path or str
        The server's data folder.
    """

    def __init__(self, folder: Path | str) -> None:
        self.path = Path(folder).absolute() / "audit.jsonl"
        self._minute, self._n_refused = 0, 0

    def write(
        self, event: str, person: str = "", *, ok: bool = True, address: str = "", **details: object
    ) -> None:
        """Append one line.

        Parameters
        ----------
        event : str
            "login", "logout", "denied", "invite", "role", "disable", "end session", ...
        person : str
            Id of who did it; "" if unknown, "command line" for a command of the server.
        ok : bool
            Whether it was done or refused.
        address : str
            Network address.
        **details
            What it was done to; values can be written as JSON.
        """
        if not ok and not person and self._too_many():
            return
        self._append({"event": event, "person": person, "ok": ok, "address": address, **details})

    def _too_many(self) -> bool:
        """Whether strangers were refused too often in this minute."""
        minute = int(time.time() / 60)
        if minute != self._minute:
            n_more = self._n_refused - STRANGERS
            self._minute, self._n_refused = minute, 0
            if n_more > 0:
                self._append({"event": "denied", "person": "", "ok": False, "n_more": n_more})
        self._n_refused += 1
        return self._n_refused > STRANGERS

    def _append(self, entry: dict) -> None:
        now = datetime.now(UTC).isoformat(timespec="milliseconds")
        line = json.dumps({"time": now, **entry}, ensure_ascii=False)
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with self.path.open("a", encoding="utf-8", errors="replace") as file:
                file.write(line + "\n")
        except OSError as error:
            _LOG.error("%s could not be written (%s): %s", self.path, error.strerror, line)

    def newest(self, n: int = 200) -> list[dict]:
        """The newest lines, the last one first; lines that are no JSON object are left out."""
        try:
            with self.path.open(encoding="utf-8", errors="replace") as file:
                lines = deque(file, maxlen=n)
        except OSError:
            return []
        entries = [_entry(line) for line in reversed(lines)]
        return [entry for entry in entries if entry]


def _entry(line: str) -> dict:
    try:
        entry = json.loads(line)
    except ValueError:
        return {}
    return entry if isinstance(entry, dict) else {}
