"""What the cheat sheet is made of: texts and the figure of echoes, as ReportLab's flowables."""

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from nmr_core.simulator import Echo

if TYPE_CHECKING:
    from reportlab.graphics.shapes import Drawing
    from reportlab.platypus import Flowable

INK, BLUE, GREY = "#31333F", "#0072B2", "#5B5E6B"
SERIES = ("#0072B2", "#BA8B00", "#C05400")
HEIGHT = 150.0
"""Of the figure, pt."""
TICK = 50.0
"""Time between two ticks, µs."""
LARGEST = 0.5
"""|M| per spin of full magnetisation."""
GREEK = {
    "α": "alpha",
    "β": "beta",
    "ξ": "xi",
    "τ": "tau",
    "ω": "omega",
    "σ": "sigma",
    "Σ": "Sigma",
}
"""Letters that Helvetica lacks -> their names in ReportLab's markup."""
PLAIN = {"−": "–", "⁻": "^–", "≈": "about ", "→": "to", "₁": "1"}
"""Further signs that Helvetica lacks -> what stands for them."""


def text(
    words: str,
    font: str = "Helvetica",
    size: float = 9.0,
    colour: str = INK,
    *,
    is_markup: bool = False,
) -> "Flowable":
    """A paragraph; with ``is_markup`` the words are ReportLab's markup already."""
    from reportlab.lib.styles import ParagraphStyle
    from reportlab.platypus import Paragraph

    style = ParagraphStyle(
        "sheet", fontName=font, fontSize=size, leading=1.25 * size, textColor=colour, spaceAfter=2
    )
    return Paragraph(words if is_markup else markup(words), style)


def entry(word: str, meaning: str) -> "Flowable":
    """A word in bold, and what it means."""
    return text(f"<b>{markup(word)}</b>: {markup(meaning)}", is_markup=True)


def section(title: str, *parts: "Flowable") -> "list[Flowable]":
    """A heading and what follows it."""
    from reportlab.platypus import Spacer

    return [text(title, "Helvetica-Bold", 11.5, BLUE), Spacer(1, 2), *parts, Spacer(1, 9)]


def table(rows: Sequence[tuple[str, ...]], widths: list[float]) -> "Flowable":
    """Texts in columns of these widths, pt."""
    from reportlab.platypus import Table, TableStyle

    sides = ("LEFT", "RIGHT", "TOP", "BOTTOM")
    style = TableStyle(
        [
            ("VALIGN", (0, 0), (-1, -1), "TOP"),
            *((f"{side}PADDING", (0, 0), (-1, -1), 0) for side in sides),
        ]
    )
    return Table([[text(cell) for cell in row] for row in rows], colWidths=widths, style=style)


def markup(text: str) -> str:
    """Text as ReportLab's markup: Greek letters from the font Symbol, powers raised."""
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    text = re.sub(r"\^([-−]?\w+)", r"<super>\1</super>", text)
    for sign, other in PLAIN.items():
        text = text.replace(sign, other)
    for letter, name in GREEK.items():
        text = text.replace(letter, f"&{name};")
    return text


def echo_figure(echoes: Mapping[str, Echo], width: float) -> "Drawing":
    """|M| of some echoes against time, in colours that their labels have.

    Parameters
    ----------
    echoes : mapping of str to Echo
        Label -> echo; all with the times of the first one.
    width : float
        Width of the drawing, pt.
    """
    from reportlab.graphics.shapes import Drawing, Line, PolyLine
    from reportlab.lib.colors import HexColor

    drawing = Drawing(width, HEIGHT)
    left, bottom, right, top = 26.0, 26.0, width - 6, HEIGHT - 14
    time = next(iter(echoes.values())).time
    ends = float(time[0]), float(time[-1])
    for k, (label, echo) in enumerate(echoes.items()):
        x = np.interp(echo.time, ends, (left, right))
        y = np.interp(np.abs(echo.signal), (0, LARGEST), (bottom, top))
        points = np.column_stack([x, y]).ravel().round(2).tolist()
        colour = HexColor(SERIES[k % len(SERIES)])
        drawing.add(PolyLine(points, strokeColor=colour, strokeWidth=1))
        name = label.replace("α =", "coupling")
        _label(drawing, left + 4 + k * width / 3.3, HEIGHT - 8, name, SERIES[k % len(SERIES)])
    for end in ((right, bottom), (left, top)):
        drawing.add(Line(left, bottom, *end, strokeColor=HexColor(GREY), strokeWidth=0.6))
    for tick in np.arange(0, ends[1] + 1, TICK):
        place = float(np.interp(tick, ends, (left, right)))
        _label(drawing, place, bottom - 9, f"{tick:g}", GREY, "middle")
    for tick in (0, LARGEST / 2, LARGEST):
        place = float(np.interp(tick, (0, LARGEST), (bottom, top)))
        _label(drawing, left - 3, place - 2, f"{tick:g}", GREY, "end")
    _label(drawing, (left + right) / 2, 4, "time (µs)", GREY, "middle")
    _label(drawing, left + 4, top - 6, "|M| per spin", GREY)
    return drawing


def _label(
    drawing: "Drawing", x: float, y: float, words: str, colour: str, anchor: str = "start"
) -> None:
    from reportlab.graphics.shapes import String
    from reportlab.lib.colors import HexColor

    drawing.add(String(x, y, words, fontSize=7, textAnchor=anchor, fillColor=HexColor(colour)))
