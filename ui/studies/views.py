"""Finished studies: the list, what is opened from it, downloads, and the one that runs."""

from dataclasses import dataclass

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from nmr_core.errors import FailedError, InputError
from nmr_core.glossary import Targets
from nmr_core.jobs import Job, api
from nmr_core.parameters import Parameter
from nmr_core.plots import studies as figures
from nmr_core.studies import STUDIES, Study, StudyEntry, delete_study, load_study
from nmr_core.studies.columns import option_columns
from nmr_core.studies.learning_curve import half, laws
from nmr_core.studies.power_law import PowerLaw, needed
from nmr_core.studies.reproduce import command_of, python_of
from ui.shared import (
    caches,
    compute,
    deletion,
    export,
    gone,
    inputs,
    job_card,
    lists,
    notice,
    once,
    pages,
    spaces,
    tables,
    things,
    trash_list,
    visitor,
)
from ui.shared.figure import palette, show
from ui.shared.text import duration, quoted

GOAL = Parameter(
    "goal",
    "Error to reach",
    "",
    0,
    100,
    0.0,
    description="How many curves would it take? 0 draws no line.",
)
SHOWN = 6


@dataclass(frozen=True)
class _Fitted:
    law: PowerLaw | None
    others: list[PowerLaw]


@caches.resource(max_entries=64, show_spinner=False)
def _fitted(id_: str, created: str, _study: Study) -> _Fitted:
    return _Fitted(*laws(_study.rows))


def choose(kind: str) -> list[StudyEntry]:
    """The opened studies: one that has just ended, else those of the link, else the newest."""
    entries = {entry.id: entry for entry in lists.studies()}
    readable = {i: entry for i, entry in entries.items() if entry.study}
    for entry in entries.values():
        if entry.problem:
            st.caption(f":material/error: {notice.sentence(entry.problem)}")
    new = st.session_state.get("_study-new")
    if new in readable:
        del st.session_state["_study-new"]
        inputs.assign("study", [new])
    if "study" not in st.session_state or st.session_state.get("_study-kind", kind) != kind:
        inputs.assign("study", _usual(readable, kind))
    st.session_state["_study-kind"] = kind
    titles = things.labels({i: entry.study.title for i, entry in readable.items()})
    inputs.follow_labels(titles, "study")
    things.several("study", readable, [], noun="study", most=SHOWN)
    opened = st.multiselect(
        "Finished studies",
        list(readable),
        key="study",
        persist_state="session",
        max_selections=SHOWN,
        format_func=lambda i: titles.get(i, i),
        placeholder="Choose one, or several learning curves to overlay",
        label_visibility="collapsed",
    )
    if len(opened) == 1:
        pages.name_tab(readable[opened[0]].study.title)
    return [readable[i] for i in opened]


def _usual(readable: dict[str, StudyEntry], kind: str) -> list[str]:
    """The newest of this kind; examples together, to show what an overlay is."""
    mine = [i for i, entry in readable.items() if entry.study.kind == kind]
    own = [i for i in mine if not readable[i].shipped]
    return own[:1] or mine[:2]


def views(entries: list[StudyEntry]) -> None:
    """Figures and tables of the opened studies; learning curves of one task together."""
    studies = [entry.study for entry in entries]
    for task in ("regression", "classification"):
        curves = [
            study for study in studies if study.kind == "learning_curve" and study.task == task
        ]
        if curves:
            _curves(curves, task)
    for study in studies:
        if study.kind != "learning_curve":
            _one(study)
    if entries:
        _take(entries)
    else:
        trash_list.popover("study")
    trash_list.undo("study", key="study")


def _head(study: Study) -> None:
    st.markdown(
        f"**{quoted(study.title)}**  :small[{quoted(study.dataset_title)} · "
        f"predicts {_symbols(study)} · {len(study.rows)} fits in {duration(study.seconds)} · "
        f"{_whose(study)}{study.id}]"
    )


def _whose(study: Study) -> str:
    """Owner and day, on a server for a team."""
    if not (study.owner and spaces.are_used()):
        return ""
    return f"{quoted(visitor.person(study.owner))}, {study.created[:10]} · "


def _symbols(study: Study) -> str:
    return ", ".join(quoted(target["symbol"]) for target in study.targets.values())


