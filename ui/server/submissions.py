"""Submissions to challenges by programs, which send a personal token instead of a cookie."""

import asyncio
import json
import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from typing import TYPE_CHECKING

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from nmr_core.challenge.reading import LARGEST
from nmr_core.errors import FailedError, InputError
from nmr_core.people import Person
from nmr_core.people.tokens import is_token
from nmr_core.storage.spaces.person import acting_as
from ui.server.pace import PACE, TooManyError
from ui.server.team import Team, address

if TYPE_CHECKING:
    from nmr_core.challenge import Challenge

_LOG = logging.getLogger(__name__)
AT_ONCE = 4
"""Requests that a process works on; the next are sent away."""
ARRIVING = 32
"""Files that may arrive at once, one per person."""
PATIENCE = 30.0
"""Seconds in which a file must arrive."""


class Refused(Exception):
    """A request that is not answered.

    Parameters
    ----------
    status : int
        Of HTTP.
    sentence : str
        Why.
    wait : int
        Seconds after which it may be repeated; 0 where that does not help.
    """

    def __init__(self, status: int, sentence: str, wait: int = 0) -> None:
        super().__init__(sentence)
        self.status, self.wait = status, wait


class Submissions:
    """The paths for programs.

    Parameters
    ----------
    team : Team
        Whose server it is.
    """

    def __init__(self, team: Team) -> None:
        self.team = team
        self._arriving, self._working = _Places(ARRIVING), _Places(AT_ONCE)

    async def submit(self, request: Request) -> Response:
        """Score a file: POST with the CSV as the body."""
        return await self._answer(request, _score, reads=True)

    async def curves(self, request: Request) -> Response:
        """The test curves of a challenge."""
        return await self._answer(request, _curves, reads=False)

    async def _answer(
        self,
        request: Request,
        work: Callable[[Request, Person, bytes], Response],
        *,
        reads: bool,
    ) -> Response:
        """Check token, size and number of requests before anything is read; then work.

        A file that arrives slowly keeps no one else from submitting.
        """
        try:
            person = await self._person(request)
            PACE.count(person.id)
            content = b""
            if reads:
                with PACE.upload(person.id), self._arriving.place():
                    content = await _content(request)
            with self._working.place():
                return await run_in_threadpool(_as, person, work, request, content)
        except TooManyError as error:
            return _problem(str(error), 429, {"Retry-After": str(error.wait)})
        except Refused as refusal:
            headers = {"Retry-After": str(refusal.wait)} if refusal.wait else {}
            if refusal.status == 401:
                headers["WWW-Authenticate"] = "Bearer"
            return _problem(str(refusal), refusal.status, headers)
        except InputError as error:
            return _problem(str(error), 400)
        except FailedError as error:
            _LOG.error("%s", error)
            return _problem(str(error), 503)

    async def _person(self, request: Request) -> Person:
        kind, _, token = request.headers.get("authorization", "").partition(" ")
        person = None
        if kind.lower() == "bearer" and is_token(token):
            person = await run_in_threadpool(self.team.tokens.find, token)
        if person is None:
            raise Refused(401, "The token is not valid. Make a new one on the Challenge page.")
        return person


class _Places:
    """A few places, which no one waits for."""

    def __init__(self, number: int) -> None:
        self._free = threading.Semaphore(number)

    @contextmanager
    def place(self) -> Iterator[None]:
        """One of the places."""
        if not self._free.acquire(blocking=False):
            raise Refused(503, "Too many submissions arrive at once. Try again in some seconds.", 2)
        try:
            yield
        finally:
            self._free.release()


async def _content(request: Request) -> bytes:
    """The body; one that is too large is refused by its announced length, or where it ends."""
    announced = request.headers.get("content-length", "0")
    if not announced.isdecimal() or int(announced) > LARGEST:
        raise _too_large()
    try:
        async with asyncio.timeout(PATIENCE):
            return await _read(request)
    except TimeoutError:
        raise Refused(408, f"The file did not arrive within {PATIENCE:.0f} s. Try again.") from None


async def _read(request: Request) -> bytes:
    parts, size = [], 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > LARGEST:
            raise _too_large()
        parts.append(chunk)
    return b"".join(parts)


def _too_large() -> Refused:
    return Refused(413, f"A submission has at most {LARGEST / 1e6:.0f} MB. Send the CSV file only.")


def _as(
    person: Person,
    work: Callable[[Request, Person, bytes], Response],
    request: Request,
    content: bytes,
) -> Response:
    """Work within the rights of a person."""
    with acting_as(person):
        return work(request, person, content)


def _score(request: Request, person: Person, content: bytes) -> Response:
    from nmr_core.challenge import submitting

    receipt = submitting.submit(
        _opened(request, person),
        content,
        submitting.Participant(person.id, person.name),
        note=request.query_params.get("note", ""),
        address=address(request),
    )
    return _json(asdict(receipt), 201)


def _curves(request: Request, person: Person, content: bytes) -> Response:
    from ui.challenge import files

    curves = files.curves_npz(_opened(request, person))
    return Response(curves, media_type="application/octet-stream")


def _opened(request: Request, person: Person) -> "Challenge":
    """The challenge of the path."""
    from ui.challenge import access

    try:
        return access.open_challenge(request.path_params["challenge"], person)
    except InputError as error:
        raise Refused(404, str(error)) from error


def _problem(sentence: str, status: int, headers: dict[str, str] | None = None) -> Response:
    return _json({"error": sentence}, status, headers)


def _json(content: dict, status: int, headers: dict[str, str] | None = None) -> Response:
    """NaN and infinity become null."""
    plain = {name: _plain(value) for name, value in content.items()}
    sent = {"Cache-Control": "no-store", **(headers or {})}
    return JSONResponse(plain, status, sent)


def _plain(value: object) -> object:
    try:
        json.dumps(value, allow_nan=False)
    except ValueError:
        return None
    return value
