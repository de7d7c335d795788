"""What takes the disk, the biggest first, against the limits; and what will be removed by age."""

import time

import pandas as pd
import streamlit as st

from nmr_core.storage.kinds import label_of
from nmr_core.storage.spaces import limits, person, retention, usage
from nmr_core.storage.spaces.limits import size
from nmr_core.storage.spaces.registry import Workspace
from ui.shared import caches, tables, visitor
from ui.shared.text import megabytes

SECONDS = 10
"""How long a count serves everybody."""
SHOWN = 50


def section(workspace: Workspace) -> None:
    """The meters of the workspace and of the person, and the list of things."""
    here = uses_here()
    left, right = st.columns(2)
    with left:
        _meter("This workspace", usage.total(here), limits.disk_of_workspace())
    who = person.acting()
    with right:
        if who is not None:
            each = limits.current().disk_per_person
            _meter("Your things, everywhere", usage.total(usage_of(who.id)), each)
    if here:
        tables.plain(_table(here[:SHOWN]))
    if len(here) > SHOWN:
        st.caption(f"{len(here) - SHOWN} smaller ones are not listed.")
    _upcoming(workspace)


def _meter(label: str, used: float, most: float | None) -> None:
    if most is None:
        st.metric(label, size(used))
        return
    st.metric(label, f"{size(used)} of {size(most)}")
    st.progress(min(1.0, used / most))
    if used >= most:
        st.caption(":material/lock: Full: nothing can be added until something is deleted.")


@caches.data(ttl=SECONDS, max_entries=100, show_spinner=False)
def uses_here() -> list[usage.Use]:
    """Everything in this workspace, the biggest first."""
    return usage.of_folder()


@caches.data(ttl=SECONDS, max_entries=100, show_spinner=False)
def usage_of(owner: str) -> list[usage.Use]:
    """Everything of a person, in all workspaces."""
    return usage.of_person(owner)


def _table(uses: list[usage.Use]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "what": [use.title for use in uses],
            "kind": [label_of(use.kind) for use in uses],
            "owner": [visitor.person(use.owner) for use in uses],
            "size": [megabytes(use.n_bytes) for use in uses],
        }
    )


def _upcoming(workspace: Workspace) -> None:
    """What retention will do; nothing where nothing is removed by age."""
    removals = retention.upcoming(workspace)
    if not removals:
        return
    st.markdown("**Removed by age**")
    end = retention.removed_on(workspace)
    if end is not None:
        st.caption(
            f"This workspace ends on {workspace.ends}; on {end} it is removed with everything."
        )
    things = [removal for removal in removals if removal.kind != "workspace"]
    if things:
        tables.plain(
            {
                "what": [removal.title for removal in things[:SHOWN]],
                "to the trash on": [_day(removal.when) for removal in things[:SHOWN]],
                "size": [megabytes(removal.n_bytes) for removal in things[:SHOWN]],
            },
        )


def _day(seconds: float) -> str:
    return time.strftime("%Y-%m-%d", time.localtime(max(seconds, time.time())))
