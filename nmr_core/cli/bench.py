"""``bench``: the speed of the simulator on this machine."""

from argparse import Namespace, _SubParsersAction

from nmr_core.cli import arguments
from nmr_core.cli.output import show_json
from nmr_core.cli.ticker import Ticker

EXAMPLE = """example:
  python -m nmr_core bench
  python -m nmr_core bench --n-x 100 --n-y 100 --curves 32 --json"""


def add(commands: _SubParsersAction) -> None:
    """Add the command, its arguments and its help to the subparsers of the command line."""
    parser = commands.add_parser(
        "bench",
        help="measure the speed",
        epilog=EXAMPLE,
        description="Measure ratios: batch path over its FFTs, plain NumPy and the reference code; "
        "time per step against lattice size; a fresh process. Under a minute by default.",
    )
    parser.add_argument(
        "--n-x", type=arguments.whole, metavar="NX", help="lattice size along x (default 50)"
    )
    parser.add_argument(
        "--n-y", type=arguments.whole, metavar="NY", help="lattice size along y (default 50)"
    )
    parser.add_argument(
        "--curves",
        type=arguments.whole,
        metavar="N",
        dest="n_curves",
        help="curves per round (default 64)",
    )
    parser.add_argument(
        "--repeats",
        type=arguments.whole,
        metavar="R",
        help="rounds; the shortest counts (default 3)",
    )
    parser.add_argument("--json", action="store_true", help="print the numbers as JSON")
    parser.set_defaults(run=run)


def run(args: Namespace) -> None:
    """Measure and print."""
    from nmr_core.benchmark import run_benchmark

    options = {name: getattr(args, name) for name in ("n_x", "n_y", "n_curves", "repeats")}
    options = {name: value for name, value in options.items() if value is not None}
    with Ticker() as ticker:
        result = run_benchmark(progress=ticker, **options)
    if args.json:
        show_json(result.to_dict())
    else:
        print(result)
