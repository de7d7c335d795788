"""Which parameters can be estimated from an echo, before any model is trained."""

import streamlit as st

from ui.identify import cards, form, results, views
from ui.shared import boot, job_card

boot.guard(__file__)

st.title("Which parameters can be identified?", anchor=False)
question = form.read_question()
result = results.identification(question)
if result:
    cards.cards(result)
else:
    cards.ask(question)
job_card.cards("identify", limit=2)
views.views(question, result)
