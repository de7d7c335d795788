"""Note what is done on the server whose data folder is in use; without a server, nothing."""

from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

from nmr_core.storage.audit.log import Audit, Rotation
from nmr_core.storage.spaces.person import acting, is_working_for
from nmr_core.storage.workspace import WORKSPACES, server_folder

COMMAND_LINE = "command line"
"""Who acts where no person is logged in: whoever has the data folder."""
SERVER = "server"
"""Who acts in the supervisor."""
_author = COMMAND_LINE
_rotation: Rotation | None = None
_address: Callable[[], str] | None = None


def configure(rotation: Rotation | None, address: Callable[[], str] | None) -> None:
    """Say how a server rotates its record, and how it finds the address of who acts.

    Parameters
    ----------
    rotation : Rotation, optional
        None: this process never begins a new file.
    address : callable, optional
        Returns a network address; None: there is none.
    """
    global _rotation, _address
    _rotation, _address = rotation, address
    _audit.cache_clear()


def set_author(author: str) -> None:
    """Say who acts in this process where no person does: :data:`COMMAND_LINE` or another."""
    global _author
    _author = author


def note(
    action: str,
    *,
    kind: str = "",
    id: str = "",
    ok: bool = True,
    reason: str = "",
    workspace: str = "",
    **details: object,
) -> None:
    """Write a line about what the person who acts has done, or was refused.

    What a job does is not written: its start was.

    Parameters
    ----------
    action, kind, id, ok, reason, workspace, **details
        See :meth:`nmr_core.storage.audit.Audit.write`.
    """
    folder = server_folder()
    if is_working_for() or not _is_server(folder):
        return
    _audit(folder).write(
        action,
        acting() or _author,
        kind=kind,
        id=id,
        ok=ok,
        reason=reason,
        workspace=workspace,
        address=_address() if _address else "",
        **details,
    )


def note_download(kind: str, id: str, owner: str, workspace: str) -> None:
    """Write a line if who acts exports something of another person.

    Parameters
    ----------
    kind, id, owner : str
        Of the thing; an owner of "" is none.
    workspace : str
        Id of its workspace.
    """
    person = acting()
    if person is None or (owner and person.id != owner):
        note("download", kind=kind, id=id, owner=owner, workspace=workspace)


def _is_server(folder: Path) -> bool:
    return (folder / "people.sqlite3").exists() or (folder / WORKSPACES).is_dir()


@lru_cache(maxsize=8)
def _audit(folder: Path) -> Audit:
    return Audit(folder, _rotation)
