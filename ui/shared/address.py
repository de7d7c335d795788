"""The page's address: what the page shows, by id, and nothing else. (Streamlit's own binding would
put the option's label there.)

The values of one run of a page, or of one of its fragments, are collected and written together when
it ends. Keys that it does not use any more leave the address. A visit to a page is one entry in the
browser's history.
"""

import time
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from typing import Any

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.runtime.scriptrunner_utils.exceptions import RerunException

from nmr_core.errors import InputError

PAGE = "page"
LATE = 20.0
"""Seconds in which the browser may still send an address that was replaced meanwhile."""
_KEYS = "_address-keys"
"""In the session: part of the page -> keys of the address that it used when it was run last."""
_REPLACED = "_address-replaced"
"""In the session: key -> values that were replaced on this page, each with its time."""

REPLACE = """<script>
if (!window.oneEntryPerPage) {
  window.oneEntryPerPage = true;
  const push = window.history.pushState.bind(window.history);
  const replace = window.history.replaceState.bind(window.history);
  let before = null;
  let back = false;
  window.addEventListener("popstate", () => {
    before = null;
    back = true;
  }, true);
  for (const kind of ["click", "keydown"]) {
    window.addEventListener(kind, press => { back = back && press.altKey; }, true);
  }
  window.history.pushState = (state, title, url) => {
    const next = new URL(url, window.location.href);
    if (next.pathname === window.location.pathname) {
      before = window.location.href;
      replace(state, title, url);
      return;
    }
    if (back) return;
    if (before && next.search && next.search === window.location.search) {
      replace(window.history.state, "", before);
    }
    before = null;
    push(state, title, url);
  };
}
</script>"""
"""Streamlit adds an entry to the history for each change of the address; with this script only
another page does. A quick page's query reaches the browser before its path: then the entry of the
page before gets its own query back. After Back or Forward, until the next click or key, another
path comes late, from the run that was left: it would delete the entries ahead.
"""


@dataclass
class _Run:
    """A run of a page or of a fragment.

    Attributes
    ----------
    written : dict
        What it writes into the address when it ends.
    current : dict
        What is in the address until then.
    used : set
        Keys of the address that it uses.
    is_complete : bool
        Whether it came to its end.
    """

    written: dict[str, list[str]] = field(default_factory=dict)
    current: dict[str, list[str]] = field(default_factory=dict)
    used: set[str] = field(default_factory=set)
    is_complete: bool = True


_run: ContextVar[_Run | None] = ContextVar("run", default=None)


@contextmanager
def written_once(part: str = PAGE) -> Iterator[None]:
    """Write the address once, when what runs inside has ended.

    Parameters
    ----------
    part : str
        The page, or the name of one of its fragments.
    """
    outer = _run.get()
    run = _Run(outer.written, outer.current) if outer else _Run({}, present())
    if part == PAGE:
        st.session_state[_KEYS] = {}
    token = _run.set(run)
    again: RerunException | None = None
    is_left = False
    try:
        yield
    except BaseException as reason:  # the page was stopped, or is run again
        run.is_complete = False
        if isinstance(reason, RerunException):
            again = reason
            is_left = reason.rerun_data.is_history_navigation
        raise
    finally:
        _run.reset(token)
        unused = _note_keys(part, run)
        if is_left:  # the browser shows the address of another page
            pass
        elif outer is None:
            _send_and_carry(run.written, unused, again)
        else:
            outer.used |= run.used
            outer.is_complete &= run.is_complete


def is_collected() -> bool:
    """Whether what is written now is sent when a page or a fragment has ended."""
    return _run.get() is not None


def arrive() -> None:
    """Note that a page is opened: an address that the last page replaced may be asked for again."""
    st.session_state[_REPLACED] = {}


def incomplete() -> None:
    """Note that this run ends with an error: keys that it did not reach stay in the address."""
    run = _run.get()
    if run is not None:
        run.is_complete = False


