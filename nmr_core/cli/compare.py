"""``compare``: the leaderboard."""

from pathlib import Path

from nmr_core.cli import arguments
from nmr_core.cli.output import interval, show_json, show_table
from nmr_core.cli.ticker import say
from nmr_core.errors import FailedError

EXAMPLE = """example:
  python -m nmr_core compare
  python -m nmr_core compare run-20261121-031502-5f3a example-ridge --csv scores.csv

error: sum of MSE/w² over the targets that can be known, with its 95 % interval; total: over all targets;
null: the total of a model that always says the mean"""


def add(commands) -> None:
    """Describe the command."""
    parser = commands.add_parser("compare", help="compare runs", epilog=EXAMPLE,
                                 description="Compare runs with each other and with the null, best first.")
    parser.add_argument("runs", metavar="RUN", nargs="*", help="ids or folders; default: all runs")
    parser.add_argument("--csv", metavar="FILE", type=arguments.text, help="write the table to a .csv file")
    parser.add_argument("--json", action="store_true", help="print the table as JSON")
    parser.set_defaults(run=run)


def run(args) -> None:
    """Read, rank, print; a run that cannot be read is named, and fails the command only if it was asked for."""
    from nmr_core.evaluation import compare
    out = args.csv and arguments.out_file(args.csv, (".csv",))
    table = compare(_named(args.runs) if args.runs else _all())
    if out:
        _save(table, out)
    if args.json:
        show_json(table.to_dict("records"))
    elif len(table):
        _show(table)
    else:
        say("There are no runs yet. Train one: python -m nmr_core train DATASET")


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


def problem_of(run_) -> str:
    """"" for a run that can be scored, else a sentence."""
    from nmr_core.evaluation import compare
    try:
        compare([run_])
        return ""
    except FailedError as error:
        return str(error)
    except (LookupError, TypeError, ValueError, AttributeError, ArithmeticError) as error:
        return (f"The run at {run_.path} cannot be read: its files do not fit together "
                f"({type(error).__name__}: {error}). Delete it and train again.")


def _save(table, path: Path) -> None:
    from nmr_core.files import write_file
    write_file(path, lambda temporary: temporary.write_text(table.to_csv(index=False, lineterminator="\n"),
                                                            encoding="utf-8", newline="\n"))


def _show(table) -> None:
    targets = [column.removeprefix("r2_") for column in table if column.startswith("r2_")]
    header = ("run", "title", "data set", "error [95 % interval]", "total", "null", *(f"R² {name}" for name in targets),
              "training", "test")
    rows = [(row["run"], row["title"], row["dataset"], interval(row["error"], row["error_low"], row["error_high"]),
             f"{row['error_total']:.4f}", f"{row['null']:.4f}", *(_score(row[f"r2_{name}"]) for name in targets),
             str(row["n_train"]), str(row["n_test"])) for _, row in table.iterrows()]
    show_table(header, rows)
    if table["dataset"].nunique() > 1 or table[[f"r2_{name}" for name in targets]].isna().any(axis=None):
        say("These runs differ in their data set or targets: their errors measure different things.")


def _score(value: float) -> str:
    return "" if value != value else f"{value:.4f}"
