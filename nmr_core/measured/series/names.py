"""Candidates for the swept quantity from the names of files."""

from collections.abc import Sequence
from itertools import pairwise

from nmr_core.measured.series.naming import Number, numbers_in
from nmr_core.measured.series.quantity import (
    COUNTERS,
    QUANTITIES,
    UNITS,
    Quantity,
    of_dimension,
)
from nmr_core.measured.series.series import NAME, Candidate, Item

ASSUMED = ("temperature", "field", "recovery", "angle", "frequency", "tau")
"""Quantities whose unit is assumed where a name has none."""
AS_DECIMALS = " with _ as decimal point"
"""End of the name of the other reading of "4_2K", 4.2 K."""


def name_candidates(items: Sequence[Item]) -> list[Candidate]:
    """Return every number of the names that varies, and quantities that do not.

    Numbers of two names belong together if they have the same quantity, or the same word before
    them; the first and the second one of a name are distinguished.

    Parameters
    ----------
    items : sequence of Item
        Items that were read.
    """
    columns: dict[tuple[str, int], dict[int, Number]] = {}
    for k, item in enumerate(items):
        counts: dict[str, int] = {}
        for number in numbers_in(item.path):
            place = counts.get(number.key, 0)
            counts[number.key] = place + 1
            columns.setdefault((number.key, place), {})[k] = number
    candidates = [
        _candidate([numbers.get(k) for k in range(len(items))]) for numbers in columns.values()
    ]
    candidates = [one for one in candidates if one.varies or one.quantity.name in QUANTITIES]
    return [*filter(None, candidates), *_joined(items)]


def _candidate(numbers: list[Number | None]) -> Candidate:
    """The candidate of numbers that belong together."""
    some = [number for number in numbers if number is not None]
    values = tuple(None if number is None else number.value for number in numbers)
    first = some[0]
    name = first.quantity
    if not name:
        word = first.word or "number in the name"
        quantity = Quantity(word[:40], first.unit[:12])
        return Candidate(NAME, quantity, values, _is_counter(first.word, some))
    with_unit = [number for number in some if number.dimension]
    if with_unit and len(with_unit) < len(some):
        bare = sum(not number.dimension for number in some)
        unit = QUANTITIES[name].unit
        return Candidate(
            NAME,
            QUANTITIES[name],
            values,
            note=f"{bare} of {len(some)} names give no unit for it; {unit} is assumed there.",
        )
    if with_unit:
        base = of_dimension(first.dimension, first.word)
        return Candidate(NAME, base, values)
    if name in ASSUMED and (len(first.word) > 1 or first.word in "TBH"):
        quantity = QUANTITIES[name]
        return Candidate(
            NAME,
            quantity,
            values,
            _is_counter("", some) and len(first.word) == 1,
            f"The names give no unit for {first.word}; {quantity.unit} is assumed.",
        )
    quantity = Quantity(first.word, "" if name in UNITS else QUANTITIES[name].unit)
    return Candidate(NAME, quantity, values, _is_counter("", some))


def _is_counter(word: str, numbers: list[Number]) -> bool:
    """Whether numbers count files: whole, each once, without gaps, or after a word such as run."""
    values = sorted(number.value for number in numbers)
    whole = all(value == int(value) for value in values)
    if not whole or len(set(values)) < len(values):
        return False
    if word and word.casefold() in COUNTERS:
        return True
    return values == list(range(int(values[0]), int(values[0]) + len(values))) and values[0] in (
        0,
        1,
    )


def _joined(items: Sequence[Item]) -> list[Candidate]:
    """The reading "4_2K" = 4.2 K where every name may be read so, beside 2 K."""
    values: list[float | None] = []
    quantity = None
    for item in items:
        numbers = numbers_in(item.path)
        pairs = [
            (left, right)
            for left, right in pairwise(numbers)
            if _may_be_decimals(left, right, item.path)
        ]
        if len(pairs) != 1:
            return []
        left, right = pairs[0]
        quantity = of_dimension(right.dimension, left.word)
        scale = right.value / float(right.text.rstrip("_ " + right.unit))
        values.append(float(f"{left.text}.{right.text[0]}") * scale)
    if quantity is None or len(set(values)) < 2:
        return []
    first = [numbers_in(item.path)[-1] for item in items]
    if len({number.value for number in first}) < 2:
        return []
    joined = Quantity(f"{quantity.name}{AS_DECIMALS}", quantity.unit, quantity.symbol)
    return [Candidate(NAME, joined, tuple(values))]


def _may_be_decimals(left: Number, right: Number, path: str) -> bool:
    """Whether "4_2K" stands in a path: digits, _ or -, one digit and a unit."""
    counts = left.word and left.word.casefold() in COUNTERS and left.word.casefold() != "sample"
    bare = left.text.isdigit() and not left.unit and not counts
    one_digit = right.dimension and right.text[:1].isdigit() and not right.text[1:2].isdigit()
    return bool(
        bare
        and one_digit
        and "." not in right.text
        and any(f"{left.text}{mark}{right.text}" in path for mark in "_-")
    )
