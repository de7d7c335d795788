"""A challenge that was made for a room becomes the challenge of the room, once."""

import time

import pytest
from made_challenges import make, truth_table

from nmr_core import challenge as challenges
from nmr_core.challenge import changing
from nmr_core.storage.spaces.person import Member, acting_as
from nmr_core.storage.spaces.rights import RefusedError
from nmr_core.workshop import Rooms, presence, room_challenges
from ui.server import queue_watch

SECOND = "ch-20260102-000000-b8g4"


@pytest.fixture
def rooms(data_folder):
    return Rooms(data_folder)


@pytest.fixture
def room(rooms):
    return rooms.create("Course", ends=time.time() + 3600, seats=10)


def test_the_people_of_the_room_get_the_challenge_and_count_by_it(rooms, room):
    zoe, _ = rooms.join(room.code, "Zoe")
    challenge = make(room=room.id)
    queue_watch.assign_challenges(rooms.folder)
    changed = rooms.get(room.id)
    assert changed.challenge == challenge.id
    challenges.submit(
        challenge, truth_table(challenge, 0.1), challenges.Participant(zoe.id, zoe.name)
    )
    (row,) = presence.table(rooms.people(changed), challenge=changed.challenge)
    assert row.what == "submission"


def test_a_room_keeps_its_challenge_until_that_is_over(rooms, room):
    first = make(room=room.id)
    assert room_challenges.assign(rooms) == [room.id]
    second = make(id=SECOND, room=room.id)
    assert room_challenges.assign(rooms) == []
    assert rooms.get(room.id).challenge == first.id
    changing.close(first, False)
    assert room_challenges.assign(rooms) == [room.id]
    assert rooms.get(room.id).challenge == second.id
    assert room_challenges.assign(rooms) == []


def test_challenges_of_everyone_and_of_other_rooms_are_left_alone(rooms, room):
    make()
    make(id=SECOND, room="room-other")
    assert room_challenges.assign(rooms) == []
    assert rooms.get(room.id).challenge == ""


def test_only_an_administrator_may_do_it(rooms, room):
    make(room=room.id)
    with acting_as(Member("p-zoe", "Zoe", "member")), pytest.raises(RefusedError):
        room_challenges.assign(rooms)
