"""Announcement, maintenance, health, versions and processes of the server."""

import time

import pandas as pd
import streamlit as st

from nmr_core.jobs import machine, readiness
from nmr_core.people import Administration
from nmr_core.serving.front.siblings import web_processes
from nmr_core.storage.spaces import announcement, maintenance
from nmr_core.storage.spaces.limits import size
from ui.people import changes, moments
from ui.server.team import Team
from ui.shared import cores, tables, turns
from ui.shared.text import duration, quoted

LASTING = {
    "until it is ended": None,
    "30 min": 1800.0,
    "1 h": 3600.0,
    "2 h": 7200.0,
    "4 h": 14400.0,
    "1 day": 86400.0,
    "1 week": 604800.0,
}
"""Words -> seconds from now on."""


def show(team: Team, checks: list[readiness.Check]) -> None:
    """What everyone is told, and how the server is.

    Parameters
    ----------
    team : Team
        Whose server it is.
    checks : list of Check
        Of its health.
    """
    left, right = st.columns(2)
    with left:
        st.header("Announcement", divider="gray", anchor=False)
        _announcement()
    with right:
        st.header("Maintenance", divider="gray", anchor=False)
        _maintenance()
    st.header("Health", divider="gray", anchor=False)
    for check in checks:
        icon = ":green[:material/check_circle:]" if check.ok else ":red[:material/error:]"
        st.markdown(f"{icon} **{check.name}** {quoted(check.text)}")
    _machine(team)


def _announcement() -> None:
    present = announcement.current()
    if present:
        end = f", until {_time(present.until)}" if present.until else ""
        st.markdown(f"Shown now ({present.level}{end}): {quoted(present.text)}")
        st.button("Take it down", key="announcement-end", on_click=_take_down)
    with st.form("announcement", clear_on_submit=True, border=False):
        st.text_input(
            "Text", key="announcement-text", max_chars=announcement.LONGEST, placeholder="One line"
        )
        with st.container(horizontal=True, vertical_alignment="bottom"):
            st.selectbox("Level", announcement.LEVELS, key="announcement-level", width=130)
            st.selectbox("Shown", list(LASTING), key="announcement-until", width=200)
            st.form_submit_button("Show it", on_click=_announce)


def _take_down() -> None:
    """Callback."""
    changes.make(lambda admin: announcement.take_down(), "announcement")


def _announce() -> None:
    """Callback."""
    state = st.session_state
    text, level = state["announcement-text"], state["announcement-level"]
    until = _end(state["announcement-until"])

    def announce(admin: Administration) -> None:
        announcement.announce(text, level=level, until=until, by=admin.id)

    changes.make(announce, "announcement")


def _maintenance() -> None:
    present = maintenance.current()
    if present:
        st.markdown(quoted(present.sentence))
        st.button("End maintenance", key="maintenance-end", on_click=_finish)
        return
    st.caption("Running jobs finish, waiting ones wait, new ones are refused. Pages stay readable.")
    with st.form("maintenance", clear_on_submit=True, border=False):
        st.text_input(
            "Reason",
            key="maintenance-reason",
            max_chars=announcement.LONGEST,
            placeholder="One line",
        )
        with st.container(horizontal=True, vertical_alignment="bottom"):
            st.selectbox("Expected to last", list(LASTING), key="maintenance-until", width=200)
            st.form_submit_button("Begin maintenance", on_click=_begin)


def _finish() -> None:
    """Callback."""
    changes.make(lambda admin: maintenance.end(), "maintenance")


def _begin() -> None:
    """Callback."""
    reason, until = st.session_state["maintenance-reason"], st.session_state["maintenance-until"]
    end = _end(until)

    def begin(admin: Administration) -> None:
        maintenance.begin(reason, until=end, by=admin.id)

    changes.make(begin, "maintenance")


def _end(lasting: str) -> float | None:
    seconds = LASTING[lasting]
    return None if seconds is None else time.time() + seconds


def _machine(team: Team) -> None:
    web = [process.pid for process in web_processes()]
    left, right = st.columns(2)
    with left:
        st.header("Processes", divider="gray", anchor=False)
        rows = [
            {
                "Process": process.name,
                "Number": str(process.pid),
                "Memory": size(process.memory),
                "Running for": duration(process.seconds),
            }
            for process in machine.running(team.folder, web=web)
        ]
        tables.plain(pd.DataFrame(rows), width="stretch")
        st.caption(_load())
    with right:
        st.header("Versions", divider="gray", anchor=False)
        versions = machine.versions()
        frame = pd.DataFrame({"Package": list(versions), "Version": list(versions.values())})
        tables.plain(frame, width="stretch", height=250)


def _load() -> str:
    """Load and memory of the machine, and what may run on it at once."""
    load = machine.load()
    averages = " · ".join(f"{load[f'load_{n}_min']:.1f}" for n in (1, 5, 15))
    return (
        f"Load {averages} (1, 5, 15 min) on {load['cores']:.0f} cores. At once: "
        f"{load['slots']:.0f} jobs, {turns.AT_ONCE} page runs, {cores.AT_ONCE} calculations of "
        f"pages. {size(load['memory_available'])} of {size(load['memory'])} memory available."
    )


def _time(seconds: float) -> str:
    local = moments.moment(seconds).tz_convert(st.context.timezone or "UTC")
    return f"{local.day} {local:%b, %H:%M}"
