"""The stored ranking of a question: next settings, error against time, what stays unknown."""

from typing import Any

import pandas as pd
import streamlit as st

from nmr_core.design.choosing import STEPS
from nmr_core.design.designing import FEW, quicker
from nmr_core.design.job import design_params
from nmr_core.design.problem import DesignProblem
from nmr_core.design.promising import N_MOST
from nmr_core.design.result import DesignResult
from nmr_core.design.selecting import ECHOES, KEEP, MOST
from nmr_core.jobs.capacity import cores
from nmr_core.plots.design_gains import gains_figure
from nmr_core.plots.design_ranking import ranking_figure
from nmr_core.plots.design_time import pareto_figure
from ui.design import words
from ui.design.question import Question
from ui.shared import adding, compute, export, job_card, job_time, once, tables
from ui.shared.figure import palette, show
from ui.shared.text import quoted

KIND = "design"
IN_BATCH = 0.4
"""Time of an echo of a batch over that of a single one."""
HELP = (
    "How to read: the error after one more acquisition, for as long as one of the default takes; "
    "with its 90 % interval against measuring the default longer, on the same materials. Settings "
    "of one colour are not distinguished from the best one."
)
TIME_HELP = (
    "How to read: below the line of the default, a design is better in the same time. A proposed "
    "design was chosen on some simulated materials and is drawn with its error on others."
)


def begin(question: Question, problem: DesignProblem) -> None:
    """The button that begins the job."""
    expected = job_time.Expected(KIND, _seconds(problem))
    with st.container(horizontal=True, vertical_alignment="center"):
        if adding.button(
            f"Rank {len(problem.settings)} settings ({job_time.words(expected)})",
            type="primary",
            key="design-rank",
            icon=":material/format_list_numbered:",
            shortcut="Ctrl+Enter",
            disabled=job_card.own_is_live(KIND),
        ) and job_card.submit(
            KIND,
            design_params(problem, criterion=question.criterion),
            f"Design: {question.title}",
            expected,
        ):
            st.rerun()
        st.caption(
            "Simulates materials with disorder at every setting; chooses on some, promises on "
            "others. Runs in the background; the result is stored.",
            width="stretch",
        )


def _seconds(problem: DesignProblem) -> float:
    """Nominal computing time, s: mostly that of the simulations."""
    n_settings = len(problem.all_settings)
    first = min(ECHOES, MOST * n_settings) + (MOST * KEEP if n_settings > KEEP else 0)
    if n_settings <= FEW:  # a ranking grows until it is reliable
        first = 2 * STEPS[-1] * n_settings
    again = STEPS[-1] * min(KEEP, n_settings) / 2 + N_MOST * min(2 * problem.most, n_settings)
    one = compute.seconds(quicker(problem).experiment(problem.settings[0]), 1)
    return IN_BATCH * one * (first + again) / cores()


def next_settings(question: Question, result: DesignResult) -> None:
    """The ranking as a figure and as a table."""
    now = float(result.designs.loc[result.designs["kind"] == "default", "error"].iloc[0])
    show(
        once.figure(
            lambda: ranking_figure(result.ranking, now, palette()),
            *("design ranking", result),
        ),
        key="design-ranking",
        name=f"design-ranking-{question.source}",
        code=question.figure(
            "design_ranking",
            "ranking_figure",
            'is_default = result.designs["kind"] == "default"',
            'now = result.designs.loc[is_default, "error"].iloc[0]',
            "figure = ranking_figure(result.ranking, now, LIGHT)",
        ),
        alt="Expected error after every setting as the next measurement, with intervals.",
    )
    st.caption(
        f"Each setting measured after the default, on {result.n_materials:,} simulated materials.",
        help=HELP,
    )
    table = result.ranking[SHOWN]
    bar = {
        "type": st.column_config.ProgressColumn,
        "format": "percent",
        "min_value": 0.0,
        "max_value": float(table["error"].max()),
    }
    tables.show(
        table,
        kind="design",
        columns={"error": bar},
        height=tables.height(len(table), 8),
        key="design-ranking-table",
    )
    _unknown(result)
    _downloads(question, result, result.ranking, "ranking")


SHOWN = ["setting", "error", "low", "high", "seconds", "gain_per_hour", "group"]
"""Columns of the ranking on the page; the CSV file has all."""


def error_against_time(question: Question, result: DesignResult) -> None:
    """Errors of designs of several lengths, and the error of every parameter."""
    budget = result.problem.budget
    show(
        once.figure(
            lambda: pareto_figure(result.designs, palette(), budget=budget),
            *("design pareto", result),
        ),
        key="design-pareto",
        name=f"design-time-{question.source}",
        code=question.figure(
            "design_time",
            "pareto_figure",
            "budget = result.problem.budget",
            "figure = pareto_figure(result.designs, LIGHT, budget=budget)",
        ),
        alt="Error of designs against their measuring time.",
    )
    st.caption("Attained errors, with 90 % intervals.", help=TIME_HELP)
    show(
        once.figure(
            lambda: gains_figure(result.parameters, result.specs, palette()),
            *("design gains", result),
        ),
        key="design-parameters",
        name=f"design-parameters-{question.source}",
        code=question.figure(
            "design_gains",
            "gains_figure",
            "figure = gains_figure(result.parameters, result.specs, LIGHT)",
        ),
        alt="Error of every parameter with the default and with the proposed design.",
    )
    _unknown(result)
    _downloads(question, result, result.designs, "time")


def _unknown(result: DesignResult) -> None:
    """What no candidate determines."""
    for sentence in result.unknown.values():
        st.info(quoted(sentence), icon=":material/visibility_off:")


def _downloads(question: Question, result: DesignResult, table: pd.DataFrame, part: str) -> None:
    specs: dict[str, Any] = {spec.name: spec for spec in result.specs}
    with st.container(horizontal=True):
        export.download(
            "Table (CSV)",
            lambda: compute.csv(words.for_people(table), specs, "design"),
            f"design-{part}.csv",
            "text/csv",
            f"design-{part}-csv",
        )
        export.reproduce(f"{question.python}\nprint(result.ranking)", question.command)
