"""``curves``: training curves of runs and of trainings that go on, as a table and as files."""

from argparse import Namespace, _SubParsersAction
from pathlib import Path
from typing import TYPE_CHECKING

from nmr_core.cli import arguments, run_choice
from nmr_core.cli.output import show_json, show_table
from nmr_core.cli.ticker import say
from nmr_core.storage.files import write_file

if TYPE_CHECKING:
    from nmr_core.learning.curves import TrainingCurve

EXAMPLE = """example:
  python -m nmr_core curves
  python -m nmr_core curves example-mlp --csv curves.csv
  python -m nmr_core curves --running
  python -m nmr_core curves --tag talk --events curves
  tensorboard --logdir curves

Errors of the training and of the validation part after every epoch: mean squares, 1 for the
baseline; of classifiers log losses. Runs that are not trained in epochs are left out. Event files
need the extra "tensorboard"."""


def add(commands: _SubParsersAction) -> None:
    """Add the command, its arguments and its help to the subparsers of the command line."""
    parser = commands.add_parser(
        "curves",
        help="training curves as a table, CSV or TensorBoard event files",
        epilog=EXAMPLE,
        description="Print or export the error per epoch of runs that are trained in epochs.",
    )
    run_choice.add(parser)
    parser.add_argument("--running", action="store_true", help="only trainings that run now")
    parser.add_argument(
        "--csv", metavar="FILE", type=arguments.text, help="write all epochs as CSV"
    )
    parser.add_argument(
        "--events",
        metavar="FOLDER",
        type=arguments.text,
        help="write event files for TensorBoard into a new folder",
    )
    parser.add_argument("--json", action="store_true", help="print all epochs as JSON")
    parser.set_defaults(run=run)


def run(args: Namespace) -> None:
    """Write the files, and print the table."""
    from nmr_core.learning.curve_files import curves_csv, write_event_files

    curves = _curves(args)
    if not curves:
        say("No training runs now." if args.running else "None of the runs was trained in epochs.")
    if args.csv and curves:
        _write(Path(args.csv), curves_csv(curves))
    if args.events and curves:
        write_event_files(curves, Path(args.events))
    if args.json:
        show_json([_entry(curve) for curve in curves])
    elif curves:
        _show(curves)


def _write(path: Path, text: str) -> None:
    write_file(path, lambda temporary: temporary.write_text(text, encoding="utf-8", newline="\n"))


def _curves(args: Namespace) -> "list[TrainingCurve]":
    if args.running:
        from nmr_core.jobs.curves import running_curves

        return running_curves()
    from nmr_core.learning.curves import run_curve

    candidates = (run_curve(one.manifest) for one in run_choice.chosen(args))
    return [curve for curve in candidates if curve is not None]


def _show(curves: "list[TrainingCurve]") -> None:
    names = ("run", "title", "n_epochs", "best_epoch", "training_error", "validation_error")
    rows = [
        (
            curve.id,
            curve.title,
            f"{curve.epochs[-1]:.0f}",
            f"{curve.epochs[curve.best]:.0f}",
            f"{curve.training[curve.best]:.4g}",
            f"{curve.validation[curve.best]:.4g}",
        )
        for curve in curves
    ]
    show_table(names, rows)


def _entry(curve: "TrainingCurve") -> dict:
    """A curve as JSON."""
    return {
        "run": curve.id,
        "title": curve.title,
        "task": curve.task,
        "running": curve.is_running,
        "best_epoch": int(curve.epochs[curve.best]),
        "epoch": curve.epochs.astype(int),
        "training_error": curve.training,
        "validation_error": curve.validation,
    }
