"""Whether a job may still be done: its workspace exists, and its owner may add to it."""

import shutil
from pathlib import Path

from nmr_core.errors import FailedError, InputError
from nmr_core.jobs.job import Job
from nmr_core.people import Register, people_file
from nmr_core.storage.spaces import registry
from nmr_core.storage.spaces.registry import Workspace
from nmr_core.storage.workspace import WORKSPACES, checked_id

REMOVED = "The workspace of this job was removed. Start it in another one."
DISABLED = "The account of its owner was disabled."
NO_MEMBER = "Its owner may not add anything to this workspace any more."


def problem(job: Job, server: Path) -> str:
    """Why a job must not be done, as one sentence; "" if it may.

    Parameters
    ----------
    job : Job
        Queued or running.
    server : Path
        The server's data folder.
    """
    if not job.workspace:
        return ""
    workspace = registry.at(place(job, server))
    if workspace is None:
        return REMOVED if is_removed(job, server) else ""
    return _of_owner(job.owner, workspace, server)


def is_removed(job: Job, server: Path) -> bool:
    """Whether the workspace of a job was removed; one without a description was not."""
    return bool(job.workspace) and registry.was_removed(job.workspace, server)


def clear(job: Job, server: Path) -> None:
    """Remove what a job wrote into its workspace after that was removed."""
    if is_removed(job, server):
        shutil.rmtree(place(job, server), ignore_errors=True)


def place(job: Job, server: Path) -> Path:
    """The data folder of a job."""
    return server / WORKSPACES / checked_id(job.workspace) if job.workspace else server


def _of_owner(owner: str, workspace: Workspace, server: Path) -> str:
    """Why the owner of a job may not have it done; a person who is not known may."""
    if not owner or not people_file(server).is_file():
        return ""
    try:
        person = Register(people_file(server)).get(owner)
    except (InputError, FailedError):
        return ""
    if person.disabled:
        return DISABLED
    return "" if registry.may(person, "create", workspace) else NO_MEMBER
