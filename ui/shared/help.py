"""The documentation, which the app serves itself: no internet is needed."""

from pathlib import Path

import streamlit as st

DOCS = Path(__file__).parents[2] / "static" / "docs" / "index.html"
ADDRESS = "app/static/docs/index.html"


def link() -> None:
    """A link to the documentation, where it has been built."""
    if DOCS.is_file():
        st.markdown(f":material/help: [Help]({ADDRESS})")
