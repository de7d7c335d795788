"""What all open pages do: read a form, begin a session, find the way back."""

from urllib.parse import parse_qs

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from nmr_core.people import Person
from nmr_core.people.database import new_secret
from ui.server import html
from ui.server.paths import is_entrance
from ui.server.team import Team, address, form_token

LARGEST = 20_000
"""Bytes of a form."""


class Visit:
    """See the module.

    Parameters
    ----------
    team : Team
        Whose server it is.
    """

    def __init__(self, team: Team) -> None:
        self.team = team

    async def form(self, request: Request, secret: str) -> dict[str, str] | None:
        """The entries of a posted form; None if it was not made for this browser, or is too large.

        Parameters
        ----------
        request : Request
            The request.
        secret : str
            Cookie that the form's token belongs to.
        """
        body = b""
        async for chunk in request.stream():
            body += chunk
            if len(body) > LARGEST:
                return None
        parsed = parse_qs(body.decode("utf-8", "replace"), keep_blank_values=True)
        entries = {name: values[0] for name, values in parsed.items()}
        is_ours = secret and entries.get("token") == form_token(secret)
        return entries if is_ours else None

    def secret(self, request: Request) -> str:
        """The secret that binds forms and logins to this browser before it has a session."""
        known = request.cookies.get(self.team.login_cookie, "")
        return known if 40 <= len(known) <= 60 and known.isascii() else new_secret()

    def remember(self, response: Response, secret: str) -> Response:
        """Send the browser its secret, for an hour."""
        self._set(response, self.team.login_cookie, secret, 3600)
        return response

    def begin(
        self, request: Request, person: Person, back: str, *, provider: str = "", id_token: str = ""
    ) -> Response:
        """Log a person in and lead to the page that was wanted.

        A session that the browser had before ends: the browser gets a new secret.
        """
        team = self.team
        if not self.has_seat(person):
            team.audit.write(
                "login", person, ok=False, address=address(request), reason="no seat is free"
            )
            sentence = (
                f"No seat is free; seats of this server: {team.config.seats}. Try again later."
            )
            return html.problem(sentence, 503, html.link("Back to the login", team.link("/login")))
        before = team.session(request)
        if before:
            team.sessions.end(before.id)
        secret = team.sessions.begin(
            person,
            address=address(request),
            browser=request.headers.get("user-agent", ""),
            provider=provider,
            id_token=id_token or None,
        )
        team.audit.write("login", person, address=address(request), by=provider or "password")
        response = RedirectResponse(team.link(safe_path(back)), 303, {"Cache-Control": "no-store"})
        self._set(response, team.cookie, secret, int(team.sessions.lifetime.most))
        return response

    def has_seat(self, person: Person | None) -> bool:
        """Whether a person, or a new one (None), may be logged in beside the others."""
        seats = self.team.config.seats
        if not seats or (person and person.is_admin):
            return True
        sessions = self.team.sessions.list()
        others = {session.person.id for session in sessions if not session.person.is_admin}
        return len(others - {person.id if person else ""}) < seats

    def forget(self, response: Response) -> Response:
        """Delete the cookie of a session that has ended."""
        self._set(response, self.team.cookie, "", 0)
        return response

    def _set(self, response: Response, name: str, value: str, seconds: int) -> None:
        response.set_cookie(
            name,
            value,
            max_age=seconds,
            path="/",
            secure=self.team.config.secure,
            httponly=True,
            samesite="lax",
        )


def safe_path(path: str) -> str:
    """A path of the app; "/" for anything that could lead elsewhere, or back to the login."""
    is_local = path.startswith("/") and not path.startswith(("//", "/\\"))
    is_plain = len(path) <= 6000 and path.isascii() and path.isprintable() and "\\" not in path
    leads_back = is_entrance(path.partition("?")[0])
    return path if is_local and is_plain and not leads_back else "/"
