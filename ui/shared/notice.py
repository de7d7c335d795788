"""Sentences of refusals and failures on a page: text as it is, without Markdown and without paths
of the server.
"""

import re
from pathlib import Path

import streamlit as st

from nmr_core.errors import InputError
from nmr_core.storage.workspace import SHIPPED, data_folder, environment_folder

_MARKDOWN = re.compile(r"([\\`*_{}\[\]<~$^&#|]|:(?=\S)|(?<=www)\.)")
"""Signs that could make a picture, a link, an icon or a formula; others are left readable."""


def sentence(problem: object) -> str:
    """An error's text, to be shown as Markdown: every sign stands for itself.

    Paths below the data folder, and of what ships with the app, are shortened to their last parts.
    """
    text = str(problem)
    for folder in map(str, (*_folders(), *SHIPPED)):
        text = text.replace(f"{folder}/", "").replace(folder, "the data folder")
    return _MARKDOWN.sub(r"\\\1", text)


def _folders() -> list[Path]:
    """The data folder and the server's; the former is missing where no workspace is entered."""
    server = environment_folder()
    try:
        return [data_folder(), server]
    except (InputError, RuntimeError):  # removed, or not entered yet
        return [server]


def error(problem: object) -> None:
    """Show why something failed or was refused."""
    st.error(sentence(problem), icon=":material/error:")


def warning(problem: object) -> None:
    """Show what cannot be used, where the page goes on without it."""
    st.warning(sentence(problem), icon=":material/warning:")


def toast(problem: object) -> None:
    """Show why an action in a callback failed or was refused."""
    st.toast(sentence(problem), icon=":material/error:")
