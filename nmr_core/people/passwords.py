"""Local accounts: an e-mail address and a password, hashed by argon2id.

A wrong password and an unknown address take the same time and get the same answer.
"""

import threading
from functools import cache
from typing import TYPE_CHECKING

from nmr_core.errors import InputError
from nmr_core.extras import require
from nmr_core.people.database import Table
from nmr_core.people.person import LOCAL, Person
from nmr_core.people.register import Register

if TYPE_CHECKING:
    from argon2 import PasswordHasher

SHORTEST, LONGEST = 10, 200
"""Characters of a password."""
_TURN = threading.BoundedSemaphore(2)
"""A hash takes 64 MB: strangers must not have many computed at once."""


class Accounts(Table):
    """The local accounts of a server; see :class:`nmr_core.people.database.Table`."""

    def check(self, email: str, password: str) -> Person | None:
        """The person with this e-mail address and password; None if they are wrong.

        A disabled person is returned too: only who knows the password learns of it.
        """
        row = self._one(
            "SELECT id, password FROM people WHERE issuer = ? AND lower(email) = ?",
            (LOCAL, email.strip().lower()[:200]),
        )
        stored = row["password"] if row and row["password"] else _unknown()
        matches = _matches(stored, password[:LONGEST])
        if row is None or not row["password"] or not matches:
            return None
        if _hasher().check_needs_rehash(stored):
            self.set_password(row["id"], password)
        return Register(self.path).get(row["id"])

    def set_password(self, person_id: str, password: str) -> None:
        """Give a local account another password.

        Raises
        ------
        InputError
            The password is too short, or the person has no local account.
        """
        row = self._one(
            "UPDATE people SET password = ? WHERE id = ? AND issuer = ? RETURNING id",
            (password_hash(password), person_id, LOCAL),
        )
        if row is None:
            raise InputError("This person logs in at another service and has no password here.")


def password_hash(password: str) -> str:
    """How a password is stored.

    Parameters
    ----------
    password : str
        Of 10 to 200 characters.

    Raises
    ------
    InputError
        It is shorter or longer.
    """
    if not SHORTEST <= len(password) <= LONGEST:
        raise InputError(
            f"A password must have {SHORTEST} to {LONGEST} characters, got {len(password)}. "
            "Several words are easy to remember."
        )
    with _TURN:
        return _hasher().hash(password)


def _matches(stored: str, password: str) -> bool:
    from argon2.exceptions import InvalidHashError, VerificationError

    try:
        with _TURN:
            return _hasher().verify(stored, password)
    except (VerificationError, InvalidHashError):
        return False


@cache
def _hasher() -> "PasswordHasher":
    """Argon2id with the first recommendation of RFC 9106 for little memory."""
    require("server", "A server with passwords")
    from argon2 import PasswordHasher, profiles

    return PasswordHasher.from_parameters(profiles.RFC_9106_LOW_MEMORY)


@cache
def _unknown() -> str:
    """A hash that no password has, for addresses without an account."""
    return _hasher().hash("no account has this password")
