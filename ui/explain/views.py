"""What a run looked at, from several sides; only the view that is open is drawn."""

from pathlib import Path

import numpy as np
import streamlit as st

from nmr_core.errors import FailedError
from nmr_core.evaluation.explain import (
    Explanation,
    Importance,
    explanation,
    find_explanation,
    load_explanation,
)
from nmr_core.learning import Run
from nmr_core.plots import explain as figures
from nmr_core.plots import sensitivity
from ui.shared import boot, compute, export, inputs
from ui.shared.palette import palette, show
from ui.shared.text import quoted

VIEWS = {
    "importance": "Shuffled features",
    "impurity": "Splits of the trees",
    "sensitivity": "Sensitivity",
    "top_k": "Fewest features",
}
CHANNELS = {"together": "All", "re": "Re M", "im": "Im M", "abs": "|M|", "": "All"}


def found(run: Run) -> Explanation | None:
    """The explanation of this very run, if somebody made it; read once."""
    folder = find_explanation(run.id)
    if folder is None:
        return None
    try:
        made = _loaded(str(folder), (folder / "explanation.json").stat().st_mtime_ns)
    except FailedError as error:
        st.warning(str(error), icon=":material/warning:")
        return None
    return (
        made
        if made.run_created == run.manifest.created and made.dataset == run.manifest.dataset
        else None
    )


@st.cache_resource(max_entries=16, show_spinner=False)
def _loaded(folder: str, stamp: int) -> Explanation:
    return load_explanation(Path(folder))


@st.fragment
def views(run: Run, made: Explanation) -> None:
    """Everything that answers a click: only this is run again, not the whole page."""
    with boot.worded():
        there = {part: label for part, label in VIEWS.items() if getattr(made, part) is not None}
        symbols = {name: spec["symbol"] for name, spec in run.manifest.targets.items()}
        with st.container(horizontal=True, vertical_alignment="bottom"):
            view = inputs.tabs(there, "part")
            n_settings = made.echo.shape[1]
            setting = 0
            if n_settings > 1 and view != "top_k":
                labels = {str(k): str(k + 1) for k in range(n_settings)}
                setting = int(inputs.choice("Setting", labels, "explain-setting", width=120))
        if view == "importance":
            what = "loss of score" if run.task == "classification" else "drop of R²"
            _importance(made, made.importance, symbols, setting, what)
            st.caption(
                f"On {made.importance.n_curves:,} held-out curves: features are taken from other curves, and the score is "
                "taken again; whiskers are the 95 % interval of the repeats. Neighbouring points say nearly the same, so "
                "they are shuffled in blocks. A feature whose copy stays in place looks unimportant."
            )
        elif view == "impurity":
            _importance(made, made.splits(), symbols, setting, "share of the splits")
            st.caption(
                "What the splits of the trees took away in impurity, on training curves; it favours features with many "
                "different values, and is divided among features that say the same."
            )
        elif view == "sensitivity":
            _sensitivity(run, made, symbols, setting)
        else:
            _top_k(made, symbols)
        _take(made, view)


def _importance(
    made: Explanation, kind: Importance, symbols: dict, setting: int, what: str
) -> None:
    """Blocks of time, polynomials over their windows, and all other features: what there is of these."""
    own = kind.settings == setting
    timed = list(
        dict.fromkeys(c for c, t, o in zip(kind.channels, kind.timed, own, strict=True) if t and o)
    )
    if timed:
        channel = _pick("Channels", timed, f"channel-{what}") if len(timed) > 1 else timed[0]
        show(
            figures.importance_figure(
                made, kind, palette(), symbols, setting=setting, channel=channel, what=what
            ),
            key=f"importance-{what}",
            alt=f"{what} along the time axis, over the mean echo.",
        )
    for form in figures.windowed_kinds(kind):
        channels = list(
            dict.fromkeys(
                c for c, name in zip(kind.channels, kind.names, strict=True) if f"{form}__" in name
            )
        )
        with st.container(horizontal=True, vertical_alignment="bottom"):
            names = {str(k): symbols.get(name, name) for k, name in enumerate(kind.measures)}
            measure = (
                int(inputs.choice("Of", names, f"of-{form}-{what}", width=200))
                if len(names) > 1
                else 0
            )
            first = kind.channels[int(kind.mean[:, measure].argmax())]
            channel = (
                _pick("Channel", channels, f"channel-{form}-{what}", first)
                if len(channels) > 1
                else channels[0]
            )
        show(
            figures.window_bars_figure(
                made,
                kind,
                palette(),
                measure,
                setting=setting,
                channel=channel,
                kind=form,
                what=what,
            ),
            key=f"windows-{form}-{what}",
            alt=f"{what} of every polynomial coefficient over its window.",
        )
        st.caption(
            f"{what[0].upper()}{what[1:]} of one coefficient each: rows cut the curve into more and more windows, colours "
            "are the powers of the fitted polynomials."
        )
    rows = figures.other_features(kind)
    rows = rows[own[rows]]
    if len(rows):
        show(
            figures.feature_bars_figure(kind, rows, palette(), symbols, what),
            key=f"bars-{what}",
            alt=f"{what} of the {min(len(rows), figures.MOST_BARS)} most important features.",
        )


