"""Own progress: stored in the personal workspace, whichever one the page shows."""

from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import streamlit as st

from nmr_core.errors import FailedError
from nmr_core.labs import progress
from nmr_core.labs.lab import Lab
from nmr_core.labs.progress import ENOUGH, Progress
from nmr_core.storage.spaces import person, registry, rights
from nmr_core.storage.spaces.rights import RefusedError
from nmr_core.storage.workspace import data_folder

_HERE = "_labs-progress"
"""In the session: slug -> progress, also where nothing can be stored."""
_STATE = "_labs-state"
"""In the session: (slug, text of the state) that was shown last."""
EVERY = 10
"""Moves after which their number is stored again."""


def folder() -> Path:
    """The data folder of this person; without a server the only one."""
    who = person.acting()
    return data_folder() if who is None else registry.home_of(who).folder()


def read() -> dict[str, Progress]:
    """Slug -> own progress."""
    here = st.session_state.get(_HERE, {})
    stored = progress.read(folder())
    return {
        slug: stored.get(slug, Progress()).joined(here.get(slug, Progress()))
        for slug in {**stored, **here}
    }


def of(lab: Lab) -> Progress:
    """Own progress in one lab."""
    return read().get(lab.slug, Progress())


def open_number(lab: Lab, guess: float | None) -> None:
    """Callback: store the guess, None without one, and show the number."""
    _note(lab, replace(of(lab), guess=guess, is_open=True), store=True)


def note_move(lab: Lab, text: str) -> None:
    """Count a move if the state differs from the last one that was shown."""
    last, st.session_state[_STATE] = st.session_state.get(_STATE), (lab.slug, text)
    if last is None or last[0] != lab.slug or last[1] == text:
        return
    own = of(lab)
    own = replace(own, moves=own.moves + 1)
    _note(lab, own, store=own.moves <= ENOUGH or own.moves % EVERY == 0)


def _note(lab: Lab, own: Progress, store: bool) -> None:
    st.session_state.setdefault(_HERE, {})[lab.slug] = own
    if store:
        with suppress(FailedError, RefusedError):  # a full disk or a pause does not stop a lab
            _check_pause()
            progress.write(lab.slug, own, folder())


def _check_pause() -> None:
    """Refuse while the visitor's room is frozen or has ended."""
    who = person.acting()
    if who is not None:
        rights.check_pause(who.id)
