"""Can the error bars be believed?"""

import streamlit as st

from ui.calibration import chosen, views
from ui.shared import boot

boot.guard(__file__)

st.title("Can the error bars be believed?")
run = chosen.choose()
found = chosen.found(run)
chosen.about(found)
chosen.buttons(found)
if found.calibration is None:
    st.info(
        "This run has no error bars yet. The button above makes them: the run answers fresh curves whose truth is known, and "
        "its errors on these tell how wide intervals must be.",
        icon=":material/info:",
    )
views.views(found)
