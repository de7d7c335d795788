"""The page of an invitation: it makes an account, or sets a password."""

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from nmr_core.errors import InputError
from ui.server import html
from ui.server.login import OLD_FORM
from ui.server.team import Team, address, form_token
from ui.server.visit import Visit


class Join:
    """The page /join.

    Parameters
    ----------
    team : Team
        Whose server it is.
    visit : Visit
        What all open pages do.
    """

    def __init__(self, team: Team, visit: Visit) -> None:
        self.team, self.visit = team, visit

    async def show(self, request: Request) -> Response:
        """The form; the secret of the link goes into it in the browser."""
        return self._page(request, {})

    async def enter(self, request: Request) -> Response:
        """Accept an invitation and log in."""
        entries = await self.visit.form(request, request.cookies.get(self.team.login_cookie, ""))
        if entries is None:
            return self._page(request, {}, OLD_FORM, status=400)
        return await run_in_threadpool(self._enter, request, entries)

    def _enter(self, request: Request, entries: dict[str, str]) -> Response:
        team = self.team
        came_from = address(request)
        try:
            person = team.invitations.accept(
                entries.get("invitation", ""),
                entries.get("name", ""),
                entries.get("email", ""),
                entries.get("password", ""),
            )
        except InputError as error:
            team.audit.write("join", ok=False, address=came_from, reason=str(error))
            return self._page(request, entries, str(error), status=400)
        team.audit.write("join", person, address=came_from)
        return self.visit.begin(request, person, "/")

    def _page(
        self, request: Request, entries: dict[str, str], sentence: str = "", status: int = 200
    ) -> Response:
        secret = self.visit.secret(request)
        is_reset = "password" in request.query_params
        fields = [html.field("Invitation", "invitation", value=entries.get("invitation", ""))]
        if not is_reset:
            name, email = entries.get("name", ""), entries.get("email", "")
            fields += [
                html.field("Your name, as others see it", "name", value=name, fill="name"),
                html.field("E-mail", "email", "email", value=email, fill="username"),
            ]
        words = "Password, at least 10 characters"
        fields.append(html.field(words, "password", "password", fill="new-password"))
        page = html.page(
            "A new password" if is_reset else "You are invited",
            html.text(sentence, "bad") if sentence else "",
            html.form(
                self.team.link("/join") + ("?password" if is_reset else ""),
                "Set the password" if is_reset else "Create my account",
                form_token(secret),
                *fields,
            ),
            status=status,
        )
        return self.visit.remember(page, secret)
