"""What did the model look at?"""

import streamlit as st

from nmr_core.evaluation.explain import PARTS, estimate, find_explanation
from ui.explain import views
from ui.shared import boot, compute, gone, inputs, job_card, state
from ui.shared.text import duration, quoted

boot.guard(__file__)

st.title("What did the model look at?")
entries = state.runs()
explained = [i for i in entries if find_explanation(i) is not None]
first = list(entries).index(explained[0]) if explained else 0
chosen = inputs.pick(
    "Run",
    {i: f"{e.run.manifest.title} · {i}" for i, e in entries.items()},
    "run",
    noun="run",
    index=first,
)
if chosen is None:
    gone.notice("run", "run")
    st.stop()
run = compute.run(chosen, entries[chosen].run.manifest.created)
made, here = views.found(run), run.manifest.dataset in state.datasets()
m = run.manifest
st.caption(
    f"**{quoted(m.title)}** on {quoted(m.dataset_title)}: {m.n_train:,} curves learned, {m.n_test:,} held out; only these "
    "are asked here."
)

with st.container(horizontal=True, vertical_alignment="bottom"):
    parts = st.pills(
        "What to look at",
        PARTS,
        selection_mode="multi",
        default=PARTS,
        key="explain-parts",
        format_func=views.VIEWS.get,
        persist_state="session",
    )
    repeats = st.number_input(
        "Shuffles",
        1,
        50,
        5,
        key="explain-repeats",
        persist_state="session",
        width=130,
        help="How often every group of features is shuffled; more of them narrow the interval.",
    )
    wait = estimate(m, parts, repeats) if parts else 0
    label = "Look again" if made else "Look inside"
    if st.button(
        f"{label} (about {duration(wait)})",
        type="secondary" if made else "primary",
        disabled=not (parts and here),
        key="explain",
        icon=":material/search:",
    ):
        job_card.submit(
            "explain",
            {"run": chosen, "parts": list(parts), "n_repeats": int(repeats)},
            f"Look inside: {m.title}",
        )
        st.rerun()
if not here:
    st.info(
        f"The data set {quoted(m.dataset)} of this run is not here any more, so there are no held-out curves to ask. "
        "Generate it again, or choose another run.",
        icon=":material/info:",
    )
job_card.cards("explain", limit=2)
if made is None:
    st.info(
        "Nobody has looked inside this run yet. The button above does: how much worse the predictions become when parts of "
        "the curve are shuffled, how they move with every point of it, and how few features are enough.",
        icon=":material/info:",
    )
    st.stop()
views.views(run, made)
