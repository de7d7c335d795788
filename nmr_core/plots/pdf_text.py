"""Texts of a PDF: Helvetica, Greek letters and mathematical signs from Symbol.

Both are among the fonts that every reader of PDF files has; nothing is embedded. Letters that
neither has become "?".
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from reportlab.pdfgen.canvas import Canvas
    from reportlab.platypus import Paragraph

LEADING = 1.22
"""Distance of two lines, in sizes of the font."""
LOWERED = {
    **dict(zip("₀₁₂₃₄₅₆₇₈₉", "0123456789", strict=True)),
    **dict(zip("ₐₑₕₖₗₘₙₚₛₜₓ₊₋", "aehklmnpstx+-", strict=True)),
}
RAISED = dict(zip("⁰⁴⁵⁶⁷⁸⁹⁻⁺ⁿ", "0456789-+n", strict=True))
SIGNS = {"−": "–", "⚠": "!", "◇": "◊", "μ": "µ", "\t": " ", "ℓ": "l", "Ω": "Ω"}
"""Signs without a glyph -> what stands for them."""
SYMBOL = frozenset("ΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡΣΤΥΦΧΨΩαβγδεζηθικλμνξοπρςστυφχψω≤≥√→←↔∞≈≠∝∂∑∏∫∇±◊′″")
"""Signs of the font Symbol."""


def markup(text: object) -> str:
    """Return a text as ReportLab's markup, without any meaning of its own."""
    return "".join(_sign(sign) for sign in str(text))


def _sign(sign: str) -> str:
    sign = SIGNS.get(sign, sign)
    if sign in LOWERED:
        return f"<sub>{LOWERED[sign]}</sub>"
    if sign in RAISED:
        return f"<super>{RAISED[sign]}</super>"
    if sign in "&<>":
        return {"&": "&amp;", "<": "&lt;", ">": "&gt;"}[sign]
    return sign if sign in SYMBOL or _is_latin(sign) else "?"


def _is_latin(sign: str) -> bool:
    """Whether Helvetica has a sign."""
    if ord(sign) < 32:
        return False
    try:
        sign.encode("cp1252")
    except UnicodeEncodeError:
        return False
    return True


def paragraph(
    words: str, size: float, *, colour: str = "#31333F", anchor: str = "start"
) -> "Paragraph":
    """Return a paragraph of markup.

    Parameters
    ----------
    words : str
        Of :func:`markup`, and ReportLab's tags.
    size : float
        Of the font, pt.
    colour : str
        "#RRGGBB".
    anchor : str
        "start", "middle" or "end": on which side of its place it stands.
    """
    from reportlab.lib.styles import ParagraphStyle
    from reportlab.platypus import Paragraph

    style = ParagraphStyle(
        "text",
        fontName="Helvetica",
        fontSize=size,
        leading=LEADING * size,
        textColor=colour,
        alignment={"start": 0, "middle": 1, "end": 2}[anchor],
        splitLongWords=1,
    )
    return Paragraph(words, style)


def label(
    canvas: "Canvas",
    place: tuple[float, float],
    text: str,
    size: float = 6.5,
    *,
    colour: str = "#5B5E6B",
    anchor: str = "start",
) -> None:
    """Write one line; ``place`` is (x, y) of its baseline, pt."""
    wide = 400.0
    x = place[0] - {"start": 0, "middle": wide / 2, "end": wide}[anchor]
    drawn = paragraph(markup(text), size, colour=colour, anchor=anchor)
    _, height = drawn.wrap(wide, 100)
    drawn.drawOn(canvas, x, place[1] - height + size)
