"""Submit to a challenge of a server from Python, with a personal token."""

import json
import os
from http.client import HTTPException
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode, urlsplit
from urllib.request import Request, urlopen

from nmr_core.errors import FailedError, InputError
from nmr_core.glossary.csv_text import plain_csv

if TYPE_CHECKING:
    import pandas as pd

TOKEN = "NMR_TOKEN"
"""Variable of the environment with the token, so that it stands in no program."""
TIMEOUT = 60.0
"""Seconds to wait for the server."""


def submit(
    predictions: "pd.DataFrame | str | os.PathLike[str] | bytes",
    url: str,
    *,
    token: str = "",
    note: str = "",
) -> dict[str, Any]:
    """Submit predictions to a challenge of a server.

    Parameters
    ----------
    predictions : DataFrame, path or bytes
        A table with the columns of the challenge's template, the path of such a CSV file, or its
        content.
    url : str
        Address of the challenge, as its page shows it: ``https://.../challenge/<id>``.
    token : str
        Personal token from that page; default: the environment variable ``NMR_TOKEN``.
    note : str
        Remark in the own history.

    Returns
    -------
    dict
        The server's receipt: score, error (standard error), rank, tries_left, sentence ...

    Raises
    ------
    InputError
        The address, the token or the file was refused; a refused file costs no try.
    FailedError
        The server cannot be reached, or failed.
    """
    from nmr_core.challenge.reading import LARGEST

    content = _csv(predictions)
    if len(content) > LARGEST:
        raise InputError(
            f"A submission has at most {LARGEST / 1e6:.0f} MB, got {len(content) / 1e6:.0f} MB. "
            "Send the columns of the template only."
        )
    query = f"?{urlencode({'note': note})}" if note else ""
    request = Request(
        f"{_checked(url)}/submissions{query}",
        data=content,
        headers={"Content-Type": "text/csv", **_authorization(token)},
        method="POST",
    )
    return json.loads(_answer(request))


def fetch_curves(url: str, path: str | os.PathLike[str], *, token: str = "") -> Path:
    """Save the test curves of a challenge of a server as an NPZ file.

    Parameters
    ----------
    url, token : str
        As for :func:`submit`.
    path : path
        The file, which is written.

    Returns
    -------
    Path
        The file, with the arrays ``sample`` (n_samples,), ``time`` (n_times,), µs, and
        ``signals`` (n_samples, n_settings, n_times).

    Raises
    ------
    InputError
        The address or the token was refused.
    FailedError
        The server cannot be reached, or failed.
    """
    request = Request(f"{_checked(url)}/curves", headers=_authorization(token))
    file = Path(path)
    file.write_bytes(_answer(request))
    return file


def _checked(url: str) -> str:
    """The address without a slash at its end."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or "/challenge/" not in parts.path:
        raise InputError(
            "url must be the address of a challenge, https://.../challenge/<id>, got "
            f"{url[:80]!r}. Copy it from the Challenge page."
        )
    return f"{parts.scheme}://{parts.netloc}{parts.path}".rstrip("/")


def _authorization(token: str) -> dict[str, str]:
    secret = (token or os.environ.get(TOKEN, "")).strip()
    if not secret or not secret.isascii() or not secret.isprintable():
        raise InputError(
            f"token must be the personal token of the Challenge page. Give it, or set {TOKEN}."
        )
    return {"Authorization": f"Bearer {secret}"}


def _csv(predictions: "pd.DataFrame | str | os.PathLike[str] | bytes") -> bytes:
    if isinstance(predictions, bytes):
        return predictions
    if isinstance(predictions, str | os.PathLike):
        try:
            return Path(predictions).read_bytes()
        except OSError as error:
            raise InputError(
                f"The file {predictions} cannot be read ({error.strerror}). Check its path."
            ) from error
    return plain_csv(predictions).encode()


def _answer(request: Request) -> bytes:
    """The body of the server's answer."""
    try:
        with urlopen(request, timeout=TIMEOUT) as response:
            return response.read()
    except HTTPError as error:
        kind = FailedError if error.code >= 500 else InputError
        raise kind(_sentence(error)) from error
    except (URLError, OSError, HTTPException) as error:
        reason = getattr(error, "reason", error)
        host = urlsplit(request.full_url).netloc
        raise FailedError(f"{host} cannot be reached ({reason}). Check the address.") from error


def _sentence(error: HTTPError) -> str:
    """Why the server refused something."""
    try:
        return str(json.loads(error.read())["error"])
    except (ValueError, KeyError, TypeError, OSError):
        return f"The server refused the request (HTTP {error.code}). Check the address."
