"""Maintenance of a server: ``NMR_DATA/maintenance.json``.

Running jobs finish, those that wait go on waiting, new ones are refused; pages stay readable. It
lasts until it is ended, also over a restart.
"""

import time
from dataclasses import asdict, dataclass
from pathlib import Path

from nmr_core.errors import FailedError, InputError
from nmr_core.storage import audit
from nmr_core.storage.documents import read_once
from nmr_core.storage.files import read_json, remove_file, write_json
from nmr_core.storage.spaces.announcement import check_future, checked_line
from nmr_core.storage.workspace import server_folder

DOCUMENT = "maintenance.json"


class MaintenanceError(InputError):
    """A job that was refused because the server is maintained."""


@dataclass(frozen=True)
class Maintenance:
    """Why no job starts.

    Parameters
    ----------
    reason : str
        One line of plain text.
    until : float or None
        Expected end, seconds since 1970; None: unknown. It does not end the maintenance.
    since : float
        Seconds since 1970.
    by : str
        Id of who began it.
    """

    reason: str
    until: float | None = None
    since: float = 0.0
    by: str = ""

    @property
    def sentence(self) -> str:
        """For banners and refusals."""
        when = "until it is ended"
        if self.until is not None:
            when = f"until about {time.strftime('%d %b %H:%M UTC', time.gmtime(self.until))}"
        return (
            f"Maintenance {when}: {self.reason.rstrip('.')}. Running jobs finish, new ones cannot "
            "be started."
        )


def current(server: Path | None = None) -> Maintenance | None:
    """The maintenance of the server, None if there is none.

    A damaged file counts as maintenance.
    """
    folder = server or server_folder()
    if not (folder / DOCUMENT).exists():
        return None
    try:
        return read_once(folder, DOCUMENT, _read)
    except FailedError as error:
        return Maintenance(str(error))


def begin(reason: str, *, until: float | None = None, by: str = "") -> Maintenance:
    """Begin the maintenance, or change its reason and end.

    Parameters
    ----------
    reason : str
        As long as an announcement at most.
    until : float, optional
        Expected end, seconds since 1970.
    by : str
        Id of who begins it.
    """
    check_future(until)
    maintenance = Maintenance(checked_line(reason, "A reason"), until, time.time(), by)
    write_json(server_folder() / DOCUMENT, asdict(maintenance))
    audit.note("maintenance", begun=True, reason=maintenance.reason, until=until)
    return maintenance


def end() -> bool:
    """End the maintenance; False if there is none."""
    is_removed = remove_file(server_folder() / DOCUMENT)
    if is_removed:
        audit.note("maintenance", begun=False)
    return is_removed


def check() -> None:
    """Raise :class:`MaintenanceError` during maintenance."""
    maintenance = current()
    if maintenance is not None:
        raise MaintenanceError(maintenance.sentence)


def _read(folder: Path) -> Maintenance:
    stored = read_json(folder / DOCUMENT, "state of maintenance")
    try:
        return Maintenance(**stored)
    except TypeError as error:
        raise FailedError(f"{DOCUMENT} cannot be used: {error}.") from None
