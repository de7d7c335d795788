"""Estimates: the table, the curve behind a row, predicted against true where the truth is known."""

import pandas as pd
import streamlit as st

from nmr_core.datasets import EchoDataset
from nmr_core.io.formats import Foreign
from nmr_core.learning import Run
from nmr_core.learning.predicting import prediction_scores
from nmr_core.measured.estimating import OUT_OF_DOMAIN, hide_out_of_domain
from nmr_core.plots import parity_figure, signal_figure
from nmr_core.plots.classes import probability_figure
from nmr_core.plots.measured import estimates_figure
from ui.predict import known as predict_known
from ui.shared import boot, compute, export
from ui.shared.palette import palette, show
from ui.shared.text import quoted

SHOWN = 5000
"""Rows of the table on the page; the CSV has all."""
ROW = 4


@st.fragment
def views(
    run: Run, full: pd.DataFrame, curves: EchoDataset | Foreign | None, name: str, level: float
) -> None:
    """Everything that answers a click; ``full`` has the numbers of refused curves too."""
    with boot.worded():
        refused = (
            int((full["applicability"] == OUT_OF_DOMAIN).sum()) if "applicability" in full else 0
        )
        _said(full, refused)
        table = full if predict_known.insists(refused, "insist") else hide_out_of_domain(full)
        left, right = st.columns([1.5, 1], gap="medium")
        with left:
            index = _table(run, table, level)
        with right:
            _behind(run, table, curves, index, level)
        _scored(run, full)
        _take(run, table, curves, name)


def _said(table: pd.DataFrame, refused: int) -> None:
    outside, learned = int((table["outside"] != "").sum()), int(table["learned"].sum())
    marks = [f"{refused:,} are refused: the run does not know such curves."] * bool(refused)
    marks += [
        f"{outside:,} have an estimate outside the range that the run was trained for: do not trust these."
    ] * bool(outside)
    marks += [
        f"The run has learned from {learned:,} of them; they are left out of the scores."
    ] * bool(learned)
    st.markdown(
        f"**Estimates for {len(table):,} curves**"
        + (f"  \n:small[{' '.join(marks)}]" if marks else "")
    )


def _table(run: Run, table: pd.DataFrame, level: float) -> int:
    """The table; returns the row that is selected."""
    specs, shown = run.manifest.targets, table.head(SHOWN)
    columns, config = {"curve": shown["sample"]}, {}
    if "applicability" in shown and shown["applicability"].any():
        columns["applicability"] = shown["applicability"]
    for target in run.targets:
        spec = specs[target]
        unit = f" ({spec['unit']})" if spec.get("unit") else ""
        columns[f"{spec['symbol']}{unit}"] = shown[f"predicted_{target}"]
        if f"low_{target}" in shown:
            columns[f"{spec['symbol']} {level:.0%}"] = _intervals(shown, target)
        if f"true_{target}" in shown:
            columns[f"true {spec['symbol']}{unit}"] = shown[f"true_{target}"]
    if "set" in shown:
        columns[f"{level:.0%} set"] = shown["set"]
    for label in run.classes:
        if f"probability_{label}" in shown:
            columns[label] = shown[f"probability_{label}"]
            config[label] = st.column_config.ProgressColumn(
                min_value=0.0, max_value=1.0, format="%.2f", help="Probability."
            )
    if shown["outside"].any():
        columns["outside"] = [
            ", ".join(specs[name]["symbol"] for name in text.split(", ")) if text else ""
            for text in shown["outside"]
        ]
    if shown["learned"].any():
        columns["learned"] = shown["learned"]
    event = st.dataframe(
        pd.DataFrame(columns),
        hide_index=True,
        height=340,
        key="estimates",
        on_select="rerun",
        selection_mode="single-row",
        column_config=config
        | {"learned": st.column_config.CheckboxColumn(help="The run has learned from this curve.")},
    )
    if len(table) > SHOWN:
        st.caption(f"The first {SHOWN:,} of {len(table):,} rows; the CSV file has all.")
    chosen = event.selection.rows
    return chosen[0] if chosen and chosen[0] < len(shown) else 0


def _intervals(table: pd.DataFrame, target: str) -> list[str]:
    """ "0.11 – 0.13" a row; "" where the numbers are withheld."""
    ends = table[[f"low_{target}", f"high_{target}"]].to_numpy(float)
    return ["" if low != low else f"{low:.3g} – {high:.3g}" for low, high in ends]


