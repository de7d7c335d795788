"""``identify``: which parameters one measurement can determine, before any model is trained."""

from argparse import Namespace, _SubParsersAction
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from nmr_core.cli import arguments
from nmr_core.cli.output import show_facts, show_json, show_table
from nmr_core.cli.prior_source import add_set, preset_and_noise
from nmr_core.cli.ticker import Ticker, say
from nmr_core.errors import InputError
from nmr_core.glossary import csv_text

if TYPE_CHECKING:
    import pandas as pd

    from nmr_core.presets import Preset

EXAMPLE = """example:
  python -m nmr_core identify ml4sci_2020_secular
  python -m nmr_core identify ml4sci_2020_secular --set normalisation=none --snr 200
  python -m nmr_core identify ml4sci_2020_secular --against tau=25,50,100,200 --at d=4.5
  python -m nmr_core identify ml4sci_2020_secular --map tau=25,50,100 d=3,4,5,6 --of d
  python -m nmr_core identify ml4sci_2020_secular --profile d

identifiable: one measurement determines it; combination: only together with others; not: never.
error: standard error of one estimate, root mean square over points of the prior, beside median and
worst point; the prior alone gives 28.9 % of the range. It is a linear estimate from the slopes
dM/dtheta, receiver noise and disorder; where that does not converge a ridge regression on curves
around each point; or the error of the best stored run on such data, if that is smaller.
--against, --map: linear estimates at one point (the defaults, or --at). --profile: fix one
parameter, fit the others; a flat profile means that it cannot be identified.
Results are stored under NMR_DATA/identifications and shown on the page "Identify"."""


def add(commands: _SubParsersAction) -> None:
    """Add the command, its arguments and its help to the subparsers of the command line."""
    parser = commands.add_parser(
        "identify",
        help="find which parameters an echo determines",
        epilog=EXAMPLE,
        description="Find which parameters can be identified, which only in combination, and which "
        "not.",
    )
    parser.add_argument(
        "source",
        metavar="PRESET_OR_DATASET",
        help="name of a preset, or id or folder of a data set",
    )
    add_set(parser)
    parser.add_argument(
        "--at",
        metavar="NAME=VALUE",
        action="append",
        type=arguments.setting,
        default=[],
        help="one point of the prior, other parameters at their defaults; can be repeated",
    )
    kind = parser.add_mutually_exclusive_group()
    kind.add_argument(
        "--against",
        metavar="NAME=V1,V2,...",
        type=arguments.settings,
        help="errors against a setting, a parameter or snr",
    )
    kind.add_argument(
        "--map",
        metavar="NAME=V1,V2,...",
        nargs=2,
        type=arguments.settings,
        help="one error over two of these",
    )
    kind.add_argument(
        "--profile", metavar="NAME", type=arguments.text, help="profile likelihood of one parameter"
    )
    parser.add_argument(
        "--of", metavar="NAME", type=arguments.text, help="parameter whose error the map shows"
    )
    noise = parser.add_mutually_exclusive_group()
    noise.add_argument(
        "--noise",
        "--sigma",
        metavar="S",
        type=float,
        help="standard deviation of noise in Re M and Im M (default: the preset's or data set's)",
    )
    noise.add_argument("--snr", metavar="N", type=float, help="the same as 0.5/noise")
    parser.add_argument(
        "--no-disorder",
        dest="disorder",
        action="store_false",
        help="count receiver noise only",
    )
    parser.add_argument(
        "--targets",
        metavar="A,B",
        type=arguments.names,
        help="default: all that is drawn; also fields (line_width)",
    )
    parser.add_argument(
        "--points",
        "--places",
        metavar="N",
        type=arguments.whole,
        default=32,
        help="points of the prior (default 32)",
    )
    parser.add_argument(
        "--seeds",
        metavar="N",
        type=arguments.whole,
        help="random placements of the offsets (default: 16 to 64, at one point 48 to 384)",
    )
    parser.add_argument(
        "--seed",
        type=arguments.seed(2**53 - 1),
        default=0,
        help="of points and offsets (default 0)",
    )
    parser.add_argument(
        "--curves",
        metavar="N",
        type=arguments.whole,
        help="curves around each point for the ridge regression (default: 64 to 200)",
    )
    parser.add_argument(
        "--jobs", metavar="N", type=int, default=1, help="processes; -1: one per core (default 1)"
    )
    parser.add_argument("--again", action="store_true", help="compute even if the result is stored")
    parser.add_argument(
        "--csv", metavar="FILE", type=arguments.text, help="write the numbers to a .csv file"
    )
    parser.add_argument(
        "--html", metavar="FILE", type=arguments.text, help="write a report to a .html file"
    )
    parser.add_argument("--json", action="store_true", help="print the result as JSON")
    parser.set_defaults(run=run)


