"""Whose sessions and files of Streamlit are.

Streamlit gives a session back to whoever names its id, and a file to whoever names its hash. On a
server for a team both are given only to the person for whom they were made.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable
from functools import wraps
from typing import Any

from starlette.types import Scope
from streamlit.runtime.media_file_manager import MediaFileManager
from streamlit.runtime.scriptrunner_utils.script_run_context import get_script_run_ctx

MOST = 20_000
"""Sessions, and files, that are remembered; the longest unused are forgotten, and refused."""
_PROTOCOLS = b"sec-websocket-protocol"


class Ownership:
    """Which person a session or a file of Streamlit was made for."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._sessions: OrderedDict[str, str] = OrderedDict()
        self._files: OrderedDict[str, set[str]] = OrderedDict()

    def note(self, streamlit_session: str, person_id: str) -> None:
        """Note for whom a page runs; called by every run."""
        with self._lock:
            self._sessions[streamlit_session] = person_id
            _trim(self._sessions, streamlit_session)

    def owner(self, streamlit_session: str) -> str:
        """Id of the person of a session of Streamlit, "" if it is unknown."""
        return self._sessions.get(streamlit_session, "")

    def may_read(self, file: str, person_id: str) -> bool:
        """Whether a page of this person offered a file.

        Parameters
        ----------
        file : str
            Last part of the address, ``<id>.<ending>``.
        person_id : str
            Who asks for it.
        """
        return person_id in self._files.get(file.partition(".")[0], ())

    def without_foreign_session(self, scope: Scope, person_id: str) -> Scope:
        """The scope of a websocket that names no session of another person.

        Streamlit's client sends ``streamlit, <token>, <session to go on with>`` as protocols.
        """
        headers = []
        for name, value in scope["headers"]:
            parts = [part.strip() for part in value.decode("latin-1").split(",")]
            if name == _PROTOCOLS and self.owner("".join(parts[2:3])) != person_id:
                value = ", ".join(parts[:2]).encode("latin-1")
            headers.append((name, value))
        return {**scope, "headers": headers, "subprotocols": scope.get("subprotocols", [])[:2]}

    def watch(self, manager: MediaFileManager) -> None:
        """Note from now on for whom each file is made.

        Parameters
        ----------
        manager : MediaFileManager
            Streamlit's; its methods are surrounded.
        """
        deferred: OrderedDict[str, str] = OrderedDict()

        def made_for(session: str, url: str) -> None:
            self._note_file(url.rpartition("/")[2].partition(".")[0], self.owner(session))

        def added(url: str, *_: Any) -> None:
            made_for(_session(), url)

        def promised(placeholder: str, *_: Any) -> None:
            with self._lock:
                deferred[placeholder] = _session()
                _trim(deferred, placeholder)

        def delivered(url: str, placeholder: str) -> None:
            made_for(deferred.get(placeholder, ""), url)

        for name, note in {
            "add": added,
            "add_deferred": promised,
            "execute_deferred": delivered,
        }.items():
            setattr(manager, name, _noted(getattr(manager, name), note))

    def _note_file(self, file_id: str, person_id: str) -> None:
        if not person_id:
            return
        with self._lock:
            self._files.setdefault(file_id, set()).add(person_id)
            _trim(self._files, file_id)


def _session() -> str:
    """Id of the session of Streamlit whose page runs in this thread."""
    context = get_script_run_ctx()
    return context.session_id if context else ""


def _noted(method: Callable, note: Callable[..., None]) -> Callable:
    """The method, whose result is noted with its arguments."""

    @wraps(method)
    def noted(*arguments: Any, **options: Any) -> Any:
        result = method(*arguments, **options)
        note(result, *arguments)
        return result

    return noted


def _trim(entries: OrderedDict, newest: str) -> None:
    entries.move_to_end(newest)
    while len(entries) > MOST:
        entries.popitem(last=False)
