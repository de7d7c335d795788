"""Numbers for a monitor, in the text format of OpenMetrics."""

import shutil
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from nmr_core.errors import FailedError
from nmr_core.jobs.job import FINAL, LIVE
from nmr_core.jobs.store import JobStore
from nmr_core.people import Sessions, people_file
from nmr_core.storage.spaces import maintenance

PREFIX = "spin_echo_lab"
CONTENT_TYPE = "application/openmetrics-text; version=1.0.0; charset=utf-8"


@dataclass(frozen=True)
class Family:
    """Numbers of one name.

    Parameters
    ----------
    name : str
        Without the prefix.
    text : str
        What it is.
    samples : dict
        End of the name with labels, e.g. '{status="done"}', -> value.
    kind : str
        "gauge", "counter" or "histogram".
    """

    name: str
    text: str
    samples: dict[str, float] = field(default_factory=dict)
    kind: str = "gauge"

    def lines(self) -> list[str]:
        """The lines of the family."""
        name = f"{PREFIX}_{self.name}"
        return [
            f"# HELP {name} {self.text}",
            f"# TYPE {name} {self.kind}",
            *(f"{name}{end} {value:.15g}" for end, value in self.samples.items()),
        ]


def text(families: Iterable[Family]) -> str:
    """Families as one document."""
    lines = [line for family in families for line in family.lines()]
    return "\n".join([*lines, "# EOF", ""])


def families(folder: Path) -> list[Family]:
    """Jobs, people and disk of a server; what cannot be read is left out.

    Parameters
    ----------
    folder : Path
        The server's data folder.
    """
    is_maintained = float(maintenance.current(folder) is not None)
    return [
        *_jobs(folder),
        *_people(folder),
        *_disk(folder),
        Family("maintenance", "1 while new jobs are refused.", {"": is_maintained}),
    ]


def _jobs(folder: Path) -> list[Family]:
    store = JobStore(folder)
    try:
        counts, wait = store.counts(), store.longest_wait()
    except FailedError:
        return [Family("jobs_unreadable", "1 if the table of jobs cannot be read.", {"": 1.0})]
    by_status = {f'{{status="{status}"}}': counts.get(status, 0.0) for status in (*LIVE, *FINAL)}
    return [
        Family("jobs", "Jobs by state.", by_status),
        Family("longest_wait_seconds", "Longest time that a queued job has waited.", {"": wait}),
    ]


def _people(folder: Path) -> list[Family]:
    if not people_file(folder).is_file():
        return []
    with suppress(FailedError):
        sessions = Sessions(people_file(folder)).list()
        people = {session.person.id for session in sessions}
        return [
            Family("sessions", "Browsers that are logged in.", {"": float(len(sessions))}),
            Family("people_logged_in", "People who are logged in.", {"": float(len(people))}),
        ]
    return []


def _disk(folder: Path) -> list[Family]:
    try:
        usage = shutil.disk_usage(folder)
    except OSError:
        return []
    return [
        Family("disk_free_bytes", "Free space of the disk.", {"": float(usage.free)}),
        Family("disk_used_bytes", "Used space of the disk.", {"": float(usage.used)}),
    ]
