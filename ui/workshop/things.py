"""What a room may hold: data sets and runs of the present workspace, labs, a challenge."""

from collections.abc import Sequence

import streamlit as st

from nmr_core.challenge import list_challenges
from nmr_core.errors import FailedError
from nmr_core.labs.registry import LABS
from nmr_core.workshop import Content
from ui.shared import lists, notice, spaces

NO_CHALLENGE = "No challenge"


def things() -> dict[str, str]:
    """Kind and id -> label, of the own things of the present workspace."""
    sets = {
        f"dataset:{entry.id}": f"Data set: {entry.manifest.title}"
        for entry in lists.datasets()
        if entry.manifest and entry.usable and not entry.shipped
    }
    runs = {
        f"run:{entry.id}": f"Run: {entry.run.manifest.title}"
        for entry in lists.runs()
        if entry.run is not None and not entry.shipped
    }
    return sets | runs


def contents(keys: Sequence[str]) -> list[Content]:
    """The chosen things of :func:`things`."""
    here = spaces.here().id
    return [Content(kind, id, here) for kind, id in (key.split(":", 1) for key in keys)]


def challenges() -> dict[str, str]:
    """Id -> title of the challenges that a room may have; "" for none."""
    try:
        titles = {one.id: one.title for one in list_challenges()}
    except FailedError as error:
        notice.warning(error)
        titles = {}
    return {"": NO_CHALLENGE} | titles


def choice(key: str) -> None:
    """The choice of data sets and runs.

    Parameters
    ----------
    key : str
        Of the widget.
    """
    options = things()
    st.multiselect(
        "Data sets and runs that everyone gets",
        list(options),
        format_func=lambda name: options.get(name, name),
        key=key,
        placeholder="Those of this workspace; the shipped examples are there anyway",
    )


def labs(key: str) -> None:
    """The choice of labs.

    Parameters
    ----------
    key : str
        Of the widget.
    """
    st.multiselect(
        "Labs",
        list(LABS),
        format_func=lambda slug: LABS[slug].title if slug in LABS else slug,
        key=key,
        placeholder="All",
    )
