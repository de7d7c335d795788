"""The list of data sets: what there is, found by a word, chosen by a click."""

import hashlib
from collections.abc import Collection, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

import pandas as pd
import streamlit as st

from nmr_core.datasets import DatasetEntry
from nmr_core.experiment import PHYSICAL
from nmr_core.storage.trash_entries import folder_size
from ui.data_sets import unfinished
from ui.shared import effects_form, inputs, job_list, once, tables, things, visitor
from ui.shared.text import megabytes

ROWS_SHOWN = 6
COLUMNS = {
    "done": {"type": st.column_config.ProgressColumn, "format": "percent", "width": 90},
    "settings": {"label": "echoes per sample"},
    "points": {"label": "points per echo"},
    "title": {"width": 260},
    "who": {"label": "owner", "width": 110},
    "when": {"label": "made", "width": 130},
    "seed": {"width": 50},
    "note": {"width": 140},
}
"""Column -> width and type, beyond the glossary."""
SEARCHED = ("title", "preset", "effects", "note", "id")
_SEEN = "_catalogue-seen"
"""In the session: key of the table, and the rows that are marked in it."""
_UNMARKED = "-none"
"""End of the key of a table without a marked row."""


def table(entries: Sequence[DatasetEntry], shown: Collection[str], first: int) -> None:
    """All data sets, complete or not, the visitor's first; the row of the one below is marked.

    A click on a row of one in ``shown`` opens it below; at first the one at ``first`` is open.
    """
    word = ""
    if len(entries) > ROWS_SHOWN:
        word = st.text_input(
            "Filter",
            key="catalogue-filter",
            placeholder="Filter by title, preset, effects, id …",
            max_chars=80,
            label_visibility="collapsed",
            icon=":material/search:",
            persist_state="session",
        )
    everything = _listed(entries)
    listed = _matching(everything, word) if word.strip() else everything
    if listed.empty:
        st.caption(f"None of {len(entries)} data sets has that in its line.")
        return
    ids = listed["id"].tolist()
    name = "catalogue-" + hashlib.sha256("".join(ids).encode()).hexdigest()[:8]
    blank = [column for column in ("effects", "who", "note") if not listed[column].any()]
    key, mode = _mark(name, ids, shown, first)
    tables.show(
        listed.drop(columns=blank),
        columns=COLUMNS,
        height=tables.height(len(ids), ROWS_SHOWN),
        key=key,
        on_select="rerun",
        selection_mode=mode,
        alt=f"{len(ids)} data sets.",
    )
    if word:
        st.caption(f"{len(ids)} of {len(entries)} data sets.")


def _listed(entries: Sequence[DatasetEntry]) -> pd.DataFrame:
    """A line per data set, the visitor's first; made again when one of them has changed."""
    writing = job_list.writing()
    owners = sorted({entry.manifest.owner for entry in entries if entry.manifest})
    people = tuple((owner, visitor.person(owner)) for owner in owners)

    def lines() -> pd.DataFrame:
        rows = [_row(entry, entry.id in writing) for entry in entries]
        return pd.DataFrame(sorted(rows, key=lambda row: row["who"] != "you"))

    # The entries are another object when one of them has changed
    return once.table(lines, "catalogue", entries, tuple(sorted(writing)), people)


def _matching(listed: pd.DataFrame, word: str) -> pd.DataFrame:
    """The lines that contain all words."""
    parts = word.casefold().split()
    lines = [" ".join(cells).casefold() for cells in listed[list(SEARCHED)].itertuples(index=False)]
    return listed[[all(part in line for part in parts) for line in lines]]


def _mark(
    name: str, ids: list[str], shown: Collection[str], first: int
) -> tuple[str, Literal["single-row", "single-row-required"]]:
    """Let the data set of a clicked row be the one below, and mark the row of that; return key and
    mode of the table.

    A marked row stays marked when it is clicked again. A table without a marked row is another
    table: where a row is required, the browser would mark the first.
    """
    last_key, last = st.session_state.get(_SEEN, ("", []))
    is_same = last_key.removesuffix(_UNMARKED) == name and last_key in st.session_state
    marked = st.session_state[last_key]["selection"]["rows"] if is_same else []
    clicked = [ids[row] for row in marked if row < len(ids)]
    if marked != last and clicked and clicked[0] in shown:
        inputs.assign("dataset", clicked[0])
    current = things.current(shown, "dataset", first)
    rows = [ids.index(current)] if current in ids and current in shown else []
    key = name if rows else name + _UNMARKED
    inputs.assign(key, {"selection": {"rows": rows, "columns": [], "cells": []}})
    st.session_state[_SEEN] = (key, rows)
    return key, "single-row-required" if rows else "single-row"


def _row(entry: DatasetEntry, writing: bool) -> dict[str, Any]:
    """A line of the table; a damaged data set has its id and its problem only."""
    m = entry.manifest
    if m is None:
        return _LINE | {"title": entry.id, "id": entry.id, "note": entry.problem}
    return _LINE | {
        "title": m.title,
        "preset": m.preset_name,
        "curves": m.n_samples,
        "settings": m.n_settings,
        "points": m.n_times,
        "size": megabytes(_size(entry)),
        "done": entry.n_done / m.n_samples,
        "effects": effects_form.text(m.effects),
        "who": visitor.person(m.owner),
        "when": m.created[:16].replace("T", " "),
        "seed": m.seed,
        "id": entry.id,
        "note": _note(entry, writing),
    }


def _note(entry: DatasetEntry, writing: bool) -> str:
    m = entry.manifest
    if m is None:
        return entry.problem
    if entry.shipped:
        return "ships with the app"
    if m.source:
        return f"imported: {m.source}"
    if m.complete:
        return ""
    return "a job writes it" if writing else unfinished.progress(entry)


def _size(entry: DatasetEntry) -> int:
    """Bytes on the disk."""
    return _stored_size(entry.path, unfinished.version(entry))


@lru_cache(maxsize=5000)
def _stored_size(folder: Path, version: str) -> int:
    return folder_size(folder)


_LINE = {
    "title": "",
    "preset": "",
    "effects": "",
    "curves": None,
    "done": 0.0,
    "note": "",
    "size": "",
    "who": "",
    "when": "",
    "settings": None,
    "points": None,
    "seed": None,
    "id": "",
}
"""Column, in the order of the table -> what stands there when nothing is known."""


def described(setting: dict[str, float]) -> str:
    """ "β₁ = 90°, β₂ = 60°"."""
    return ", ".join(_value(name, value) for name, value in setting.items())


def _value(name: str, value: Any) -> str:
    if name not in PHYSICAL:
        return f"{name} = {value}"
    spec = PHYSICAL[name]
    return f"{spec.symbol} = {value:g}{'' if spec.unit in ('', '°') else ' '}{spec.unit}"
