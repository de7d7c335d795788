"""Who did what: the newest lines of the record, by person and action; the lines as a file."""

import json

import pandas as pd
import streamlit as st

from nmr_core.people import Session
from nmr_core.storage.audit import ACTIONS
from nmr_core.storage.spaces import registry
from ui.people import moments
from ui.server import identity
from ui.server.team import Team
from ui.shared import export, tables

NEWEST = 500
"""Lines in the table."""


def show(team: Team, own: Session) -> None:
    """The record, the last line first.

    Parameters
    ----------
    team : Team
        Whose server it is.
    own : Session
        Of the administrator.
    """
    names = {person.id: person.name for person in team.register.list()}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        person = st.selectbox(
            "Person",
            ["", *names],
            key="record-person",
            format_func=lambda id: names.get(id, "everyone"),
            width=260,
        )
        action = st.selectbox(
            "Action",
            ["", *ACTIONS],
            key="record-action",
            format_func=lambda name: name or "all",
            width=220,
        )
        admin = team.administration(own.person, identity.address())
        export.download(
            "Download (JSONL)",
            lambda: admin.export_record(person=person, action=action).encode(),
            "audit.jsonl",
            "application/jsonl",
            "record-download",
        )
    titles = {space.id: space.title for space in registry.every()}
    entries = team.audit.newest(NEWEST, person=person, action=action)
    if not entries:
        st.info("No line is about this.")
        return
    tables.plain(
        pd.DataFrame([_row(entry, names, titles) for entry in entries]),
        width="stretch",
        height=600,
        key="record-table",
        column_config=moments.columns("Time"),
    )
    st.caption(f"The newest {NEWEST} lines at most; the file holds all.")


def _row(entry: dict, names: dict[str, str], titles: dict[str, str]) -> dict[str, object]:
    who, id, place = (str(entry.get(name, "")) for name in ("person", "id", "workspace"))
    return {
        "Time": pd.to_datetime(entry.get("time", ""), errors="coerce", utc=True),
        "Action": str(entry.get("action", "")),
        "Person": names.get(who, who or "unknown"),
        "Outcome": "done" if entry.get("ok", True) else "refused",
        "Of": names.get(id) or str(entry.get("thing", "")) or id,
        "Workspace": titles.get(place, place),
        "Reason": str(entry.get("reason", "")),
        "Address": str(entry.get("address", "")),
        "More": _more(entry, is_person=id in names),
    }


def _more(entry: dict, *, is_person: bool) -> str:
    """What has no column, in words."""
    shown = {"time", "action", "person", "role", "ok", "thing", "workspace", "reason", "address"}
    shown |= {"kind", "id"} if is_person else set()
    details = {k: v for k, v in entry.items() if k not in shown and v not in ("", None)}
    return ", ".join(
        f"{name}: {value if isinstance(value, str) else json.dumps(value)}"
        for name, value in details.items()
    )
