"""What can a model read back from these echoes?"""

import streamlit as st

from ui import boot, state, train_cards, train_data, train_how, train_start

boot.guard(__file__)

st.title("What can a model read back from these echoes?")
opened = train_data.dataset()
if opened is None:
    st.stop()
targets, task = train_data.targets(opened)
ways = train_how.ways(opened, task)
shared = train_start.settings(opened, ways, task)
ready = bool(targets and ways)
train_start.button(opened, train_start.requests(opened, targets, ways, shared, task) if ready else [])
if not ready:
    st.caption("Choose at least one parameter, one kind of features and one model.")

train_cards.cards()
mine = [entry.id for entry in state.runs().values() if entry.run.manifest.dataset == opened.manifest.id]
if mine:
    st.page_link("pages/compare.py", label=f"Compare the {len(mine)} runs on this data set", icon=":material/leaderboard:",
                 query_params={"runs": mine[:6]})
