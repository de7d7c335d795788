"""The question before the number, and afterwards the guesses of the room."""

import math
from dataclasses import replace

import streamlit as st

from nmr_core.labs.lab import Guess, Lab, Number
from nmr_core.labs.progress import Progress
from nmr_core.plots.guesses import guesses_figure
from ui.labs import computed, numbers, own, room
from ui.shared import boot, inputs, once
from ui.shared.figure import palette, show
from ui.shared.text import quoted

STEPS = 41
"""Values of the slider."""
ENOUGH = 2
"""Guesses that make a histogram."""


def form(lab: Lab) -> None:
    """The question with a slider, before the number is shown."""
    key = f"lab-{lab.slug}-guess"
    with st.container(border=True):
        st.markdown(f"**Guess first:** {lab.guess.question}")
        options = {f"{value:g}": _text(lab.guess, value) for value in values(lab.guess)}
        inputs.steps("Guess", options, key, index=len(options) // 2, label_visibility="collapsed")
        with st.container(horizontal=True):
            st.button(
                "Show the number",
                type="primary",
                icon=":material/visibility:",
                key="lab-guess",
                on_click=_store,
                args=(lab, key),
            )
            st.button(
                "Without a guess",
                type="tertiary",
                key="lab-no-guess",
                on_click=own.open_number,
                args=(lab, None),
            )


def answer(lab: Lab, progress: Progress) -> None:
    """The guess beside the measured number."""
    number = _measured(lab)
    measured = numbers.text(replace(number, unit=number.unit or lab.guess.unit))
    if progress.guess is None:
        st.markdown(f"{quoted(lab.guess.question)} **{measured}**")
    else:
        st.markdown(
            f"Your guess: **{_text(lab.guess, progress.guess)}**. Measured: **{measured}**."
        )


def of_the_room(lab: Lab, progress: Progress) -> None:
    """The histogram of the room's guesses once the number is shown; organisers see it grow, and
    before it how many there are.
    """
    if room.is_organiser():
        st.fragment(_live, run_every=room.FRESH)(lab, progress)
    elif progress.is_open:
        _histogram(lab, progress, room.guesses(lab.slug))


def _live(lab: Lab, progress: Progress) -> None:
    with boot.part("lab-room"):
        guesses = room.guesses(lab.slug)
        if progress.is_open:
            _histogram(lab, progress, guesses)
        else:
            st.caption(f"Guesses of the room: {len(guesses)}")


def _histogram(lab: Lab, progress: Progress, guesses: list[float]) -> None:
    if len(guesses) < ENOUGH:
        return
    measured = _measured(lab).value
    show(
        once.figure(
            lambda: guesses_figure(guesses, lab.guess, measured, palette(), progress.guess),
            "lab-guesses",
            lab.slug,
            tuple(guesses),
            progress.guess,
        ),
        key="lab-guesses",
        name=f"lab-{lab.slug}-guesses",
        alt=f"Guesses of {len(guesses)} people.",
        code=_code(lab, guesses, measured, progress.guess),
    )


def _measured(lab: Lab) -> Number:
    """The number of the first picture that answers the question."""
    return computed.result(lab, lab.complete()).number(lab.guess.number)


def values(guess: Guess) -> list[float]:
    """The values of the slider, to two digits."""
    fractions = [k / (STEPS - 1) for k in range(STEPS)]
    if guess.log:
        ratio = math.log(guess.high / guess.low)
        exact = [guess.low * math.exp(fraction * ratio) for fraction in fractions]
    else:
        exact = [guess.low + fraction * (guess.high - guess.low) for fraction in fractions]
    return list(dict.fromkeys(float(f"{value:.2g}") for value in exact))


def _code(lab: Lab, guesses: list[float], measured: float, own: float | None) -> str:
    """Python that draws the histogram as the variable ``figure``."""
    return (
        "from nmr_core.labs.registry import LABS\n"
        "from nmr_core.plots import LIGHT\n"
        "from nmr_core.plots.guesses import guesses_figure\n\n"
        f"question = LABS[{lab.slug!r}].guess\n"
        f"figure = guesses_figure({guesses!r}, question, {measured!r}, LIGHT, {own!r})"
    )


def _text(guess: Guess, value: float) -> str:
    rounded = float(f"{value:.2g}")
    return f"{rounded:g} {guess.unit}".strip()


def _store(lab: Lab, key: str) -> None:
    """Callback: the guess at the slider."""
    own.open_number(lab, float(st.session_state[key]))
