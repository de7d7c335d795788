"""``robustness``: how far the measurement can spoil curves before a run's answers fail."""

from argparse import Namespace, _SubParsersAction
from pathlib import Path
from typing import TYPE_CHECKING

from nmr_core.cli import arguments
from nmr_core.cli.output import show_facts, show_json, show_table
from nmr_core.cli.ticker import Ticker
from nmr_core.effects import EFFECTS
from nmr_core.errors import InputError
from nmr_core.glossary import csv_text, score_text

if TYPE_CHECKING:
    from nmr_core.inference.robustness import Limit, Robustness

EXAMPLE = """example:
  python -m nmr_core robustness pretrained-ml4sci-2020
  python -m nmr_core robustness example-mlp --effect gaussian_noise=300,100,30,10 \
--effect phase_error --curves 200
  python -m nmr_core robustness pretrained-ml4sci-2020 \
--train-with gaussian_noise:snr=30 --train-curves 4000

The same fresh curves (of imported data: held-out ones) go through every effect at every strength. \
Usable: the error is at most
2 times that on undisturbed signals, and the skill at least 0.5. Coverage and \
width are those of the run's calibration, if there
is one (see calibrate --help).
The result is kept under NMR_DATA/robustness and is shown on the page "Calibration"."""


def add(commands: _SubParsersAction) -> None:
    """Add the command, its arguments and its help to the subparsers of the command line."""
    parser = commands.add_parser(
        "robustness",
        help="try a run on worse and worse measurements",
        epilog=EXAMPLE,
        description="Error, coverage and width of a run against noise, phase, dead time, ...",
    )
    parser.add_argument("run_id", metavar="RUN", help="id or folder")
    default = [name for name, kind in EFFECTS.items() if kind.ladder.by_default]
    others = [name for name in EFFECTS if name not in default]
    parser.add_argument(
        "--effect",
        metavar="NAME[=V1,V2]",
        action="append",
        type=arguments.text,
        default=[],
        help="which effect, and its strengths; can be repeated (default: "
        f"{', '.join(default)}; there are also {', '.join(others)})",
    )
    parser.add_argument(
        "--curves",
        metavar="N",
        type=arguments.whole,
        default=400,
        help="at every strength (default 400)",
    )
    parser.add_argument(
        "--level", metavar="L", type=float, default=0.9, help="of the intervals (default 0.9)"
    )
    other = parser.add_mutually_exclusive_group()
    other.add_argument(
        "--other", metavar="RUN", help="another run, trained with effects, on the same curves"
    )
    other.add_argument(
        "--train-with",
        metavar="EFFECTS",
        type=arguments.text,
        help="train such a run first: gaussian_noise:snr=30,phase_error:sd=5",
    )
    parser.add_argument(
        "--train-curves",
        metavar="N",
        type=arguments.whole,
        default=4000,
        help="curves that it is trained on (default 4000)",
    )
    parser.add_argument(
        "--seed",
        type=arguments.seed(2**32 - 1),
        default=0,
        help="of the curves and effects (default 0)",
    )
    parser.add_argument(
        "--jobs",
        metavar="N",
        type=arguments.whole,
        default=-1,
        help="processes that simulate (default: all)",
    )
    parser.add_argument("--csv", metavar="FILE", help="also write the table to a CSV file")
    parser.add_argument("--json", action="store_true", help="print the result as JSON")
    parser.set_defaults(run=run)


def run(args: Namespace) -> None:
    """Try, keep, print."""
    from nmr_core.evaluation import load_run
    from nmr_core.inference.robustness import robustness, save_robustness, train_with_effects
    from nmr_core.inference.robustness.measure import intervals_of

    file = arguments.out_file(args.csv, (".csv",)) if args.csv else None
    run_ = load_run(arguments.stored(args.run_id, load_run))
    other = load_run(arguments.stored(args.other, load_run)) if args.other else None
    with Ticker() as ticker:
        if args.train_with:
            other = train_with_effects(
                run_, args.train_with, n_curves=args.train_curves, n_jobs=args.jobs, progress=ticker
            )
        calibration, applicability = intervals_of(run_)
        other_calibration, _ = intervals_of(other) if other else (None, None)
        found = robustness(
            run_,
            effects=_asked(args.effect),
            n=args.curves,
            seed=args.seed,
            other=other,
            level=args.level,
            calibration=calibration,
            other_calibration=other_calibration,
            applicability=applicability,
            n_jobs=args.jobs,
            progress=ticker,
        )
    folder = save_robustness(found)
    if file:
        text = csv_text(found.table(), found.targets, "robustness")
        file.write_text(text, encoding="utf-8", newline="\n")
    (_show_json if args.json else _show)(found, folder)


