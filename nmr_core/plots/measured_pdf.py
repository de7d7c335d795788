"""One A4 page on a measured echo: verdict, figures as vectors, estimates, protocol, methods.

The blocks stand below each other. Texts shrink until all of them fit; what does not fit at the
smallest size is cut with "…", never drawn over something else.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING

from nmr_core.extras import require
from nmr_core.measured.acquired import Acquired
from nmr_core.measured.answering import Answer
from nmr_core.plots.measured_methods import methods, protocol_line
from nmr_core.plots.palette import LIGHT
from nmr_core.plots.pdf_measured_figures import echo_height, echo_row, forest
from nmr_core.plots.pdf_text import markup, paragraph

if TYPE_CHECKING:
    from reportlab.pdfgen.canvas import Canvas

EXTRA = "app"
PAGE = (595.28, 841.89)
"""Width and height of A4, pt."""
MARGIN = 40.0
WIDTH = PAGE[0] - 2 * MARGIN
SIZES = (8.5, 8.0, 7.5, 7.0, 6.5, 6.0, 5.5, 5.0)
"""Sizes of the text that are tried, pt."""
SCALES = (1.8, 1.5, 1.25, 1.0)
"""Heights of the figures that are tried."""
GAP = 7.0
"""Space between two blocks, pt."""
MOST = 1500
"""Letters of one paragraph at the smallest size."""
COLOURS = {"yes": LIGHT.series[2], "with caution": LIGHT.series[1], "no": LIGHT.series[3]}
WORDS = {
    "yes": "May be quoted",
    "with caution": "May be quoted with caution",
    "no": "Not to be quoted",
}


@dataclass(frozen=True)
class Block:
    """A part of the page: its height, pt, and what draws it below a height."""

    height: float
    draw: "Callable[[Canvas, float], None]"


def measured_pdf(
    result: Answer, *, title: str, subtitle: str, acquired: Acquired | None = None
) -> bytes:
    """Return a PDF file of one page, the same for the same arguments.

    Parameters
    ----------
    result : Answer
        Of one measured sample.
    title, subtitle : str
        First lines.
    acquired : Acquired, optional
        What was measured.

    Raises
    ------
    InputError
        If ReportLab is not installed.
    """
    require(EXTRA, "A report as PDF")
    from reportlab.pdfgen.canvas import Canvas

    blocks = _fitting(result, title, subtitle, acquired)
    content = BytesIO()
    canvas = Canvas(content, pagesize=PAGE, invariant=1)
    canvas.setTitle(title)
    canvas.setAuthor("Spin Echo Lab")
    top = PAGE[1] - MARGIN
    for block in blocks:
        block.draw(canvas, top)
        top -= block.height + GAP
    canvas.showPage()
    canvas.save()
    return content.getvalue()


def _fitting(result: Answer, title: str, subtitle: str, acquired: Acquired | None) -> list[Block]:
    """The blocks with the largest text that fits on the page."""
    sizes = [(SIZES[0], scale) for scale in SCALES] + [(size, 1.0) for size in SIZES[1:]]
    for size, scale in sizes:
        blocks = _blocks(result, (title, subtitle), acquired, size, scale=scale)
        if _total(blocks) <= PAGE[1] - 2 * MARGIN:
            return blocks
    # Cut the longest text until the page holds everything
    most = MOST
    while _total(blocks) > PAGE[1] - 2 * MARGIN and most > 50:
        most = int(0.8 * most)
        blocks = _blocks(result, (title, subtitle), acquired, SIZES[-1], most=most)
    return blocks


def _total(blocks: Sequence[Block]) -> float:
    return sum(block.height + GAP for block in blocks) - GAP


def _blocks(
    result: Answer,
    head: tuple[str, str],
    acquired: Acquired | None,
    size: float,
    *,
    scale: float = 1.0,
    most: int = MOST,
) -> list[Block]:
    title, subtitle = head
    decision = result.verdict
    colour = COLOURS[decision.quotable]
    reasons = [*decision.out_of_range, *decision.comments]
    verdict = [
        f"<b>{WORDS[decision.quotable]}.</b> {markup(_cut(decision.sentence, most))}",
        *(markup(_cut(sentence, most // 2)) for sentence in reasons),
    ]
    figures = Block(
        echo_height(result, scale),
        lambda canvas, top: echo_row(canvas, result, (MARGIN, top, WIDTH), scale),
    )
    estimates = _estimates(result, size)
    note = (
        f"Intervals cover the truth for {result.level:.0%} of echoes like the training data; grey: "
        "range of the training data."
    )
    written = " ".join(methods(result))
    return [
        _text([f"<b>{markup(_cut(title, 160))}</b>"], size + 5),
        _text([markup(_cut(subtitle, 200))], size - 0.5, LIGHT.muted),
        _boxed(verdict, size, colour),
        figures,
        *estimates,
        _text([markup(note)], size - 1, LIGHT.muted),
        _text([f"<b>Measured.</b> {markup(_cut(protocol_line(result, acquired), most))}"], size),
        _text([f"<b>Methods.</b> {markup(_cut(written, 3 * most))}"], size),
    ]


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def _text(lines: Sequence[str], size: float, colour: str = LIGHT.ink, indent: float = 0.0) -> Block:
    """Paragraphs of markup below each other."""
    drawn = [paragraph(line, size, colour=colour) for line in lines]
    heights = [one.wrap(WIDTH - indent, 10_000)[1] for one in drawn]

    def draw(canvas: "Canvas", top: float) -> None:
        for one, height in zip(drawn, heights, strict=True):
            top -= height
            one.drawOn(canvas, MARGIN + indent, top)

    return Block(sum(heights), draw)


def _boxed(lines: Sequence[str], size: float, colour: str) -> Block:
    """Paragraphs beside a bar of colour."""
    inner = _text(lines, size, indent=9.0)

    def draw(canvas: "Canvas", top: float) -> None:
        canvas.setFillColor(colour)
        canvas.rect(MARGIN, top - inner.height - 2, 3, inner.height + 4, stroke=0, fill=1)
        inner.draw(canvas, top)

    return Block(inner.height + 2, draw)


def _estimates(result: Answer, size: float) -> list[Block]:
    """The row of intervals with the table; of a classifier the probabilities in words."""
    if result.run.task == "classification":
        shares = " · ".join(
            f"{label} {result.row.get(f'probability_{label}', float('nan')):.3f}"
            for label in result.run.classes
        )
        return [_text([f"<b>Probabilities.</b> {markup(shares)}"], size)]
    height, draw = forest(result, size)
    return [Block(height, lambda canvas, top: draw(canvas, MARGIN, top, WIDTH))]
