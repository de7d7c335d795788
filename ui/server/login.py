"""The login page: services and passwords."""

from functools import partial

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from nmr_core.people import sessions
from nmr_core.people.database import new_secret
from nmr_core.people.register import GONE
from ui.server import html
from ui.server.oidc import Services
from ui.server.team import Team, address, form_token
from ui.server.visit import Visit, safe_path

REASONS = {
    sessions.LOGOUT: "You have logged out.",
    sessions.ENDED: "Your session was ended. Log in again.",
    "expired": "Your session has expired. Log in again.",
    GONE: "The room was closed, or you were removed from it.",
    "disabled": "Your account is disabled. Ask an administrator.",
}
"""Reason of a session's end -> sentence on the login page."""
OLD_FORM = "This page was open too long, or in a browser without cookies. Try again."


class Login:
    """The pages below /login.

    Parameters
    ----------
    team : Team
        Whose server it is.
    visit : Visit
        What all open pages do.
    services : Services
        The login services.
    """

    def __init__(self, team: Team, visit: Visit, services: Services) -> None:
        self.team, self.visit, self.services = team, visit, services

    async def show(self, request: Request) -> Response:
        """The login page, with the reason why a session ended."""
        back = safe_path(request.query_params.get("next", "/"))
        if await self.team.live_session(request):
            return RedirectResponse(self.team.link(back), 303, {"Cache-Control": "no-store"})
        cookie = request.cookies.get(self.team.cookie, "")
        past = await run_in_threadpool(self.team.sessions.past, cookie) if cookie else None
        if past is None:
            return self._page(request, back)
        reason, service, id_token = past
        if reason == sessions.LOGOUT and id_token:
            url = await self.services.logout_url(service, id_token)
            if url:
                return RedirectResponse(url, 303, {"Cache-Control": "no-store"})
        is_new = reason == sessions.LOGOUT  # the next person at this computer is another one
        page = self._page(request, back, REASONS[reason], kind="", is_new=is_new)
        return self.visit.forget(page)

    async def enter(self, request: Request) -> Response:
        """Look at an e-mail address and a password."""
        entries = await self.visit.form(request, request.cookies.get(self.team.login_cookie, ""))
        if entries is None or not self.team.config.accounts.enabled:
            return self._page(request, "/", OLD_FORM, status=400)
        email, password = entries.get("email", ""), entries.get("password", "")
        back = entries.get("next", "/")
        return await run_in_threadpool(self._enter, request, email, password, back)

    def _enter(self, request: Request, email: str, password: str, back: str) -> Response:
        team, came_from = self.team, address(request)
        is_known = team.sessions.have_come_from(email, came_from)
        wait = team.throttle.begin(email, came_from, known=is_known)
        if wait:
            team.audit.write("login", ok=False, address=came_from, reason="too many passwords")
            sentence = f"Too many wrong passwords. Try again in {max(1, round(wait / 60))} min."
            response = self._page(request, back, sentence, status=429, email=email)
            response.headers["Retry-After"] = str(int(wait) + 1)
            return response
        person = team.accounts.check(email, password)
        if person is None:
            team.audit.write("login", ok=False, address=came_from, reason="wrong password")
            sentence = "The e-mail address or the password is wrong."
            return self._page(request, back, sentence, status=401, email=email)
        team.throttle.right(email, came_from)
        if person.disabled:
            team.audit.write("login", person, ok=False, address=came_from, reason="disabled")
            return self._page(request, back, REASONS["disabled"], status=403)
        return self.visit.begin(request, person, back)

    async def leave(self, request: Request) -> Response:
        """Go to a login service."""
        wait = await run_in_threadpool(self.team.throttle.begin_at_service, address(request))
        if wait:
            sentence = "Too many logins were begun from your network. Try again in some minutes."
            return html.problem(sentence, 429)
        back = safe_path(request.query_params.get("next", "/"))
        secret = self.visit.secret(request)
        response = await self.services.leave(request, request.path_params["service"], secret, back)
        return self.visit.remember(response, secret)

    async def arrive(self, request: Request) -> Response:
        """Come back from a login service."""
        secret = request.cookies.get(self.team.login_cookie, "")
        service = request.path_params["service"]
        arrival = await self.services.arrive(request, service, secret)
        if isinstance(arrival, str):
            note = partial(self.team.audit.write, "login", ok=False, address=address(request))
            await run_in_threadpool(note, by=service, reason=arrival)
            return self._page(request, "/", arrival, status=403)
        begin = partial(self.visit.begin, request, arrival.person, arrival.back)
        return await run_in_threadpool(begin, provider=service, id_token=arrival.id_token)

    def _page(
        self,
        request: Request,
        back: str,
        sentence: str = "",
        *,
        kind: str = "bad",
        status: int = 200,
        email: str = "",
        is_new: bool = False,
    ) -> Response:
        """The login page, with a sentence above; to a new browser if ``is_new``."""
        secret = new_secret() if is_new else self.visit.secret(request)
        parts = [html.text(sentence, kind)] if sentence else []
        if self.team.is_workshop:
            parts.append(html.link("Join a room", self.team.link("/r"), is_button=True))
        parts += self.services.buttons(back)
        if self.team.config.accounts.enabled:
            if self.team.config.providers or self.team.is_workshop:
                parts.append('<div class="or">or</div>')
            parts.append(
                html.form(
                    self.team.link("/login"),
                    "Log in",
                    form_token(secret),
                    html.field("E-mail", "email", "email", value=email, fill="username"),
                    html.field("Password", "password", "password", fill="current-password"),
                    next=back,
                )
            )
            parts.append("<small>No account? An administrator can invite you.</small>")
        return self.visit.remember(html.page("Log in", *parts, status=status), secret)
