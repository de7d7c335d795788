"""How to read the Compare page: what is compared, and every number on it in words."""

from collections.abc import Sequence

import streamlit as st

from nmr_core.learning import Run
from nmr_core.weights import effective_note
from ui.shared.text import quoted

NUMBERS = """
**Baseline** – the mean of the training part, predicted for every echo. A model that is no better
has learned nothing from the echoes.

**w** – width of a parameter's prior: the range that its values were drawn from.

**Error Σ MSE/w²** – mean square error of each parameter in units of w², summed over the
parameters. 0 is perfect; a uniform prior gives the baseline 1/12 = 0.083 per parameter. The axis
is logarithmic.

**Identifiable parameters** – without those that no echo of this data set depends on. **All
parameters** – with them.

**R²** – 1 is perfect, 0 is no better than the mean of the true values, below 0 is worse.

**Skill** – 1 − MSE/MSE of the baseline, in %.

**Reference run** – any run that the others are compared with. The change of the error has a 95 %
interval of its own: that of the paired difference on the same test echoes.

**RMSE** – root of the mean square error, in the parameter's unit and in % of w.
"""
CLASSES = """
**Baseline** – always predicts the most frequent class of the training part.

**F1** of a class – harmonic mean of precision and recall: 1 is perfect. **Weighted F1** – mean
over the classes, weighted by their numbers of test echoes.

**Accuracy** – fraction of test echoes whose class is predicted correctly.
"""
SHARED = """
**Intervals** are 95 %, by bootstrap over the test echoes. **Test echoes** take no part in training,
so every number here is for echoes that the model has not seen. **Effective**: echoes of a sampling
density count by their weights, so that scores are those of the prior; this many echoes of the prior
would give the same intervals. **Dotted lines** are published
results on other echoes of the same kind: a scale, not a contest.
"""


def header(runs: Sequence[Run]) -> None:
    """One line on what is compared, with the explanations; a warning if the data sets differ."""
    titles = list(dict.fromkeys(run.manifest.dataset_title for run in runs))
    names = quoted(", ".join(titles[:3])) + (" …" if len(titles) > 3 else "")
    counts = list(dict.fromkeys(_echoes(run) for run in runs))
    tested = f" · {counts[0]}" if len(counts) == 1 else ""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(f"{len(runs)} run{'s' if len(runs) != 1 else ''} on {names}{tested}")
        with st.popover("How to read this", icon=":material/help:", type="tertiary"):
            st.markdown((CLASSES if runs[0].task == "classification" else NUMBERS) + SHARED)
    if len({run.manifest.dataset for run in runs}) > 1:
        st.warning(
            "These runs were tested on different data sets: their errors are not comparable.",
            icon=":material/warning:",
        )


def _echoes(run: Run) -> str:
    """ "200 test echoes of 2,000"."""
    m = run.manifest
    note = effective_note(run.weights)
    return f"{m.n_test:,} test echoes{note} of {m.n_train + m.n_test:,}"
