"""Whose model estimates the hidden parameters best?"""

import streamlit as st

from ui.challenge import access, board, choose, new_challenge, organise, projector, rules, take_part
from ui.shared import boot, pages

boot.guard(__file__)
if projector.is_open():
    projector.show(choose.challenge())
    boot.stop()

pages.title("Whose model estimates the hidden parameters best?")
present = choose.challenge()
if present is None:
    st.info("There is no challenge yet.", icon=":material/info:")
else:
    rules.show(present)
    left, right = st.columns([1.5, 1], gap="large")
    with left:
        board.show(present)
    with right:
        take_part.show(present)
    take_part.history(present)

if access.is_organiser():
    st.header("Organise", divider="gray", anchor=False)
    if present is not None:
        organise.show(present)
    new_challenge.show()
