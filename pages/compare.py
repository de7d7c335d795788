"""How well was every parameter read back, and by which model?"""

import streamlit as st

from nmr_core.figures import run_colours
from ui import (
    boot,
    compare_board,
    compare_choose,
    compare_classes,
    compare_parity,
    compare_take,
    compare_views,
    inputs,
)
from ui.palette import palette

boot.guard(__file__)

st.title("How well was every parameter read back?")
chosen = compare_choose.runs()
if not chosen:
    st.info("Choose runs above, or train new ones.", icon=":material/info:")
    st.page_link("pages/train.py", label="Train", icon=":material/model_training:")
    st.stop()

tasks = {"regression": "Parameters", "classification": "Classes"}
there = {task: label for task, label in tasks.items() if any(run.task == task for run in chosen)}
task = inputs.tabs(there, "task") if len(there) > 1 else next(iter(there))
every, chosen = chosen, compare_board.ranked([run for run in chosen if run.task == task])
colours = run_colours(every, palette())
compare_choose.said(chosen)
compare_board.board(chosen, colours)

if task == "regression":
    compare_parity.parity(chosen, colours)
    compare_board.hidden(chosen)
    views = {"scores": "Scores", "residuals": "Residuals", "regimes": "Where it fails", "training": "Training",
             "differences": "Differences", "published": "Published"}
else:
    compare_classes.overview(chosen, colours)
    views = {"scores": "Scores", "along": "F1 against W", "probabilities": "Probabilities", "training": "Training",
             "differences": "Differences", "published": "Published"}

view = inputs.tabs(views, "view")
if view == "scores":
    compare_board.table(chosen)
elif view == "residuals":
    compare_views.residuals(chosen, colours)
elif view == "regimes":
    compare_views.regimes(chosen, colours)
elif view == "along":
    compare_classes.along(chosen, colours)
elif view == "probabilities":
    compare_classes.probabilities(chosen)
elif view == "training":
    compare_views.training(chosen, colours)
elif view == "differences":
    compare_views.differing(chosen)
else:
    compare_board.published(chosen)
compare_take.buttons(every)
