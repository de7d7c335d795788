"""Which parameters are behind these curves?"""

import streamlit as st

from ui import boot, compute, inputs, predict_source, predict_views, state
from ui.text import quoted

boot.guard(__file__)

st.title("Which parameters are behind these curves?")
entries = state.runs()
labels = {i: f"{e.run.manifest.title} · {i}" for i, e in entries.items()}
left, right = st.columns([2, 1], vertical_alignment="bottom")
with left:
    chosen = inputs.choice("Run", labels, "run", link=True, index=predict_source.first_run(entries))
with right:
    sources = {"dataset": "A data set here", "file": "A file"}
    kind = inputs.tabs(sources, "source")
if chosen not in entries:
    st.warning("That run is not here any more. Choose another above.")
    st.stop()
run = compute.run(chosen, entries[chosen].run.manifest.created)
m = run.manifest
st.caption(f"**{quoted(m.title)}** learned from {m.n_train:,} curves of {quoted(m.dataset_title)} to read back "
           f"{', '.join(spec['symbol'] for spec in m.targets.values())}.")
with boot.worded():
    found = predict_source.of_dataset(run) if kind == "dataset" else predict_source.of_file(run)
    if found:
        predict_views.views(run, *found)
