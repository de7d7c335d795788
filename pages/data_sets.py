"""Which echoes do we have, and what do they look like?"""

import streamlit as st

from nmr_core.datasets import list_datasets
from nmr_core.datasets.manifest import N_SAMPLES, SEED
from nmr_core.errors import InputError
from nmr_core.experiment import PHYSICAL
from nmr_core.figures import COMPONENTS, bands_figure, prior_figure
from nmr_core.presets import PRESETS
from nmr_core.workspace import new_id
from ui import boot, catalogue, compute, inputs, job_card
from ui.palette import palette, show
from ui.text import duration, megabytes

boot.guard(__file__)

st.title("Which echoes do we have?")

with st.expander("New data set", icon=":material/add:", expanded=True):
    first, second, third = st.columns(3)
    with first:
        name = inputs.choice("Preset", {n: p.label for n, p in PRESETS.items()}, "new-preset")
        n_samples = inputs.number(N_SAMPLES.within(10, 1_000_000, 2000), "new-n")
    with second:
        seed = inputs.number(SEED, "new-seed")
        title = st.text_input("Title", placeholder="optional", max_chars=80, key="new-title", persist_state="session")
    with third:
        base = PRESETS[name].base
        side = inputs.number(PHYSICAL["n_x"].within(4, 128, base.n_x, name="side", symbol="Lattice side"), f"new-side-{name}")
        tau = inputs.number(PHYSICAL["tau"].within(5, 500, base.tau), f"new-tau-{name}")
    fixed = {field: value for field, value in (("n_x", side), ("n_y", side), ("tau", tau)) if value != getattr(base, field)}
    try:
        preset = PRESETS[name].hold(**fixed)
        seconds, size = compute.cost(name, preset.held, n_samples, preset)
        cost = f"about {duration(seconds)} on this machine, {megabytes(size)}"
        hidden = compute.hidden_parameters(name, preset.held, preset).values()
    except InputError as error:
        preset, cost, hidden = None, "", ()
        st.error(str(error), icon=":material/error:")
    with st.container(horizontal=True, vertical_alignment="center"):
        if st.button("Generate", type="primary", key="generate", icon=":material/play_arrow:", disabled=not preset) and preset:
            job = job_card.submit("generate", {"dataset": new_id("ds"), "preset": name, "fixed": fixed, "n_samples": n_samples,
                                               "seed": seed, "title": title}, title or f"{preset.label}, {n_samples:,} curves")
            if job:
                st.rerun()
        st.caption(cost)
    for reason in hidden:
        st.info(f"Known before it is made: {reason}", icon=":material/visibility_off:")

job_card.cards("generate", limit=3)
entries = list_datasets()
catalogue.table(entries)
catalogue.unfinished(entries)

usable = {entry.id: entry for entry in entries if entry.usable}
chosen = inputs.choice("Look at", {i: f"{e.manifest.title} · {i}" for i, e in usable.items()}, "dataset", link=True)
if chosen not in usable:
    st.warning("That data set is not here any more. Choose another above.")
    st.stop()
opened = compute.dataset(chosen, usable[chosen].manifest.created)
curves = compute.shown_curves(chosen, usable[chosen].manifest.created)

left, right = st.columns([1.7, 1], gap="medium")
with left:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        channel = st.segmented_control("Show", list(COMPONENTS), default="|M|", required=True, key="channel",
                                       persist_state="session")
        curves = curves[:, catalogue.setting(opened)]
        drawn = st.slider("Thin lines", 0, 200, 20, key="thin", persist_state="session")
    index = st.slider("Curve", 0, len(curves) - 1, 0, key=f"curve-{chosen}") if len(curves) > 1 else 0
    values = COMPONENTS[channel][0](curves)
    show(bands_figure(opened.time, values, palette(), f"{channel} per spin", values[index], drawn), key="bands",
         alt=f"Percentile bands of {channel} over {len(curves)} curves.")
    if len(curves) < len(opened):
        st.caption(f"The first {len(curves):,} of {len(opened):,} curves are drawn; samples are independent draws.")
with right:
    specs = {n: opened.spec(n) for n in opened.targets}
    if specs:
        across, up = st.columns(2)
        symbols = {n: spec.symbol for n, spec in specs.items()}
        with across:
            x = inputs.choice("Across", symbols, "across")
        with up:
            y = inputs.choice("Up", symbols, "up", index=min(2, len(specs) - 1))
        show(prior_figure(opened.parameters, specs[x], specs[y], palette(), index), key="prior",
             alt=f"{x} against {y} of every sample.")
    row = opened.parameters.iloc[index]
    st.caption(f"Curve {index}: " + (", ".join(f"{specs[n].symbol} = {row[n]:.4g} {specs[n].unit}".strip() for n in specs)
                                     or "every sample has the same parameters."))
catalogue.actions(usable[chosen], opened)
