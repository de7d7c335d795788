"""Data sets of which only a part has been simulated: opened, finished or deleted."""

from collections.abc import Sequence
from typing import Any

import streamlit as st

from nmr_core.datasets import DatasetEntry
from nmr_core.datasets.manifest import Manifest
from nmr_core.storage.trash_entries import folder_size
from ui.data_sets import actions
from ui.shared import adding, deletion, inputs, job_card, job_list, visitor
from ui.shared.text import megabytes, quoted

SAME = ("preset", "effects", "effects_seed", "n_samples", "seed", "part_size", "title", "owner")
"""What the job that finishes a data set takes from it."""


def progress(entry: DatasetEntry) -> str:
    """ "750 of 2,000 curves"."""
    return f"{entry.n_done:,} of {entry.manifest.n_samples:,} curves"


def can_be_opened(entry: DatasetEntry) -> bool:
    """Whether there are curves to look at."""
    return entry.usable or (entry.unfinished and entry.n_done > 0)


def label(entry: DatasetEntry) -> str:
    """Title and id; of an unfinished one also how many curves there are."""
    pieces = [entry.manifest.title, entry.id]
    return " · ".join([pieces[0], progress(entry), pieces[1]] if entry.unfinished else pieces)


def version(entry: DatasetEntry) -> str:
    """What changes when an id is used again, and when an unfinished data set grows."""
    created = entry.manifest.created
    return f"{created} {entry.n_done}" if entry.unfinished else created


def cards(entries: Sequence[DatasetEntry]) -> None:
    """The interrupted ones that no job writes now."""
    writing = job_list.writing()
    for entry in entries:
        if entry.unfinished and entry.id not in writing:
            _card(entry)


def _card(entry: DatasetEntry) -> None:
    m = entry.manifest
    with st.container(border=True, horizontal=True, vertical_alignment="center"):
        facts = ["Unfinished", progress(entry), megabytes(folder_size(entry.path))]
        if person := visitor.person(m.owner):
            facts.append(quoted(person))
        st.markdown(
            f":material/hourglass_bottom: **{quoted(m.title)}**  \n:small[{' · '.join(facts)}]",
            width="stretch",
        )
        if entry.n_done:
            st.button(
                "Open",
                key=f"open-{entry.id}",
                icon=":material/dataset:",
                on_click=inputs.assign,
                args=("dataset", entry.id),
            )
        if adding.button(
            f"Finish {quoted(m.title)}", key=f"finish-{entry.id}", icon=":material/resume:"
        ) and job_card.submit("generate", _request(m), m.title):
            st.rerun()
        if visitor.may_change(m.owner):
            deletion.button("data set", entry.id, m.title, actions.delete)


def _request(m: Manifest) -> dict[str, Any]:
    """Parameters of the job that finishes a data set."""
    return {"dataset": m.id} | {name: getattr(m, name) for name in SAME}
