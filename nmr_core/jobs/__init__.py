"""Long work outside the web process: a table of jobs, one supervisor a data folder, one process group a job.

api.py         what the app, the command line and notebooks call
job.py         Job: one row of the table, frozen
database.py    the file jobs.sqlite3: opened for a moment, errors worded
store.py       JobStore: every change of a job, as one guarded statement
handlers.py    kind of job -> the function that does it
selftest.py    the kind that only counts (or fails on request)
presence.py    is there a supervisor; start one where there is none
supervisor.py  starts workers, enforces cancellation, finds lost jobs
worker.py      runs one job
live_data.py   what a running job shows: a curve, a table
capacity.py    how many jobs at once, how many threads each
processes.py   telling one process from another, and ending a whole tree of them

submit -> queued -> running -> done | failed | cancelled | lost ("Run again" = resubmit)
"""

from nmr_core.jobs.api import (
    cancel,
    ensure_supervisor,
    get,
    list_jobs,
    live,
    log_tail,
    queue_position,
    resubmit,
    submit,
    wait,
)
from nmr_core.jobs.job import Job

__all__ = [
    "Job",
    "cancel",
    "ensure_supervisor",
    "get",
    "list_jobs",
    "live",
    "log_tail",
    "queue_position",
    "resubmit",
    "submit",
    "wait",
]
