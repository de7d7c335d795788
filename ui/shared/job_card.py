"""Long work on a page: progress, rate, Cancel, the result in one line and the next step."""

from collections.abc import Callable

import streamlit as st

from nmr_core.errors import FailedError, InputError
from nmr_core.jobs import Job, api
from nmr_core.storage.spaces import rights
from ui.shared import banner, job_ends, job_list, job_time, notice, reasons, spaces, visitor
from ui.shared.text import duration, quoted

ICONS = {
    "queued": ":material/schedule:",
    "running": ":material/progress_activity:",
    "done": ":material/check_circle:",
    "failed": ":material/error:",
    "cancelled": ":material/cancel:",
    "lost": ":material/link_off:",
}
MOST_LIVE = 8
"""Cards of own live jobs, also where fewer are shown otherwise."""


def submit(
    kind: str, params: dict, title: str, expected: job_time.Expected | None = None
) -> Job | None:
    """Queue a job for this visitor; a refusal is shown as its sentence.

    Parameters
    ----------
    kind, params, title : str, dict, str
        As for :func:`nmr_core.jobs.submit`.
    expected : Expected, optional
        How long it takes, as the page said beside its button.
    """
    try:
        seconds = job_time.seconds(expected) if expected else 0.0
        job = api.submit(kind, params, title=title, owner=visitor.owner(), seconds=seconds)
        if expected:
            job_time.store(job.id, expected)
        return job
    except (InputError, FailedError) as error:
        notice.error(error)
        return None
    finally:
        job_list.refresh()


def cards(
    kind: str | tuple[str, ...] | None = None,
    limit: int = 5,
    inside: Callable[[Job], None] | None = None,
    *,
    only: Callable[[Job], bool] | None = None,
) -> None:
    """The newest jobs, live ones first, updated while one is live; the page is drawn again when one
    of this visitor ends. A card stays until it is closed, or newer ones take its place.

    Parameters
    ----------
    kind : str or tuple of str, optional
        Kinds of jobs; default: all.
    limit : int
        Cards for this visitor's own jobs, more where more of them are live. Live jobs of other
        visitors follow, as many, without Cancel; those of them that have ended have no card.
    inside : callable, optional
        ``inside(job)`` draws more into the card of a job that runs or is done.
    only : callable, optional
        Which jobs are shown.
    """
    live = [job for job in _jobs(kind, only) if job.live]
    if live:
        st.session_state[job_list.POLLED] = True
    every = job_list.pause(live=True, own=_any_own(live)) if live else None
    ids = frozenset(job.id for job in live)
    st.fragment(_cards, run_every=every)(kind, limit, ids, inside, only)


def own_is_live(kind: str) -> bool:
    """Whether a job of this kind that this visitor started waits or runs."""
    return any(job.live for job in _jobs(kind) if _started_here(job))


def _any_own(jobs: list[Job]) -> bool:
    return any(_started_here(job) for job in jobs)


def _jobs(
    kind: str | tuple[str, ...] | None, only: Callable[[Job], bool] | None = None
) -> list[Job]:
    kinds = (kind,) if isinstance(kind, str) else kind
    return [
        job
        for job in job_list.jobs()
        if (kinds is None or job.kind in kinds) and (only is None or only(job))
    ]


def _cards(
    kind: str | tuple[str, ...] | None,
    limit: int,
    live_before: frozenset[str],
    inside: Callable[[Job], None] | None,
    only: Callable[[Job], bool] | None,
) -> None:
    banner.check()
    jobs = _jobs(kind, only)
    own = [job for job in jobs if visitor.may_change(job.owner)]
    # Live ones in the order of the queue, then those that have ended, the newest first
    own = [job for job in reversed(own) if job.live] + [job for job in own if not job.live]
    own.sort(key=lambda job: (not job.live, not _started_here(job)))
    others = [job for job in jobs if job.live and job not in own]
    live = {job.id for job in jobs if job.live}
    ended = live_before - live
    dismissed = job_list.snapshot().dismissed
    shown = [job for job in own if job.id not in dismissed and (job.live or _is_of_here(job))]
    n_live = sum(job.live for job in shown)
    for job in shown[: max(limit, min(n_live, MOST_LIVE))] + others[:limit]:
        _card(job, inside)
    if ended and (not live or any(job.id in ended for job in own)):
        st.rerun()


