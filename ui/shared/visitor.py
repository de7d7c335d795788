"""Who is here, whose things are, and who may change them.

On a server for a team it is the person who is logged in. Without one this is no login: a cookie can
be copied. It serves to share the machine fairly, to show a visitor's things first, and to keep a
click from deleting what another visitor made.
"""

import hashlib
import time
import uuid
from collections.abc import Mapping
from functools import lru_cache
from urllib.parse import urlsplit

import streamlit as st

from nmr_core.storage.spaces import people, rights
from nmr_core.storage.spaces.person import acting
from ui.shared import job_list

JOBS_READ = 500
"""Newest jobs that are searched for the owner of a run or a study of an earlier version."""
MADE_BY = {
    "run": (
        ("train", "run", "run"),
        ("robustness", "other", "train_with_effects"),
        ("robustness", "with_twin", "train_twin"),  # of version 0.5
    ),
    "study": (("study", "study", "study"),),
}
"""What is made -> (kind of job, parameter with its id, parameter that such a job has)."""
PROXY = ("X-Forwarded-For", "X-Forwarded-Host", "X-Real-IP", "Forwarded", "Via")
"""Headers that proxies add."""
LOCAL = ("localhost", "127.0.0.1", "::1", "0.0.0.0")
"""Names of this computer in the address of a page."""
PRESENT = 600.0
"""Seconds that a visitor counts as present after the last click."""
_last_click: dict[str, float] = {}


def owner() -> str:
    """Id of the person who is logged in; without a login a name for this browser, the same after a
    reload and in another tab.

    That name is the hash of the token in Streamlit's cookie against forged requests. The cookie
    itself hides the token behind a mask that is new in every answer of the server.
    """
    who = acting()
    if who is not None:
        return who.id
    cookie = st.context.cookies.get("_streamlit_xsrf", "")
    try:
        return _name(cookie)
    except (AttributeError, ValueError, ZeroDivisionError):
        return st.session_state.setdefault("_owner", uuid.uuid4().hex[:12])


@lru_cache(maxsize=1000)
def _name(cookie: str) -> str:
    """The hash of a cookie's token."""
    _, mask, masked, _ = cookie.strip("\"'").split("|")
    key, token = bytes.fromhex(mask), bytes.fromhex(masked)
    unmasked = bytes(byte ^ key[i % len(key)] for i, byte in enumerate(token))
    return hashlib.sha256(unmasked).hexdigest()[:12]


def arrive() -> None:
    """Note that this visitor is present; called once per run of the app."""
    now = time.monotonic()
    for name in [name for name, last in _last_click.items() if now - last > PRESENT]:
        _last_click.pop(name, None)
    _last_click[owner()] = now


def alone() -> bool:
    """True for the only visitor, sitting at the computer that runs the app: on a laptop everything
    belongs to that visitor.
    """
    if acting() is not None:
        return False
    here = st.context.ip_address is None and not _forwarded()
    return here and set(_last_click) <= {owner()}


def _forwarded() -> bool:
    """Whether a proxy stands between the browser and the server.

    Not every proxy says so; then the page's own address, which the browser sends as the origin,
    names another computer.
    """
    headers = st.context.headers
    if any(name in headers for name in PROXY):
        return True
    host = urlsplit(headers.get("Origin") or "").hostname
    return host is not None and host not in LOCAL


def may_change(owner_of_it: str) -> bool:
    """Whether this visitor may cancel, rename or delete something."""
    if acting() is not None:
        return rights.may("delete", owner_of_it)
    return owner_of_it in ("", owner()) or alone()


def is_own(owner_of_it: str) -> bool:
    """Whether something is this visitor's."""
    return owner_of_it == owner()


def person(owner_of_it: str) -> str:
    """Whose something is: "you", a name or "another visitor"; "" where it is unknown."""
    if not owner_of_it:
        return ""
    return "you" if is_own(owner_of_it) else people.name_of(owner_of_it) or "another visitor"


def owners(kind: str, recorded: Mapping[str, str]) -> dict[str, str]:
    """Whose runs or studies are, "" where that is not known.

    Parameters
    ----------
    kind : str
        "run" or "study".
    recorded : mapping
        Id -> owner in the document. Versions before 0.6 recorded none: there the job that made it
        decides. Jobs that only use a run, such as its calibration, do not change whose it is.

    Returns
    -------
    dict
        Id -> owner.
    """
    if all(recorded.values()):
        return dict(recorded)
    by_job = _owners_by_job(kind)
    return {id: owner or by_job.get(id, "") for id, owner in recorded.items()}


def _owners_by_job(kind: str) -> dict[str, str]:
    owners_by_job: dict[str, str] = {}
    for job in reversed(job_list.jobs(limit=JOBS_READ)):
        for job_kind, key, condition in MADE_BY[kind]:
            if job.kind == job_kind and key in job.params and condition in job.params:
                owners_by_job[job.params[key]] = job.owner
    return owners_by_job
