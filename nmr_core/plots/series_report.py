"""A self-contained HTML page on a series: figure, table, verdicts, methods."""

import numpy as np
import plotly.graph_objects as go

from nmr_core.measured.series.resimulating import N_AGAIN
from nmr_core.measured.series.result import ESTIMATED, HIDDEN, SeriesResult
from nmr_core.measured.verdict import DOUBTFUL
from nmr_core.plots.html_page import Page, escaped, html_glossary, html_table, placed
from nmr_core.plots.palette import LIGHT
from nmr_core.plots.series import series_figure

GLOSSARY = ("applicability", "interval", "series.outlier", "series.p_value", "series.quotable")
"""Terms of the glossary at the end."""
SHORT = (
    "file",
    "number",
    "state",
    "applicability",
    "outlier",
    "snr",
    "p_value",
    "quotable",
    "not_quoted",
)
"""Columns of the first table beside the estimates."""


def series_report(result: SeriesResult, *, code: str = "") -> Page:
    """Return a page about a series.

    Parameters
    ----------
    result : SeriesResult
        Estimates over the swept quantity.
    code : str
        The Python that makes it; "" for none.
    """
    figures: list[go.Figure] = []
    title = f"{result.title}: estimates over {result.quantity.name.replace('_', ' ')}"
    body = [
        f"<h1>{escaped(title)}</h1>",
        f"<p class=note>Spin Echo Lab, {escaped(result.created)} UTC · run "
        f"{escaped(result.run)} · {escaped(result.protocol)}</p>",
        f"<p><b>{escaped(result.summary)}.</b> {escaped(result.reason)}</p>",
        *(f"<p>{escaped(note)}</p>" for note in result.notes),
        placed(series_figure(result, LIGHT), figures),
        f"<p class=note>{escaped(caption(result))}</p>",
        *(f"<p class=note>{escaped(reason)}</p>" for reason in result.unidentifiable.values()),
        "<h2>Estimates</h2>",
        _estimates(result),
        *_outliers(result),
        *_others(result),
        "<h2>Methods</h2>",
        f"<p>{escaped(methods(result))}</p>",
    ]
    if code:
        body += ["<h2>Python</h2>", f"<pre>{escaped(code)}</pre>"]
    body += html_glossary(GLOSSARY)
    return Page(title, body, figures)


def caption(result: SeriesResult) -> str:
    """Return what the marks of the figure mean."""
    text = f"Points are estimates with {result.level:.0%} intervals. "
    if "low_" not in " ".join(result.table.columns):
        text = "Points are estimates; the run is not calibrated, so there are no intervals. "
    return (
        text + "Open circles are borderline by the applicability check, crosses are estimates "
        "whose simulation does not explain the echo, pale points are parameters that the record "
        "does not determine, and diamonds are estimates outside of their interval; none of these "
        "may be quoted as values. Triangles at the lower edge are echoes out of the domain of the "
        "model, whose estimates are hidden. Dotted lines are the ends of the range that the "
        "model was trained on."
    )


def methods(result: SeriesResult) -> str:
    """Return how the numbers were made, as a paper's supplement has it."""
    packages = ", ".join(f"{name} {version}" for name, version in result.versions.items())
    simulated = (
        f"Each estimate was simulated {result.n_seeds} times within the errors of such estimates, "
        f"{N_AGAIN} times where the p-value was below {DOUBTFUL}, and the measured echo was "
        "ranked among the simulations (leverage)."
        if result.n_seeds
        else "Estimates were not simulated again."
    )
    return (
        f"Echoes were prepared for the run {result.run} (model SHA-256 {result.model[:16]}; "
        f"steps of the preparation: {result.steps}) and estimated with {result.level:.0%} "
        f"conformal intervals; echoes out of the domain of the model were hidden. {simulated} "
        f"Seed {result.seed}. {packages}."
    )


def _estimates(result: SeriesResult) -> str:
    table, targets = result.shown()
    kinds = ("predicted", "low", "high")
    names = [name for name in result.targets if name not in result.unidentifiable]
    estimates = [f"{kind}_{name}" for name in names for kind in kinds]
    columns = [result.column, "file", "number", *estimates, *SHORT[2:]]
    if (table["number"] == 1).all():
        columns.remove("number")
    shown = table[[name for name in columns if name in table]]
    shown = shown[table["state"].isin([ESTIMATED, HIDDEN]).to_numpy()]
    numbers = {name: shown[name].map(_digits) for name in shown if name.startswith("predicted_")}
    return html_table(shown.assign(**numbers), targets, "series")


def _digits(value: object) -> object:
    return f"{value:.4g}" if isinstance(value, float) and np.isfinite(value) else value


def _outliers(result: SeriesResult) -> list[str]:
    rows = result.table[result.table["outlier"].astype(bool)]
    rows = rows[rows["state"].isin([ESTIMATED, HIDDEN])]
    if not len(rows):
        return []
    table = rows[["file", "applicability", "reason", "verdict"]]
    return ["<h2>Outliers by the applicability check</h2>", html_table(table, None, "series")]


def _others(result: SeriesResult) -> list[str]:
    rows = result.table[~result.table["state"].isin([ESTIMATED, HIDDEN])]
    if not len(rows):
        return []
    table = rows[["file", "state", "verdict"]]
    return ["<h2>Files without estimates</h2>", html_table(table, None, "series")]