def run(args: Namespace) -> None:
    """Compute, store, print."""
    out = arguments.out_file(args.csv, (".csv",)) if args.csv else None
    report = arguments.out_file(args.html, (".html", ".htm")) if args.html else None
    if report is not None and (args.against or args.map or args.profile):
        raise InputError(
            "--html is a report on all parameters. Leave out --against, --map and --profile."
        )
    if (args.of is None) != (args.map is None):
        raise InputError("--map and --of go together: --map tau=25,50,100 d=3,4,5 --of d.")
    preset, noise = preset_and_noise(args.source, args.set)
    with Ticker() as ticker:
        result = _computed(args, preset, noise, ticker)
    table = result.table()
    if out is not None:
        _save(csv_text(table, _specs(result), "identify"), out)
    if report is not None:
        from nmr_core.plots.identify_report import identify_report

        _save(identify_report(result).html(), report)
    if args.json:
        files = {"csv": out and str(out), "html": report and str(report)}
        show_json(_fields(result) | {"rows": table.to_dict("records")} | files)
    else:
        _show(result, table)


def _computed(args: Namespace, preset: "Preset", noise: float | None, progress: Callable):
    from nmr_core.inference.identifiability import error_map, identify, profile, scan

    if args.snr is not None and not args.snr > 0:
        raise InputError(f"snr must be > 0, got {args.snr:g}.")
    options = {
        "point": dict(args.at) or None,
        "noise": _noise(args, noise),
        "disorder": args.disorder,
        "n_seeds": args.seeds,
        "seed": args.seed,
        "targets": args.targets,
        "again": args.again,
        "progress": progress,
    }
    if args.against:
        return scan(preset, *args.against, **options)
    if args.map:
        (x, x_values), (y, y_values) = args.map
        return error_map(preset, x, y, x_values, y_values, of=args.of, **options)
    if args.profile:
        return profile(preset, args.profile, **options)
    return identify(preset, n_points=args.points, n_curves=args.curves, n_jobs=args.jobs, **options)


def _noise(args: Namespace, own: float | None) -> float | None:
    """The noise of the options, else ``own``."""
    if args.snr is not None:
        return 0.5 / args.snr
    return own if args.noise is None else args.noise


def _save(text: str, path: Path) -> None:
    from nmr_core.storage.files import write_file

    write_file(path, lambda temporary: temporary.write_text(text, encoding="utf-8"))
    say(f"Written: {path}")


def _fields(result: Any) -> dict:
    """What is not in the table, for JSON."""
    from dataclasses import asdict

    from nmr_core.inference.identifiability import Identification, Profile
    from nmr_core.inference.identifiability.words import statement

    fields = {
        "key": result.key,
        "preset": result.preset,
        "noise": result.noise,
        "seconds": result.seconds,
    }
    if isinstance(result, Identification):
        return fields | {
            "verdicts": {name: asdict(verdict) for name, verdict in result.verdicts.items()},
            "names": result.names,
            "points": result.points.to_dict("records"),
            "fisher": result.fisher,
            "step_error": result.step_error,
            "n_seeds": result.n_seeds,
            "n_curves": result.n_curves,
            "method": result.method,
            "statement": statement(result),
            "disorder": result.disorder,
        }
    if isinstance(result, Profile):
        return fields | {
            "point": result.point,
            "low": result.low,
            "high": result.high,
            "flat": result.flat,
            "error": result.error,
            "fixed": result.fixed,
        }
    return fields | {"point": result.point, "refused": result.refused}


def _show(result: Any, table: "pd.DataFrame") -> None:
    from nmr_core.inference.identifiability import Identification, Profile

    facts = {
        "preset": result.preset,
        "noise": f"{result.noise:.3g}, SNR {0.5 / result.noise:.4g}" if result.noise else "none",
    }
    if isinstance(result, Identification):
        _show_verdicts(result, facts)
        return
    if isinstance(result, Profile):
        unit = f" {result.spec.unit}" if result.spec.unit else ""
        interval = f"{result.low:.4g} to {result.high:.4g}{unit}"
        facts["95 % interval"] = "none: the profile is flat" if result.flat else interval
        facts["linear estimate"] = _number(result.error, result.spec.unit)
        if result.fixed:
            facts["held fixed"] = ", ".join(result.fixed)
    show_facts(facts | {"stored as": result.key})
    print()
    show_table(
        tuple(table),
        [tuple(_number(value) for value in row) for row in table.itertuples(index=False)],
        _specs(result),
        "identify",
    )
    for sentence in getattr(result, "refused", ()):
        say(f"Left out: {sentence}")


def _specs(result: Any) -> dict[str, Any]:
    """Specification of every parameter that the result is about."""
    from nmr_core.presets import preset

    return {spec.name: spec for spec in preset(result.preset).space}


def _show_verdicts(result: Any, facts: dict[str, str]) -> None:
    from nmr_core.inference.identifiability.words import statement

    show_facts(facts | {"stored as": result.key})
    print()
    rows = []
    for name, verdict in result.verdicts.items():
        error = _number(verdict.error, result.spec(name).unit)
        median, worst = verdict.spread_percent
        spread = (verdict.error_percent, median, worst)
        source = "best run" if verdict.run else "estimate"
        rows.append((name, verdict.words, error, *map(_number, spread), source))
    names = (
        "parameter",
        "verdict",
        "error",
        "error_percent",
        "median_percent",
        "worst_percent",
        "method",
    )
    show_table(names, rows, table="identify", error="error")
    print()
    for verdict in result.verdicts.values():
        print(f"{verdict.name}: {verdict.reason}")
    print(f"\n{statement(result)}")


def _number(value: float, unit: str = "") -> str:
    return f"{value:.4g} {unit}".rstrip() if np.isfinite(value) else "-"
