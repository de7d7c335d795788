"""What the predictions of a run depend on: one of four views, each with its downloads."""

from pathlib import Path

import streamlit as st

from nmr_core.errors import FailedError
from nmr_core.evaluation.explain import Explanation, TopK, find_explanation, load_explanation
from nmr_core.evaluation.explain.explanation import (
    importance_table,
    sensitivity_table,
    top_k_table,
)
from nmr_core.learning import Run
from nmr_core.models import MODELS
from nmr_core.plots import explain as figures
from ui.explain import importance, sensitivity
from ui.shared import boot, caches, compute, export, figure_code, inputs, notice
from ui.shared.figure import palette, show
from ui.shared.text import quoted

VIEWS = {
    "importance": "Shuffled features",
    "impurity": "Splits of the trees",
    "sensitivity": "Sensitivity",
    "top_k": "Fewest features",
}


def parts_of(run: Run) -> list[str]:
    """Return the parts of an explanation that a run's model can have: only trees have splits."""
    model = MODELS.get(run.manifest.model)
    has_trees = model is None or model.family == "trees"
    return [part for part in VIEWS if part != "impurity" or has_trees]


def stored_explanation(run: Run) -> Explanation | None:
    """Return the explanation of this very run, None if there is none or it cannot be read."""
    folder = find_explanation(run.id)
    if folder is None:
        return None
    try:
        stamp = (folder / "explanation.json").stat().st_mtime_ns
        explanation = _loaded(str(folder), stamp)
    except FailedError as error:
        notice.warning(error)
        return None
    m = run.manifest
    same_run = explanation.run_created == m.created and explanation.dataset == m.dataset
    return explanation if same_run else None


@caches.resource(max_entries=16, show_spinner=False)
def _loaded(folder: str, stamp: int) -> Explanation:
    return load_explanation(Path(folder))


@st.fragment
def views(run: Run, explanation: Explanation) -> None:
    """Show one part of an explanation; only this is run again on a click, not the whole page."""
    with boot.part("explain"):
        parts = {part: label for part, label in VIEWS.items() if _has(explanation, part)}
        symbols = {name: spec["symbol"] for name, spec in run.manifest.targets.items()}
        setting = 0
        with st.container(horizontal=True, vertical_alignment="bottom"):
            part = inputs.tabs(parts, "part")
            n_settings = explanation.echo.shape[1]
            if n_settings > 1 and part != "top_k":
                numbers = {str(k): str(k + 1) for k in range(n_settings)}
                setting = int(inputs.choice("Setting", numbers, "setting", link=True, width=120))
        if part == "importance":
            importance.shuffled(run, explanation, symbols, setting)
        elif part == "impurity":
            importance.splits(explanation, symbols, setting)
        elif part == "sensitivity":
            sensitivity.view(run, explanation, symbols, setting)
        else:
            _fewest_features(explanation, explanation.top_k, symbols)
        _downloads(explanation, part)


def _has(explanation: Explanation, part: str) -> bool:
    return getattr(explanation, part) is not None


def _fewest_features(explanation: Explanation, top_k: TopK, symbols: dict[str, str]) -> None:
    score = "weighted F1" if top_k.measures[0] == "weighted F1" else "R²"
    what = f"{score} on held-out echoes"
    show(
        figures.top_k_figure(top_k, palette(), symbols, what),
        key="top-k",
        name=f"explain-fewest-features-{explanation.run}",
        code=figure_code.explained(
            explanation,
            symbols,
            "top_k_figure",
            f"figure = top_k_figure(explanation.top_k, LIGHT, symbols, {what!r})",
        ),
        alt=f"{what} against the number of features.",
    )
    st.caption(
        f"The same model trained again on its best features, from {top_k.n_train:,} training "
        "echoes; ranked by "
        f"{top_k.ranked_by}, on training echoes only. Bands: 95 % intervals over the test "
        "echoes; dashed: the baseline."
    )
    with st.expander("The best features"):
        names = [explanation.features[k] for k in top_k.order[:20]]
        st.write(quoted(", ".join(names)))


def _downloads(explanation: Explanation, part: str) -> None:
    """The table of a part, and the code that reproduces it."""
    makers = {
        "importance": lambda: importance_table(explanation, explanation.importance),
        "impurity": lambda: importance_table(explanation, explanation.splits()),
        "sensitivity": lambda: sensitivity_table(explanation, explanation.sensitivity),
        "top_k": lambda: top_k_table(explanation.top_k),
    }
    with st.container(horizontal=True):
        export.download(
            "Table (CSV)",
            lambda: compute.csv(makers[part](), kind="explain"),
            f"{explanation.run}-{part}.csv",
            "text/csv",
            "explain-csv",
        )
        export.reproduce(
            f"import nmr_core as nmr\n\nrun = nmr.load_run({explanation.run!r})\n"
            f"explanation = nmr.explain(run, parts=[{part!r}], seed={explanation.seed})\n"
            f"print(explanation.{part})",
            f"python -m nmr_core explain {explanation.run} --part {part} --seed {explanation.seed}",
        )
