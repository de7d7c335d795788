"""The table of all runs: ticks choose what is compared, stars and tags are edited in place."""

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

import pandas as pd
import streamlit as st

from nmr_core.errors import FailedError, InputError
from nmr_core.evaluation import load_run
from nmr_core.evaluation.compare import RunEntry
from nmr_core.evaluation.marks import all_marks, mark, retag
from nmr_core.evaluation.run_table import (
    COLUMNS,
    NO_MARKS,
    NO_SCORES,
    RunRow,
    Scores,
    run_table,
    scores_of,
)
from nmr_core.glossary import term
from nmr_core.learning import Run
from ui.compare import cached, compared, reference
from ui.shared import compute, once, preferences, tables, visitor

ROWS = 7
"""Rows in view."""
SHIPPED = "shipped"
COMPARE = term("compared").head
"""Column of the ticks."""
WIDTHS = {"error": 165, "change": 150, "notes": 320}
"""Pixels of columns with texts of one length."""
LETTER, EDGES, NARROWEST, WIDEST = 6.2, 24, 90, 340
"""Pixels of a letter and of both edges of a cell; least and most of a column with titles."""


def rows(
    entries: Mapping[str, RunEntry], base: Run | None, owners: Mapping[str, str] | None = None
) -> Sequence[RunRow]:
    """Return a row per run, newest first; the same objects until one of them changes.

    Parameters
    ----------
    entries : mapping of str to RunEntry
        All runs by id.
    base : Run, optional
        Reference run.
    owners : mapping of str to str, optional
        Id -> owner, as :func:`owners_of` returns it.
    """
    marks = all_marks()
    owners = owners_of(entries) if owners is None else owners
    names = {owner: _who(owner) for owner in set(owners.values())}
    base_version = reference.version(base)
    manifests = tuple(entry.run.manifest for entry in entries.values())
    scores = tuple(_scores(entry.path, entry.run.manifest.created) for entry in entries.values())
    marked = tuple(marks.get(id, NO_MARKS) for id in entries)
    who = tuple(SHIPPED if entry.shipped else names[owners[id]] for id, entry in entries.items())

    def build() -> tuple[RunRow, ...]:
        changes = [reference.change((m.id, m.created), base_version) for m in manifests]
        return tuple(map(RunRow, manifests, scores, marked, who, changes))

    return once.table(build, "rows of runs", manifests, scores, marked, who, base_version)


def owners_of(entries: Mapping[str, RunEntry]) -> dict[str, str]:
    """Return id -> owner of all runs."""
    return visitor.owners("run", {id: e.run.manifest.owner for id, e in entries.items()})


def _who(owner: str) -> str:
    """Whose a run is; on a laptop everything is the visitor's."""
    return "you" if not owner and visitor.alone() else preferences.person(owner)


def _scores(folder: Path, created: str) -> Scores:
    """The scores of a run; without any while its predictions cannot be read."""
    try:
        return _read_scores(folder, created)
    except (FailedError, InputError):
        return NO_SCORES


@lru_cache(maxsize=5000)
def _read_scores(folder: Path, created: str) -> Scores:
    """The scores of a run, read once; an error is not remembered.

    A cache of Streamlit would take ten times as long to look up a hundred runs.
    """
    return scores_of(load_run(folder))


def rows_of(versions: cached.Versions) -> list[RunRow]:
    """Return rows without marks, by (id, creation time)."""
    runs = [compute.run(*version) for version in versions]
    return [RunRow(run.manifest, _scores(run.path, run.manifest.created)) for run in runs]


def table(rows: Sequence[RunRow], columns: Sequence[str], base: Run | None) -> None:
    """Show the rows; a tick, a star or a tag is carried out at once."""
    names = (*columns, *(["change"] if base else []))
    ticked = tuple(sorted(st.session_state["runs"]))
    shown = once.table(
        lambda: _shown(rows, names, ticked), "table of runs", tuple(rows), names, ticked
    )
    editable = {COMPARE, COLUMNS["star"].head, COLUMNS["tags"].head}
    st.data_editor(
        shown.frame,
        key=shown.key,
        hide_index=True,
        height=tables.height(len(rows), ROWS),
        num_rows="fixed",
        disabled=[name for name in shown.frame if name not in editable],
        on_change=edited,
        args=(shown.key, rows),
        placeholder="–",
        alt=f"{len(rows)} runs.",
        column_config=shown.config,
    )


@dataclass(frozen=True)
class _Shown:
    """The table as it is shown: cells, key of the widget, and configuration of the columns."""

    frame: pd.DataFrame
    key: str
    config: dict[str, Any]

    @property
    def nbytes(self) -> int:
        return int(self.frame.memory_usage(deep=True).sum())


def _shown(rows: Sequence[RunRow], names: Sequence[str], ticked: Collection[str]) -> _Shown:
    lines = [
        {COMPARE: row.id in ticked} | line
        for row, line in zip(rows, run_table(rows, names), strict=True)
    ]
    ids = [row.id for row in rows]
    # Any edit makes a new table
    key = "runs-" + hashlib.sha256(repr((ids, lines)).encode()).hexdigest()[:10]
    return _Shown(pd.DataFrame(lines), key, _config(names, lines, _all_tags(rows)))


def _all_tags(rows: Sequence[RunRow]) -> list[str]:
    return sorted({tag for row in rows for tag in row.marks.tags})


def _width(name: str, label: str, lines: Sequence[Mapping[str, Any]]) -> int | None:
    """Pixels of a column; those of titles and tags have room for the longest."""
    if name not in ("title", "dataset", "tags"):
        return WIDTHS.get(name)
    texts = [line[label] for line in lines]
    longest = max(len(text) if isinstance(text, str) else len("  ".join(text)) for text in texts)
    return round(min(max(LETTER * longest + EDGES, NARROWEST), WIDEST))


def _config(
    names: Sequence[str], lines: Sequence[Mapping[str, Any]], tags: list[str]
) -> dict[str, Any]:
    column = st.column_config
    config: dict[str, Any] = {
        COMPARE: column.CheckboxColumn(width=84, help=term("compared").meaning, pinned=True)
    }
    for name in names:
        label, help = COLUMNS[name].head, COLUMNS[name].meaning
        width = _width(name, label, lines) if name != "r2" else None
        if name == "star":
            config[label] = column.CheckboxColumn(width=48, help=help, pinned=True)
        elif name == "tags":
            config[label] = column.MultiselectColumn(
                width=width, help=help, options=tags, accept_new_options=True
            )
        elif name in ("training", "test"):
            config[label] = column.NumberColumn(format="localized", help=help)
        elif name == "seconds":
            config[label] = column.NumberColumn(format="%.1f", help=help)
        else:
            config[label] = column.TextColumn(width=width, help=help, pinned=name == "title")
    r2 = column.NumberColumn(format="%.3f", width=66, help=COLUMNS["r2"].meaning)
    return config | {label: r2 for label in lines[0] if label.startswith("R² ")}


def edited(key: str, rows: Sequence[RunRow]) -> None:
    """Apply what was ticked, starred or tagged in the table."""
    star, tags = COLUMNS["star"].head, COLUMNS["tags"].head
    for number, changes in st.session_state[key]["edited_rows"].items():
        row = rows[int(number)]
        if COMPARE in changes:
            others = [other for other in st.session_state["runs"] if other != row.id]
            compared.compare([*others, row.id] if changes[COMPARE] else others)
        if star in changes:
            compared.attempt(row.id, partial(mark, row.id, star=bool(changes[star])))
        if tags in changes:
            compared.attempt(row.id, partial(retag, row.id, row.marks.tags, changes[tags] or []))
