"""The people of a server in a temporary folder, and a clock that tests can move."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from nmr_core.people import (
    Accounts,
    Audit,
    Invitations,
    PendingLogins,
    Person,
    Register,
    Sessions,
    Throttle,
    people_file,
)
from nmr_core.storage.audit.noting import COMMAND_LINE

PASSWORD = "correct horse battery"


@pytest.fixture(autouse=True)
def quick(quick_hashes):
    """Passwords of all tests here."""


@dataclass
class Clock:
    """``time.time()`` of every module of the package."""

    now: float = 1_800_000_000.0

    def time(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr("time.time", clock.time)
    return clock


class House:
    """All tables of one server."""

    def __init__(self, folder: Path):
        file = people_file(folder)
        self.folder, self.file = folder, file
        self.register, self.sessions = Register(file), Sessions(file)
        self.accounts, self.invitations = Accounts(file), Invitations(file)
        self.throttle, self.pending = Throttle(file), PendingLogins(file)
        self.audit = Audit(folder)

    def stored(self) -> bytes:
        """The bytes of the file, with what waits beside it."""
        return b"".join(file.read_bytes() for file in self.folder.glob("people.sqlite3*"))

    def join(self, name: str = "Zoë", role: str = "member") -> Person:
        """A new person with a local account."""
        secret = self.invitations.create(COMMAND_LINE, role=role)
        return self.invitations.accept(secret, name, f"{name}@lab.org", PASSWORD)


@pytest.fixture
def house(tmp_path) -> House:
    return House(tmp_path / "data")
