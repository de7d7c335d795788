"""How well does each model estimate each parameter?"""

import streamlit as st

from nmr_core.plots import run_colours
from ui.compare import (
    choose,
    classifiers,
    details,
    downloads,
    guide,
    leaderboard,
    parity,
    scores,
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
else:
    classifiers.overview(runs, colours)
details.show(task, runs, chosen, colours, base)
downloads.buttons(chosen)
