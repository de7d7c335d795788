"""The agenda of a workshop as a bar: one segment per step, coloured by its kind."""

import plotly.graph_objects as go

from nmr_core.labs.agenda import Agenda
from nmr_core.labs.steps import KINDS
from nmr_core.plots.layout import axis, figure
from nmr_core.plots.palette import Palette
from nmr_core.plots.traces import vertical

HUES = {"talk": 5, "lab": 0, "work": 2, "challenge": 3, "break": -1}
"""Kind of a step -> position in ``Palette.series``; -1: the colour of grids."""
TICK = {True: 30, False: 10}
"""Whether a workshop is longer than two hours -> minutes between two ticks."""
SLIT = 0.3
"""Minutes left free between two segments."""


def agenda_figure(agenda: Agenda, palette: Palette, now: float | None = None) -> go.Figure:
    """Draw an agenda as a bar of numbered steps.

    Parameters
    ----------
    agenda : Agenda
        What is drawn.
    palette : Palette
        Colours of the theme.
    now : float, optional
        Minutes since the beginning: a line is drawn there.
    """
    steps = list(enumerate(zip(agenda.starts, agenda.steps, strict=True), start=1))
    traces = []
    for kind, name in KINDS.items():
        own = [(number, start, step) for number, (start, step) in steps if step.kind == kind]
        traces.append(
            {
                "type": "bar",
                "orientation": "h",
                "name": name,
                "y": [""] * len(own),
                "base": [start for _, start, _ in own],
                "x": [step.minutes - SLIT for _, _, step in own],
                "text": [str(number) for number, _, _ in own],
                "textposition": "inside",
                "insidetextanchor": "middle",
                "textangle": 0,
                "customdata": [f"{step.title}, {step.minutes} min" for _, _, step in own],
                "hovertemplate": "%{text}. %{customdata}<extra></extra>",
                "marker": {"color": colour_of(kind, palette), "line": {"width": 0}},
                "width": 0.9,
            }
        )
    is_within = now is not None and 0 <= now <= agenda.minutes
    ticks = {"dtick": TICK[agenda.minutes > 120], "ticksuffix": " min"}
    return figure(
        traces,
        palette,
        axis("", palette, range=[0, agenda.minutes], **ticks, showgrid=False),
        axis("", palette, showticklabels=False, ticks="", showgrid=False, showline=False),
        height=136,
        barmode="overlay",
        bargap=0,
        margin={"l": 24, "r": 60, "t": 32, "b": 32},
        shapes=[vertical(now, palette.ink, width=3)] if is_within and now is not None else [],
    )


def colour_of(kind: str, palette: Palette) -> str:
    """Colour of a kind of step."""
    return palette.faint if HUES[kind] < 0 else palette.series[HUES[kind]]
