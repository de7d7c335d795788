"""All people of a server."""

import sqlite3
import time
from pathlib import Path

from nmr_core.errors import InputError
from nmr_core.people.database import Table, new_person_id, one_line
from nmr_core.people.person import ADMIN, LOCAL, MEMBER, ROLES, ROOM, Person
from nmr_core.people.remembered import Remembered

GONE = "gone"
"""Reason of the end of a session whose person was removed."""
_COLUMNS = ", ".join(Person.__dataclass_fields__)


class Register(Table):
    """The people of a server; see :class:`nmr_core.people.database.Table`."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self._everyone = Remembered(path)

    def get(self, person_id: str) -> Person:
        """The person with this id.

        Raises
        ------
        InputError
            There is none.
        """
        row = self._one(f"SELECT {_COLUMNS} FROM people WHERE id = ?", (person_id,))
        if row is None:
            raise InputError(
                f"There is no person {person_id[:40]!r}. Copy the id from the list of people."
            )
        return person_of(row)

    def list(self) -> "list[Person]":
        """Everyone, by name; to be read only."""
        remembered, version = self._everyone.get("everyone")
        if remembered is not None:
            return remembered
        rows = self._all(f"SELECT {_COLUMNS} FROM people ORDER BY lower(name), id")
        everyone = [person_of(row) for row in rows]
        self._everyone.put("everyone", everyone, version)
        return everyone

    def has_admin(self) -> bool:
        """Whether an administrator exists who is not disabled."""
        sql = "SELECT 1 FROM people WHERE role = ? AND NOT disabled"
        return self._one(sql, (ADMIN,)) is not None

    def is_admin(self, person_id: str) -> bool:
        """Whether a person is an administrator now, and not disabled."""
        sql = "SELECT 1 FROM people WHERE id = ? AND role = ? AND NOT disabled"
        return self._one(sql, (person_id, ADMIN)) is not None

    def add_local(self, name: str, email: str, password_hash: str, role: str) -> Person:
        """Add a local account.

        Parameters
        ----------
        name, email : str
            Display text; the e-mail address is also the name for the login.
        password_hash : str
            As stored, see :mod:`nmr_core.people.passwords`.
        role : str
            One of :data:`ROLES`.

        Raises
        ------
        InputError
            Another local account has this e-mail address.
        """
        now, id = time.time(), new_person_id()
        try:
            self._one(
                "INSERT INTO people (id, issuer, subject, name, email, role, password, created,"
                " seen) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (id, LOCAL, id, one_line(name, 80), email, role, password_hash, now, now),
            )
        except sqlite3.IntegrityError:
            raise InputError(
                "An account with this e-mail address exists. Log in with it, or use another."
            ) from None
        return self.get(id)

    def add_guest(self, person_id: str, issuer: str, name: str) -> Person:
        """The person of a room of a workshop; added at the first time.

        Parameters
        ----------
        person_id : str
            See :func:`nmr_core.people.database.new_person_id`.
        issuer : str
            Of the people of the room, :data:`nmr_core.people.person.ROOM` and its id.
        name : str
            Display text.
        """
        now = time.time()
        self._one(
            "INSERT INTO people (id, issuer, subject, name, email, role, created, seen)"
            " VALUES (?, ?, ?, ?, '', ?, ?, ?) ON CONFLICT DO NOTHING",
            (person_id, issuer, person_id, one_line(name, 80), MEMBER, now, now),
        )
        return self.get(person_id)

    def remove_guest(self, person_id: str) -> None:
        """Remove a person of a room of a workshop, with sessions and token; others stay.

        Of a session the end is remembered, for the sentence on the login page.
        """
        is_guest = f"id = ? AND issuer LIKE '{ROOM}%'"
        whose = f"person IN (SELECT people.id FROM people WHERE {is_guest})"
        with self._connection() as db:
            db.execute("BEGIN IMMEDIATE")
            db.execute(
                "UPDATE sessions SET ended = ?, reason = ?, address = '', browser = ''"
                f" WHERE {whose}",
                (time.time(), GONE, person_id),
            )
            db.execute(f"DELETE FROM tokens WHERE {whose}", (person_id,))
            db.execute(f"DELETE FROM people WHERE {is_guest}", (person_id,))
            db.execute("COMMIT")

    def arrive(
        self, issuer: str, subject: str, name: str, email: str, *, admin_by_group: bool | None
    ) -> Person:
        """The person that a login service vouches for; added at the first login.

        Parameters
        ----------
        issuer, subject : str
            Identity of the person.
        name, email : str
            As the service gives them now.
        admin_by_group : bool, optional
            Whether the person is in a group of administrators; None where no group makes one.
            An administrator by group ceases to be one with the group.
        """
        now = time.time()
        self._one(
            "INSERT INTO people (id, issuer, subject, name, email, role, created, seen)"
            " VALUES (:id, :issuer, :subject, :name, :email, :role, :now, :now)"
            " ON CONFLICT (issuer, subject) DO UPDATE SET name = :name, email = :email",
            {
                "id": new_person_id(),
                "issuer": issuer,
                "subject": subject,
                "name": one_line(name, 80) or one_line(email, 80) or one_line(subject, 80),
                "email": one_line(email, 200),
                "role": MEMBER,
                "now": now,
            },
        )
        if admin_by_group:
            self._one(
                "UPDATE people SET role = ?, role_by_group = 1 WHERE issuer = ? AND subject = ?",
                (ADMIN, issuer, subject),
            )
        else:
            self._one(
                "UPDATE people SET role = ?, role_by_group = 0"
                " WHERE issuer = ? AND subject = ? AND role_by_group",
                (MEMBER, issuer, subject),
            )
        row = self._one(
            f"SELECT {_COLUMNS} FROM people WHERE issuer = ? AND subject = ?", (issuer, subject)
        )
        assert row is not None
        return person_of(row)

    def set_role(self, person_id: str, role: str) -> Person:
        """Change the role of a person.

        Raises
        ------
        InputError
            There is no such role or person, the last administrator would lose the role, or a guest
            of a room would get it.
        """
        if role not in ROLES:
            raise InputError(f"role must be one of {', '.join(ROLES)}, got {role[:40]!r}.")
        if role == ADMIN and self.get(person_id).is_guest:
            raise InputError("A guest of a room goes with the room. Invite the person instead.")
        self._change(person_id, "role = ?, role_by_group = 0", (role,), keeps=role == ADMIN)
        return self.get(person_id)

    def set_disabled(self, person_id: str, disabled: bool) -> Person:
        """Lock a person out, or let the person in again.

        Sessions are refused from then on because each request looks at the person.

        Raises
        ------
        InputError
            There is no such person, or it is the last administrator.
        """
        self._change(person_id, "disabled = ?", (int(disabled),), keeps=not disabled)
        return self.get(person_id)

    def _change(self, person_id: str, change: str, values: tuple, keeps: bool) -> None:
        """Change one row, in one statement that never leaves a server without administrator."""
        self.get(person_id)
        others = "EXISTS (SELECT 1 FROM people WHERE role = 'admin' AND NOT disabled AND id != ?)"
        row = self._one(
            f"UPDATE people SET {change} WHERE id = ?"
            f" AND (? OR role != 'admin' OR disabled OR {others}) RETURNING id",
            (*values, person_id, int(keeps), person_id),
        )
        if row is None:
            raise InputError(
                "This is the only administrator. Make another person administrator first."
            )


def person_of(row: sqlite3.Row) -> Person:
    """The person in a row that has the columns of :class:`Person`."""
    fields = {name: row[name] for name in Person.__dataclass_fields__}
    return Person(**{**fields, "disabled": bool(fields["disabled"])})
