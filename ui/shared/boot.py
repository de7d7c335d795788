"""Once per process: import what is heavy, compile, freeze. Once per session: let no page run
without app.py.
"""

import gc
import itertools
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import streamlit as st

from nmr_core.errors import FailedError, InputError
from ui.shared import address, visitor

_lock = threading.Lock()
_warm = False
_runs = itertools.count(1)
_SETTLED = (10, 100)
"""Page runs of the process after which what pages loaded lazily (and cached) is frozen too."""


def _warm_up() -> None:
    """Import and compile everything now, then freeze it: Streamlit collects garbage after every
    script run, and with these libraries loaded each collection would hold the interpreter for about
    0.1 s (1.7 s a click with 30 users)."""
    global _warm
    with _lock:
        if _warm:
            return
        from nmr_core.experiment import OFFSETS, Experiment
        from nmr_core.simulator import simulate

        small = Experiment().replace(n_x=8, n_y=8, alpha_z=0.01, tau=5, carrier=1)
        for offsets in OFFSETS:  # with these every compiled function is compiled
            simulate(small.replace(offsets=offsets), dtype="float32")
        _freeze()
        _warm = True


def _freeze() -> None:
    gc.collect()
    gc.freeze()


def start() -> None:
    """Called by app.py after ``st.navigation``: marks the session, and forwards a visitor that came
    in by a deep link.
    """
    _warm_up()
    st.html(address.REPLACE, unsafe_allow_javascript=True)
    visitor.arrive()
    st.session_state["_booted"] = True
    link = st.session_state.pop("_link", None)
    if link:
        st.switch_page(link[0], query_params=link[1])


def run(page: Any) -> None:
    """Run a page; what it raises on purpose becomes one sentence, with nothing lost."""
    with address.written_once(), worded():
        page.run()


@contextmanager
def worded() -> Iterator[None]:
    """What is raised inside on purpose becomes one sentence on the page. (A fragment runs without
    :func:`run`.)
    """
    try:
        yield
    except (InputError, FailedError) as error:
        st.error(str(error), icon=":material/error:")
    finally:
        if next(_runs) in _SETTLED:
            _freeze()


def guard(file: str) -> None:
    """First line of every page. A folder called pages/ lets Streamlit run a page without app.py on
    the first deep link after a start; such a visitor goes through app.py first and comes back with
    the same link."""
    if "_booted" not in st.session_state:
        address = {name: st.query_params.get_all(name) for name in st.query_params}
        st.session_state["_link"] = (f"pages/{Path(file).name}", address)
        st.switch_page("app.py")
