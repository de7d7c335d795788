"""Search, tags, own runs, order and columns of the table of runs."""

from collections.abc import Sequence

import streamlit as st

from nmr_core.evaluation.run_table import COLUMNS, RunRow, in_order, matching
from ui.shared import address, inputs, preferences

ALWAYS = ("star", "title", "tags")
"""Columns that cannot be left out."""
FIRST = ("error", "r2", "dataset", "when", "who")
"""Columns on the first visit."""
OPTIONAL = [name for name in COLUMNS if name not in (*ALWAYS, "change")]
"""Columns to choose from; "change" is shown with a reference run."""
LABELS = {"r2": "R² per parameter", "star": "starred first"}
"""Names that differ from the head of the column."""
ORDERS = ("when", "error", "r2", "f1", "title", "model", "dataset", "training", "star", "change")
YOU = "you"
WORDS = "run-words"
"""Of the search in the address."""
WHOSE = {name: name for name in ("all", "mine")}


def _label(name: str) -> str:
    return LABELS.get(name, COLUMNS[name].head)


def columns() -> list[str]:
    """Return the columns that this visitor chose, from the address or the last visit."""
    current = address.read("columns", address.one_of(OPTIONAL))
    if not current:
        preferred = preferences.read("columns", list(FIRST))
        current = st.session_state.get("columns", preferred)
    chosen = [name for name in OPTIONAL if name in current]
    inputs.assign("columns", chosen)
    address.write("columns", [] if chosen == list(FIRST) else chosen)
    if chosen != preferences.read("columns", list(FIRST)):
        preferences.write("columns", chosen)
    return [*ALWAYS, *chosen]


def filtered(rows: Sequence[RunRow]) -> list[RunRow]:
    """Show the filters; return the rows that pass them, in the chosen order."""
    search, whose, order, more = st.columns([4, 1.6, 2.2, 1.3], vertical_alignment="bottom")
    with search:
        words = inputs.text(
            "Search",
            WORDS,
            link=True,
            icon=":material/search:",
            placeholder="title, tag, note, model, data set …",
        )
    with whose:
        source = inputs.tabs(
            WHOSE, "run-whose", label="Whose runs", label_visibility="visible", brief=True
        )
    with order:
        orders = {name: _label(name) for name in ORDERS}
        by = inputs.choice("Order", orders, "run-order", link=True, brief=True)
    with more, st.popover("Columns", icon=":material/view_column:"):
        st.pills(
            "Columns",
            OPTIONAL,
            format_func=_label,
            selection_mode="multi",
            key="columns",
            persist_state="session",
        )
    tags = _tags(rows)
    mine = [row for row in rows if row.who == YOU]
    rows = in_order(matching(mine if source == "mine" else rows, words, tags), by)
    if by != "when":
        return rows
    return sorted(rows, key=lambda row: row.who != YOU)


def _tags(rows: Sequence[RunRow]) -> list[str]:
    """The tags that the visitor clicked, of all that there are."""
    counts: dict[str, int] = {}
    for row in rows:
        for tag in row.marks.tags:
            counts[tag] = counts.get(tag, 0) + 1
    if not counts:
        return []
    labels = {tag: f"{tag} {counts[tag]}" for tag in sorted(counts)}
    return inputs.several(
        "Tags", labels, "run-tags", link=True, pills=True, label_visibility="collapsed"
    )
