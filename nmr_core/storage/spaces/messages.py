"""What others did with a person's things, and why: ``<workspace>/messages/<digest>.jsonl``."""

import hashlib
import json
import time
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from nmr_core.errors import FailedError
from nmr_core.storage.files import failure, remove_file
from nmr_core.storage.workspace import data_folder

MOST = 50
"""Newest messages that are read."""
_DONE = {
    "cancel": "cancelled",
    "delete": "deleted",
    "rename": "renamed",
    "annotate": "changed the marks of",
}


@dataclass(frozen=True)
class Message:
    """A change that another person made.

    Parameters
    ----------
    by, action, thing, reason : str
        Name of the person, action, display text of the thing, and why.
    when : float
        Seconds since 1970.
    """

    by: str
    action: str
    thing: str
    reason: str
    when: float

    @property
    def text(self) -> str:
        """One sentence."""
        done = _DONE.get(self.action, self.action)
        return f"{self.by or 'An owner of the workspace'} {done} {self.thing}: {self.reason}"


def send(to: str, *, by: str, action: str, thing: str, reason: str) -> None:
    """Add a message for a person of this workspace; a full disk does not stop the action."""
    with suppress(FailedError):
        _append(_path(to), asdict(Message(by, action, thing, reason, time.time())))


def messages_for(person: str) -> list[Message]:
    """Messages for a person, the newest first."""
    try:
        lines = _path(person).read_text(encoding="utf-8").splitlines()[-MOST:]
    except OSError:
        return []
    messages = []
    for line in reversed(lines):
        with suppress(ValueError, TypeError):
            messages.append(Message(**json.loads(line)))
    return messages


def clear(person: str) -> None:
    """Remove the messages for a person, who has read them."""
    remove_file(_path(person))


def _path(person: str) -> Path:
    name = hashlib.sha256(person.encode()).hexdigest()[:20]
    return data_folder() / "messages" / f"{name}.jsonl"


def _append(path: Path, content: dict) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(content, ensure_ascii=False) + "\n")
    except OSError as error:
        raise failure(error, path) from error
