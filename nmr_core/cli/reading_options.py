"""Options that read and prepare a measured echo, and what they give."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace, _ArgumentGroup
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nmr_core.cli import arguments, text_options
from nmr_core.cli.ticker import say
from nmr_core.errors import InputError

if TYPE_CHECKING:
    from nmr_core.measured import Measurement, Steps

STEPS = (
    "time_zero",
    "echo_time",
    "phase",
    "baseline",
    "amplitude",
    "dead_time",
    "resample",
    "conjugate",
    "offset",
)
HELP = {
    "time_zero": "time of the first pulse in the file, µs",
    "echo_time": "time of the echo in the file, µs",
    "phase": "phase of the receiver, degrees",
    "baseline": "constant, linear, or a number",
    "amplitude": "signal for M = 1, in the unit of the file",
    "dead_time": "time after each pulse in which the receiver is blind, µs",
    "resample": "average, spline or nearest",
    "conjugate": "yes or no: whether to reverse the sign of Im",
    "offset": "frequency of the line's centre from the carrier, kHz",
}


def add(parser: ArgumentParser) -> _ArgumentGroup:
    """Add the options that read and prepare a measured echo; return their group."""
    group = parser.add_argument_group(
        "a measured echo",
        "Steps that are not given are estimated and reported; 'off' skips a step.",
    )
    group.add_argument(
        "--measured",
        action="store_true",
        help="FILE holds one measured echo, of any spectrometer or as text",
    )
    group.add_argument(
        "--time-unit",
        metavar="U",
        type=arguments.text,
        help="unit of the times in the file: s, ms, us or ns",
    )
    group.add_argument(
        "--columns",
        metavar="T,RE,IM",
        type=arguments.names,
        help="columns, by name or number from 1",
    )
    group.add_argument(
        "--dwell",
        metavar="STEP",
        type=float,
        help="time between points, in --time-unit, if no column holds times",
    )
    group.add_argument(
        "--first-point",
        metavar="T",
        type=float,
        help="time of the first point, in --time-unit (default: as in the file)",
    )
    group.add_argument(
        "--measurement",
        metavar="K,...",
        type=arguments.names,
        help="which echoes of a file with several, from 1",
    )
    for name in STEPS:
        group.add_argument(
            f"--{name.replace('_', '-')}", metavar="X", type=arguments.text, help=HELP[name]
        )
    return group


def read_file(args: Namespace, path: str | Path) -> list[Measurement]:
    """Read the measurements of a file as the options describe it."""
    from nmr_core.measured import read_measurements

    say(f"Reading {Path(path).name} ...")
    return read_measurements(
        Path(path),
        kind=args.format,
        time_unit=args.time_unit,
        columns=args.columns,
        step=args.dwell,
        text=text_options.chosen(args),
        numbers=numbers(args),
        first=args.first_point,
    )


def numbers(args: Namespace) -> list[int] | None:
    """Numbers of --measurement; None if it was not given."""
    if args.measurement is None:
        return None
    return [_whole(text) for text in args.measurement]


def _whole(text: str) -> int:
    if not text.isdigit():
        raise InputError(
            f"--measurement takes numbers from 1, got {text[:40]!r}. Give for example "
            "--measurement 2."
        )
    return int(text)


def steps_of(args: Namespace) -> Steps:
    """The steps that the options fix."""
    from nmr_core.measured import Steps

    texts = {name: getattr(args, name) for name in STEPS}
    values: dict[str, Any] = {
        name: _value(name, text) for name, text in texts.items() if text is not None
    }
    return Steps(**values)


def _value(name: str, text: str) -> complex | bool | str:
    """A number, yes or no of ``conjugate``, or a word."""
    if name == "conjugate" and text in ("yes", "no"):
        return text == "yes"
    try:
        return complex(text) if name == "baseline" else float(text)
    except ValueError:
        return text
