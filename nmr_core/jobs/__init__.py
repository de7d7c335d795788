"""Long work outside the web process: a table of jobs, their supervisor and their workers.

There is one supervisor per data folder, and one process group per job.

api.py         what the app, the command line and notebooks call
job.py         Job: one row of the table
database.py    the file jobs.sqlite3: opened per statement, errors as sentences
store.py       JobStore: every change of a job, as one guarded statement
handlers.py    kind of job -> function that does it
selftest.py    the kind that only counts, or fails on request
presence.py    whether a supervisor runs; start one where there is none
supervisor.py  starts workers, enforces cancellation, finds lost jobs
worker.py      runs one job
live_data.py   curves and tables that a running job shows
processes.py   identity and end of processes, number of jobs at once and their threads

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
