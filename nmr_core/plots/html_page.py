"""One HTML file without server or network; figures are drawn when their section is opened.

User text is escaped, and a content security policy keeps the file from loading anything.
"""

import html
from collections.abc import Iterable
from typing import NamedTuple

import pandas as pd
import plotly.graph_objects as go
from plotly.offline import get_plotlyjs

from nmr_core.glossary import Targets, column, term
from nmr_core.plots.paper import Look

POLICY = (
    "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data: blob:"
)
STYLE = """body{font:15px/1.45 system-ui,sans-serif;color:#31333F;\
max-width:1180px;margin:2rem auto;padding:0 1rem}
h1{font-size:1.7rem}h2{font-size:1.25rem;margin-top:2rem}\
table{border-collapse:collapse;font-size:13px;margin:.6rem 0}
td,th{border:1px solid #E3E5EA;padding:.2rem .5rem;text-align:left}\
th{background:#F6F7F9}.wide{overflow-x:auto}
details{border:1px solid #E3E5EA;border-radius:6px;margin:.6rem 0;padding:.4rem .8rem}\
summary{cursor:pointer;font-weight:600}
.row{display:grid;grid-template-columns:repeat(auto-fill,minmax(265px,1fr))}\
pre{background:#F6F7F9;padding:.6rem;overflow-x:auto}
.note{color:#565b66;font-size:13px}dt{float:left;min-width:9rem}dd{margin:0 0 .3rem 9.5rem}\
td{overflow-wrap:break-word}"""
DRAW = """const draw = root => root.querySelectorAll('.figure:not(.drawn)').forEach(place => {
  if (place.closest('details:not([open])')) return;
  place.classList.add('drawn');
  const figure = JSON.parse(document.getElementById(place.dataset.of).textContent);
  const camera = {format: 'svg', filename: place.dataset.of, scale: SCALE};
  const config = {responsive: !figure.layout.width, displaylogo: false, \
toImageButtonOptions: camera};
  Plotly.newPlot(place, figure.data, figure.layout, config);
});
document.querySelectorAll('details').forEach(part => \
part.addEventListener('toggle', () => draw(part)));
draw(document);"""


class Page(NamedTuple):
    """Title, HTML and figures of a page, the arguments of :func:`html_page`."""

    title: str
    body: list[str]
    figures: list[go.Figure]

    def html(self, look: Look | None = None) -> str:
        """Return the whole file."""
        return html_page(self.title, self.body, self.figures, look)


def html_page(
    title: str, body: list[str], figures: list[go.Figure], look: Look | None = None
) -> str:
    """Return the whole file.

    Parameters
    ----------
    title : str
        Title of the page.
    body : list of str
        HTML of the body, in order.
    figures : list of Figure
        Figures that the body places with :func:`placed`.
    look : Look, optional
        Style and size of the figures. Default: those of the screen.
    """
    look = look or Look()
    style = STYLE.replace("265px", f"{look.paper.pixels:.0f}px") if look.paper else STYLE
    draw = DRAW.replace("SCALE", f"{look.scale:.6g}")
    stored = [
        f'<script type="application/json" id="figure-{k}">{_json(look.drawn(figure))}</script>'
        for k, figure in enumerate(figures)
    ]
    return "\n".join(
        [
            "<!DOCTYPE html>",
            '<html lang="en"><head><meta charset="utf-8">',
            f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">',
            f"<title>{escaped(title)}</title><style>{style}</style>",
            f"<script>{get_plotlyjs()}</script></head><body>",
            *body,
            *stored,
            f"<script>{draw}</script></body></html>",
        ]
    )


def _json(figure: go.Figure) -> str:
    """JSON that cannot end the script element around it."""
    return figure.to_json().replace("<", "\\u003c")


def escaped(text: object) -> str:
    """Return a text without any meaning as HTML."""
    return html.escape(str(text))


def placed(figure: go.Figure, figures: list[go.Figure]) -> str:
    """Return the place of a figure in the body, and append the figure to ``figures``."""
    figure = go.Figure(figure)
    figure.update_layout(paper_bgcolor="white", plot_bgcolor="white")
    figures.append(figure)
    return (
        f'<div class="figure" data-of="figure-{len(figures) - 1}" '
        f'style="min-height:{figure.layout.height or 330}px"></div>'
    )


def html_table(frame: pd.DataFrame, targets: Targets | None = None, table: str = "") -> str:
    """Return a table without its index, with the heads and tooltips of the glossary.

    Parameters
    ----------
    frame : DataFrame
        Columns by their names in the glossary.
    targets, table
        As in :func:`nmr_core.glossary.column`.
    """
    entries = [column(str(name), targets, table) for name in frame]
    head = "".join(
        f'<th title="{escaped(entry.help)}">{escaped(entry.head)}</th>' for entry in entries
    )
    rows = [
        "".join(
            f"<td>{escaped(_cell(value, entry.format))}</td>"
            for value, entry in zip(row, entries, strict=True)
        )
        for row in frame.itertuples(index=False)
    ]
    return (
        f"<div class=wide><table><tr>{head}</tr>"
        + "".join(f"<tr>{row}</tr>" for row in rows)
        + "</table></div>"
    )


def html_glossary(keys: Iterable[str]) -> list[str]:
    """Return a short glossary for the end of a page: symbol or name, and meaning.

    Parameters
    ----------
    keys : iterable of str
        Keys of terms.
    """
    entries = [term(key) for key in dict.fromkeys(keys)]
    lines = [
        f"<dt><b>{escaped(entry.symbol or entry.words)}</b></dt><dd>{escaped(entry.help)}</dd>"
        for entry in entries
    ]
    return ["<h2>Glossary</h2>", f"<dl class=note>{''.join(lines)}</dl>"]


def _cell(value: object, format: str) -> object:
    """A number with the format of its column; "" for NaN; a text as it is."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return value
    if value != value:
        return ""
    if format == "localized":
        return f"{value:,.0f}"
    return format % value if format else f"{value:.5g}"
