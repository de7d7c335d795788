"""The model of a measurement: one that fits is chosen, or one is made; then the verdict."""

import streamlit as st

from nmr_core.errors import InputError
from nmr_core.measured.actions import make_model
from nmr_core.measured.out_of_range import Number
from nmr_core.measured.refusal import refusal
from nmr_core.measured.verdict import Verdict, one_of_a_kind
from ui.measurement import code, making, models
from ui.measurement.sample import Sample
from ui.predict import answer, measured, reading, verdict_box
from ui.shared import compute, inputs
from ui.shared.text import quoted

REFUSED = "pretrained-measured"
"""Run whose refusal is shown where no model fits."""


def show(sample: Sample) -> None:
    """Show the models, and the answer of the chosen one."""
    st.header("The model", divider="gray", anchor=False)
    if not sample.echoes:
        _without_echo(sample)
        return
    fits = models.fitting(sample)
    possible = {fit.run.id: fit for fit in fits if not fit.reasons}
    making.follow(possible)
    chosen = None
    if possible:
        labels = {id: fit.label for id, fit in possible.items()}
        chosen = inputs.choice("Model", labels, "measured-model", link="model", brief=True)
    _others([fit for fit in fits if fit.reasons])
    making.section(sample, is_open=not possible)
    if chosen is None:
        _refused(sample, fits)
        return
    _answer(sample, possible[chosen])


def _others(fits: list[models.Fit]) -> None:
    """Why other models do not fit."""
    if not fits:
        return
    with st.expander(f"Why {len(fits)} other models do not fit", icon=":material/block:"):
        for fit in fits:
            st.markdown(f"**{quoted(fit.label)}**  \n{quoted(' '.join(fit.reasons))}")


def _answer(sample: Sample, fit: models.Fit) -> None:
    """Preparation, estimates and verdict of a run."""
    run = compute.run(fit.run.id, fit.run.manifest.created)
    is_example = sample.example is not None and run.id == REFUSED
    case = answer.Case(
        run,
        reading.target(run.id, run.manifest.created),
        sample.stated,
        source=sample.source,
        level=sample.level,
        name=sample.files.name,
        command=sample.files.command,
        truth=sample.example.truth if sample.example and is_example else None,
        python=tuple(code.statements(run, sample)),
        acquired=sample.acquired[0],
    )
    measured.prepare_and_answer(case, on_its_page=True)


def _refused(sample: Sample, fits: list[models.Fit]) -> None:
    """The verdict where no model fits: the reasons as numbers, and what to do about them."""
    question = verdict_box.question_of(None, acquired=sample.acquired[0])
    refused = next((fit for fit in fits if fit.error is not None), None)
    nearest = next((fit for fit in fits if fit.numbers), None)
    if nearest is None and refused is not None and refused.error is not None:
        target = reading.target(refused.run.id, refused.run.manifest.created)
        verdict_box.show(refusal(refused.error, sample.measurements, target), question)
        return
    nearest = nearest or fits[0]
    numbers = nearest.numbers or [Number(text) for text in nearest.reasons]
    actions = [action for number in numbers for action in number.actions]
    decision = Verdict(
        "no",
        f"No model here was made for such a measurement; the nearest is {nearest.run.id}.",
        list(dict.fromkeys(number.sentence for number in numbers)),
        [],
        one_of_a_kind([*actions, make_model()]),
    )
    verdict_box.show(decision, question)


def _without_echo(sample: Sample) -> None:
    """The verdict on a record without an echo."""
    run = compute.run(REFUSED, "")
    sentences = [echo for _, echo in sample.pairs if isinstance(echo, str)]
    decision = refusal(InputError(sentences[0]), sample.measurements, reading.target(run.id, ""))
    verdict_box.show(decision, verdict_box.question_of(None, acquired=sample.acquired[0]))
    st.caption("If the record holds an echo, check the columns and the unit of time above.")
