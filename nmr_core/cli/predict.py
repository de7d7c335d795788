"""``predict``: a saved run on new curves, or on a measured echo (predict_measured.py)."""

from argparse import Namespace, _SubParsersAction
from pathlib import Path
from typing import TYPE_CHECKING

from nmr_core.cli import arguments, predict_measured, reading_options, text_options
from nmr_core.cli.output import quantity, show_json, show_table
from nmr_core.cli.ticker import Ticker, say
from nmr_core.errors import InputError
from nmr_core.glossary import csv_text, score_cell

if TYPE_CHECKING:
    import pandas as pd

    from nmr_core.evaluation.run import Run

SHOWN = 20
"""Rows of the table on a console."""
MEASUREMENT_OPTIONS = (
    *reading_options.STEPS,
    "time_unit",
    "columns",
    "dwell",
    "first_point",
    "measurement",
    "resimulate",
    "refine",
    "report",
)
SCORES = (
    "r2",
    "rmse",
    "mse_w2",
    "baseline_mse_w2",
    "skill",
    "precision",
    "recall",
    "f1",
    "baseline_f1",
    "support",
)
EXAMPLE = """example:
  python -m nmr_core predict example-mlp example-ml4sci-2020
  python -m nmr_core predict run-20261121-031502-5f3a measured.csv --csv estimates.csv
  python -m nmr_core predict pretrained-measured echo.csv --measured --time-unit us
  python -m nmr_core predict auto echo.csv --measured

SOURCE is a data set (id or folder), or a file or folder in any format that import reads; times
are in µs. Curves on other time points than those of the run are refused. Where SOURCE holds the
true values, scores are shown beside the baseline, without the curves that the run was trained on.
Intervals and applicability (in domain, borderline, out of domain) need a calibration of the run
(calibrate --help). Estimates for out-of-domain curves are hidden unless you pass --insist. So are
those far beyond the range that the run was trained for, with exit code 1; others beyond it are
moved to its edge.

With --measured, SOURCE is one measured echo on any time points: it is centred, phased, scaled and
resampled to the times of the run. RUN may be auto: the shipped run that looks at most of the points
that were measured, for instance only at those after the second pulse."""


def add(commands: _SubParsersAction) -> None:
    """Add the command, its arguments and its help to the subparsers of the command line."""
    parser = commands.add_parser(
        "predict",
        help="estimate the parameters of new echoes",
        epilog=EXAMPLE,
        description="Estimate the parameters of echoes with a saved run.",
    )
    parser.add_argument(
        "run_id",
        metavar="RUN",
        help="id or folder; auto: the shipped one that a measured echo fits",
    )
    parser.add_argument(
        "source",
        metavar="SOURCE",
        type=arguments.text,
        help="data set, or file or folder with curves",
    )
    parser.add_argument(
        "--format",
        metavar="F",
        type=arguments.text,
        help="format of the file (default: recognised)",
    )
    text_options.add(parser)
    parser.add_argument(
        "--level", metavar="L", type=float, default=0.9, help="level of the intervals (default 0.9)"
    )
    parser.add_argument(
        "--insist", action="store_true", help="show all estimates as the model gives them"
    )
    parser.add_argument(
        "--csv", metavar="FILE", type=arguments.text, help="write all estimates to a .csv file"
    )
    parser.add_argument("--json", action="store_true", help="print all estimates as JSON")
    predict_measured.add(parser)
    parser.set_defaults(run=run)


def run(args: Namespace) -> None:
    """Read the curves, estimate, print."""
    if args.measured:
        predict_measured.run(args)
        return
    _refuse_options_of_measurements(args)
    from nmr_core.evaluation import load_run
    from nmr_core.learning.predicting import prediction_scores
    from nmr_core.measured.estimating import estimate, find_error_model, hide_out_of_domain

    out = args.csv and arguments.out_file(args.csv, (".csv",))
    run_ = load_run(arguments.stored(args.run_id, load_run))
    curves, error_model = source(args), find_error_model(run_)
    with Ticker("curves") as ticker:
        full = estimate(
            run_, curves, level=args.level, insist=True, error_model=error_model, progress=ticker
        )
    scores = prediction_scores(run_, full)
    table = full if args.insist else hide_out_of_domain(run_, full)
    if out:
        _save(run_, table, out)
    if args.json:
        show_json(
            {
                "run": run_.id,
                "task": run_.task,
                "n": len(table),
                "predictions": table.to_dict("records"),
                "scores": None if scores is None else scores.to_dict("index"),
                "units": {
                    name: spec.get("unit", "") for name, spec in run_.manifest.targets.items()
                },
            }
        )
    else:
        _show(run_, table, scores)
    predict_measured.say_missing(run_.id, error_model.note)
    if not args.insist:
        predict_measured.refuse_far(run_, full)


