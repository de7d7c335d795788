"""Changes of a workspace by its owners and by administrators: the right is that in this workspace,
whichever one the person is in.
"""

from typing import Any

from nmr_core.errors import InputError
from nmr_core.storage.spaces import registry, rights
from nmr_core.storage.spaces.person import acting
from nmr_core.storage.spaces.registry import TEAM, Workspace
from nmr_core.storage.workspace import in_workspace


def set_member(id: str, person: str, role: str | None) -> Workspace:
    """Give a person a role, or take it away; see :func:`registry.set_member`."""
    check(id, "the members of this workspace")
    return registry.set_member(id, person, role)


def change(id: str, **values: Any) -> Workspace:
    """Change title, end or days; see :func:`registry.change`."""
    check(id, "this workspace")
    return registry.change(id, **values)


def remove(id: str, title: str, reason: str) -> None:
    """Remove a team's workspace for good, with everything in it; its jobs end.

    Parameters
    ----------
    id : str
        Of the workspace.
    title : str
        Its title, typed again: a confirmation.
    reason : str
        Why, for the record.

    Raises
    ------
    InputError
        It is no team's, the title is another one, or the reason is missing.
    RefusedError
        The person is neither an owner nor an administrator.
    """
    workspace = registry.find(id, acting())
    with in_workspace(workspace.folder()), rights.because(reason):
        rights.check("delete", "", "the workspace", kind="workspace", id=id)
        if workspace.kind != TEAM:
            raise InputError(
                "Only a team's workspace can be removed. That of a person who has left is handed "
                "over first, and is a team's then."
            )
        if " ".join(title.split()) != workspace.title:
            raise InputError(f'Type the title "{workspace.title}" to remove the workspace.')
        if not rights.reason_now():
            raise InputError("A reason must be given, which stands in the record. Type it.")
    registry.remove(id)


def check(id: str, thing: str) -> None:
    """Refuse who may not manage a workspace.

    Parameters
    ----------
    id : str
        Of the workspace.
    thing : str
        What would be changed, for the sentence.

    Raises
    ------
    InputError
        There is none, or it does not exist for this person.
    RefusedError
        Another role is needed.
    """
    workspace = registry.find(id, acting())
    with in_workspace(workspace.folder()):
        rights.check("manage", None, thing)
