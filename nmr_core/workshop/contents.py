"""What a room holds, copied into the workspaces of its people."""

import logging
from contextlib import suppress
from pathlib import Path

from nmr_core import challenge as challenges
from nmr_core.errors import FailedError, InputError
from nmr_core.people import Person
from nmr_core.storage.spaces import copying, registry
from nmr_core.storage.spaces.person import working_for
from nmr_core.storage.spaces.registry import Workspace
from nmr_core.storage.workspace import in_workspace
from nmr_core.workshop.room import Content, Room

_LOG = logging.getLogger(__name__)


def fill(server: Path, room: Room, person: Person) -> list[str]:
    """Copy what a room holds into the personal workspace of one of its people.

    What is there already stays. A thing that cannot be copied keeps no one out.

    Parameters
    ----------
    server : Path
        The server's data folder.
    room : Room
        The room.
    person : Person
        One of its people.

    Returns
    -------
    list of str
        Why a thing could not be copied, a sentence each.
    """
    with in_workspace(server):
        home = registry.home_of(person)
    problems = []
    for content in contents_of(server, room):
        try:
            _copy(server, content, home, person)
        except (InputError, FailedError) as error:
            _LOG.warning("%s of the room %s was not copied: %s", content.id, room.id, error)
            problems.append(str(error))
    return problems


def contents_of(server: Path, room: Room) -> list[Content]:
    """What a room holds, with the training set of its challenge."""
    contents = list(room.contents)
    if room.challenge:
        with in_workspace(server), suppress(InputError, FailedError):  # it may be gone
            challenge = challenges.load(room.challenge)
            contents.append(Content("dataset", challenge.training, challenge.workspace))
    return list(dict.fromkeys(contents))


def _copy(server: Path, content: Content, home: Workspace, person: Person) -> None:
    kind = next(kind for kind in copying.COPIED if kind.name == content.kind)
    place = home.folder(server) / kind.place(content.id)
    if (place / kind.document).exists():
        return
    source = registry.Workspace(content.workspace, "", "").folder(server)
    with working_for(person.id), in_workspace(source):
        copying.copy(content.kind, content.id, home.id, owner=person.id, linked=True)
