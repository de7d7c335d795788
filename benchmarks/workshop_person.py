"""A participant of a workshop: joins by a code, then fills in forms and presses buttons."""

import asyncio
import html
import re
import time
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass, field
from typing import Any

import websockets
from load_person import Tab
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.Delta_pb2 import Delta
from streamlit.proto.WidgetStates_pb2 import WidgetState

FIELDS = {
    "button": "trigger_value",
    "number_input": "double_value",
    "text_input": "string_value",
    "selectbox": "string_value",
    "radio": "string_value",
    "checkbox": "bool_value",
    "button_group": "string_array_value",
}
"""Kind of element -> field of the state that its browser sends; a slider sends numbers or texts."""


class Refused(RuntimeError):
    """An answer of the server that is no success."""


@dataclass
class Participant(Tab):
    """A tab whose widgets can be set.

    Attributes
    ----------
    alerts : list of str
        Sentences in boxes, of this page.
    widgets : dict
        Key of a widget -> (kind of element, the element, its fragment), of the page as it was run
        last.
    """

    alerts: list[str] = field(default_factory=list)
    widgets: dict[str, tuple[str, Any, str]] = field(default_factory=dict)
    _next: list[WidgetState] = field(default_factory=list)

    async def goto(self, page: str, query: str = "") -> float:
        """Go to another page; seconds until the server is done with it."""
        self.query = query
        self.widgets.clear()
        self.alerts.clear()
        return await super().goto(page)

    async def set(self, key: str, value: Any) -> float:
        """Set a widget to a value, or press a button (value True); seconds until the answer."""
        kind, element, fragment = self.widgets[key]
        state = WidgetState(id=element.id)
        name = FIELDS.get(kind) or _field_of_slider(element)
        if name.endswith("array_value"):
            getattr(state, name).data.append(value)
        else:
            setattr(state, name, value)
        self._next = [state]
        start = time.perf_counter()
        async with self._turn:
            await self._send(self._request(fragment))
        return time.perf_counter() - start

    async def reconnect(self) -> None:
        """Connect again after the connection was lost, as a browser does."""
        self._forget_polls()
        while True:
            try:
                self._hash = ""
                await self.open()
                return
            except (OSError, websockets.WebSocketException, TimeoutError):
                await asyncio.sleep(1.0)

    def _request(self, fragment: str) -> BackMsg:
        request = super()._request(fragment)
        request.rerun_script.widget_states.widgets.extend(self._next)
        self._next = []
        return request

    def _look_at(self, delta: Delta) -> None:
        super()._look_at(delta)
        self._slider = None
        element = delta.new_element
        kind = element.WhichOneof("type")
        if kind == "alert":
            self.alerts.append(element.alert.body)
        if kind in FIELDS or kind == "slider":
            content = getattr(element, kind)
            key = content.id.split("-", 2)[-1]
            self.widgets[key] = (kind, content, delta.fragment_id)


def _field_of_slider(element: Any) -> str:
    return "string_array_value" if element.options else "double_array_value"


def join(url: str, code: str, name: str) -> str:
    """Join a room as a browser does.

    Returns
    -------
    str
        The Cookie header of the session.
    """
    opener = urllib.request.build_opener(_NoRedirect())
    address = f"{url}/r/{code}"
    with opener.open(urllib.request.Request(address, headers={"Accept": "text/html"})) as answer:
        page = answer.read().decode()
        cookie = _cookies(answer)
    hidden = dict(re.findall(r'<input[^>]*name="(\w+)"[^>]*value="([^"]*)"', page))
    fields = {key: html.unescape(value) for key, value in hidden.items()} | {"name": name}
    request = urllib.request.Request(
        address,
        urllib.parse.urlencode(fields).encode(),
        {"Cookie": cookie, "Origin": url, "Accept": "text/html"},
    )
    try:
        with opener.open(request) as answer:
            return _cookies(answer)
    except urllib.error.HTTPError as answer:
        if answer.code not in (302, 303):
            raise Refused(f"{answer.code}: {answer.read().decode()[:500]}") from None
        return _cookies(answer)


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *args: Any) -> None:
        """Leave the answer as it is."""


def _cookies(answer: Any) -> str:
    set_cookies = answer.headers.get_all("Set-Cookie") or []
    return "; ".join(cookie.partition(";")[0] for cookie in set_cookies)
