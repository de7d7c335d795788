"""``identify``: what an echo can tell, before any model is trained."""

import numpy as np

from nmr_core.cli import arguments
from nmr_core.cli.output import show_facts, show_json, show_table
from nmr_core.cli.ticker import Ticker, say
from nmr_core.errors import InputError

EXAMPLE = """example:
  python -m nmr_core identify ml4sci_2020
  python -m nmr_core identify ml4sci_2020 --set normalisation=none --snr 200
  python -m nmr_core identify ml4sci_2020 --against tau=25,50,100,200 --at d=4.5 --csv bounds.csv
  python -m nmr_core identify ml4sci_2020 --map tau=25,50,100 d=3,4,5,6 --of d
  python -m nmr_core identify ml4sci_2020 --profile d

identifiable: one measurement tells it; combination: only together with others; not: no echo tells.
bound: the smallest possible standard error (Cramér-Rao), from the slopes dM/dtheta, the receiver's noise and the noise of the
disorder; rms over places of the prior, at most the 28.9 % of the range that the prior alone knows.
--against, --map: the bound at one place (the defaults, or --at). --profile: hold one parameter, fit the others: flat = not known.
Answers are kept under NMR_DATA/identifications and are shown on the page "Identify"."""


def add(commands) -> None:
    """Describe the command."""
    parser = commands.add_parser(
        "identify",
        help="see what an echo can tell",
        epilog=EXAMPLE,
        description="What can be learned from an echo, what only in combination, and what never.",
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
        help="hold a parameter or any field at a value; can be repeated",
    )
    parser.add_argument(
        "--at",
        metavar="NAME=VALUE",
        action="append",
        type=arguments.setting,
        default=[],
        help="look at one place of the prior, the others at their defaults; can be repeated",
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
        "--of", metavar="NAME", type=arguments.text, help="whose bound the map shows"
    )
    noise = parser.add_mutually_exclusive_group()
    noise.add_argument(
        "--sigma",
        metavar="S",
        type=float,
        help="noise in Re M and Im M (default: the protocol's, or 0.001)",
    )
    noise.add_argument("--snr", metavar="N", type=float, help="the same as 0.5/sigma")
    parser.add_argument(
        "--no-disorder",
        dest="disorder",
        action="store_false",
        help="count the receiver's noise only",
    )
    parser.add_argument(
        "--targets",
        metavar="A,B",
        type=arguments.names,
        help="default: all that is drawn; also fields (line_width)",
    )
    parser.add_argument(
        "--places",
        metavar="N",
        type=arguments.whole,
        default=4,
        help="places of the prior (default 4)",
    )
    parser.add_argument(
        "--seeds",
        metavar="N",
        type=arguments.whole,
        help="placements of the offsets (default: 48 to 384)",
    )
    parser.add_argument(
        "--seed",
        type=arguments.seed(2**53 - 1),
        default=0,
        help="of places and offsets (default 0)",
    )
    parser.add_argument("--again", action="store_true", help="compute even if the answer is there")
    parser.add_argument(
        "--csv", metavar="FILE", type=arguments.text, help="write the numbers to a .csv file"
    )
    parser.add_argument("--json", action="store_true", help="print the result as JSON")
    parser.set_defaults(run=run)


def run(args) -> None:
    """Ask, keep, print."""
    out = arguments.out_file(args.csv, (".csv",)) if args.csv else None
    if (args.of is None) != (args.map is None):
        raise InputError("--map and --of go together: --map tau=25,50,100 d=3,4,5 --of d.")
    preset = _preset(args)
    with Ticker() as ticker:
        found = _asked(args, preset, ticker)
    table = _columns(found)
    if out is not None:
        _save(table, out)
    if args.json:
        show_json(_numbers(found) | {"rows": table.to_dict("records"), "csv": out and str(out)})
    else:
        _show(found, table)


def _preset(args):
    from nmr_core.datasets.catalogue import find_dataset
    from nmr_core.datasets.manifest import Manifest
    from nmr_core.presets import PRESETS

    if args.source in PRESETS:
        return PRESETS[args.source].fix(**dict(args.set))
    try:
        folder = find_dataset(arguments.stored(args.source, find_dataset))
    except InputError:
        raise InputError(
            f"{args.source[:60]!r} is no preset and no data set. Choose among {', '.join(PRESETS)}, or see "
            "python -m nmr_core list."
        ) from None
    preset = Manifest.read(folder).experiment_preset()
    if preset is None:
        raise InputError(
            f"The data set {args.source} was imported or joined, so nobody knows what would be measured. "
            "Name a preset."
        )
    return preset.fix(**dict(args.set))


