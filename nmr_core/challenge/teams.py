"""People who submit together: a team of one by default, larger ones by a code."""

import secrets
import sqlite3
import time
import unicodedata
from dataclasses import dataclass

from nmr_core.challenge import database
from nmr_core.challenge.challenge import Challenge
from nmr_core.challenge.people import Participant
from nmr_core.errors import InputError
from nmr_core.people.database import one_line

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Of codes: no letters that look like digits."""
CODE_LENGTH = 8
LONGEST_NAME = 40
LINEAR = "linear estimate"
"""A row of the board that is no team."""


@dataclass(frozen=True)
class Team:
    """A team.

    Parameters
    ----------
    id, name : str
        Id, and display text.
    code : str
        What others type to join; "" of a team of one.
    members : tuple of str
        Names of its people.
    extra : int
        Tries more (or fewer) than the others have.
    """

    id: str
    name: str
    code: str = ""
    members: tuple[str, ...] = ()
    extra: int = 0


@dataclass(frozen=True)
class Member:
    """A person of a team: ids and names of both."""

    person: str
    name: str
    team: str
    team_name: str


def members(challenge: Challenge) -> list[Member]:
    """Everyone who has a team, in the order of joining."""
    sql = (
        "SELECT m.person, m.name, m.team, t.name AS team_name FROM members m "
        "JOIN teams t ON t.id = m.team ORDER BY m.joined"
    )
    with database.reading(challenge.folder) as db:
        return [Member(*row) for row in db.execute(sql)]


def team_of(challenge: Challenge, by: Participant) -> Team | None:
    """The team of a participant, None before the first submission."""
    with database.reading(challenge.folder) as db:
        return existing(db, by)


def make_team(challenge: Challenge, by: Participant, name: str) -> Team:
    """Make a team that others can join by its code.

    Raises
    ------
    InputError
        The name is taken or empty, or the participant has submitted with another team.
    """
    if challenge.team_size < 2:
        raise InputError("Everyone submits alone in this challenge. Submit under your own name.")
    code = "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))
    with database.changing(challenge.folder) as db:
        _leave(db, by)
        team = _insert(db, _checked_name(db, name), code)
        _join(db, team, by)
    return _required(challenge, by)


def join_team(challenge: Challenge, by: Participant, code: str) -> Team:
    """Join a team by its code.

    Raises
    ------
    InputError
        There is no such team, it is full, or the participant has submitted with another team.
    """
    signs = (sign for sign in code[:60].upper() if sign.isalnum())
    plain = "".join(signs).translate(str.maketrans("OILU", "011V"))
    with database.changing(challenge.folder) as db:
        row = db.execute("SELECT id, name FROM teams WHERE code = ?", (plain,)).fetchone()
        if row is None:
            raise InputError("There is no team with this code. Check the code.")
        count = db.execute("SELECT count(*) FROM members WHERE team = ?", (row["id"],)).fetchone()
        if count[0] >= challenge.team_size:
            raise InputError(
                f"{row['name']} has {count[0]} people, which is the most. Make another team."
            )
        _leave(db, by)
        _join(db, row["id"], by)
    return _required(challenge, by)


def leave_team(challenge: Challenge, by: Participant) -> None:
    """Leave a team that has not submitted yet."""
    with database.changing(challenge.folder) as db:
        _leave(db, by)


def team_for(db: sqlite3.Connection, challenge: Challenge, by: Participant) -> Team:
    """The team of a participant; a team of one is made where there is none."""
    team = existing(db, by)
    if team is not None:
        return team
    name = _free_name(db, one_line(by.name, LONGEST_NAME) or "Participant")
    _join(db, _insert(db, name, None), by)
    team = existing(db, by)
    assert team is not None
    return team


def reference_names(challenge: Challenge) -> set[str]:
    """Names of the reference models on the board."""
    with database.reading(challenge.folder) as db:
        rows = db.execute("SELECT name FROM teams WHERE is_reference")
        return {row["name"] for row in rows}


def add_reference(db: sqlite3.Connection, name: str) -> str:
    """Id of a new row of the board that takes no rank."""
    return _insert(db, name, None, is_reference=True)


def _required(challenge: Challenge, by: Participant) -> Team:
    team = team_of(challenge, by)
    assert team is not None
    return team


def existing(db: sqlite3.Connection, by: Participant) -> Team | None:
    """The team of a participant, None without one."""
    row = db.execute(
        "SELECT t.* FROM teams t JOIN members m ON m.team = t.id WHERE m.person = ?", (by.id,)
    ).fetchone()
    if row is None:
        return None
    sql = "SELECT name FROM members WHERE team = ? ORDER BY joined"
    members = tuple(member["name"] for member in db.execute(sql, (row["id"],)))
    return Team(row["id"], row["name"], row["code"] or "", members, row["extra"])


def _insert(
    db: sqlite3.Connection, name: str, code: str | None, *, is_reference: bool = False
) -> str:
    id = f"t-{secrets.token_hex(6)}"
    db.execute(
        "INSERT INTO teams (id, name, key, code, is_reference, created) VALUES (?, ?, ?, ?, ?, ?)",
        (id, name, name_key(name), code, int(is_reference), time.time()),
    )
    return id


def _join(db: sqlite3.Connection, team: str, by: Participant) -> None:
    db.execute(
        "INSERT INTO members (person, team, name, joined) VALUES (?, ?, ?, ?)",
        (by.id, team, one_line(by.name, LONGEST_NAME), time.time()),
    )


def _leave(db: sqlite3.Connection, by: Participant) -> None:
    """Take a participant out of a team without submissions; an empty team goes."""
    team = existing(db, by)
    if team is None:
        return
    sql = "SELECT count(*) FROM submissions WHERE team = ?"
    if db.execute(sql, (team.id,)).fetchone()[0]:
        raise InputError(
            f"{team.name} has submitted already, so you stay in it. Ask the organiser to move you."
        )
    db.execute("DELETE FROM members WHERE person = ?", (by.id,))
    remove_empty(db)


def remove_empty(db: sqlite3.Connection) -> None:
    """Remove teams without people and submissions; their names are free again."""
    db.execute(
        "DELETE FROM teams WHERE NOT is_reference AND id NOT IN (SELECT team FROM members) "
        "AND id NOT IN (SELECT team FROM submissions)"
    )


def name_key(name: str) -> str:
    """What two names that look the same have in common."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


def _checked_name(db: sqlite3.Connection, name: str) -> str:
    text = one_line(unicodedata.normalize("NFKC", name[:400]), 400)
    if not 0 < len(text) <= LONGEST_NAME or not any(sign.isalnum() for sign in text):
        raise InputError(
            f"The name of a team must have 1 to {LONGEST_NAME} characters, got {len(text)}. "
            "Others see it on the board."
        )
    if _is_taken(db, text):
        raise InputError(f"There is a team {text} already. Choose another name.")
    return text


def _is_taken(db: sqlite3.Connection, name: str) -> bool:
    key = name_key(name)
    sql = "SELECT 1 FROM teams WHERE key = ?"
    return key == name_key(LINEAR) or db.execute(sql, (key,)).fetchone() is not None


def _free_name(db: sqlite3.Connection, name: str) -> str:
    """A name, with a number if another team has it."""
    number, free = 1, name
    while _is_taken(db, free):
        number += 1
        free = f"{name} {number}"
    return free
