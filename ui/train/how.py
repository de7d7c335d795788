"""Which recipe: an effort, a published recipe, or features and models with their options."""

from collections.abc import Iterable

import streamlit as st

from nmr_core import features
from nmr_core.datasets import EchoDataset
from nmr_core.evaluation.published import of_recipe
from nmr_core.learning.plan import Plan, planned
from nmr_core.models import FAMILIES, MODELS, RECIPES
from nmr_core.parameters import Parameter
from ui.shared import extras, inputs
from ui.shared.text import quoted

EFFORTS = tuple(name for name, recipe in RECIPES.items() if not recipe.source)
COMPARED = "pulse_angles"
"""Recipe for samples with several acquisitions."""
PUBLISHED, OWN = "published", "own"
CHANNELS = {"re": "Re M", "im": "Im M", "abs": "|M|"}
COLUMNS = 4
MOST_MODELS = 5


def plans(opened: EchoDataset, task: str) -> list[Plan]:
    """The chosen plans, one per model; empty if something is missing."""
    several = opened.manifest.n_settings > 1
    efforts = [
        name
        for name in EFFORTS
        if RECIPES[name].task in ("", task) and (several or name != COMPARED)
    ]
    options = {name: RECIPES[name].label for name in efforts}
    options |= {PUBLISHED: "A published recipe", OWN: "Choose everything yourself"}
    effort = inputs.tabs(options, "effort", label="Effort", label_visibility="visible")
    if effort == OWN:
        with st.container(border=True):
            return _own(opened, task)
    name = effort if effort in efforts else _published(task)
    recipe = RECIPES[name]
    plan = planned(name)
    st.caption(
        recipe.description
        if effort in efforts
        else f"{recipe.description} {plan.model_on_features}."
    )
    needed = {recipe.model: MODELS[recipe.model]} | {
        n: features.FEATURIZERS[n] for n in features.members(recipe.featurizer)
    }
    extras.unavailable(needed)
    return [plan] if len(extras.usable(needed)) == len(needed) else []


def _published(task: str) -> str:
    """The name of a published recipe for this task."""
    published = {
        name: recipe
        for name, recipe in RECIPES.items()
        if recipe.source and recipe.task in ("", task)
    }
    name = inputs.choice(
        "Published recipe", {n: recipe.label for n, recipe in published.items()}, f"recipe-{task}"
    )
    scores = ", ".join(f"{quoted(score.measure)} {score.value:g}" for score in of_recipe(name))
    st.caption(
        f":material/menu_book: {published[name].source}" + f" · published: {scores}" * bool(scores)
    )
    return name


def _own(opened: EchoDataset, task: str) -> list[Plan]:
    able = {name: entry for name, entry in MODELS.items() if task in entry.tasks}
    models = sorted(extras.usable(able), key=lambda name: FAMILIES.index(able[name].family))
    what, how = st.columns(2, gap="large")
    with what:
        featurizers = extras.usable(features.FEATURIZERS)
        parts = inputs.several(
            "Features",
            {name: kind.label for name, kind in featurizers.items()},
            "featurizers",
            first=["raw"],
            help="Several are put side by side.",
        )
        for name in parts:
            st.caption(f"**{featurizers[name].label}** {quoted(featurizers[name].description)}")
        extras.unavailable(features.FEATURIZERS)
    with how:
        chosen = inputs.several(
            "Models",
            {name: able[name].label for name in models},
            f"models-{task}",
            first=["ridge", "mlp"] if task == "regression" else ["extra_trees"],
            max_selections=MOST_MODELS,
            help="One run each, on the same split.",
        )
        for name in chosen:
            st.caption(
                f"**{able[name].label}** ({able[name].family}): {quoted(able[name].description)}"
            )
        extras.unavailable(able)
    if not parts or not chosen:
        return []
    featurizer = "+".join(parts)
    with st.expander("Options of the features and models", icon=":material/tune:"):
        feature_options = _curve_options(opened, featurizer)
        space = features.options(featurizer)
        for part in parts:
            own_of_part = [
                spec for spec in space if len(parts) == 1 or spec.name.startswith(f"{part}.")
            ]
            feature_options |= _options(featurizers[part].label, own_of_part, featurizer)
        own = {name: _options(able[name].label, able[name].options(task), name) for name in chosen}
    first, last = feature_options.get("window", (0, 1))
    if first == last or not feature_options.get("channels", True):
        return []
    return [Plan(featurizer, name, feature_options, own[name]) for name in chosen]


def _curve_options(opened: EchoDataset, featurizer: str) -> dict:
    """Channels and time window that the features are computed from; defaults are left out."""
    common = features.common(featurizer)
    options = {}
    left, right = st.columns(2, gap="large")
    if "channels" in common:
        with left:
            channels = inputs.several(
                "Channels", CHANNELS, "channels", first=["re", "im"], pills=True
            )
        options |= {} if channels == ["re", "im"] else {"channels": channels}
    if "window" in common:
        last = float(opened.time[-1])
        with right:
            begin, end = st.slider(
                "Window (µs)",
                0.0,
                last,
                (0.0, last),
                key=f"window-{opened.manifest.id}",
                persist_state="session",
            )
        window = [int((opened.time < begin).sum()), int((opened.time <= end).sum())]
        options |= {} if window == [0, len(opened.time)] else {"window": window}
    return options


def _options(title: str, specs: Iterable[Parameter], key: str) -> dict:
    """Widgets of options in columns under a title; the values that differ from the defaults."""
    specs, values = list(specs), {}
    if specs:
        st.markdown(f"**{title}**")
    for start in range(0, len(specs), COLUMNS):
        row = st.columns(COLUMNS, vertical_alignment="bottom")
        for spec, column in zip(specs[start : start + COLUMNS], row, strict=False):
            with column:
                value = inputs.option(spec, f"{key}-{spec.name}")
            if value != inputs.default_of(spec):
                values[spec.name] = value
    return values
