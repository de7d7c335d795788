"""How well does each model estimate each parameter?"""

import streamlit as st

from nmr_core.plots import run_colours
from ui.compare import (
    choose,
    classifiers,
    downloads,
    guide,
    leaderboard,
    notes,
    options,
    parity,
    scores,
    views,
)
from ui.shared import boot, inputs, pages
from ui.shared.figure import palette

boot.guard(__file__)

pages.title("How well does each model estimate each parameter?")
chosen, base = choose.runs()
if not chosen:
    st.info("Choose runs above, or train new ones.", icon=":material/info:")
    st.page_link("pages/train.py", label="Train", icon=":material/model_training:")
    boot.stop()

TASKS = {"regression": "Parameters", "classification": "Classes"}
tasks = {task: label for task, label in TASKS.items() if any(run.task == task for run in chosen)}
task = inputs.tabs(tasks, "task") if len(tasks) > 1 else next(iter(tasks))
runs = leaderboard.ranked([run for run in chosen if run.task == task])
colours = run_colours(chosen, palette())
guide.header(runs)
leaderboard.leaderboard(runs, colours, base)

if task == "regression":
    parity.parity(runs, colours, base)
    scores.unidentifiable(runs)
    scores.hardly(runs)
    labels = {"scores": "Scores", "residuals": "Residuals", "regimes": "Where it fails"}
else:
    classifiers.overview(runs, colours)
    labels = {"scores": "Scores", "along": "F1 against W", "probabilities": "Probabilities"}
labels |= {
    "training": "Training",
    "options": "Options",
    "differences": "Differences",
    "notes": "Notes and tags",
    "published": "Published",
}

view = inputs.tabs(labels, "view")
if view == "scores":
    scores.show(runs, base)
elif view == "residuals":
    views.residuals(runs, colours)
elif view == "regimes":
    views.regimes(runs, colours)
elif view == "along":
    classifiers.along(runs, colours)
elif view == "probabilities":
    classifiers.probabilities(runs)
elif view == "training":
    views.training(runs, colours)
elif view == "differences":
    views.differing(runs, base)
elif view == "options":
    options.view(chosen, base)
elif view == "notes":
    notes.view(runs)
else:
    scores.published(runs)
downloads.buttons(chosen)
