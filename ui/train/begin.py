"""Split, seed and additional training data; the Train button, expected time and equivalent code."""

import hashlib
import json
import shlex
from collections.abc import Sequence

import streamlit as st

from nmr_core.datasets import EchoDataset
from nmr_core.datasets.manifest import SEED
from nmr_core.evaluation.reproduce import recipe_words
from nmr_core.learning.duration import nominal_seconds
from nmr_core.learning.plan import Plan
from nmr_core.learning.streaming import streamable
from nmr_core.parameters import Parameter
from nmr_core.storage.workspace import new_id
from nmr_core.symmetries import symmetries_of
from nmr_core.weights import WEIGHT
from ui.shared import adding, caches, export, inputs, job_card, job_time

TEST_PART = Parameter(
    "share",
    "Test part",
    "",
    5,
    50,
    10,
    integer=True,
    description="Samples that are set aside before anything else; the model is never trained on "
    "them.",
)
TRAIN_SEED = SEED.within(
    0,
    2**31,
    0,
    description="Of the split and of the models. Same seed, same split: runs can be compared.",
)
FRESH = Parameter(
    "fresh",
    "Fresh curves",
    "",
    0,
    10_000_000,
    0,
    integer=True,
    description="This many additional curves are simulated for the training, which can be "
    "continued if it is stopped. Only for models that are trained in batches (networks).",
)


def settings(opened: EchoDataset, plans: Sequence[Plan], task: str) -> dict:
    """Arguments that all trainings share: split, seed, symmetries, fresh curves.

    Defaults are left out.
    """
    extra = {}
    with st.expander("Test part, seed, additional training data", icon=":material/settings:"):
        left, right = st.columns(2, gap="large")
        with left:
            share = inputs.slider(TEST_PART, "share", link=True, step=5, format="%d %%")
            n_test = round(len(opened) * share / 100)
            st.caption(f"{len(opened) - n_test:,} training curves, {n_test:,} test curves.")
            seed = inputs.number(TRAIN_SEED, "train-seed", link=True)
        with right:
            if maps := _maps(opened.manifest.id, opened.manifest.created, opened):
                default = any(plan.symmetries is not False for plan in plans)
                recipe = plans[0].recipe or "own" if plans else ""
                mirrored = inputs.toggle(
                    f"Train on mirror images too ({', '.join(maps)})",
                    f"symmetries-{recipe}",
                    default,
                    link="symmetries",
                    help=f"{1 + len(maps)} times as many training curves: under these symmetries "
                    "the image of an echo is another echo of the same parameters. Images never "
                    "enter the test part.",
                )
                if any(mirrored != (plan.symmetries is not False) for plan in plans):
                    extra["symmetries"] = mirrored
            if _fresh_models(opened, plans, task):
                fresh = inputs.number(FRESH, "fresh", link=True, step=1000)
                extra |= {"fresh": int(fresh)} if fresh else {}
            if WEIGHT in opened.columns:
                extra |= {"weighted": True} if weighted("weighted") else {}
    return {"split": share / 100, "seed": int(seed)} | extra


def weighted(key: str) -> bool:
    """Whether samples of a sampling density are to be fitted by their weights."""
    return inputs.toggle(
        "Fit to the prior",
        key,
        False,
        link=True,
        help="These samples were drawn from a sampling density. Off: the model is best where the "
        "density has more samples. On: training samples count by their weights. Scores refer to "
        "the prior in both cases.",
    )


def _fresh_models(opened: EchoDataset, plans: Sequence[Plan], task: str) -> set[str]:
    """Models among the chosen ones that can be trained on the stream of this data set."""
    return {plan.model for plan in plans} & set(_streamable(task)) if opened.preset else set()


@caches.common_data(max_entries=4, show_spinner=False)
def _streamable(task: str) -> list[str]:
    return streamable(task)


@caches.data(max_entries=64, show_spinner=False)
def _maps(id: str, created: str, _opened: EchoDataset) -> list[str]:
    """Labels of the symmetries of a data set."""
    return [symmetry.label for symmetry in symmetries_of(_opened)]


def _arguments(plan: Plan) -> dict:
    """Arguments of ``train`` that give this plan; defaults are left out."""
    if plan.recipe:
        return {"recipe": plan.recipe}
    arguments = {
        "featurizer": plan.featurizer,
        "featurizer_options": plan.featurizer_options,
        "model": plan.model,
        "model_options": plan.model_options,
    }
    return {name: value for name, value in arguments.items() if value}