def _asked(args, preset, progress):
    from nmr_core.inference.identifiability import bound_map, identify, profile, scan

    if args.snr is not None and not args.snr > 0:
        raise InputError(f"snr must be > 0, got {args.snr:g}.")
    sigma = args.sigma if args.snr is None else 0.5 / args.snr
    options = {
        "place": dict(args.at) or None,
        "sigma": sigma,
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
    return identify(preset, n_places=args.places, **options)


def _save(table, path) -> None:
    from nmr_core.storage.files import write_file

    write_file(
        path,
        lambda temporary: temporary.write_text(
            table.to_csv(index=False, lineterminator="\n"), encoding="utf-8"
        ),
    )
    say(f"Written: {path}")


def _columns(found):
    """The numbers as a table: one row per bound, or a point."""
    import pandas as pd

    from nmr_core.inference.identifiability import BoundMap, Identification, Profile

    if isinstance(found, Identification):
        return found.bounds
    if isinstance(found, Profile):
        others = {
            name: found.others[:, k]
            for k, name in enumerate(found.names)
            if name != found.spec.name
        }
        return pd.DataFrame(
            {found.spec.name: found.values, "delta_chi2": found.delta_chi2} | others
        )
    if isinstance(found, BoundMap):
        x, y = np.meshgrid(found.x_values, found.y_values)
        return pd.DataFrame(
            {
                found.x.name: x.ravel(),
                found.y.name: y.ravel(),
                f"bound_{found.of.name}": found.bounds.ravel(),
                "percent": found.percent.ravel(),
            }
        )
    columns = {found.along.name: found.values}
    for k, name in enumerate(found.names):
        columns |= {f"bound_{name}": found.bounds[:, k], f"percent_{name}": found.percent[:, k]}
    return pd.DataFrame(columns)


def _numbers(found) -> dict:
    """What is not in the table."""
    from dataclasses import asdict

    from nmr_core.inference.identifiability import Identification, Profile

    result = {
        "key": found.key,
        "preset": found.preset,
        "sigma": found.sigma,
        "seconds": found.seconds,
    }
    if isinstance(found, Identification):
        return result | {
            "verdicts": {name: asdict(verdict) for name, verdict in found.verdicts.items()},
            "names": found.names,
            "places": found.places.to_dict("records"),
            "fisher": found.fisher,
            "step_error": found.step_error,
            "n_seeds": found.n_seeds,
            "disorder": found.disorder,
        }
    if isinstance(found, Profile):
        return result | {
            "place": found.place,
            "low": found.low,
            "high": found.high,
            "flat": found.flat,
            "bound": found.bound,
        }
    return result | {"place": found.place, "refused": found.refused}


def _show(found, table) -> None:
    from nmr_core.inference.identifiability import Identification, Profile

    facts = {
        "preset": found.preset,
        "noise": f"sigma = {found.sigma:.3g}, SNR {0.5 / found.sigma:.4g}",
    }
    if isinstance(found, Identification):
        show_facts(
            facts
            | {"places": str(found.n_places), "seeds": str(found.n_seeds), "kept as": found.key}
        )
        print()
        show_table(
            ("parameter", "verdict", "bound", "% of range"),
            [
                (
                    name,
                    verdict.kind,
                    _number(verdict.bound, found.spec(name).unit),
                    _number(verdict.bound_percent),
                )
                for name, verdict in found.verdicts.items()
            ],
        )
        print()
        for verdict in found.verdicts.values():
            print(f"{verdict.name}: {verdict.reason}")
        return
    if isinstance(found, Profile):
        unit = f" {found.spec.unit}" if found.spec.unit else ""
        facts["95 % interval"] = (
            "none: flat" if found.flat else f"{found.low:.4g} to {found.high:.4g}{unit}"
        )
        facts["bound"] = _number(found.bound, found.spec.unit)
    show_facts(facts | {"kept as": found.key})
    print()
    show_table(
        tuple(table),
        [tuple(_number(value) for value in row) for row in table.itertuples(index=False)],
    )
    for sentence in getattr(found, "refused", ()):
        say(f"Left out: {sentence}")


def _number(value: float, unit: str = "") -> str:
    return f"{value:.4g} {unit}".rstrip() if np.isfinite(value) else "-"
