"""Rooms: making, finding, changing; who may."""

import time

import pytest

from nmr_core.errors import InputError
from nmr_core.operations import backup, restore
from nmr_core.storage.spaces.person import acting_as
from nmr_core.storage.spaces.rights import RefusedError
from nmr_core.workshop import Rooms

DAY = 86400.0


def test_a_look_makes_no_file(rooms):
    assert rooms.list() == []
    assert rooms.room_of("p-ada") is None
    assert not rooms.path.exists()


def test_another_process_sees_every_change(rooms, room):
    other = Rooms(rooms.folder)
    assert other.find(room.code) == room
    rooms.freeze(room.id)
    assert other.get(room.id).status == "frozen"
    assert rooms.unfreeze(room.id).status == "open"
    assert other.get(room.id).status == "open"


def test_look_here(rooms, room):
    rooms.look_here(room.id, "simulate", {"preset": "giesting", "seed": "3"})
    look = rooms.look(room.id)
    assert (look.page, look.query) == ("simulate", "preset=giesting&seed=3")
    rooms.look_here(room.id, "")
    assert rooms.look(room.id) is None


@pytest.mark.parametrize(
    "values",
    [
        {"title": " "},
        {"title": "x" * 61},
        {"ends": 0.0},
        {"ends": float("nan")},
        {"ends": time.time() + 61 * DAY},
        {"seats": 0},
        {"seats": 501},
        {"at_end": "keep"},
        {"labs": ["../x"]},
        {"challenge": "a b"},
    ],
)
def test_rooms_that_are_refused(rooms, values):
    with pytest.raises(InputError):
        rooms.create(**{"title": "Course", "ends": time.time() + 60, **values})
    assert not rooms.list()


def test_only_administrators_change_rooms(rooms, room, admin):
    person, _ = rooms.join(room.code, "Zoë")
    with acting_as(person):
        for change in (
            lambda: rooms.create("Mine", ends=time.time() + 60),
            lambda: rooms.freeze(room.id),
            lambda: rooms.look_here(room.id, "train"),
            lambda: rooms.extend(room.id, time.time() + 60),
            lambda: rooms.set_seats(room.id, 9),
        ):
            with pytest.raises(RefusedError, match="administrator"):
                change()
    with acting_as(admin):
        assert rooms.freeze(room.id).frozen
        assert rooms.create("Mine", ends=time.time() + 60).owner == admin.id


def test_a_backup_brings_rooms_and_people_back(rooms, room, tmp_path):
    person, code = rooms.join(room.code, "Zoë")
    target = tmp_path.parent / f"{tmp_path.name}-backup.tar"
    backup.take(target, folder=rooms.folder)
    restored = tmp_path.parent / f"{tmp_path.name}-restored"
    restore.restore(target, restored)
    again = Rooms(restored)
    assert again.get(room.id).title == room.title
    assert again.come_back(room.code, "Zoë", code).id == person.id


def test_a_guest_becomes_no_administrator(rooms, room):
    person, _ = rooms.join(room.code, "Zoë")
    with pytest.raises(InputError, match="Invite the person"):
        rooms.register.set_role(person.id, "admin")
    assert not rooms.register.is_admin(person.id)
