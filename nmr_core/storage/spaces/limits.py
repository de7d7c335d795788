"""How much a person and a workspace may take: ``NMR_DATA/limits.json``, checked before a start.

Without that file nothing is limited but the queue. Over a limit of the disk a workspace can be
read and cleared; nothing is added.
"""

from dataclasses import asdict, dataclass, fields
from pathlib import Path

from nmr_core.errors import FailedError, InputError
from nmr_core.storage import audit
from nmr_core.storage.documents import read_once
from nmr_core.storage.files import read_json, write_json
from nmr_core.storage.spaces import registry, usage
from nmr_core.storage.spaces.person import owner_now
from nmr_core.storage.workspace import data_folder, server_folder, workspace_id

DOCUMENT = "limits.json"


class LimitError(InputError):
    """Work that would exceed a limit."""


@dataclass(frozen=True)
class Limits:
    """Limits of a server; None: no limit.

    Parameters
    ----------
    disk_per_person, disk_per_workspace : float or None
        Bytes.
    queued_jobs : int
        Jobs of one person that may wait.
    running_jobs : int or None
        Jobs of one person that may run at once.
    cores : int or None
        Cores that one job may use.
    job_hours : float or None
        Longest job.
    upload : float or None
        Bytes of one upload.
    """

    disk_per_person: float | None = None
    disk_per_workspace: float | None = None
    queued_jobs: int = 5
    running_jobs: int | None = None
    cores: int | None = None
    job_hours: float | None = None
    upload: float | None = None

    def __post_init__(self) -> None:
        for entry in fields(self):
            value = getattr(self, entry.name)
            if value is None and entry.name != "queued_jobs":
                continue
            if isinstance(value, bool) or not isinstance(value, int | float) or not value > 0:
                raise InputError(
                    f"The limit {entry.name} must be a number > 0, got {str(value)[:40]!r}. Leave "
                    "it out for no limit."
                )


def current(server: Path | None = None) -> Limits:
    """The limits of the server.

    Raises
    ------
    FailedError
        The file is damaged.
    """
    folder = server or server_folder()
    if not (folder / DOCUMENT).exists():
        return Limits()
    return read_once(folder, DOCUMENT, _read)


def store(limits: Limits, server: Path | None = None) -> None:
    """Set the limits of the server, for its supervisor and workers too."""
    values = asdict(limits)
    write_json((server or server_folder()) / DOCUMENT, values)
    audit.note("limits", **values)


def _read(folder: Path) -> Limits:
    stored = read_json(folder / DOCUMENT, "list of limits")
    try:
        return Limits(**stored)
    except (TypeError, InputError) as error:
        raise FailedError(f"{folder / DOCUMENT} cannot be used: {error}") from None


def disk_of_workspace() -> float | None:
    """Bytes that the present workspace may take."""
    workspace = registry.at(data_folder())
    if workspace is not None and workspace.disk is not None:
        return workspace.disk
    return current().disk_per_workspace if workspace_id() else None


def check_disk(n_bytes: float = 0.0, owner: str = "") -> None:
    """Refuse what would take more disk than the person or the workspace may.

    Parameters
    ----------
    n_bytes : float
        What is needed, about; 0: whether anything may be added.
    owner : str
        Whose it will be; default: who acts.

    Raises
    ------
    LimitError
        The sentence has the numbers, and the biggest thing.
    """
    here, each = disk_of_workspace(), current().disk_per_person
    if here is not None:
        _check(n_bytes, usage.of_folder(data_folder()), here, "This workspace takes")
    owner = owner_now(owner)
    if each is not None and owner:
        _check(n_bytes, usage.of_person(owner), each, "Your things take")


def _check(n_bytes: float, uses: list[usage.Use], most: float, who: str) -> None:
    total = usage.total(uses)
    if total + n_bytes <= most and (n_bytes or total < most):
        return
    needed = f"About {size(n_bytes)} are needed. " if n_bytes else ""
    biggest = f' The biggest is "{uses[0].title}" with {size(uses[0].n_bytes)}.' if uses else ""
    raise LimitError(
        f"{needed}{who} {size(total)} of {size(most)}, so nothing of this size can be added. "
        f"Delete something and empty the trash.{biggest}"
    )


def check_length(seconds: float) -> None:
    """Refuse a job that is expected to take longer than a job may; see :class:`LimitError`."""
    hours = current().job_hours
    if hours is not None and seconds > 3600 * hours:
        raise LimitError(
            f"About {seconds / 3600:.1f} h are needed, a job may take {hours:g} h. Make it smaller."
        )


def check_upload(n_bytes: float) -> None:
    """Refuse an upload that is larger than one may be; see :class:`LimitError`."""
    most = current().upload
    if most is not None and n_bytes > most:
        raise LimitError(
            f"The upload has {size(n_bytes)}, at most {size(most)} are taken. Split it."
        )


def size(n_bytes: float) -> str:
    """Bytes for a sentence, e.g. "1.2 GB"."""
    return f"{n_bytes / 1e9:,.1f} GB" if n_bytes >= 1e9 else f"{n_bytes / 1e6:,.1f} MB"
