"""``calibrate``: intervals with a stated coverage for a run, and a look at whether they keep it."""

from argparse import Namespace, _SubParsersAction
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nmr_core.cli import arguments
from nmr_core.cli.output import (
    columns_explained,
    quantity,
    show_cells,
    show_facts,
    show_json,
    show_table,
)
from nmr_core.cli.ticker import Ticker
from nmr_core.errors import InputError
from nmr_core.glossary import csv_text

if TYPE_CHECKING:
    from nmr_core.inference.intervals import Calibration, Coverage, CoverageMap
    from nmr_core.learning import Run

EXAMPLE = """example:
  python -m nmr_core calibrate pretrained-ml4sci-2020
  python -m nmr_core calibrate pretrained-ml4sci-2020 --stored --map alpha,p --csv map.csv
  python -m nmr_core calibrate run-20261121-031502-5f3a --method posterior \
--curves 10000 --level 0.95 --json

Fresh curves like those that the run was trained on are simulated \
(of imported data its held-out ones are taken): half fit how
large errors are, half make the intervals exact, and 4,000 more show the coverage below.
The result is kept under NMR_DATA/calibrations; predict and the pages use it from then on."""
EXPLAINED = ("covered", "interval", "expected", "p_value", "width", "worst")
"""Columns that ``--help`` explains."""


def add(commands: _SubParsersAction) -> None:
    """Add the command, its arguments and its help to the subparsers of the command line."""
    parser = commands.add_parser(
        "calibrate",
        help="give a run's estimates true intervals",
        epilog=f"{EXAMPLE}\n\n{columns_explained(*EXPLAINED, table='coverage')}",
        description="Learn from fresh curves how far a run's estimates may be from the truth.",
    )
    parser.add_argument("run_id", metavar="RUN", help="id or folder")
    parser.add_argument(
        "--method",
        metavar="M",
        type=arguments.text,
        help="uniform (default), scaled, constant, quantile, ensemble or posterior; of classes lac "
        "(default) or aps",
    )
    parser.add_argument(
        "--curves",
        metavar="N",
        type=arguments.whole,
        default=12_000,
        help="fresh curves (default 12000)",
    )
    parser.add_argument(
        "--check",
        metavar="N",
        type=arguments.whole,
        default=4000,
        help="further ones that show the coverage (default 4000)",
    )
    parser.add_argument(
        "--level", metavar="L", type=float, default=0.9, help="that is printed (default 0.9)"
    )
    parser.add_argument(
        "--members",
        metavar="N",
        type=arguments.whole,
        default=4,
        help="models of an ensemble (default 4)",
    )
    parser.add_argument(
        "--no-graceful",
        action="store_true",
        help="do not learn from degraded copies: intervals need not grow when the data get worse",
    )
    parser.add_argument(
        "--seed", type=arguments.seed(2**32 - 1), default=0, help="of the fresh curves (default 0)"
    )
    parser.add_argument(
        "--jobs",
        metavar="N",
        type=arguments.whole,
        default=-1,
        help="processes that simulate (default: all)",
    )
    parser.add_argument(
        "--out", metavar="FOLDER", type=arguments.text, help="keep it there instead"
    )
    parser.add_argument(
        "--stored", action="store_true", help="show the stored calibration, without a new one"
    )
    parser.add_argument(
        "--map",
        metavar="X,Y",
        nargs="?",
        const=(),
        type=arguments.text,
        help="coverage over two parameters, such as alpha,p or predicted_alpha,d (default: the "
        "first two)",
    )
    parser.add_argument(
        "--of",
        metavar="TARGET",
        type=arguments.text,
        help="whose intervals --map shows (default: those with the lowest coverage)",
    )
    parser.add_argument(
        "--csv",
        metavar="FILE",
        type=arguments.text,
        help="write the map, or without --map the coverage by range, to a .csv file",
    )
    parser.add_argument("--json", action="store_true", help="print the result as JSON")
    parser.set_defaults(run=run)


def run(args: Namespace) -> None:
    """Calibrate, keep, print."""
    from nmr_core.evaluation import load_run
    from nmr_core.inference.intervals import coverage, coverage_map
    from nmr_core.inference.intervals.conformal import check_level

    file = arguments.out_file(args.csv, (".csv",)) if args.csv else None
    level, run_ = check_level(args.level), load_run(arguments.stored(args.run_id, load_run))
    calibration, folder = _stored(run_) if args.stored else _calibrated(args, run_)
    result = coverage(calibration, level=level)
    cells = None
    if args.map is not None:
        cells = coverage_map(result, *_pair(args.map or ""), args.of or "")
    if file:
        table = result.regimes if cells is None else cells.table()
        text = csv_text(table, calibration.targets, "coverage")
        file.write_text(text, encoding="utf-8", newline="\n")
    if args.json:
        _show_json(calibration, result, folder, cells)
    else:
        _show(calibration, result, folder)
        if cells is not None:
            _show_map(calibration, cells)


