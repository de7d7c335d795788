"""The open pages of a server for a team: one application outside of the app itself."""

import logging

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from nmr_core.errors import FailedError, InputError
from nmr_core.people import sessions
from ui.server import health, html
from ui.server.join import Join
from ui.server.login import Login
from ui.server.oidc import Services
from ui.server.room import RoomDoor
from ui.server.submissions import Submissions
from ui.server.team import Team, address, form_token
from ui.server.visit import Visit

_LOG = logging.getLogger(__name__)


def entrance(team: Team) -> ASGIApp:
    """The application that serves login, invitation, rooms, logout, health, paths for programs.

    Parameters
    ----------
    team : Team
        Whose server it is.
    """
    visit = Visit(team)
    services = Services(team)
    login, join = Login(team, visit, services), Join(team, visit)
    room = RoomDoor(team, visit)

    def is_logged_in(request: Request) -> Response:
        """For the script in every page whose websocket was closed."""
        status = 204 if team.session(request) else 401
        return Response(status_code=status, headers={"Cache-Control": "no-store"})

    def ask_logout(request: Request) -> Response:
        session = team.session(request)
        if session is None:
            return RedirectResponse(team.link("/login"), 303)
        token = form_token(request.cookies[team.cookie])
        return html.page(
            "Log out",
            html.text(f"You are logged in as {session.person.name}."),
            html.form(team.link("/logout"), "Log out", token),
            html.link("Back to the app", team.link("/")),
            form_action=services.origins(),
        )

    def end(request: Request) -> None:
        if session := team.session(request):
            team.sessions.end(session.id, sessions.LOGOUT)
            team.audit.write("logout", session.person, address=address(request))

    async def logout(request: Request) -> Response:
        entries = await visit.form(request, request.cookies.get(team.cookie, ""))
        if entries is not None:
            await run_in_threadpool(end, request)
        return RedirectResponse(team.link("/login"), 303)

    submissions = Submissions(team)
    routes = [
        *health.routes(team.folder, team.config.ready),
        Route("/session", is_logged_in),
        Route("/login", login.show, methods=["GET"]),
        Route("/login", login.enter, methods=["POST"]),
        Route("/login/{service}", login.leave, methods=["GET"]),
        Route("/login/{service}/callback", login.arrive, methods=["GET"]),
        Route("/join", join.show, methods=["GET"]),
        Route("/join", join.enter, methods=["POST"]),
        Route("/r", room.ask, methods=["GET"]),
        Route("/r", room.go, methods=["POST"]),
        Route("/r/{code}", room.show, methods=["GET"]),
        Route("/r/{code}", room.enter, methods=["POST"]),
        Route("/logout", ask_logout, methods=["GET"]),
        Route("/logout", logout, methods=["POST"]),
        Route("/challenge/{challenge}/submissions", submissions.submit, methods=["POST"]),
        Route("/challenge/{challenge}/curves", submissions.curves, methods=["GET"]),
    ]
    handlers = {InputError: _refused, FailedError: _failed, 404: _missing, 405: _missing}
    return Starlette(routes=routes, exception_handlers=handlers)  # type: ignore[arg-type]


async def _refused(request: Request, error: Exception) -> Response:
    return html.problem(str(error), 400)


async def _failed(request: Request, error: Exception) -> Response:
    _LOG.error("%s", error)
    return html.problem(str(error), 503)


async def _missing(request: Request, error: Exception) -> Response:
    return PlainTextResponse("Not Found", 404)
