"""Choice of the compared runs: a table to filter, tick, star and annotate; deletion of own runs."""

import hashlib
from collections.abc import Callable, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from nmr_core.errors import FailedError, InputError
from nmr_core.evaluation import delete_run
from nmr_core.evaluation.compare import RunEntry
from nmr_core.evaluation.marks import MOST, Marks, all_marks, mark
from nmr_core.learning import Run
from nmr_core.models import MODELS
from nmr_core.plots.palette import family
from ui.shared import compute, deletion, inputs, state, visitor

SHOWN = 20
"""Runs that are compared at once."""
FIRST = 4
"""Runs that are compared on the first visit."""
ROWS = 8
PROBLEM = "_compare-problem"
SEARCHED = ("title", "model", "features", "data set", "note", "id")
ANY = "any"


def runs() -> list[Run]:
    """Return the chosen runs with their scores; name those that cannot be read."""
    entries = state.runs()
    newest = next(iter(entries.values())).run.manifest.dataset
    first = [i for i, e in entries.items() if e.run.manifest.dataset == newest][:FIRST]
    inputs.existing("runs", entries, first, noun="run", most=SHOWN)
    if problem := st.session_state.pop(PROBLEM, None):
        st.error(problem, icon=":material/error:")
    with st.expander("Choose, filter, annotate or delete runs", icon=":material/checklist:"):
        _chooser(entries)
    loaded = []
    for id in st.session_state["runs"]:
        try:
            loaded.append(compute.run(id, entries[id].run.manifest.created))
        except (FailedError, InputError) as error:
            st.error(str(error), icon=":material/error:")
    return loaded


def _chooser(entries: dict[str, RunEntry]) -> None:
    st.multiselect(
        f"Compared (up to {SHOWN})",
        list(entries),
        key="runs",
        persist_state="session",
        max_selections=SHOWN,
        format_func=lambda i: f"{entries[i].run.manifest.title} · {i}" if i in entries else i,
    )
    marks = all_marks()
    shown = _filtered([_row(entry, marks.get(id, Marks())) for id, entry in entries.items()])
    if shown:
        _table(shown)
    else:
        st.caption(f"None of {len(entries)} runs matches the filters.")
    ids = [row["id"] for row in shown][:SHOWN]
    with st.container(horizontal=True):
        st.button(
            f"Compare {'these' if len(shown) <= SHOWN else 'the newest'} {len(ids)}",
            key="compare-these",
            disabled=not ids,
            icon=":material/done_all:",
            on_click=_choose,
            args=(ids,),
        )
        deletion.popover("run", _deletable(entries), _delete)


def _filtered(rows: list[dict]) -> list[dict]:
    """The rows that pass the filters."""
    text, data, kind, task, star = st.columns([3, 2, 2, 2, 1.4], vertical_alignment="bottom")
    with text:
        words = (
            st.text_input(
                "Filter",
                key="run-words",
                max_chars=80,
                icon=":material/search:",
                persist_state="session",
                placeholder="title, model, note, id …",
            )
            .casefold()
            .split()
        )
    filters = {
        "data set": _one(data, "Data set", rows, "data set"),
        "family": _one(kind, "Models", rows, "family"),
        "task": _one(task, "Task", rows, "task"),
    }
    with star:
        starred = st.toggle("Starred", key="run-starred", persist_state="session")
    return [
        row
        for row in rows
        if (not starred or row["star"])
        and all(value in (ANY, row[name]) for name, value in filters.items())
        and all(word in " ".join(row[name] for name in SEARCHED).casefold() for word in words)
    ]


def _one(place: Any, label: str, rows: Sequence[dict], name: str) -> str:
    """A choice of the values in the table."""
    options, key = [ANY, *dict.fromkeys(row[name] for row in rows)], f"run-{name}"
    if st.session_state.get(key) not in options:
        inputs.assign(key, ANY)
    with place:
        return st.selectbox(label, options, key=key, persist_state="session")


def _row(entry: RunEntry, marks: Marks) -> dict:
    m = entry.run.manifest
    return {
        "compare": entry.id in st.session_state["runs"],
        "star": marks.star,
        "title": m.title,
        "note": marks.note,
        "model": MODELS[m.model].label if m.model in MODELS else m.model,
        "features": m.featurizer,
        "data set": m.dataset_title,
        "learned": m.n_train + m.fresh,
        "tested": m.n_test,
        "task": m.task,
        "family": family(m.model) or "other",
        "when": m.created[:16].replace("T", " "),
        "id": entry.id,
    }


def _table(rows: list[dict]) -> None:
    # Any edit makes a new table
    key = "runs-" + hashlib.sha256(repr(rows).encode()).hexdigest()[:10]
    column = st.column_config
    st.data_editor(
        pd.DataFrame(rows),
        key=key,
        hide_index=True,
        height=38 + 35 * min(ROWS, len(rows)),
        num_rows="fixed",
        disabled=[name for name in rows[0] if name not in ("compare", "star", "note")],
        on_change=edited,
        args=(key, [row["id"] for row in rows]),
        alt=f"{len(rows)} runs.",
        column_config={
            "compare": column.CheckboxColumn(width=92),
            "star": column.CheckboxColumn("★", width=56),
            "title": column.TextColumn(width=280),
            "note": column.TextColumn(width="medium", max_chars=MOST),
            "learned": column.NumberColumn(format="localized"),
            "tested": column.NumberColumn(format="localized"),
        },
    )


def edited(key: str, ids: list[str]) -> None:
    """Apply what was ticked or written in the table."""
    for row, changes in st.session_state[key]["edited_rows"].items():
        id = ids[int(row)]
        if "compare" in changes:
            others = [other for other in st.session_state["runs"] if other != id]
            _choose([*others, id] if changes["compare"] else others)
        if changes.keys() & {"star", "note"}:
            marks = {
                "star": changes.get("star"),
                "note": changes["note"] or "" if "note" in changes else None,
            }
            _tried(lambda id=id, marks=marks: mark(id, **marks))


def _choose(ids: list[str]) -> None:
    if len(ids) > SHOWN:
        st.session_state[PROBLEM] = (
            f"At most {SHOWN} runs are compared at once. Take one away first."
        )
    st.session_state["runs"] = ids[:SHOWN]


def _deletable(entries: dict[str, RunEntry]) -> dict[str, str]:
    """Id -> title of the runs that this visitor may delete; the examples stay."""
    owners = visitor.owners("run")
    return {
        id: f"{entry.run.manifest.title} · {id[-4:]}"
        for id, entry in entries.items()
        if not entry.shipped and visitor.may_change(owners.get(id, ""))
    }


def _delete(id: str) -> None:
    delete_run(id, by=visitor.owner())
    st.session_state["runs"] = [i for i in st.session_state.get("runs", []) if i != id]


def _tried(action: Callable) -> bool:
    try:
        action()
    except (InputError, FailedError) as error:
        st.session_state[PROBLEM] = str(error)
        return False
    return True
