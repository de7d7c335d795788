"""Who is here, and what there is to choose from."""

import hashlib
import uuid

import streamlit as st

from nmr_core.datasets import DatasetEntry, list_datasets
from nmr_core.evaluation import list_runs
from nmr_core.evaluation.compare import RunEntry


def owner() -> str:
    """A name for this browser that survives a reload: it only serves to share the machine fairly."""
    cookie = st.context.cookies.get("_streamlit_xsrf", "")
    if isinstance(cookie, str) and cookie:
        return hashlib.sha256(cookie.encode()).hexdigest()[:12]
    return st.session_state.setdefault("_owner", uuid.uuid4().hex[:12])


def datasets() -> dict[str, DatasetEntry]:
    """Complete data sets by id, newest first; the shipped example last."""
    return {entry.id: entry for entry in list_datasets() if entry.usable}


def runs() -> dict[str, RunEntry]:
    """Readable runs by id, newest first; the shipped examples last."""
    return {entry.id: entry for entry in list_runs() if entry.run is not None}
