"""Intervals of a run: coverage, ranks, widths, robustness, applicability."""

import streamlit as st

from ui.calibration import run_checks, views
from ui.shared import boot, pages

boot.guard(__file__)

pages.title("Can the error bars be trusted?")
run = run_checks.choose()
checks = run_checks.load_checks(run)
run_checks.about(checks)
run_checks.calibrate_form(checks)
if checks.calibration is None:
    st.info(
        "This run has no intervals yet. Press Calibrate above: the run estimates the parameters of "
        "fresh signals, and its errors determine how wide the intervals must be.",
        icon=":material/info:",
    )
views.views(checks)
