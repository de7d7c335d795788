"""Long work outside the web process: a table of jobs, their supervisor and their workers.

There is one supervisor per data folder, and one process group per job. While nothing runs, one
worker waits with everything loaded, so a short job is not slower than its work.

api.py         what the app, the command line and notebooks call
job.py         Job: one row of the table
database.py    the file jobs.sqlite3: opened per statement, errors as sentences
store.py       JobStore: every change of a job, as one guarded statement
handlers.py    kind of job -> function that does it
selftest.py    the kind that only counts, or fails on request
presence.py    whether a supervisor runs; start one where there is none
supervisor.py  starts workers, enforces cancellation, finds lost jobs
crew.py        the worker processes of a supervisor, one of which waits for the next job
warm.py        what a waiting worker has loaded
expected.py    how long a job takes, from what such jobs took on this machine
ends.py        why a worker may have ended without an answer
worker.py      runs jobs, one at a time
live_data.py   curves and tables that a running job shows
curves.py      training curves of jobs that train
processes.py   identity, start and end of processes
readiness.py   whether a server can work
metrics.py     numbers for a monitor
machine.py     versions, processes, load
capacity.py    number of jobs at once, their threads and priority

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
