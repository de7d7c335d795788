"""A new study: data set, recipe, question, its few settings; the button submits a job."""

from dataclasses import dataclass
from typing import Any

import streamlit as st

from nmr_core import features
from nmr_core.datasets import EchoDataset
from nmr_core.datasets.manifest import SEED
from nmr_core.extras import is_installed
from nmr_core.learning.plan import Plan, planned
from nmr_core.learning.targets import target_choices
from nmr_core.models import MODELS, RECIPES
from nmr_core.parameters import Parameter
from nmr_core.storage.workspace import new_id
from nmr_core.studies import STUDIES, StudyKind, estimate, of_run
from nmr_core.studies import options as spaces
from nmr_core.studies.steps import duration
from nmr_core.weights import WEIGHT
from ui.shared import adding, compute, gone, inputs, job_card, state, things
from ui.shared.text import quoted
from ui.train import begin

OWN = "own"
TEST_PART = Parameter(
    "share",
    "Held out for the test",
    "",
    5,
    50,
    20,
    integer=True,
    description="Set aside by sample before anything else; no fit of the study is trained on these "
    "curves.",
)
STUDY_SEED = SEED.within(
    0, 2**31, 0, description="Of the split, of the models and of what is drawn."
)


@dataclass(frozen=True)
class _Recipe:
    """What to train: arguments of a study beside data set and settings, and how it is called."""

    arguments: dict
    plan: Plan
    label: str
    task: str


def form(kind: str) -> None:
    """All widgets of a new study of this kind, and the button."""
    sets = state.datasets()
    chosen = things.one(
        "Data set",
        things.labels({i: e.manifest.title for i, e in sets.items()}),
        "dataset",
        noun="data set",
        names_tab=False,
    )
    if chosen is None:
        gone.notice("data set", "dataset")
        return
    opened = compute.dataset(chosen, sets[chosen].manifest.created)
    targets = _targets(opened, chosen)
    task = (
        "classification"
        if any(opened.parameters[name].dtype.kind not in "fiub" for name in targets)
        else "regression"
    )
    recipe = _recipe(chosen, task)
    if recipe is None:
        gone.notice("run", "study-recipe")
        return
    settings = _settings(STUDIES[kind], recipe.plan)
    with st.expander("Test part and seed"):
        share = inputs.slider(TEST_PART, "study-share", link=True, step=5, format="%d %%")
        seed = inputs.number(STUDY_SEED, "study-seed", link=True)
        weighted = recipe.arguments.get("weighted", False)
        if WEIGHT in opened.columns and "weighted" not in recipe.arguments:
            weighted = begin.weighted("study-weighted")
    params = {
        "targets": targets,
        "split": share / 100,
        "seed": seed,
        **recipe.arguments,
        **settings,
        **({"weighted": True} if weighted else {}),
    }
    if adding.button(
        "Start",
        type="primary",
        key="study-start",
        icon=":material/play_arrow:",
        disabled=not targets,
        width="stretch",
        shortcut="Ctrl+Enter",
    ):
        _start(kind, chosen, params, recipe.label)
    if st.button(
        "How long will it take?",
        key="study-estimate",
        type="tertiary",
        icon=":material/timer:",
        disabled=not targets,
    ):
        with compute.turn(compute.LONG):
            n_fits, seconds = estimate(kind, opened, **params)
        st.markdown(f"**{duration(seconds).capitalize()}** for {n_fits} fits.")
    st.caption("A small fit is timed first. What would take more than 6 h is refused.")


def _start(kind: str, dataset: str, params: dict, label: str) -> None:
    id_, title = new_id("st"), f"{STUDIES[kind].label}: {label}"
    if job_card.submit(
        "study", params | {"kind": kind, "dataset": dataset, "study": id_, "title": title}, title
    ):
        st.session_state["_study-new"] = id_
        st.rerun()


def _targets(opened: EchoDataset, id_: str) -> list[str]:
    names = target_choices(opened)
    drawn = opened.preset.drawn.names if opened.preset else opened.targets
    default = [name for name in drawn if name in opened.targets] or list(names[:1])
    symbols = {name: opened.spec(name).symbol for name in names}
    labels = {
        name: name if symbol == name else f"{symbol} {quoted(name)}"
        for name, symbol in symbols.items()
    }
    return inputs.several(
        "Predict",
        labels,
        f"study-targets-{id_}",
        first=default,
        link="study-targets",
        pills=True,
        help="The error is the sum over identifiable parameters; a class is predicted alone.",
    )


def _recipes(task: str) -> dict[str, str]:
    """Named recipes of this task: name -> label."""
    return {name: recipe.label for name, recipe in RECIPES.items() if recipe.task in ("", task)}


