"""People, passwords and invitations."""

import pytest

from nmr_core.errors import InputError
from nmr_core.people import passwords
from nmr_core.people.database import hashed
from nmr_core.storage.audit.noting import COMMAND_LINE

PASSWORD = "correct horse battery"

DAY = 86400.0


def test_a_password_opens_its_account_only(house):
    zoe, max = house.join("Zoë"), house.join("Max")
    assert house.accounts.check("zoë@lab.org", PASSWORD) == zoe
    assert house.accounts.check(" ZOË@lab.org ", PASSWORD) == zoe
    house.accounts.set_password(max.id, "another long one")
    assert house.accounts.check("Max@lab.org", PASSWORD) is None
    assert house.accounts.check("Max@lab.org", "another long one") == max
    assert house.accounts.check("nobody@lab.org", PASSWORD) is None


def test_passwords_are_stored_by_argon2_only(house):
    person = house.join()
    row = house.register._one("SELECT password FROM people WHERE id = ?", (person.id,))
    assert row["password"].startswith("$argon2id$")
    content = house.stored()
    assert PASSWORD.encode() not in content


def test_an_unknown_address_is_answered_after_the_same_work(house, monkeypatch):
    """One verification of a hash with the same costs, whoever asks: no time tells who exists."""
    house.join()
    verified = []
    plain = passwords._matches

    def counted(stored: str, password: str) -> bool:
        verified.append(stored.rpartition("$")[0].rpartition("$")[0])
        return plain(stored, password)

    monkeypatch.setattr(passwords, "_matches", counted)
    house.accounts.check("zoë@lab.org", "wrong password")
    house.accounts.check("nobody@lab.org", "wrong password")
    assert len(verified) == 2
    assert verified[0] == verified[1]


def test_who_logs_in_elsewhere_has_no_password_here(house):
    person = house.register.arrive("https://id", "7", "Ada", "ada@lab.org", admin_by_group=None)
    with pytest.raises(InputError, match="logs in at another service"):
        house.accounts.set_password(person.id, PASSWORD)
    with pytest.raises(InputError, match="logs in at another service"):
        house.invitations.create(COMMAND_LINE, person=person)
    assert house.accounts.check("ada@lab.org", "") is None


@pytest.mark.parametrize("length", [0, 9, 201])
def test_a_password_that_is_too_short_or_long_leaves_the_invitation_valid(house, length):
    secret = house.invitations.create(COMMAND_LINE)
    with pytest.raises(InputError, match=f"10 to 200 characters, got {length}"):
        house.invitations.accept(secret, "Zoë", "zoe@lab.org", "x" * length)
    assert house.invitations.accept(secret, "Zoë", "zoe@lab.org", "x" * 10).name == "Zoë"


def test_an_invitation_works_once(house):
    secret = house.invitations.create(COMMAND_LINE, role="admin")
    assert house.invitations.accept(secret, "Zoë", "zoe@lab.org", PASSWORD).role == "admin"
    with pytest.raises(InputError, match="expired or was used before"):
        house.invitations.accept(secret, "Max", "max@lab.org", PASSWORD)
    assert [person.name for person in house.register.list()] == ["Zoë"]


def test_an_invitation_expires_can_be_withdrawn_and_is_stored_hashed(house, clock):
    old = house.invitations.create(COMMAND_LINE, days=1)
    withdrawn = house.invitations.create(COMMAND_LINE)
    assert hashed(old).encode() in house.stored()
    assert old.encode() not in house.stored()
    (_, first) = house.invitations.list()
    assert house.invitations.withdraw(house.invitations.find(withdrawn).id)
    clock.now += 1.01 * DAY
    assert house.invitations.list() == []
    for secret in (old, withdrawn, "", first.id):
        with pytest.raises(InputError, match="Ask an administrator"):
            house.invitations.accept(secret, "Zoë", "zoe@lab.org", PASSWORD)


@pytest.mark.parametrize(
    ("name", "email", "why"),
    [
        ("", "zoe@lab.org", "at least one letter"),
        ("\u200b\n", "zoe@lab.org", "at least one letter"),
        ("Zoë", "zoe", "looks like name@lab.org"),
        ("Zoë", "zoe@lab.org, max@lab.org", "looks like name@lab.org"),
        ("Zoë", "other@lab.org", "for another e-mail address"),
        ("Zoë", "Taken@lab.org", "An account with this e-mail address exists"),
    ],
)
def test_what_is_wrong_on_the_form_is_one_sentence(house, name, email, why):
    house.join("taken")
    bound = "zoe@lab.org" if "another e-mail" in why else ""
    secret = house.invitations.create(COMMAND_LINE, email=bound)
    with pytest.raises(InputError, match=why):
        house.invitations.accept(secret, name, email, PASSWORD)
    assert house.invitations.find(secret), "the invitation is still valid"


