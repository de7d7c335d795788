"""``posterior``: the joint posterior of a run, and its samples for echoes."""

from argparse import Namespace, _SubParsersAction
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nmr_core.cli import (
    arguments,
    figure_style,
    predict_measured,
    reading_options,
    simulate_files,
    text_options,
)
from nmr_core.cli.output import show_facts, show_json, show_table
from nmr_core.cli.ticker import Ticker, say
from nmr_core.errors import InputError
from nmr_core.glossary import csv_text

if TYPE_CHECKING:
    import plotly.graph_objects as go

    from nmr_core.inference.posterior import Posterior
    from nmr_core.learning.run import Run
    from nmr_core.measured.posterior import JointPosterior

HEADS = {
    "mean": "mean",
    "median": "median",
    "sd": "sd",
    "low_50": "50 % low",
    "high_50": "50 % high",
    "low_90": "90 % low",
    "high_90": "90 % high",
    "true": "true",
}
"""Heads of the table, whose units stand in its first column."""
SHOWN = 5
"""Echoes whose table is printed."""
EXAMPLE = """example:
  python -m nmr_core posterior pretrained-ml4sci-2020-secular
  python -m nmr_core posterior pretrained-ml4sci-2020-secular example-ml4sci-2020 --echo 3 \
--out samples.csv --figure corner.html
  python -m nmr_core posterior pretrained-ml4sci-2020-secular example-ml4sci-2020 --echo 3 \
--simulations 3000
  python -m nmr_core posterior pretrained-measured echo.csv --measured --time-unit us

Without SOURCE the posterior is learned from fresh simulated curves (minutes), tested on new ones
and stored under NMR_DATA/posteriors. With SOURCE (as for predict) it is sampled for echoes. An echo
that is out of the domain of the run gets no samples unless you pass --insist. --simulations refines
the posterior of each echo by simulations around it, some ten seconds per echo.
The family flow needs the extra flow (PyTorch and zuko); binned needs nothing."""


def add(commands: _SubParsersAction) -> None:
    """Add the command, its arguments and its help to the subparsers of the command line."""
    parser = commands.add_parser(
        "posterior",
        help="the joint posterior of the parameters of an echo",
        epilog=EXAMPLE,
        description="Learn the joint posterior of a run, or sample it for echoes.",
    )
    parser.add_argument("run_id", metavar="RUN", help="id or folder")
    parser.add_argument(
        "source",
        metavar="SOURCE",
        nargs="?",
        type=arguments.text,
        help="data set, or file or folder with curves",
    )
    parser.add_argument(
        "--samples",
        metavar="N",
        type=arguments.whole,
        default=4000,
        help="per echo (default 4000)",
    )
    parser.add_argument(
        "--simulations",
        metavar="N",
        type=arguments.whole,
        default=0,
        help="refine with N simulations around each echo, such as 3000 (default 0: amortised)",
    )
    parser.add_argument(
        "--echo",
        metavar="K,...",
        type=arguments.names,
        help="numbers of the echoes, from 0 (default: all)",
    )
    parser.add_argument(
        "--out",
        metavar="FILE",
        type=arguments.text,
        help="write the samples to a .csv or .npz file",
    )
    parser.add_argument(
        "--figure",
        metavar="FILE",
        type=arguments.text,
        help="write the corner plot of the first echo to a .html, .json, .svg, .png or .pdf file",
    )
    parser.add_argument("--insist", action="store_true", help="sample for out-of-domain curves too")
    parser.add_argument(
        "--format",
        metavar="F",
        type=arguments.text,
        help="format of the file (default: recognised)",
    )
    text_options.add(parser)
    parser.add_argument(
        "--seed",
        type=arguments.seed(2**32 - 1),
        default=0,
        help="of curves and samples (default 0)",
    )
    parser.add_argument("--json", action="store_true", help="print the result as JSON")
    group = parser.add_argument_group("learning the posterior (without SOURCE)")
    group.add_argument(
        "--family",
        metavar="F",
        type=arguments.text,
        help="binned (default) or flow",
    )
    group.add_argument(
        "--curves",
        metavar="N",
        type=arguments.whole,
        default=50_000,
        help="fresh curves (default 50000)",
    )
    group.add_argument(
        "--check",
        metavar="N",
        type=arguments.whole,
        default=1000,
        help="further ones whose ranks are tested (default 1000)",
    )
    group.add_argument(
        "--jobs",
        metavar="N",
        type=arguments.whole,
        default=-1,
        help="processes that simulate (default: all)",
    )
    reading_options.add(parser)
    figure_style.add(parser)
    parser.set_defaults(run=run)


def run(args: Namespace) -> None:
    """Learn, or sample, and print."""
    from nmr_core.evaluation import load_run

    look = figure_style.look_of(args)
    out, figure = simulate_files.checked(args.out, args.figure)
    if args.source is None:
        if out or figure or args.measured or args.simulations:
            raise InputError(
                "--out, --figure, --measured and --simulations need the echoes to sample. Add "
                "SOURCE."
            )
        _learn(args, load_run(arguments.stored(args.run_id, load_run)))
        return
    result = _sampled(args)
    if out:
        _save(result, out)
    if figure:
        simulate_files.draw(_Corner(result), figure, look)
    (_show_json if args.json else _show)(result)


