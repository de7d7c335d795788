"""Texts of the command ``design`` -> values of settings, costs, weights, ranges and times."""

from argparse import Namespace
from typing import Any

from nmr_core.cli.arguments import argument_type
from nmr_core.errors import InputError
from nmr_core.experiment import parse


def _vary(text: str) -> tuple[str, list[float | int]]:
    name, _, several = parse.plain_text(text).partition("=")
    if not name.strip():
        raise InputError(f"it takes NAME=V1,V2,..., for example angle_2=30,60; got {text[:60]!r}")
    return name.strip(), [parse.as_whole(number) for number in parse.numbers(several)]


def _pairs(text: str) -> dict[str, float]:
    values: dict[str, float] = {}
    for one in parse.plain_text(text).split(","):
        name, value = parse.assignment(one)
        if isinstance(value, str):
            raise InputError(
                f"it takes NAME=VALUE,... with numbers, for example d=1,xi=0; got {text[:60]!r}"
            )
        if name in values:
            raise InputError(f"it takes every name once, got {name} twice in {text[:60]!r}")
        values[name] = value
    return values


def _limit(text: str) -> tuple[str, float | list[float]]:
    if ":" in text:
        name, ends = parse.interval(text)
        return name, list(ends)
    name, value = parse.assignment(text)
    if isinstance(value, str):
        raise InputError(
            f"it takes one NAME=VALUE with numbers, for example angle=180; got {text[:60]!r}"
        )
    return name, value


def _fraction(text: str) -> float:
    plain = parse.plain_text(text).strip()
    try:
        return float(plain.removesuffix("%")) / (100 if plain.endswith("%") else 1)
    except ValueError:
        raise InputError(f"it takes a fraction such as 2% or 0.02, got {text[:60]!r}") from None


vary = argument_type(_vary)
"""A ``type`` of argparse: "angle_2=30,60" or "angle_2=10:180:18" to (name, values)."""
pairs = argument_type(_pairs)
"""A ``type`` of argparse: "d=1,xi=0" to numbers by name."""
interval = argument_type(parse.interval)
limit = argument_type(_limit)
"""A ``type`` of argparse: "angle=180", "tau=10:200" or "n_pulses=3" to (name, limit)."""
fraction = argument_type(_fraction)
"""A ``type`` of argparse: "2%" or "0.02" to a number."""
duration = argument_type(parse.seconds)


def options(args: Namespace) -> dict[str, Any]:
    """Return the arguments of ``nmr.design`` that were given, but for prior and noise."""
    given: dict[str, Any] = {
        "vary": _once("--vary", args.vary),
        "sequences": args.sequence,
        "default": args.default,
        "budget": args.budget,
        "seconds_per_shot": args.seconds_per_shot,
        "change": _together("--change", args.change),
        "weights": _together("--weights", args.weights),
        "nuisances": _together("--nuisances", args.nuisances),
        "posterior": _once("--known", args.known),
        "limits": _once("--limit", args.limit),
        "most": args.most,
        "seed": args.seed,
    }
    return {name: value for name, value in given.items() if value not in (None, {}, [])}


def _together(option: str, several: list[dict[str, float]] | None) -> dict[str, float]:
    """The values of an option that was given several times."""
    return _once(option, [pair for one in several or () for pair in one.items()])


def _once(option: str, named: list[tuple[str, Any]]) -> dict[str, Any]:
    """The values by name; a name that comes twice would hide the first value."""
    values = dict(named)
    if len(values) < len(named):
        names = [name for name, _ in named]
        twice = next(name for name in names if names.count(name) > 1)
        raise InputError(
            f"{option} has {twice[:40]} twice, so one of them would be lost. Write all of it in "
            f"one {option}."
        )
    return values
