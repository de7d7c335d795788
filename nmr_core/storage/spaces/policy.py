"""What a role may do in a workspace: action x role -> nothing, own things, all things."""

from typing import Literal, get_args

Action = Literal["read", "create", "cancel", "delete", "rename", "annotate", "publish", "manage"]
Role = Literal["stranger", "viewer", "member", "owner", "admin"]
Scope = Literal["none", "own", "all"]

ACTIONS: tuple[Action, ...] = get_args(Action)
ROLES: tuple[Role, ...] = get_args(Role)
MEMBERS: tuple[Role, ...] = ("viewer", "member", "owner")
"""Roles that a workspace gives, the lowest first."""

_CHANGES: tuple[Action, ...] = ("cancel", "delete", "rename", "annotate", "publish")

TABLE: dict[Role, dict[Action, Scope]] = {
    "stranger": dict.fromkeys(ACTIONS, "none"),
    "viewer": {**dict.fromkeys(ACTIONS, "none"), "read": "all"},
    "member": {
        "read": "all",
        "create": "all",
        **dict.fromkeys(_CHANGES, "own"),
        "manage": "none",
    },
    "owner": dict.fromkeys(ACTIONS, "all"),
    "admin": dict.fromkeys(ACTIONS, "all"),
}
"""Changes are "cancel" (a job), "delete" and "restore" (both "delete"), "rename", "annotate" (star,
tags, a note), "publish" (copy into the library). "manage" concerns members, title and end of the
workspace.

A thing without an owner, of an earlier version or made on the command line, belongs to the owners
of the workspace.
"""


def allowed(role: Role, action: Action, *, own: bool) -> bool:
    """Whether a role may do something.

    Parameters
    ----------
    role : str
        Role in the workspace.
    action : str
        One of :data:`ACTIONS`.
    own : bool
        Whether the thing is the person's own.
    """
    scope = TABLE[role][action]
    return scope == "all" or (scope == "own" and own)


def needs_reason(role: Role, action: Action, *, own: bool) -> bool:
    """Whether a reason has to be given: a change of what belongs to another person."""
    return action in _CHANGES and action != "publish" and not own and role in ("owner", "admin")