def requests(
    opened: EchoDataset, targets: list[str], plans: Sequence[Plan], shared: dict, task: str
) -> list[tuple[Plan, dict]]:
    """Each plan with the arguments of its ``train``; "dataset" is the id of the data set."""
    streamed = _fresh_models(opened, plans, task)
    without_fresh = {name: value for name, value in shared.items() if name != "fresh"}
    data = {"dataset": opened.manifest.id, "targets": targets}
    pairs = []
    for plan in plans:
        settings = shared if plan.model in streamed else without_fresh
        pairs.append((plan, data | _arguments(plan) | settings))
    return pairs


def button(opened: EchoDataset, requested: list[tuple[Plan, dict]]) -> None:
    """Train button with sanity checks, expected time from earlier runs, and equivalent code."""
    several = f" {len(requested)} models" if len(requested) > 1 else ""
    with st.container(horizontal=True, vertical_alignment="center"):
        pressed = adding.button(
            f"Train{several}",
            type="primary",
            disabled=not requested,
            key="train",
            icon=":material/play_arrow:",
            shortcut="Ctrl+Enter",
        )
        checks = st.checkbox(
            "Sanity checks too",
            key="sanity",
            persist_state="session",
            help="Can it memorise 8 curves, and do permuted labels fall back to the baseline? One "
            "more job per model, which takes several times as long as the training.",
        )
        if requested:
            export.reproduce(
                "import nmr_core as nmr\n\n"
                + "\n\n".join(python(request) for _, request in requested),
                "\n".join(command(request) for _, request in requested),
            )
            times = [expected(opened, plan, request) for plan, request in requested]
            st.caption(job_time.words(*times))
    if pressed and all(_submit(opened, plan, request, checks) for plan, request in requested):
        st.rerun()


def _submit(opened: EchoDataset, plan: Plan, request: dict, checks: bool) -> bool:
    """Queue a training, and its checks; False if one was refused, which the page shows."""
    time = expected(opened, plan, request)
    if not job_card.submit("train", request | {"run": new_id("run")}, plan.label, time):
        return False
    if not checks:
        return True
    params = {name: value for name, value in request.items() if name != "fresh"}
    params |= {"study": new_id("st"), "kind": "sanity"}
    return bool(job_card.submit("study", params, f"Sanity checks: {plan.label}"))


def expected(opened: EchoDataset, plan: Plan, request: dict) -> job_time.Expected:
    """Nominal time of a training; trainings of the same plan on such curves took alike."""
    m = opened.manifest
    maps = _maps(m.id, m.created, opened)
    mirrored = request.get("symmetries", plan.symmetries is not False) and bool(maps)
    n = len(opened) * (1 - request["split"]) + request.get("fresh", 0)
    seconds = nominal_seconds(plan, round(n * (1 + len(maps) if mirrored else 1)))
    shape = [m.n_settings, m.n_times, mirrored, request.get("fresh", 0) > 0, request["targets"]]
    options = [plan.featurizer_options, plan.model_options]
    like = json.dumps([plan.featurizer, plan.model, options, shape], sort_keys=True)
    return job_time.Expected("train", seconds, hashlib.sha256(like.encode()).hexdigest()[:16])


def python(request: dict) -> str:
    """Call of ``nmr.train`` with these arguments."""
    arguments = [f"{name}={value!r}" for name, value in request.items() if name != "dataset"]
    dataset = f"nmr.load_dataset({request['dataset']!r})"
    lines = ",\n                ".join(arguments)
    return f"run = nmr.train({dataset}, {lines})\nprint(run.scores)"


def command(request: dict) -> str:
    """Command that trains with these arguments."""
    words = ["train", request["dataset"], "--targets", ",".join(request["targets"])]
    words += ["--recipe", request["recipe"]] if "recipe" in request else []
    words += recipe_words(
        request.get("featurizer", ""),
        request.get("featurizer_options", {}),
        request.get("model", ""),
        request.get("model_options", {}),
    )
    if "symmetries" in request:
        words.append("--symmetries" if request["symmetries"] else "--no-symmetries")
    words += ["--fresh", str(request["fresh"])] if "fresh" in request else []
    words += ["--weighted"] if "weighted" in request else []
    return "python -m nmr_core " + shlex.join(
        [*words, "--split", f"{request['split']:g}", "--seed", str(request["seed"])]
    )
