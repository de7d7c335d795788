"""Data set and targets: one data set, several joined into one, and the parameters to predict."""

import streamlit as st

from nmr_core.datasets import DatasetEntry, EchoDataset
from nmr_core.learning.targets import target_choices
from nmr_core.storage.workspace import new_id
from ui.shared import (
    adding,
    compute,
    gone,
    inputs,
    job_card,
    state,
    things,
    verdicts,
    visitor,
    windows,
)
from ui.shared.text import quoted

MOST_JOINED = 12
ALONE = "is a class. A model predicts either one class or numbers: train one run for each."


def dataset() -> EchoDataset | None:
    """The data set that the visitor chose, opened; None if it is gone."""
    sets = state.datasets()
    with st.container(horizontal=True, vertical_alignment="bottom"):
        chosen = things.one(
            "Data set",
            things.labels({i: e.manifest.title for i, e in sets.items()}),
            "dataset",
            noun="data set",
        )
        with windows.window("Join data sets", "join-window", ":material/merge:"):
            _join(sets)
    if chosen is None:
        gone.notice("data set", "dataset")
        return None
    m = sets[chosen].manifest
    settings = f" · {m.n_settings} echoes per sample" if m.n_settings > 1 else ""
    st.caption(
        f"{m.n_samples:,} curves · {m.n_times:,} points to {m.time[-1]:.4g} µs{settings}"
        + (" · ships with the app" if sets[chosen].shipped else "")
    )
    return compute.dataset(chosen, m.created)


def _join(sets: dict[str, DatasetEntry]) -> None:
    """Several data sets on the same time points as one, with a column for the kernel."""
    st.caption(
        "Curves of several kernels as one data set, so that a model can classify the kernel. "
        "Same time points and pulses only."
    )
    plain = {i: e for i, e in sets.items() if not e.manifest.joined}
    which = inputs.several(
        "Data sets",
        things.labels({i: e.manifest.title for i, e in plain.items()}),
        "join",
        max_selections=MOST_JOINED,
    )
    grids = {(plain[i].manifest.n_times, plain[i].manifest.n_settings) for i in which}
    if len(grids) > 1:
        st.caption(
            ":material/warning: They differ in points or settings: "
            + ", ".join(f"{n} × {k}" for n, k in sorted(grids))
            + "."
        )
    title = st.text_input("Title", key="join-title", placeholder="optional", max_chars=80)
    if adding.button(
        "Join",
        key="join-start",
        type="primary",
        disabled=len(which) < 2 or len(grids) > 1,
        icon=":material/merge:",
    ):
        id, title = new_id("ds"), title or f"{len(which)} data sets, joined"
        if job_card.submit(
            "join",
            {"dataset": id, "sources": which, "title": title, "owner": visitor.owner()},
            title,
        ):
            windows.close("join-window")
            st.rerun()


def targets(opened: EchoDataset) -> tuple[list[str], str]:
    """Names of the chosen targets, and the task: "regression" or "classification"."""
    id, specs = opened.manifest.id, {name: opened.spec(name) for name in target_choices(opened)}
    text = {name for name in specs if name not in opened.targets}
    drawn = opened.preset.drawn.names if opened.preset else ()
    default = (
        [name for name in drawn if name in opened.targets]
        or sorted(text)[:1]
        or list(opened.targets)
    )
    key = f"targets-{id}"

    def label(name: str) -> str:
        symbol = specs[name].symbol
        if name in text:
            return f":material/category: {quoted(name)}"
        return quoted(name) if symbol == name else f"{symbol} {quoted(name)}"

    chosen = inputs.several(
        "Predict",
        {name: label(name) for name in specs},
        key,
        first=default,
        pills=True,
        on_change=_one_class,
        args=(key, text),
        help="Parameters that vary in this data set. A text column is a class.",
    )
    if note := st.session_state.pop(f"_{key}-note", None):
        st.caption(f":material/info: {note}")
    shown = [name for name in specs if name in drawn]
    verdicts.of_dataset(id, opened.preset, shown, opened.manifest.effects)
    for name, reason in compute.hidden_parameters(id, (), opened.preset).items():
        if name in chosen:
            st.info(f"{reason} The best prediction is its mean.", icon=":material/visibility_off:")
    return chosen, "classification" if set(chosen) & text else "regression"


def _one_class(key: str, text: set[str]) -> None:
    """A class among the chosen ones stands alone: what was clicked last stays."""
    chosen, before = st.session_state[key], st.session_state.get(f"_{key}", [])
    classes = [name for name in chosen if name in text]
    if classes and len(chosen) > 1:
        new = [name for name in chosen if name not in before] or classes
        numbers = [name for name in chosen if name not in text]
        chosen = [new[-1]] if new[-1] in text else numbers
        inputs.assign(key, chosen)
        st.session_state[f"_{key}-note"] = f"{quoted(classes[0])} {ALONE}"
    st.session_state[f"_{key}"] = list(chosen)
