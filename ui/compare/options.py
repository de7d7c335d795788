"""Options of all listed runs against their error, as parallel coordinates."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go
import streamlit as st

from nmr_core.evaluation.option_axes import option_axes
from nmr_core.evaluation.run_table import RunRow
from nmr_core.glossary import term
from nmr_core.learning import Run
from nmr_core.plots import DARK, LIGHT
from nmr_core.plots.options import options_figure
from ui.compare import cached, reference, runs_table
from ui.shared import boot, caches, inputs, state
from ui.shared.figure import palette, show

FEWEST = 3
"""Runs from which on the figure says anything."""
MOST = 200


@st.fragment
def view(runs: Sequence[Run], base: Run | None) -> None:
    """Show the options of the runs on one data set, at first that of the compared runs."""
    with boot.part("options"):
        rows = [
            row
            for row in runs_table.rows(state.runs(), base)
            if np.isfinite(row.scores.error[0]) and row.scores.error[0] > 0
        ]
        compared = {run.manifest.dataset for run in runs}
        rows.sort(key=lambda row: row.manifest.dataset not in compared)
        by_dataset: dict[str, list[RunRow]] = {}
        for row in rows:
            by_dataset.setdefault(row.manifest.dataset, []).append(row)
        able = {id: group for id, group in by_dataset.items() if len(group) >= FEWEST}
        if not able:
            st.caption(f"Train {FEWEST} runs on one data set to see which options matter.")
            return
        if not compared & set(able):
            st.caption(
                f"The data set of the compared runs has fewer than {FEWEST} runs: these are the "
                "runs on another one."
            )
        titles = {
            id: f"{group[0].manifest.dataset_title} · {len(group)} runs"
            for id, group in able.items()
        }
        group = able[inputs.choice("Runs on", titles, "options-dataset")][:MOST]
        versions = tuple((row.id, row.manifest.created) for row in group)
        drawn, alt = _figure(versions, reference.version(base), palette() is DARK)
        if drawn is None:
            st.caption("These runs were made in the same way; only their ids and times differ.")
            return
        code = _code([row.id for row in group], base)
        show(drawn, key="options", name="compare-options", code=code, alt=alt)
        st.caption(
            "One line per run, the best on top of the last axis and darkest. Hover for its "
            "options; the thick line is the reference run."
        )


def _code(ids: list[str], base: Run | None) -> str:
    thick = ids.index(base.id) if base and base.id in ids else None
    return "\n".join(
        [
            "import numpy as np",
            "import nmr_core as nmr",
            "from nmr_core.evaluation.option_axes import option_axes",
            "from nmr_core.evaluation.run_table import RunRow, scores_of",
            "from nmr_core.plots import LIGHT",
            "from nmr_core.plots.options import options_figure",
            "",
            f"runs = [nmr.load_run(id) for id in {ids!r}]",
            "rows = [RunRow(run.manifest, scores_of(run)) for run in runs]",
            "errors = np.array([row.scores.error[0] for row in rows])",
            "titles = [row.manifest.title for row in rows]",
            "figure = options_figure(option_axes(rows), errors, titles, LIGHT,",
            f"                        label={term('error').head!r}, reference={thick})",
        ]
    )


@caches.resource(max_entries=50, show_spinner=False)
def _figure(
    versions: cached.Versions, base: cached.Version, dark: bool
) -> tuple[go.Figure | None, str]:
    rows = runs_table.rows_of(versions)
    axes = option_axes(rows)
    if not axes:
        return None, ""
    ids = [row.id for row in rows]
    figure = options_figure(
        axes,
        np.array([row.scores.error[0] for row in rows]),
        [row.manifest.title for row in rows],
        DARK if dark else LIGHT,
        label=term("error").head,
        reference=ids.index(base[0]) if base[0] in ids else None,
    )
    names = ", ".join(axis.label for axis in axes)
    return figure, f"{len(rows)} runs by {names}, and their error."
