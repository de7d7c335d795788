"""Spin Echo Lab: the router. Each page is a script in pages/; ui.shared.pages lists them."""

import streamlit as st

from nmr_core import __version__
from ui.shared import boot, help, job_card, pages

page = pages.navigation()
boot.start()
with st.sidebar:
    job_card.live_jobs()
    help.link()
    st.caption(f"Spin Echo Lab {__version__}")
boot.run(page)
