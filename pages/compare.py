"""How well was every parameter read back, and by which model?"""

import streamlit as st

from nmr_core.evaluation import compare
from nmr_core.figures import DARK, leaderboard_figure, training_figure
from ui import address, boot, compute, runs, state
from ui.palette import palette, show
from ui.text import quoted

boot.guard(__file__)
SHOWN = 8

st.title("How well was every parameter read back?")
entries = state.runs()
newest = next(iter(entries.values())).run.manifest.dataset
default = [i for i, e in entries.items() if e.run.manifest.dataset == newest][:4]
address.read("runs", entries, several=True)
st.session_state["runs"] = [i for i in st.session_state.get("runs", default) if i in entries][:SHOWN]
chosen = st.multiselect("Runs", list(entries), key="runs", persist_state="session", max_selections=SHOWN,
                        format_func=lambda i: f"{entries[i].run.manifest.title} · {i}" if i in entries else i)
address.write("runs", chosen)
chosen = [compute.run(i, entries[i].run.manifest.created) for i in chosen if i in entries]
if not chosen:
    st.info("Choose runs above, or train new ones.", icon=":material/info:")
    st.page_link("pages/train.py", label="Train", icon=":material/model_training:")
    st.stop()

colours = {run.id: palette().of(run.manifest.model) for run in chosen}
table = compare(chosen)
chosen.sort(key=lambda run: list(table["run"]).index(run.id))
if len({run.manifest.dataset for run in chosen}) > 1:
    st.warning("These runs were tested on different data sets: their errors are not comparable.", icon=":material/warning:")
show(leaderboard_figure(table, colours, palette(), runs.common_null(table)), key="leaderboard", alt="Weighted error of each run.")
runs.table(table, chosen)
hidden = {name: reason for run in chosen for name, reason in run.manifest.unidentifiable.items()}
for reason in hidden.values():
    st.info(f"{reason} It is left out of the error above; the null is the best that anyone can do.",
            icon=":material/visibility_off:")

targets = list(dict.fromkeys(name for run in chosen for name in run.targets))
view = st.segmented_control("View", ["Predicted against true", "Residuals", "Training"], default="Predicted against true",
                            required=True, key="view", bind="query-params", label_visibility="collapsed")
for run in chosen:
    m, colour = run.manifest, colours[run.id]
    st.markdown(f"**{quoted(m.title)}**  :small[{run.id} · {m.n_train:,} curves learned, {m.n_test:,} tested]")
    if view == "Training":
        if m.curve:
            show(training_figure(runs.curve(run), palette(), colour), key=f"training-{run.id}", alt="Error per epoch.")
        else:
            st.caption("This model does not learn in epochs.")
        continue
    for name, column in zip(targets, st.columns(len(targets)), strict=True):
        if name in run.targets:
            with column:
                figure = compute.target_figure(run.id, m.created, name, view == "Residuals", palette() is DARK)
                show(figure, key=f"{view}-{run.id}-{name}", alt=f"{view} for {name}: R² = {run.scores.loc[name, 'r2']:.3f}.")
runs.actions(table, chosen)
