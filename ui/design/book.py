"""The lab book: ask, measure, tell, until the target is reached; also with simulated echoes."""

from typing import Any

import pandas as pd
import streamlit as st

from nmr_core.design.problem import DesignProblem
from nmr_core.design.sequential.book import LabBook
from nmr_core.design.sequential.store import list_books
from nmr_core.parameters import Parameter
from nmr_core.plots.design_proof import lab_book_figure
from nmr_core.storage import catalogue
from nmr_core.storage.kinds import LAB_BOOK
from ui.design import stored, telling
from ui.design.question import Question
from ui.shared import (
    adding,
    compute,
    deletion,
    export,
    inputs,
    job_card,
    job_list,
    job_time,
    notice,
    once,
    tables,
    trash_list,
    visitor,
)
from ui.shared.figure import palette, show
from ui.shared.text import duration, quoted

KIND = "lab_book"
KEY = "book"
KNOWN = "_design-books"
"""In the session: ids of the finished jobs of lab books."""
MATERIALS = 512
TARGET = Parameter(
    "target",
    "Target (%)",
    "",
    0.01,
    99,
    5.0,
    description="Weighted error at which measuring ends, in % of the ranges of the parameters.",
)
SEED = Parameter(
    "seed",
    "Material",
    "",
    0,
    2**31,
    0,
    integer=True,
    description="Number of the simulated material of a rehearsal.",
)
GAIN = Parameter(
    "least_gain",
    "Least gain (% per hour)",
    "",
    0,
    1e6,
    0.0,
    description="Fall of the weighted error per hour, in % of the ranges, below which measuring "
    "ends, too; 0: no such end.",
)
COLUMNS = ["setting", "shots", "seconds_so_far", "expected", "error", "gained", "misfit", "note"]


def view(question: Question, problem: DesignProblem) -> None:
    """Draw the form of a new book, and the chosen one."""
    _new(question, problem)
    job_card.cards(KIND, limit=1)
    trash_list.undo(KIND)
    entries = {entry.id: entry for entry in list_books() if not entry.problem}
    _follow(entries)
    if not entries:
        st.caption("No lab book yet. Begin one, or rehearse it.")
        trash_list.popover(KIND)
        return
    labels = {
        id: f"{entry.title}, {entry.created}: {entry.n_entries} measured"
        for id, entry in entries.items()
    }
    id = inputs.choice("Lab book", labels, KEY, link="book")
    book = stored.book(id)
    if book is not None:
        _shown(book)
        if visitor.may_change(book.owner):
            deletion.button(LAB_BOOK.label, book.id, book.title, _delete)
    trash_list.popover(KIND)


def _new(question: Question, problem: DesignProblem) -> None:
    """Target, and the buttons that begin a book or rehearse one."""
    one = compute.seconds(problem.experiment(problem.settings[0]), 1)
    expected = job_time.Expected(KIND, one * MATERIALS * len(problem.all_settings))
    waits = job_card.own_is_live(KIND)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        target = inputs.number(TARGET, "design-target", link="target", width=130)
        gain = inputs.number(GAIN, "design-least-gain", link="least-gain", width=190)
        params: dict[str, Any] = {"problem": problem.to_dict(), "target": target / 100}
        params |= {"least_gain": gain / 100}
        title = f"Lab book: {question.title}"
        if adding.button(
            "Begin a lab book",
            key="design-begin",
            icon=":material/menu_book:",
            disabled=waits,
            help="Simulates the materials of the book and asks for the first echo.",
        ) and job_card.submit(KIND, params, title, expected):
            st.rerun()
    with st.container(horizontal=True, vertical_alignment="bottom"):
        seed = inputs.number(SEED, "design-material", link="material", width=110)
        again = {"rehearse": True, "seed": int(seed), "title": f"Rehearsal, material {seed:.0f}"}
        if adding.button(
            "Rehearse",
            key="design-rehearse",
            icon=":material/play_circle:",
            disabled=waits,
            help="A simulated spectrometer measures what the book asks for, to the end.",
        ) and job_card.submit(KIND, params | again, f"Rehearsal: {question.title}", expected):
            st.rerun()
    st.caption(
        "After each echo: estimate, the setting that gains most per hour, and when to stop. The "
        f"budget of the session is that of the form, {duration(problem.budget)}."
    )


def _follow(entries: dict) -> None:
    """Choose a book that a job has just made."""
    done = {
        str((job.result or {}).get("id"))
        for job in job_list.jobs()
        if job.kind == KIND and job.status == "done" and visitor.is_own(job.owner)
    }
    before = st.session_state.get(KNOWN)
    st.session_state[KNOWN] = done
    if before is None:
        return
    for id in done - before:
        if id in entries:
            inputs.assign(KEY, id)


def _shown(book: LabBook) -> None:
    """The request, the path so far, the estimates, and the field for the next echo."""
    icon = ":material/flag:" if book.is_finished else ":material/arrow_forward:"
    (st.success if book.is_finished else st.info)(quoted(book.sentence), icon=icon)
    if book.entries and book.entries[-1].note and not book.truth:
        notice.warning(book.entries[-1].note)
    if book.entries:
        show(
            once.figure(
                lambda: lab_book_figure(
                    book.table, palette(), target=book.target.weighted, start=book.prior.weighted
                ),
                *("lab book", book),
            ),
            key="design-book-figure",
            name=f"lab-book-{book.id}",
            code=code(book),
            alt="Weighted error after every measurement against the time so far.",
        )
        tables.show(_estimates(book), key="design-book-estimates")
        table = book.table[COLUMNS]
        height = tables.height(len(table), 8)
        tables.show(table, kind="lab_book", height=height, key="design-book-entries")
    if not book.truth:
        telling.section(book)
    with st.container(horizontal=True):
        export.download(
            "Table (CSV)",
            lambda: compute.csv(book.table, _specs(book), "lab_book"),
            f"{book.id}.csv",
            "text/csv",
            "design-book-csv",
        )
        export.reproduce(
            f"{load(book)}\nprint(book.table)", f"python -m nmr_core design --book {book.id}"
        )


def load(book: LabBook) -> str:
    """Return Python that reads a book."""
    return (
        "from nmr_core.design.sequential.store import load_book\n\n"
        f"book = load_book({book.id!r}, with_pool=False)"
    )


def code(book: LabBook) -> str:
    """Return Python that draws the path of a book."""
    lines = [
        "from nmr_core.plots import LIGHT",
        "from nmr_core.plots.design_proof import lab_book_figure",
        load(book),
        "target, start = book.target.weighted, book.prior.weighted",
        "figure = lab_book_figure(book.table, LIGHT, target=target, start=start)",
    ]
    return "\n".join(lines)


def _specs(book: LabBook) -> dict[str, Parameter]:
    return {spec.name: spec for spec in book.problem.specs}


def _estimates(book: LabBook) -> pd.DataFrame:
    """The present estimate of every parameter; of a rehearsal with the truth."""
    estimate = book.estimate
    rows = []
    for name, spec in _specs(book).items():
        row: dict[str, Any] = {
            "parameter": spec.symbol,
            "unit": spec.unit,
            "predicted": f"{estimate.values[name]:.4g}",
            "interval": f"{estimate.low[name]:.4g} to {estimate.high[name]:.4g}",
        }
        if name in book.truth:
            row["true"] = f"{book.truth[name]:.4g}"
        rows.append(row)
    return pd.DataFrame(rows)


def _delete(id: str) -> None:
    catalogue.delete(LAB_BOOK, id, by=visitor.owner())
