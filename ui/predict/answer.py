"""What a run says about one's own echo: applicability, estimates with intervals, the simulation of the estimate, a fit, a report."""

import io
from collections.abc import Sequence

import numpy as np
import pandas as pd
import streamlit as st

from nmr_core.errors import FailedError, InputError
from nmr_core.jobs import api
from nmr_core.learning import Run
from nmr_core.measured import Prepared, Target, refining
from nmr_core.measured.estimating import OUT_OF_DOMAIN, estimate, hide_out_of_domain
from nmr_core.measured.for_run import p_value_sentence, resimulated, signals_of, values_of
from nmr_core.plots.classes import probability_figure
from nmr_core.plots.measured import estimates_figure, resimulation_figure
from nmr_core.plots.measured_report import estimates_table, measurement_report_html
from ui.predict import known as predict_known
from ui.shared import compute, export, job_card
from ui.shared.palette import palette, show
from ui.shared.text import quoted

ANSWER, AGAIN, FIT = "_own-answer", "_own-again", "_own-fit"
SEEDS, FEWEST = 200, 40
WAIT = 2.0
"""Seconds that the page simulates; fewer seeds where an echo is slow."""


def answer(
    run: Run,
    prepared: list[Prepared],
    target: Target,
    asked: tuple,
    *,
    level: float,
    truth: dict | None,
    name: str,
    command: str,
) -> None:
    """Everything below the two pictures. asked: what the prepared curves depend on; truth: of an example."""
    full = _estimated(run, prepared, asked, level)
    if truth:
        full = full.assign(**{f"true_{key}": value for key, value in truth.items()})
    st.subheader("What the echo says", divider="gray")
    refused = full["applicability"].iloc[0] == OUT_OF_DOMAIN
    predict_known.applicability(full["applicability"].iloc[0], full["reason"].iloc[0])
    table = full if predict_known.insists(int(refused), "own-insist") else hide_out_of_domain(full)
    row = table.iloc[0]
    left, right = st.columns([1.15, 1], gap="medium")
    with left:
        _numbers(run, row, level, bool(truth))
    with right:
        shown = estimates_table(run, row).drop(
            columns=["joint low", "joint high", "trained from", "to"], errors="ignore"
        )
        shown = shown.dropna(axis=1, how="all")  # a refused echo has no numbers
        st.dataframe(shown, hide_index=True, key="own-estimates")
        for reason in run.manifest.unidentifiable.values():
            st.caption(quoted(reason))
    found, refined = _explained(
        run, prepared, row, (*asked, str(row.filter(like="predicted_").tolist()))
    )
    _take(
        run,
        prepared,
        target,
        row,
        level=level,
        resimulation=found,
        refinement=refined,
        name=name,
        table=table,
        command=command,
    )


def _estimated(run: Run, prepared: list[Prepared], asked: tuple, level: float) -> pd.DataFrame:
    """The estimate, made once for the same curve."""
    known, stamp = predict_known.known(run)
    kept = st.session_state.get(ANSWER)
    if kept is None or kept[0] != (asked, level, stamp):
        with compute.turn():
            kept = (
                (asked, level, stamp),
                estimate(run, prepared, level=level, insist=True, error_model=known),
            )
        st.session_state[ANSWER] = kept
    return kept[1]


def _numbers(run: Run, row: pd.Series, level: float, example: bool) -> None:
    """Points, intervals and ranges; of a classifier the probabilities."""
    if run.task == "classification":
        known = [label for label in run.classes if f"probability_{label}" in row]
        if (
            known
            and np.isfinite(row[[f"probability_{label}" for label in known]].to_numpy(float)).all()
        ):
            show(
                probability_figure(
                    known,
                    row[[f"probability_{label}" for label in known]].to_numpy(float),
                    palette(),
                ),
                key="own-probabilities",
                alt="Probability of every class.",
            )
        if row.get("set"):
            st.caption(f"{level:.0%} set: {quoted(row['set'])}")
        return
    show(
        estimates_figure(
            row, run.manifest.targets, palette(), unidentifiable=run.manifest.unidentifiable
        ),
        key="own-forest",
        alt="Every estimate with its interval over the range that the run was trained for.",
    )
    drawn = any(np.isfinite(row.get(f"low_{name}", np.nan)) for name in run.targets)
    said = [
        f"Thick: covers the truth with {level:.0%}; thin: all of them together do; grey: what the run was trained "
        "for."
    ] * drawn + ["◇: what was simulated."] * example
    if said:
        st.caption(" ".join(said))


