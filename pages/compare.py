"""How well was every parameter read back, and by which model?"""

import streamlit as st

from nmr_core.plots import run_colours
from ui.compare import board, choose, classes, parity, take
from ui.compare import views as compare_views
from ui.shared import boot, inputs
from ui.shared.palette import palette

boot.guard(__file__)

st.title("How well was every parameter read back?")
chosen = choose.runs()
if not chosen:
    st.info("Choose runs above, or train new ones.", icon=":material/info:")
    st.page_link("pages/train.py", label="Train", icon=":material/model_training:")
    st.stop()

tasks = {"regression": "Parameters", "classification": "Classes"}
there = {task: label for task, label in tasks.items() if any(run.task == task for run in chosen)}
task = inputs.tabs(there, "task") if len(there) > 1 else next(iter(there))
every, chosen = chosen, board.ranked([run for run in chosen if run.task == task])
colours = run_colours(every, palette())
choose.said(chosen)
board.board(chosen, colours)

if task == "regression":
    parity.parity(chosen, colours)
    board.hidden(chosen)
    views = {
        "scores": "Scores",
        "residuals": "Residuals",
        "regimes": "Where it fails",
        "training": "Training",
        "differences": "Differences",
        "published": "Published",
    }
else:
    classes.overview(chosen, colours)
    views = {
        "scores": "Scores",
        "along": "F1 against W",
        "probabilities": "Probabilities",
        "training": "Training",
        "differences": "Differences",
        "published": "Published",
    }

view = inputs.tabs(views, "view")
if view == "scores":
    board.table(chosen)
elif view == "residuals":
    compare_views.residuals(chosen, colours)
elif view == "regimes":
    compare_views.regimes(chosen, colours)
elif view == "along":
    classes.along(chosen, colours)
elif view == "probabilities":
    classes.probabilities(chosen)
elif view == "training":
    compare_views.training(chosen, colours)
elif view == "differences":
    compare_views.differing(chosen)
else:
    board.published(chosen)
take.buttons(every)
