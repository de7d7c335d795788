"""The people of a server: who they are, their sessions, invitations and passwords.

person.py       a person: identity, name, role
database.py     the file people.sqlite3
register.py     all people: find, add, change the role, disable
sessions.py     who is logged in: opaque ids that expire and can be ended
remembered.py   sessions are read again only after the file has changed
passwords.py    local accounts: hashes by argon2
invitations.py  links that make one account, or set one password, once
tokens.py       personal tokens, by which programs submit to challenges
throttle.py     wrong passwords: how many per account, per address and in all
administration.py   what an administrator changes, recorded
own_account.py      what people change about themselves
pending.py      logins that wait for the answer of a login service

Nothing here knows of web pages: the app and the command line use the same functions.
"""

from nmr_core.people.administration import Administration
from nmr_core.people.database import people_file
from nmr_core.people.invitations import Invitation, Invitations
from nmr_core.people.passwords import Accounts
from nmr_core.people.pending import PendingLogins
from nmr_core.people.person import ADMIN, MEMBER, ROLES, Person
from nmr_core.people.register import Register
from nmr_core.people.sessions import Lifetime, Session, Sessions
from nmr_core.people.throttle import Throttle
from nmr_core.people.tokens import Tokens
from nmr_core.storage.audit import Audit

__all__ = [
    "ADMIN",
    "MEMBER",
    "ROLES",
    "Accounts",
    "Administration",
    "Audit",
    "Invitation",
    "Invitations",
    "Lifetime",
    "PendingLogins",
    "Person",
    "Register",
    "Session",
    "Sessions",
    "Throttle",
    "Tokens",
    "people_file",
]
