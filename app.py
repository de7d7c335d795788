"""Spin Echo Lab: the router. Each page is a script in pages/; what they share is started by ui.shared.boot."""

import streamlit as st

from nmr_core import __version__
from ui.shared import boot, job_card

st.set_page_config(page_title="Spin Echo Lab", page_icon=":material/ssid_chart:", layout="wide")
page = st.navigation(
    [
        st.Page("pages/start.py", title="Start", icon=":material/home:", default=True),
        st.Page("pages/simulate.py", title="Simulate", icon=":material/ssid_chart:"),
        st.Page("pages/data_sets.py", title="Data sets", icon=":material/dataset:"),
        st.Page("pages/identify.py", title="Identify", icon=":material/fingerprint:"),
        st.Page("pages/train.py", title="Train", icon=":material/model_training:"),
        st.Page("pages/studies.py", title="Studies", icon=":material/query_stats:"),
        st.Page("pages/compare.py", title="Compare", icon=":material/leaderboard:"),
        st.Page("pages/explain.py", title="Look inside", icon=":material/search_insights:"),
        st.Page("pages/calibration.py", title="Calibration", icon=":material/rule:"),
        st.Page("pages/predict.py", title="Predict", icon=":material/troubleshoot:"),
    ]
)
boot.start()
with st.sidebar:
    job_card.live_jobs()
    st.caption(f"Spin Echo Lab {__version__}")
boot.run(page)
