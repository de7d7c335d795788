"""How long a job takes on this machine: said beside its button, and while it runs."""

from nmr_core.jobs import Job, expected
from nmr_core.jobs.expected import Expected
from ui.shared import job_list
from ui.shared.text import time_range

__all__ = ["Expected", "left", "seconds", "store", "words"]


def store(job_id: str, promise: Expected) -> None:
    """Store what was said, with which later jobs of the kind are compared."""
    expected.store(job_id, promise)


def seconds(promise: Expected) -> float:
    """The time of a job, s, from what such jobs took here."""
    return sum(expected.time_of(promise, job_list.jobs())) / 2


def words(*promises: Expected) -> str:
    """The time of all as a range, such as "10 to 20 s", from what such jobs took here."""
    ranges = [expected.time_of(promise, job_list.jobs()) for promise in promises]
    return time_range(sum(low for low, _ in ranges), sum(high for _, high in ranges))


def left(job: Job) -> str:
    """The time that is left, as a range; "" where it is not known."""
    seconds = expected.left(job, job_list.jobs())
    return "" if seconds is None else time_range(seconds / 1.2, seconds * 1.2)
