"""How much data, which options, how certain?"""

import streamlit as st

from nmr_core.studies import STUDIES
from ui.shared import boot, inputs, pages
from ui.studies import form, views

boot.guard(__file__)

pages.title("How much data, which options, how certain?")
kind = inputs.tabs({name: entry.label for name, entry in STUDIES.items()}, "kind")
st.markdown(STUDIES[kind].description)
controls, picture = st.columns([1, 1.9], gap="large")
with picture:
    # static/app.css knows by this key what comes first on a phone
    result = st.container(key="study-result")
with result:
    opened = views.choose(kind)
with controls:
    with st.container(border=True), boot.worded():
        form.form(kind)
    views.cards()
with result:
    views.views(opened)
    if not opened:
        st.info(
            "No study of this kind is open. Press Start, or choose a finished study above.",
            icon=":material/info:",
        )