def _curves(studies: list[Study], task: str) -> None:
    fits = {study.id: _fitted(study.id, study.created, study) for study in studies}
    reached = min(study.summary["last"] for study in studies)
    goal = inputs.number(
        GOAL.within(0, 100, half(reached)),
        f"study-goal-{'-'.join(fits)}"[:200],
        link=f"study-goal-{task}",
        width=220,
    )
    curves = [
        figures.Curve(
            _name(study, studies),
            study.table(),
            fits[study.id].law,
            palette().series[k % len(palette().series)],
        )
        for k, study in enumerate(studies)
    ]
    show(
        once.figure(
            lambda: figures.learning_curve_figure(curves, palette(), task, goal or None),
            "learning curves",
            tuple((study.id, study.created, study.title) for study in studies),
            goal,
        ),
        key=f"study-curves-{task}",
        name="learning-curves-" + "-".join(fits),
        code=_curves_code(studies, task, goal),
        alt=f"Error against the number of curves, {len(curves)} learning curves.",
    )
    for study in studies:
        _head(study)
        fit = fits[study.id]
        if fit.law is None:
            st.markdown(quoted(study.sentence))
        else:
            last, baseline = study.summary["last"], study.summary["baseline"]
            text = (
                f"{study.summary['n_last']:,} curves: error {last:.4g}, "
                f"baseline {baseline:.4g}. {fit.law.sentence} "
            )
            answer = needed(fit.law, fit.others, goal).sentence if goal else ""
            st.markdown(quoted(text) + (f"**{quoted(answer)}**" if answer else ""))
    st.caption(
        "Dots: single fits; bars: standard deviation. Line: a n⁻ᵇ + c, fitted where the error is "
        "below the baseline; dashed: extrapolated. Brackets: 95 % interval of the fit. All sizes "
        "share one test part."
    )


def _curves_code(studies: list[Study], task: str, goal: float) -> str:
    names = {study.id: _name(study, studies) for study in studies}
    return "\n".join(
        [
            "from nmr_core.plots import LIGHT",
            "from nmr_core.plots.studies import Curve, learning_curve_figure",
            "from nmr_core.studies import load_study",
            "from nmr_core.studies.learning_curve import laws",
            "",
            f"names = {names!r}",
            "curves = []",
            "for id, colour in zip(names, LIGHT.series):",
            "    study = load_study(id)",
            "    law, others = laws(study.rows)",
            "    curves.append(Curve(names[id], study.table(), law, colour))",
            f"figure = learning_curve_figure(curves, LIGHT, {task!r}, {goal or None!r})",
        ]
    )


def _code_of_one(study: Study) -> str:
    """The same as :func:`figure_of`, for a finished study."""
    if study.kind == "validation_curve":
        function, arguments = "validation_curve_figure", "LIGHT, study.task"
    elif study.kind == "search":
        function, arguments = "search_figure", "LIGHT, study.summary.get('winner'), study.task"
    elif study.kind == "sanity":
        function, arguments = "sanity_figure", "LIGHT"
    else:
        names = "fold" if study.kind == "cross_validation" else "seed"
        mean = study.summary.get("mean", study.summary.get("error"))
        sd = study.summary.get("sd")
        function, arguments = "spread_figure", f"{names!r}, LIGHT, {mean!r}, {sd!r}, study.task"
    return "\n".join(
        [
            "from nmr_core.plots import LIGHT",
            f"from nmr_core.plots.studies import {function}",
            "from nmr_core.studies import load_study",
            "",
            f"study = load_study({study.id!r})",
            f"figure = {function}(study.table(), {arguments})",
        ]
    )


def _name(study: Study, studies: list[Study]) -> str:
    name = study.title.partition(": ")[2] or study.title
    twice = sum((other.title.partition(": ")[2] or other.title) == name for other in studies) > 1
    return f"{name} · {study.id[-4:]}" if twice else name


def _one(study: Study) -> None:
    _head(study)
    rows = study.table()
    show(
        once.figure(
            lambda: figure_of(study.kind, rows, study.task, study.summary),
            "study",
            study.id,
            study.created,
        ),
        key=f"study-figure-{study.id}",
        name=f"{study.kind}-{study.id}",
        code=_code_of_one(study),
        alt=quoted(study.sentence),
    )
    st.markdown(quoted(study.sentence))
    details = study.summary.get("details")
    if details:
        tables.show(pd.DataFrame(details), study.targets, key=f"study-details-{study.id}")
    if study.kind in ("search", "sanity"):
        _table(rows, study.kind, f"study-rows-{study.id}", study.targets)


