"""Split, seed and additional training data; the Train button, expected time and equivalent code."""

import shlex
from collections.abc import Sequence
from statistics import median

import streamlit as st

from nmr_core.datasets import EchoDataset
from nmr_core.evaluation.reproduce import recipe_words
from nmr_core.learning.plan import Plan
from nmr_core.learning.streaming import streamable
from nmr_core.storage.workspace import new_id
from nmr_core.studies import estimate
from nmr_core.symmetries import symmetries_of
from ui.shared import compute, export, job_card, state
from ui.shared.text import duration

NEAR = 3.0
"""Earlier runs are used for an estimate of time up to this ratio of training samples."""
MOST_FRESH = 10_000_000


def settings(opened: EchoDataset, plans: Sequence[Plan], task: str) -> dict:
    """Arguments that all trainings share: split, seed, symmetries, fresh curves.

    Defaults are left out.
    """
    extra = {}
    with st.expander("Test part, seed, additional training data", icon=":material/settings:"):
        left, right = st.columns(2, gap="large")
        with left:
            share = st.slider(
                "Test part",
                5,
                50,
                10,
                5,
                format="%d %%",
                key="share",
                persist_state="session",
                help="Samples that are set aside before anything else; "
                "the model is never trained on them.",
            )
            n_test = round(len(opened) * share / 100)
            st.caption(f"{len(opened) - n_test:,} training curves, {n_test:,} test curves.")
            seed = st.number_input(
                "Seed",
                0,
                2**31,
                0,
                key="train-seed",
                persist_state="session",
                help="Of the split and of the models. Same seed, same split: runs can be compared.",
            )
        with right:
            if maps := _maps(opened.manifest.id, opened.manifest.created, opened):
                default = any(plan.symmetries is not False for plan in plans)
                recipe = plans[0].recipe or "own" if plans else ""
                mirrored = st.toggle(
                    f"Train on mirror images too ({', '.join(maps)})",
                    default,
                    key=f"symmetries-{recipe}",
                    persist_state="session",
                    help=f"{1 + len(maps)} times as many training curves: under these symmetries "
                    "the image of an echo is another echo of the same parameters. Images never "
                    "enter the test part.",
                )
                if any(mirrored != (plan.symmetries is not False) for plan in plans):
                    extra["symmetries"] = mirrored
            if _fresh_models(opened, plans, task):
                fresh = st.number_input(
                    "Fresh curves",
                    0,
                    MOST_FRESH,
                    0,
                    1000,
                    key="fresh",
                    persist_state="session",
                    help="This many additional curves are simulated during the training. "
                    "Only for models that are trained in batches (networks).",
                )
                extra |= {"fresh": int(fresh)} if fresh else {}
    return {"split": share / 100, "seed": int(seed)} | extra


def _fresh_models(opened: EchoDataset, plans: Sequence[Plan], task: str) -> set[str]:
    """Models among the chosen ones that can be trained on the stream of this data set."""
    return {plan.model for plan in plans} & set(_streamable(task)) if opened.preset else set()


@st.cache_data(max_entries=4, show_spinner=False)
def _streamable(task: str) -> list[str]:
    return streamable(task)


@st.cache_data(max_entries=64, show_spinner=False)
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
        pressed = st.button(
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
            expected = _expected(opened, requested)
            st.caption(expected)
            timed = not expected and st.button(
                "How long will it take?",
                key="train-estimate",
                type="tertiary",
                icon=":material/timer:",
                help="Times a small fit of each model.",
            )
    if requested and timed:
        st.caption(_timed(opened, requested))
    if pressed and all(_submit(plan, request, checks) for plan, request in requested):
        st.rerun()


def _submit(plan: Plan, request: dict, checks: bool) -> bool:
    """Queue a training, and its checks; False if one was refused, which the page shows."""
    if not job_card.submit("train", request | {"run": new_id("run")}, plan.label):
        return False
    if not checks:
        return True
    params = {name: value for name, value in request.items() if name != "fresh"}
    params |= {"study": new_id("st"), "kind": "sanity"}
    return bool(job_card.submit("study", params, f"Sanity checks: {plan.label}"))


def _timed(opened: EchoDataset, requested: list[tuple[Plan, dict]]) -> str:
    """The time of all trainings, from a small fit of each."""
    seconds = 0.0
    with compute.turn():
        for _, request in requested:
            params = {name: request[name] for name in request if name not in ("dataset", "fresh")}
            n_fits, total = estimate("seeds", opened, **params)
            seconds += total / n_fits
    return f"About {duration(seconds)}, from a small fit of each model on this machine."


def _expected(opened: EchoDataset, requested: list[tuple[Plan, dict]]) -> str:
    """Time of all trainings by earlier runs on similar data sets; "" if a model has no such run."""
    own = [entry.run.manifest for entry in state.runs().values() if not entry.shipped]
    times = [_time(opened, plan, request, own) for plan, request in requested]
    return f"about {duration(sum(times))}, as earlier runs took here" if all(times) else ""


def _time(opened: EchoDataset, plan: Plan, request: dict, manifests: list) -> float | None:
    """Seconds, from the median time per sample of runs of the same recipe.

    None if there are none, or if fresh curves are simulated.
    """
    m = opened.manifest
    n = len(opened) * (1 - request["split"])
    options = (plan.featurizer_options, plan.model_options)
    mirrored = request.get("symmetries", plan.symmetries is not False) and bool(
        _maps(m.id, m.created, opened)
    )
    times = [
        run.seconds / run.n_train
        for run in manifests
        if (run.featurizer, run.model) == (plan.featurizer, plan.model)
        and len(run.settings) == m.n_settings
        and (run.featurizer_options, run.model_options) == options
        and run.time.get("n") == m.n_times
        and bool(run.symmetries) == mirrored
        and not run.fresh
        and n / NEAR <= run.n_train <= n * NEAR
    ]
    return None if request.get("fresh") or not times else n * median(times)


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
    return "python -m nmr_core " + shlex.join(
        [*words, "--split", f"{request['split']:g}", "--seed", str(request["seed"])]
    )
