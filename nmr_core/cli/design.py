"""``design``: which measurement is next within a budget of time, and does it pay when trained?"""

from argparse import ArgumentParser, Namespace, _SubParsersAction
from math import inf
from typing import TYPE_CHECKING

from nmr_core.cli import arguments, design_arguments, design_book
from nmr_core.cli.prior_source import add_set, preset_and_noise
from nmr_core.errors import InputError

if TYPE_CHECKING:
    from nmr_core.design.problem import DesignProblem

EXAMPLE = """example:
  python -m nmr_core design lab --vary angle_2=30,60,90,120,180 --screen
  python -m nmr_core design lab --vary angle_2=30,60,90,120,180 --screen --shape angle_2
  python -m nmr_core design lab --vary angle_2=10:180:18 --budget 10min --jobs -1
  python -m nmr_core design lab --vary angle_2=45,90,180 --vary tau=25,50,100 \\
      --budget 20min --change tau=60 --weights d=1,xi=0 --prove
  python -m nmr_core design --stored design-0123456789abcdef --prove
  python -m nmr_core design gsoc_2021_weak_gaussian --vary angle_2=60,90,180 --snr 50 \\
      --nuisances pulse_angle_error=2 --known d=3.5:4.2 --csv ranking.csv
  python -m nmr_core design lab --vary angle_2=30,60,90,180 --budget 1h --begin 10%
  python -m nmr_core design lab --vary tau=25,50,100 --budget 1h --rehearse d=0.2
  python -m nmr_core design --book lb-20261129-081502-5f3a --tell echo.csv --time-unit us

Candidates: all combinations of --vary, and every --sequence (pulses and delays, "90x 50us 180y").
The default is what the preset measures, or every --default. Times: seconds, or with a unit (40s,
10min, 2h).
--screen: receiver noise only, in a second or two; disorder is not counted, so it is a first look.
Without it materials of the prior are simulated at every candidate, and the promise comes from
materials that the choice has not seen. --prove trains a learner on the default, the proposed, and
random designs, and prints whether the promise is kept. Results are stored under NMR_DATA/designs
and shown on the page "Design". --begin, --book and --tell: one acquisition after another, each
chosen by what is known after the last one; see "a lab book"."""
CRITERIA = ("weighted", "minimax", "d", "a")


def add(commands: _SubParsersAction) -> None:
    """Add the command, its arguments and its help to the subparsers of the command line."""
    parser = commands.add_parser(
        "design",
        help="rank the next measurements within a budget of time",
        epilog=EXAMPLE,
        description="Rank what could be measured next, by the error after it and by its time.",
    )
    parser.add_argument(
        "source",
        metavar="PRESET_OR_DATASET",
        nargs="?",
        help="what is known: name of a preset, or id or folder of a data set",
    )
    _add_candidates(parser)
    _add_time(parser)
    _add_goal(parser)
    _add_output(parser)
    design_book.add(parser)
    parser.set_defaults(run=run)


def _add_candidates(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--vary",
        metavar="NAME=V1,V2,...",
        action="append",
        type=design_arguments.vary,
        default=[],
        help="a setting that may change, or NAME=LOW:HIGH:N; can be repeated",
    )
    parser.add_argument(
        "--sequence",
        metavar="PULSES",
        action="append",
        type=arguments.text,
        default=[],
        help="a composite sequence as one more candidate; can be repeated",
    )
    parser.add_argument(
        "--default",
        metavar="NAME=V,...",
        action="append",
        type=design_arguments.pairs,
        default=[],
        help="a setting of what is measured today, one shot each time (default: the preset's); "
        "can be repeated",
    )
    parser.add_argument(
        "--limit",
        metavar="NAME=VALUE",
        action="append",
        type=design_arguments.limit,
        default=[],
        help="of the hardware: angle=180, tau=10:200, n_pulses=3; can be repeated",
    )
    add_set(parser)
    parser.add_argument(
        "--known",
        metavar="NAME=LOW:HIGH",
        action="append",
        type=design_arguments.interval,
        default=[],
        help="range of a parameter from an echo just read; can be repeated",
    )


