"""Spin Echo Lab: the router. Each page is a script in pages/; ui.shared.pages lists them."""

import streamlit as st

from nmr_core import __version__
from ui.shared import boot, help, pages, running_now

page = pages.navigation()
boot.start()
with st.sidebar:
    jobs = st.container()
    help.link()
    st.caption(f"Spin Echo Lab {__version__}")
with running_now.drawn_last(jobs):
    boot.run(page)
