"""``runs``: the table of runs with scores, tags and notes; sets stars, tags and notes."""

import getpass
from argparse import ArgumentParser, Namespace, _SubParsersAction
from typing import TYPE_CHECKING

from nmr_core.cli import arguments, run_choice
from nmr_core.cli.output import show_cells, show_json, show_table
from nmr_core.cli.ticker import say
from nmr_core.errors import InputError

if TYPE_CHECKING:
    from nmr_core.evaluation.run_table import RunRow
    from nmr_core.learning.run import Run

EXAMPLE = """example:
  python -m nmr_core runs
  python -m nmr_core runs --search "ridge noise" --tag talk --sort error
  python -m nmr_core runs --columns title,error,r2,notes --reference example-ridge
  python -m nmr_core runs example-mlp --star --add-tag talk --add-note "fails for d > 5"
  python -m nmr_core runs example-mlp --notes

error: sum of MSE/w² over identifiable targets, with its 95 % interval. change: error relative to
the reference run, with the interval of the paired difference. Times are UTC."""

DEFAULT = ("star", "title", "tags", "error", "r2", "f1", "dataset", "when", "id")


def add(commands: _SubParsersAction) -> None:
    """Add the command, its arguments and its help to the subparsers of the command line."""
    parser = commands.add_parser(
        "runs",
        help="search, tag and annotate runs",
        epilog=EXAMPLE,
        description="List runs with their scores, tags and notes; set stars, tags and notes.",
    )
    run_choice.add(parser)
    parser.add_argument(
        "--columns",
        metavar="A,B",
        type=arguments.names,
        help=f"columns of the table, or all; default: {','.join(DEFAULT)}",
    )
    parser.add_argument("--sort", metavar="COLUMN", default="when", help="default: when")
    parser.add_argument(
        "--reference", metavar="RUN", help="show the change of the error relative to this run"
    )
    parser.add_argument("--notes", action="store_true", help="print the notes with their ids")
    parser.add_argument("--json", action="store_true", help="print everything as JSON")
    _add_marks(parser)
    parser.set_defaults(run=run)


def _add_marks(parser: ArgumentParser) -> None:
    marks = parser.add_argument_group("marks of the named runs")
    star = marks.add_mutually_exclusive_group()
    star.add_argument("--star", action="store_true", default=None, help="give a star")
    star.add_argument("--unstar", dest="star", action="store_false", help="remove the star")
    marks.add_argument("--add-tag", metavar="TAG", action="append", default=[])
    marks.add_argument("--remove-tag", metavar="TAG", action="append", default=[])
    marks.add_argument("--add-note", metavar="TEXT", help="add a note, signed and dated")
    marks.add_argument("--author", metavar="NAME", help="of the note; default: your login name")
    marks.add_argument("--edit-note", metavar=("ID", "TEXT"), nargs=2, help="change a note")
    marks.add_argument("--delete-note", metavar="ID", help="see --notes for the ids")


def run(args: Namespace) -> None:
    """Set marks, then print the table, the notes or everything."""
    from nmr_core.evaluation.run_table import in_order

    set_marks(args)
    runs = run_choice.chosen(args)
    rows = in_order(_rows(runs, args.reference), args.sort)
    if args.json:
        show_json([_entry(row) for row in rows])
    elif not rows:
        say("There are no runs yet. Train one: python -m nmr_core train DATASET")
    elif args.notes:
        _show_notes(rows)
    else:
        _show(rows, args)


def set_marks(args: Namespace) -> None:
    """Set the marks that the arguments name; nothing if they name none."""
    changes = (args.add_tag, args.remove_tag, args.edit_note, args.delete_note)
    if args.star is None and args.add_note is None and not any(changes):
        return
    if not args.runs:
        raise InputError("Name the runs that get the marks, as in runs RUN --star.")
    if (args.edit_note or args.delete_note) and len(args.runs) > 1:
        raise InputError("A note belongs to one run: name one, as in runs RUN --delete-note ID.")
    from nmr_core.evaluation import marks

    for named in run_choice.named(args.runs):
        marks.mark(named.id, star=args.star, add_tags=args.add_tag, remove_tags=args.remove_tag)
        if args.add_note is not None:
            marks.add_note(named.id, args.add_note, author=_author(args))
        if args.edit_note:
            marks.edit_note(named.id, *args.edit_note)
        if args.delete_note:
            marks.delete_note(named.id, args.delete_note)


def _author(args: Namespace) -> str:
    """The name in the arguments, or the login name; "" where there is none."""
    if args.author is not None:
        return args.author
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return ""


def _rows(runs: "list[Run]", reference_name: str | None) -> "list[RunRow]":
    from nmr_core.evaluation.marks import Marks, all_marks
    from nmr_core.evaluation.reference import Change, error_change
    from nmr_core.evaluation.run_table import RunRow, scores_of

    marks = all_marks()
    reference = run_choice.named([reference_name])[0] if reference_name else None
    return [
        RunRow(
            one.manifest,
            scores_of(one),
            marks.get(one.id, Marks()),
            change=error_change(one, reference) if reference else Change(),
        )
        for one in runs
    ]


def _show(rows: "list[RunRow]", args: Namespace) -> None:
    from nmr_core.evaluation.run_table import COLUMNS, checked_columns, run_table

    names = list(COLUMNS) if args.columns == ["all"] else checked_columns(args.columns or DEFAULT)
    if args.reference and not args.columns:
        names.append("change")
    if args.columns is None and not any(row.manifest.task == "classification" for row in rows):
        names.remove("f1")
    table = run_table(rows, names)
    show_cells(list(table[0]), [[_cell(value) for value in line.values()] for line in table])


def _cell(value: object) -> str:
    if isinstance(value, bool):
        return "*" if value else ""
    if isinstance(value, float):
        return "" if value != value else f"{value:.3f}"
    return ", ".join(value) if isinstance(value, list) else str(value)


def _show_notes(rows: "list[RunRow]") -> None:
    lines = [
        (row.id, note.id, note.time[:16].replace("T", " "), note.author, note.text)
        for row in rows
        for note in row.marks.notes
    ]
    if lines:
        labels = {"id": "number", "when": "when (UTC)", "who": "author"}
        show_table(("run", "id", "when", "who", "note"), lines, **labels)
    else:
        say("These runs have no notes. Add one: python -m nmr_core runs RUN --add-note TEXT")


def _entry(row: "RunRow") -> dict:
    """One run as JSON."""
    m, scores = row.manifest, row.scores
    return {
        "run": row.id,
        "title": m.title,
        "dataset": m.dataset,
        "dataset_title": m.dataset_title,
        "features": m.featurizer,
        "model": m.model,
        "error": dict(zip(("value", "low", "high"), scores.error, strict=True)),
        "baseline": scores.baseline,
        "change": row.change._asdict(),
        "f1": dict(zip(("value", "low", "high"), scores.f1, strict=True)),
        "r2": scores.r2,
        "n_train": m.n_training,
        "n_test": m.n_test,
        "seconds": m.seconds,
        "created": m.created,
        "star": row.marks.star,
        "tags": row.marks.tags,
        "notes": [vars(note) for note in row.marks.notes],
    }
