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
st.subheader("Members")
members.section(here)
members.settings(here)
st.subheader("Disk")
disk.section(here)
st.subheader("Copy into another workspace")
copies.section(here)
st.subheader("New team")
members.new_team()
