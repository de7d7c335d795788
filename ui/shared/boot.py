"""What surrounds every page: its session, the sentence of an error, the way in by a deep link."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NoReturn

import streamlit as st

from nmr_core.errors import FailedError, InputError
from ui.server import identity, page_runs
from ui.shared import (
    address,
    inputs,
    look,
    notice,
    present,
    room_look,
    room_news,
    session_values,
    spaces,
    theme_message,
    turns,
    visitor,
    warm_up,
)

_LOG = logging.getLogger(__name__)
_OPEN = "_open-page"
"""In the session: title of the page that has been run to its end."""


class PageEnd(Exception):
    """Raised by :func:`stop`."""


def stop() -> NoReturn:
    """End the page here. Its address is still written, and the sidebar drawn.

    ``st.stop`` would end these too: from there on every call of Streamlit stops the run. It is the
    end of a page that runs without :func:`run`.
    """
    if not address.is_collected():
        st.stop()
    raise PageEnd


def start() -> None:
    """Called by app.py after ``st.navigation``: marks the session, and forwards a visitor that came
    in by a deep link.
    """
    session_values.install()
    theme_message.install()
    st.html(address.REPLACE, unsafe_allow_javascript=True)
    look.apply()
    visitor.arrive()
    st.session_state["_booted"] = True
    link = st.session_state.pop("_link", None)
    if link:
        st.switch_page(link[0], query_params=link[1])
    spaces.enter()
    room_news.arrive()
    room_look.follow()


def run(page: Any) -> None:
    """Run a page; what it raises on purpose becomes one sentence, with nothing lost."""
    if st.session_state.get(_OPEN) != page.title:
        inputs.arrive()
        address.arrive()
    present.arrive()
    try:
        with page_runs.counted(), address.written_once(), worded():
            spaces.show_in_address()
            page.run()
        st.session_state[_OPEN] = page.title
    finally:
        warm_up.begin()


def is_opening() -> bool:
    """Whether the page that runs has just been opened."""
    return st.session_state.get(_OPEN) != st.session_state.get("_page")


@contextmanager
def worded() -> Iterator[None]:
    """What is raised inside on purpose becomes one sentence on the page."""
    with warm_up.running(), turns.turn():
        try:
            yield
        except PageEnd:
            address.incomplete()
        except (InputError, FailedError) as error:
            is_failure = isinstance(error, FailedError)
            _LOG.log(logging.WARNING if is_failure else logging.INFO, "%s", error)
            address.incomplete()
            notice.error(error)


@contextmanager
def part(name: str) -> Iterator[None]:
    """The body of a fragment, which runs without :func:`run`: its choices are written into the
    address when it ends. The page is run as a whole if what it shows has been deleted.

    Parameters
    ----------
    name : str
        Of the fragment; no two of a page have the same.
    """
    with address.written_once(name), worded():
        present.check()
        yield


def guard(file: str) -> None:
    """First line of every page. A folder called pages/ lets Streamlit run a page without app.py on
    the first deep link after a start; such a visitor goes through app.py first and comes back with
    the same link. On a server for a team no page runs without a session."""
    identity.session()
    if "_booted" not in st.session_state:
        address = {name: st.query_params.get_all(name) for name in st.query_params}
        st.session_state["_link"] = (f"pages/{Path(file).name}", address)
        st.switch_page("app.py")
    spaces.enter()
