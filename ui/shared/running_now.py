"""In the sidebar of every page: what runs now, and why jobs cannot be used, if that is so."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import streamlit as st
from streamlit.runtime.scriptrunner_utils.exceptions import RerunException

from nmr_core.jobs import Job
from ui.shared import banner, job_list, notice, visitor
from ui.shared.job_card import whose
from ui.shared.text import quoted


@contextmanager
def drawn_last(place: Any) -> Iterator[None]:
    """Draw the live jobs into ``place`` once the page inside is drawn.

    A page with live cards looks at the jobs itself, and the sidebar does not.
    """
    st.session_state[job_list.POLLED] = False
    try:
        yield
    except RerunException:  # what is drawn now is not shown; the refusal waits for the next run
        raise
    except BaseException:
        _draw(place)
        raise
    _draw(place)


def _draw(place: Any) -> None:
    with place:
        live_jobs()


def live_jobs() -> None:
    """What runs now, and a refused action if there was one."""
    problem = st.session_state.pop(job_list.PROBLEM, "") or job_list.snapshot().problem
    if problem:
        notice.error(problem)
    live = _live()
    every = None
    if not st.session_state.get(job_list.POLLED):
        own = any(visitor.is_own(job.owner) for job in live)
        every = job_list.pause(live=bool(live), own=own)
    st.fragment(_list, run_every=every)(bool(live))


def _live() -> list[Job]:
    live = [job for job in job_list.jobs() if job.live]
    return sorted(live, key=lambda job: not visitor.is_own(job.owner))


def _list(was_live: bool) -> None:
    banner.check()
    live = _live()
    if live:
        st.caption("Running now")
    for job in live:
        st.progress(
            min(1.0, job.done / job.total) if job.total else 0.0,
            text=quoted(job.title or job.kind) + whose(job),
        )
    # The page begins to look at a job that another visitor has started, or ceases to
    if bool(live) != was_live:
        st.rerun()
