"""The workspace that a visitor is in, on a server for several people.

The session holds its id, the address names it, and :func:`nmr_core.storage.workspace.data_folder`
leads there. Whether it may be read is looked up again once per second, also in callbacks and in
parts of a page. Without a server none of this is used.
"""

import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from nmr_core.errors import FailedError, InputError
from nmr_core.storage import audit
from nmr_core.storage import workspace as place
from nmr_core.storage.spaces import people, person, registry, rights
from nmr_core.storage.spaces.person import Person
from nmr_core.storage.spaces.registry import PERSONAL, Workspace
from ui.shared import address, notice

MARKS = {registry.PERSONAL: "personal", registry.LIBRARY: "library"}
"""Kind -> remark behind the title; a team has none."""
KEY = "workspace"
"""In the address."""
_HERE = "_workspace"
"""In the session: id of the workspace."""
_PROBLEM = "_workspace-problem"
_STAYS = (
    *(_PROBLEM, "_banner", "_booted", "_page_id", "_preferences", "_owner", "_page", "_link"),
    *("_room-handled", "_room-closed"),
)
"""What stays in the session when another workspace is entered."""
FRESH = 1.0
"""Seconds for which a look at the rights counts."""
_looks: dict[tuple[str, str], tuple[float, Path]] = {}
_people: dict[str, tuple[float, Person | None]] = {}
_who: Callable[[], Person | None] | None = None
_everybody: Callable[[], Sequence[Person]] | None = None


def begin(who: Callable[[], Person | None], everybody: Callable[[], Sequence[Person]]) -> None:
    """Have workspaces in this process.

    Parameters
    ----------
    who : callable
        Returns the person of the page that runs in this thread; None outside of pages.
    everybody : callable
        Returns all people of the server.
    """
    global _everybody, _who
    _everybody, _who = everybody, who
    people.set_source(everybody)
    person.set_resolver(_person)
    place.set_resolver(_folder)


def end() -> None:
    """Have one data folder again."""
    global _everybody, _who
    _everybody = _who = None
    people.set_source(None)
    person.set_resolver(None)
    place.set_resolver(None)
    forget()


def forget() -> None:
    """Look everything up again: rights have changed."""
    _looks.clear()
    _people.clear()


def are_used() -> bool:
    """Whether this server has workspaces."""
    return _everybody is not None


def everybody() -> list[Person]:
    """All people of the server that are not disabled."""
    return [one for one in (_everybody() if _everybody else ()) if not one.disabled]


def here() -> Workspace:
    """The workspace of this session.

    Raises
    ------
    InputError
        It does not exist for this person (any more).
    """
    return registry.find(st.session_state.get(_HERE, ""), person.acting())


def readable() -> list[Workspace]:
    """The workspaces that this person may enter: the personal one first, the library last."""
    return registry.readable(person.acting())


def enter() -> None:
    """At the start of every run: enter the workspace of a new address, stay in the present one, or
    go to the personal one.
    """
    who = person.acting()
    if not are_used() or who is None or who is person.UNKNOWN:
        return
    with suppress(FailedError):  # it is in no list until its description is restored
        registry.library()
    try:
        home = registry.home_of(who)
    except FailedError as error:
        notice.error(error)
        st.stop()
    linked = address.new(KEY)[:1]
    if linked:
        try:
            _go(registry.find(linked[0], who).id)
        except InputError as error:
            st.session_state[_PROBLEM] = str(error)
            address.accept(KEY)
    if _HERE not in st.session_state:
        st.session_state[_HERE] = home.id
    try:
        here()
    except InputError as error:
        st.session_state[_PROBLEM] = str(error)
        _go(home.id)


def label(space: Workspace) -> str:
    """The title of a workspace, with its kind where that is not a team's."""
    mark = MARKS.get(space.kind, "")
    return f"{space.title} · {mark}" if mark and space.title.lower() != mark else space.title


def addable() -> list[Workspace]:
    """The workspaces to which this person may add things."""
    who = person.acting()
    return [
        space for space in readable() if registry.may(who, "create", space) and not space.has_ended
    ]


def problem() -> str:
    """Why the workspace of the address was not entered, once; "" if it was."""
    return st.session_state.pop(_PROBLEM, "")


def show_in_address() -> None:
    """Name the workspace in the address of the page that runs."""
    if are_used() and _HERE in st.session_state:
        address.write(KEY, st.session_state[_HERE])


def switch(id: str) -> None:
    """Callback: enter another workspace, with none of what was chosen in this one."""
    try:
        registry.find(id, person.acting())
    except InputError as error:
        st.session_state[_PROBLEM] = str(error)
        return
    _go(id)
    st.query_params.from_dict({KEY: id})
    st.session_state[f"_address-{KEY}"] = [id]


def role() -> str:
    """The role of this person in the present workspace; "owner" without a server."""
    who = person.acting()
    return "owner" if who is None else rights.role_here(who)


def _go(id: str) -> None:
    if st.session_state.get(_HERE) == id:
        return
    _note_visit(id)
    for key in [key for key in st.session_state if key not in _STAYS]:
        del st.session_state[key]
    st.session_state[_HERE] = id


def _note_visit(id: str) -> None:
    """Record that an administrator enters the personal workspace of another person."""
    who, workspace = person.acting(), registry.find(id)
    if who is not None and workspace.kind == PERSONAL and who.id not in workspace.members:
        audit.note("read", kind="workspace", id=id, workspace=id)


def _person() -> Person | None:
    """The person of the session of this thread, None outside of pages."""
    context = get_script_run_ctx(suppress_warning=True)
    if context is None or _who is None:
        return None
    now, look = time.monotonic(), _people.get(context.session_id)
    if look is None or now - look[0] > FRESH:
        if len(_people) > 2000:
            _people.clear()
        look = _people[context.session_id] = now, _who()
    return look[1]


def _folder() -> Path | None:
    """The data folder of the session of this thread, None outside of pages."""
    context = get_script_run_ctx(suppress_warning=True)
    if context is None:
        return None
    id = st.session_state.get(_HERE, "")
    if not id:
        return None
    key, now = (context.session_id, id), time.monotonic()
    look = _looks.get(key)
    if look is None or now - look[0] > FRESH:
        folder = registry.find(id, person.acting()).folder(place.environment_folder())
        if len(_looks) > 2000:
            _looks.clear()
        look = _looks[key] = now, folder
    return look[1]
