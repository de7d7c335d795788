"""The pages of the app, in the sections of its navigation. A new page is one file in pages/ and one
line here.
"""

from copy import copy
from functools import cache
from pathlib import Path

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from ui.server import identity
from ui.shared import copy_link, spaces
from ui.shared.text import quoted

APP = "Spin Echo Lab"
FOLDER = Path(__file__).parents[2] / "pages"
ICON = Path(__file__).parents[2] / "static" / "icon.png"
PAGES = {
    "Explore": {
        "start": ("Start", ":material/home:"),
        "simulate": ("Simulate", ":material/ssid_chart:"),
    },
    "Workshop": {
        "path": ("Guided path", ":material/route:"),
        "labs": ("Labs", ":material/science:"),
        "challenge": ("Challenge", ":material/emoji_events:"),
    },
    "Data": {
        "data_sets": ("Data sets", ":material/dataset:"),
    },
    "Learn": {
        "train": ("Train", ":material/model_training:"),
        "studies": ("Studies", ":material/query_stats:"),
        "compare": ("Compare", ":material/leaderboard:"),
        "explain": ("Explain", ":material/search_insights:"),
        "calibration": ("Calibration", ":material/rule:"),
    },
    "Measure": {
        "measurement": ("My measurement", ":material/graphic_eq:"),
        "identify": ("Identify", ":material/fingerprint:"),
        "design": ("Design", ":material/experiment:"),
        "predict": ("Predict", ":material/troubleshoot:"),
    },
}
"""Section -> name of the file in pages/ -> (title, icon); the first page is the one that opens."""
WORKSHOP = "Workshop"
ROOM_PAGES = {"room": ("Room", ":material/groups:")}
"""Pages for administrators of a server and for the people of a room, in the section Workshop."""
TEAM_PAGES = {"workspace": ("Workspace", ":material/group_work:")}
"""Pages of a server for a team."""
ADMIN_PAGES = {"administration": ("Administration", ":material/admin_panel_settings:")}
"""Pages for its administrators; to others there are no such pages."""


def navigation() -> StreamlitPage:
    """The page to run; its title and a local icon in the browser's tab."""
    # Before anything is sent: the server notes for whom files are made
    person = identity.person()
    # Before st.navigation, which would fetch the page's own icon for the tab from fonts.gstatic.com
    st.set_page_config(page_title=APP, page_icon=ICON, layout="wide")
    # Streamlit notes in its pages which one this visitor may open
    is_admin = person is not None and person.is_admin
    has_room = person is not None and (person.is_admin or person.is_guest)
    sections = _pages(spaces.are_used(), is_admin, has_room)
    own = {section: [copy(page) for page in pages] for section, pages in sections.items()}
    page = st.navigation(own, expanded=True)
    identity.session()
    st.session_state["_page"] = page.title
    st.set_page_config(page_title=f"{page.title} · {APP}")
    return page


@cache
def _pages(of_team: bool, for_admin: bool, has_room: bool) -> dict[str, list[StreamlitPage]]:
    """Section -> its pages, whose files are looked for once."""
    first = next(iter(next(iter(PAGES.values()))))
    server = (TEAM_PAGES if of_team else {}) | (ADMIN_PAGES if for_admin else {})
    workshop = PAGES.get(WORKSHOP, {}) | (ROOM_PAGES if has_room else {})
    sections = PAGES | {WORKSHOP: workshop, "Server": server}
    return {
        section: [
            st.Page(FOLDER / f"{name}.py", title=title, icon=icon, default=name == first)
            for name, (title, icon) in pages.items()
        ]
        for section, pages in sections.items()
        if pages
    }


def every() -> dict[str, tuple[str, str]]:
    """Name of the file in pages/ -> title and icon, of the pages for everyone and of the room."""
    return {name: entry for pages in (*PAGES.values(), ROOM_PAGES) for name, entry in pages.items()}


def name_of(title: str) -> str:
    """Name of the file of the page with a title, "" for pages of the server."""
    return next((name for name, (other, _) in every().items() if other == title), "")


def title(text: str, *, link: bool = True) -> None:
    """The page's question; with ``link`` a button beside it that copies the address."""
    if not link:
        st.title(text, anchor=False)
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.title(text, anchor=False, width="stretch")
        copy_link.button()


def name_tab(title: str) -> None:
    """Put the title of what the page shows into the browser's tab."""
    st.set_page_config(page_title=f"{title} · {st.session_state.get('_page', '')} · {APP}")


def title_of(name: str) -> str:
    """The title of a page in the navigation."""
    return next(pages[name][0] for pages in PAGES.values() if name in pages)


def link(name: str, label: str, **query: str | list[str]) -> None:
    """A link to a page, with its icon."""
    icon = every()[name][1]
    st.page_link(f"pages/{name}.py", label=quoted(label), icon=icon, query_params=query or None)