def _add_time(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--budget",
        metavar="TIME",
        type=design_arguments.duration,
        help="measuring time, such as 600, 10min, 2h (default: that of the default)",
    )
    parser.add_argument(
        "--seconds-per-shot", metavar="S", type=float, help="repetition time (default 1)"
    )
    parser.add_argument(
        "--change",
        metavar="NAME=S,...",
        action="append",
        type=design_arguments.pairs,
        help="seconds that changing a setting costs, such as tau=60; can be repeated",
    )
    noise = parser.add_mutually_exclusive_group()
    noise.add_argument(
        "--noise",
        metavar="S",
        type=float,
        help="standard deviation of noise in Re M and Im M of one shot (default: the preset's)",
    )
    noise.add_argument("--snr", metavar="N", type=float, help="the same as 0.5/noise")


def _add_goal(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--weights",
        metavar="NAME=W,...",
        action="append",
        type=design_arguments.pairs,
        help="how much the error of a parameter counts; 0: not at all (default 1 each); can be "
        "repeated",
    )
    parser.add_argument(
        "--nuisances",
        metavar="NAME=S,...",
        action="append",
        type=design_arguments.pairs,
        help="unknown errors of the instrument, such as pulse_angle_error=2; can be repeated",
    )
    parser.add_argument(
        "--criterion",
        choices=CRITERIA,
        default=design_book.DEFAULT_CRITERION,
        help="what is made small: weighted error (default), worst parameter, D or A",
    )
    parser.add_argument(
        "--most",
        metavar="N",
        type=arguments.whole,
        help="largest number of different settings of a design (default 4)",
    )
    parser.add_argument("--seed", type=arguments.seed(2**31), help="of the materials (default 0)")


def _add_output(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--screen", action="store_true", help="receiver noise only, in a second or two"
    )
    parser.add_argument(
        "--prove", action="store_true", help="train on the proposed and on other designs"
    )
    parser.add_argument(
        "--shape",
        metavar="NAME,...",
        type=arguments.text,
        help="change these fields of the proposed design continuously, such as angle_2,tau",
    )
    parser.add_argument(
        "--jobs",
        metavar="N",
        type=arguments.whole,
        default=1,
        help="processes; -1: one per core (default 1)",
    )
    parser.add_argument(
        "--stored", metavar="KEY", type=arguments.text, help="print a stored design"
    )
    parser.add_argument("--again", action="store_true", help="compute even if the result is stored")
    parser.add_argument(
        "--csv", metavar="FILE", type=arguments.text, help="write the ranking to a .csv file"
    )
    parser.add_argument("--json", action="store_true", help="print the result as JSON")


def run(args: Namespace) -> None:
    """Compute, store, print."""
    from nmr_core.cli import design_output

    out = arguments.out_file(args.csv, (".csv",)) if args.csv else None
    if args.screen and args.prove:
        raise InputError(
            "--screen stores no design to prove. Leave out one of --screen and --prove."
        )
    design_book.check(args)
    if args.stored:
        from nmr_core.design.store import load_design

        design_output.show_design(load_design(args.stored), args, out)
        return
    if design_book.is_book(args):
        design_book.run(args, lambda: _problem(args), out)
        return
    show = design_output.screened if args.screen else design_output.designed
    show(_problem(args), args, out)


def _problem(args: Namespace) -> "DesignProblem":
    """The checked problem of the options."""
    from nmr_core.design.problem import DesignProblem

    if args.source is None:
        raise InputError(
            "Say what is known: the name of a preset, or the id of a data set, before the options."
        )
    preset, own = preset_and_noise(args.source, args.set)
    options = design_arguments.options(args)
    noise = _noise(args, own)
    return DesignProblem.of(preset, **options if noise is None else options | {"noise": noise})


def _noise(args: Namespace, own: float | None) -> float | None:
    """The noise of the options, else ``own``."""
    if args.snr is None:
        return own if args.noise is None else args.noise
    if not 0.5 <= args.snr < inf:
        raise InputError(
            f"snr must be a number of at least 0.5, got {args.snr:g}. Write the largest possible "
            "signal over the noise of one shot, such as --snr 100."
        )
    return 0.5 / args.snr
