"""A server's folder with an administrator and a room."""

import time

import pytest

from nmr_core.people import Person
from nmr_core.workshop import Rooms, ending

HOUR = 3600.0


@pytest.fixture(autouse=True)
def no_pages(monkeypatch):
    """No page is open here, so that nothing has to be waited for."""
    monkeypatch.setattr(ending, "SETTLE", 0.0)


@pytest.fixture
def rooms(tmp_path, monkeypatch):
    monkeypatch.setenv("NMR_DATA", str(tmp_path))
    return Rooms(tmp_path)


@pytest.fixture
def room(rooms):
    return rooms.create("Echo course", ends=time.time() + HOUR, seats=3)


@pytest.fixture
def admin():
    return Person("p-ada", "Ada", role="admin")
