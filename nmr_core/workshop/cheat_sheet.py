"""The cheat sheet of a workshop: one page A4 as PDF, drawn by ReportLab."""

from collections.abc import Mapping
from functools import partial
from io import BytesIO
from typing import TYPE_CHECKING

from nmr_core.extras import require
from nmr_core.glossary.term import terms
from nmr_core.labs.agenda import get
from nmr_core.labs.registry import LABS
from nmr_core.presets import DEFAULT, PRESETS
from nmr_core.simulator import Echo
from nmr_core.workshop.sheet_parts import (
    BLUE,
    GREY,
    INK,
    echo_figure,
    entry,
    section,
    table,
    text,
)

if TYPE_CHECKING:
    from reportlab.pdfgen.canvas import Canvas
    from reportlab.platypus import Flowable

EXTRA = "app"
PAGE = (595.28, 841.89)
"""Width and height of A4, pt."""
MARGIN, GAP, HEAD = 36.0, 18.0, 54.0
COLUMN = (PAGE[0] - 2 * MARGIN - GAP) / 2
WORDS = ("baseline", "fixed", "kernel", "identifiable", "coverage", "applicability")
"""Words of the glossary that are explained."""
AGENDA = "90-minutes"
KERNEL = "Kernel: (r/ξ)^−p, divided by its own sum: ξ cancels."
PAGES = (
    ("Simulate", "move α, p, d and the seed: what changes the echo?"),
    ("Data sets", "500 curves with a seed of your own."),
    ("Train", "the quick effort; split first, test curves are never trained on."),
    ("Compare", "scores beside the baseline; training curves."),
    ("Identify", "what no model can know, before any training."),
    ("Calibration", "intervals that cover as often as they say."),
    ("Challenge", "submit a run in one click; two digits and a standard error count."),
)
"""Page of the app -> what is done there."""
COMMANDS = (
    "spin-echo-lab generate -n 500 --seed 7",
    "spin-echo-lab train ID --recipe quick",
    "spin-echo-lab curves RUN --csv curves.csv",
    "spin-echo-lab labs run overfit points=20",
)
RULES = (
    "Guess first, then look: a surprise is information.",
    "Memorise ten curves first. If that fails, there is a bug.",
    "A score without a baseline and an interval is no score.",
    "Another seed, another draw: one number is not a result.",
    "More curves beat more weights; symmetries are free curves.",
    "The public board is a sample, too: do not tune on it.",
)


def cheat_sheet(echoes: Mapping[str, Echo], link: str = "", code: str = "") -> bytes:
    """Draw the cheat sheet.

    Parameters
    ----------
    echoes : mapping of str to Echo
        Label -> echo of the figure, at most three.
    link, code : str
        Short link and code of a room, "" for none.

    Returns
    -------
    bytes
        A PDF file of one page, the same for the same arguments.

    Raises
    ------
    InputError
        The extra "app" is not installed.
    """
    require(EXTRA, "The cheat sheet")
    from reportlab.platypus import BaseDocTemplate, Frame, FrameBreak, PageTemplate

    content = BytesIO()
    height = PAGE[1] - 2 * MARGIN - HEAD
    space = {"leftPadding": 0, "rightPadding": 0, "topPadding": 0, "bottomPadding": 0}
    frames = [Frame(MARGIN + k * (COLUMN + GAP), MARGIN, COLUMN, height, **space) for k in range(2)]
    document = BaseDocTemplate(
        content,
        pagesize=PAGE,
        title="Spin Echo Lab: cheat sheet",
        author="Spin Echo Lab",
        invariant=1,
    )
    head = partial(_head, link=link, code=code)
    document.addPageTemplates([PageTemplate("sheet", frames, onPage=head)])
    document.build([*_left(echoes), FrameBreak(), *_right()])
    return content.getvalue()


def _head(canvas: "Canvas", document: object, link: str, code: str) -> None:
    """Title at the left, link and code of the room at the right."""
    top = PAGE[1] - MARGIN
    canvas.setFillColor(INK)
    canvas.setFont("Helvetica-Bold", 20)
    canvas.drawString(MARGIN, top - 18, "Spin Echo Lab")
    canvas.setFont("Helvetica", 10)
    canvas.setFillColor(GREY)
    canvas.drawString(MARGIN, top - 34, "from an echo to a model of your own")
    if code:
        canvas.setFillColor(BLUE)
        canvas.setFont("Helvetica-Bold", 16)
        canvas.drawRightString(PAGE[0] - MARGIN, top - 16, code[:20])
    if link:
        canvas.setFont("Helvetica", 9)
        canvas.setFillColor(GREY)
        canvas.drawRightString(PAGE[0] - MARGIN, top - 34, link[:70])


def _left(echoes: Mapping[str, Echo]) -> "list[Flowable]":
    agenda = get(AGENDA)
    plan = [
        (f"{start} min", f"{step.title}")
        for start, step in zip(agenda.starts, agenda.steps, strict=True)
    ]
    return [
        *section("Echoes", echo_figure(echoes, COLUMN)),
        *section("What is estimated", table(_parameters(), [16, 66, COLUMN - 82]), text(KERNEL)),
        *section(f"The path in {agenda.title}", table(plan, [42, COLUMN - 42])),
        *section("Pages", *(entry(page, task) for page, task in PAGES)),
    ]


def _right() -> "list[Flowable]":
    lessons = [(f"{lab.number} · {lab.title}", _sentence(lab.lead)) for lab in LABS.values()]
    glossary = [terms()[f"word_{key}"] for key in WORDS]
    return [
        *section("Labs", *(entry(*lesson) for lesson in lessons)),
        *section("Words", *(entry(one.words, one.meaning.replace("*", "")) for one in glossary)),
        *section("Rules", *(text(f"{k}. {rule}") for k, rule in enumerate(RULES, start=1))),
        *section("Command line", *(text(line, "Courier", 7.2) for line in COMMANDS)),
    ]


def _sentence(text: str) -> str:
    """The first sentence."""
    return text.split(". ")[0].rstrip(".") + "."


def _parameters() -> list[tuple[str, ...]]:
    """Symbol, range with unit, and meaning of what the challenge of 2020 estimates."""
    return [
        (spec.symbol, f"{spec.low:g} to {spec.high:g} {spec.unit}", spec.description)
        for spec in PRESETS[DEFAULT].space
    ]
