"""The one place where an action in a workspace is allowed or refused.

Without a server no person acts, and everything is allowed. What a job does was checked when the job
was started.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from nmr_core.errors import InputError
from nmr_core.storage import audit
from nmr_core.storage.spaces import people, registry
from nmr_core.storage.spaces.messages import send
from nmr_core.storage.spaces.person import ADMIN, Person, acting
from nmr_core.storage.spaces.policy import Action, Role, allowed, needs_reason
from nmr_core.storage.workspace import data_folder, workspace_id

LONGEST_REASON = 200
"""Characters of a reason."""
_VERBS = {
    "read": "read",
    "create": "add to",
    "cancel": "cancel",
    "delete": "delete",
    "rename": "rename",
    "annotate": "mark",
    "publish": "publish",
    "manage": "manage",
}


_NOTED_BY_OTHERS = ("read", "manage")
"""Actions of which only refusals are recorded here: reading, and changes of workspaces, which
:mod:`nmr_core.storage.spaces.registry` records."""


_ALWAYS: tuple[Action, ...] = ("read", "cancel")
"""Actions that no pause stops."""
_pause: Callable[[str], str] | None = None


class RefusedError(InputError):
    """An action that the person who acts may not do."""


_reason: ContextVar[str] = ContextVar("reason", default="")


def set_pause(pause: Callable[[str], str] | None) -> None:
    """Say why some people may only read for a while, as those of a room that is frozen.

    Parameters
    ----------
    pause : callable or None
        Id of a person -> one sentence, "" for a person who may go on; None: everyone may.
    """
    global _pause
    _pause = pause


def check_pause(person_id: str) -> None:
    """Refuse what a person does outside of workspaces, as a submission, during a pause.

    Raises
    ------
    RefusedError
        The person may only read now.
    """
    sentence = _pause(person_id) if _pause else ""
    if sentence:
        raise RefusedError(sentence)


@contextmanager
def because(reason: str) -> Iterator[None]:
    """Give the reason for what is done inside to things of other people, who see it."""
    token = _reason.set(" ".join(reason.split())[:LONGEST_REASON])
    try:
        yield
    finally:
        _reason.reset(token)


def reason_now() -> str:
    """The reason of :func:`because`, "" outside."""
    return _reason.get()


def role_here(person: Person) -> Role:
    """The role of a person in the present workspace.

    A data folder that is no workspace of a server belongs to its administrators.
    """
    workspace = registry.at(data_folder())
    if workspace is not None:
        return registry.role_of(workspace, person)
    return "admin" if person.role == ADMIN and not person.disabled else "stranger"


def may(action: Action, owner: str | None = None) -> bool:
    """Whether the person who acts may do something here.

    Parameters
    ----------
    action : str
        One of :data:`nmr_core.storage.spaces.policy.ACTIONS`.
    owner : str, optional
        Whose the thing is, "" for no owner; None: an own thing, or no thing.
    """
    return not refusal(action, owner)


def refusal(action: Action, owner: str | None = None, thing: str = "") -> str:
    """The sentence why the person who acts may not do something here, "" if it is allowed.

    Parameters
    ----------
    action, owner, thing
        As for :func:`check`.
    """
    person = acting()
    if person is None:
        return ""
    own = _is_own(person, owner)
    problem = _problem(role_here(person), action, owner or "", thing, own=own)
    return problem or _paused(person, action)


def reason_needed(action: Action, owner: str) -> bool:
    """Whether the person who acts must give a reason, which the owner then sees."""
    person = acting()
    if person is None or not owner:
        return False
    return needs_reason(role_here(person), action, own=owner == person.id)


def check(
    action: Action, owner: str | None = None, thing: str = "", *, kind: str = "", id: str = ""
) -> None:
    """Refuse what the person who acts may not do here; tell the owner what is done and why.

    The decision is recorded, see :mod:`nmr_core.storage.audit`.

    A change of what belongs to another person needs a reason, see :func:`because`.

    Parameters
    ----------
    action : str
        One of :data:`nmr_core.storage.spaces.policy.ACTIONS`.
    owner : str, optional
        Whose the thing is, "" for no owner; None: an own thing, or no thing.
    thing : str
        What it is about, e.g. 'the run "Ridge"'; for the sentences.
    kind, id : str
        The same for the record.

    Raises
    ------
    RefusedError
        It is not allowed, or a reason is needed and missing.
    """
    person = acting()
    problem = _refusal(person, action, owner, thing) if person else ""
    if problem or action not in _NOTED_BY_OTHERS:
        reason = problem or reason_now()
        names = {"kind": kind, "id": id, "thing": thing, "workspace": workspace_id()}
        audit.note(action, ok=not problem, reason=reason, **names)
    if problem:
        raise RefusedError(problem)
    if person and owner and needs_reason(role_here(person), action, own=_is_own(person, owner)):
        send(owner, by=person.name, action=action, thing=thing, reason=reason_now())


def _refusal(person: Person, action: Action, owner: str | None, thing: str) -> str:
    """Why a person may not do something, or may not without a reason; "" if allowed."""
    role, own = role_here(person), _is_own(person, owner)
    problem = _problem(role, action, owner or "", thing, own=own) or _paused(person, action)
    if not problem and owner and needs_reason(role, action, own=own) and not reason_now():
        name = people.name_of(owner) or "another person"
        return f"{_capital(thing)} belongs to {name}, who will see why. Give a reason."
    return problem


def _paused(person: Person, action: Action) -> str:
    """Why a person may change nothing now, "" if the person may."""
    return "" if _pause is None or action in _ALWAYS else _pause(person.id)


def _is_own(person: Person, owner: str | None) -> bool:
    return owner is None or owner == person.id


def _is_open(action: Action) -> bool:
    """Whether the workspace takes new things: it does not after its end."""
    if action != "create":
        return True
    workspace = registry.at(data_folder())
    return workspace is None or not workspace.has_ended


def _problem(role: Role, action: Action, owner: str, thing: str, *, own: bool) -> str:
    """Why something is refused, "" if it is allowed."""
    if not allowed(role, action, own=own):
        if role == "stranger":
            return str(registry.absent(workspace_id()))
        if allowed(role, action, own=True):
            name = people.name_of(owner) or ("another person" if owner else "the workspace")
            return f"{_capital(thing)} belongs to {name}. Ask them, or an owner of the workspace."
        what = _workspace() if action == "create" or not thing else thing
        return (
            f"A {role} may not {_VERBS[action]} {what}. Ask an owner of the workspace for another "
            "role, or work in your personal workspace."
        )
    if not _is_open(action):
        workspace = registry.at(data_folder())
        ends = workspace.ends if workspace else ""
        return f"This workspace ended on {ends} and can only be read. Copy what you need."
    return ""


def _workspace() -> str:
    workspace = registry.at(data_folder())
    return f'the workspace "{workspace.title}"' if workspace else "this workspace"


def _capital(thing: str) -> str:
    return (thing[:1].upper() + thing[1:]) or "It"
