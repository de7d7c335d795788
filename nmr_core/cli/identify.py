"""``identify``: which parameters one measurement can determine, before any model is trained."""

from argparse import Namespace, _SubParsersAction
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from nmr_core.cli import arguments
from nmr_core.cli.output import show_facts, show_json, show_table
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
bound: smallest possible standard error (Cramér-Rao), from the slopes dM/dtheta, receiver noise and
disorder; root mean square over points of the prior. The prior alone gives 28.9 % of the range.
--against, --map: bounds at one point (the defaults, or --at). --profile: fix one parameter, fit the
others; a flat profile means that it cannot be identified.
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
    parser.add_argument(
        "--set",
        metavar="NAME=VALUE",
        action="append",
        type=arguments.setting,
        default=[],
        help="fix a parameter or any field at a value; can be repeated",
    )
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
        help="bounds against a setting, a parameter or snr",
    )
    kind.add_argument(
        "--map",
        metavar="NAME=V1,V2,...",
        nargs=2,
        type=arguments.settings,
        help="one bound over two of these",
    )
    kind.add_argument(
        "--profile", metavar="NAME", type=arguments.text, help="profile likelihood of one parameter"
    )
    parser.add_argument(
        "--of", metavar="NAME", type=arguments.text, help="parameter whose bound the map shows"
    )
    noise = parser.add_mutually_exclusive_group()
    noise.add_argument(
        "--noise",
        "--sigma",
        metavar="S",
        type=float,
        help="standard deviation of noise in Re M and Im M (default: the preset's, or 0.001)",
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
        default=4,
        help="points of the prior (default 4)",
    )
    parser.add_argument(
        "--seeds",
        metavar="N",
        type=arguments.whole,
        help="random placements of the offsets (default: 48 to 384)",
    )
    parser.add_argument(
        "--seed",
        type=arguments.seed(2**53 - 1),
        default=0,
        help="of points and offsets (default 0)",
    )
    parser.add_argument("--again", action="store_true", help="compute even if the result is stored")
    parser.add_argument(
        "--csv", metavar="FILE", type=arguments.text, help="write the numbers to a .csv file"
    )
    parser.add_argument("--json", action="store_true", help="print the result as JSON")
    parser.set_defaults(run=run)


def run(args: Namespace) -> None:
    """Compute, store, print."""
    out = arguments.out_file(args.csv, (".csv",)) if args.csv else None
    if (args.of is None) != (args.map is None):
        raise InputError("--map and --of go together: --map tau=25,50,100 d=3,4,5 --of d.")
    preset = _preset(args)
    with Ticker() as ticker:
        result = _computed(args, preset, ticker)
    table = result.table()
    if out is not None:
        _save(table, result, out)
    if args.json:
        show_json(_fields(result) | {"rows": table.to_dict("records"), "csv": out and str(out)})
    else:
        _show(result, table)


def _preset(args: Namespace):
    from nmr_core.datasets.catalogue import find_dataset
    from nmr_core.datasets.manifest import Manifest
    from nmr_core.presets import PRESETS

    if args.source in PRESETS:
        return PRESETS[args.source].fix(**dict(args.set))
    try:
        folder = find_dataset(arguments.stored(args.source, find_dataset))
    except InputError:
        raise InputError(
            f"{args.source[:60]!r} is no preset and no data set. Choose among "
            f"{', '.join(PRESETS)}, or see "
            "python -m nmr_core list."
        ) from None
    preset = Manifest.read(folder).experiment_preset()
    if preset is None:
        raise InputError(
            f"The data set {args.source} was imported or joined, so its measurement is not known. "
            "Name a preset."
        )
    return preset.fix(**dict(args.set))


def _computed(args: Namespace, preset: "Preset", progress: Callable):
    from nmr_core.inference.identifiability import bound_map, identify, profile, scan

    if args.snr is not None and not args.snr > 0:
        raise InputError(f"snr must be > 0, got {args.snr:g}.")
    options = {
        "point": dict(args.at) or None,
        "noise": args.noise if args.snr is None else 0.5 / args.snr,
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
        return bound_map(preset, x, y, x_values, y_values, of=args.of, **options)
    if args.profile:
        return profile(preset, args.profile, **options)
    return identify(preset, n_points=args.points, **options)


def _save(table: "pd.DataFrame", result: Any, path: Path) -> None:
    from nmr_core.storage.files import write_file

    text = csv_text(table, _specs(result), "identify")
    write_file(path, lambda temporary: temporary.write_text(text, encoding="utf-8"))
    say(f"Written: {path}")


def _fields(result: Any) -> dict:
    """What is not in the table, for JSON."""
    from dataclasses import asdict

    from nmr_core.inference.identifiability import Identification, Profile

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
            "disorder": result.disorder,
        }
    if isinstance(result, Profile):
        return fields | {
            "point": result.point,
            "low": result.low,
            "high": result.high,
            "flat": result.flat,
            "bound": result.bound,
            "fixed": result.fixed,
        }
    return fields | {"point": result.point, "refused": result.refused}


def _show(result: Any, table: "pd.DataFrame") -> None:
    from nmr_core.inference.identifiability import Identification, Profile

    facts = {
        "preset": result.preset,
        "noise": f"{result.noise:.3g}, SNR {0.5 / result.noise:.4g}",
    }
    if isinstance(result, Identification):
        _show_verdicts(result, facts)
        return
    if isinstance(result, Profile):
        unit = f" {result.spec.unit}" if result.spec.unit else ""
        interval = f"{result.low:.4g} to {result.high:.4g}{unit}"
        facts["95 % interval"] = "none: the profile is flat" if result.flat else interval
        facts["bound"] = _number(result.bound, result.spec.unit)
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
    counts = {"points": str(result.n_points), "seeds": str(result.n_seeds)}
    show_facts(facts | counts | {"stored as": result.key})
    print()
    rows = []
    for name, verdict in result.verdicts.items():
        bound = _number(verdict.bound, result.spec(name).unit)
        rows.append((name, verdict.words, bound, _number(verdict.bound_percent)))
    names = ("parameter", "verdict", "bound", "bound_percent")
    show_table(names, rows, table="identify", bound="bound")
    print()
    for verdict in result.verdicts.values():
        print(f"{verdict.name}: {verdict.reason}")


def _number(value: float, unit: str = "") -> str:
    return f"{value:.4g} {unit}".rstrip() if np.isfinite(value) else "-"
