"""The pages below /r: join a room of a workshop by its code and a name, or come back to it."""

import time

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from nmr_core.errors import InputError
from nmr_core.people import Person
from nmr_core.workshop import Room
from nmr_core.workshop.codes import RETURN_LENGTH, ROOM_LENGTH, spaced, typed
from nmr_core.workshop.joining import InsideError, TakenError
from nmr_core.workshop.returning import WaitError
from ui.server import html
from ui.server.login import OLD_FORM
from ui.server.team import Team, address, form_token
from ui.server.visit import Visit

INSIDE = "/room"
"""Page of the app that the people of a room come to first."""
BACK = "back"
"""In the query of a room's page: with a return code."""
CLOSED = "This room is closed, and everything made in it was deleted."


class RoomDoor:
    """The pages /r and /r/CODE.

    Parameters
    ----------
    team : Team
        Whose server it is.
    visit : Visit
        What all open pages do.
    """

    def __init__(self, team: Team, visit: Visit) -> None:
        self.team, self.visit = team, visit

    async def ask(self, request: Request) -> Response:
        """The form for a code."""
        return self._ask(request)

    async def go(self, request: Request) -> Response:
        """Lead to the page of a code that was typed."""
        entries = await self._entries(request)
        if entries is None:
            return self._ask(request, OLD_FORM, 400)
        try:
            code = typed(entries.get("code", ""), ROOM_LENGTH)
        except InputError as error:
            return self._ask(request, str(error), 400)
        return RedirectResponse(self.team.link(f"/r/{code}"), 303)

    async def show(self, request: Request) -> Response:
        """The form of a room; the return code for who is in it."""
        return await run_in_threadpool(self._show, request)

    async def enter(self, request: Request) -> Response:
        """Join a room, or come back to it."""
        entries = await self._entries(request)
        return await run_in_threadpool(self._enter, request, entries)

    def _show(self, request: Request) -> Response:
        try:
            room = self.team.rooms.find(request.path_params["code"])
        except InputError as error:
            return self._ask(request, str(error), 404)
        session = self.team.session(request)
        if session and session.person.issuer == room.issuer:
            return self._welcome(room, session.person)
        remark = ""
        if session:
            remark = f"You are logged in as {session.person.name}. Joining ends that here."
        return self._form(request, room, remark=remark)

    def _enter(self, request: Request, entries: dict[str, str] | None) -> Response:
        team, came_from = self.team, address(request)
        try:
            room = team.rooms.find(request.path_params["code"])
        except InputError as error:
            team.audit.write("join room", ok=False, address=came_from, reason=str(error))
            return self._ask(request, str(error), 404)
        if entries is None:
            return self._form(request, room, sentence=OLD_FORM, status=400)
        is_back = BACK in request.query_params
        session = team.session(request)
        if session and session.person.issuer == room.issuer and not is_back:
            return RedirectResponse(team.link(room.path), 303)
        try:
            person = self._person(request, room, entries, is_back)
        except InputError as error:
            reason = str(error)
            team.audit.write(
                "join room", ok=False, address=came_from, kind="room", id=room.id, reason=reason
            )
            return self._form(request, room, entries, reason, _status(error))
        team.audit.write(
            "join room", person, address=came_from, kind="room", id=room.id, again=is_back
        )
        response = self.visit.begin(request, person, "/", provider="room")
        if response.status_code == 303:
            response.headers["location"] = team.link(room.path)
        return response

    def _person(
        self, request: Request, room: Room, entries: dict[str, str], is_back: bool
    ) -> Person:
        """A new person, or the one who comes back."""
        name = entries.get("name", "")
        if is_back:
            return self.team.rooms.come_back(room.code, name, entries.get("return", ""))
        if not self.visit.has_seat(None):
            raise InputError("This server has no free seat. Ask the organiser.")
        browser = request.cookies.get(self.team.login_cookie, "")
        return self.team.rooms.join(room.code, name, browser)[0]

    async def _entries(self, request: Request) -> dict[str, str] | None:
        return await self.visit.form(request, request.cookies.get(self.team.login_cookie, ""))

    def _ask(self, request: Request, sentence: str = "", status: int = 200) -> Response:
        secret = self.visit.secret(request)
        page = html.page(
            "Join a room",
            html.text(sentence, "bad") if sentence else "",
            html.form(
                self.team.link("/r"),
                "Next",
                form_token(secret),
                html.field(f"Code of the room, {ROOM_LENGTH} letters and digits", "code"),
            ),
            status=status,
        )
        return self.visit.remember(page, secret)

    def _form(
        self,
        request: Request,
        room: Room,
        entries: dict[str, str] | None = None,
        sentence: str = "",
        status: int = 200,
        remark: str = "",
    ) -> Response:
        """A name and one button; with a return code for who was here before."""
        secret, entries = self.visit.secret(request), entries or {}
        link, is_back = self.team.link(room.path), BACK in request.query_params
        if room.status == "closed" or (room.status == "ended" and not is_back):
            return self._over(room)
        fields = [html.field("Your name, as others see it", "name", value=entries.get("name", ""))]
        if is_back:
            fields.append(html.field(f"Return code, {RETURN_LENGTH} characters", "return"))
        other = html.link("I am new here", link)
        if not is_back:
            other = html.link("I was here before", f"{link}?{BACK}")
        page = html.page(
            room.title,
            html.text(remark) if remark else "",
            html.text(sentence, "bad") if sentence else "",
            html.form(
                f"{link}?{BACK}" if is_back else link,
                "Come back" if is_back else "Join",
                form_token(secret),
                *fields,
            ),
            other,
            status=status,
        )
        return self.visit.remember(page, secret)

    def _over(self, room: Room) -> Response:
        """The page of a room that takes no one any more."""
        if room.status == "closed":
            return html.page(room.title, html.text(CLOSED))
        until = time.strftime("%d %B, %H:%M %Z", time.localtime(room.removed_at))
        return html.page(
            room.title,
            html.text(f"This room has ended. Who was in it can read and download until {until}."),
            html.link("I was here before", f"{self.team.link(room.path)}?{BACK}", is_button=True),
        )

    def _welcome(self, room: Room, person: Person) -> Response:
        """The way in, with the return code."""
        code = spaced(self.team.rooms.return_code(person.id))
        return html.page(
            room.title,
            html.text(f"You are {person.name}. Your return code, for another device:"),
            html.code(code),
            html.link("Go in", self.team.link(INSIDE), is_button=True),
        )


def _status(error: InputError) -> int:
    """Of HTTP, for a refusal."""
    if isinstance(error, WaitError):
        return 429
    return 409 if isinstance(error, TakenError | InsideError) else 400