def _note_keys(part: str, run: _Run) -> set[str]:
    """Remember the keys of a part; return those that it does not use any more."""
    parts = st.session_state.setdefault(_KEYS, {})
    before = set(run.current) if part == PAGE else parts.get(part, set())
    unused = before - run.used if run.is_complete else set()
    parts[part] = run.used if run.is_complete else before | run.used
    return unused


def _send_and_carry(
    written: dict[str, list[str]], unused: Collection[str], again: RerunException | None
) -> None:
    """Change the address, also for the run that follows: ``st.rerun`` took the address with it
    before what this run wrote was sent.
    """
    context = get_script_run_ctx()
    before = context.query_string if context else ""
    _send(written, unused)
    if again is not None and context is not None and again.rerun_data.query_string == before:
        again.rerun_data = replace(again.rerun_data, query_string=context.query_string)


def _send(written: dict[str, list[str]], unused: Collection[str]) -> None:
    """Change the address, at once, if it differs; after Back and Forward in any case, as the run
    that was left may have changed it in the browser.
    """
    current = present()
    changed = {key: values for key, values in (current | written).items() if key not in unused}
    changed = {key: values for key, values in changed.items() if values}
    context = get_script_run_ctx()
    if changed != current or (context is not None and context.is_history_navigation):
        st.query_params.from_dict(changed)
    for key, values in written.items():
        _note_written(key, values)


def present() -> dict[str, list[str]]:
    """The keys and values that are in the address now."""
    return {key: st.query_params.get_all(key) for key in st.query_params}


def _note_written(key: str, values: list[str]) -> None:
    """Remember what is in the address, and for a while what it replaces."""
    now = time.monotonic()
    before = st.session_state.get(f"_address-{key}")
    replaced = st.session_state.setdefault(_REPLACED, {})
    recent = [(old, when) for old, when in replaced.get(key, []) if now - when < LATE]
    if before is not None and before != values:
        recent.append((before, now))
    replaced[key] = recent
    st.session_state[f"_address-{key}"] = values


def values(key: str) -> list[str]:
    """The values under ``key``, as they are in the address or will be when this run has ended."""
    run = _run.get()
    if run is None:
        return st.query_params.get_all(key)
    run.used.add(key)
    return run.written[key] if key in run.written else list(run.current.get(key, ()))


def write(key: str, value: str | list[str]) -> None:
    """Put one value or several under ``key``; an empty list takes the key out of the address."""
    new = value if isinstance(value, list) else [value]
    run = _run.get()
    if run is None:  # in a callback
        _send({key: new}, ())
    else:
        run.used.add(key)
        run.written[key] = new


def new(key: str) -> list[str]:
    """The values under ``key`` if the visitor came by a link or the Back button; those written by a
    page are not new.

    The browser sends its address with each move of a slider. Moves that follow each other quickly
    come with an address that the page has replaced since.
    """
    current = values(key)
    if current == st.session_state.get(f"_address-{key}"):
        return []
    context = get_script_run_ctx()
    is_history = context is not None and context.is_history_navigation
    return [] if _is_late(key, current) and not is_history else current


def _is_late(key: str, values: list[str]) -> bool:
    now = time.monotonic()
    replaced = st.session_state.get(_REPLACED, {}).get(key, [])
    return any(old == values and now - when < LATE for old, when in replaced)


def accept(key: str) -> None:
    """Take note of the values under ``key``, so that they are not new any more, and leave them in
    the address.
    """
    st.session_state[f"_address-{key}"] = values(key)


def read(key: str, parse: Callable[[str], Any]) -> list[Any]:
    """What ``parse`` makes of the new values under ``key``; values that it refuses by an InputError
    or a ValueError are left out.
    """
    parsed = []
    for text in dict.fromkeys(new(key)):
        with suppress(InputError, ValueError):
            parsed.append(parse(text))
    return parsed


def one_of(options: Collection[str]) -> Callable[[str], str]:
    """A parser for :func:`read` that takes only ``options``."""

    def parse(text: str) -> str:
        if text not in options:
            raise ValueError(text)
        return text

    return parse


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
