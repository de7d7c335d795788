"""Options of commands that read text files: separator, decimal sign, digit groups, header."""

from argparse import ArgumentParser, Namespace, _ArgumentGroup

from nmr_core.cli import arguments
from nmr_core.io.text_options import DECIMALS, GROUPS, SEPARATORS, TextOptions


def add(parser: ArgumentParser | _ArgumentGroup) -> None:
    """Add the options to a parser or a group of options."""
    parser.add_argument(
        "--separator",
        metavar="S",
        type=arguments.text,
        help=f"of a text file: {', '.join(SEPARATORS.values())} (default: recognised)",
    )
    parser.add_argument(
        "--decimal",
        metavar="D",
        type=arguments.text,
        help=f"decimal sign of a text file: {' or '.join(DECIMALS.values())} (default: recognised)",
    )
    parser.add_argument(
        "--digit-groups",
        metavar="G",
        type=arguments.text,
        help=f"sign between groups of three digits: {', '.join(GROUPS.values())} "
        "(default: recognised)",
    )
    parser.add_argument(
        "--header-line",
        metavar="N",
        type=int,
        help="line with the names of the columns, from 1; 0: none (default: recognised)",
    )


def chosen(args: Namespace) -> TextOptions:
    """Return what was given, checked."""
    return TextOptions(args.separator, args.decimal, args.header_line, args.digit_groups)
