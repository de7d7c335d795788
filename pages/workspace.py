"""Who is in this workspace, what takes its disk, and what leaves it?"""

import streamlit as st

from ui.shared import boot, pages, spaces
from ui.workspace import copies, disk, members

boot.guard(__file__)

pages.title("Who shares this, and what takes the space?")
if not spaces.are_used():
    st.info("Here is one data folder for everything. A server for a team has workspaces.")
    boot.stop()
here = spaces.here()
members.section(here)
members.settings(here)
st.header("Disk", divider="gray", anchor=False)
disk.section(here)
st.header("Copy into another workspace", divider="gray", anchor=False)
copies.section(here)
st.header("New team", divider="gray", anchor=False)
members.new_team()
members.removal(here)