def _refuse_options_of_measurements(args: Namespace) -> None:
    """Raise InputError for an option that has a meaning for a measured echo only."""
    for name in MEASUREMENT_OPTIONS:
        if getattr(args, name):
            option = name.replace("_", "-")
            raise InputError(f"--{option} is for a measured echo. Add --measured, or leave it out.")


def source(args: Namespace):
    """Return the data set of this name, else the content of the file or folder."""
    from nmr_core.datasets import load_dataset
    from nmr_core.datasets.catalogue import find_dataset
    from nmr_core.io.formats import read_foreign

    path = Path(args.source)
    if args.format is None:
        try:
            return load_dataset(arguments.stored(args.source, find_dataset))
        except InputError:
            if not path.exists():
                raise
    say(f"Reading {path.name} ...")
    return read_foreign(path, args.format, text=text_options.chosen(args))


def _save(run_: "Run", table: "pd.DataFrame", path: Path) -> None:
    from nmr_core.measured.estimating import for_people
    from nmr_core.storage.files import write_file

    write_file(
        path,
        lambda temporary: temporary.write_text(
            csv_text(for_people(run_, table), run_.manifest.targets), encoding="utf-8", newline="\n"
        ),
    )


def _show(run_: "Run", table: "pd.DataFrame", scores: "pd.DataFrame | None") -> None:
    """Print the first estimates, how many are unusual, and the scores."""
    _show_estimates(run_, table)
    n = len(table)
    if n > SHOWN:
        say(f"... and {n - SHOWN:,} more; --csv FILE writes all of them.")
    if n_outside := int((table["outside"] != "").sum()):
        say(f"{n_outside:,} of {n:,} estimates lie outside the range that the run was trained for.")
    if n_hidden := int((table["applicability"] == "out of domain").sum()):
        say(
            f"{n_hidden:,} of {n:,} curves are out of domain; their estimates are hidden "
            "(--json and --csv give the reason)."
        )
    if n_trained := int(table["learned"].sum()):
        say(f"The run was trained on {n_trained:,} of these curves; the scores leave them out.")
    if scores is not None:
        print()
        columns = [name for name in SCORES if name in scores]
        rows = [
            (name, *(score_cell(column, row) for column in columns))
            for name, row in zip(scores.index, scores.to_dict("records"), strict=True)
        ]
        axis = "target" if run_.task == "regression" else "class"
        show_table((axis, *columns), rows)


def _show_estimates(run_: "Run", table: "pd.DataFrame") -> None:
    """Print the first :data:`SHOWN` rows."""
    from nmr_core.measured.estimating import for_people

    targets = run_.manifest.targets
    units = {name: spec.get("unit", "") for name, spec in targets.items()}
    table = for_people(run_, table)
    columns = [
        name
        for name in table
        if name.startswith(("predicted_", "spread_", "probability_", "true_")) or name == "set"
    ]
    applicability = ["applicability"] if table["applicability"].any() else []
    rows = [
        (
            str(row["sample"]),
            *(row[name] for name in applicability),
            *(_cell(row, name, units) for name in columns),
            row["outside"],
        )
        for row in table.head(SHOWN).to_dict("records")
    ]
    names = ("curve", *applicability, *columns, "outside")
    show_table(names, rows, {name: _without_unit(spec) for name, spec in targets.items()})


def _without_unit(spec: dict) -> dict:
    """A target whose unit stands in the cells, not in the head."""
    return {**spec, "unit": ""}


def _cell(row: dict, name: str, units: dict) -> str:
    """An estimate with its interval, a true value or a probability; "-" for a hidden number."""
    kind, _, target = name.partition("_")
    value, unit = row[name], units.get(target, "")
    if value != value or value == "":
        return "-"
    if kind == "predicted" and f"low_{target}" in row:
        low, high = row[f"low_{target}"], row[f"high_{target}"]
        return quantity(f"{value:.4g} [{low:.4g}, {high:.4g}]", unit)
    return quantity(value, unit)
