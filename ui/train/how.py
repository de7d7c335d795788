"""How it is learned: an effort, a published recipe, or everything chosen by oneself; each becomes arguments of ``train``."""

from dataclasses import dataclass, field

import streamlit as st

from nmr_core import features
from nmr_core.datasets import EchoDataset
from nmr_core.models import FAMILIES, MODELS, RECIPES
from nmr_core.parameters import ParameterSpace
from ui.shared import address, extras, inputs
from ui.shared.text import quoted

EFFORTS = ("quick", "standard", "thorough")
PUBLISHED, OWN = "published", "own"
CHANNELS = {"re": "Re M", "im": "Im M", "abs": "|M|"}
COLUMNS = 4
MOST_MODELS = 5


@dataclass(frozen=True)
class Way:
    """One training: either ``recipe``, or featurizer and model with the options that differ from their defaults."""

    featurizer: str
    model: str
    recipe: str = ""
    featurizer_options: dict = field(default_factory=dict)
    model_options: dict = field(default_factory=dict)
    symmetries: bool = True
    """Whether the images of the curves are learned from unless the visitor says otherwise."""

    @property
    def arguments(self) -> dict:
        """For ``train``; what is as by default is left out."""
        if self.recipe:
            return {"recipe": self.recipe}
        named = {
            "featurizer": self.featurizer,
            "featurizer_options": self.featurizer_options,
            "model": self.model,
            "model_options": self.model_options,
        }
        return {name: value for name, value in named.items() if value}

    @property
    def title(self) -> str:
        """What a job and a run are called."""
        if self.recipe:
            return RECIPES[self.recipe].label
        label = features.label(self.featurizer)
        return f"{MODELS[self.model].label} on {label[0].lower() + label[1:]}"


def ways(opened: EchoDataset, task: str) -> list[Way]:
    """What the visitor chose; empty if something is missing."""
    options = {name: RECIPES[name].label for name in EFFORTS}
    options |= {PUBLISHED: "A published recipe", OWN: "Choose everything yourself"}
    address.read("effort", options)
    if st.session_state.get("effort") not in options:
        st.session_state["effort"] = EFFORTS[0]
    effort = st.segmented_control(
        "Effort",
        list(options),
        format_func=options.get,
        required=True,
        key="effort",
        persist_state="session",
    )
    address.write("effort", effort)
    if effort == OWN:
        with st.container(border=True):
            return _own(opened, task)
    name = effort if effort in EFFORTS else _published(task)
    recipe = RECIPES[name]
    way = Way(recipe.featurizer, recipe.model, name, symmetries=recipe.symmetries)
    label = features.label(recipe.featurizer)
    st.caption(
        recipe.description
        if effort in EFFORTS
        else f"{recipe.description} {MODELS[recipe.model].label} on {label[0].lower() + label[1:]}."
    )
    needed = {recipe.model: MODELS[recipe.model]} | {
        n: features.FEATURIZERS[n] for n in features.members(recipe.featurizer)
    }
    extras.unavailable(needed)
    return [way] if len(extras.usable(needed)) == len(needed) else []


def _published(task: str) -> str:
    """The name of a recipe that somebody published, of this task."""
    known = {
        name: recipe
        for name, recipe in RECIPES.items()
        if name not in EFFORTS and recipe.task in ("", task)
    }
    name = inputs.choice(
        "Published recipe", {n: recipe.label for n, recipe in known.items()}, f"recipe-{task}"
    )
    said = ", ".join(
        f"{_metric(metric)} {value:g}" for metric, value in known[name].published.items()
    )
    st.caption(
        f":material/menu_book: {known[name].source}" + (f" · reached {said}" if said else "")
    )
    return name


def _metric(name: str) -> str:
    """How a reader calls a published number."""
    plain = {
        "error_total": "Σ MSE/w²",
        "error": "Σ MSE/w² without what cannot be known",
        "f1_weighted": "F1",
    }
    return plain.get(name) or f"R² of {quoted(name.partition(':')[2])}"


def _own(opened: EchoDataset, task: str) -> list[Way]:
    able = {name: entry for name, entry in MODELS.items() if task in entry.tasks}
    models = sorted(extras.usable(able), key=lambda name: FAMILIES.index(able[name].family))
    what, how = st.columns(2, gap="large")
    with what:
        known = extras.usable(features.FEATURIZERS)
        parts = st.multiselect(
            "Features",
            list(known),
            ["raw"],
            key="featurizers",
            persist_state="session",
            format_func=lambda n: known[n].label if n in known else n,
            help="Several are put side by side.",
        )
        for name in parts:
            st.caption(f"**{known[name].label}** {quoted(known[name].description)}")
        extras.unavailable(features.FEATURIZERS)
    with how:
        chosen = st.multiselect(
            "Models",
            models,
            ["ridge", "mlp"] if task == "regression" else ["extra_trees"],
            key=f"models-{task}",
            persist_state="session",
            max_selections=MOST_MODELS,
            format_func=lambda n: f"{able[n].family} · {able[n].label}" if n in able else n,
            help="One run each, on the same split.",
        )
        for name in chosen:
            st.caption(f"**{able[name].label}** {quoted(able[name].description)}")
        extras.unavailable(able)
    if not parts or not chosen:
        return []
    featurizer = "+".join(parts)
    with st.expander("Options of the features and models", icon=":material/tune:"):
        given = _curve_options(opened, featurizer) | _options(
            "Features", features.options(featurizer), featurizer
        )
        own = {name: _options(able[name].label, able[name].options(task), name) for name in chosen}
    if not given.get("channels", True) or len(set(given.get("window", (0, 1)))) < 2:
        return []
    return [Way(featurizer, name, "", given, own[name]) for name in chosen]


def _curve_options(opened: EchoDataset, featurizer: str) -> dict:
    """Which part of the curves is looked at; what is as by default is left out."""
    asked, given = features.common(featurizer), {}
    left, right = st.columns(2, gap="large")
    if "channels" in asked:
        with left:
            channels = st.pills(
                "Channels",
                list(CHANNELS),
                selection_mode="multi",
                default=["re", "im"],
                key="channels",
                format_func=CHANNELS.get,
                persist_state="session",
            )
        given |= {} if list(channels) == ["re", "im"] else {"channels": list(channels)}
    if "window" in asked:
        last = float(opened.time[-1])
        with right:
            begin, end = st.slider(
                "Window (µs)", 0.0, last, (0.0, last), key=f"window-{opened.manifest.id}"
            )
        window = [int((opened.time < begin).sum()), int((opened.time <= end).sum())]
        given |= {} if window == [0, len(opened.time)] else {"window": window}
    return given


def _options(title: str, space: ParameterSpace, key: str) -> dict:
    """Widgets of a space in columns; the values that differ from the defaults."""
    given = {}
    if len(space):
        st.markdown(f"**{title}**")
    for start in range(0, len(space), COLUMNS):
        row = st.columns(COLUMNS, vertical_alignment="bottom")
        for spec, column in zip(list(space)[start : start + COLUMNS], row, strict=False):
            with column:
                value = inputs.option(spec, f"{key}-{spec.name}")
            default = (
                spec.default if not spec.values or spec.default in spec.values else spec.values[0]
            )
            if value != default:
                given[spec.name] = value
    return given
