"""Guessing is slowed down; logins wait for ten minutes; the record never stands in the way."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from nmr_core.people import throttle
from nmr_core.people.throttle import Limits


def _guess(house, clock, n: int, account: str, address: str) -> int:
    """How many of n wrong passwords are looked at."""
    looked_at = 0
    for i in range(n):
        name, where = account.format(i=i), address.format(i=i)
        looked_at += not house.throttle.begin(name, where)
        clock.now += 0.1
    return looked_at


@pytest.mark.parametrize(
    ("account", "address", "most"),
    [
        ("zoe@lab.org", "10.0.0.1", Limits.account_and_address),
        ("zoe@lab.org", "10.0.0.{i}", Limits.account),
        ("p{i}@lab.org", "10.0.0.1", Limits.address),
        ("p{i}@lab.org", "10.0.0.{i}", Limits.everyone),
    ],
    ids=["one account", "from many addresses", "many accounts", "everyone"],
)
def test_after_some_wrong_passwords_the_next_must_wait(house, clock, account, address, most):
    assert _guess(house, clock, most + 30, account, address) == most
    clock.now += throttle.WINDOW
    assert house.throttle.begin(account, address) == 0


def test_the_wait_is_said_and_is_the_same_for_unknown_accounts(house, clock):
    waits = []
    for account in ("zoe@lab.org", "nobody@lab.org"):
        _guess(house, clock, 5, account, "10.0.0.1")
        waits.append(house.throttle.begin(account, "10.0.0.1"))
    assert 290 < waits[0] <= 300
    assert waits[0] == pytest.approx(waits[1])


def test_a_guesser_locks_the_owner_out_from_nowhere_else(house, clock):
    _guess(house, clock, 50, "zoe@lab.org", "10.6.6.6")
    assert house.throttle.begin("zoe@lab.org", "10.0.0.1") == 0


def test_guesses_from_elsewhere_lock_no_one_out_at_a_known_address(house, clock):
    _guess(house, clock, Limits.everyone + 9, "zoe@lab.org", "10.6.6.{i}")
    _guess(house, clock, Limits.everyone + 9, "p{i}@lab.org", "10.7.7.{i}")
    assert house.throttle.begin("zoe@lab.org", "10.0.0.1") > 0
    for n in range(Limits.account_and_address):
        assert house.throttle.begin("zoe@lab.org", "10.0.0.1", known=True) == 0, n
    assert house.throttle.begin("zoe@lab.org", "10.0.0.1", known=True) > 0


def test_a_known_address_is_one_of_a_login_before(house):
    zoe, max = house.join("Zoë"), house.join("Max")
    house.sessions.begin(zoe, address="10.0.0.1")
    house.sessions.begin(max, address="10.0.0.2")
    assert house.sessions.have_come_from(f" {zoe.email.upper()}", "10.0.0.1")
    assert not house.sessions.have_come_from(zoe.email, "10.0.0.2")
    assert not house.sessions.have_come_from("nobody@lab.org", "10.0.0.1")


def test_passwords_sent_at_once_are_counted_before_one_is_looked_at(house):
    with ThreadPoolExecutor(12) as pool:
        ways = ["zoe@lab.org", "10.0.0.1"]
        waits = list(pool.map(lambda _: house.throttle.begin(*ways), range(36)))
    assert waits.count(0) == Limits.account_and_address


def test_right_passwords_do_not_count(house, clock):
    for n in range(Limits.everyone + 9):
        assert house.throttle.begin(f"p{n}@lab.org", "10.0.0.1") == 0, n
        house.throttle.right(f"p{n}@lab.org", "10.0.0.1")


def test_a_right_password_forgets_the_wrong_ones(house, clock):
    _guess(house, clock, 4, "zoe@lab.org", "10.0.0.1")
    house.throttle.right("zoe@lab.org", "10.0.0.1")
    assert _guess(house, clock, 9, "zoe@lab.org", "10.0.0.1") == Limits.account_and_address


def test_a_clock_set_back_locks_no_one_out(house, clock):
    _guess(house, clock, 5, "zoe@lab.org", "10.0.0.1")
    clock.now -= 86400
    assert house.throttle.begin("zoe@lab.org", "10.0.0.1") == 0


def test_what_is_typed_as_an_address_is_not_stored(house):
    house.throttle.begin("my password by mistake", "10.0.0.1")
    content = house.stored()
    assert b"by mistake" not in content


def test_a_pending_login_is_taken_once_and_within_ten_minutes(house, clock):
    house.pending.put("one", {"back": "/a"})
    house.pending.put("two", {"back": "/b"})
    assert house.pending.take("one") == {"back": "/a"}
    assert house.pending.take("one") is None
    clock.now += 601
    assert house.pending.take("two") is None


def test_pending_logins_cannot_fill_the_disk(house, monkeypatch):
    monkeypatch.setattr("nmr_core.people.pending.MOST", 10)
    for i in range(25):
        house.pending.put(f"secret {i}", {})
    assert house.pending._one("SELECT count(*) FROM pending")[0] == 10
