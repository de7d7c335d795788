"""The views below the leaderboard, one at a time; another view runs this part of the page alone."""

from collections.abc import Sequence

import streamlit as st

from nmr_core.learning import Run
from ui.compare import classifiers, notes, options, scores, training, views
from ui.shared import boot, inputs

OF_TASK = {
    "regression": {"scores": "Scores", "residuals": "Residuals", "regimes": "Where it fails"},
    "classification": {
        "scores": "Scores",
        "along": "F1 against W",
        "probabilities": "Probabilities",
    },
}
OF_ALL = {
    "training": "Training",
    "options": "Options",
    "differences": "Differences",
    "notes": "Notes and tags",
    "published": "Published",
}


@st.fragment
def show(
    task: str,
    runs: Sequence[Run],
    chosen: Sequence[Run],
    colours: dict[str, str],
    base: Run | None,
) -> None:
    """Show the chosen view.

    Parameters
    ----------
    task : str
        "regression" or "classification".
    runs : sequence of Run
        The compared runs of this task, the best first.
    chosen : sequence of Run
        All compared runs.
    colours : dict
        Id of a run -> its colour.
    base : Run, optional
        Reference run.
    """
    with boot.part("view"):
        view = inputs.tabs(OF_TASK[task] | OF_ALL, "view")
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
            training.view(task, runs, colours)
        elif view == "differences":
            views.differing(runs, base)
        elif view == "options":
            options.view(chosen, base)
        elif view == "notes":
            notes.view(runs)
        else:
            scores.published(runs)
