"""A person of a server."""

from dataclasses import dataclass

from nmr_core.storage.spaces.person import ADMIN

MEMBER = "member"
ROLES = (MEMBER, ADMIN)
"""Roles on the server. What a person may do in a workspace is a role of the workspace."""

LOCAL = "local"
"""Issuer of accounts with a password of this server."""
ROOM = "room:"
"""Begin of the issuer of people who joined a room of a workshop; its id follows."""


@dataclass(frozen=True)
class Person:
    """Who is logged in.

    Parameters
    ----------
    id : str
        Never changes, and is stored as the owner of things.
    name : str
        Display text.
    email : str
        Display text; "" if unknown. It identifies local accounts only, when they log in.
    role : str
        One of :data:`ROLES`.
    disabled : bool
        Whether the person is locked out.
    issuer : str
        Login service that vouches for the person, or :data:`LOCAL`.
    subject : str
        Name of the person there. Issuer and subject together identify a person.
    created, seen : float
        First login and last activity, s since 1970.
    """

    id: str
    name: str
    email: str = ""
    role: str = MEMBER
    disabled: bool = False
    issuer: str = LOCAL
    subject: str = ""
    created: float = 0.0
    seen: float = 0.0

    @property
    def is_admin(self) -> bool:
        """Whether the person may change other people."""
        return self.role == ADMIN and not self.disabled

    @property
    def is_guest(self) -> bool:
        """Whether the person joined a room of a workshop, and goes when it ends."""
        return self.issuer.startswith(ROOM)
