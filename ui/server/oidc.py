"""Login services (OpenID Connect), by Authlib: code flow with PKCE, state and nonce."""

import logging
import warnings
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from nmr_core.people import Person
from nmr_core.serving import Provider, admission
from ui.server import html
from ui.server.team import Team

_LOG = logging.getLogger(__name__)
SECONDS = 10.0
"""Longest wait for an answer of a login service."""
LEEWAY = 30
"""Seconds by which the clocks of a service and of this server may differ."""
TOO_OLD = "This login was begun more than ten minutes ago, or in another browser. Log in again."


@dataclass(frozen=True)
class Arrival:
    """A person who came back from a login service, and the page that was wanted."""

    person: Person
    back: str
    id_token: str


class Services:
    """The login services of a server.

    Parameters
    ----------
    team : Team
        Whose server it is.
    """

    def __init__(self, team: Team) -> None:
        self.team = team
        self.clients = _clients(team.config.providers) if team.config.providers else {}

    def buttons(self, back: str) -> list[str]:
        """A button per service for the login page."""
        return [
            html.link(
                f"Log in with {provider.title}",
                self.team.link(f"/login/{name}?next={quote(back, safe='')}"),
                is_button=True,
            )
            for name, provider in self.team.config.providers.items()
        ]

    def origins(self) -> str:
        """Origins of all services, for the policy of the page that logs out."""
        parts = [urlsplit(provider.issuer) for provider in self.team.config.providers.values()]
        return " ".join(f"{part.scheme}://{part.netloc}" for part in parts)

    async def leave(self, request: Request, name: str, secret: str, back: str) -> Response:
        """Send the browser to a service.

        Parameters
        ----------
        request : Request
            The request.
        name : str
            Of the service in the configuration.
        secret : str
            Binds the login to this browser.
        back : str
            Page that was wanted.
        """
        if name not in self.clients:
            return html.problem("There is no such login service.", 404, self._again())
        request.scope["session"] = {}
        config = self.team.config
        redirect = f"{config.origin}{config.base}/login/{name}/callback"
        try:
            response = await self.clients[name].authorize_redirect(request, redirect)
        except Exception as error:
            return html.problem(self._worded(name, error), 502, self._again())
        state = _state(response)
        content = {"session": request.session, "back": back}
        await run_in_threadpool(self.team.pending.put, secret + state, content)
        return response

    async def arrive(self, request: Request, name: str, secret: str) -> Arrival | str:
        """The person who comes back from a service, or the sentence of a refusal."""
        if name not in self.clients:
            return "There is no such login service."
        if request.query_params.get("error") == "access_denied":
            return f"The login at {self.team.config.providers[name].title} was cancelled."
        key = secret + request.query_params.get("state", "")
        pending = await run_in_threadpool(self.team.pending.take, key)
        if not secret or pending is None:
            return TOO_OLD
        request.scope["session"] = pending["session"]
        provider = self.team.config.providers[name]
        try:
            token = await self.clients[name].authorize_access_token(request, leeway=LEEWAY)
            claims = await self._claims(name, token)
        except Exception as error:
            return self._worded(name, error)
        if refusal := admission.refusal(provider, claims):
            return refusal
        person = await run_in_threadpool(
            self.team.register.arrive,
            str(claims["iss"]),
            str(claims["sub"]),
            str(claims.get("name") or claims.get("preferred_username") or ""),
            str(claims.get("email") or ""),
            admin_by_group=admission.is_admin(provider, claims),
        )
        if person.disabled:
            return "Your account is disabled. Ask an administrator."
        return Arrival(person, pending["back"], token["id_token"])

    async def logout_url(self, name: str, id_token: str) -> str | None:
        """Where a service ends its own session; None if it cannot."""
        client = self.clients.get(name)
        if client is None:
            return None
        config = self.team.config
        try:
            logout = await client.create_logout_url(
                f"{config.origin}{config.base}/login", id_token, client_id=client.client_id
            )
        except Exception as error:
            _LOG.warning("Logout at %s: %s", name, error)
            return None
        return logout["url"]

    async def _claims(self, name: str, token: dict[str, Any]) -> dict[str, Any]:
        """What the service says of the person: of the signed token, groups also of its list."""
        provider, client = self.team.config.providers[name], self.clients[name]
        claims = dict(token.get("userinfo") or {})
        if not claims.get("iss") or not claims.get("sub"):
            raise ValueError("the answer holds no signed identity")
        if claims["iss"].rstrip("/") != provider.issuer.rstrip("/"):
            raise ValueError(f"the answer is of {claims['iss']}, not of {provider.issuer}")
        metadata = await client.load_server_metadata()
        if provider.groups_claim not in claims and "userinfo_endpoint" in metadata:
            more = await client.userinfo(token=token)
            if more.get("sub") == claims["sub"]:
                claims = {**more, **claims}
        return claims

    def _worded(self, name: str, error: Exception) -> str:
        """The sentence for what went wrong; its cause goes to the log."""
        import httpx
        from joserfc.errors import ExpiredTokenError

        title = self.team.config.providers[name].title
        _LOG.warning("Login at %s: %s: %s", name, type(error).__name__, error)
        if isinstance(error, httpx.HTTPError):
            return f"{title} cannot be reached now. Try again later, or log in in another way."
        if isinstance(error, ExpiredTokenError):
            return f"The answer of {title} had expired. Log in again."
        return f"{title} sent an answer that is not valid. Log in again."

    def _again(self) -> str:
        return html.link("Back to the login", self.team.link("/login"))


def _clients(providers: dict[str, Provider]) -> dict[str, Any]:
    """Name -> client of Authlib."""
    from authlib.deprecate import AuthlibDeprecationWarning

    with warnings.catch_warnings():
        # Authlib prefers a successor of httpx
        warnings.simplefilter("ignore", AuthlibDeprecationWarning)
        from authlib.integrations.starlette_client import OAuth
    oauth = OAuth()
    return {
        name: oauth.register(
            name,
            client_id=provider.client_id,
            client_secret=provider.client_secret,
            server_metadata_url=provider.issuer.rstrip("/") + "/.well-known/openid-configuration",
            client_kwargs={
                "scope": provider.scopes,
                "code_challenge_method": "S256",
                "timeout": SECONDS,
            },
        )
        for name, provider in providers.items()
    }


def _state(response: RedirectResponse) -> str:
    """The state in the address that the browser is sent to."""
    query = urlsplit(response.headers["location"]).query
    return parse_qs(query)["state"][0]
