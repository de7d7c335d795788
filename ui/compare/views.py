"""Where the chosen runs fail, how they learned, and in what they differ. Each view is a fragment."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import streamlit as st

from nmr_core.evaluation.compare import differences
from nmr_core.learning import Run
from nmr_core.plots import regime_figure, regime_map_figure, residual_figure, training_curves_figure
from ui.compare import compared
from ui.compare.parity import title
from ui.shared import boot, inputs
from ui.shared.palette import palette, show

STUDIES = Path(__file__).parents[2] / "pages" / "studies.py"


def _targets(chosen: Sequence[Run]) -> dict[str, str]:
    return {name: spec["symbol"] for run in chosen for name, spec in run.manifest.targets.items()}


def _known(runs: Sequence[Run]) -> dict[str, str]:
    """What is known of the test curves of all these runs: name -> label."""
    several = [compared.parameters(run) for run in runs]
    return {
        name: label for name, label in several[0].items() if all(name in other for other in several)
    }


def _without(run: Run, names: dict[str, str]) -> None:
    if compared.opened(run) is None:
        st.caption(
            "The data set is not there any more: only the predicted parameters are known of the test curves."
        )


@st.fragment
def residuals(chosen: Sequence[Run], colours: dict[str, str]) -> None:
    """What is left between prediction and truth, against any parameter of the data set."""
    with boot.worded():
        first, second, third = st.columns(3)
        with first:
            target = inputs.choice("Residuals of", _targets(chosen), "residual-of")
        able = [run for run in chosen if target in run.targets]
        with third:
            run = {run.id: run for run in able}[
                inputs.choice("Run", {run.id: title(run) for run in able}, "residual-run")
            ]
        known = compared.parameters(run)
        with second:
            against = inputs.choice("Against", known, "residual-against")
        values = None if against == target else (known[against], compared.values(run, against))
        show(
            residual_figure(
                run.true[target].to_numpy(),
                run.predicted[target].to_numpy(),
                run.manifest.targets[target],
                palette(),
                colours[run.id],
                against=values,
                samples=run.predictions["sample"].to_numpy(),
            ),
            key="residuals",
            alt=f"Predicted minus true {target} against {against}.",
        )
        st.caption(
            "The lines are the 5, 50 and 95 % quantiles: the median shows a bias, the distance of the others the spread."
        )
        _without(run, known)


@st.fragment
def regimes(chosen: Sequence[Run], colours: dict[str, str]) -> None:
    """The error by ranges of one parameter for all runs, and over two for one of them."""
    with boot.worded():
        first, second, third, fourth = st.columns(4)
        with first:
            target = inputs.choice("Error of", _targets(chosen), "regime-of")
        able = [run for run in chosen if target in run.targets]
        known = _known(able)
        with second:
            across = inputs.choice("Across", known, "regime-across")
        with third:
            up = inputs.choice("Map: up", known, "regime-up", index=min(1, len(known) - 1))
        with fourth:
            run = {run.id: run for run in able}[
                inputs.choice("Map of", {run.id: title(run) for run in able}, "regime-run")
            ]
        spec = run.manifest.targets[target]
        left, right = st.columns(2)
        with left:
            tables = {
                r.id: (
                    r.manifest.title,
                    compared.by(r.id, r.manifest.created, target, across),
                    colours[r.id],
                )
                for r in able
            }
            show(
                regime_figure(tables, known[across], spec, palette()),
                key="regimes",
                alt=f"Error of {target} by {across}.",
            )
        with right:
            found = compared.over(run.id, run.manifest.created, target, across, up)
            show(
                regime_map_figure(
                    *found, (known[across], known[up]), spec, palette(), colours[run.id]
                ),
                key="regime-map",
                alt=f"Error of {target} over {across} and {up}.",
            )
        st.caption(
            "Ranges hold equally many test curves. Bands: 95 % (bootstrap); dashed: the baseline in the same range."
        )
        _without(run, known)


def training(chosen: Sequence[Run], colours: dict[str, str]) -> None:
    """Error per epoch of the runs that learn in epochs."""
    curves = {
        run.id: (run.manifest.title, np.asarray(run.manifest.curve), colours[run.id])
        for run in chosen
        if run.manifest.curve
    }
    if curves:
        show(
            training_curves_figure(curves, palette()),
            key="training",
            alt=f"Error per epoch of {len(curves)} runs.",
        )
        st.caption("Thick: validation part; dotted: training part; dot: the epoch that was kept.")
    if len(curves) < len(chosen):
        st.caption(f"{len(chosen) - len(curves)} of {len(chosen)} runs do not learn in epochs.")
    if STUDIES.exists():
        st.page_link(
            "pages/studies.py",
            label="Error against the number of curves: learning curves are on the Studies page",
            icon=":material/trending_down:",
        )


@st.fragment
def differing(chosen: Sequence[Run]) -> None:
    """In what two runs differ."""
    with boot.worded():
        if len(chosen) < 2:
            st.caption("Choose a second run to see in what it differs.")
            return
        names = {run.id: title(run) for run in chosen}
        first, second = st.columns(2)
        with first:
            a = inputs.choice("One run", names, "differ-a")
        with second:
            b = inputs.choice("and another", names, "differ-b", index=1)
        by_id = {run.id: run for run in chosen}
        found = differences(by_id[a], by_id[b])
        if found.empty:
            st.caption(
                "These two were made in the same way; only their ids and times differ."
                if a != b
                else "This is one run."
            )
        else:
            st.dataframe(
                found.rename(
                    columns={"first": names[a], "second": names[b]} if names[a] != names[b] else {}
                ),
                hide_index=True,
            )
