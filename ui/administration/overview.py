"""The server in one line."""

import streamlit as st

from nmr_core.errors import FailedError
from nmr_core.jobs import readiness
from nmr_core.jobs.store import JobStore
from nmr_core.storage.spaces import maintenance
from nmr_core.storage.spaces.limits import size
from ui.server.team import Team


def show(team: Team, checks: list[readiness.Check]) -> None:
    """People, jobs, free disk and state.

    Parameters
    ----------
    team : Team
        Whose server it is.
    checks : list of Check
        Of its health.
    """
    people = {session.person.id for session in team.sessions.list()}
    with st.container(horizontal=True, gap="medium"):
        _number("Logged in", f"{len(people)} of {len(team.register.list())}")
        _number("Jobs", _jobs(team))
        _number("Free disk", size(readiness.free(team.folder)))
        _number("State", _state(team, checks))


def _number(label: str, value: str) -> None:
    st.metric(label, value, width="content")


def _jobs(team: Team) -> str:
    try:
        counts = JobStore(team.folder).counts()
    except FailedError:
        return "unreadable"
    return f"{counts.get('running', 0)} run, {counts.get('queued', 0)} wait"


def _state(team: Team, checks: list[readiness.Check]) -> str:
    failing = [check.name for check in checks if not check.ok]
    if failing:
        return f"{', '.join(failing)} failing"
    return "maintenance" if maintenance.current(team.folder) else "ready"
