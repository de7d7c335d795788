"""Train a model that estimates parameters from echoes."""

import streamlit as st

from ui.shared import boot, state
from ui.train import begin, cards, how, unfinished
from ui.train import data as train_data

boot.guard(__file__)

st.title("Which parameters can a model estimate from these echoes?", anchor=False)
opened = train_data.dataset()
if opened is None:
    boot.stop()
targets, task = train_data.targets(opened)
plans = how.plans(opened, task)
shared = begin.settings(opened, plans, task)
ready = bool(targets and plans)
begin.button(opened, begin.requests(opened, targets, plans, shared, task) if ready else [])
if not ready:
    st.caption("Choose at least one parameter, one kind of features and one model.")

cards.cards()
unfinished.section()
mine = [
    entry.id for entry in state.runs().values() if entry.run.manifest.dataset == opened.manifest.id
]
if mine:
    which = "run" if len(mine) == 1 else f"{len(mine)} runs"
    links = {f"Compare the {which} on this data set": {}, "Training curves": {"view": "training"}}
    for label, more in links.items():
        st.page_link(
            "pages/compare.py",
            label=label,
            icon=":material/leaderboard:",
            query_params={"runs": mine[:6], **more},
        )
