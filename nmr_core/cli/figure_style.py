"""Options of commands that draw: style, width, font size and typeface of figures."""

from argparse import ArgumentParser, ArgumentTypeError, Namespace
from typing import TYPE_CHECKING

from nmr_core.errors import InputError

if TYPE_CHECKING:
    from nmr_core.plots.paper import Look

WIDTH = 86.0
"""mm, one column."""
FONT_SIZE = 8.0
"""pt."""
DPI = 300
"""Pixels per inch of a PNG of a given width."""


def add(parser: ArgumentParser) -> None:
    """Add the options to a command."""
    group = parser.add_argument_group("figures")
    group.add_argument(
        "--style",
        choices=("screen", "paper"),
        default="screen",
        help="paper: white, framed, without titles, curves that also differ in grey (default "
        "screen)",
    )
    group.add_argument(
        "--width",
        metavar="MM",
        type=_length("mm"),
        help="width in print, such as 86mm (one column, the default for paper), 129mm or 178mm",
    )
    group.add_argument(
        "--font-size",
        metavar="PT",
        type=_length("pt"),
        help="size of the text in print, such as 8pt (the default for paper)",
    )
    group.add_argument("--typeface", choices=("sans", "serif"), default="sans", help="default sans")


def _length(unit: str):
    def length(text: str) -> float:
        try:
            return float(text.strip().removesuffix(unit))
        except ValueError:
            raise ArgumentTypeError(
                f"must be a number of {unit} such as 8{unit}, got {text[:40]!r}"
            ) from None

    return length


def look_of(args: Namespace) -> "Look":
    """Return style and size of the arguments.

    Raises
    ------
    InputError
        If a length is out of range, or a typeface is given for figures of the screen.
    """
    from nmr_core.plots.paper import Look, Paper

    if args.style == "screen" and args.width is None and args.font_size is None:
        if args.typeface != "sans":
            raise InputError("--typeface needs --style paper or --width. Add one of them.")
        return Look()
    size = Paper(args.width or WIDTH, args.font_size or FONT_SIZE, args.typeface)
    return Look(args.style, size)
