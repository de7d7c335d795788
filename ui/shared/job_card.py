"""Long work on a page: progress, rate, cancel; polled once per second while work is live."""

from collections.abc import Callable

import streamlit as st

from nmr_core.errors import FailedError, InputError
from nmr_core.jobs import Job, api
from ui.shared import job_list, notice, visitor
from ui.shared.text import duration, quoted

LISTEN = 15.0
"""Seconds after which a page on which nothing runs learns of a job that another visitor started."""
ICONS = {
    "queued": ":material/schedule:",
    "running": ":material/progress_activity:",
    "done": ":material/check_circle:",
    "failed": ":material/error:",
    "cancelled": ":material/cancel:",
    "lost": ":material/link_off:",
}


def submit(kind: str, params: dict, title: str) -> Job | None:
    """Queue a job for this visitor; a refusal is shown as its sentence."""
    try:
        return api.submit(kind, params, title=title, owner=visitor.owner())
    except (InputError, FailedError) as error:
        notice.error(error)
        return None


def cards(
    kind: str | tuple[str, ...] | None = None,
    limit: int = 5,
    inside: Callable[[Job], None] | None = None,
    *,
    only: Callable[[Job], bool] | None = None,
) -> None:
    """The newest jobs, live ones first, updated every second; the page is drawn again when one of
    this visitor ends.

    Parameters
    ----------
    kind : str or tuple of str, optional
        Kinds of jobs; default: all.
    limit : int
        Cards for this visitor's own jobs. Live jobs of other visitors follow, as many, without
        Cancel.
    inside : callable, optional
        ``inside(job)`` draws more into the card of a job that runs or is done.
    only : callable, optional
        Which jobs are shown.
    """
    live = frozenset(job.id for job in _jobs(kind, only) if job.live)
    st.fragment(_cards, run_every=1.0 if live else None)(kind, limit, live, inside, only)


def _jobs(
    kind: str | tuple[str, ...] | None, only: Callable[[Job], bool] | None = None
) -> list[Job]:
    kinds = (kind,) if isinstance(kind, str) else kind
    return [
        job
        for job in job_list.jobs(limit=50)
        if (kinds is None or job.kind in kinds) and (only is None or only(job))
    ]


def _cards(
    kind: str | tuple[str, ...] | None,
    limit: int,
    live_before: frozenset[str],
    inside: Callable[[Job], None] | None,
    only: Callable[[Job], bool] | None,
) -> None:
    jobs = _jobs(kind, only)
    own = [job for job in jobs if visitor.may_change(job.owner)]
    own.sort(key=lambda job: (not job.live, visitor.person(job.owner) != "you"))
    others = [job for job in jobs if job.live and job not in own]
    live = {job.id for job in jobs if job.live}
    ended = live_before - live
    for job in own[:limit] + others[:limit]:
        _card(job, inside)
    if live:
        api.ensure_supervisor()
    if ended and (not live or any(job.id in ended for job in own)):
        st.rerun()


def _card(job: Job, inside: Callable[[Job], None] | None) -> None:
    own = visitor.may_change(job.owner)
    with st.container(border=True):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(
                f"{ICONS[job.status]} **{quoted(job.title or job.kind)}**"
                f"{_whose(job)}  \n:small[{_state(job)}]",
                width="stretch",
            )
            if (
                own
                and job.live
                and st.button("Cancel", key=f"cancel-{job.id}", disabled=job.cancel_requested)
            ):
                reason = None if _started_here(job) else "Cancelled by another visitor of the app."
                _do(lambda id: api.cancel(id, reason=reason), job)
            if (
                own
                and not job.live
                and job.status != "done"
                and st.button("Run again", key=f"again-{job.id}")
            ):
                _do(api.resubmit, job)
        if job.status == "running" and job.total:
            st.progress(min(1.0, job.done / job.total))
        if inside and job.status in ("running", "done"):
            inside(job)


def _do(action: Callable[[str], Job], job: Job) -> None:
    """Cancel or repeat a job; a refusal is shown in the sidebar."""
    try:
        action(job.id)
    except (InputError, FailedError) as error:
        st.session_state["_job_problem"] = str(error)
    st.rerun()


def _started_here(job: Job) -> bool:
    return visitor.person(job.owner) == "you"


def _whose(job: Job) -> str:
    """A remark on a job of another visitor."""
    person = visitor.person(job.owner)
    return f" :small[· {person}]" if person not in ("", "you") else ""


def _state(job: Job) -> str:
    if job.status == "queued":
        return f"waiting, number {api.queue_position(job.id) or 1} in the queue"
    if job.status == "running":
        if job.cancel_requested:
            return "Stopping. Finished parts are kept."
        pieces = [quoted(job.message or "starting")]
        if job.kind == "generate" and job.total:
            pieces.append(f"{job.done:,} of {job.total:,} curves")
        if job.kind == "generate" and job.rate:
            pieces.append(f"{job.rate:.0f} curves/s")
        if job.eta is not None:
            pieces.append(f"about {duration(job.eta)} left")
        return " · ".join(pieces)
    if job.status == "done":
        return f"done in {duration((job.finished or 0) - (job.started or 0))}"
    if job.status == "cancelled":
        reason = "Cancelled by you." if _started_here(job) else "Cancelled."
        return f"{notice.sentence(job.error) if job.error else reason} Finished parts are kept."
    return f"{job.status}: {notice.sentence(job.error or 'finished parts are kept')}"


def live_jobs() -> None:
    """In the sidebar of every page: what runs now, and a refused action if there was one."""
    problem = st.session_state.pop("_job_problem", None)
    if problem:
        notice.error(problem)
    try:
        live = any(job.live for job in api.list_jobs(limit=20))
        st.fragment(_live, run_every=2.0 if live else LISTEN)(live)
    except FailedError as error:
        notice.error(error)


def _live(was_live: bool) -> None:
    live = [job for job in job_list.jobs(limit=20) if job.live]
    live.sort(key=lambda job: visitor.person(job.owner) != "you")
    if live:
        st.caption("Running now")
    for job in live:
        st.progress(
            min(1.0, job.done / job.total) if job.total else 0.0,
            text=quoted(job.title or job.kind) + _whose(job),
        )
    if was_live and not live:
        st.rerun()
