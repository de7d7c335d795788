"""``jobs``: the work that the app has queued."""

import time
from argparse import Namespace, _SubParsersAction
from dataclasses import asdict
from typing import TYPE_CHECKING

from nmr_core.cli import arguments, owners
from nmr_core.cli.output import show_json, show_table
from nmr_core.cli.ticker import say
from nmr_core.progress import duration

if TYPE_CHECKING:
    from nmr_core.jobs import Job

EXAMPLE = """example:
  python -m nmr_core jobs
  python -m nmr_core jobs --reason "Server is needed today" cancel job-20261121-031502-5f3a
  python -m nmr_core jobs run-again job-20261121-031502-5f3a"""
ACTIONS = {
    "list": "list jobs, newest first (default)",
    "cancel": "stop a job; finished parts are kept",
    "run-again": "queue a job again; a data set is resumed",
}


def add(commands: _SubParsersAction) -> None:
    """Add the command, its arguments and its help to the subparsers of the command line."""
    parser = commands.add_parser(
        "jobs",
        help="list, cancel or repeat jobs",
        epilog=EXAMPLE,
        description="List the newest 50 jobs of the data folder, cancel one or run one again.",
    )
    arguments.add_actions(parser, ACTIONS, run, id="id of the job", json="print the jobs as JSON")
    parser.add_argument("--reason", default="", help="why it is cancelled; its owner sees it")


def run(args: Namespace) -> None:
    """Carry out the action, and print the jobs concerned."""
    from nmr_core import jobs

    if args.action == "cancel":
        reason = "Cancelled on the command line" + (f": {args.reason}" if args.reason else ".")
        listed = [jobs.cancel(args.id, reason=reason)]
    elif args.action == "run-again":
        listed = [jobs.resubmit(args.id)]
    else:
        listed = jobs.list_jobs()
    if args.json:
        rows = [asdict(job) | {"rate": job.rate, "eta": job.eta} for job in listed]
        show_json(rows if args.action in (None, "list") else rows[0])
    elif listed:
        people = owners.names()
        header = ("id", "kind", "title", "state", "progress", "left", "created")
        show_table(owners.with_owner(header, people), [_row(job, people) for job in listed])
    else:
        say("There are no jobs.")


def _row(job: "Job", people: dict[str, str]) -> tuple[str, ...]:
    state = "cancelling" if job.status == "running" and job.cancel_requested else job.status
    return (
        job.id,
        job.kind,
        job.title,
        f"{state}: {job.error}" if job.error else state,
        f"{100 * job.done / job.total:.0f} %" if job.total else "",
        "" if job.eta is None else duration(job.eta),
        time.strftime("%Y-%m-%d %H:%M", time.localtime(job.created)),
        *([people.get(job.owner, job.owner)] if people else []),
    )
