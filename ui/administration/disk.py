"""What takes the disk, by workspace and person, the biggest first; removal by age."""

import shutil
from collections import Counter
from collections.abc import Iterable

import pandas as pd
import streamlit as st

from nmr_core.jobs.uses import is_used
from nmr_core.storage.kinds import label_of
from nmr_core.storage.spaces import limits, people, registry, retention, usage
from nmr_core.storage.spaces.limits import size
from nmr_core.storage.spaces.retention import Removal
from nmr_core.storage.workspace import server_folder
from ui.people import changes, moments
from ui.shared import caches, tables
from ui.shared.text import megabytes

SECONDS = 10
"""How long a count counts."""
SHOWN = 50
_PLAN = "_retention-plan"
"""In the session: what the dry run has listed."""


def show() -> None:
    """Free space, the biggest workspaces, people and things, and what is due by age."""
    uses, titles = everything(), {space.id: space.title for space in registry.every()}
    _space(uses)
    left, right = st.columns(2)
    with left:
        st.header("Workspaces", divider="gray", anchor=False)
        by_space = _sums((titles.get(use.workspace, "server"), use.n_bytes) for use in uses)
        _table("Workspace", by_space, limits.current().disk_per_workspace)
    with right:
        st.header("People", divider="gray", anchor=False)
        by_person = _sums((people.name_of(use.owner) or "no person", use.n_bytes) for use in uses)
        _table("Person", by_person, limits.current().disk_per_person)
    if uses:
        st.header("Biggest things", divider="gray", anchor=False)
        rows = [_thing(use, titles) for use in uses[:SHOWN]]
        tables.plain(pd.DataFrame(rows), width="stretch", key="disk-table")
    _retention(titles)


def _thing(use: usage.Use, titles: dict[str, str]) -> dict[str, str]:
    return {
        "Thing": use.title,
        "Kind": label_of(use.kind),
        "Owner": people.name_of(use.owner),
        "Workspace": titles.get(use.workspace, "server"),
        "Size": megabytes(use.n_bytes),
    }


def of_people() -> Counter[str]:
    """Id of a person -> bytes of everything that is theirs."""
    totals: Counter[str] = Counter()
    for use in everything():
        totals[use.owner] += use.n_bytes
    return totals


@caches.data(ttl=SECONDS, max_entries=20, show_spinner=False)
def everything() -> list[usage.Use]:
    """Everything in all workspaces and beside them, the biggest first."""
    folders = [server_folder(), *(space.folder() for space in registry.every())]
    uses = [use for folder in folders for use in usage.of_folder(folder)]
    return sorted(uses, key=lambda use: -use.n_bytes)


def _space(uses: list[usage.Use]) -> None:
    disk = shutil.disk_usage(server_folder())
    trash = sum(use.n_bytes for use in uses if use.kind == "trash")
    st.progress(
        min(1.0, disk.used / disk.total),
        text=f"{size(disk.used)} of {size(disk.total)} used, {size(disk.free)} free. This server: "
        f"{size(usage.total(uses))}, of which the trash {size(trash)}.",
    )


def _sums(pairs: Iterable[tuple[str, int]]) -> list[tuple[str, int]]:
    """Name -> bytes, the biggest first."""
    totals: Counter[str] = Counter()
    for name, n_bytes in pairs:
        totals[name] += n_bytes
    return totals.most_common()


def _table(head: str, sums: list[tuple[str, int]], most: float | None) -> None:
    if not sums:
        st.caption("Nothing is stored yet.")
        return
    top = most or sums[0][1] or 1
    frame = pd.DataFrame(
        {
            head: [name for name, _ in sums],
            "Size": [megabytes(n_bytes) for _, n_bytes in sums],
            "Share": [min(100.0, 100 * n_bytes / top) for _, n_bytes in sums],
        }
    )
    label = f"of {size(most)}" if most else "of the biggest"
    bar = st.column_config.ProgressColumn(label, format="%.0f %%", max_value=100)
    tables.plain(frame, width="stretch", column_config={"Share": bar})


def _retention(titles: dict[str, str]) -> None:
    st.header("Removal by age", divider="gray", anchor=False)
    st.caption(
        "Things that were not changed for as long as their workspace keeps them go to the trash; "
        f"workspaces are removed {retention.GRACE} days after their last day."
    )
    st.button("Dry run", key="retention-plan", on_click=_plan)
    plan: list[Removal] | None = st.session_state.get(_PLAN)
    if plan is None:
        return
    if not plan:
        st.info("Nothing is due.")
        return
    tables.plain(
        pd.DataFrame(
            [
                {
                    "Thing": one.title,
                    "Kind": label_of(one.kind, one.kind),
                    "Owner": people.name_of(one.owner),
                    "Workspace": titles.get(one.workspace, one.workspace),
                    "Due": moments.moment(one.when),
                    "Size": megabytes(one.n_bytes),
                }
                for one in plan
            ]
        ),
        width="stretch",
        column_config=moments.columns("Due"),
    )
    freed = megabytes(sum(one.n_bytes for one in plan))
    st.button(f"Remove {len(plan)}, {freed}", key="retention-apply", on_click=_apply)


def _plan() -> None:
    """Callback: list what is due."""
    plan = changes.make(lambda admin: retention.plan(), "retention")
    if plan is not None:
        st.session_state[_PLAN] = plan


def _apply() -> None:
    """Callback: remove what the dry run has listed."""
    plan = st.session_state.pop(_PLAN, None) or []
    done = changes.make(lambda admin: retention.carry_out(plan, is_used), "retention")
    everything.clear()
    if done is None:
        return
    st.toast(f"{len(done)} of {len(plan)} removed.", icon=":material/auto_delete:")
