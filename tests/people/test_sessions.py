"""Who is logged in: opaque, hashed, expiring, ended by anyone who may."""

import sqlite3

import pytest

from nmr_core.people import Lifetime, Sessions
from nmr_core.people.database import hashed

HOUR, DAY = 3600.0, 86400.0


def test_a_secret_opens_the_session_of_its_person_and_nothing_else_does(house):
    person = house.join()
    secret = house.sessions.begin(person)
    assert house.sessions.find(secret).person == house.register.get(person.id)
    wrong = ("", "x", secret[:-1], secret + "x", hashed(secret), "é" * 43, "x" * 5000, "\0")
    assert [house.sessions.find(other) for other in wrong] == [None] * len(wrong)


def test_secrets_have_256_bits_and_only_their_hashes_are_stored(house):
    person = house.join()
    secrets = {house.sessions.begin(person) for _ in range(20)}
    assert len(secrets) == 20
    assert {len(secret) for secret in secrets} == {43}
    content = house.stored()
    assert not [secret for secret in secrets if secret.encode() in content]
    assert all(hashed(secret).encode() in content for secret in secrets)


@pytest.mark.parametrize(
    ("step", "n_steps", "is_live"),
    [(2 * HOUR, 1, True), (4 * HOUR, 1, False), (2 * HOUR, 11, True), (2 * HOUR, 13, False)],
    ids=["short pause", "long pause", "a day of use", "more than a day of use"],
)
def test_a_session_ends_after_a_pause_and_after_its_longest_time(
    house, clock, step, n_steps, is_live
):
    sessions = Sessions(house.file, Lifetime(idle=3 * HOUR, most=DAY))
    secret = sessions.begin(house.join())
    for _ in range(n_steps):
        clock.now += step
        session = sessions.find(secret)
    assert (session is not None) is is_live
    if not is_live:
        assert sessions.past(secret) == ("expired", "", None)


def test_one_session_ends_alone_and_all_of_a_person_together(house):
    zoe, max = house.join("Zoë"), house.join("Max")
    first, second, other = (house.sessions.begin(person) for person in (zoe, zoe, max))
    assert house.sessions.end(house.sessions.find(first).id, "logout")
    assert house.sessions.find(first) is None
    assert house.sessions.find(second)
    assert house.sessions.end_all(zoe.id) == 1
    assert house.sessions.find(second) is None
    assert house.sessions.find(other)
    assert house.sessions.past(first)[0] == "logout"
    assert house.sessions.past(second)[0] == "ended"


def test_the_name_of_a_session_in_lists_opens_nothing(house):
    secret = house.sessions.begin(house.join())
    (session,) = house.sessions.list()
    assert house.sessions.find(session.id) is None
    assert house.sessions.find(session.hash) is None
    assert house.sessions.find(secret).id == session.id


def test_a_disabled_person_has_no_session_until_enabled(house):
    person = house.join()
    secret = house.sessions.begin(person)
    hash = house.sessions.find(secret).hash
    assert house.sessions.live([hash, "other"]) == {hash}
    house.register.set_disabled(person.id, True)
    assert house.sessions.find(secret) is None
    assert house.sessions.live([hash]) == set()
    assert house.sessions.list() == []
    assert house.sessions.past(secret)[0] == "disabled"


def test_the_token_for_the_logout_elsewhere_is_given_out_once(house):
    secret = house.sessions.begin(house.join(), provider="lab", id_token="token")
    house.sessions.end(house.sessions.find(secret).id, "logout")
    assert house.sessions.past(secret) == ("logout", "lab", "token")
    assert house.sessions.past(secret) == ("logout", "lab", None)
    assert house.sessions.past("unknown") is None


def test_a_file_that_cannot_be_written_logs_no_one_out(house, clock):
    secret = house.sessions.begin(house.join())
    clock.now += HOUR

    with sqlite3.connect(house.file) as writer:
        writer.execute("BEGIN IMMEDIATE")  # another program writes all the time
        assert house.sessions.find(secret) is not None


def test_old_sessions_are_forgotten(house, clock):
    person = house.join()
    old = house.sessions.begin(person)
    clock.now += 60 * DAY
    house.sessions.begin(person)
    assert house.sessions.past(old) is None


@pytest.mark.parametrize("back", [HOUR, DAY, 400 * DAY])
def test_a_clock_that_is_set_back_ends_no_session_and_none_lives_for_ever(house, clock, back):
    secret = house.sessions.begin(house.join())
    hash = house.sessions.find(secret).hash
    clock.now -= back
    assert house.sessions.find(secret) is not None
    assert house.sessions.live([hash]) == {hash}
    for _ in range(8):
        clock.now += DAY
        house.sessions.live([hash])  # an open page
    assert house.sessions.find(secret) is None


def test_a_clock_that_was_ahead_for_a_while_ends_no_session(house, clock):
    secret = house.sessions.begin(house.join())
    clock.now += 5 * HOUR
    assert house.sessions.find(secret) is not None
    clock.now -= 5 * HOUR - 30
    assert house.sessions.find(secret) is not None
    assert house.sessions.list()[0].seen <= clock.now
