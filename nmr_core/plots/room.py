"""Where the people of a room are."""

from collections.abc import Mapping, Sequence

import plotly.graph_objects as go

from nmr_core.plots.layout import axis, figure, key_note, plain
from nmr_core.plots.palette import Palette

ROW = 30
"""Pixels per page."""


def presence_figure(
    counts: Mapping[str, Mapping[str, int]], states: Sequence[str], palette: Palette
) -> go.Figure:
    """Draw one bar per page, divided by the states of the people there; the fullest page on top.

    Parameters
    ----------
    counts : mapping
        Title of a page -> state -> number of people.
    states : sequence of str
        Here, stuck and away: the order within a bar, and of the colours.
    palette : Palette
        Colours of the theme.
    """
    pages = sorted(counts, key=lambda page: sum(counts[page].values()))
    colours = dict(zip(states, (palette.series[0], palette.series[3], palette.muted), strict=True))
    traces = [
        {
            "type": "bar",
            "orientation": "h",
            "name": state,
            "y": [plain(page) for page in pages],
            "x": [counts[page].get(state, 0) for page in pages],
            "marker": {"color": colour},
            "hovertemplate": f"%{{y}}: %{{x}} {state}<extra></extra>",
        }
        for state, colour in colours.items()
    ]
    most = max((sum(counts[page].values()) for page in pages), default=1)
    x = axis("people", palette, rangemode="tozero", dtick=max(1, round(most / 8)), range=[0, most])
    y = axis("", palette, showgrid=False, ticks="")
    return figure(
        traces,
        palette,
        x,
        y,
        height=90 + ROW * max(1, len(pages)),
        margin={"l": 110, "r": 16, "t": 28, "b": 44},
        barmode="stack",
        bargap=0.25,
        showlegend=False,
        annotations=[key_note(list(colours.items()))],
    )
