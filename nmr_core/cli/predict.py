"""``predict``: a saved run on new curves, or on a measured echo (predict_measured.py)."""

from pathlib import Path

from nmr_core.cli import arguments, predict_measured
from nmr_core.cli.output import quantity, show_json, show_table
from nmr_core.cli.ticker import Ticker, say
from nmr_core.errors import InputError

SHOWN = 20
EXAMPLE = """example:
  python -m nmr_core predict example-mlp example-ml4sci-2020
  python -m nmr_core predict run-20261121-031502-5f3a measured.csv --csv estimates.csv
  python -m nmr_core predict pretrained-measured echo.csv --measured --time-unit us --resimulate --report echo.html

SOURCE is a data set (id or folder), or a file or folder in any format that import reads; times are in µs. Curves on other
time points than the run's are refused. Where the source holds the true values, the scores of curves that the run has not
learned from are shown beside the baseline. Intervals and applicability (in domain, borderline, out of domain) need a calibration of the run
(see calibrate --help). Estimates for curves out of domain are hidden without --insist.

With --measured, SOURCE is one measured echo on any time points: it is centred, phased, scaled and brought to the run's."""


def add(commands) -> None:
    """Describe the command."""
    parser = commands.add_parser(
        "predict",
        help="estimate the parameters behind new curves",
        epilog=EXAMPLE,
        description="Estimate the parameters behind curves with a saved run.",
    )
    parser.add_argument("run_id", metavar="RUN", help="id or folder")
    parser.add_argument(
        "source",
        metavar="SOURCE",
        type=arguments.text,
        help="data set, or file or folder with curves",
    )
    parser.add_argument(
        "--format", metavar="F", type=arguments.text, help="of a file (default: recognised)"
    )
    parser.add_argument(
        "--level", metavar="L", type=float, default=0.9, help="of the intervals (default: 0.9)"
    )
    parser.add_argument(
        "--insist", action="store_true", help="show estimates for curves out of domain too"
    )
    parser.add_argument(
        "--csv", metavar="FILE", type=arguments.text, help="write all estimates to a .csv file"
    )
    parser.add_argument("--json", action="store_true", help="print all estimates as JSON")
    predict_measured.add(parser)
    parser.set_defaults(run=run)


def run(args) -> None:
    """Read, check, estimate, print."""
    if args.measured:
        predict_measured.run(args)
        return
    _refuse_own(args)
    from nmr_core.evaluation import load_run
    from nmr_core.learning.predicting import prediction_scores
    from nmr_core.measured.estimating import estimate, find_error_model, hide_out_of_domain

    out = args.csv and arguments.out_file(args.csv, (".csv",))
    run_ = load_run(arguments.stored(args.run_id, load_run))
    source, error_model = _source(args.source, args.format), find_error_model(run_)
    with Ticker("curves") as ticker:
        full = estimate(
            run_, source, level=args.level, insist=True, error_model=error_model, progress=ticker
        )
    scores, table = prediction_scores(run_, full), full if args.insist else hide_out_of_domain(full)
    if out:
        _save(table, out)
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
    if error_model.note:
        say(error_model.note)


def _refuse_own(args) -> None:
    """Options that only mean something for a measured echo."""
    given = [
        name
        for name in (
            *predict_measured.STEPS,
            "time_unit",
            "columns",
            "dwell",
            "measurement",
            "resimulate",
            "refine",
            "report",
        )
        if getattr(args, name)
    ]
    if given:
        raise InputError(
            f"--{given[0].replace('_', '-')} is for a measured echo. Add --measured, or leave it out."
        )


def _source(given: str, form: str | None):
    """A data set if there is one of that name, else what is in the files."""
    from nmr_core.datasets import load_dataset
    from nmr_core.datasets.catalogue import find_dataset
    from nmr_core.io.formats import read_foreign

    if form is None:
        try:
            return load_dataset(arguments.stored(given, find_dataset))
        except InputError:
            if not Path(given).exists():
                raise
    say(f"Reading {Path(given).name} ...")
    return read_foreign(Path(given), form)


def _save(table, path: Path) -> None:
    from nmr_core.storage.files import write_file

    write_file(
        path,
        lambda temporary: temporary.write_text(
            table.to_csv(index=False, lineterminator="\n"), encoding="utf-8", newline="\n"
        ),
    )


def _show(run_, table, scores) -> None:
    units = {name: spec.get("unit", "") for name, spec in run_.manifest.targets.items()}
    shown = [
        name
        for name in table
        if name.startswith(("predicted_", "probability_", "true_")) or name == "set"
    ]
    applicability = ["applicability"] if table["applicability"].any() else []
    rows = [
        (
            str(row["sample"]),
            *(row[name] for name in applicability),
            *(_cell(row, name, units) for name in shown),
            row["outside"],
        )
        for row in table.head(SHOWN).to_dict("records")
    ]
    show_table(
        (
            "curve",
            *applicability,
            *(name.replace("predicted_", "").replace("_", " ", 1) for name in shown),
            "outside the range",
        ),
        rows,
    )
    if len(table) > SHOWN:
        say(f"... and {len(table) - SHOWN:,} more; --csv FILE writes all of them.")
    if n := int((table["outside"] != "").sum()):
        say(
            f"{n:,} of {len(table):,} estimates lie outside the range that the run was trained for."
        )
    if n := int((table["applicability"] == "out of domain").sum()):
        say(
            f"{n:,} of {len(table):,} curves are out of domain; their estimates are hidden (--json and --csv give the reason)."
        )
    if n := int(table["learned"].sum()):
        say(f"The run has learned from {n:,} of these curves; they are left out of the scores.")
    if scores is not None:
        print()
        shown = [
            name
            for name in (
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
            if name in scores
        ]
        show_table(
            ("", *shown),
            [
                (name, *(f"{value:.4g}" for value in row))
                for name, *row in scores[shown].itertuples()
            ],
        )


def _cell(row: dict, name: str, units: dict) -> str:
    """An estimate with its interval, a truth, a probability; "-" for a number that is hide_out_of_domain."""
    kind, _, target = name.partition("_")
    value, unit = row[name], units.get(target, "")
    if value != value or value == "":
        return "-"
    if kind == "predicted" and f"low_{target}" in row:
        return quantity(
            f"{value:.4g} [{row[f'low_{target}']:.4g}, {row[f'high_{target}']:.4g}]", unit
        )
    return quantity(value, unit)
