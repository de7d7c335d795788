"""The parser: one line per command, errors as sentences."""

import argparse
import os
from collections.abc import Callable
from typing import Any, NoReturn

import nmr_core
from nmr_core.cli import (
    agenda,
    app,
    audit,
    backup,
    bench,
    calibrate,
    challenge,
    compare,
    curves,
    data,
    design,
    explain,
    exporting,
    generate,
    identify,
    importing,
    jobs,
    labs,
    listing,
    people,
    posterior,
    predict,
    read,
    repair,
    restore,
    robustness,
    room,
    runs,
    serve,
    server,
    simulate,
    study,
    train,
    trainings,
    trash,
    upgrade,
    workspaces,
)
from nmr_core.errors import InputError

COMMANDS = (
    app,
    serve,
    server,
    people,
    room,
    challenge,
    audit,
    simulate,
    identify,
    design,
    generate,
    data,
    train,
    trainings,
    study,
    compare,
    runs,
    curves,
    explain,
    calibrate,
    predict,
    read,
    posterior,
    robustness,
    importing,
    exporting,
    listing,
    trash,
    jobs,
    workspaces,
    repair,
    backup,
    restore,
    upgrade,
    labs,
    agenda,
    bench,
)
PROG = "python -m nmr_core"
EXAMPLE = f"""example:
  {PROG} generate --preset ml4sci_2020_secular -n 1000
  {PROG} list
  {PROG} train ds-20261121-031502-5f3a --featurizer polynomial --model ridge

Progress goes to stderr, results to stdout, as JSON with --json.
Exit code: 0 done, 1 failed or interrupted, 2 wrong use. \
NMR_DATA: the data folder (default ./data)."""


class _Help(argparse.RawDescriptionHelpFormatter):
    """Keeps line breaks, with room for the longest command beside its description."""

    def __init__(self, prog: str):
        super().__init__(prog, max_help_position=28)


class Parser(argparse.ArgumentParser):
    """An ArgumentParser that raises :class:`InputError` instead of leaving the process.

    Attributes
    ----------
    listing : callable, optional
        Returns text that is appended to the help, such as the entries of a registry. It is called
        when the help is printed, because registries take seconds to load.
    """

    listing: Callable[[], str] | None = None

    def __init__(self, **options: Any):
        super().__init__(**options, allow_abbrev=False, formatter_class=_Help)

    def format_help(self) -> str:
        text = super().format_help()
        return f"{text}\n{self.listing()}\n" if self.listing else text

    def error(self, message: str) -> NoReturn:
        """Raise the complaint of argparse as a sentence that names the help."""
        sentence = message[:1].upper() + message[1:].rstrip(".")
        raise InputError(f"{sentence}. See {self.prog} --help.")


def parser() -> Parser:
    """The parser with all commands."""
    top = Parser(
        prog=PROG,
        description="Simulate spin echoes, make data sets, train models and compare them.",
        epilog=EXAMPLE,
    )
    top.add_argument("--version", action="version", version=f"spin-echo-lab {nmr_core.__version__}")
    top.add_argument(
        "--workspace",
        default=os.environ.get("NMR_WORKSPACE", ""),
        metavar="NAME",
        help="id or title of the workspace of a server in which to work (or NMR_WORKSPACE)",
    )
    commands = top.add_subparsers(metavar="COMMAND", required=True)
    for command in COMMANDS:
        command.add(commands)
    return top
