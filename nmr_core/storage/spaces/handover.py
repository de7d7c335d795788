"""What a person owned goes to another one, when the person has left."""

import json
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from nmr_core.errors import InputError
from nmr_core.storage.files import write_json
from nmr_core.storage.kinds import KINDS
from nmr_core.storage.spaces import registry
from nmr_core.storage.spaces.person import Person
from nmr_core.storage.spaces.registry import Workspace


@dataclass(frozen=True)
class Handover:
    """What was handed over.

    Parameters
    ----------
    workspaces : tuple of str
        Titles of the workspaces in which the heir has the place of the other person now.
    n_things : int
        Data sets, runs, studies and results that have another owner now.
    """

    workspaces: tuple[str, ...]
    n_things: int

    @property
    def text(self) -> str:
        """One sentence."""
        titles = ", ".join(f'"{title}"' for title in self.workspaces) or "none"
        return f"Things handed over: {self.n_things}. Workspaces: {titles}."


def hand_over(leaving: Person, heir: Person) -> Handover:
    """Give everything of a disabled person to another one; rights are checked by the caller.

    The personal workspace becomes a team's, which the heir owns. In teams and in the library the
    heir gets the higher of both roles. Notes stay signed by who wrote them.

    Parameters
    ----------
    leaving : Person
        Who has left.
    heir : Person
        Who gets it.

    Raises
    ------
    InputError
        The person is not disabled, or the heir is, or both are the same.
    FailedError
        The disk is full; the rest is handed over by the next try.
    """
    if not leaving.disabled:
        raise InputError(f"{leaving.name} must be disabled before. Disable the account first.")
    if heir.disabled or heir.id == leaving.id:
        raise InputError("What is handed over must go to another person who is not disabled.")
    spaces = registry.every()
    n_things = sum(_give(document, leaving, heir) for s in spaces for document in _documents(s))
    places = [space for space in spaces if leaving.id in space.members]
    passed = [registry.pass_on(space.id, leaving, heir) for space in places]
    return Handover(tuple(space.title for space in passed), n_things)


def _documents(workspace: Workspace) -> Iterator[Path]:
    for kind in KINDS.values():
        yield from workspace.folder().glob(f"{kind.folder}/*/{kind.document}")


def _give(document: Path, leaving: Person, heir: Person) -> bool:
    """Write the new owner into a document, if the old one stands there."""
    with suppress(OSError, ValueError, AttributeError):
        stored = json.loads(document.read_text(encoding="utf-8"))
        value = stored.get("value", stored)
        if value.get("owner") == leaving.id:
            value["owner"] = heir.id
            write_json(document, stored)
            return True
    return False