def _asked(given: list[str]) -> dict | list | None:
    """Texts as "gaussian_noise=100,30" -> effects of :func:`robustness`; None: the usual ones."""
    from nmr_core.effects import EFFECTS

    asked = {}
    for text in given:
        name, equals, values = text.partition("=")
        if name.strip() not in EFFECTS:
            raise InputError(
                f"There is no effect {name.strip()[:40]!r}; there are {', '.join(EFFECTS)}."
            )
        try:
            asked[name.strip()] = (
                [float(value) for value in values.split(",")]
                if equals
                else EFFECTS[name.strip()].ladder.values
            )
        except ValueError:
            raise InputError(
                f"Strengths are numbers, as in gaussian_noise=100,30,10; got {text[:60]!r}."
            ) from None
    return asked or None


def _judged(found: "Robustness") -> list[tuple[str, str]]:
    """(id, title) of the run and the other one."""
    return [(found.run, found.title), *([(found.other, found.other_title)] if found.other else [])]


def _show_json(found: "Robustness", folder: Path) -> None:
    from nmr_core.inference.robustness import coverage_limit, limits_text, usable_limit

    limits = [
        {
            "run": run_,
            "effect": effect,
            "usable": _limit(usable_limit(found, effect, run=run_)),
            "covered": _limit(coverage_limit(found, effect, run=run_)),
            "text": limits_text(found, effect, run_),
        }
        for run_, _ in _judged(found)
        for effect in found.effects
    ]
    show_json(
        {
            "run": found.run,
            "other": found.other,
            "n": found.n,
            "seed": found.seed,
            "level": found.level,
            "method": found.method,
            "path": folder,
            "seconds": found.seconds,
            "left_out": found.left_out,
            "limits": limits,
            "rows": found.rows,
        }
    )


def _limit(limit: "Limit") -> dict:
    return {"kind": limit.kind, "value": limit.value, "target": limit.target, "words": limit.words}


def _show(found: "Robustness", folder: Path) -> None:
    from nmr_core.inference.robustness import limits_text
    from nmr_core.inference.robustness.limits import RULE

    show_facts(
        {
            "run": f"{found.title} ({found.run})",
            "curves": f"{found.n:,}, {'fresh' if found.fresh else 'held out'}",
            "intervals": found.method or f"none (python -m nmr_core calibrate {found.run})",
            "kept in": str(folder),
            "time": f"{found.seconds:.1f} s",
        }
    )
    for effect in found.effects:
        ladder, (_, first) = found.ladder(effect), _judged(found)[0]
        print(f"\n{ladder.label}")
        names = [
            "strength",
            *(f"error_{name}" for name in found.known),
            *(
                f"{kind}_{name}"
                for name in found.known
                for kind in (("coverage", "width") if found.method else ())
            ),
        ]
        tables = [found.along(effect, name) for name in found.known]
        rows = [
            ["as trained", *_cells(found, [found.own_rows().loc[name] for name in found.known])]
        ]
        rows += [
            [f"{value:g}", *_cells(found, [table.iloc[k] for table in tables])]
            for k, value in enumerate(ladder.values)
        ]
        show_table(names, rows, found.targets, "robustness", strength=ladder.spec.label)
        for run_, title in _judged(found):
            print(
                f"{limits_text(found, effect, run_)}"
                + (f"  [{title if run_ != found.run else first}]" if found.other else "")
            )
    for reason in found.left_out.values():
        print(f"\n{reason}")
    print(f"\n{RULE}")


def _cells(found: "Robustness", rows: list) -> list[str]:
    cells = [score_text(row["error"], row["baseline"]) for row in rows]
    for row in rows if found.method else []:
        cells += [f"{row['coverage']:.3f}", f"{row['width']:.4g}"]
    return cells
