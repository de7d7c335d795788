"""Personal tokens: one per person, stored as a hash, void when renewed."""

import sqlite3
from contextlib import closing

import pytest

from nmr_core.operations.databases import copy_database
from nmr_core.people import Tokens
from nmr_core.people.tokens import is_token


@pytest.fixture
def tokens(house) -> Tokens:
    return Tokens(house.file)


def test_a_token_is_its_persons_until_it_is_renewed_or_withdrawn(house, tokens):
    zoe, max = house.join("Zoë"), house.join("Max")
    first, other = tokens.renew(zoe.id), tokens.renew(max.id)
    assert tokens.find(first).id == zoe.id
    assert tokens.find(other).id == max.id
    second = tokens.renew(zoe.id)
    assert tokens.find(first) is None
    assert tokens.find(second).id == zoe.id
    assert tokens.created(zoe.id) is not None
    tokens.withdraw(zoe.id)
    assert tokens.find(second) is None
    assert tokens.created(zoe.id) is None
    assert tokens.find(other).id == max.id


def test_a_disabled_person_has_no_token_until_enabled(house, tokens):
    zoe = house.join("Zoë")
    token = tokens.renew(zoe.id)
    house.register.set_disabled(zoe.id, True)
    assert tokens.find(token) is None
    house.register.set_disabled(zoe.id, False)
    assert tokens.find(token).id == zoe.id


def test_only_the_hash_is_stored_and_it_opens_nothing(house, tokens):
    token = tokens.renew(house.join("Zoë").id)
    assert token.encode() not in house.stored()
    row = tokens._one("SELECT hash FROM tokens")
    assert tokens.find(row["hash"]) is None
    assert not is_token(row["hash"])


@pytest.mark.parametrize("text", ["", "echo_", "x" * 48, "echo_" + "a" * 44, "echo_é", "%00" * 16])
def test_what_is_no_token_is_refused_before_the_file_is_read(tokens, monkeypatch, text):
    monkeypatch.setattr(tokens, "_one", lambda *_: pytest.fail("the file was read"))
    assert tokens.find(text) is None


def test_a_backup_holds_no_tokens_also_of_a_file_of_an_earlier_version(house, tokens, tmp_path):
    zoe = house.join("Zoë")
    token = tokens.renew(zoe.id)
    copy_database(house.file, tmp_path / "people.sqlite3")
    assert Tokens(tmp_path / "people.sqlite3").find(token) is None
    assert tokens.find(token).id == zoe.id
    with closing(sqlite3.connect(house.file, isolation_level=None)) as db:
        db.executescript("DROP TABLE tokens; PRAGMA application_id = 0;")
    older = tmp_path / "older" / "people.sqlite3"
    older.parent.mkdir()
    copy_database(house.file, older)
    restored = Tokens(older)
    assert restored.find(restored.renew(zoe.id)).id == zoe.id
