"""Values of a session, looked up one by one.

For each slider, number field, text field and choice, Streamlit collects the values of the whole
session and looks at one of them. On a page with forms that took a sixth of the time.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from streamlit.runtime.state import common, session_state
from streamlit.runtime.state.safe_session_state import SafeSessionState


class Values(Mapping[str, Any]):
    """What ``SafeSessionState.filtered_state`` holds: the values under keys of the app.

    Parameters
    ----------
    state : SafeSessionState
        The session.
    """

    def __init__(self, state: SafeSessionState) -> None:
        self._state, self._lock = state._state, state._lock

    def __getitem__(self, key: str) -> Any:
        if common.is_element_id(key) or session_state._is_internal_key(key):
            raise KeyError(key)
        with self._lock:
            return self._state[key]

    def __iter__(self) -> Iterator[str]:
        with self._lock:
            return iter(self._state.filtered_state)

    def __len__(self) -> int:
        with self._lock:
            return len(self._state.filtered_state)

    def __repr__(self) -> str:
        return repr(dict(self))


def install() -> None:
    """Have Streamlit look values up one by one, in this process; nothing in a Streamlit whose own
    functions are others.
    """
    own = ((common, "is_element_id"), (session_state, "_is_internal_key"))
    if not all(hasattr(module, name) for module, name in own):
        return
    SafeSessionState.filtered_state = property(Values)  # type: ignore[method-assign, assignment]