def test_a_link_for_a_new_password_sets_it_and_ends_the_sessions(house):
    person = house.join()
    session = house.sessions.begin(person)
    secret = house.invitations.create(COMMAND_LINE, person=person)
    assert house.invitations.accept(secret, "", "", "a new password").id == person.id
    assert house.accounts.check("zoë@lab.org", PASSWORD) is None
    assert house.accounts.check("zoë@lab.org", "a new password").id == person.id
    assert house.sessions.find(session) is None


def test_the_first_administrator_is_invited_until_there_is_one(house):
    first, second = house.invitations.first_admin(), house.invitations.first_admin()
    with pytest.raises(InputError):
        house.invitations.find(first)
    assert house.invitations.accept(second, "Zoë", "zoe@lab.org", PASSWORD).is_admin
    assert house.invitations.first_admin() is None


def test_the_link_in_the_log_ends_when_a_group_makes_an_administrator(house):
    secret = house.invitations.first_admin()
    assert len(house.invitations.list()) == 1
    house.register.arrive("https://id", "7", "A", "", admin_by_group=True)
    assert house.invitations.list() == []
    with pytest.raises(InputError, match="expired or was used"):
        house.invitations.accept(secret, "Eve", "eve@lab.org", PASSWORD)


def test_the_last_administrator_stays(house):
    zoe, max = house.join("Zoë", "admin"), house.join("Max", "member")
    for change in (
        lambda: house.register.set_role(zoe.id, "member"),
        lambda: house.register.set_disabled(zoe.id, True),
    ):
        with pytest.raises(InputError, match="the only administrator"):
            change()
    house.register.set_role(max.id, "admin")
    assert house.register.set_role(zoe.id, "member").role == "member"


def test_people_of_login_services_are_known_by_issuer_and_subject(house):
    """An address may be passed on to another person; two services may use one subject."""
    arrive = house.register.arrive
    first = arrive("https://id", "7", "Ada", "ada@lab.org", admin_by_group=None)
    renamed = arrive("https://id", "7", "Ada L.", "new@lab.org", admin_by_group=None)
    others = [
        arrive("https://id", "8", "Eve", "ada@lab.org", admin_by_group=None),
        arrive("https://other", "7", "Ada", "ada@lab.org", admin_by_group=None),
        house.join("ada"),
    ]
    assert (renamed.id, renamed.name, renamed.email) == (first.id, "Ada L.", "new@lab.org")
    assert len({first.id, *(other.id for other in others)}) == 4


def test_an_administrator_by_group_ceases_to_be_one_with_the_group(house):
    def arrive(in_group: bool | None) -> str:
        return house.register.arrive("https://id", "7", "A", "", admin_by_group=in_group).role

    assert [arrive(None), arrive(True), arrive(False)] == ["member", "admin", "member"]
    person = house.register.arrive("https://id", "7", "A", "", admin_by_group=False)
    house.register.set_role(person.id, "admin")
    assert arrive(False) == "admin", "an administrator of this server named the person"


@pytest.mark.parametrize("loss", ["demoted", "disabled"])
def test_links_are_void_once_who_made_them_is_no_administrator(house, loss):
    ada, ben = house.join("Ada", "admin"), house.join("Ben", "admin")
    account = house.invitations.create(ben.id, role="admin")
    password = house.invitations.create(ben.id, person=ada)
    assert len(house.invitations.list()) == 2
    if loss == "demoted":
        house.register.set_role(ben.id, "member")
    else:
        house.register.set_disabled(ben.id, True)
    assert house.invitations.list() == []
    for secret in (account, password):
        with pytest.raises(InputError, match="Ask an administrator"):
            house.invitations.accept(secret, "Eve", "eve@lab.org", "a new password")
    assert house.accounts.check("Ada@lab.org", PASSWORD) == ada


def test_of_two_browsers_the_one_without_the_link_never_goes_on(house, monkeypatch):
    """The winner fails in between, which makes the link valid again: the loser has not used it."""
    secret = house.invitations.create(COMMAND_LINE)
    plain = house.invitations._one

    def lost(sql: str, values: object = ()) -> object:
        return None if sql.startswith("UPDATE invitations SET used = ") else plain(sql, values)

    monkeypatch.setattr(house.invitations, "_one", lost)
    with pytest.raises(InputError, match="was used before"):
        house.invitations.accept(secret, "Max", "max@lab.org", PASSWORD)
    assert house.register.list() == []


def test_a_new_password_lets_nobody_in_who_is_disabled(house):
    house.join("Ann", "admin")
    person = house.join()
    secret = house.invitations.create(COMMAND_LINE, person=person)
    house.register.set_disabled(person.id, True)
    with pytest.raises(InputError, match="This account is disabled"):
        house.invitations.accept(secret, "", "", "a new password")
    house.register.set_disabled(person.id, False)
    assert house.invitations.accept(secret, "", "", "a new password").id == person.id
