"""Make a model for a measurement: options, plan with its time, what it would tell, and the job."""

from collections.abc import Mapping

import streamlit as st

from nmr_core.errors import InputError
from nmr_core.kernels import KERNELS
from nmr_core.measured.making import Knowledge, ModelPlan, plan_model, what_can_be_known
from nmr_core.measured.making.job import store_request
from nmr_core.parameters import Parameter
from ui.measurement.models import Fit
from ui.measurement.sample import Sample
from ui.predict import verdict_box
from ui.shared import adding, compute, inputs, job_card, job_list, job_time, notice, once
from ui.shared.text import quoted

KIND = "make_model"
SIZES = {"quick": "Quick (up to 3 minutes)", "standard": "Standard (up to 15 minutes)"}
LINES = {"lorentzian": "Lorentzian", "gaussian": "Gaussian", "pseudo_voigt": "Pseudo-Voigt"}
WIDTH = Parameter(
    "line_width",
    "Line width (kHz)",
    "",
    0.1,
    1e4,
    50.0,
    description="Full width at half height of the line. Empty: a parameter of the model, about the "
    "width that follows from that of the echo.",
)
WAITS = "One model at a time: yours is being made, see the card below."
OPEN = verdict_box.OPEN_PLAN
KNOWN = "_measured-known"
"""In the session: source of the sample, and ids of the models that fitted it."""


def follow(possible: Mapping[str, Fit]) -> None:
    """Choose a model that has just been made."""
    before = st.session_state.get(KNOWN)
    st.session_state[KNOWN] = set(possible)
    if before is None:
        return
    finished = {
        str(job.params.get("run"))
        for job in job_list.jobs()
        if job.kind == KIND and job.status == "done"
    }
    for id in possible:
        if id not in before and id in finished:
            inputs.assign("measured-model", id)
            return


def section(sample: Sample, *, is_open: bool) -> bool:
    """Show the switch, and below it options, plan and button; return whether the switch is on."""
    key = f"measured-make-{sample.files.id[:12]}-{int(is_open)}"
    if st.session_state.pop(OPEN, False):
        inputs.assign(key, True)
    with st.container(border=True):
        on = inputs.toggle(
            "Make a model for this measurement",
            key,
            is_open,
            link="make",
            help="Simulate echoes of this protocol, train and calibrate a model on them. It is "
            "kept, and reads every further measurement of the same protocol.",
        )
        if on:
            _form(sample)
    job_card.cards(KIND, limit=2)
    return on


def _form(sample: Sample) -> None:
    if sample.acquired[0].missing:
        st.caption("A model needs the pulse spacing τ: type it in under What was measured.")
        return
    options = _options()
    plan = _plan(sample, options)
    if plan is None:
        return
    for sentence in plan.sentences:
        st.markdown(f"- {quoted(sentence)}")
    if inputs.toggle(
        "Which parameters does such a record determine? (about 20 s)", "make-known", link="known"
    ):
        for sentence in _knowledge(plan).sentences:
            st.markdown(f"- {quoted(sentence)}")
    expected = job_time.Expected(KIND, plan.seconds)
    waits = job_card.own_is_live(KIND)
    label = f"Make the model ({job_time.words(expected)})"
    if adding.button(
        label,
        key="make-model",
        type="primary",
        icon=":material/build:",
        disabled=waits,
        help=WAITS if waits else None,
    ):
        _submit(sample, plan, expected)


def _options() -> dict:
    """Arguments of plan_model that the visitor chooses."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        size = inputs.choice("Size", SIZES, "make-size", link=True, brief=True, width=230)
        kernels = {name: kernel.label for name, kernel in KERNELS.items()}
        first = list(kernels).index("gaussian")
        kernel = inputs.choice(
            "Kernel", kernels, "make-kernel", link=True, brief=True, index=first, width=200
        )
        line = inputs.choice("Line", LINES, "make-line", link=True, brief=True, width=160)
        width = inputs.number(
            WIDTH, "make-width", link=True, empty=True, placeholder="estimated", width=170
        )
    return {
        "size": size,
        "kernel": kernel,
        "line": line,
        "line_width": None if width is None else width / 1e3,
    }


def _plan(sample: Sample, options: dict) -> ModelPlan | None:
    """The plan, made once; None after a refusal, which names the option that would be needed."""

    def planned() -> ModelPlan | str:
        try:
            with compute.turn():
                return plan_model(
                    sample.measurements, sample.acquired, echoes=sample.echoes, **options
                )
        except InputError as error:
            return str(error)

    with st.spinner("Planning …"):
        plan = once.table(planned, "model plan", *map(str, (sample.key, options)))
    if isinstance(plan, str):
        notice.error(plan)
        return None
    return plan


def _knowledge(plan: ModelPlan) -> Knowledge:
    """What a record like this can tell, computed once."""
    with st.spinner("Identifying the parameters of such a record …"):
        return once.table(lambda: _known(plan), "knowledge", plan)


def _known(plan: ModelPlan) -> Knowledge:
    with compute.turn(compute.LONG):
        return what_can_be_known(plan)


def _submit(sample: Sample, plan: ModelPlan, expected: job_time.Expected) -> None:
    params = store_request(sample.stated, plan)
    title = f"Model for {sample.files.name}"
    if job_card.submit(KIND, params, title, expected):
        st.rerun()
