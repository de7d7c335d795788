"""Joining a room, coming back, and what people type."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from nmr_core.errors import InputError
from nmr_core.people import Sessions, people_file
from nmr_core.storage.spaces import registry
from nmr_core.storage.spaces.person import Member, acting_as
from nmr_core.workshop import Rooms, codes, ending, joining, returning
from nmr_core.workshop.joining import InsideError, TakenError
from nmr_core.workshop.pauses import pauses
from nmr_core.workshop.returning import WaitError


def test_join_makes_a_person_with_a_workspace(rooms, room):
    person, return_code = rooms.join(room.code, "  Zoë\tB. ")
    assert (person.name, person.issuer, person.role) == ("Zoë B.", room.issuer, "member")
    assert person.is_guest
    [(one, folder)] = rooms.people(room)
    assert one == person
    assert (folder / "workspace.json").exists()
    assert rooms.room_of(person.id).id == room.id
    assert rooms.return_code(person.id) == return_code


def test_a_code_never_opens_an_existing_person(rooms, room):
    first, _ = rooms.join(room.code, "Zoë")
    second, _ = rooms.join(room.code, "Ben")
    assert first.id != second.id
    for name in ("Zoë", " zoë ", "ZOË", "Zoe\u0308"):
        with pytest.raises(TakenError, match="return code"):
            rooms.join(room.code, name)
    assert len(rooms.people(room)) == 2


@pytest.mark.parametrize("name", ["", "   ", "...", "\u200b", "x" * 41])
def test_names_that_are_none(rooms, room, name):
    with pytest.raises(InputError, match="name"):
        rooms.join(room.code, name)
    assert not rooms.people(room)


def test_seats_are_counted(rooms, room):
    for name in "ABC":
        rooms.join(room.code, name)
    with pytest.raises(InputError, match="All 3 seats"):
        rooms.join(room.code, "D")
    rooms.set_seats(room.id, 4)
    rooms.join(room.code, "D")


def test_late_joiners(rooms, room, monkeypatch):
    person, return_code = rooms.join(room.code, "Zoë")
    rooms.freeze(room.id)
    rooms.join(room.code, "Ben")  # a frozen room is joined, and read
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + 7200)
    assert rooms.get(room.id).status == "ended"
    with pytest.raises(InputError, match="has ended"):
        rooms.join(room.code, "Ann")
    assert rooms.come_back(room.code, "Zoë", return_code).id == person.id  # to read and download
    rooms.extend(room.id, now + 9000)
    rooms.join(room.code, "Ann")


def test_coming_back_is_forgiving(rooms, room):
    person, return_code = rooms.join(room.code, "Zoë B.")
    typed = codes.spaced(return_code).lower().replace("0", "o").replace("1", "l")
    assert rooms.come_back(codes.spaced(room.code).lower(), " zoë  b.", typed) == person


def test_a_person_of_another_room_does_not_come_back(rooms, room):
    other = rooms.create("Another", ends=time.time() + 60)
    _, return_code = rooms.join(room.code, "Zoë")
    rooms.join(other.code, "Zoë")
    with pytest.raises(InputError, match="wrong"):
        rooms.come_back(other.code, "Zoë", return_code)


def test_guesses_are_limited_per_name(rooms, room):
    zoe, right = rooms.join(room.code, "Zoë")
    ben, code_of_ben = rooms.join(room.code, "Ben")
    wrong = "0" * 10 if right != "0" * 10 else "1" * 10
    for _ in range(returning.PER_NAME):
        with pytest.raises(InputError, match="wrong"):
            rooms.come_back(room.code, "zoë", wrong)
    with pytest.raises(WaitError):
        rooms.come_back(room.code, "Zoë", wrong)
    assert rooms.come_back(room.code, "Zoë", right) == zoe  # others lock no one out
    assert rooms.come_back(room.code, "Ben", code_of_ben) == ben
    new = rooms.new_return_code(zoe.id)
    assert rooms.come_back(room.code, "Zoë", new).id == zoe.id  # the organiser helps at once


def test_where_a_room_is_guessed_at_each_name_has_one_wrong_code(rooms, room, monkeypatch):
    monkeypatch.setattr(returning, "PER_ROOM", 4)
    zoe, right = rooms.join(room.code, "Zoë")
    for n in range(4):
        with pytest.raises(InputError, match="wrong"):
            rooms.come_back(room.code, f"No one {n}", "0" * 10)
    assert rooms.come_back(room.code, "Zoë", right).id == zoe.id  # no one is locked out
    for error in (InputError, WaitError):
        with pytest.raises(error):
            rooms.come_back(room.code, "Zoë", "0" * 10)
    assert rooms.come_back(room.code, "Zoë", right) == zoe
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + 301)
    with pytest.raises(InputError, match="Check both"):
        rooms.come_back(room.code, "Zoë", "0" * 10)


@pytest.mark.parametrize("code", ["", "ABC", "!!!!!!!!", "../../etc", "0" * 8, "Ä" * 8, "A" * 9999])
def test_codes_of_no_room(rooms, room, code):
    with pytest.raises(InputError, match="code"):
        rooms.join(code, "Zoë")


def test_a_code_cannot_be_guessed():
    # 10 guesses per second for a week, at 10 rooms: less than one chance in 10,000
    assert 10 * 7 * 86400 * 10 / len(codes.ALPHABET) ** codes.ROOM_LENGTH < 1e-4
    assert not set("ILOU") & set(codes.ALPHABET)
    assert len({codes.new_code(8) for _ in range(1000)}) == 1000


def test_a_phone_sleeps_for_an_hour(rooms, room, monkeypatch):
    person, _ = rooms.join(room.code, "Zoë")
    sessions = Sessions(people_file(rooms.folder))
    secret = sessions.begin(person)
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + 3599)
    assert sessions.find(secret).person.id == person.id


def test_a_new_return_code_replaces_the_old_one(rooms, room):
    person, old = rooms.join(room.code, "Zoë")
    new = rooms.new_return_code(person.id)
    assert rooms.come_back(room.code, "Zoë", new).id == person.id
    with pytest.raises(InputError, match="wrong"):
        rooms.come_back(room.code, "Zoë", old)


def test_an_answer_that_was_lost_on_the_way(rooms, room):
    first, code = rooms.join(room.code, "Zoë", "secret of a phone")
    again, same_code = rooms.join(room.code, "zoë", "secret of a phone")
    assert (again.id, same_code) == (first.id, code)
    for browser in ("", "another phone"):
        with pytest.raises(TakenError):
            rooms.join(room.code, "Zoë", browser)
    with pytest.raises(InsideError, match='joined the room as "Zoë"'):
        rooms.join(room.code, "Ben", "secret of a phone")
    other = rooms.create("Another", ends=time.time() + 60)
    rooms.join(other.code, "Ben", "secret of a phone")


def test_a_name_opens_no_one_a_minute_later(rooms, room, monkeypatch):
    rooms.join(room.code, "Zoë", "secret of a kiosk")
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + 61)
    with pytest.raises(InsideError, match="return code"):
        rooms.join(room.code, "zoë", "secret of a kiosk")


def test_a_name_opens_no_one_who_has_logged_out(rooms, room):
    person, _ = rooms.join(room.code, "Zoë", "secret of a kiosk")
    sessions = Sessions(people_file(rooms.folder))
    sessions.begin(person)
    assert rooms.join(room.code, "Zoë", "secret of a kiosk")[0].id == person.id
    sessions.end_all(person.id)
    with pytest.raises(InsideError):
        rooms.join(room.code, "Zoë", "secret of a kiosk")


def test_joins_are_limited_per_minute(rooms, room, monkeypatch):
    monkeypatch.setattr(joining, "PER_MINUTE", 2)
    for name in ("Ann", "Ben"):
        rooms.join(room.code, name)
    with pytest.raises(InputError, match="at once"):
        rooms.join(room.code, "Cleo")
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + 61)
    rooms.join(room.code, "Cleo")


@pytest.mark.parametrize("how", ["close", "remove"])
@pytest.mark.parametrize("way", ["join", "come back"])
def test_a_room_that_is_closed_while_a_person_arrives(rooms, room, monkeypatch, how, way):
    _, code = rooms.join(room.code, "Zoë")
    rooms.join(room.code, "Ben")
    add = rooms.register.add_guest

    def meanwhile(person_id, issuer, name):
        other = Rooms(rooms.folder)  # another process
        if how == "close":
            other.close(room.id)
        else:
            other.remove_person(person_id)
        return add(person_id, issuer, name)

    monkeypatch.setattr(rooms.register, "add_guest", meanwhile)
    ways = {
        "join": lambda: rooms.join(room.code, "Ann"),
        "come back": lambda: rooms.come_back(room.code, "Zoë", code),
    }
    with pytest.raises(InputError, match="was closed, or you were removed"):
        ways[way]()
    left = {("remove", "join"): {"Zoë", "Ben"}, ("remove", "come back"): {"Ben"}}
    names = {one.name for one in rooms.register.list()}
    assert names == left.get((how, way), set())
    homes = {registry.home_of(one).id for one in rooms.register.list()}
    assert {space.id for space in registry.every()} == homes


def test_a_guest_without_a_room_may_nothing_and_is_removed(rooms, room):
    person, _ = rooms.join(room.code, "Zoë")
    rooms.forget_people(room.id, person.id)
    pause = pauses(rooms)
    with acting_as(person):
        assert "removed" in pause(person.id)
    with acting_as(Member("p-ada")):
        assert pause("p-ada") == ""
    ending.tidy(rooms)
    assert rooms.register.list() == []
    assert registry.every() == []


def test_people_of_a_file_that_was_set_aside_stay(rooms, room):
    person, _ = rooms.join(room.code, "Zoë")
    rooms.path.unlink()
    again = Rooms(rooms.folder)
    again.create("Another", ends=time.time() + 60)
    ending.tidy(again)
    assert again.register.get(person.id) == person


def test_two_phones_press_join_at_the_same_moment(rooms, room):
    def press(_):
        try:
            return rooms.join(room.code, "Zoë")[0].id
        except TakenError:
            return ""

    with ThreadPoolExecutor(8) as pool:
        ids = list(pool.map(press, range(8)))
    assert len([id for id in ids if id]) == 1
    assert len(rooms.people(room)) == 1
