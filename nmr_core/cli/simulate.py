"""``simulate``: one echo, one per setting of a material, or a sweep."""

from argparse import ArgumentParser, Namespace, _SubParsersAction
from collections.abc import Iterator
from contextlib import contextmanager

from nmr_core.cli import arguments, figure_style, simulate_files
from nmr_core.cli.output import show_json
from nmr_core.cli.simulate_help import EPILOG
from nmr_core.cli.simulate_summary import show, summarise
from nmr_core.cli.ticker import Ticker
from nmr_core.errors import InputError
from nmr_core.experiment import FIELDS
from nmr_core.presets import DEFAULT, PRESETS, Preset


def add(commands: _SubParsersAction) -> None:
    """Add the command, its arguments and its help to the subparsers of the command line."""
    parser = commands.add_parser(
        "simulate",
        help="simulate echoes",
        epilog=EPILOG,
        description="Simulate one echo, one for each setting of a preset, or a sweep.",
    )
    preset_argument(parser)
    parser.add_argument(
        "--settings",
        metavar="NAME=V1,V2,...",
        action="append",
        type=arguments.settings,
        default=[],
        help="several echoes of one material, instead of the preset's settings: a field of the "
        "protocol with one value per echo; can be repeated with as many values",
    )
    parser.add_argument(
        "--sweep",
        metavar="NAME=LOW:HIGH:N",
        type=arguments.sweep,
        help="N echoes along one parameter; of a preset with differing settings its base is swept, "
        "without them",
    )
    parser.add_argument(
        "--seed", type=arguments.seed(2**53 - 1), default=0, help="places the offsets (default 0)"
    )
    parser.add_argument(
        "--out", metavar="FILE", type=arguments.text, help="write the echoes to a .csv or .npz file"
    )
    parser.add_argument(
        "--figure",
        metavar="FILE",
        type=arguments.text,
        help="draw them to a .html (works offline), .json (plotly), .svg, .png or .pdf file",
    )
    figure_style.add(parser)
    parser.add_argument(
        "--json", action="store_true", help="print everything, signals included, as JSON"
    )
    parser.set_defaults(run=run)


def preset_argument(parser: ArgumentParser, default: str | None = DEFAULT) -> None:
    """--preset and --set, for every command that starts from a preset."""
    presets = "; ".join(
        f"{name} (own parameters {', '.join(PRESETS[name].space.names)})" for name in PRESETS
    )
    parser.add_argument(
        "--preset", metavar="P", default=default, help=f"one of {presets}; default {DEFAULT}"
    )
    parser.add_argument(
        "--set",
        metavar="NAME=VALUE",
        action="append",
        type=arguments.setting,
        default=[],
        help=f"a parameter of the preset, or any of {', '.join(FIELDS)}; can be repeated",
    )


def run(args: Namespace) -> None:
    """Simulate, write, print."""
    from nmr_core.presets import preset as named_preset

    preset, values = named_preset(args.preset), dict(args.set)
    if args.sweep and args.settings:
        raise InputError("--sweep and --settings exclude each other. Leave one of them out.")
    out, figure = simulate_files.checked(args.out, args.figure)
    look = figure_style.look_of(args)
    if args.settings:
        preset = preset.measure(**dict(args.settings))
    differing = args.sweep[:1] if args.sweep else tuple(dict(preset.settings[0]))
    for name in differing:
        if name in values:
            raise InputError(
                f"{name} differs between the echoes, so --set {name} has no meaning. Leave it out"
                + ("." if args.sweep else f", or give its values with --settings {name}=V1,V2,...")
            )
    result = _simulated(preset, values, args)
    if out:
        simulate_files.save(result, out)
    if figure:
        simulate_files.draw(result, figure, look)
    summary = summarise(preset, values | result.first, result)
    summary |= {"seed": args.seed, "out": out and str(out), "figure": figure and str(figure)}
    if args.json:
        show_json(summary | result.numbers())
    else:
        show(preset, summary, result)


def _simulated(preset: Preset, values: dict, args: Namespace):
    """The result of the arguments: of one echo, of differing settings, or of a sweep."""
    from nmr_core.cli import simulate_results as results

    with _progress():
        if args.sweep:
            return results.simulate_sweep(preset, values, *args.sweep, seed=args.seed)
        if len(preset.settings) == 1:
            return results.simulate_one(preset, values, seed=args.seed)
        return results.simulate_settings(preset, values, seed=args.seed)


@contextmanager
def _progress() -> Iterator[None]:
    """Progress of the simulator on stderr; every batch counts from 0 again."""
    from nmr_core.progress import reporting

    number, last = 1, 0

    def report(done: int, total: int, message: str) -> None:
        nonlocal number, last
        number, last = number + (done < last), done
        ticker(done, total + 1, f"{message}, batch {number}")

    with Ticker() as ticker, reporting(report):
        yield
