"""Arguments that choose runs: by id or folder, by words, tags and star."""

from argparse import ArgumentParser, Namespace
from typing import TYPE_CHECKING

from nmr_core.cli import arguments
from nmr_core.cli.ticker import say
from nmr_core.errors import FailedError, InputError

if TYPE_CHECKING:
    from nmr_core.evaluation.run_table import RunRow
    from nmr_core.learning.run import Run


def add(parser: ArgumentParser) -> None:
    """Add the arguments to a command."""
    parser.add_argument("runs", metavar="RUN", nargs="*", help="ids or folders; default: all runs")
    parser.add_argument(
        "--search",
        metavar="WORDS",
        default="",
        help="only runs with all these words in title, tags, notes, model, features or data set",
    )
    parser.add_argument(
        "--tag",
        metavar="TAG",
        action="append",
        default=[],
        help="only runs with this tag; may be repeated",
    )
    parser.add_argument("--starred", action="store_true", help="only runs that have a star")


def named(names: list[str]) -> "list[Run]":
    """The runs with these ids or folders, each once.

    Raises
    ------
    FailedError
        If one cannot be scored.
    """
    from nmr_core.evaluation import load_run

    runs = {}
    for name in names:
        run = load_run(arguments.stored(name, load_run))
        if problem := problem_of(run):
            raise FailedError(problem)
        runs[str(run.path.resolve() if run.path else run.id)] = run
    return list(runs.values())


def chosen(args: Namespace) -> "list[Run]":
    """The named runs, or all that can be scored, that pass the filters.

    Raises
    ------
    InputError
        If filters leave none.
    """
    from nmr_core.evaluation.run_table import matching

    runs = named(args.runs) if args.runs else _all()
    tags = checked_tags(args.tag)
    if not (args.search or tags or args.starred):
        return runs
    by_id = {run.id: run for run in runs}
    rows = matching(_rows(runs), args.search, tags, args.starred)
    if not rows:
        raise InputError(
            f"None of {len(runs)} runs matches the filters. Leave one out, or mark runs with "
            "runs RUN --star --add-tag TAG."
        )
    return [by_id[row.id] for row in rows]


def checked_tags(tags: list[str]) -> list[str]:
    """Tags as they are stored."""
    from nmr_core.evaluation.marks import checked_tag

    return [checked_tag(tag) for tag in tags]


def _rows(runs: "list[Run]") -> "list[RunRow]":
    from nmr_core.evaluation.marks import Marks, all_marks
    from nmr_core.evaluation.run_table import RunRow

    marks = all_marks()
    return [RunRow(run.manifest, marks=marks.get(run.id, Marks())) for run in runs]


def _all() -> "list[Run]":
    from nmr_core.evaluation import list_runs

    runs = []
    for entry in list_runs():
        problem = problem_of(entry.run) if entry.run else entry.problem
        if entry.run is None or problem:
            say(f"left out {entry.id}: {problem}")
        else:
            runs.append(entry.run)
    return runs


def problem_of(run: "Run") -> str:
    """Why a run cannot be scored, as a sentence; "" if it can."""
    from nmr_core.evaluation import compare, compare_classes

    try:
        compare([run]), compare_classes([run])
        return ""
    except FailedError as error:
        return str(error)
    except (LookupError, TypeError, ValueError, AttributeError, ArithmeticError) as error:
        return (
            f"The run at {run.path} cannot be read: its files do not fit together "
            f"({type(error).__name__}: {error}). Delete it and train again."
        )
