"""Which parameters are behind these curves?"""

import streamlit as st

from ui.predict import error_model, measured, views
from ui.predict import source as predict_source
from ui.shared import address, boot, compute, gone, inputs, pages, state, things, verdicts
from ui.shared.text import quoted

boot.guard(__file__)

pages.title("Which parameters are behind these curves?")
entries = state.runs()
labels = things.labels({i: e.run.manifest.title for i, e in entries.items()})
left, middle, right = st.columns([1.7, 1.7, 0.8], vertical_alignment="bottom")
with middle:
    sources = {
        "dataset": "Data set",
        "file": "File of curves",
        "measured": "My measurement",
    }
    if address.values("source") == ["own"]:  # a link of 0.5
        address.write("source", "measured")
    kind = inputs.tabs(sources, "source")
predict_source.follow(entries, kind == "measured")
with left:
    chosen = things.one(
        "Run",
        labels,
        "run",
        noun="run",
        index=predict_source.first_run(entries, kind == "measured"),
    )
with right:
    level = error_model.level()
if chosen is None:
    gone.notice("run", "run")
    boot.stop()
run = compute.run(chosen, entries[chosen].run.manifest.created)
m = run.manifest
symbols = [spec["symbol"] for name, spec in m.targets.items() if name not in m.unidentifiable]
st.caption(
    f"**{quoted(m.title)}** was trained on {m.n_train:,} curves{m.and_fresh} of "
    f"{quoted(m.dataset_title)} to estimate {', '.join(symbols)}."
)
verdicts.of_run(run, [entry.run for entry in entries.values()])
with boot.worded():
    error_model.missing(run, error_model.load(run)[0])
    if kind == "measured":
        measured.view(run, level)
    else:
        of_source = predict_source.of_dataset if kind == "dataset" else predict_source.of_file
        estimated = of_source(run, level)
        if estimated:
            views.views(run, *estimated, level)