def _learn(args: Namespace, run_: "Run") -> None:
    from nmr_core.inference.posterior import make_posterior

    with Ticker() as ticker:
        learned, folder = make_posterior(
            run_,
            family=args.family or "",
            n=args.curves,
            n_check=args.check,
            seed=args.seed,
            n_jobs=args.jobs,
            progress=ticker,
        )
    if args.json:
        _learned_json(learned, folder)
        return
    show_facts(
        {
            "run": learned.run,
            "family": learned.family,
            "learned from": f"{learned.n_fit:,} {learned.source} curves",
            "stored in": str(folder),
            "time": f"{learned.seconds:.1f} s",
        }
    )
    print()
    table = learned.ranks.table()
    rows = [(name, *(f"{value:.3f}" for value in row)) for name, *row in table.itertuples()]
    show_table(("parameter", *table.columns), rows, table="ranks")
    print()
    print(learned.ranks.sentence)
    for reason in learned.unidentifiable.values():
        print(f"{reason} It is left out: its posterior is its prior.")


def _learned_json(learned: "Posterior", folder: Path) -> None:
    show_json(
        {
            "run": learned.run,
            "family": learned.family,
            "n": learned.n_fit,
            "n_check": len(learned.ranks),
            "path": folder,
            "seconds": learned.seconds,
            "uniform": learned.ranks.is_uniform,
            "says": learned.ranks.sentence,
            "ranks": learned.ranks.table().to_dict("index"),
        }
    )


def _sampled(args: Namespace) -> "JointPosterior":
    """Samples for the echoes of the command line."""
    from nmr_core.cli import predict
    from nmr_core.evaluation import load_run
    from nmr_core.measured.posterior import posterior
    from nmr_core.progress import reporting

    source: Any
    if args.measured:
        choice = predict_measured.choose(args)
        run_, source = choice.run, choice.prepared
    else:
        run_ = load_run(arguments.stored(args.run_id, load_run))
        source = predict.source(args)
    with Ticker() as ticker, reporting(ticker):
        return posterior(
            run_,
            source,
            samples=args.samples,
            chosen=None if args.echo is None else [_number(text) for text in args.echo],
            seed=args.seed,
            insist=args.insist,
            simulations=args.simulations,
        )


def _number(text: str) -> int:
    if not text.isdigit() or len(text) > 12:
        raise InputError(f"--echo takes numbers from 0, got {text[:40]!r}. Give --echo 0,3.")
    return int(text)


class _Corner:
    """The corner plot of the first echo, as :func:`simulate_files.draw` takes it."""

    def __init__(self, result: "JointPosterior"):
        self.result = result

    def figure(self) -> "go.Figure":
        from nmr_core.plots.corner import corner_figure
        from nmr_core.plots.palette import LIGHT

        result = self.result
        return corner_figure(result.values[0], result.targets, LIGHT, truth=result.truth[0])


def _save(result: "JointPosterior", path: Path) -> None:
    """Write the samples: columns with units as CSV, or the arrays as NPZ."""
    import pandas as pd

    from nmr_core.storage.files import write_file

    if path.suffix.lower() == ".npz":
        simulate_files.save(result, path)
        return
    text = csv_text(pd.DataFrame(result.columns()), result.targets, "posterior")
    write_file(path, lambda temporary: temporary.write_text(text, encoding="utf-8", newline="\n"))


def _show_json(result: "JointPosterior") -> None:
    echoes = [
        {
            "echo": int(number),
            "applicability": result.applicability[k],
            "reason": result.reason[k],
            "provenance": result.provenance(k),
            "n_simulated": int(result.n_simulated[k]),
            "n_effective": float(result.n_effective[k]) if result.n_simulated[k] else None,
            "parameters": result.table(k).to_dict("index"),
            "correlation": result.correlation(k).to_dict("index"),
        }
        for k, number in enumerate(result.echoes)
    ]
    show_json(
        {
            "run": result.run,
            "family": result.family,
            "n_samples": result.values.shape[1],
            "units": {name: spec["unit"] for name, spec in result.targets.items()},
            "echoes": echoes,
        }
    )


def _show(result: "JointPosterior") -> None:
    """Print median, sd and credible intervals of the first echoes."""
    for k, number in enumerate(result.echoes[:SHOWN]):
        if k:
            print()
        word, reason = result.applicability[k], result.reason[k]
        print(f"echo {number}" + (f": {word}. {reason}".rstrip() if word else ""))
        print(f"posterior: {result.provenance(k)}")
        table = result.table(k)
        rows = [
            (_label(result, name), *(f"{value:.4g}" for value in row))
            for name, *row in table.itertuples()
        ]
        show_table(("parameter", *table.columns), rows, None, "posterior", **HEADS)
    if len(result) > SHOWN:
        say(f"... and {len(result) - SHOWN:,} more; --out FILE writes all samples.")


def _label(result: "JointPosterior", name: str) -> str:
    """ "alpha (MHz)"."""
    unit = result.targets[name]["unit"]
    return f"{name} ({unit})" if unit else name
