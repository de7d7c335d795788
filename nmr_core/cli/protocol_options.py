"""Options that say what was measured, where the file does not."""

from __future__ import annotations

from argparse import ArgumentParser, ArgumentTypeError, Namespace
from typing import TYPE_CHECKING

from nmr_core.cli import arguments
from nmr_core.errors import InputError

if TYPE_CHECKING:
    from nmr_core.measured import Measurement

GIVEN = ("tau", "start", "pulse_1", "pulse_2", "angle_1", "angle_2", "sequence")
"""Numbers of a protocol that the file may not hold."""
ANGLES = ("angle_1", "angle_2")


def add(parser: ArgumentParser) -> None:
    """Add the options to a parser."""
    group = parser.add_argument_group(
        "what was measured", "What is not given is taken from the file, or from the echo."
    )
    texts = {
        "--tau": ("T", "time between the centres of the two pulses, µs"),
        "--start": ("T", "first point after the centre of the last pulse, µs"),
        "--pulse-1": ("T", "length of the first pulse, µs"),
        "--pulse-2": ("T", "length of the second pulse, µs"),
    }
    for option, (metavar, help) in texts.items():
        group.add_argument(option, metavar=metavar, type=float, help=help)
    for option, which in (("--angle-1", "first"), ("--angle-2", "second")):
        group.add_argument(
            option,
            metavar="A,...",
            type=numbers,
            help=f"angle of the {which} pulse, degrees; several: one per file",
        )
    group.add_argument(
        "--sequence", metavar="NAME", type=arguments.text, help="pulse sequence, such as hahn_echo"
    )


def numbers(argument: str) -> list[float]:
    """Return the numbers of a text such as 60,120,180."""
    try:
        return [float(text) for text in argument.split(",")]
    except ValueError:
        raise ArgumentTypeError(
            f"it takes numbers separated by commas, got {argument[:40]!r}"
        ) from None


def stated(args: Namespace, measurements: list[Measurement]) -> list[Measurement]:
    """Return the measurements with the given numbers among their facts."""
    from nmr_core.measured import acquired

    n = len(measurements)
    return [
        acquired.stated(one, **given(args, number, n)) for number, one in enumerate(measurements)
    ]


def given(args: Namespace, number: int, n: int) -> dict[str, float | str | None]:
    """Return the given numbers of one of n measurements, counted from 0.

    Raises
    ------
    InputError
        For several angles that are not one per measurement.
    """
    return {name: _of_file(args, name, number, n) for name in GIVEN}


def _of_file(args: Namespace, name: str, number: int, n: int) -> float | str | None:
    """A value for one measurement: of one value for all, or of one per measurement."""
    value = getattr(args, name)
    if name not in ANGLES or value is None:
        return value
    if len(value) == 1:
        return value[0]
    if len(value) != n:
        raise InputError(
            f"--{name.replace('_', '-')} has {len(value)} values for {n} measurements. Give one "
            "for all, or one for each."
        )
    return value[number]
