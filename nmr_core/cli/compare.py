"""``compare``: leaderboards, stars and notes, report, and the file of the 2020 challenge."""

from argparse import Namespace, _SubParsersAction
from pathlib import Path
from typing import TYPE_CHECKING

from nmr_core.cli import arguments
from nmr_core.cli.compare_tables import show_classes, show_numbers, show_published
from nmr_core.cli.output import show_json
from nmr_core.cli.ticker import say
from nmr_core.errors import FailedError, InputError

if TYPE_CHECKING:
    import pandas as pd

    from nmr_core.evaluation.run import Run

EXAMPLE = """example:
  python -m nmr_core compare
  python -m nmr_core compare run-20261121-031502-5f3a example-ridge \\
      --csv scores.csv --html report.html
  python -m nmr_core compare run-20261121-031502-5f3a --submission submitted_mat_info.txt
  python -m nmr_core compare run-20261121-031502-5f3a --star --note "the one for the talk"

error: sum of MSE/w² over identifiable targets, with its 95 % interval; total: over all targets;
baseline: the total of the mean predictor. Classifiers have a table of their own, with the weighted
F1. Published scores of the same kind of curves are listed below: \
they were measured on other curves.
--submission: one line per test curve in the order of the curves, tab-separated: alpha xi p d."""

ENDINGS = {"csv": (".csv",), "html": (".html", ".htm"), "submission": (".txt",)}
"""Option that writes a file -> endings of its name."""


def add(commands: _SubParsersAction) -> None:
    """Add the command, its arguments and its help to the subparsers of the command line."""
    parser = commands.add_parser(
        "compare",
        help="compare runs",
        epilog=EXAMPLE,
        description="Compare runs with each other and with the baseline, best first.",
    )
    parser.add_argument("runs", metavar="RUN", nargs="*", help="ids or folders; default: all runs")
    parser.add_argument(
        "--csv", metavar="FILE", type=arguments.text, help="write the table to a .csv file"
    )
    parser.add_argument(
        "--html",
        metavar="FILE",
        type=arguments.text,
        help="write a report to one .html file that needs no network",
    )
    parser.add_argument(
        "--submission",
        metavar="FILE",
        type=arguments.text,
        help="write the predictions of one run to a .txt file, in the format of the 2020 challenge",
    )
    star = parser.add_mutually_exclusive_group()
    star.add_argument(
        "--star", action="store_true", default=None, help="give the named runs a star"
    )
    star.add_argument("--unstar", dest="star", action="store_false", help="take it away")
    parser.add_argument(
        "--note", metavar="TEXT", help='give the named runs a note; "" takes it away'
    )
    parser.add_argument("--starred", action="store_true", help="only runs that have a star")
    parser.add_argument(
        "--json",
        action="store_true",
        help="print the tables as JSON: one row per run, classifiers last",
    )
    parser.set_defaults(run=run)


def run(args: Namespace) -> None:
    """Read, mark, rank, write and print the runs.

    A run that cannot be read is reported; it fails the command only if it was named.
    """
    from nmr_core.evaluation import compare, compare_classes

    files = {
        name: arguments.out_file(getattr(args, name), endings)
        for name, endings in ENDINGS.items()
        if getattr(args, name)
    }
    runs = _named(args.runs) if args.runs else _all()
    _mark(args, runs)
    if args.starred:
        runs = _starred(runs)
    if "submission" in files:
        _submit(runs, files["submission"])
    numbers, classes = compare(runs), compare_classes(runs)
    if "csv" in files:
        _save(_joined(numbers, classes).to_csv(index=False, lineterminator="\n"), files["csv"])
    if "html" in files:
        from nmr_core.plots.report import report_html

        _save(report_html(runs), files["html"])
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


def _mark(args: Namespace, runs: list) -> None:
    """Set star and note of the named runs."""
    if args.star is None and args.note is None:
        return
    if not args.runs:
        raise InputError("Name the runs that get the star or the note, as in compare RUN --star.")
    from nmr_core.evaluation.marks import mark

    for run_ in runs:
        mark(run_.id, star=args.star, note=args.note)


def _starred(runs: list) -> list:
    from nmr_core.evaluation.marks import all_marks

    marks = all_marks()
    starred = [run_ for run_ in runs if run_.id in marks and marks[run_.id].star]
    if not starred:
        raise InputError("None of these runs has a star. Give one with compare RUN --star.")
    return starred


def _submit(runs: list, path: Path) -> None:
    from nmr_core.evaluation.submission import submission

    if len(runs) != 1:
        raise InputError(
            f"A submission needs exactly one run, got {len(runs)}. "
            "Name one, as in compare RUN --submission FILE."
        )
    _save(submission(runs[0]), path)


def _joined(numbers: "pd.DataFrame", classes: "pd.DataFrame"):
    import pandas as pd

    tables = [table for table in (numbers, classes) if len(table)]
    return pd.concat(tables, ignore_index=True) if tables else numbers


def _named(names: list[str]) -> list:
    from nmr_core.evaluation import load_run

    runs = {}
    for name in names:
        run_ = load_run(arguments.stored(name, load_run))
        if problem := problem_of(run_):
            raise FailedError(problem)
        runs[run_.path.resolve()] = run_
    return list(runs.values())


def _all() -> list:
    from nmr_core.evaluation import list_runs

    runs = []
    for entry in list_runs():
        if problem := entry.problem or problem_of(entry.run):
            say(f"left out {entry.id}: {problem}")
        else:
            runs.append(entry.run)
    return runs


def problem_of(run_: "Run") -> str:
    """Why a run cannot be scored, as a sentence; "" if it can."""
    from nmr_core.evaluation import compare, compare_classes

    try:
        compare([run_]), compare_classes([run_])
        return ""
    except FailedError as error:
        return str(error)
    except (LookupError, TypeError, ValueError, AttributeError, ArithmeticError) as error:
        return (
            f"The run at {run_.path} cannot be read: its files do not fit together "
            f"({type(error).__name__}: {error}). Delete it and train again."
        )


def _save(text: str, path: Path) -> None:
    from nmr_core.storage.files import write_file

    write_file(path, lambda temporary: temporary.write_text(text, encoding="utf-8", newline="\n"))
