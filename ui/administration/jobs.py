"""The jobs of all workspaces; any of them can be cancelled, with a reason that its owner sees."""

import time

import pandas as pd
import streamlit as st

from nmr_core.errors import FailedError, InputError
from nmr_core.jobs import Job, api
from nmr_core.storage.spaces import people, registry, rights
from nmr_core.storage.workspace import server_folder
from ui.people import moments
from ui.shared import inputs, job_list, notice, tables
from ui.shared.text import duration

SHOWN = 200
"""Newest jobs in the table."""
NO_ONE = "no person"


def show() -> None:
    """The table of jobs, and the choice of one to cancel."""
    which = inputs.tabs({"live": "Running and waiting", "all": "All"}, "jobs-shown", link=False)
    try:
        jobs = api.list_jobs(limit=SHOWN, folder=server_folder())
        queue = api.queue(server_folder())
    except FailedError as error:
        notice.error(error)
        return
    titles = {space.id: space.title for space in registry.every()}
    shown = [job for job in jobs if job.live] if which == "live" else jobs
    if not shown:
        st.info("No job runs or waits." if which == "live" else "There were no jobs yet.")
        return
    tables.plain(
        pd.DataFrame([_row(job, queue, titles) for job in shown]),
        width="stretch",
        key="jobs-table",
        column_config={
            "Progress": st.column_config.ProgressColumn(format="percent"),
            **moments.columns("Queued"),
        },
    )
    _cancelling([job for job in jobs if job.live], titles)


def _row(job: Job, queue: list[str], titles: dict[str, str]) -> dict[str, object]:
    state = "cancelling" if job.status == "running" and job.cancel_requested else job.status
    place = f"{state}, place {queue.index(job.id) + 1}" if job.id in queue else state
    return {
        "Job": job.title or job.kind,
        "State": place,
        "Owner": people.name_of(job.owner) or NO_ONE,
        "Workspace": titles.get(job.workspace, "removed" if job.workspace else "server"),
        "Queued": moments.moment(job.created),
        "Waited": duration((job.started or job.finished or time.time()) - job.created),
        "Took": duration((job.finished or time.time()) - job.started) if job.started else "",
        "Progress": job.done / job.total if job.total else None,
        "Remark": job.error or job.message,
    }


def _cancelling(live: list[Job], titles: dict[str, str]) -> None:
    by_id = {job.id: job for job in live}
    if not by_id:
        return
    st.header("Cancel a job", divider="gray", anchor=False)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        chosen = st.selectbox(
            "Job",
            list(by_id),
            index=None,
            format_func=lambda id: _label(by_id[id], titles) if id in by_id else id,
            placeholder="Choose a job",
            key="cancel-job",
        )
        st.text_input(
            "Reason",
            key="cancel-reason",
            max_chars=rights.LONGEST_REASON,
            placeholder="Its owner sees it",
        )
        st.button("Cancel it", key="cancel", disabled=not chosen, on_click=_cancel, args=(chosen,))


def _label(job: Job, titles: dict[str, str]) -> str:
    owner = people.name_of(job.owner) or NO_ONE
    return f"{job.title or job.kind} · {owner} · {titles.get(job.workspace, 'server')}"


def _cancel(job_id: str) -> None:
    """Callback: cancel a job in its workspace, with the right of an administrator."""
    try:
        job = api.get(job_id, server_folder())
        folder = server_folder()
        if job.workspace:
            folder = registry.find(job.workspace).folder()
        api.cancel(job_id, folder, reason=st.session_state["cancel-reason"].strip())
    except (InputError, FailedError) as error:
        notice.toast(error)
        return
    job_list.refresh()
    inputs.assign("cancel-reason", "")
