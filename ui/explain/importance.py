"""Importance of features: blocks of time, polynomials over their windows, and single features."""

from collections.abc import Mapping

import numpy as np
import streamlit as st

from nmr_core.evaluation.explain import Explanation, Importance
from nmr_core.learning import Run
from nmr_core.plots import explain as figures
from ui.shared import figure_code, inputs
from ui.shared.figure import palette, show

CHANNELS = {"together": "All", "re": "Re M", "im": "Im M", "abs": "|M|", "": "All"}


def shuffled(run: Run, explanation: Explanation, symbols: dict[str, str], setting: int) -> None:
    """Show how much the score drops when features are shuffled among the held-out echoes."""
    what = "loss of score" if run.task == "classification" else "drop of R²"
    _figures(explanation, explanation.importance, symbols, setting, what)
    st.caption(
        f"On {explanation.importance.n_curves:,} held-out echoes: the values of a feature are "
        "exchanged between echoes, "
        "and the score is computed again. Whiskers are 95 % intervals over the repeats. "
        "Neighbouring points are strongly "
        "correlated, so they are shuffled in blocks. Correlated features share their importance, "
        "so each one alone may "
        "look unimportant."
    )


def splits(explanation: Explanation, symbols: dict[str, str], setting: int) -> None:
    """Show which features the splits of decision trees use."""
    _figures(explanation, explanation.splits(), symbols, setting, "fraction of the splits")
    st.caption(
        "Impurity removed by the splits of the trees, on training echoes. It favours features "
        "with many different "
        "values, and correlated features share it."
    )


def channel_choice(label: str, channels: list[str], key: str, first: str = "") -> str:
    """Return the chosen part of the signal, at first ``first``."""
    labels = {channel: CHANNELS.get(channel, channel) for channel in channels}
    index = channels.index(first) if first in channels else 0
    return inputs.tabs(labels, key, label=label, index=index)


def _figures(
    explanation: Explanation,
    importance: Importance,
    symbols: dict[str, str],
    setting: int,
    what: str,
) -> None:
    """One figure per kind of features that there is."""
    here = importance.settings == setting
    if (importance.timed & here).any():
        _blocks_of_time(explanation, importance, symbols, setting, what)
    for kind in figures.windowed_kinds(importance):
        _polynomials(explanation, importance, symbols, setting, what, kind)
    rows = figures.other_features(importance)
    rows = rows[here[rows]]
    if len(rows):
        show(
            figures.feature_bars_figure(importance, rows, palette(), symbols, what),
            key=f"bars-{what}",
            name=f"explain-features-{explanation.run}",
            code=figure_code.explained(
                explanation,
                symbols,
                "feature_bars_figure",
                "import numpy as np",
                f"importance = {_expression(explanation, importance)}",
                f"rows = np.array({rows.tolist()!r})",
                f"figure = feature_bars_figure(importance, rows, LIGHT, symbols, {what!r})",
            ),
            alt=f"{what} of the {min(len(rows), figures.MOST_BARS)} most important features.",
        )


def _expression(explanation: Explanation, importance: Importance) -> str:
    is_shuffled = importance is explanation.importance
    return "explanation.importance" if is_shuffled else "explanation.splits()"


def _blocks_of_time(
    explanation: Explanation,
    importance: Importance,
    symbols: Mapping[str, str],
    setting: int,
    what: str,
) -> None:
    shown = importance.timed & (importance.settings == setting)
    channels = list(dict.fromkeys(np.array(importance.channels)[shown].tolist()))
    channel = channels[0]
    if len(channels) > 1:
        channel = channel_choice("Channels", channels, "channels-of")
    show(
        figures.importance_figure(
            explanation,
            importance,
            palette(),
            symbols,
            setting=setting,
            channel=channel,
            what=what,
        ),
        key=f"importance-{what}",
        name=f"explain-time-{explanation.run}",
        code=figure_code.explained(
            explanation,
            symbols,
            "importance_figure",
            f"importance = {_expression(explanation, importance)}",
            f"options = dict(setting={setting}, channel={channel!r}, what={what!r})",
            "figure = importance_figure(explanation, importance, LIGHT, symbols, **options)",
        ),
        alt=f"{what} along the time axis, over the mean echo.",
    )


def _polynomials(
    explanation: Explanation,
    importance: Importance,
    symbols: Mapping[str, str],
    setting: int,
    what: str,
    kind: str,
) -> None:
    names = zip(importance.channels, importance.names, strict=True)
    channels = list(dict.fromkeys(channel for channel, name in names if f"{kind}__" in name))
    measure, channel = 0, channels[0]
    with st.container(horizontal=True, vertical_alignment="bottom"):
        if len(importance.measures) > 1:
            options = {str(k): symbols.get(m, m) for k, m in enumerate(importance.measures)}
            measure = int(inputs.choice("Of", options, f"of-{kind}", link=True, width=200))
        if len(channels) > 1:
            largest = importance.channels[int(importance.mean[:, measure].argmax())]
            channel = channel_choice("Channel", channels, f"channel-{kind}", largest)
    show(
        figures.window_bars_figure(
            explanation,
            importance,
            palette(),
            measure,
            setting=setting,
            channel=channel,
            kind=kind,
            what=what,
        ),
        key=f"windows-{kind}-{what}",
        name=f"explain-polynomials-{explanation.run}",
        code=figure_code.explained(
            explanation,
            symbols,
            "window_bars_figure",
            f"importance = {_expression(explanation, importance)}",
            f"options = dict(setting={setting}, channel={channel!r}, kind={kind!r}, what={what!r})",
            f"figure = window_bars_figure(explanation, importance, LIGHT, {measure}, **options)",
        ),
        alt=f"{what} of every polynomial coefficient over its window.",
    )
    st.caption(
        f"{what[0].upper()}{what[1:]} per coefficient: rows cut the signal into more and more "
        "windows, colours are the "
        "powers of the fitted polynomials."
    )