def _recipe(dataset: str, task: str) -> _Recipe | None:
    """An own choice of features and model, a named recipe, or that of a run on this data set; None
    where that run was deleted.
    """
    entries = state.runs()
    runs = {i: e.run.manifest for i, e in entries.items() if e.run.manifest.dataset == dataset}
    named = _recipes(task)
    labels = (
        {OWN: "Choose features and model"}
        | named
        | things.labels({i: f"As in {m.title}" for i, m in runs.items()})
    )
    name = things.one(
        "Recipe",
        labels,
        "study-recipe",
        noun="run",
        names_tab=False,
        elsewhere={*entries, *RECIPES},
    )
    if name is None:
        return None
    if name in runs:
        m = runs[name]
        arguments = {
            key: value
            for key, value in of_run(m).items()
            if key not in ("targets", "split", "seed")
        }
        return _Recipe(
            arguments,
            Plan(m.featurizer, m.model, m.featurizer_options, m.model_options),
            m.title,
            m.task,
        )
    if name in named:
        return _Recipe({"recipe": name}, planned(name), named[name], task)
    return _own(task)


def _own(task: str) -> _Recipe:
    left, right = st.columns(2)
    models = {
        name: entry.label
        for name, entry in MODELS.items()
        if task in entry.tasks and is_installed(entry.requires)
    }
    with left:
        featurizers = {name: features.FEATURIZERS[name].label for name in features.available()}
        featurizer = inputs.choice(
            "Features",
            featurizers,
            "study-featurizer",
            index=list(featurizers).index("polynomial"),
        )
    with right:
        model = inputs.choice(
            "Model",
            models,
            "study-model",
            index=list(models).index("ridge") if "ridge" in models else 0,
        )
    plan = Plan(featurizer, model)
    with st.expander("Options"):
        values = _options(plan, {"featurizer": featurizers[featurizer], "model": models[model]})
        changed = {
            full: value
            for full, value in values.items()
            if value != inputs.default_of(spaces.space(plan)[full])
        }
        if not values:
            st.caption("These have none.")
    own = {
        f"{kind}_options": {
            full.partition(".")[2]: value
            for full, value in changed.items()
            if full.startswith(f"{kind}.")
        }
        for kind in ("model", "featurizer")
    }
    plan = Plan(featurizer, model, own["featurizer_options"], own["model_options"])
    return _Recipe({"featurizer": featurizer, "model": model, **own}, plan, plan.label, task)


def _options(plan: Plan, titles: dict[str, str]) -> dict:
    """Widgets of all options, those of the features and of the model under their own titles."""
    values = {}
    title = ""
    for full, spec in spaces.space(plan).items():
        kind = full.partition(".")[0]
        if titles[kind] != title:
            title = titles[kind]
            st.markdown(f"**{title}**")
        values[full] = inputs.option(spec, f"study-{plan.featurizer}-{plan.model}-{full}")
    return values


def _settings(kind: StudyKind, plan: Plan) -> dict:
    """The kind's own widgets."""
    options = spaces.space(plan)
    settings = {}
    if kind.name in ("validation_curve", "search") and not options:
        st.caption("This recipe has no options: choose another model.")
        return settings
    if kind.name == "validation_curve":
        name = inputs.choice(
            "Option", {full: _spoken(full, spec) for full, spec in options.items()}, "study-option"
        )
        walk = spaces.walk(options[name])
        typed = inputs.text(
            "Values",
            f"study-values-{plan.model}-{plan.featurizer}-{name}",
            first=", ".join(map(_number, walk)),
            link="study-values",
            most=500,
            help=quoted(options[name].description) or None,
        )
        settings = {
            "option": name,
            "values": [_read(text) for text in typed.split(",") if text.strip()],
        }
    if kind.name == "search":
        names = inputs.several(
            "Options to search",
            {full: _spoken(full, spec) for full, spec in options.items()},
            f"study-searched-{plan.model}-{plan.featurizer}",
            first=[n for n in options if n.startswith("model.")] or list(options)[:3],
            link="study-searched",
        )
        settings = {"options": names}
    # The goal is a field beside the finished figure
    specs = [spec for spec in kind.settings if spec.name != "goal"]
    for start in range(0, len(specs), 2):
        for spec, column in zip(specs[start : start + 2], st.columns(2), strict=False):
            with column:
                settings[spec.name] = inputs.option(spec, f"study-{kind.name}-{spec.name}")
    return settings


def _spoken(full: str, spec: Parameter) -> str:
    where, _, name = full.partition(".")
    return f"{spec.label} ({'model' if where == 'model' else 'features'}: {name})"


def _number(value: Any) -> str:
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def _read(text: str) -> float | int | str:
    try:
        number = float(text)
    except ValueError:
        return text.strip()
    return int(number) if number.is_integer() and abs(number) < 2**53 else number