def _pick(label: str, channels: list[str], key: str, first: str = "") -> str:
    default = first if first in channels else channels[0]
    return st.segmented_control(
        label,
        channels,
        format_func=CHANNELS.get,
        default=default,
        required=True,
        key=f"{key}-{len(channels)}",
        persist_state="session",
        label_visibility="collapsed",
    )


def _sensitivity(run: Run, made: Explanation, symbols: dict, setting: int) -> None:
    s = made.sensitivity
    show(
        sensitivity.sensitivity_figure(made, s, palette(), symbols, setting=setting),
        key="sensitivity",
        alt="|d prediction / d M(t)| along the time axis, a row an output.",
    )
    st.caption(
        f"|d prediction / d M(t)|, the mean of {len(s.samples)} held-out curves. Re M and Im M were moved up and down by "
        f"{s.step:.2g} (noise from point to point: {s.noise:.2g}). "
        + (
            "Half that step gives the same slopes."
            if s.smooth
            else f"Half that step changes the slopes by {s.change:.0%}: this model answers in jumps, so read it as its answer "
            "to a change of this size, not as a derivative."
        )
    )
    with st.container(horizontal=True, vertical_alignment="bottom"):
        names = {str(k): symbols.get(name, name) for k, name in enumerate(s.outputs)}
        output = int(inputs.choice("Prediction of", names, "slopes-of", width=200))
        by, labels = _sorted_by(run, s)
        key = inputs.choice("Curves sorted by", labels, "slopes-by", width=240)
        part = _pick("Part", ["re", "im"], "slopes-part")
    values = by[key]
    show(
        sensitivity.curve_slopes_figure(
            made,
            s,
            np.argsort(values, kind="stable"),
            values,
            labels[key],
            palette(),
            output,
            setting=setting,
            part=part,
        ),
        key="slopes",
        alt=f"Slopes of {names[str(output)]} with {part} M(t) for every curve.",
    )
    st.caption(
        "One row per curve: orange where a larger signal raises the prediction, blue where it lowers it."
    )


def _sorted_by(run: Run, s) -> tuple[dict, dict]:
    """(values of the curves by name, labels): the truth of every target that is a number, else the order of the samples."""
    truth = run.predictions.set_index("sample").loc[s.samples]
    if run.task == "classification":
        known = {
            f"probability_{name}": f"probability of {name}"
            for name in run.classes
            if f"probability_{name}" in truth
        }
        return (
            ({name: truth[name].to_numpy() for name in known}, known)
            if known
            else ({"": s.samples}, {"": "number"})
        )
    labels = {name: spec["label"] for name, spec in run.manifest.targets.items()}
    return {name: truth[f"true_{name}"].to_numpy() for name in labels}, labels


def _top_k(made: Explanation, symbols: dict) -> None:
    t = made.top_k
    what = (
        "weighted F1 on held-out curves"
        if t.measures[0] == "weighted F1"
        else "R² on held-out curves"
    )
    show(
        figures.top_k_figure(t, palette(), symbols, what),
        key="top-k",
        alt=f"{what} against the number of features kept.",
    )
    st.caption(
        f"The same model trained again on its best features, from {t.n_train:,} training curves; ranked by {t.ranked_by}, "
        "on training curves only. Bands: 95 % interval over the test curves; dashed: a model that ignores the curve."
    )
    with st.expander("The best features"):
        st.write(quoted(", ".join(made.features[k] for k in t.order[:20])))


def _take(made: Explanation, view: str) -> None:
    """Downloads of what is shown, and the lines that make it again."""
    with st.container(horizontal=True):
        makers = {
            "importance": lambda: explanation.importance_table(made, made.importance),
            "impurity": lambda: explanation.importance_table(made, made.splits()),
            "sensitivity": lambda: explanation.sensitivity_table(made, made.sensitivity),
            "top_k": lambda: explanation.top_k_table(made.top_k),
        }
        export.download(
            "Table (CSV)",
            lambda: compute.csv(makers[view]()),
            f"{made.run}-{view}.csv",
            "text/csv",
            "explain-csv",
        )
        export.reproduce(
            f"import nmr_core as nmr\n\nrun = nmr.load_run({made.run!r})\n"
            f"found = nmr.explain(run, parts=[{view!r}], seed={made.seed})\nprint(found.{view})",
            f"python -m nmr_core explain {made.run} --part {view} --seed {made.seed}",
        )
