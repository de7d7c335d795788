"""Choices in the page's address, by id. (Streamlit's own binding would put the option's label
there.)

The values of one page run are collected and written together when it ends, so that a visit to a
page is one entry in the browser's history. In a fragment, which runs without the page, a value is
written at once.
"""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

import streamlit as st
from streamlit.runtime.scriptrunner import RerunException

_pending: ContextVar[dict[str, list[str]] | None] = ContextVar("pending", default=None)
"""What the page run of this thread has collected."""

REPLACE = """<script>
if (!window.oneEntryPerPage) {
  window.oneEntryPerPage = true;
  const push = window.history.pushState.bind(window.history);
  window.history.pushState = (state, title, url) => {
    const samePage = new URL(url, window.location.href).pathname === window.location.pathname;
    (samePage ? window.history.replaceState.bind(window.history) : push)(state, title, url);
  };
}
</script>"""
"""Streamlit adds an entry to the history for each change of the address; with this script only
another page does.
"""


@contextmanager
def written_once() -> Iterator[None]:
    """Collect what a page run writes into the address, and write it when the page has ended."""
    collected: dict[str, list[str]] = {}
    token = _pending.set(collected)
    try:
        yield
    except RerunException:
        collected.clear()  # the next run, or the next page, writes its own
        raise
    finally:
        _pending.reset(token)
        _send(collected)


def _send(pending: dict[str, list[str]]) -> None:
    changed = {
        key: values for key, values in pending.items() if st.query_params.get_all(key) != values
    }
    for key in [key for key, values in changed.items() if not values]:
        del st.query_params[key]
        del changed[key]
    if changed:
        st.query_params.update(changed)
    for key, values in pending.items():
        st.session_state[f"_address-{key}"] = values


def values(key: str) -> list[str]:
    """The values under ``key``, as they are in the address or will be when this run has ended."""
    pending = _pending.get() or {}
    return pending[key] if key in pending else st.query_params.get_all(key)


def write(key: str, value: str | list[str]) -> None:
    """Put one value or several under ``key``; an empty list takes the key out of the address."""
    new = value if isinstance(value, list) else [value]
    pending = _pending.get()
    if pending is None:
        _send({key: new})
    else:
        pending[key] = new


def new(key: str) -> list[str]:
    """The values under ``key`` if the visitor came by a link or the Back button; those written by a
    page are not new.
    """
    current = values(key)
    return [] if current == st.session_state.get(f"_address-{key}") else current


def accept(key: str) -> None:
    """Take note of the values under ``key``, so that they are not new any more, and leave them in
    the address.
    """
    st.session_state[f"_address-{key}"] = values(key)


def read(key: str, options: Collection[str], *, several: bool = False) -> None:
    """Let a new address decide the widget ``key`` (one value or several); what is not an option is
    left out.
    """
    chosen = [value for value in dict.fromkeys(new(key)) if value in options]
    if chosen:
        st.session_state[key] = chosen if several else chosen[0]


def remembered(key: str) -> list[str]:
    """The values under ``key``; on return to a page whose address was dropped, those of the last
    visit.
    """
    current = values(key)
    if not current and st.session_state.get(f"_last-{key}"):
        current = st.session_state[f"_last-{key}"]
        write(key, current)
    st.session_state[f"_last-{key}"] = current
    return current


def remember(key: str, values: list[str]) -> None:
    """Put values under ``key`` into the address and keep them for the next visit; an empty list
    forgets them.
    """
    st.session_state[f"_last-{key}"] = values
    write(key, values)
