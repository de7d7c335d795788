"""Downloads of the comparison, and the code that reproduces it."""

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from nmr_core.evaluation.compare import score_rows
from nmr_core.evaluation.reproduce import reproduction
from nmr_core.evaluation.submission import FILE, submission, submission_problem
from nmr_core.learning import Run
from nmr_core.plots.report import report_html
from nmr_core.weights import WEIGHT
from ui.compare import cached
from ui.compare.cached import titles
from ui.shared import boot, compute, export
from ui.shared.text import quoted


@st.fragment
def buttons(runs: Sequence[Run]) -> None:
    """Show a row of downloads; their bytes are made on the click."""
    with boot.part("downloads"), st.container(horizontal=True):
        export.download(
            "Scores (CSV)",
            lambda: compute.csv(score_rows(runs), _targets(runs)),
            "scores.csv",
            "text/csv",
            "scores-csv",
        )
        export.download(
            "Predictions (CSV)",
            lambda: compute.csv(predictions(runs), _targets(runs)),
            "predictions.csv",
            "text/csv",
            "pred-csv",
            of=things(runs),
        )
        export.download(
            "Report (HTML)",
            lambda: report_html(runs).encode(),
            "report.html",
            "text/html",
            "report-html",
            of=things(runs),
        )
        window = st.popover(
            "2020 submission", icon=":material/outbox:", key="submission-open", on_change="rerun"
        )
        if window.open:
            with window:
                _submission(runs)
        export.reproduce(*reproduction(runs, cached.opened))


def things(runs: Sequence[Run]) -> list[export.Thing]:
    """The runs as things of a download."""
    return [export.Thing("run", run.id, run.manifest.owner) for run in runs]


def _targets(runs: Sequence[Run]) -> dict[str, dict]:
    return {name: spec for run in runs for name, spec in run.manifest.targets.items()}


def predictions(runs: Sequence[Run]) -> pd.DataFrame:
    """Return true and predicted values of every test echo of every run, and their weights."""
    table = pd.concat([run.predictions.assign(run=run.id) for run in runs], ignore_index=True)
    # Runs on samples of the prior have no column of weights
    return table.fillna({WEIGHT: 1.0}) if WEIGHT in table else table


def _submission(runs: Sequence[Run]) -> None:
    able = {run.id: run for run in runs if not submission_problem(run)}
    if not able:
        st.caption(quoted(submission_problem(runs[0])))
        return
    st.caption(
        f"{FILE}: one row per test echo with alpha, xi, p and d, separated by tabs, in the order "
        "of the echoes."
    )
    names = titles(able.values())
    run = able[st.selectbox("Run", list(able), format_func=names.get, key="submit-run")]
    export.download(
        FILE, lambda: submission(run).encode(), FILE, "text/plain", "submission", of=things([run])
    )
