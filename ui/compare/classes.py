"""Classifiers beside each other: which class is taken for which, F1 by class and against W, and whether probabilities hold."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
import streamlit as st

from nmr_core.learning import Run
from nmr_core.learning.classification import (
    calibration,
    confusion,
    f1_by,
    matched,
    weighted_f1,
    with_interval,
)
from nmr_core.plots import calibration_figure, confusion_figure, f1_along_figure, f1_figure
from ui.compare import compared
from ui.compare.parity import title
from ui.shared import boot, compute, inputs
from ui.shared.palette import palette, show

FEWEST = 10
"""Matched curves of a class without which a score says nothing."""


@st.fragment
def overview(chosen: Sequence[Run], colours: dict[str, str]) -> None:
    """The confusion matrix of one run, and F1 by class of all."""
    with boot.worded():
        by_id = {run.id: run for run in chosen}
        left, right = st.columns(2)
        with left:
            head, which = st.columns(2, vertical_alignment="bottom")
            with head:
                st.markdown(
                    "**Which is taken for which** :small[· test curves, % of the true class]"
                )
            with which:
                run = by_id[
                    inputs.choice(
                        "Run",
                        {id: title(run) for id, run in by_id.items()},
                        "look-class",
                        link=True,
                        label_visibility="collapsed",
                    )
                ]
            show(
                confusion_figure(run.confusion, palette(), colours[run.id]),
                key="confusion",
                alt=_told(run),
            )
        with right:
            st.markdown("**F1 by class** :small[· dashed: the baseline]")
            show(
                f1_figure(
                    {run.id: (run.manifest.title, run.scores, colours[run.id]) for run in chosen},
                    palette(),
                ),
                key="f1",
                alt="F1 of every class and run.",
            )


def _told(run: Run) -> str:
    return f"Confusion matrix of {len(run.true)} test curves: {np.trace(run.confusion.to_numpy())} are right."


@st.fragment
def along(chosen: Sequence[Run], colours: dict[str, str]) -> None:
    """F1 by ranges of W (or of anything else that is known), and on curves that are matched in it."""
    with boot.worded():
        known = compared.parameters(chosen[0])
        able = [run for run in chosen if compared.parameters(run).keys() >= known.keys()]
        if not known:
            st.caption(
                "The data set is not there any more, so nothing but the classes is known of the test curves."
            )
            return
        first = next(
            (name for name in ("W", "W_tot", "omega_p") if name in known), next(iter(known))
        )
        across = inputs.choice("Against", known, "class-across", index=list(known).index(first))
        tables = {
            run.id: (run.manifest.title, _by(run.id, run.manifest.created, across), colours[run.id])
            for run in able
        }
        show(
            f1_along_figure(tables, known[across], palette()),
            key="f1-along",
            alt=f"Weighted F1 by ranges of {across}.",
        )
        st.dataframe(
            pd.DataFrame([_matched(run.id, run.manifest.created, across) for run in able]),
            hide_index=True,
            column_config={
                name: st.column_config.NumberColumn(format="%.4f")
                for name in ("weighted F1", "F1, matched", "low", "high")
            },
        )
        st.caption(
            f"Matched: of the test curves as many of each class as share the same {known[across]}, so that it alone tells "
            "no class. A score that falls there was partly the parameter's, not the class's."
        )


@st.cache_data(max_entries=100, show_spinner=False)
def _by(id: str, created: str, across: str) -> pd.DataFrame:
    run = compute.run(id, created)
    (name,) = run.targets
    return f1_by(compared.values(run, across), run.true[name], run.predicted[name])


@st.cache_data(max_entries=100, show_spinner=False)
def _matched(id: str, created: str, across: str) -> dict:
    run = compute.run(id, created)
    (name,) = run.targets
    kept = matched(compared.values(run, across), run.true[name])
    line = {
        "run": run.manifest.title,
        "weighted F1": run.f1_weighted()[0],
        "matched curves": len(kept),
    }
    if len(kept) < FEWEST * len(run.classes):
        return line | {"F1, matched": None, "low": None, "high": None}
    table = confusion(run.true[name].iloc[kept], run.predicted[name].iloc[kept], run.classes)
    f1, low, high = with_interval(table, weighted_f1)
    return line | {"F1, matched": f1, "low": low, "high": high}


@st.fragment
def probabilities(chosen: Sequence[Run]) -> None:
    """Whether 80 % means 80 %."""
    with boot.worded():
        able = {run.id: run for run in chosen if run.probability is not None}
        if not able:
            st.caption("None of these classifiers says probabilities.")
            return
        run = able[inputs.choice("Run", {id: title(run) for id, run in able.items()}, "calibrated")]
        truth = run.true[run.targets[0]].astype(str)
        tables = {
            name: calibration((truth == name).to_numpy(), run.probability[name].to_numpy())
            for name in run.classes
        }
        show(
            calibration_figure(tables, palette()),
            key="calibration",
            alt="Said probability against observed share.",
        )
        st.caption(
            "Above the dashed line the classifier is too careful, below too sure. Bands: 95 % binomial intervals."
        )