def _explained(run: Run, prepared: list[Prepared], row: pd.Series, asked: tuple):
    """(the simulation of the estimate or None, the refinement or None), both drawn."""
    st.subheader("Does the estimate explain the echo?", divider="gray")
    try:
        preset, values = values_of(run, row)
    except InputError as error:
        st.caption(quoted(str(error)))
        return None, None
    one = compute.seconds(preset.experiments(**values)[0], len(preset.settings))
    n_seeds = int(np.clip(WAIT / (2 * one), 0, SEEDS))
    if n_seeds < FEWEST:
        st.caption(
            f"One such echo takes about {one:.1f} s, too long for a page. Use python -m nmr_core predict … --resimulate."
        )
        return None, None
    kept = st.session_state.get(AGAIN)
    if kept is None or kept[0] != asked:
        with st.spinner("Simulating the estimate …"), compute.turn():
            kept = st.session_state[AGAIN] = (
                asked,
                resimulated(run, prepared, row, n_seeds=n_seeds),
            )
    found = kept[1]
    refined = _refined(run, prepared, row, asked)
    curve = None if refined is None else np.atleast_2d(refined.curve)
    st.markdown(p_value_sentence(found))
    for k in range(len(found.measured)):
        show(
            resimulation_figure(
                found, palette(), setting=k, curve=None if curve is None else curve[k]
            ),
            key=f"again-{k}",
            alt=f"Measurement and simulation of setting {k}.",
        )
    st.caption(
        f"Bands: where 95 % of samples with the same parameters but other spins lie ({found.n_seeds} simulated)."
    )
    _fit(run, prepared, row, asked, refined)
    return found, refined


def _refined(run: Run, prepared: list[Prepared], row: pd.Series, asked: tuple):
    """What the job has found for this very echo; None before that."""
    kept = st.session_state.get(FIT)
    if kept is None or kept[0] != asked:
        return None
    if any(
        job.kind == "refine" and job.status == "done" and job.params.get("id") == kept[1]
        for job in api.list_jobs(limit=50)
    ):
        try:
            return refining.load_refined(kept[1])
        except (InputError, FailedError) as error:
            st.error(str(error), icon=":material/error:")
    return None


def _fit(run: Run, prepared: list[Prepared], row: pd.Series, asked: tuple, refined) -> None:
    """The button of the fit, its progress, and its numbers."""
    with st.container(horizontal=True, vertical_alignment="center"):
        if st.button(
            "Refine by least squares", key="refine", icon=":material/target:", type="secondary"
        ):
            params = refining.ask(run, prepared, row)
            if job_card.submit("refine", params, f"Refine {prepared[0].measurement.name}"):
                st.session_state[FIT] = (asked, params["id"])
                st.rerun()
        st.caption(
            "Fits the simulator to the echo, from this estimate, inside the trained ranges. About a minute, as a job."
        )
    if st.session_state.get(FIT, (None,))[0] == asked and refined is None:
        job_card.cards("refine", limit=1)
    if refined is not None:
        specs = run.manifest.targets
        fitted = [
            {
                "parameter": specs[name]["symbol"],
                "unit": specs[name]["unit"],
                "refined": value,
                "± (1 sd)": refined.sd.get(name, np.nan),
                "estimate": row[f"predicted_{name}"],
            }
            for name, value in refined.values.items()
            if name in specs
        ]
        st.dataframe(pd.DataFrame(fitted), hide_index=True, key="own-refined")
        st.caption(
            f"{refined.n_evaluations:,} evaluations, χ² = {refined.chi2:.4g}, p = {refined.p_value:.2g}."
        )


def _take(
    run: Run,
    prepared: Sequence[Prepared],
    target: Target,
    row: pd.Series,
    *,
    level: float,
    found,
    refined,
    name: str,
    table: pd.DataFrame,
    command: str,
) -> None:
    """Downloads, and the lines that give the same."""

    def report() -> bytes:
        return measurement_report_html(
            run,
            prepared,
            target,
            row,
            level=level,
            resimulation=found,
            refinement=refined,
            name=name,
        ).encode()

    with st.container(horizontal=True):
        export.download("Report (HTML)", report, "echo-report.html", "text/html", "own-report")
        export.download(
            "Estimates (CSV)",
            lambda: compute.csv(table),
            "echo-estimates.csv",
            "text/csv",
            "own-csv",
        )
        export.download(
            "Prepared echo (CSV)",
            lambda: _prepared_csv(prepared),
            "echo-prepared.csv",
            "text/csv",
            "own-prepared",
        )
        export.reproduce(_python(run, name, level), command)


def _prepared_csv(prepared: Sequence[Prepared]) -> bytes:
    """Columns time_us, and re, im of every setting."""
    table = pd.DataFrame({"time_us": prepared[0].time})
    for k, signal in enumerate(signals_of(prepared)):
        table[f"re_{k}"], table[f"im_{k}"] = signal.real, signal.imag
    buffer = io.StringIO()
    table.to_csv(buffer, index=False)
    return buffer.getvalue().encode()


def _python(run: Run, name: str, level: float) -> str:
    return (
        f"import nmr_core as nmr\nfrom nmr_core.measured import read_measurements\n\nrun = nmr.load_run({run.id!r})\n"
        f"prepared = nmr.prepare_for_run(run, read_measurements({name!r}))\nprint(nmr.estimate(run, prepared, level={level:g}))"
    )
