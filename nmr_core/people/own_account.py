"""What people change about their own account."""

from nmr_core.errors import InputError
from nmr_core.people.passwords import Accounts
from nmr_core.people.sessions import Session, Sessions
from nmr_core.people.throttle import Throttle
from nmr_core.storage.audit import Audit

WRONG = "The present password is wrong. Try again in a moment."


def change_password(
    session: Session,
    old: str,
    new: str,
    *,
    accounts: Accounts,
    sessions: Sessions,
    throttle: Throttle,
    audit: Audit,
    address: str = "",
) -> None:
    """Change the own password and end all other sessions; both are recorded, a refusal, too.

    Parameters
    ----------
    session : Session
        In which it is changed; it goes on.
    old, new : str
        The present password and the next one.
    accounts, sessions, throttle, audit
        Of the server.
    address : str
        Network address.

    Raises
    ------
    InputError
        The present password is wrong, there were too many wrong ones, or the new one is too short.
    """
    person = session.person
    try:
        # Not the key of logins: whoever has taken a session over must not lock the person out
        key = f"change {person.id}"
        if throttle.begin(key, key) or accounts.check(person.email, old) is None:
            raise InputError(WRONG)
        throttle.right(key, key)
        accounts.set_password(person.id, new)
    except InputError as error:
        audit.write("password", person, ok=False, address=address, reason=str(error))
        raise
    n_ended = sessions.end_others(session)
    audit.write("password", person, address=address, sessions_ended=n_ended)
