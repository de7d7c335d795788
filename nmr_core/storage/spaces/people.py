"""Names of the people of a server, as lists show them: ``NMR_DATA/people.json``, id -> name.

Things store the id of their owner only, so that a name can change.
"""

from filelock import FileLock, Timeout

from nmr_core.errors import FailedError
from nmr_core.storage.documents import read_once
from nmr_core.storage.files import read_json, write_json
from nmr_core.storage.spaces.person import Person
from nmr_core.storage.workspace import server_folder

DOCUMENT = "people.json"
_PATIENCE = 5.0


def names() -> dict[str, str]:
    """Id -> name, of everybody who has been here; to be read only."""
    try:
        return read_once(server_folder(), DOCUMENT, lambda f: read_json(f / DOCUMENT, "list"))
    except FailedError:
        return {}


def name_of(id: str) -> str:
    """The name of a person, "" if there is none."""
    name = names().get(id, "")
    return name if isinstance(name, str) else ""


def remember(person: Person) -> None:
    """Store the name of a person, unless it is stored already."""
    if names().get(person.id) == person.name:
        return
    folder = server_folder()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with FileLock(folder / ".people.lock", timeout=_PATIENCE):
            write_json(folder / DOCUMENT, {**names(), person.id: person.name})
    except (Timeout, OSError):  # the next visit stores it
        return
