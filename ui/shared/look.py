"""Contrast, focus and roles that Streamlit's theme cannot set, for every page."""

from pathlib import Path

import streamlit as st

STYLE = Path(__file__).parents[2] / "static" / "app.css"
LISTS = """<script>
if (!window.sectionsAreLists) {
  window.sectionsAreLists = true;
  const name = () => {
    const sections = document.querySelectorAll('[data-testid="stSidebarNavItems"] > div');
    for (const section of sections) {
      if (section.role === "list") continue;
      section.parentElement.role = "presentation";
      section.role = "list";
      const title = section.querySelector("header");
      title.role = "presentation";
      section.ariaLabel = title.querySelector("p").innerText;
    }
  };
  name();
  new MutationObserver(name).observe(document.body, { childList: true, subtree: true });
}
</script>"""
"""The sections of Streamlit's navigation stand between list and entries, so that a screen reader
finds no list; with these roles each section is one.
"""


def apply() -> None:
    """Send style and roles; once per page run."""
    st.html(STYLE)
    st.html(LISTS, unsafe_allow_javascript=True)
