"""Looks after the supervisor of jobs, also while no page is open."""

import threading
import time
from contextlib import suppress

from nmr_core.errors import FailedError, InputError
from nmr_core.jobs import api, presence
from nmr_core.jobs.capacity import slots
from nmr_core.storage.workspace import server_folder
from ui.shared import job_list

EVERY = 60.0
"""Seconds between two looks."""


def begin() -> None:
    """Look once per minute, in a thread of this process."""
    threading.Thread(target=_keep, name="keeper", daemon=True).start()


def _keep() -> None:
    while True:
        with suppress(FailedError, InputError):  # pages show why jobs cannot be used
            look()
        time.sleep(EVERY)


def look() -> None:
    """Start the supervisor if jobs wait whose supervisor has died, or if pages are open.

    While pages are open it stays, with a worker that waits for the next job.
    """
    if slots() == 0:
        return
    if job_list.n_open():
        presence.want(server_folder())
        api.ensure_supervisor(server_folder())
    elif api.busy(server_folder()):
        api.ensure_supervisor(server_folder())
