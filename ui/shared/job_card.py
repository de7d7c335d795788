"""Long work on a page: progress, rate, cancel; polled once per second only while something is live."""

from collections.abc import Callable

import streamlit as st

from nmr_core.errors import FailedError, InputError
from nmr_core.jobs import Job, api
from ui.shared.state import owner
from ui.shared.text import duration, quoted

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
        return api.submit(kind, params, title=title, owner=owner())
    except (InputError, FailedError) as error:
        st.error(str(error), icon=":material/error:")
        return None


def writing() -> set[str]:
    """Ids of the data sets that a job writes now, or will."""
    return {
        job.params.get("dataset")
        for job in api.list_jobs()
        if job.live and job.kind in ("generate", "effects", "join")
    }


def cards(
    kind: str | tuple[str, ...] | None = None,
    limit: int = 5,
    inside: Callable[[Job], None] | None = None,
) -> None:
    """The newest jobs of one kind or several, live ones first updated every second; the page is redrawn when one ends.
    ``inside(job)`` draws more into the card of a job that runs or is done."""
    live = any(job.live for job in _jobs(kind))
    st.fragment(_cards, run_every=1.0 if live else None)(kind, limit, live, inside)


def _jobs(kind: str | tuple[str, ...] | None) -> list[Job]:
    kinds = (kind,) if isinstance(kind, str) else kind
    return [job for job in api.list_jobs(limit=50) if kinds is None or job.kind in kinds]


def _cards(
    kind: str | tuple[str, ...] | None,
    limit: int,
    was_live: bool,
    inside: Callable[[Job], None] | None,
) -> None:
    jobs = _jobs(kind)
    recent = [job for job in jobs if job.live] + [job for job in jobs if not job.live]
    for job in recent[:limit]:
        _card(job, inside)
    if any(job.live for job in jobs):
        api.ensure_supervisor()
    elif was_live:
        st.rerun()


def _card(job: Job, inside: Callable[[Job], None] | None) -> None:
    with st.container(border=True):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(
                f"{ICONS[job.status]} **{quoted(job.title or job.kind)}**  \n:small[{_state(job)}]",
                width="stretch",
            )
            if job.live and st.button(
                "Cancel", key=f"cancel-{job.id}", disabled=job.cancel_requested
            ):
                _do(api.cancel, job)
            if (
                not job.live
                and job.status != "done"
                and st.button("Run again", key=f"again-{job.id}")
            ):
                _do(api.resubmit, job)
        if job.status == "running" and job.total:
            st.progress(min(1.0, job.done / job.total))
        if inside and job.status in ("running", "done"):
            inside(job)


def _do(action, job: Job) -> None:
    try:
        action(job.id)
    except (InputError, FailedError) as error:
        st.session_state["_job_problem"] = str(error)
    st.rerun()


def _state(job: Job) -> str:
    if job.status == "queued":
        return f"waiting, number {api.queue_position(job.id) or 1} in the queue"
    if job.status == "running":
        if job.cancel_requested:
            return "stopping; what is finished is kept"
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
    return f"{job.status}: {quoted(job.error or 'what is finished is kept')}"


def live_jobs() -> None:
    """In the sidebar of every page: what runs now, and a refused action if there was one."""
    problem = st.session_state.pop("_job_problem", None)
    if problem:
        st.error(problem, icon=":material/error:")
    try:
        live = any(job.live for job in api.list_jobs(limit=20))
        st.fragment(_live, run_every=2.0 if live else None)(live)
    except FailedError as error:
        st.error(str(error), icon=":material/error:")


def _live(was_live: bool) -> None:
    live = [job for job in api.list_jobs(limit=20) if job.live]
    if live:
        st.caption("Running now")
    for job in live:
        st.progress(
            min(1.0, job.done / job.total) if job.total else 0.0, text=quoted(job.title or job.kind)
        )
    if was_live and not live:
        st.rerun()
