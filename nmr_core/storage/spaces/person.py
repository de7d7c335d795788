"""Who acts: a person of the server, or none in particular (one user, the command line)."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Protocol

ADMIN = "admin"
"""Role of an administrator of the server."""


class Person(Protocol):
    """What this package needs to know of a person of the server."""

    @property
    def id(self) -> str:
        """Identity that never changes; it is stored as the owner of things."""

    @property
    def name(self) -> str:
        """Display text."""

    @property
    def role(self) -> str:
        """Role on the server: :data:`ADMIN` or another."""

    @property
    def disabled(self) -> bool:
        """Whether the person is locked out."""

    @property
    def is_guest(self) -> bool:
        """Whether the person joined a room of a workshop, and goes when it ends."""


@dataclass(frozen=True)
class Member:
    """A person of the server as plain values; see :class:`Person`."""

    id: str
    name: str = ""
    role: str = "member"
    disabled: bool = False
    is_guest: bool = False


UNKNOWN = Member("", "unknown", "", disabled=True)
"""Acts where a server knows no person: may do nothing."""
_acting: ContextVar[Person | None] = ContextVar("acting", default=None)
_for: ContextVar[str] = ContextVar("owner", default="")
_resolver: Callable[[], Person | None] | None = None


def acting() -> Person | None:
    """The person who acts; None without a server: then everything is allowed."""
    if _for.get():
        return None
    person = _acting.get()
    if person is None and _resolver is not None:
        return _resolver() or UNKNOWN
    return person


@contextmanager
def acting_as(person: Person) -> Iterator[None]:
    """Let everything inside be done by a person, within their rights."""
    token = _acting.set(person)
    try:
        yield
    finally:
        _acting.reset(token)


@contextmanager
def working_for(owner: str) -> Iterator[None]:
    """Let everything inside be done for a person whose rights were checked before: in a job.

    Parameters
    ----------
    owner : str
        Id of the person; the limits of that person count.
    """
    token = _for.set(owner)
    try:
        yield
    finally:
        _for.reset(token)


def is_working_for() -> bool:
    """Whether this is a job, whose start was checked and recorded before."""
    return bool(_for.get())


def set_resolver(resolver: Callable[[], Person | None] | None) -> None:
    """Say how a server finds who acts; None: everything is allowed, as on a laptop."""
    global _resolver
    _resolver = resolver


def owner_now(owner: str = "") -> str:
    """The owner that a new thing gets.

    Parameters
    ----------
    owner : str
        Used in jobs, and where no person in particular acts: a visitor of an app without a login.

    Returns
    -------
    str
        Id of the person who acts; else ``owner``, in a job that of the person it works for.
    """
    person = acting()
    return person.id if person else owner or _for.get()
