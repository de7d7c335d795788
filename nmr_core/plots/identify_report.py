"""An identification as one HTML file (see :mod:`nmr_core.plots.html_page`)."""

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from nmr_core.inference.identifiability import Identification
from nmr_core.inference.identifiability.words import percent_or_none, statement
from nmr_core.plots.html_page import Page, escaped, html_table, placed
from nmr_core.plots.identifiability import points_figure, sensitivity_curves_figure
from nmr_core.plots.palette import LIGHT


def identify_report(result: Identification) -> Page:
    """Return a self-contained page on an identification.

    It holds the standard error of every parameter (root mean square, median and worst point of the
    prior), the sentence of each verdict, the figure across the prior and the sensitivities at the
    first point.

    Parameters
    ----------
    result : Identification
        Over the prior, or at one point.
    """
    figures: list[go.Figure] = []
    title = f"Identifiability: {result.preset}"
    best = {name: v.error_percent for name, v in result.verdicts.items() if v.run}
    sentences = [
        f"<li>{escaped(result.spec(name).symbol)}: {escaped(verdict.reason)}</li>"
        for name, verdict in result.verdicts.items()
    ]
    body = [
        f"<h1>{escaped(title)}</h1>",
        f"<p class=note>{escaped(statement(result))}</p>",
        html_table(_errors(result), table="identify"),
        f"<ul>{''.join(sentences)}</ul>",
        "<h2>Across the prior</h2>",
        placed(points_figure(result.percents(), result.specs, LIGHT, best), figures),
        "<p class=note>Dots: points of the prior. ◆ root mean square, ┃ median, ○ worst point, ★ "
        "best run. Dotted: the prior alone.</p>",
        "<h2>Sensitivity over time, at the first point</h2>",
        placed(_sensitivities(result), figures),
    ]
    return Page(title, body, figures)


def _errors(result: Identification) -> pd.DataFrame:
    """One row per parameter, as text."""
    rows = []
    for name, verdict in result.verdicts.items():
        spec = result.spec(name)
        median, worst = verdict.spread_percent
        in_units = f"{verdict.error:.3g} {spec.unit}".strip() if np.isfinite(verdict.error) else "–"
        rows.append(
            {
                "name": spec.symbol,
                "verdict": verdict.words,
                "error": in_units,
                "error_percent": percent_or_none(verdict.error_percent),
                "median_percent": percent_or_none(median),
                "worst_percent": percent_or_none(worst),
                "method": "best run" if verdict.run else "estimate",
            }
        )
    return pd.DataFrame(rows)


def _sensitivities(result: Identification) -> go.Figure:
    disorder = result.disorder_sd[0, 0] if result.disorder else 0.0
    band = np.sqrt(disorder**2 / 2 + result.noise**2 + np.zeros(len(result.time)))
    curves = result.scaled_sensitivities()[0, 0]
    return sensitivity_curves_figure(result.time, curves, band, result.specs, LIGHT)
