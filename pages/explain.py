"""What do the predictions depend on?"""

import streamlit as st

from ui.explain.form import first_run, form
from ui.explain.views import stored_explanation, views
from ui.shared import boot, compute, gone, job_card, pages, state, things, trash_list
from ui.shared.text import quoted

boot.guard(__file__)

pages.title("What do the predictions depend on?")
entries = state.runs()
chosen = things.one(
    "Run",
    things.labels({id: entry.run.manifest.title for id, entry in entries.items()}),
    "run",
    noun="run",
    index=first_run(entries),
)
if chosen is None:
    gone.notice("run", "run")
    boot.stop()
run = compute.run(chosen, entries[chosen].run.manifest.created)
explanation = stored_explanation(run)
m = run.manifest
st.caption(
    f"**{quoted(m.title)}** on {quoted(m.dataset_title)}: {m.n_train:,} training echoes"
    f"{m.and_fresh}, {m.n_test:,} held-out echoes; everything here is computed on held-out echoes."
)
if explanation is None:
    form(run, again=False)
else:
    with st.expander("Explain again, with other parts or more shuffles", icon=":material/refresh:"):
        form(run, again=True)
job_card.cards("explain", limit=2)
trash_list.popover("explanation", of=chosen)
if explanation is None:
    st.info(
        "Nothing computed yet. Press Explain above: it shows how much worse the predictions "
        "become when parts of the "
        "signal are shuffled, how they change with every point of it, and how few features are "
        "enough.",
        icon=":material/info:",
    )
    boot.stop()
views(run, explanation)
