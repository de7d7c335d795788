"""Can the error bars be believed?"""

import streamlit as st

from ui import boot, calibration, calibration_views

boot.guard(__file__)

st.title("Can the error bars be believed?")
run = calibration.choose()
found = calibration.found(run)
calibration.about(found)
calibration.buttons(found)
if found.calibration is None:
    st.info("This run has no error bars yet. The button above makes them: the run answers fresh curves whose truth is known, and "
            "its errors on these tell how wide intervals must be.", icon=":material/info:")
calibration_views.views(found)
