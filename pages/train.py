"""What can a model read back from these echoes?"""

import streamlit as st

from nmr_core.features import FEATURIZERS
from nmr_core.models import MODELS
from nmr_core.workspace import new_id
from ui import boot, compute, inputs, job_card, state
from ui.text import quoted

boot.guard(__file__)

st.title("What can a model read back from these echoes?")
sets = state.datasets()
chosen = inputs.choice("Data set", {i: f"{e.manifest.title} · {i}" for i, e in sets.items()}, "dataset", link=True)
if chosen not in sets:
    st.warning("That data set is not here any more. Choose another above.")
    st.stop()
opened = compute.dataset(chosen, sets[chosen].manifest.created)
preset = opened.preset
specs = {name: opened.spec(name) for name in opened.targets}

what, how = st.columns(2, gap="large")
with what:
    st.subheader("Predict", divider="gray")
    targets = st.pills("Parameters", list(specs), selection_mode="multi", key=f"targets-{chosen}",
                       default=[n for n in (preset.drawn.names if preset else specs) if n in specs],
                       format_func=lambda n: specs[n].symbol if specs[n].symbol == n else f"{specs[n].symbol} {quoted(n)}",
                       help="What varies in this data set.")
    for name, reason in compute.hidden_parameters(chosen, (), preset).items():
        if name in targets:
            st.info(f"{reason} A good model predicts its mean.", icon=":material/visibility_off:")
    share = st.slider("Held out for the test", 5, 50, 10, 5, format="%d %%", key="share", persist_state="session",
                      help="Chosen by sample before anything else; the model never sees these curves.")
    n_test = round(len(opened) * share / 100)
    st.caption(f"{len(opened) - n_test:,} curves to learn from, {n_test:,} to be tested on.")
    seed = st.number_input("Seed", 0, 2**31, 0, key="train-seed", persist_state="session",
                           help="Of the split and of the models. Same seed, same split: runs can be compared.")
with how:
    st.subheader("With", divider="gray")
    models = st.pills("Models", list(MODELS), selection_mode="multi", default=["ridge", "mlp"], key="models",
                      format_func=lambda n: MODELS[n].label, persist_state="session")
    for name in models:
        st.caption(f"**{MODELS[name].label}** {MODELS[name].description}")
    featurizer = inputs.choice("Features", {n: f.label for n, f in FEATURIZERS.items()}, "featurizer",
                               help=" ".join(f"{f.label}: {f.description}" for f in FEATURIZERS.values()))
    with st.expander("Channels, time window and model options"):
        channels = st.pills("Channels", ["re", "im", "abs"], selection_mode="multi", default=["re", "im"], key="channels",
                            format_func={"re": "Re M", "im": "Im M", "abs": "|M|"}.get, persist_state="session")
        last = float(opened.time[-1])
        begin, end = st.slider("Window (µs)", 0.0, last, (0.0, last), key=f"window-{chosen}")
        options = {name: {spec.name: inputs.number(spec, f"{name}-{spec.name}") for spec in MODELS[name].parameters}
                   for name in models}

window = [int((opened.time < begin).sum()), int((opened.time <= end).sum())]
featurizer_options = {"channels": list(channels)} | ({"window": window} if window != [0, len(opened.time)] else {})
ready = bool(targets and models and channels and window[1] > window[0])
if st.button(f"Train {len(models)} model{'s' if len(models) != 1 else ''}", type="primary", disabled=not ready, key="train",
             icon=":material/play_arrow:", shortcut="Ctrl+Enter"):
    for name in models:
        job_card.submit("train", {"dataset": chosen, "run": new_id("run"), "targets": list(targets), "featurizer": featurizer,
                                  "featurizer_options": featurizer_options, "model": name, "model_options": options[name],
                                  "split": share / 100, "seed": seed},
                        f"{MODELS[name].label} on {FEATURIZERS[featurizer].label.lower()}")
    st.rerun()
if not ready:
    st.caption("Choose at least one parameter, one model and one channel.")

job_card.cards("train", limit=6)
mine = [entry.id for entry in state.runs().values() if entry.run.manifest.dataset == chosen]
if mine:
    st.page_link("pages/compare.py", label=f"Compare the {len(mine)} runs on this data set", icon=":material/leaderboard:",
                 query_params={"runs": mine[:6]})
