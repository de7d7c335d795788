"""The list of data sets: what there is, found by a word, chosen by a click."""

import hashlib

import pandas as pd
import streamlit as st

from nmr_core.datasets import DatasetEntry
from nmr_core.experiment import PHYSICAL
from ui.shared import effects_form, job_card, visitor
from ui.shared.text import megabytes

ROWS_SHOWN = 6
SEARCHED = ("title", "preset", "effects", "note", "id")


def table(entries: list[DatasetEntry]) -> None:
    """All data sets, complete or not, broken ones with their sentence; a click on a row opens it below."""
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
    me, rows = visitor.owner(), []
    for entry in entries:
        row = _row(entry, me)
        words = " ".join(row[name] for name in SEARCHED).casefold()
        if all(part in words for part in word.casefold().split()):
            rows.append(row)
    if not rows:
        st.caption(f"None of {len(entries)} data sets has that in its line.")
        return
    key = "catalogue-" + hashlib.sha256("".join(row["id"] for row in rows).encode()).hexdigest()[:8]
    listed = pd.DataFrame(rows)
    blank = [name for name in ("effects", "who", "note") if not listed[name].any()]
    event = st.dataframe(
        listed.drop(columns=blank),
        hide_index=True,
        height=38 + 35 * min(ROWS_SHOWN, len(rows)),
        key=key,
        on_select="rerun",
        selection_mode="single-row",
        alt=f"{len(rows)} data sets.",
        column_config={
            "done": st.column_config.ProgressColumn("complete", format="percent", width="small"),
            "title": st.column_config.TextColumn(width="medium"),
            "who": st.column_config.TextColumn(width="small"),
            "curves": st.column_config.NumberColumn(format="localized"),
            "when": st.column_config.TextColumn(width="small"),
        },
    )
    _follow(key, event.selection.rows, rows, {entry.id for entry in entries if entry.usable})
    if word:
        st.caption(f"{len(rows)} of {len(entries)} data sets.")


def _follow(key: str, selected: list[int], rows: list[dict], usable: set[str]) -> None:
    """A new click on a row chooses that data set; what is chosen afterwards by other means stays."""
    seen = st.session_state.get("_catalogue-seen")
    st.session_state["_catalogue-seen"] = (key, selected)
    if (
        selected
        and (key, selected) != seen
        and selected[0] < len(rows)
        and rows[selected[0]]["id"] in usable
    ):
        st.session_state["dataset"] = rows[selected[0]]["id"]


def _row(entry: DatasetEntry, me: str) -> dict:
    m = entry.manifest
    if m is None:
        return _LINE | {"title": entry.id, "id": entry.id, "note": entry.problem}
    return _LINE | {
        "title": m.title,
        "preset": m.preset_name,
        "curves": m.n_samples,
        "settings": m.n_settings,
        "points": m.n_times,
        "size": megabytes(m.size),
        "done": entry.n_done / m.n_samples,
        "effects": effects_form.text(m.effects),
        "who": "you" if m.owner == me else m.owner[:6],
        "when": m.created[:16].replace("T", " "),
        "seed": m.seed,
        "id": entry.id,
        "note": "ships with the app"
        if entry.shipped
        else f"imported: {m.source}"
        if m.source
        else ""
        if m.complete
        else "unfinished: can be resumed",
    }


_LINE = {
    "title": "",
    "preset": "",
    "curves": None,
    "settings": None,
    "points": None,
    "size": "",
    "done": 0.0,
    "effects": "",
    "who": "",
    "when": "",
    "seed": None,
    "note": "",
    "id": "",
}
"""Column -> what stands there when nothing is known."""


def unfinished(entries: list[DatasetEntry]) -> None:
    """Data sets that were interrupted (and that no job is writing now), each with a button that finishes it."""
    writing = job_card.writing()
    for entry in entries:
        if entry.manifest is None or entry.manifest.complete or entry.id in writing:
            continue
        m = entry.manifest
        if st.button(
            f"Finish {entry.n_done:,} of {m.n_samples:,} curves",
            key=f"finish-{entry.id}",
            icon=":material/resume:",
            help=entry.id,
        ):
            job_card.submit(
                "generate",
                {
                    "dataset": m.id,
                    "preset": m.preset,
                    "effects": m.effects,
                    "effects_seed": m.effects_seed,
                    "n_samples": m.n_samples,
                    "seed": m.seed,
                    "part_size": m.part_size,
                    "title": m.title,
                    "owner": m.owner,
                },
                m.title,
            )
            st.rerun()


def described(setting: dict[str, float]) -> str:
    """ "β₁ = 90°, β₂ = 60°"."""
    return ", ".join(_value(name, value) for name, value in setting.items())


def _value(name: str, value) -> str:
    if name not in PHYSICAL:
        return f"{name} = {value}"
    spec = PHYSICAL[name]
    return f"{spec.symbol} = {value:g}{'' if spec.unit in ('', '°') else ' '}{spec.unit}"
