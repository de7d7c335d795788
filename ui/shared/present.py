"""The stored things that a page shows. A click in a part of the page runs only that part, from what
is cached; when one of the things has been deleted meanwhile, the whole page is run, which says so.
"""

from collections.abc import Collection

import streamlit as st

from nmr_core.errors import InputError
from nmr_core.storage import trash
from nmr_core.storage.kinds import KINDS

_SHOWN = "_shown-things"
"""In the session: (noun, id) of what the page showed when it was run last."""
_KINDS = {kind.label: kind for kind in KINDS.values()}


def arrive() -> None:
    """Note that the whole page is run."""
    st.session_state[_SHOWN] = set()


def note(noun: str, ids: Collection[str]) -> None:
    """Note that the page shows these data sets, runs or studies."""
    shown = st.session_state.setdefault(_SHOWN, set())
    shown |= {(noun, id) for id in ids if _exists(noun, id)}


def check() -> None:
    """Run the whole page if something that it shows does not exist any more."""
    shown = st.session_state.get(_SHOWN, set())
    if not all(_exists(noun, id) for noun, id in shown):
        arrive()
        st.rerun()


def _exists(noun: str, id: str) -> bool:
    try:
        return trash.exists(_KINDS[noun], id)
    except InputError:  # an option that is no id, such as a recipe
        return False
