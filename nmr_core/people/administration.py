"""What an administrator changes about people; each change, and each refusal, is recorded.

Who changes something is looked up at that moment: an open page may be older than the loss of
the role.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from nmr_core.errors import InputError
from nmr_core.people.database import people_file
from nmr_core.people.invitations import DAYS, Invitations
from nmr_core.people.person import MEMBER, Person
from nmr_core.people.register import Register
from nmr_core.people.sessions import Sessions
from nmr_core.storage.audit import Audit
from nmr_core.storage.audit.noting import COMMAND_LINE
from nmr_core.storage.spaces.handover import Handover, hand_over
from nmr_core.storage.spaces.rights import RefusedError


class Administration:
    """The changes of one administrator.

    Parameters
    ----------
    folder : Path or str
        The server's data folder.
    by : Person or str
        Who changes something, or the id; :data:`COMMAND_LINE` has the rights of the files.
    address : str
        Network address of who does it.
    audit : Audit, optional
        The record; default: that of the folder.
    """

    def __init__(
        self,
        folder: Path | str,
        by: Person | str,
        *,
        address: str = "",
        audit: Audit | None = None,
    ) -> None:
        file = people_file(folder)
        self.register, self.sessions = Register(file), Sessions(file)
        self.invitations, self.audit = Invitations(file), audit or Audit(folder)
        self._by, self._address = by, address

    def check(self, action: str) -> None:
        """Refuse whoever is no administrator at this moment, for what others carry out and record.

        Parameters
        ----------
        action : str
            A key of :data:`nmr_core.storage.audit.ACTIONS`, for the record of the refusal.

        Raises
        ------
        RefusedError
            The person is none, or not any more.
        """
        try:
            self._check()
        except RefusedError as error:
            self._write(action, ok=False, reason=str(error))
            raise

    def invite(self, *, role: str = MEMBER, email: str = "", days: float = DAYS) -> str:
        """The secret of an invitation, see :meth:`Invitations.create`."""
        with self._recorded("invite", invited_as=role, email=email):
            return self.invitations.create(self.id, role=role, email=email, days=days)

    def withdraw(self, invitation_id: str) -> bool:
        """Withdraw an invitation; False if it was used or withdrawn before."""
        with self._recorded("withdraw invitation", "invitation", invitation_id):
            return self.invitations.withdraw(invitation_id)

    def password_link(self, person: Person, days: float = 1) -> str:
        """The secret of a link that sets the password of a local account."""
        with self._recorded("password link", id=person.id):
            return self.invitations.create(self.id, person=person, days=days)

    def set_role(self, person_id: str, role: str) -> Person:
        """Change the role of a person, see :meth:`Register.set_role`."""
        with self._recorded("role", id=person_id, to=role):
            return self.register.set_role(person_id, role)

    def set_disabled(self, person_id: str, disabled: bool) -> Person:
        """Lock a person out, or let the person in again, see :meth:`Register.set_disabled`."""
        with self._recorded("disable" if disabled else "enable", id=person_id):
            return self.register.set_disabled(person_id, disabled)

    def end_session(self, session_id: str) -> bool:
        """End one session; False if it had ended."""
        person = next((s.person.id for s in self.sessions.list() if s.id == session_id), "")
        with self._recorded("end session", id=person, n_sessions=1):
            return self.sessions.end(session_id)

    def end_sessions(self, person_id: str) -> int:
        """End all sessions of a person; returns how many there were."""
        with self._recorded("end session", id=person_id) as details:
            details["n_sessions"] = n_ended = self.sessions.end_all(person_id)
            return n_ended

    def hand_over(self, person_id: str, heir_id: str) -> Handover:
        """Give everything of a disabled person to another one, see :func:`hand_over`."""
        with self._recorded("hand over", id=person_id, to=heir_id):
            return hand_over(self.register.get(person_id), self.register.get(heir_id))

    def export_record(self, *, person: str = "", action: str = "") -> str:
        """The lines of the record as JSONL, the newest first; see :meth:`Audit.entries`."""
        with self._recorded("export record", "record", of_person=person, of_action=action):
            entries = self.audit.entries(person=person, action=action)
            return "".join(f"{json.dumps(entry, ensure_ascii=False)}\n" for entry in entries)

    @property
    def id(self) -> str:
        """Of who changes something."""
        return self._by if isinstance(self._by, str) else self._by.id

    @contextmanager
    def _recorded(
        self, action: str, kind: str = "person", id: str = "", **details: Any
    ) -> Iterator[dict[str, Any]]:
        """Record what an administrator does inside, or why it was refused; yields the details."""
        problem = ""
        try:
            self._check()
            yield details
        except InputError as error:
            problem = str(error)
            raise
        finally:
            self._write(action, ok=not problem, kind=kind, id=id, reason=problem, **details)

    def _check(self) -> None:
        if self.id != COMMAND_LINE and not self.register.is_admin(self.id):
            raise RefusedError("Only an administrator may do this. Ask one.")

    def _write(self, action: str, **details: Any) -> None:
        self.audit.write(action, self._by, address=self._address, **details)
