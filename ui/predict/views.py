"""Estimates: the table, the curve behind a row, predicted against true where the truth is known."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import streamlit as st

from nmr_core.datasets import EchoDataset
from nmr_core.glossary import FAR_WORSE, far_worse, term
from nmr_core.io.formats import Foreign
from nmr_core.learning import Run
from nmr_core.learning.hardly import hardly_estimated
from nmr_core.learning.predicting import prediction_scores
from nmr_core.measured.estimating import (
    NOT_IDENTIFIABLE,
    OUT_OF_DOMAIN,
    for_people,
    hide_out_of_domain,
    hide_unidentifiable,
)
from nmr_core.plots import Panel, parity_figure, signal_figure
from nmr_core.plots.classes import probability_figure
from nmr_core.plots.measured import estimates_figure
from ui.predict import code, error_model, posterior
from ui.predict.echo import Echo
from ui.shared import boot, compute, export, figure_code, once, tables
from ui.shared.figure import palette, show
from ui.shared.text import quoted

if TYPE_CHECKING:
    import plotly.graph_objects as go

SHOWN = 5000
"""Rows of the table on the page; the CSV has all."""
ROW = 4


@st.fragment
def views(
    run: Run,
    full: pd.DataFrame,
    curves: EchoDataset | Foreign | None,
    name: str,
    source: str,
    level: float,
) -> None:
    """Show everything that answers a click.

    Parameters
    ----------
    run : Run
        Fitted model with its manifest.
    full : DataFrame
        Estimates of all curves.
    curves : EchoDataset or Foreign, optional
        Where they are loaded.
    name : str
        Of the data set or file.
    source : str
        Python that reads the curves.
    level : float
        Of the intervals.
    """
    with boot.part("estimates"):
        n_out, sentences = once.table(lambda: _remarks(full), "remarks", full)
        small = f"  \n:small[{' '.join(sentences)}]" if sentences else ""
        st.markdown(f"**Estimates for {len(full):,} curves**{small}")
        insists = error_model.insists(n_out, "insist")
        table = (
            full if insists else once.table(lambda: hide_out_of_domain(run, full), full, "hidden")
        )
        left, right = st.columns([1.5, 1], gap="medium")
        with left:
            index = _table(run, table, level)
        with right:
            _curve(run, table, curves, index, source)
            _behind(run, table, index, level, code.estimates(run, source, level, insists))
        if curves is not None:
            posterior.section(run, _echo(run, full, curves, index, name, source, insists))
        _scored(run, full, code.estimates(run, source, level, insist=True))
        _take(run, table, name, source)


def _remarks(table: pd.DataFrame) -> tuple[int, list[str]]:
    """Number of echoes out of domain, and sentences on what is to be read with care."""
    n_out = 0
    if "applicability" in table:
        n_out = int((table["applicability"] == OUT_OF_DOMAIN).sum())
    outside, learned = int((table["outside"] != "").sum()), int(table["learned"].sum())
    sentences = []
    if n_out:
        sentences.append(f"{n_out:,} echoes are out of domain; their estimates are hidden.")
    if outside:
        sentences.append(
            f"{outside:,} estimates lie outside the range of the training data: do not trust these."
        )
    if learned:
        sentences.append(
            f"The run was trained on {learned:,} of the curves; they are left out of the scores."
        )
    return n_out, sentences


def _table(run: Run, table: pd.DataFrame, level: float) -> int:
    """Show the table; return the index of the selected row."""
    index = tables.select(
        once.table(lambda: _shown(run, table, level), "estimates", run, table, level),
        height=340,
        key="estimates",
        link="estimate",
    )
    if len(table) > SHOWN:
        st.caption(f"The first {SHOWN:,} of {len(table):,} rows; the CSV file has all.")
    for reason in run.manifest.unidentifiable.values():
        st.caption(f"{quoted(reason)} It has no estimate.")
    for sentence in once.table(lambda: hardly_estimated(run), "hardly", run).values():
        st.caption(quoted(sentence))
    return index


def _shown(run: Run, table: pd.DataFrame, level: float) -> tables.Ready:
    columns = _columns(run, table.head(SHOWN))
    return tables.ready(columns, run.manifest.targets, columns=_own_columns(run, level))


def _columns(run: Run, table: pd.DataFrame) -> pd.DataFrame:
    """The columns that have anything to show, intervals as texts."""
    columns = {"curve": table["sample"]}
    if "applicability" in table and table["applicability"].any():
        columns["applicability"] = table["applicability"]
    for target in run.targets:
        if target in run.manifest.unidentifiable:
            continue
        columns[f"predicted_{target}"] = table[f"predicted_{target}"]
        if f"spread_{target}" in table:
            columns[f"spread_{target}"] = table[f"spread_{target}"]
        if f"low_{target}" in table:
            columns[f"interval_{target}"] = _intervals(table, target)
        if f"true_{target}" in table:
            columns[f"true_{target}"] = table[f"true_{target}"]
    if "set" in table:
        columns["set"] = table["set"]
    probabilities = [f"probability_{label}" for label in run.classes]
    columns |= {name: table[name] for name in probabilities if name in table}
    if table["outside"].any():
        columns["outside"] = [_symbols(run, text) for text in table["outside"]]
    if table["learned"].any():
        columns["learned"] = table["learned"]
    return pd.DataFrame(columns)


def _symbols(run: Run, names: str) -> str:
    """ "α, d" for "alpha, d"."""
    specs = run.manifest.targets
    return ", ".join(specs[name]["symbol"] for name in names.split(", ")) if names else ""


def _own_columns(run: Run, level: float) -> dict[str, dict]:
    """What columns have beyond the glossary: the level in the head, bars of probabilities."""
    specs = run.manifest.targets
    intervals = {
        f"interval_{name}": {"label": f"{level:.0%} interval {specs[name]['symbol']}"}
        for name in run.targets
    }
    bar = {"type": st.column_config.ProgressColumn, "min_value": 0.0, "max_value": 1.0}
    bars = {f"probability_{label}": bar | {"format": "%.2f"} for label in run.classes}
    return intervals | bars | {"set": {"label": f"{level:.0%} set"}}


def _intervals(table: pd.DataFrame, target: str) -> list[str]:
    """Intervals as "0.11 – 0.13"; "" where they are hidden."""
    ends = table[[f"low_{target}", f"high_{target}"]].to_numpy(float)
    return ["" if low != low else f"{low:.3g} – {high:.3g}" for low, high in ends]


def _curve(
    run: Run,
    table: pd.DataFrame,
    curves: EchoDataset | Foreign | None,
    index: int,
    source: str,
) -> None:
    """Show the curve of the selected row."""
    row = table.iloc[index]
    values = ", ".join(_value(run, target, row[f"predicted_{target}"]) for target in run.targets)
    if curves is None:
        st.caption(
            f"Curve {row['sample']}: {values}. Curves of a file that a job has read are not stored."
        )
        return
    stored = isinstance(curves, EchoDataset)
    st.markdown(f"**Curve {row['sample']}**  \n:small[{quoted(values)}]")

    def draw() -> "go.Figure":
        signals = curves.curves([index])[0] if stored else curves.signals[index]
        return signal_figure(curves.time, signals, palette())

    show(
        once.figure(draw, "behind", curves, index),
        key="behind",
        name=f"predict-curve-{row['sample']}",
        code=code.curve(source, index, stored),
        alt=f"The curve of row {index}.",
    )


def _behind(
    run: Run, table: pd.DataFrame, index: int, level: float, statements: Sequence[str]
) -> None:
    """Show the applicability and the estimates of the selected row."""
    row = table.iloc[index]
    error_model.applicability(row.get("applicability", ""), row.get("reason", ""))
    has_numbers = any(pd.notna(row[f"predicted_{name}"]) for name in run.targets)
    if has_numbers and any(f"low_{name}" in table for name in run.targets):
        show(
            once.figure(
                lambda: estimates_figure(
                    hide_unidentifiable(run, table.iloc[[index]]).iloc[0],
                    run.manifest.targets,
                    palette(),
                    unidentifiable=run.manifest.unidentifiable,
                ),
                *("forest", table, index),
            ),
            key="forest",
            name=f"predict-estimates-{row['sample']}-{run.id}",
            code=code.forest(statements, index),
            alt=f"Every estimate with its {level:.0%} interval over the range of the training "
            "data.",
        )
    names = [label for label in run.classes if f"probability_{label}" in table]
    if names:
        show(
            once.figure(
                lambda: probability_figure(
                    names,
                    row[[f"probability_{label}" for label in names]].to_numpy(float),
                    palette(),
                ),
                *("probabilities", table, index),
            ),
            key="probabilities",
            name=f"predict-probabilities-{row['sample']}-{run.id}",
            code=code.probabilities(statements, index),
            alt="Probability of every class for this curve.",
        )
    st.caption("Select a row to see its curve.")


def _echo(
    run: Run,
    table: pd.DataFrame,
    curves: EchoDataset | Foreign,
    index: int,
    name: str,
    source: str,
    insists: bool,
) -> Echo:
    """The echo of the selected row, for its posterior."""
    row = table.iloc[index]

    def read() -> tuple[np.ndarray, np.ndarray]:
        stored = isinstance(curves, EchoDataset)
        return curves.time, curves.curves([index])[0] if stored else curves.signals[index]

    truth = {name: row[f"true_{name}"] for name in run.targets if f"true_{name}" in table}
    return Echo(
        read,
        (curves, index),
        f"curve-{row['sample']}",
        truth,
        row.get("applicability") == OUT_OF_DOMAIN,
        insists,
        posterior.of_statements(
            [figure_code.run_line(run)], source, insists, f", chosen=[{index}]"
        ),
        f"{name} --echo {index}",
    )


def _value(run: Run, target: str, value: float | str) -> str:
    """ "α = 0.12 MHz", or that there is no number."""
    spec = run.manifest.targets[target]
    if target in run.manifest.unidentifiable:
        return f"{spec['symbol']} {NOT_IDENTIFIABLE}"
    if value != value or value == "":
        return f"{spec['symbol']}: no number"
    if isinstance(value, str):
        return f"{spec['symbol']} = {value}"
    return f"{spec['symbol']} = {value:.4g} {spec['unit']}".strip()


def _scored(run: Run, table: pd.DataFrame, statements: Sequence[str]) -> None:
    """Show scores beside the baseline, and predicted against true, where the truth is known."""
    scores = once.table(lambda: prediction_scores(run, table), "scores", run, table)
    if scores is None:
        return
    n_fair = once.table(lambda: int((~table["learned"]).sum()), "fair", table)
    st.header("Against the truth", divider="gray", anchor=False)
    if run.task == "classification":
        shown = once.table(lambda: _class_scores(scores), "class scores", scores)
        tables.show(shown)
        st.caption(
            f"{n_fair:,} curves that the run was not trained on; the baseline names the most "
            "frequent class of the training curves."
        )
        return
    hidden = run.manifest.unidentifiable
    names = [name for name in run.targets if name in scores.index and name not in hidden]
    for start in range(0, len(names), ROW):
        row = names[start : start + ROW]
        for name, column in zip(row, st.columns(len(row)), strict=True):
            with column:
                _parity(run, table, name, scores, code.parity(statements, name))
    st.caption(
        f"{n_fair:,} curves that the run was not trained on. w: width of the range of the "
        "training data. Baseline: mean of the training curves. Skill: fraction of the baseline's "
        "error that the run removes."
    )


def _class_scores(scores: pd.DataFrame) -> tables.Ready:
    return tables.ready(scores.rename_axis("class").reset_index())


def _parity(run: Run, table: pd.DataFrame, name: str, scores: pd.DataFrame, python: str) -> None:
    """Predicted against true for one parameter, with its scores; in words where they are absurd."""
    spec = run.manifest.targets[name]
    score = once.table(lambda: scores.loc[name].to_dict(), "score", scores, name)
    absurd = far_worse(score["mse_w2"], score["baseline_mse_w2"])

    def draw() -> "go.Figure":
        fair = table[~table["learned"]]
        panel = Panel(
            spec["symbol"],
            fair[f"true_{name}"].to_numpy(),
            fair[f"predicted_{name}"].to_numpy(),
            score["r2"],
            palette().series[0],
            fair["sample"].to_numpy(),
        )
        return parity_figure(panel, spec, palette())

    show(
        once.figure(draw, "predicted", run, table, name),
        key=f"predicted-{name}",
        name=f"predict-parity-{name}-{run.id}",
        code=python,
        alt=f"Predicted against true {name}.",
    )
    if absurd:
        st.caption(
            f"{FAR_WORSE.capitalize()}: this run was not trained for such curves, so its scores "
            "mean nothing."
        )
        return
    unit = f" {spec['unit']}" if spec["unit"] else ""
    st.caption(
        f"RMSE {score['rmse']:.3g}{unit}; MSE/w² {score['mse_w2']:.3g}, baseline "
        f"{score['baseline_mse_w2']:.3g}, skill {100 * score['skill']:.1f} %".replace(
            " -0.0 %", " 0.0 %"
        ),
        help=quoted(f"MSE/w²: {term('mse_w2').meaning} Skill: {term('skill').meaning}"),
    )


def _take(run: Run, table: pd.DataFrame, name: str, source: str) -> None:
    with st.container(horizontal=True):
        export.download(
            "Estimates (CSV)",
            lambda: compute.csv(for_people(run, table), run.manifest.targets),
            f"{run.id}-estimates.csv",
            "text/csv",
            "estimates-csv",
        )
        export.reproduce(
            code.program(
                [f"run = nmr.load_run({run.id!r})", f"print(nmr.estimate(run, {source}))"]
            ),
            f"python -m nmr_core predict {run.id} {name} --csv estimates.csv",
        )