def _behind(
    run: Run, table: pd.DataFrame, curves: EchoDataset | Foreign | None, index: int, level: float
) -> None:
    """The curve of the selected row, its applicability, its estimates with their intervals, or the probabilities of its classes."""
    row = table.iloc[index]
    said = ", ".join(_value(run, target, row[f"predicted_{target}"]) for target in run.targets)
    if curves is None:
        st.caption(
            f"Curve {row['sample']}: {said}. Curves of a file that a job has read are not kept."
        )
    else:
        signals = (
            curves.curves([index])[0] if isinstance(curves, EchoDataset) else curves.signals[index]
        )
        st.markdown(f"**Curve {row['sample']}**  \n:small[{quoted(said)}]")
        show(
            signal_figure(curves.time, signals, palette()),
            key="behind",
            alt=f"The curve of row {index}.",
        )
    predict_known.applicability(row.get("applicability", ""), row.get("reason", ""))
    if any(f"low_{name}" in table for name in run.targets):
        show(
            estimates_figure(
                row, run.manifest.targets, palette(), unidentifiable=run.manifest.unidentifiable
            ),
            key="forest",
            alt=f"Every estimate with its {level:.0%} interval over the range that the run was trained for.",
        )
    known = [label for label in run.classes if f"probability_{label}" in table]
    if known:
        show(
            probability_figure(
                known, row[[f"probability_{label}" for label in known]].to_numpy(float), palette()
            ),
            key="probabilities",
            alt="Probability of every class for this curve.",
        )
    st.caption("Select a row to see its curve.")


def _value(run: Run, target: str, value) -> str:
    spec = run.manifest.targets[target]
    if value != value or value == "":
        return f"{spec['symbol']}: no number"
    return (
        f"{spec['symbol']} = {value}"
        if isinstance(value, str)
        else f"{spec['symbol']} = {value:.4g} {spec['unit']}".strip()
    )


def _scored(run: Run, table: pd.DataFrame) -> None:
    """Scores beside the baseline, and predicted against true, where the truth is known."""
    scores = prediction_scores(run, table)
    if scores is None:
        return
    fair = table[~table["learned"]]
    st.subheader("Against the truth", divider="gray")
    if run.task == "classification":
        st.dataframe(scores.rename(columns={"baseline_f1": "F1 of the baseline", "f1": "F1"}))
        st.caption(
            f"{len(fair):,} curves that the run has not learned from; the baseline always says the most frequent class."
        )
        return
    names, m = [name for name in run.targets if name in scores.index], run.manifest
    for start in range(0, len(names), ROW):
        for name, column in zip(
            names[start : start + ROW], st.columns(min(ROW, len(names))), strict=False
        ):
            with column:
                show(
                    parity_figure(
                        fair[f"true_{name}"].to_numpy(),
                        fair[f"predicted_{name}"].to_numpy(),
                        m.targets[name],
                        scores.loc[name, "r2"],
                        palette(),
                        palette().series[0],
                        m.targets[name]["symbol"],
                        fair["sample"].to_numpy(),
                    ),
                    key=f"predicted-{name}",
                    alt=f"Predicted against true {name}.",
                )
                s = scores.loc[name]
                unit = f" {m.targets[name]['unit']}" if m.targets[name]["unit"] else ""
                st.caption(
                    f"RMSE {s.rmse:.3g}{unit}; MSE/w² {s.mse_w2:.4f}, baseline {s.baseline_mse_w2:.4f}, skill {s.skill:.1%}"
                )
    st.caption(
        f"{len(fair):,} curves that the run has not learned from. R² counts the spread of these curves; the baseline says the "
        "mean of the training curves."
    )
    for name, reason in m.unidentifiable.items():
        if name in names:
            st.caption(f"{quoted(reason)} The baseline is the best that anyone can do.")


def _take(run: Run, table: pd.DataFrame, curves, name: str) -> None:
    source = (
        f"nmr.load_dataset({name!r})"
        if isinstance(curves, EchoDataset)
        else f"nmr.read_foreign({name!r})"
    )
    with st.container(horizontal=True):
        export.download(
            "Estimates (CSV)",
            lambda: compute.csv(table),
            f"{run.id}-estimates.csv",
            "text/csv",
            "estimates-csv",
        )
        export.reproduce(
            f"import nmr_core as nmr\n\nrun = nmr.load_run({run.id!r})\nprint(nmr.estimate(run, {source}))",
            f"python -m nmr_core predict {run.id} {name} --csv estimates.csv",
        )
