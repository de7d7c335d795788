"""The room of a workshop: who is where, for its organiser; what there is to do, for its people."""

import streamlit as st

from ui.server import identity
from ui.shared import boot, room_news
from ui.workshop import guest, organiser

boot.guard(__file__)
person, room = identity.person(), room_news.own_room()
if person is not None and room is not None:
    guest.show(room, person)
elif person is not None and person.is_admin:
    organiser.show()
else:
    st.error("There is no such page.")
