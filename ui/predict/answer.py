"""Estimates for a measured echo: verdict, intervals, re-simulation, refinement, downloads."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import streamlit as st

from nmr_core.errors import FailedError, InputError
from nmr_core.extras import is_installed
from nmr_core.learning import Run
from nmr_core.learning.hardly import hardly_estimated
from nmr_core.measured import Measurement, Prepared, Target, refine_job
from nmr_core.measured.acquired import Acquired
from nmr_core.measured.answering import judged
from nmr_core.measured.estimating import (
    OUT_OF_DOMAIN,
    estimate,
    for_people,
    hide_out_of_domain,
    hide_unidentifiable,
)
from nmr_core.measured.for_run import (
    noise_of,
    resimulated,
    signals_of,
    values_of,
)
from nmr_core.measured.found import FoundEcho
from nmr_core.measured.refine import Refinement
from nmr_core.measured.resimulation import Resimulation, p_value_sentence
from nmr_core.measured.shipped import shipped_resimulation
from nmr_core.measured.verdict import verdict
from nmr_core.plots.classes import probability_figure
from nmr_core.plots.measured import estimates_figure, resimulation_figure
from nmr_core.plots.measured_html import estimates_table
from nmr_core.plots.measured_report import measured_report
from ui.design import link
from ui.predict import code, error_model, posterior, verdict_box
from ui.predict.echo import Echo
from ui.shared import adding, caches, compute, export, job_card, job_list, notice, tables
from ui.shared.figure import palette, show
from ui.shared.text import quoted

ESTIMATES, REFINEMENT = "_measured-estimates", "_measured-fit"
SEEDS, FEWEST = 200, 40
"""Simulations of an estimate: usual number, and the least that makes sense."""
WAIT = 2.0
"""Seconds that the page simulates; fewer simulations where an echo is slow."""


@dataclass(frozen=True, eq=False)
class Case:
    """One sample that a run estimates.

    Attributes
    ----------
    run, target, measurements
        The run, what its curves look like, and one measurement per setting.
    source : tuple
        What identifies the measurements.
    level : float
        Of the intervals.
    name : str
        Name of the file.
    command : str
        Options of the command line that read the file.
    truth : dict, optional
        Parameters that an example was simulated with.
    python : tuple of str
        Statements that read and prepare the measurements.
    acquired : Acquired, optional
        What was measured.
    echo : FoundEcho, optional
        The echo of the first measurement.
    """

    run: Run
    target: Target
    measurements: list[Measurement]
    source: tuple
    level: float
    name: str
    command: str
    truth: dict[str, float | str] | None = None
    python: tuple[str, ...] = ()
    acquired: Acquired | None = None
    echo: FoundEcho | None = None


def show_answer(case: Case, prepared: list[Prepared], key: tuple, flags: str) -> None:
    """Show everything below the two pictures.

    Parameters
    ----------
    case : Case
        Run, files and options of the page.
    prepared : list of Prepared
        Measurements on the time points of the model.
    key : tuple
        What the prepared signals depend on.
    flags : str
        The chosen steps as options of the command line.
    """
    run = case.run
    full = _estimates(case, prepared, key)
    st.header("Estimates", divider="gray", anchor=False)
    place = st.container()
    out_of_domain = full["applicability"].iloc[0] == OUT_OF_DOMAIN
    error_model.applicability(full["applicability"].iloc[0], full["reason"].iloc[0])
    insists = error_model.insists(int(out_of_domain), "measured-insist")
    table = full if insists else hide_out_of_domain(run, full)
    row = table.iloc[0]
    shown = hide_unidentifiable(run, table)
    python = [
        *case.python,
        *code.measured_estimates(case.level, insists, case.truth is not None),
    ]
    if insists or not out_of_domain:
        left, right = st.columns([1.15, 1], gap="medium")
        with left:
            _figure(case, shown.iloc[0], python)
        with right:
            _table(run, shown.iloc[0])
    posterior.section(run, _echo(case, prepared, key, flags, out_of_domain, insists))
    again_key = (*key, str(row.filter(like="predicted_").tolist()))
    resimulation, refinement = _explanation(case, prepared, row, again_key, python)
    decision = verdict(
        run,
        prepared,
        case.target,
        row,
        level=case.level,
        resimulation=resimulation,
        refinement=refinement,
    )
    question = verdict_box.question_of(
        case.run, sigma=noise_of(prepared), acquired=case.acquired, echo=case.echo
    )
    with place:
        verdict_box.show(decision, question)
        if not out_of_domain and run.task == "regression":
            link.from_estimates(run, row)
    _downloads(case, prepared, shown, resimulation, refinement, flags)


def _echo(
    case: Case,
    prepared: list[Prepared],
    key: tuple,
    flags: str,
    out_of_domain: bool,
    insists: bool,
) -> Echo:
    """The prepared echo, for its posterior."""
    truth = {
        name: float(value)
        for name, value in (case.truth or {}).items()
        if isinstance(value, int | float)
    }
    return Echo(
        lambda: (prepared[0].time, signals_of(prepared)),
        (str(key),),
        "measurement",
        truth,
        out_of_domain,
        insists,
        posterior.of_statements(case.python, "prepared", insists),
        f"{case.name} --measured{case.command}{flags}",
        prepared=True,
    )


def _estimates(case: Case, prepared: list[Prepared], key: tuple) -> pd.DataFrame:
    """The estimates, made once for the same signals; with the truth of an example."""
    model, stamp = error_model.load(case.run)
    stored = st.session_state.get(ESTIMATES)
    if stored is None or stored[0] != (key, case.level, stamp):
        with compute.turn():
            table = estimate(case.run, prepared, level=case.level, insist=True, error_model=model)
        stored = st.session_state[ESTIMATES] = ((key, case.level, stamp), table)
    truth = {f"true_{name}": value for name, value in (case.truth or {}).items()}
    return stored[1].assign(**truth)


def _figure(case: Case, row: pd.Series, python: Sequence[str]) -> None:
    """Estimates, intervals and ranges; of a classifier the probabilities."""
    run = case.run
    if run.task == "classification":
        _probabilities(case, row, python)
        return
    show(
        estimates_figure(
            row, run.manifest.targets, palette(), unidentifiable=run.manifest.unidentifiable
        ),
        key="measured-forest",
        code=code.forest(python),
        alt="Every estimate with its interval over the range of the training data.",
    )
    captions = []
    if any(np.isfinite(row.get(f"low_{name}", np.nan)) for name in run.targets):
        captions.append(
            f"Thick: interval that covers the truth with {case.level:.0%}; thin: all of them "
            "jointly; grey: range of the training data."
        )
    if case.truth:
        captions.append("◇: parameters of the simulation.")
    if captions:
        st.caption(" ".join(captions))


def _probabilities(case: Case, row: pd.Series, python: Sequence[str]) -> None:
    names = [label for label in case.run.classes if f"probability_{label}" in row]
    values = row[[f"probability_{label}" for label in names]].to_numpy(float)
    if names and np.isfinite(values).all():
        show(
            probability_figure(names, values, palette()),
            key="measured-probabilities",
            code=code.probabilities(python),
            alt="Probability of every class.",
        )
    if row.get("set"):
        st.caption(f"{case.level:.0%} set: {quoted(row['set'])}")


def _table(run: Run, row: pd.Series) -> None:
    """The numbers; a parameter that cannot be identified has none."""
    table = estimates_table(run, row).drop(
        columns=["joint_low", "joint_high", "trained_on"], errors="ignore"
    )
    table = table.dropna(axis=1, how="all")  # an echo out of domain has no numbers
    table = table.astype(object).where(table.notna(), "–")
    tables.show(table, key="measured-estimates")
    for sentence in (*run.manifest.unidentifiable.values(), *hardly_estimated(run).values()):
        st.caption(quoted(sentence))


@caches.resource(max_entries=32, show_spinner=False)
def _resimulated(
    key: str, n_seeds: int, _run: Run, _prepared: list[Prepared], _row: pd.Series
) -> Resimulation:
    """The estimate simulated again, once for all visitors."""
    with compute.turn(compute.LONG):
        return resimulated(_run, _prepared, _row, n_seeds=n_seeds)


def _explanation(
    case: Case,
    prepared: list[Prepared],
    row: pd.Series,
    key: tuple,
    python: Sequence[str],
) -> tuple[Resimulation | None, Refinement | None]:
    """Draw the simulation of the estimate and its refinement, as far as they can be made."""
    st.header("Does the estimate explain the echo?", divider="gray", anchor=False)
    try:
        preset, values = values_of(case.run, row)
    except InputError as error:
        st.caption(notice.sentence(error))
        return None, None
    resimulation = shipped_resimulation(case.run, prepared)
    if resimulation is None:
        one = compute.seconds(preset.experiments(**values)[0], len(preset.settings))
        n_seeds = int(np.clip(WAIT / (2 * one), 0, SEEDS))
        if n_seeds < FEWEST:
            st.caption(
                f"Simulating one such echo takes about {one:.1f} s, too long for a page. The code "
                "under Reproduce does it."
            )
            return None, None
        with st.spinner("Simulating the estimate …"):
            resimulation = _resimulated(repr(key), n_seeds, case.run, prepared, row)
    refinement = _refinement(key)
    curve = None if refinement is None else np.atleast_2d(refinement.curve)
    st.markdown(p_value_sentence(resimulation))
    refinement_id = st.session_state[REFINEMENT][1] if refinement else ""
    for k in range(len(resimulation.measured)):
        show(
            resimulation_figure(
                resimulation, palette(), setting=k, curve=None if curve is None else curve[k]
            ),
            key=f"again-{k}",
            code=code.resimulation(python, resimulation.n_seeds, k, refinement_id),
            alt=f"Measurement and simulation of setting {k}.",
        )
    st.caption(
        "Bands: 95 % of simulated samples with the same parameters and other spins "
        f"({resimulation.n_seeds} simulations)."
    )
    _refine(case, prepared, row, key, refinement)
    return resimulation, refinement


def _refinement(key: tuple) -> Refinement | None:
    """The finished refinement of this very echo."""
    stored = st.session_state.get(REFINEMENT)
    if stored is None or stored[0] != key:
        return None
    done = any(
        job.kind == "refine" and job.status == "done" and job.params.get("id") == stored[1]
        for job in job_list.jobs()
    )
    if not done:
        return None
    try:
        return refine_job.load_refined(stored[1])
    except (InputError, FailedError) as error:
        notice.error(error)
        return None


def _refine(
    case: Case,
    prepared: list[Prepared],
    row: pd.Series,
    key: tuple,
    refinement: Refinement | None,
) -> None:
    """The button of the refinement, its progress, and its numbers."""
    with st.container(horizontal=True, vertical_alignment="center"):
        if adding.button("Refine by least squares", key="refine", icon=":material/target:"):
            params = refine_job.store_request(case.run, prepared, row)
            if job_card.submit("refine", params, f"Refine {case.name}"):
                st.session_state[REFINEMENT] = (key, params["id"])
                st.rerun()
        st.caption(
            "Fits the simulator to the echo, from this estimate, inside the range of the training "
            "data. A minute or more, as a job."
        )
    if refinement is None:
        if st.session_state.get(REFINEMENT, (None,))[0] == key:
            job_card.cards("refine", limit=1)
        return
    specs = case.run.manifest.targets
    rows = [
        {
            "parameter": specs[name]["symbol"],
            "unit": specs[name]["unit"],
            "refined": value,
            "refined_sd": refinement.sd.get(name, np.nan),
            "predicted": row[f"predicted_{name}"],
        }
        for name, value in refinement.values.items()
        if name in specs
    ]
    tables.show(pd.DataFrame(rows), key="measured-refined")
    st.caption(
        f"{refinement.n_evaluations:,} evaluations, χ² = {refinement.chi2:.4g}, p-value "
        f"{refinement.p_value:.2g}."
    )


def _downloads(
    case: Case,
    prepared: Sequence[Prepared],
    table: pd.DataFrame,
    resimulation: Resimulation | None,
    refinement: Refinement | None,
    flags: str,
) -> None:
    """Downloads, and the code that reproduces them."""

    result = judged(
        case.run,
        case.target,
        prepared,
        table.iloc[0],
        case.level,
        (resimulation, refinement),
    )
    report = measured_report(result, name=case.name, acquired=case.acquired)
    command = (
        f"python -m nmr_core predict {case.run.id} {case.name} --measured{case.command}{flags} "
        "--resimulate"
    )
    with st.container(horizontal=True):
        if is_installed("app"):
            export.download(
                "Report (PDF)", report.pdf, "echo-report.pdf", "application/pdf", "measured-pdf"
            )
        export.download(
            "Report (HTML)",
            lambda: report.html().encode(),
            "echo-report.html",
            "text/html",
            "measured-report",
        )
        export.download(
            "Estimates (CSV)",
            lambda: compute.csv(for_people(case.run, table), case.run.manifest.targets),
            "echo-estimates.csv",
            "text/csv",
            "measured-csv",
        )
        export.download(
            "Prepared echo (CSV)",
            lambda: _prepared_csv(prepared),
            "echo-prepared.csv",
            "text/csv",
            "measured-prepared",
        )
        export.reproduce(_python(case), command)


def _prepared_csv(prepared: Sequence[Prepared]) -> bytes:
    """Columns time_us, and re, im of every setting."""
    table = pd.DataFrame({"time_us": prepared[0].time})
    for k, signal in enumerate(signals_of(prepared)):
        table[f"re_{k}"], table[f"im_{k}"] = signal.real, signal.imag
    return compute.csv(table)


def _python(case: Case) -> str:
    return code.program(case.python, f"print(nmr.estimate(run, prepared, level={case.level:g}))")
