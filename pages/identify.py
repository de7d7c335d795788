"""What can an echo tell, before any model is trained?"""

import streamlit as st

from ui.identify import cards, form, results, views
from ui.shared import boot, job_card

boot.guard(__file__)

st.title("What can an echo tell?")
asked = form.question()
found = results.identification(asked)
if found:
    cards.cards(found)
else:
    cards.ask(asked)
job_card.cards("identify", limit=2)
views.views(asked, found)
