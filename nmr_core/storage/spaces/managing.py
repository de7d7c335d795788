"""Changes of a workspace by its owners and by administrators: the right is that in this workspace,
whichever one the person is in.
"""

from typing import Any

from nmr_core.storage.spaces import registry, rights
from nmr_core.storage.spaces.person import acting
from nmr_core.storage.spaces.registry import Workspace
from nmr_core.storage.workspace import in_workspace


def set_member(id: str, person: str, role: str | None) -> Workspace:
    """Give a person a role, or take it away; see :func:`registry.set_member`."""
    check(id, "the members of this workspace")
    return registry.set_member(id, person, role)


def change(id: str, **values: Any) -> Workspace:
    """Change title, end or days; see :func:`registry.change`."""
    check(id, "this workspace")
    return registry.change(id, **values)


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
