"""The model of a measurement: one that fits is chosen, or one is made; then the verdict."""

from dataclasses import replace

import streamlit as st

from nmr_core.errors import InputError
from nmr_core.measured.actions import MAKE, identify, make_model
from nmr_core.measured.found import FoundEcho
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
    plan_is_shown = making.section(sample, is_open=not possible)
    if chosen is None:
        _refused(sample, fits, plan_is_shown=plan_is_shown)
        return
    _answer(sample, possible[chosen])


def _models(n: int) -> str:
    return "1 model does" if n == 1 else f"{n} models do"


def _first(sample: Sample) -> FoundEcho | None:
    """The first echo that was found."""
    return next(iter(sample.echoes), None)


def _others(fits: list[models.Fit]) -> None:
    """Why other models do not fit."""
    if not fits:
        return
    with st.expander(f"Why {_models(len(fits))} not fit", icon=":material/block:"):
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
        echo=_first(sample),
    )
    measured.prepare_and_answer(case, on_its_page=True)


def _refused(sample: Sample, fits: list[models.Fit], *, plan_is_shown: bool) -> None:
    """What no model was made for, and what to do about it; the plan needs no second button."""
    question = verdict_box.question_of(None, acquired=sample.acquired[0], echo=_first(sample))
    nearest = next((fit for fit in fits if fit.numbers), None)
    if nearest is None:
        decision = Verdict(verdict_box.OPEN, _none_made(sample), [], [], [make_model(), identify()])
    else:
        actions = [action for number in nearest.numbers for action in number.actions]
        decision = Verdict(
            "no",
            f"No model here was made for such a measurement; the nearest is {nearest.run.id}.",
            list(dict.fromkeys(number.sentence for number in nearest.numbers)),
            [],
            one_of_a_kind([*actions, make_model()]),
        )
    if plan_is_shown:
        actions = [action for action in decision.actions if action.kind != MAKE]
        decision = replace(decision, actions=actions)
    verdict_box.show(decision, question)


def _none_made(sample: Sample) -> str:
    """The sentence about a protocol that no model was made for."""
    first = sample.acquired[0]
    if first.tau is None or first.start is None or first.stop is None:
        return (
            "Nothing is estimated yet. The pulse spacing τ decides which model reads this "
            "measurement: type it in above."
        )
    return (
        f"No model was made for this protocol: pulse spacing {first.tau:.4g} µs, recorded from "
        f"{first.start:.4g} to {first.stop:.4g} µs after the last pulse. Make one above."
    )


def _without_echo(sample: Sample) -> None:
    """The verdict on a record without an echo."""
    run = compute.run(REFUSED, "")
    sentences = [echo for _, echo in sample.pairs if isinstance(echo, str)]
    decision = refusal(InputError(sentences[0]), sample.measurements, reading.target(run.id, ""))
    verdict_box.show(decision, verdict_box.question_of(None, acquired=sample.acquired[0]))
    st.caption("If the record holds an echo, check the columns and the unit of time above.")