def _table(rows: pd.DataFrame, kind: str, key: str, targets: Targets | None = None) -> None:
    shown = rows.sort_values(["n", "error"], ascending=[False, True]) if kind == "search" else rows
    about = {**(targets or {}), **option_columns(shown)}
    tables.show(shown, about, kind="study", key=key, height=tables.height(len(shown), 8))


def figure_of(kind: str, rows: pd.DataFrame, task: str, summary: dict) -> go.Figure:
    """The figure of a kind, also of one that is not finished (its summary is empty)."""
    if kind == "learning_curve":
        curve = figures.Curve("so far", rows, None, palette().series[0])
        return figures.learning_curve_figure([curve], palette(), task, height=340)
    if kind == "validation_curve":
        return figures.validation_curve_figure(rows, palette(), task)
    if kind == "search":
        return figures.search_figure(rows, palette(), summary.get("winner"), task)
    if kind == "sanity":
        return figures.sanity_figure(rows, palette())
    mean = summary.get("mean", summary.get("error"))
    return figures.spread_figure(
        rows,
        "fold" if kind == "cross_validation" else "seed",
        palette(),
        mean,
        summary.get("sd"),
        task,
    )


def _take(entries: list[StudyEntry]) -> None:
    """Downloads, the lines that make the studies again, deletion."""
    studies = [entry.study for entry in entries]
    with st.container(horizontal=True):
        export.download(
            "Table (CSV)",
            lambda: compute.csv(_joined(studies), _about(studies), "study"),
            "studies.csv",
            "text/csv",
            "study-csv",
        )
        export.reproduce("\n\n".join(map(python_of, studies)), "\n".join(map(command_of, studies)))
        owners = visitor.owners("study", {study.id: study.owner for study in studies})
        titles = {
            entry.id: f"{entry.study.title} · {entry.id[-4:]}"
            for entry in entries
            if not entry.shipped and visitor.may_change(owners[entry.id])
        }
        deletion.popover("study", titles, _delete)
        trash_list.popover("study")


def _about(studies: list[Study]) -> dict[str, dict]:
    """Targets, and options that columns are about."""
    targets = {name: spec for study in studies for name, spec in study.targets.items()}
    return targets | option_columns(_joined(studies))


def _joined(studies: list[Study]) -> pd.DataFrame:
    return pd.concat(
        [study.table().assign(study=study.id, kind=study.kind) for study in studies],
        ignore_index=True,
    )


def _delete(id_: str) -> None:
    delete_study(id_, by=visitor.owner())
    gone.leave("study", id_)


def cards() -> None:
    """Cards of the newest studies: fits so far while one runs, the result when it is done."""
    job_card.cards("study", limit=3, inside=_inside)


def _inside(job: Job) -> None:
    if job.status == "running":
        _so_far(job)
    elif job.status == "done":
        _result(job)


def _result(job: Job) -> None:
    """The sentence of a finished study, and a button that opens it."""
    id_ = job.params.get("study", "")
    try:
        study = load_study(id_)
    except (InputError, FailedError):
        st.caption("This study has been deleted or cannot be read.")
        return
    is_open = id_ in st.session_state.get("study", ())
    with st.container(horizontal=True, vertical_alignment="center"):
        if "summary" not in (job.result or {}):  # of a job of an earlier version
            st.markdown(f":small[{quoted(study.sentence)}]", width="stretch")
        label = "Shown" if is_open else "Open"
        icon = ":material/check:" if is_open else ":material/query_stats:"
        if st.button(label, key=f"study-open-{job.id}", icon=icon, disabled=is_open):
            st.session_state["_study-new"] = id_
            st.rerun()


def _so_far(job: Job) -> None:
    """Figure and last rows of a study that runs."""
    rows, kind = api.live(job.id).get("rows"), job.params.get("kind")
    if not isinstance(rows, list) or kind not in STUDIES:
        return
    table = pd.DataFrame([row for row in rows if isinstance(row, dict)])
    if "error" not in table or table["error"].isna().all():
        return
    task = "classification" if "f1" in table else "regression"
    show(figure_of(kind, table, task, {}), key=f"study-live-{job.id}", alt="The study so far.")
    _table(table.tail(8), "", f"study-live-rows-{job.id}")
