"""What can an echo tell, before any model is trained?"""

import streamlit as st

from ui import boot, identify_cards, identify_form, identify_results, identify_views, job_card

boot.guard(__file__)

st.title("What can an echo tell?")
asked = identify_form.question()
found = identify_results.identification(asked)
if found:
    identify_cards.cards(found)
else:
    identify_cards.ask(asked)
job_card.cards("identify", limit=2)
identify_views.views(asked, found)