def _card(job: Job, inside: Callable[[Job], None] | None) -> None:
    deletion = "" if job.live else job_ends.deletion(job)
    with st.container(border=True):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(
                f"{ICONS[job.status]} **{quoted(job.title or job.kind)}**"
                f"{whose(job)}  \n:small[{_state(job)}]",
                width="stretch",
            )
            if visitor.may_change(job.owner):
                _buttons(job, can_repeat=not deletion)
        if job.status == "running" and job.total:
            st.progress(min(1.0, job.done / job.total))
        if deletion:
            st.caption(deletion)
            return
        if job.status == "done":
            job_ends.show(job)
        if inside and job.status in ("running", "done"):
            inside(job)


def _buttons(job: Job, *, can_repeat: bool) -> None:
    """Cancel a live job; repeat or continue one that did not succeed; close a card."""
    if job.live:
        _cancelling(job)
        return
    goes_on = job.kind == "generate" or job.params.get("fresh")
    label = "Continue" if goes_on else "Run again"
    if job.status != "done" and can_repeat and st.button(label, key=f"again-{job.id}"):
        _do(api.resubmit, job)
    if st.button(
        "", key=f"close-{job.id}", icon=":material/close:", type="tertiary", help="Close this card"
    ):
        _do(api.dismiss, job)


def _cancelling(job: Job) -> None:
    """The button that cancels a live job; for another person's job beside a field for the reason.

    Without a server there is no name to give.
    """
    if rights.reason_needed("cancel", job.owner):
        with st.popover("Cancel", key=f"why-{job.id}", disabled=job.cancel_requested):
            reasons.field("cancel", job.owner, job.id)
            if st.button("Cancel the job", key=f"cancel-{job.id}"):
                _do(lambda id: api.cancel(id, reason=reasons.text(id)), job)
        return
    if st.button("Cancel", key=f"cancel-{job.id}", disabled=job.cancel_requested):
        is_strange = not (_started_here(job) or spaces.are_used())
        reason = "Cancelled by another visitor of the app." if is_strange else None
        _do(lambda id: api.cancel(id, reason=reason), job)


def _do(action: Callable[[str], object], job: Job) -> None:
    """Change a job; a refusal is shown in the sidebar."""
    try:
        action(job.id)
    except (InputError, FailedError) as error:
        st.session_state[job_list.PROBLEM] = str(error)
    job_list.refresh()
    st.rerun()


def _started_here(job: Job) -> bool:
    return visitor.is_own(job.owner)


def _is_of_here(job: Job) -> bool:
    """Whether this visitor, or an unknown one, started a job."""
    return not job.owner or visitor.is_own(job.owner)


def whose(job: Job) -> str:
    """A remark on a job of another visitor."""
    return "" if _is_of_here(job) else f" :small[· {quoted(visitor.person(job.owner))}]"


def _state(job: Job) -> str:
    if job.status == "queued":
        snapshot = job_list.snapshot()
        start = snapshot.starts.get(job.id)
        when = f", starts in about {duration(start)}" if start is not None and start > 1 else ""
        return f"waiting, number {snapshot.position(job)} in the queue{when}"
    if job.status == "running":
        return _progress(job)
    if job.status == "done":
        return f"done in {duration((job.finished or 0) - (job.started or 0))}"
    if job.status == "cancelled":
        reason = "Cancelled by you." if _started_here(job) else "Cancelled."
        return f"{notice.sentence(job.error) if job.error else reason} Finished parts are kept."
    return f"{job.status}: {notice.sentence(job.error or 'finished parts are kept')}"


def _progress(job: Job) -> str:
    """Message, numbers, rate and time left of a running job."""
    if job.cancel_requested:
        return "Stopping. Finished parts are kept."
    pieces = [quoted(job.message or "starting")]
    if job.total:
        is_counted = job.kind in job_ends.COUNTED
        numbers = f"{job.done:,} of {job.total:,} curves" if is_counted else ""
        pieces.append(numbers or f"{job.done / job.total:.0%}")
        if is_counted and job.rate:
            pieces.append(f"{job.rate:.3g} curves/s")
    left = job_time.left(job)
    if left:
        pieces.append(f"{left} left")
    return " · ".join(pieces)
