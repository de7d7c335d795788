"""Contrast, focus and roles that Streamlit's theme cannot set, for every page."""

from pathlib import Path

import streamlit as st

STYLE = Path(__file__).parents[2] / "static" / "app.css"
ROLES = """<script>
if (!window.rolesAreSet) {
  window.rolesAreSet = true;
  const setRoles = () => {
    const sections = '[data-testid="stSidebarNavItems"] > div:not([role])';
    for (const section of document.querySelectorAll(sections)) {
      const title = section.querySelector("header");
      section.parentElement.role = "presentation";
      section.role = "list";
      section.ariaLabel = title.innerText;
      title.role = "presentation";
    }
    for (const body of document.querySelectorAll('[data-testid="stPopoverBody"]:not([tabindex])'))
      body.tabIndex = 0;
  };
  setRoles();
  new MutationObserver(setRoles).observe(document.body, { childList: true, subtree: true });
}
</script>"""
"""The sections of Streamlit's navigation stand between list and entries, so that a screen reader
finds no list: each section becomes one. A popover that holds only text can be scrolled by keys.
"""


def apply() -> None:
    """Send style and roles; once per page run."""
    st.html(STYLE)
    st.html(ROLES, unsafe_allow_javascript=True)
