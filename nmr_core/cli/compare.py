"""``compare``: leaderboards, report, and the file of the 2020 challenge."""

from argparse import SUPPRESS, ArgumentParser, Namespace, _SubParsersAction
from pathlib import Path
from typing import TYPE_CHECKING

from nmr_core.cli import arguments, figure_style, run_choice
from nmr_core.cli.compare_tables import show_classes, show_numbers, show_published
from nmr_core.cli.output import columns_explained, show_json
from nmr_core.cli.runs import set_marks
from nmr_core.cli.ticker import say
from nmr_core.errors import InputError
from nmr_core.glossary import csv_text

if TYPE_CHECKING:
    import pandas as pd

    from nmr_core.learning.run import Run

EXAMPLE = """example:
  python -m nmr_core compare
  python -m nmr_core compare run-20261121-031502-5f3a example-ridge \\
      --csv scores.csv --html report.html
  python -m nmr_core compare run-20261121-031502-5f3a --submission submitted_mat_info.txt
  python -m nmr_core compare --tag talk --reference example-ridge

Classifiers have a table of their own, with the weighted F1. Published scores of the same kind of
curves are listed below: they were measured on other curves.
--submission: one line per test curve in the order of the curves, tab-separated: alpha xi p d."""

EXPLAINED = (
    "error_interval",
    "change_interval",
    "baseline_known",
    "error_total",
    "baseline",
    "r2",
    "f1_interval",
    "accuracy_interval",
)
"""Columns that ``--help`` explains."""
ENDINGS = {"csv": (".csv",), "html": (".html", ".htm"), "submission": (".txt",)}
"""Option that writes a file -> endings of its name."""


def add(commands: _SubParsersAction) -> None:
    """Add the command, its arguments and its help to the subparsers of the command line."""
    parser = commands.add_parser(
        "compare",
        help="compare runs",
        epilog=f"{EXAMPLE}\n\n{columns_explained(*EXPLAINED)}",
        description="Compare runs with each other and with the baseline, best first.",
    )
    run_choice.add(parser)
    parser.add_argument(
        "--reference",
        "--baseline",
        metavar="RUN",
        help="show the change of the error relative to this run",
    )
    parser.add_argument(
        "--csv", metavar="FILE", type=arguments.text, help="write the table to a .csv file"
    )
    parser.add_argument(
        "--html",
        metavar="FILE",
        type=arguments.text,
        help="write a report to one .html file that needs no network",
    )
    figure_style.add(parser)
    parser.add_argument(
        "--submission",
        metavar="FILE",
        type=arguments.text,
        help="write the predictions of one run to a .txt file, in the format of the 2020 challenge",
    )
    parser.add_argument(
        "--json",
        action="store_true",
        help="print the tables as JSON: one row per run, classifiers last",
    )
    _add_marks(parser)
    parser.set_defaults(run=run)


def _add_marks(parser: ArgumentParser) -> None:
    """The marks that version 0.6 set here; :mod:`nmr_core.cli.runs` has them all."""
    star = parser.add_mutually_exclusive_group()
    star.add_argument("--star", action="store_true", default=None, help=SUPPRESS)
    star.add_argument("--unstar", dest="star", action="store_false", help=SUPPRESS)
    parser.add_argument("--note", dest="add_note", help=SUPPRESS)
    parser.set_defaults(add_tag=(), remove_tag=(), edit_note=None, delete_note=None, author=None)


def run(args: Namespace) -> None:
    """Read, rank, write and print the runs.

    A run that cannot be read is reported; it fails the command only if it was named.
    """
    from nmr_core.evaluation import compare, compare_classes

    look = figure_style.look_of(args)
    files = {
        name: arguments.out_file(getattr(args, name), endings)
        for name, endings in ENDINGS.items()
        if getattr(args, name)
    }
    set_marks(args)
    runs = run_choice.chosen(args)
    if "submission" in files:
        _submit(runs, files["submission"])
    numbers, classes = compare(runs), compare_classes(runs)
    if args.reference and len(numbers):
        numbers = _with_changes(numbers, runs, args.reference)
    if "csv" in files:
        _save(csv_text(_joined(numbers, classes), _targets(runs)), files["csv"])
    if "html" in files:
        from nmr_core.plots.report import report_html

        _save(report_html(runs, look=look), files["html"])
    if args.json:
        show_json(numbers.to_dict("records") + classes.to_dict("records"))
    elif not runs:
        say("There are no runs yet. Train one: python -m nmr_core train DATASET")
    else:
        if len(numbers):
            show_numbers(numbers)
        if len(classes):
            show_classes(classes)
        show_published(runs)


def _with_changes(numbers: "pd.DataFrame", runs: "list[Run]", name: str) -> "pd.DataFrame":
    """The leaderboard with the columns change, change_low and change_high."""
    from nmr_core.evaluation.reference import error_change

    (reference,) = run_choice.named([name])
    changes = {run_.id: error_change(run_, reference) for run_ in runs}
    columns = zip(*(changes[id] for id in numbers["run"]), strict=True)
    names = ("change", "change_low", "change_high")
    return numbers.assign(**dict(zip(names, columns, strict=True)))


def _submit(runs: list, path: Path) -> None:
    from nmr_core.evaluation.submission import submission

    if len(runs) != 1:
        raise InputError(
            f"A submission needs exactly one run, got {len(runs)}. "
            "Name one, as in compare RUN --submission FILE."
        )
    _save(submission(runs[0]), path)


def _targets(runs: list) -> dict[str, dict]:
    """Targets of all runs."""
    return {name: spec for run_ in runs for name, spec in run_.manifest.targets.items()}


def _joined(numbers: "pd.DataFrame", classes: "pd.DataFrame"):
    import pandas as pd

    tables = [table for table in (numbers, classes) if len(table)]
    return pd.concat(tables, ignore_index=True) if tables else numbers


def _save(text: str, path: Path) -> None:
    from nmr_core.storage.files import write_file

    write_file(path, lambda temporary: temporary.write_text(text, encoding="utf-8", newline="\n"))
