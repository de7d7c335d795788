"""A job: one row of the table.

    queued -> running -> done | failed | cancelled | lost
    queued -> cancelled

``failed`` has an error of one sentence; ``lost`` means that the worker ended without an answer.
"""

import time
from dataclasses import dataclass

LIVE = ("queued", "running")
FINAL = ("done", "failed", "cancelled", "lost")


@dataclass(frozen=True)
class Job:
    """A row of the table; times are seconds since 1970, ``None`` where not (yet) known."""

    id: str
    kind: str
    params: dict
    title: str
    owner: str
    status: str
    done: int
    """Steps finished, of ``total``; 0 of 0 until the job first reports."""
    total: int
    message: str
    created: float
    started: float | None
    finished: float | None
    heartbeat: float | None
    """When the worker last reported or showed that it is alive."""
    host: str | None
    pid: int | None
    process_started: float | None
    """Start of process ``pid``, so that a recycled pid is not mistaken for the worker."""
    cancel_requested: bool
    error: str | None
    result: dict | None
    reported: float | None
    """When ``done`` was last reported."""
    base_done: int
    """``done`` at the first report of this total; above 0 in a resumed job."""
    base_time: float | None
    workspace: str = ""
    """Id of the workspace that it works in; "" without a server."""

    @property
    def live(self) -> bool:
        """True while the job waits or runs."""
        return self.status in LIVE

    @property
    def rate(self) -> float | None:
        """Steps per second since the work began, ``None`` before the second report."""
        if self.base_time is None or self.reported is None:
            return None
        steps, seconds = self.done - self.base_done, self.reported - self.base_time
        return steps / seconds if steps > 0 and seconds > 0 else None

    @property
    def eta(self) -> float | None:
        """Seconds left at this rate; None if the job is not running or the rate is not known."""
        rate = self.rate
        if self.status != "running" or rate is None or self.reported is None:
            return None
        return max(0.0, (self.total - self.done) / rate - (time.time() - self.reported))
