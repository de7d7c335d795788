"""The newest lines of the record."""

import json

import pandas as pd
import streamlit as st

from ui.server.team import Team

NEWEST = 200


def show(team: Team) -> None:
    """Who did what, the last first.

    Parameters
    ----------
    team : Team
        Whose server it is.
    """
    st.header("What happened", divider="gray", anchor=False)
    names = {person.id: person.name for person in team.register.list()}
    rows = [
        {
            "Time": entry.get("time", ""),
            "Event": str(entry.get("event", "")),
            "Person": names.get(str(entry.get("person", "")), str(entry.get("person", ""))),
            "Done": bool(entry.get("ok", True)),
            "Address": str(entry.get("address", "")),
            "More": _more(entry, names),
        }
        for entry in team.audit.newest(NEWEST)
    ]
    st.dataframe(pd.DataFrame(rows), hide_index=True, width="stretch", key="activity-table")
    st.caption(f"The newest {NEWEST} lines of audit.jsonl in the data folder.")


def _more(entry: dict, names: dict[str, str]) -> str:
    known = ("time", "event", "person", "ok", "address")
    details = {name: value for name, value in entry.items() if name not in known}
    if str(details.get("of")) in names:
        details["of"] = names[details["of"]]
    return ", ".join(
        f"{name}: {value if isinstance(value, str) else json.dumps(value)}"
        for name, value in details.items()
    )
