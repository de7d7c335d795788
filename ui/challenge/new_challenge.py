"""The organiser's form: a challenge from a template, in a minute."""

import time
from dataclasses import replace

import streamlit as st

from nmr_core.errors import InputError
from nmr_core.parameters import Parameter
from nmr_core.storage.workspace import server_folder
from nmr_core.workshop import Rooms, room_challenges
from ui.challenge import cached, prior
from ui.people import changes
from ui.shared import inputs, job_card, notice, spaces
from ui.shared.text import quoted

KIND = "challenge"
"""Kind of the job that makes a challenge."""
MINUTES = Parameter("minutes", "Ends after", "min", 5, 60 * 24 * 30, 90, integer=True)
HIDDEN = Parameter("hidden", "Board hidden before the end", "min", 0, 60 * 24, 0, integer=True)


def show() -> None:
    """The form in an expander, open where there is no challenge yet; jobs that make one."""
    with st.expander(
        "New challenge",
        icon=":material/add:",
        expanded=not cached.challenges(),
        key="new-challenge",
    ):
        _form()
    job_card.cards(KIND, limit=2)
    if spaces.are_used() and any(one.room for one in cached.challenges()):
        changes.make(lambda admin: room_challenges.assign(Rooms(server_folder())))


def _form() -> None:
    """Template, title, sizes and limits; the button that makes the challenge, as a job."""
    from nmr_core.challenge import TEMPLATES
    from nmr_core.challenge.metrics import METRICS
    from nmr_core.challenge.options import NUMBERS

    titles = {name: template.title for name, template in TEMPLATES.items()}
    first, second, third = st.columns(3)
    with first:
        template = TEMPLATES[inputs.choice("Template", titles, "new-challenge-template")]
        title = st.text_input(
            "Title", max_chars=60, key="new-challenge-title", placeholder=template.title
        )
        room = _room()
        preset = prior.choice(template)
        metric = template.metrics[0]
        if len(template.metrics) > 1:
            labels = {name: METRICS[name].label for name in template.metrics}
            metric = inputs.choice("Metric", labels, f"new-challenge-metric-{template.name}")
        st.caption(quoted(template.description))
    with second:
        counts = {
            name: int(_number(NUMBERS[name]))
            for name in ("n_train", "n_public", "n_private", "team_size")
        }
    with third:
        minutes = inputs.number(MINUTES, "new-challenge-minutes")
        tries = _number(NUMBERS["tries"])
        pause = _number(NUMBERS["pause"])
        hide = inputs.number(HIDDEN, "new-challenge-hidden")
    if st.button(
        "Make the challenge", type="primary", icon=":material/add:", key="new-challenge-make"
    ):
        begin = time.time()
        _submit(
            template.name,
            title=title or template.title,
            metric=metric,
            tries=int(tries),
            pause=float(pause),
            starts=begin,
            ends=begin + 60 * minutes,
            room=room,
            preset=preset,
            hide=60.0 * hide,
            **counts,
        )


def _number(spec: Parameter) -> float:
    """A number field."""
    return inputs.number(
        replace(spec, symbol=spec.symbol.capitalize()), f"new-challenge-{spec.name}"
    )


def _room() -> str:
    """Whose challenge it is: that of everyone, or of a room."""
    rooms = Rooms(server_folder()).list() if spaces.are_used() else []
    options = {room.id: room.title for room in rooms if room.status != "closed"}
    if not options:
        return ""
    return inputs.choice("For", {"": "Everyone on the server"} | options, "new-challenge-room")


def _submit(template: str, **options: object) -> None:
    from nmr_core.challenge import job_params

    try:
        params = job_params(template, **options)
    except InputError as error:
        notice.error(error)
        return
    if job_card.submit(KIND, params, f"Challenge: {options['title']}"):
        st.rerun()
