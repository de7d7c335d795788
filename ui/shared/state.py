"""Who is here, and what there is to choose from."""

import hashlib
import uuid

import streamlit as st

from nmr_core.datasets import DatasetEntry, list_datasets
from nmr_core.evaluation import list_runs
from nmr_core.evaluation.compare import RunEntry


def owner() -> str:
    """A name for this browser, the same after a reload and in another tab.

    It is the hash of the token in Streamlit's cookie against forged requests. The cookie itself hides the token behind
    a mask that is new in every answer of the server. A cookie can be copied, so this is no login: it serves to share
    the machine fairly and to say what is whose.
    """
    cookie = st.context.cookies.get("_streamlit_xsrf", "")
    try:
        _, mask, masked, _ = cookie.strip("\"'").split("|")
        key, token = bytes.fromhex(mask), bytes.fromhex(masked)
        unmasked = bytes(byte ^ key[i % len(key)] for i, byte in enumerate(token))
        return hashlib.sha256(unmasked).hexdigest()[:12]
    except (AttributeError, ValueError, ZeroDivisionError):
        return st.session_state.setdefault("_owner", uuid.uuid4().hex[:12])


def person(owner_of_it: str) -> str:
    """Whose something is: "you" or "another visitor", "" where it is unknown."""
    if not owner_of_it:
        return ""
    return "you" if owner_of_it == owner() else "another visitor"


def datasets() -> dict[str, DatasetEntry]:
    """Complete data sets by id, newest first; the shipped example last."""
    return {entry.id: entry for entry in list_datasets() if entry.usable}


def runs() -> dict[str, RunEntry]:
    """Readable runs by id, newest first; the shipped examples last."""
    return {entry.id: entry for entry in list_runs() if entry.run is not None}
