"""Take the comparison home: CSV, the HTML report, the file of the 2020 challenge, the lines that make it again."""

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from nmr_core.evaluation.compare import score_rows
from nmr_core.evaluation.reproduce import command_of, python_of
from nmr_core.evaluation.submission import FILE, submission, submission_problem
from nmr_core.learning import Run
from nmr_core.plots.report import report_html
from ui.compare.parity import title
from ui.shared import compute, export
from ui.shared.text import quoted


def buttons(chosen: Sequence[Run]) -> None:
    """A row of downloads; bytes are made when they are asked for."""
    ids = [run.id for run in chosen]
    with st.container(horizontal=True):
        export.download(
            "Scores (CSV)",
            lambda: compute.csv(score_rows(chosen)),
            "scores.csv",
            "text/csv",
            "scores-csv",
        )
        export.download(
            "Predictions (CSV)",
            lambda: compute.csv(predictions(chosen)),
            "predictions.csv",
            "text/csv",
            "pred-csv",
        )
        export.download(
            "Report (HTML)",
            lambda: report_html(chosen).encode(),
            "report.html",
            "text/html",
            "report-html",
        )
        with st.popover("2020 submission", icon=":material/outbox:"):
            _submission(chosen)
        export.reproduce(
            "import nmr_core as nmr\n\nruns = [nmr.load_run(i) for i in "
            + repr(ids)
            + "]\nprint(nmr.compare(runs))"
            + "".join(f"\n\n# {run.id}\n" + python_of(run) for run in chosen),
            "python -m nmr_core compare "
            + " ".join(ids)
            + "".join("\n" + command_of(run) for run in chosen),
        )


def predictions(chosen: Sequence[Run]) -> pd.DataFrame:
    """Truth and prediction of every test curve of every run."""
    return pd.concat([run.predictions.assign(run=run.id) for run in chosen], ignore_index=True)


def _submission(chosen: Sequence[Run]) -> None:
    able = [run for run in chosen if not submission_problem(run)]
    if not able:
        st.caption(quoted(submission_problem(chosen[0])))
        return
    st.caption(
        f"{FILE}: alpha, xi, p, d of a test curve a row, separated by tabs, in the order of the curves."
    )
    run = st.selectbox("Run", able, format_func=title, key="submit-run")
    export.download(FILE, lambda: submission(run).encode(), FILE, "text/plain", "submission")
