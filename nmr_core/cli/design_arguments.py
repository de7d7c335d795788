"""Texts of the command ``design`` -> values of settings, costs, weights, ranges and times."""

import math
from argparse import ArgumentTypeError, Namespace
from typing import Any

from nmr_core.experiment.parse import number_or_nan

SECONDS = {"s": 1.0, "min": 60.0, "h": 3600.0, "d": 86_400.0}
"""Unit of a time -> seconds."""
MOST = 2000
"""Values of one field."""


def vary(argument: str) -> tuple[str, list[float]]:
    """Convert "NAME=V1,V2,..." or "NAME=LOW:HIGH:N" to (name, values)."""
    name, _, text = argument.partition("=")
    numbers = _range(text) if ":" in text else [number_or_nan(one) for one in text.split(",")]
    if not name.strip() or not numbers or not all(map(math.isfinite, numbers)):
        raise ArgumentTypeError(
            "it takes NAME=V1,V2,... or NAME=LOW:HIGH:N, for example angle_2=30,60,90 or "
            f"angle_2=10:180:18; got {argument[:60]!r}"
        )
    return name.strip(), [_whole(number) for number in numbers]


def _range(text: str) -> list[float]:
    """Values of "LOW:HIGH:N" in equal steps; none if it is no range."""
    numbers = [number_or_nan(one) for one in text.split(":")]
    if len(numbers) != 3 or not all(map(math.isfinite, numbers)):
        return []
    low, high, n = numbers
    if not (n.is_integer() and 1 <= n <= MOST):
        return []
    step = (high - low) / max(n - 1, 1)
    return [float(f"{low + k * step:.8g}") for k in range(int(n))]


def _whole(number: float) -> float | int:
    """A whole number as an int, which some fields need."""
    return int(number) if number.is_integer() and abs(number) < 2**53 else number


def pairs(argument: str) -> dict[str, float]:
    """Convert "NAME=VALUE,NAME=VALUE" to a dict of numbers."""
    values = {}
    for one in argument.split(","):
        name, _, text = one.partition("=")
        number = number_or_nan(text)
        if not name.strip() or not math.isfinite(number):
            raise ArgumentTypeError(
                f"it takes NAME=VALUE,... with numbers, for example d=1,xi=0; got {argument[:60]!r}"
            )
        values[name.strip()] = number
    return values


def interval(argument: str) -> tuple[str, tuple[float, float]]:
    """Convert "NAME=LOW:HIGH" to (name, (low, high))."""
    name, _, text = argument.partition("=")
    ends = [number_or_nan(end) for end in text.split(":")]
    if not name.strip() or len(ends) != 2 or not all(map(math.isfinite, ends)):
        raise ArgumentTypeError(
            f"it takes NAME=LOW:HIGH with numbers, for example d=3.5:4.2; got {argument[:60]!r}"
        )
    return name.strip(), (ends[0], ends[1])


def limit(argument: str) -> tuple[str, float | list[float]]:
    """Convert "angle=180", "tau=10:200" or "n_pulses=3" to (name, limit)."""
    if ":" in argument:
        name, ends = interval(argument)
        return name, list(ends)
    ((name, value),) = list(pairs(argument).items())[:1]
    return name, value


def duration(argument: str) -> float:
    """Convert "600", "600s", "10min" or "2h" to seconds."""
    text = argument.strip()
    unit = next(
        (unit for unit in sorted(SECONDS, key=len, reverse=True) if text.endswith(unit)), ""
    )
    number = number_or_nan(text.removesuffix(unit))
    if not math.isfinite(number):
        raise ArgumentTypeError(
            f"a time is a number of seconds, or has a unit: 600, 10min, 2h; got {argument[:40]!r}"
        )
    return number * SECONDS.get(unit, 1.0)


def options(args: Namespace) -> dict[str, Any]:
    """Return the arguments of ``nmr.design`` that were given, but for noise and preset."""
    given: dict[str, Any] = {
        "vary": dict(args.vary),
        "sequences": args.sequence,
        "budget": args.budget,
        "seconds_per_shot": args.seconds_per_shot,
        "change": args.change,
        "weights": args.weights,
        "nuisances": args.nuisances,
        "posterior": dict(args.known),
        "limits": dict(args.limit),
        "most": args.most,
        "seed": args.seed,
    }
    return {name: value for name, value in given.items() if value not in (None, {}, [])}