def _stored(run_: "Run") -> tuple["Calibration", Path]:
    """The stored calibration of a run, and its folder."""
    from nmr_core.inference.intervals import find_calibration, load_calibration

    calibration = load_calibration(run_)
    return calibration, find_calibration(run_) or Path()


def _calibrated(args: Namespace, run_: "Run") -> tuple["Calibration", Path]:
    """A new calibration, and the folder where it is stored."""
    from nmr_core.inference.intervals.calibrate import calibrate_run
    from nmr_core.inference.intervals.methods import checked_method

    method = checked_method(args.method or "", run_.task).name
    out = Path(args.out) if args.out else None
    if out and out.exists() and any(out.iterdir()) and not (out / "calibration.json").exists():
        raise InputError(f"{out} holds something else already. Choose another folder.")
    with Ticker() as ticker:
        return calibrate_run(
            run_,
            method=method,
            n=args.curves,
            n_check=args.check,
            members=args.members,
            graceful=not args.no_graceful,
            seed=args.seed,
            n_jobs=args.jobs,
            path=out,
            progress=ticker,
        )


def _pair(text: str) -> tuple[str, str]:
    """Names of two parameters from "alpha,p"; "" is the usual ones."""
    x, comma, y = (part.strip() for part in text.partition(","))
    if text.strip() and (not comma or not x or not y or "," in y):
        raise InputError(f"--map takes two parameters, as in alpha,p; got {text[:60]!r}.")
    return x, y


def _show_map(calibration: "Calibration", cells: "CoverageMap") -> None:
    from nmr_core.inference.intervals.coverage_map import edge_texts

    level, target = 100 * cells.level, cells.target
    print(
        f"\nCoverage of the {level:g} % intervals of {target} (%), {cells.x} across, {cells.y} up"
    )
    covered, n = cells.grid("covered"), cells.grid("n")
    across, up = edge_texts(cells.x_edges), edge_texts(cells.y_edges)
    heads = ["", *(f"{edge}-" for edge in across[:-1])]
    rows = [[f"{up[k]}-", *map(_cell, covered[k], n[k])] for k in reversed(range(len(covered)))]
    show_cells(heads, rows)
    print(cells.sentence(calibration.targets))


def _cell(covered: float, n: int) -> str:
    """Coverage in % and the number of signals."""
    return f"{100 * covered:.0f} ({n})" if covered == covered else f"- ({n})"


def _show_json(
    calibration: "Calibration", measured: "Coverage", folder: Path, cells: "CoverageMap | None"
) -> None:
    over = {} if cells is None else {"map": cells.table().to_dict("records")}
    show_json(
        {
            "run": calibration.run,
            "method": calibration.method,
            "path": folder,
            "source": calibration.source,
            "n_fit": calibration.n_fit,
            "n": calibration.n,
            "n_check": measured.n,
            "seconds": calibration.seconds,
            "level": measured.level,
            "unidentifiable": calibration.unidentifiable,
            "coverage": measured.table.to_dict("records"),
            "worst": measured.worst.to_dict("records"),
            **over,
        }
    )


def _show(calibration: "Calibration", measured: "Coverage", folder: Path) -> None:
    show_facts(
        {
            "run": calibration.run,
            "method": calibration.method,
            "kept in": str(folder),
            "time": f"{calibration.seconds:.1f} s",
            "curves": f"{calibration.n_fit:,} to fit, {calibration.n:,} to score, "
            f"{measured.n:,} to check ({calibration.source})",
        }
    )
    kind = "sets" if calibration.task == "classification" else "intervals"
    print(f"\n{100 * measured.level:g} % {kind}")
    worst = {row["target"]: row for row in measured.worst.to_dict("records")}
    show_table(
        ("target", "covered", "interval", "expected", "p_value", "width", "worst"),
        [
            (
                row.target,
                f"{row.covered:.1%}",
                f"[{row.low:.1%}, {row.high:.1%}]",
                f"[{row.expected_low:.1%}, {row.expected_high:.1%}]",
                f"{row.p_value:.2g}",
                _width(calibration, row),
                _worst(worst.get(row.target)),
            )
            for row in measured.at().itertuples()
        ],
        table="coverage",
        width="mean width",
    )
    for name, reason in calibration.unidentifiable.items():
        print(f"{name}: the whole prior range. {reason}")


def _width(calibration: "Calibration", row: Any) -> str:
    if calibration.task == "classification":
        return f"{row.width:.3g} classes"
    if row.target not in calibration.targets:
        return ""
    return (
        f"{quantity(f'{row.width:.3g}', calibration.targets[row.target].get('unit', ''))} "
        f"({row.width_percent:.3g} % of the range)"
    )


def _worst(row: dict | None) -> str:
    if row is None:
        return ""
    where = row["from"] if row["range"] == 0 else f"in [{row['from']:.3g}, {row['to']:.3g}]"
    return f"{row['covered']:.1%} where {row['by']} is {where}"
