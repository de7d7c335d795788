"""The section "Joint posterior": corner plot, credible intervals, samples, and the job before."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
import streamlit as st

from nmr_core.datasets.estimate import job_seconds
from nmr_core.errors import FailedError, InputError
from nmr_core.inference.intervals.reading import identifiable_targets
from nmr_core.inference.posterior import (
    FAMILIES,
    N_CHECK,
    N_CURVES,
    Posterior,
    find_posterior,
    load_posterior,
)
from nmr_core.learning import Run
from nmr_core.learning.origin import presets_of
from nmr_core.measured.posterior import JointPosterior, posterior
from nmr_core.plots.corner import corner_figure
from nmr_core.storage.kinds import POSTERIOR
from ui.predict import code, error_model, refining
from ui.predict.echo import Echo
from ui.shared import (
    adding,
    boot,
    caches,
    compute,
    export,
    job_card,
    job_list,
    job_time,
    notice,
    once,
    tables,
    trash_list,
)
from ui.shared.figure import palette, show
from ui.shared.text import quoted

LEARNING = 60.0
"""Nominal seconds of the networks, without the simulation."""


def section(run: Run, echo: Echo) -> None:
    """Show the joint posterior of one echo, or the button that learns it."""
    targets = identifiable_targets(run.targets, run.manifest.unidentifiable)
    if run.task == "classification" or not targets:
        return
    st.header("Joint posterior", divider="gray", anchor=False)
    with boot.part("posterior"):
        learned = _learned(run)
        if learned is None:
            _offer(run)
        else:
            _of_domain(run, learned, echo)
        trash_list.popover("posterior", of=run.id)


def _of_domain(run: Run, learned: Posterior, echo: Echo) -> None:
    """The posterior, unless the echo is out of the domain of the run."""
    if echo.out_of_domain and not echo.insists:
        st.caption("This echo is out of the domain of the run, so its posterior is hidden.")
        return
    if echo.out_of_domain:
        st.warning(
            "This echo is out of the domain of the run: its true posterior may be anything.",
            icon=":material/block:",
        )
    _show(run, learned, echo)


def _learned(run: Run) -> Posterior | None:
    """The stored posterior of a run; None, with a warning, if it is damaged or stale."""
    folder = find_posterior(run)
    if folder is None:
        return None
    try:
        stamp = (folder / POSTERIOR.document).stat().st_mtime_ns
        return _load(str(folder), stamp, run.id, run.manifest.created)
    except (InputError, FailedError) as error:
        notice.warning(error)
        return None


@caches.resource(max_entries=8, show_spinner=False)
def _load(folder: str, stamp: int, run: str, created: str) -> Posterior:
    return load_posterior(compute.run(run, created))


def _offer(run: Run) -> None:
    """The button that learns the posterior, its progress, and what it will do."""
    waits = any(
        job.live and job.kind == "posterior" and job.params.get("run") == run.id
        for job in job_list.jobs()
    )
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(
            "How the parameters of this echo trade against each other. Learned once per run, from "
            f"{N_CURVES.default + N_CHECK.default:,} fresh curves.",
            width="stretch",
        )
        expected = _expected(run)
        label = f"Learn the posterior ({job_time.words(expected)})" if expected else "Learn it"
        if adding.button(label, key="posterior", icon=":material/bubble_chart:", disabled=waits):
            title = f"Joint posterior: {run.manifest.title}"
            if job_card.submit("posterior", {"run": run.id}, title, expected):
                st.rerun()
    if waits:
        job_card.cards("posterior", limit=1)


def _expected(run: Run) -> job_time.Expected | None:
    """Nominal time of the job, where it is known how the curves are made."""
    seconds = _simulation(run.id, run.manifest.created, run)
    return job_time.Expected("posterior", LEARNING + job_seconds(seconds)) if seconds else None


@caches.data(max_entries=64, show_spinner=False)
def _simulation(id: str, created: str, _run: Run) -> float:
    """Seconds of the simulation here; 0: not known."""
    try:
        costs = [compute.cost(preset, 1)[0] for preset in presets_of(_run)]
    except (InputError, FailedError):
        return 0.0
    each = sum(costs) / len(costs) if costs else 0.0
    return each * (N_CURVES.default + N_CHECK.default)


def _show(run: Run, learned: Posterior, echo: Echo) -> None:
    """Corner plot, table, the test of the posterior, and downloads."""
    amortised = once.table(
        lambda: _sampled(run, learned, echo), "posterior", learned, echo.insists, *echo.key
    )
    id = refining.id_of(run, learned, echo)
    refined = refining.stored(id)
    result = amortised
    if refined is not None:
        result = once.table(
            lambda: amortised.refined(0, refined), "refined", amortised, refined.n_effective
        )
        echo = refining.with_code(echo)
    left, right = st.columns([1.5, 1], gap="medium")
    with left:
        show(
            once.figure(
                lambda: corner_figure(
                    result.values[0], result.targets, palette(), truth=result.truth[0]
                ),
                *("corner", result),
            ),
            key="corner",
            name=f"posterior-{echo.name}-{run.id}",
            code=code.corner(echo.python),
            alt="Posterior of every parameter, and the 50 % and 90 % regions of every pair.",
        )
        refining.control(run, learned, result, echo, id)
    with right:
        _numbers(result)
        _tested(learned)
    _downloads(run, result, echo)


def _sampled(run: Run, learned: Posterior, echo: Echo) -> JointPosterior:
    time, signals = echo.read()
    model = error_model.load(run)[0]
    with compute.turn(compute.LONG):
        result = posterior(
            run, (time, signals[None]), insist=True, learned=learned, error_model=model
        )
    result.truth[0] = [echo.truth.get(name, np.nan) for name in result.names]
    return result


def _numbers(result: JointPosterior) -> None:
    """Median, sd and 90 % interval of every parameter, and the correlations."""
    table, correlation = once.table(lambda: _summary(result), "posterior numbers", result)
    tables.show(table, key="posterior-table")
    if correlation:
        st.caption(f"Correlation: {quoted(correlation)}")


def _summary(result: JointPosterior) -> tuple[tables.Ready, str]:
    """The table of the posterior, and the correlation of every pair as a text."""
    table = result.table()
    specs = result.targets
    rows = pd.DataFrame(
        {
            "parameter": [specs[name]["symbol"] for name in table.index],
            "unit": [specs[name]["unit"] for name in table.index],
            **{name: table[name].to_numpy() for name in table if name in SHOWN},
        }
    )
    matrix = result.correlation().to_numpy()
    pairs = [
        f"{specs[one]['symbol']}, {specs[other]['symbol']}: {matrix[i, j]:+.2f}"
        for i, one in enumerate(result.names)
        for j, other in enumerate(result.names)
        if i < j
    ]
    return tables.ready(rows, kind="posterior"), " · ".join(pairs)


SHOWN = ("median", "sd", "low_90", "high_90", "true")
"""Columns of the table on the page."""


def _tested(learned: Posterior) -> None:
    """Whether the posterior is calibrated, and on what it depends."""
    text = quoted(learned.ranks.sentence)
    if learned.ranks.is_uniform:
        st.caption(f":green[:material/check_circle:] {text}")
    else:
        st.warning(text, icon=":material/warning:")
    with st.popover("Test of the posterior", icon=":material/rule:"):
        table = once.table(lambda: _ranks(learned), "ranks", learned)
        tables.show(table, key="posterior-ranks")
        st.caption(
            f"{quoted(FAMILIES[learned.family].label)}, learned from {learned.n_fit:,} "
            f"{learned.source} curves. It holds for echoes from the prior and with the measurement "
            "effects of the training data."
        )
    for reason in learned.unidentifiable.values():
        st.caption(f"{quoted(reason)} Its posterior is its prior.")


def _ranks(learned: Posterior) -> tables.Ready:
    table = learned.ranks.table().rename_axis("parameter").reset_index()
    return tables.ready(table, kind="ranks")


def _downloads(run: Run, result: JointPosterior, echo: Echo) -> None:
    with st.container(horizontal=True):
        name = f"posterior-{echo.name}"
        export.download(
            "Samples (CSV)",
            lambda: compute.csv(pd.DataFrame(result.columns()), result.targets, "posterior"),
            f"{name}.csv",
            "text/csv",
            "posterior-csv",
        )
        export.download(
            "Samples (NPZ)",
            lambda: export.npz(**result.arrays()),
            f"{name}.npz",
            "application/octet-stream",
            "posterior-npz",
        )
        command = f"python -m nmr_core posterior {run.id} {echo.command} --out samples.csv"
        export.reproduce(code.program([*echo.python, "print(result.table())"]), command)


def of_statements(statements: Sequence[str], source: str, insists: bool, more: str = "") -> tuple:
    """Return statements followed by that which samples the posterior of ``source``."""
    insisting = ", insist=True" if insists else ""
    return (*statements, f"result = nmr.posterior(run, {source}{more}{insisting})")
