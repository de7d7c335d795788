"""The file of the record: lines are appended, it is rotated by size, and read.

Each line is appended by one write, so that several processes may share the file and a program such
as logrotate may move it away. A line that cannot be written goes to the log of the server; what a
person does is never refused because of it. Of what strangers are refused, at most :data:`STRANGERS`
lines per hour are written, so that they can neither fill the disk nor, by the rotation, push out
what people did.
"""

import json
import logging
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

from filelock import FileLock, Timeout

from nmr_core.storage.audit.actions import ACTIONS
from nmr_core.storage.spaces.person import Person

_LOG = logging.getLogger(__name__)
STRANGERS = 60
"""Refusals without a person that a process writes per hour; the next hour tells how many more."""
LONGEST = 300
"""Characters of a text in a line."""


@dataclass(frozen=True)
class Rotation:
    """When a new file is begun.

    Parameters
    ----------
    size : float
        Bytes of a file; 0: never.
    files : int
        Older files that are kept beside the present one.
    """

    size: float = 0.0
    files: int = 10


class Audit:
    """The record of a server.

    Parameters
    ----------
    folder : Path or str
        The server's data folder.
    rotation : Rotation, optional
        When a new file is begun; default: never.
    """

    def __init__(self, folder: Path | str, rotation: Rotation | None = None) -> None:
        self.path = Path(folder).absolute() / "audit.jsonl"
        self.rotation = rotation or Rotation()
        self._hour, self._n_refused = 0, 0

    def write(
        self,
        action: str,
        person: Person | str = "",
        *,
        ok: bool = True,
        address: str = "",
        workspace: str = "",
        kind: str = "",
        id: str = "",
        reason: str = "",
        **details: object,
    ) -> None:
        """Append one line.

        Parameters
        ----------
        action : str
            A key of :data:`nmr_core.storage.audit.ACTIONS`.
        person : Person or str
            Who did it, or the id; "" if unknown, "command line" for a command of the server.
        ok : bool
            Whether it was done or refused.
        address : str
            Network address.
        workspace, kind, id : str
            Where, and what it was done to.
        reason : str
            Why it was done, or refused.
        **details
            More about it; values can be written as JSON.
        """
        if action not in ACTIONS:
            raise ValueError(f"{action!r} is no action of the record; add it to ACTIONS.")
        if not ok and not person and self._too_many():
            return
        who, role = (person, "") if isinstance(person, str) else (person.id, person.role)
        texts = {
            "person": who,
            "role": role,
            "workspace": workspace,
            "kind": kind,
            "id": id,
        }
        self._append(
            {"action": action, **texts, "ok": ok, "reason": reason, "address": address, **details}
        )

    def _too_many(self) -> bool:
        """Whether strangers were refused too often in this hour."""
        hour = int(time.time() / 3600)
        if hour != self._hour:
            n_more = self._n_refused - STRANGERS
            self._hour, self._n_refused = hour, 0
            if n_more > 0:
                self._append({"action": "login", "person": "", "ok": False, "n_more": n_more})
        self._n_refused += 1
        return self._n_refused > STRANGERS

    def _append(self, entry: dict) -> None:
        now = datetime.now(UTC).isoformat(timespec="milliseconds")
        short = {
            name: value[:LONGEST] if isinstance(value, str) else value
            for name, value in entry.items()
        }
        line = json.dumps({"time": now, **short}, ensure_ascii=False)
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self._rotate()
            with self.path.open("ab", buffering=0) as file:
                file.write(f"{line}\n".encode("utf-8", "replace"))
        except OSError as error:
            _LOG.error("%s could not be written (%s): %s", self.path, error.strerror, line)

    def _rotate(self) -> None:
        """Begin a new file when the present one is large enough."""
        if not self._is_large():
            return
        try:
            with FileLock(self.path.with_name(".audit.lock"), timeout=1):
                if self._is_large():
                    self._shift()
        except Timeout:  # the next line tries again
            return

    def _is_large(self) -> bool:
        size = self.rotation.size
        return bool(size) and self.path.is_file() and self.path.stat().st_size >= size

    def _shift(self) -> None:
        self._older(self.rotation.files).unlink(missing_ok=True)
        for n in range(self.rotation.files - 1, -1, -1):
            if self._older(n).exists():
                self._older(n).replace(self._older(n + 1))

    def _older(self, n: int) -> Path:
        """The n-th older file; 0 is the present one."""
        return self.path.with_name(f"audit.{n}.jsonl") if n else self.path

    def entries(self, *, person: str = "", action: str = "") -> Iterator[dict]:
        """The lines of all files, the newest first; what is no JSON object is left out.

        Parameters
        ----------
        person : str
            Id of who did it, or to whom it was done; "" for everyone.
        action : str
            A key of :data:`nmr_core.storage.audit.ACTIONS`; "" for all.
        """
        n = 0
        while n <= 1 or self._older(n).exists():
            for line in reversed(_lines(self._older(n))):
                entry = _entry(line)
                is_about = not person or person in (entry.get("person"), entry.get("id"))
                if entry and is_about and action in ("", entry.get("action")):
                    yield entry
            n += 1

    def newest(self, n: int = 200, *, person: str = "", action: str = "") -> list[dict]:
        """The newest lines, the last one first; see :meth:`entries`."""
        return list(islice(self.entries(person=person, action=action), n))


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return []


def _entry(line: str) -> dict:
    try:
        entry = json.loads(line)
    except ValueError:
        return {}
    return entry if isinstance(entry, dict) else {}
