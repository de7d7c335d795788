"""What a visitor prefers, on every visit and in every workspace: ``visitors/<visitor>.json``."""

import json
from contextlib import suppress
from pathlib import Path
from typing import Any

import streamlit as st

from nmr_core.errors import FailedError
from nmr_core.evaluation.marks import checked_name
from nmr_core.storage.files import read_json, write_json
from nmr_core.storage.workspace import server_folder
from ui.shared import caches, visitor

SECONDS = 5
"""How long the names of all visitors are remembered."""
_SESSION = "_preferences"


def read(name: str, default: Any) -> Any:
    """Return a preference of this visitor, ``default`` where it is unknown or of another type."""
    value = _all().get(name, default)
    return value if isinstance(value, type(default)) else default


def write(name: str, value: Any) -> None:
    """Keep a preference of this visitor; where nothing can be written, for this session."""
    preferences = _all()
    if preferences.get(name) == value:
        return
    # Another tab may have written since this one read
    preferences.update(_stored())
    preferences[name] = value
    with suppress(FailedError):
        write_json(_path(), preferences)


def _all() -> dict[str, Any]:
    if _SESSION not in st.session_state:
        st.session_state[_SESSION] = _stored()
    return st.session_state[_SESSION]


def _stored() -> dict[str, Any]:
    try:
        return read_json(_path(), "preferences")
    except FailedError:
        return {}


def _path() -> Path:
    return server_folder() / "visitors" / f"{visitor.owner()}.json"


def name() -> str:
    """Return the name that this visitor gave, "" if none."""
    return read("name", "")


def set_name(text: str) -> None:
    """Set the name of this visitor; :class:`InputError` if it is too long."""
    write("name", checked_name(text))
    _names.clear()


def person(owner: str) -> str:
    """Return "you", the name of a visitor, or "another visitor"; "" where it is unknown."""
    if not owner or owner == visitor.owner():
        return visitor.person(owner)
    return _names(str(server_folder())).get(owner) or visitor.person(owner)


@caches.common_data(ttl=SECONDS, max_entries=4, show_spinner=False)
def _names(folder: str) -> dict[str, str]:
    """Visitor -> name, of those who gave one."""
    names = {}
    for path in (Path(folder) / "visitors").glob("*.json"):
        with suppress(OSError, ValueError, AttributeError):
            names[path.stem] = json.loads(path.read_text(encoding="utf-8")).get("name", "")
    return {owner: name for owner, name in names.items() if isinstance(name, str) and name}
