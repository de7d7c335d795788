"""Buttons that add something to the workspace; a viewer of it sees why they are off."""

from typing import Any

import streamlit as st

from nmr_core.storage.spaces import rights
from ui.shared import notice


def button(label: str, *, disabled: bool = False, help: str | None = None, **options: Any) -> bool:
    """A button as ``st.button``, off for who may not add anything to the present workspace.

    Parameters
    ----------
    label, disabled, help, **options
        As for ``st.button``.
    """
    refusal = notice.sentence(rights.refusal("create"))
    return st.button(label, disabled=disabled or bool(refusal), help=refusal or help, **options)
