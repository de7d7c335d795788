"""The split, the seed, free training data; then Start, how long it may take, and the lines that do the same."""

import shlex
from collections.abc import Sequence
from statistics import median

import streamlit as st

from nmr_core.datasets import EchoDataset
from nmr_core.evaluation.reproduce import recipe_words
from nmr_core.learning.streaming import streamable
from nmr_core.models import RECIPES
from nmr_core.storage.workspace import new_id
from nmr_core.symmetries import symmetries_of
from ui.shared import export, job_card, state
from ui.shared.text import duration
from ui.train.how import Way

NEAR = 3.0
"""An earlier run tells about this one if it had at most so many times more or fewer curves."""
MOST_FRESH = 10_000_000


def settings(opened: EchoDataset, ways: Sequence[Way], task: str) -> dict:
    """Arguments that all trainings share: split, seed, symmetries, fresh curves (what is as by default is left out)."""
    given = {}
    with st.expander("Test part, seed, free training data", icon=":material/settings:"):
        left, right = st.columns(2, gap="large")
        with left:
            share = st.slider(
                "Held out for the test",
                5,
                50,
                10,
                5,
                format="%d %%",
                key="share",
                persist_state="session",
                help="Chosen by sample before anything else; the model never sees these curves.",
            )
            n_test = round(len(opened) * share / 100)
            st.caption(
                f"{len(opened) - n_test:,} curves to learn from, {n_test:,} to be tested on."
            )
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
                default = any(way.symmetries for way in ways)
                known = "-".join(way.recipe or "own" for way in ways[:1])
                mirrored = st.toggle(
                    f"Learn from the mirror images too ({', '.join(maps)})",
                    default,
                    key=f"symmetries-{known}",
                    persist_state="session",
                    help=f"{1 + len(maps)} times the curves for free: with these "
                    "echoes each image is as likely as the curve itself. Images never reach the test part.",
                )
                if any(mirrored != (way.symmetries if way.recipe else True) for way in ways):
                    given["symmetries"] = mirrored
            if _fresh_models(opened, ways, task):
                fresh = st.number_input(
                    "Fresh curves",
                    0,
                    MOST_FRESH,
                    0,
                    1000,
                    key="fresh",
                    persist_state="session",
                    help="Train on the stream: so many more curves are simulated while the model learns. "
                    "Only for models that learn from batches (networks).",
                )
                given |= {"fresh": int(fresh)} if fresh else {}
    return {"split": share / 100, "seed": int(seed)} | given


def _fresh_models(opened: EchoDataset, ways: Sequence[Way], task: str) -> set[str]:
    """Models among the chosen ones that can be trained on the stream of this data set."""
    return {way.model for way in ways} & set(_streamable(task)) if opened.preset else set()


@st.cache_data(max_entries=4, show_spinner=False)
def _streamable(task: str) -> list[str]:
    return streamable(task)


@st.cache_data(max_entries=64, show_spinner=False)
def _maps(id: str, created: str, _opened: EchoDataset) -> list[str]:
    """How the symmetries of a data set are written."""
    return [symmetry.label for symmetry in symmetries_of(_opened)]


def requests(
    opened: EchoDataset, targets: list[str], ways: Sequence[Way], shared: dict, task: str
) -> list[tuple[Way, dict]]:
    """Each way with the arguments of its ``train``, the data set's id under "dataset"."""
    able, found = _fresh_models(opened, ways, task), []
    for way in ways:
        own = {
            name: value for name, value in shared.items() if name != "fresh" or way.model in able
        }
        found.append(
            (way, {"dataset": opened.manifest.id, "targets": targets} | way.arguments | own)
        )
    return found


def button(opened: EchoDataset, asked: list[tuple[Way, dict]]) -> None:
    """Start, with the sanity checks on request; beside it what earlier runs tell about the time, and the same as code."""
    several = f" {len(asked)} models" if len(asked) > 1 else ""
    with st.container(horizontal=True, vertical_alignment="center"):
        pressed = st.button(
            f"Train{several}",
            type="primary",
            disabled=not asked,
            key="train",
            icon=":material/play_arrow:",
            shortcut="Ctrl+Enter",
        )
        checks = st.checkbox(
            "Sanity checks too",
            key="sanity",
            persist_state="session",
            help="Can it memorise 8 curves, and do permuted labels fall back to the baseline? A job more a "
            "model, which takes several times as long as the training.",
        )
        if asked:
            export.reproduce(
                "import nmr_core as nmr\n\n" + "\n\n".join(python(request) for _, request in asked),
                "\n".join(command(request) for _, request in asked),
            )
            st.caption(_expected(opened, asked))
    if pressed and all(_submit(way, request, checks) for way, request in asked):
        st.rerun()


def _submit(way: Way, request: dict, checks: bool) -> bool:
    """Queue a training, and its checks; False if one was refused (the sentence is on the page then)."""
    if not job_card.submit("train", request | {"run": new_id("run")}, way.title):
        return False
    if not checks:
        return True
    kept = {name: value for name, value in request.items() if name != "fresh"}
    return bool(
        job_card.submit(
            "study", kept | {"study": new_id("st"), "kind": "sanity"}, f"Sanity checks: {way.title}"
        )
    )


def _expected(opened: EchoDataset, asked: list[tuple[Way, dict]]) -> str:
    """ "about 40 s, as earlier runs took here", if each of the models was trained here before on curves like these."""
    own = [entry.run.manifest for entry in state.runs().values() if not entry.shipped]
    times = [_time(opened, way, request, own) for way, request in asked]
    return f"about {duration(sum(times))}, as earlier runs took here" if all(times) else ""


def _time(opened: EchoDataset, way: Way, request: dict, manifests: list) -> float | None:
    """Seconds by the same recipe's median time a curve, None if there is none to tell or fresh curves are simulated."""
    m, n = opened.manifest, len(opened) * (1 - request["split"])
    recipe = RECIPES.get(way.recipe)
    options = (
        (recipe.featurizer_options, recipe.model_options)
        if recipe
        else (way.featurizer_options, way.model_options)
    )
    mirrored = request.get("symmetries", way.symmetries) and bool(_maps(m.id, m.created, opened))
    known = [
        run.seconds / run.n_train
        for run in manifests
        if (run.featurizer, run.model) == (way.featurizer, way.model)
        and len(run.settings) == m.n_settings
        and (run.featurizer_options, run.model_options) == options
        and run.time.get("n") == m.n_times
        and bool(run.symmetries) == mirrored
        and not run.fresh
        and n / NEAR <= run.n_train <= n * NEAR
    ]
    return None if request.get("fresh") or not known else n * median(known)


def python(request: dict) -> str:
    """A call of ``nmr.train`` with these arguments."""
    given = ",\n                ".join(
        f"{name}={value!r}" for name, value in request.items() if name != "dataset"
    )
    return f"run = nmr.train(nmr.load_dataset({request['dataset']!r}), {given})\nprint(run.scores)"


def command(request: dict) -> str:
    """The same on the command line."""
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
