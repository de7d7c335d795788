"""The control beside the corner plot: what its samples come from, and the job that refines them."""

from dataclasses import replace

import streamlit as st

from nmr_core.errors import FailedError, InputError
from nmr_core.inference.posterior import Posterior
from nmr_core.learning import Run
from nmr_core.measured.local import check_prior, local_preset
from nmr_core.measured.posterior import PREPARED, JointPosterior
from nmr_core.measured.posterior_job import (
    find_refined_posterior,
    refined_id,
    store_posterior_request,
)
from nmr_core.measured.refined_posterior import ENOUGH, SIMULATIONS, RefinedPosterior
from nmr_core.presets import Preset
from ui.predict.echo import Echo
from ui.shared import adding, compute, job_card, job_list, job_time, notice, once
from ui.shared.text import quoted

KIND = "refine_posterior"


def id_of(run: Run, learned: Posterior, echo: Echo) -> str:
    """Id of the refined posterior of an echo; "" of a measurement, which has none."""
    if echo.prepared:
        return ""
    return once.table(
        lambda: refined_id(run, learned, echo.read()[1]), "refined id", learned, *echo.key
    )


def stored(id: str) -> RefinedPosterior | None:
    """The refined posterior of an id, if there is one."""
    if not id:
        return None
    try:
        return find_refined_posterior(id)
    except FailedError as error:
        notice.warning(error)
        return None


def with_code(echo: Echo) -> Echo:
    """The echo with statements and a command that refine its posterior."""
    last = echo.python[-1].removesuffix(")")
    return replace(
        echo,
        python=(*echo.python[:-1], f"{last}, simulations={SIMULATIONS.default})"),
        command=f"{echo.command} --simulations {SIMULATIONS.default}",
    )


def control(run: Run, learned: Posterior, result: JointPosterior, echo: Echo, id: str) -> None:
    """Say what the samples come from, and offer to refine them."""
    provenance = quoted(result.provenance())
    if result.n_simulated[0]:
        few = result.n_effective[0] < ENOUGH
        (st.warning if few else st.caption)(f"Posterior: {provenance}.")
        return
    st.caption(f"Posterior: {provenance}, learned for all echoes at once.")
    problem, preset = once.table(lambda: _preset(run, learned), "local preset", run, learned)
    if preset is None:
        st.caption(problem)
        return
    if echo.prepared:
        st.caption(PREPARED)
        return
    seconds = once.table(
        lambda: compute.cost(preset, SIMULATIONS.default)[0], "cost of refining", preset
    )
    _offer(run, learned, echo, id, seconds)


def _preset(run: Run, learned: Posterior) -> tuple[str, Preset | None]:
    """The preset whose signals are simulated; None with a sentence where there is none."""
    try:
        preset = local_preset(run)
        check_prior(run, learned.parameters)
    except InputError as error:
        return notice.sentence(error), None
    return "", preset


def _offer(run: Run, learned: Posterior, echo: Echo, id: str, seconds: float) -> None:
    """The button and the progress of its job."""
    waits = any(
        job.live and job.kind == KIND and job.params.get("id") == id for job in job_list.jobs()
    )
    expected = job_time.Expected(KIND, seconds)
    label = f"Refine with {SIMULATIONS.default:,} simulations ({job_time.words(expected)})"
    if adding.button(label, key="refine-posterior", icon=":material/target:", disabled=waits):
        params = store_posterior_request(run, learned, echo.read()[1])
        title = f"Refined posterior: {run.manifest.title}"
        if job_card.submit(KIND, params, title, expected):
            st.rerun()
    if waits:
        job_card.cards(KIND, limit=1, only=lambda job: job.params.get("id") == id)
