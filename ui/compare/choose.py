"""Choice of the compared runs in the table of all runs, and deletion of own ones."""

from collections.abc import Mapping

import streamlit as st

from nmr_core.errors import FailedError, InputError
from nmr_core.evaluation import delete_run
from nmr_core.evaluation.compare import RunEntry
from nmr_core.learning import Run
from ui.compare import reference, run_filters, runs_table
from ui.compare.compared import CHANGED, PROBLEM, SHOWN, compare
from ui.shared import (
    address,
    boot,
    compute,
    deletion,
    gone,
    notice,
    pages,
    state,
    things,
    trash_list,
    visitor,
)

FIRST = 4
"""Runs that are compared on the first visit."""
OPEN = "_compare-open"
"""In the session: whether the table is open when the page is first shown."""


def runs() -> tuple[list[Run], Run | None]:
    """Return the compared runs with their scores, and the reference run.

    Runs that cannot be read are named and left out.
    """
    entries = state.runs()
    newest = next(iter(entries.values())).run.manifest.dataset
    first = [i for i, e in entries.items() if e.run.manifest.dataset == newest][:FIRST]
    # Who comes by a link to some runs wants to see their results first
    is_search = bool(address.values(run_filters.WORDS))
    st.session_state.setdefault(OPEN, is_search or not address.values("runs"))
    things.several("runs", entries, first, noun="run", most=SHOWN)
    compared = st.session_state["runs"]
    base = reference.read(entries)
    label = f"Runs · {len(compared)} of {len(entries)} compared"
    with st.expander(label, expanded=st.session_state[OPEN], icon=":material/table_rows:"):
        _chooser(entries, base)
    trash_list.popover("run")
    trash_list.undo("run", key="runs")
    loaded = []
    for id in compared:
        try:
            loaded.append(compute.run(id, entries[id].run.manifest.created))
        except (FailedError, InputError) as error:
            notice.error(error)
    if len(loaded) == 1:
        pages.name_tab(loaded[0].manifest.title)
    return loaded, base


@st.fragment
def _chooser(entries: Mapping[str, RunEntry], base: Run | None) -> None:
    """The table with its filters; a search runs this part alone."""
    with boot.part("runs"):
        if st.session_state.pop(CHANGED, False):
            st.rerun()
        if problem := st.session_state.pop(PROBLEM, None):
            notice.error(problem)
        owners = runs_table.owners_of(entries)
        rows = runs_table.rows(entries, base, owners)
        columns = run_filters.columns()
        shown = run_filters.filtered(rows)
        if shown:
            runs_table.table(shown, columns, base)
        else:
            st.caption(f"None of {len(rows)} runs matches the filters.")
        ids = [row.id for row in shown][:SHOWN]
        with st.container(horizontal=True):
            st.button(
                f"Compare {'these' if len(shown) <= SHOWN else 'the first'} {len(ids)}",
                key="compare-these",
                disabled=not ids,
                icon=":material/done_all:",
                on_click=compare,
                args=(ids,),
            )
            deletion.popover("run", _deletable(entries, owners), _delete)


def _deletable(entries: Mapping[str, RunEntry], owners: Mapping[str, str]) -> dict[str, str]:
    """Id -> title of the runs that this visitor may delete; the examples stay."""
    allowed = {owner for owner in set(owners.values()) if visitor.may_change(owner)}
    return {
        id: f"{entry.run.manifest.title} · {id[-4:]}"
        for id, entry in entries.items()
        if not entry.shipped and owners[id] in allowed
    }


def _delete(id: str) -> None:
    delete_run(id, by=visitor.owner())
    gone.leave("runs", id)
    st.session_state[CHANGED] = True
