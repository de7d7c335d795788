"""Interrupted trainings and stored features: what they are, how large, continued or deleted."""

import time

import streamlit as st

from nmr_core.learning import unfinished
from nmr_core.learning.unfinished import StoredTraining
from nmr_core.storage.kinds import FEATURES, TRAINING
from ui.shared import adding, deletion, job_card, job_list, trash_list, visitor
from ui.shared.text import megabytes, quoted

KINDS = ("training", "features")


def section() -> None:
    """All of them in a folded section; nothing if there are none."""
    trash_list.undo(*KINDS)
    running = _running()
    trainings = [entry for entry in unfinished.list_trainings() if entry.id not in running]
    features = unfinished.list_features()
    if trainings or features:
        size = megabytes(sum(entry.size for entry in [*trainings, *features]))
        counts = []
        if trainings:
            counts.append(f"Unfinished trainings ({len(trainings)})")
        if features:
            counts.append(f"stored features ({len(features)})")
        label = ", ".join(counts)
        with st.expander(
            f"{label[:1].upper()}{label[1:]}, {size}", icon=":material/hourglass_bottom:"
        ):
            for entry in trainings:
                _training(entry)
            for entry in features:
                _features(entry)
    trash_list.popover(*KINDS)


def _running() -> set[str]:
    """Ids of the trainings that a live job runs, or will."""
    live = [job for job in job_list.jobs() if job.live and job.kind == "train"]
    return {job.params.get(name, "") for job in live for name in ("run", "resume")}


def _training(entry: StoredTraining) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        fresh = entry.arguments.get("fresh", 0)
        _facts(entry, f"on {quoted(entry.dataset)}" if entry.dataset else "in memory", fresh)
        if entry.dataset and not entry.problem and visitor.may_change(entry.owner):
            pressed = adding.button(
                "Continue",
                key=f"continue-{entry.id}",
                icon=":material/resume:",
                help=f"On the command line: trainings continue {entry.id}",
            )
            if pressed and job_card.submit("train", entry.request, entry.title):
                st.rerun()
        if visitor.may_change(entry.owner):
            deletion.button(TRAINING.label, entry.id, entry.title or entry.id, _delete_training)


def _features(entry: StoredTraining) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        _facts(entry, "features for further trainings", 0)
        if visitor.may_change(entry.owner):
            deletion.button(FEATURES.label, entry.id, entry.title or entry.id, _delete_features)


def _facts(entry: StoredTraining, what: str, n_fresh: int) -> None:
    """Title; below it what it is, how large, when it was used last and whose it is."""
    when = time.strftime("%d %B at %H:%M", time.localtime(entry.when))
    facts = [what, megabytes(entry.size), f"last used {when}"]
    if n_fresh:
        facts.insert(1, f"{n_fresh:,} fresh curves")
    if person := visitor.person(entry.owner):
        facts.append(quoted(person))
    if entry.problem:
        facts = [quoted(entry.problem)]
    title = quoted(entry.title or entry.id)
    st.markdown(f"**{title}**  \n:small[{' · '.join(facts)}]", width="stretch")


def _delete_training(id: str) -> None:
    unfinished.delete_training(id, by=visitor.owner())


def _delete_features(id: str) -> None:
    unfinished.delete_features(id, by=visitor.owner())
