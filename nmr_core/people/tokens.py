"""Personal tokens: secrets by which a person's programs submit to challenges.

A token opens nothing else. Each person has at most one; the file holds its hash. It is void once it
is renewed, or the person is disabled or deleted.
"""

import time

from nmr_core.people.database import Table, hashed, new_secret
from nmr_core.people.person import Person
from nmr_core.people.register import person_of

PREFIX = "echo_"
"""Begin of every token, by which it is recognised where it does not belong."""
_LENGTH = len(PREFIX) + len(new_secret())


class Tokens(Table):
    """The tokens of a server; see :class:`nmr_core.people.database.Table`."""

    def renew(self, person_id: str) -> str:
        """Make the token of a person; the one before is void.

        Parameters
        ----------
        person_id : str
            Id of the person.

        Returns
        -------
        str
            The token, which is not stored.
        """
        token = PREFIX + new_secret()
        self._one(
            "INSERT INTO tokens (person, hash, created) VALUES (?, ?, ?)"
            " ON CONFLICT (person) DO UPDATE SET hash = excluded.hash, created = excluded.created",
            (person_id, hashed(token), time.time()),
        )
        return token

    def created(self, person_id: str) -> float | None:
        """When a person's token was made, s since 1970; None without one."""
        row = self._one("SELECT created FROM tokens WHERE person = ?", (person_id,))
        return None if row is None else row["created"]

    def withdraw(self, person_id: str) -> None:
        """Make the token of a person void."""
        self._one("DELETE FROM tokens WHERE person = ?", (person_id,))

    def find(self, token: str) -> Person | None:
        """The person of a token; None for one that is void, or no token at all."""
        if not is_token(token):
            return None
        row = self._one(
            "SELECT people.* FROM tokens JOIN people ON people.id = tokens.person"
            " WHERE tokens.hash = ? AND NOT people.disabled",
            (hashed(token),),
        )
        return None if row is None else person_of(row)


def is_token(text: str) -> bool:
    """Whether a text has the form of a token."""
    return len(text) == _LENGTH and text.startswith(PREFIX)
