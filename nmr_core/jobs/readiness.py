"""Whether a server can work: what it needs, each with a sentence."""

import shutil
import time
from dataclasses import dataclass
from pathlib import Path

from nmr_core.errors import FailedError
from nmr_core.jobs import presence
from nmr_core.jobs.capacity import slots
from nmr_core.jobs.store import JobStore
from nmr_core.storage.files import write_file
from nmr_core.storage.spaces import maintenance

LEAST_FREE = 200e6
"""Bytes of the disk below which jobs would fail."""
SILENT = 60.0
"""Longest silence of the supervisor while jobs wait or run, s."""


@dataclass(frozen=True)
class Check:
    """One thing that a server needs.

    Parameters
    ----------
    name : str
        "folder", "disk", "jobs" or "supervisor".
    ok : bool
        Whether it is there.
    text : str
        What was seen, for administrators.
    """

    name: str
    ok: bool
    text: str


def checks(folder: Path, *, least_free: float = LEAST_FREE, silent: float = SILENT) -> list[Check]:
    """Everything that a server needs.

    Parameters
    ----------
    folder : Path
        The server's data folder.
    least_free : float
        Least free space on the disk, bytes.
    silent : float
        Longest silence of the supervisor while jobs wait or run, s.
    """
    return [
        _folder(folder),
        _disk(folder, least_free),
        _jobs(folder),
        _supervisor(folder, silent),
    ]


def is_maintained(folder: Path) -> bool:
    """Whether new jobs are refused because of maintenance; the server is ready all the same."""
    return maintenance.current(folder) is not None


def free(folder: Path) -> float:
    """Free bytes of the disk, 0 if unknown."""
    try:
        return float(shutil.disk_usage(folder).free)
    except OSError:
        return 0.0


def _folder(folder: Path) -> Check:
    probe = folder / ".ready"
    try:
        write_file(probe, lambda temporary: temporary.write_text("ok"))
        probe.unlink(missing_ok=True)
    except (FailedError, OSError) as error:
        return Check("folder", False, str(error))
    return Check("folder", True, f"{folder} can be written.")


def _disk(folder: Path, least: float) -> Check:
    n_free = free(folder)
    text = f"{n_free / 1e9:,.1f} GB are free; at least {least / 1e9:,.1f} GB are needed."
    return Check("disk", n_free > least, text)


def _jobs(folder: Path) -> Check:
    try:
        JobStore(folder).check_writable()
    except FailedError as error:
        return Check("jobs", False, str(error))
    return Check("jobs", True, "The table of jobs can be written.")


def _supervisor(folder: Path, silent: float) -> Check:
    try:
        is_needed = JobStore(folder).busy() and slots() > 0
    except FailedError:
        is_needed = True
    stored = presence.read(folder)
    if stored is None:
        text = "No supervisor runs, and no job needs one."
        return Check("supervisor", not is_needed, "No supervisor runs." if is_needed else text)
    seconds = max(0.0, time.time() - stored["beat"])
    text = f"The supervisor was seen {seconds:.0f} s ago."
    return Check("supervisor", seconds <= silent or not is_needed, text)
