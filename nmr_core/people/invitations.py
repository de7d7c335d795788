"""Links that make one account, or set one password: they work once, and expire."""

import sqlite3
import time
from dataclasses import dataclass

from nmr_core.errors import InputError
from nmr_core.people.database import Table, hashed, new_secret, one_line
from nmr_core.people.passwords import Accounts, password_hash
from nmr_core.people.person import ADMIN, LOCAL, MEMBER, ROLES, Person
from nmr_core.people.register import Register
from nmr_core.people.sessions import Sessions
from nmr_core.storage.audit.noting import COMMAND_LINE

DAYS = 7.0
"""Days for which an invitation is valid unless said otherwise."""
FIRST = "first start"
"""Author of the invitation of the first administrator."""


@dataclass(frozen=True)
class Invitation:
    """An invitation that has not been used.

    Parameters
    ----------
    id : str
        For lists and for withdrawing it; it opens nothing.
    role : str
        Of the account that it makes.
    email : str
        Address that the account must have; "" leaves the choice.
    person : str, optional
        Id of the person whose password it sets; None if it makes an account.
    created_by : str
        Who made it.
    expires : float
        s since 1970.
    """

    id: str
    role: str
    email: str
    person: str | None
    created_by: str
    expires: float


_COLUMNS = ", ".join(Invitation.__dataclass_fields__)
_ADMINS = "(SELECT people.id FROM people WHERE people.role = 'admin' AND NOT people.disabled)"
_VALID = (
    "used IS NULL AND expires > :now AND (created_by = :command_line"
    f" OR created_by IN {_ADMINS} OR (created_by = :first AND NOT EXISTS {_ADMINS}))"
)
"""A link is worth as much as who made it is now: those of a person who is no administrator any
more, or is disabled, open nothing. That of the first start ends with the first administrator.
"""


class Invitations(Table):
    """The invitations of a server; see :class:`nmr_core.people.database.Table`."""

    def create(
        self,
        created_by: str,
        *,
        role: str = MEMBER,
        email: str = "",
        days: float = DAYS,
        person: Person | None = None,
    ) -> str:
        """Make an invitation.

        Parameters
        ----------
        created_by : str
            Id of the administrator who invites, or :data:`COMMAND_LINE`.
        role : str
            Of the new account.
        email : str
            Address that it must have; "" leaves the choice.
        days : float
            Validity, at most 60.
        person : Person, optional
            Set the password of this local account instead of making one.

        Returns
        -------
        str
            The secret for the link; only its hash is stored.
        """
        if role not in ROLES:
            raise InputError(f"role must be one of {', '.join(ROLES)}, got {role[:40]!r}.")
        if not 0 < days <= 60:
            raise InputError(f"days must be more than 0 and at most 60, got {days:g}.")
        if person is not None and person.issuer != LOCAL:
            raise InputError("This person logs in at another service and has no password here.")
        secret, now = new_secret(), time.time()
        with self._connection() as db:
            db.execute("DELETE FROM invitations WHERE expires < ?", (now,))
            db.execute(
                "INSERT INTO invitations (hash, id, role, email, person, created, created_by,"
                " expires) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    hashed(secret),
                    f"i-{new_secret()[:12]}",
                    role,
                    checked_email(email) if email else "",
                    person.id if person else None,
                    now,
                    created_by,
                    now + days * 86400,
                ),
            )
        return secret

    def first_admin(self) -> str | None:
        """The secret of the first administrator's invitation; None if there is an administrator.

        An earlier one that was not used is replaced.
        """
        if Register(self.path).has_admin():
            return None
        self._one("DELETE FROM invitations WHERE created_by = ?", (FIRST,))
        return self.create(FIRST, role=ADMIN, days=1)

    def list(self) -> "list[Invitation]":
        """Invitations that can still be used, the last to expire first."""
        rows = self._all(
            f"SELECT {_COLUMNS} FROM invitations WHERE {_VALID} ORDER BY expires DESC",
            _now(),
        )
        return [_invitation(row) for row in rows]

    def withdraw(self, invitation_id: str) -> bool:
        """Make an invitation useless; False if there is none."""
        sql = "DELETE FROM invitations WHERE id = ? AND used IS NULL RETURNING id"
        return self._one(sql, (invitation_id,)) is not None

    def find(self, secret: str) -> Invitation:
        """The invitation of a link.

        Raises
        ------
        InputError
            It is unknown, expired or used, or who made it is no administrator any more.
        """
        row = self._one(
            f"SELECT {_COLUMNS} FROM invitations WHERE hash = :hash AND {_VALID}",
            {"hash": hashed(secret), **_now()},
        )
        if row is None:
            raise _unusable()
        return _invitation(row)

    def accept(self, secret: str, name: str, email: str, password: str) -> Person:
        """Make the account of an invitation, or set the password; the invitation is used up.

        Raises
        ------
        InputError
            The invitation, the name, the address or the password is refused, or the account is
            disabled; the invitation stays valid.
        """
        invitation = self.find(secret)
        if invitation.person is not None and Register(self.path).get(invitation.person).disabled:
            raise InputError("This account is disabled. Ask an administrator to enable it.")
        if invitation.person is None:
            stored = password_hash(password)
            name, email = _checked_name(name), checked_email(email)
            if invitation.email and invitation.email.lower() != email.lower():
                raise InputError("This invitation is for another e-mail address.")
        self._use(secret)
        try:
            if invitation.person is not None:
                Accounts(self.path).set_password(invitation.person, password)
                Sessions(self.path).end_all(invitation.person)
                return Register(self.path).get(invitation.person)
            return Register(self.path).add_local(name, email, stored, invitation.role)
        except InputError:
            self._one("UPDATE invitations SET used = NULL WHERE hash = ?", (hashed(secret),))
            raise

    def _use(self, secret: str) -> None:
        """Use an invitation up; of two browsers at the same moment one gets it."""
        row = self._one(
            f"UPDATE invitations SET used = :now WHERE hash = :hash AND {_VALID} RETURNING id",
            {"hash": hashed(secret), **_now()},
        )
        if row is None:
            raise _unusable()


def checked_email(email: str) -> str:
    """An e-mail address in one line.

    Raises
    ------
    InputError
        It is none.
    """
    text = email.strip()
    name, _, host = text.partition("@")
    is_plain = text.isprintable() and len(text) <= 200 and not set(text) & set(' ,;<>"')
    if not (is_plain and name and host and "@" not in host):
        raise InputError(f"An e-mail address looks like name@lab.org, got {text[:60]!r}.")
    return text


def _now() -> dict[str, float | str]:
    """What :data:`_VALID` compares with."""
    return {"now": time.time(), "first": FIRST, "command_line": COMMAND_LINE}


def _unusable() -> InputError:
    return InputError(
        "This invitation has expired or was used before. Ask an administrator for another one."
    )


def _checked_name(name: str) -> str:
    text = one_line(name, 80)
    if not text:
        raise InputError("A name must have at least one letter. Others see it beside your work.")
    return text


def _invitation(row: sqlite3.Row) -> Invitation:
    return Invitation(**dict(row))
