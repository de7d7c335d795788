"""Choose the swept quantity of a series; what is not certain becomes a question."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from nmr_core.errors import InputError
from nmr_core.measured.series.grouping import grouped
from nmr_core.measured.series.headers import header_candidates
from nmr_core.measured.series.names import AS_DECIMALS, name_candidates
from nmr_core.measured.series.quantity import (
    ORDER,
    QUANTITIES,
    Quantity,
    convert,
    parse_quantity,
    words_of,
)
from nmr_core.measured.series.series import (
    GIVEN,
    HEADER,
    NAME,
    NUMBER,
    Candidate,
    Item,
    Series,
)

JITTER = 0.02
"""Spread up to which a quantity counts as constant beside one that is swept."""
SWEPT = 0.1
"""Spread of a quantity beside which a small one is jitter."""
AGREE = 0.05
"""Largest difference of header and name, over the larger one, that is a reading of one value."""
LISTED = 6
"""Names that a sentence lists."""
ADVICE = "Choose with --by, or give the values."
ORDER_ADVICE = "Give the values, or take the number of the echo (--by order)."


def chosen(items: Sequence[Item], by: str | None, title: str) -> Series:
    """Return a series with its swept quantity, or with the question that has to be answered.

    Parameters
    ----------
    items : sequence of Item
        All items, also those that could not be read.
    by : str, optional
        The quantity that is asked for, as of ``parse_quantity``; default: found.
    title : str
        Name of the folder or file.

    Raises
    ------
    InputError
        If the quantity that is asked for is not there.
    """
    items = list(items)
    read = [item for item in items if item.measurement is not None]
    order = Candidate(NUMBER, ORDER, tuple(float(k) for k in range(1, len(read) + 1)))
    candidates = [*header_candidates(read), *name_candidates(read)]
    series = Series(tuple(items), candidates=(*candidates, order), title=title)
    if not read:
        return replace(series, question=_nothing_read(items, title))
    if by is not None:
        choice, reason = _asked(by, [*candidates, order])
    else:
        choice, reason = _found(candidates, read)
    if choice is None:
        return replace(series, question=reason, groups=grouped(items))
    values = iter(choice.values)
    items = [
        item if item.measurement is None else replace(item, value=next(values)) for item in items
    ]
    return placed(replace(series, items=tuple(items)), choice.quantity, choice.source, reason)


def with_values(
    series: Series, values: Sequence[float | None], quantity: Quantity, reason: str = ""
) -> Series:
    """Return a series with other values, in the order of its items; None: not known.

    Parameters
    ----------
    series : Series
        With or without values.
    values : sequence of float or None
        One per item.
    quantity : Quantity
        What they are.
    reason : str
        Where they come from; default: that they were given.

    Raises
    ------
    InputError
        For another number of values.
    """
    if len(values) != len(series.items):
        raise InputError(
            f"The series has {len(series.items)} echoes, got {len(values)} values. Give one per "
            "echo, empty where it is not known."
        )
    items = [
        replace(item, value=None if value is None else float(value))
        for item, value in zip(series.items, values, strict=True)
    ]
    reason = reason or f"The values of {quantity.name} were given."
    return placed(replace(series, items=tuple(items)), quantity, GIVEN, reason)


def placed(series: Series, quantity: Quantity, source: str, reason: str) -> Series:
    """Return a series whose items have values, in their order, with groups and notes."""
    items = tuple(sorted(series.items, key=lambda item: (item.value is None, item.value or 0.0)))
    groups = grouped(items, swept=quantity.name)
    return replace(
        series,
        items=items,
        quantity=quantity,
        source=source,
        reason=reason,
        question="",
        groups=groups,
        notes=(*_value_notes(items, quantity), *_group_notes(groups), *_problem_notes(items)),
    )


def _nothing_read(items: Sequence[Item], title: str) -> str:
    if not items:
        return f"{title} holds no files. Give the folder or the files of the series."
    return (
        f"None of the {len(items):,} files of {title} could be read. The first: {items[0].problem}"
    )


def _asked(by: str, candidates: Sequence[Candidate]) -> tuple[Candidate | None, str]:
    """The candidate that is asked for, and why; None with a question."""
    place, name, unit = parse_quantity(by)
    sources = {"header": HEADER, "name": NAME}
    matches = [
        one
        for one in candidates
        if words_of(one.quantity.name).casefold() == words_of(name).casefold()
        and one.source == sources.get(place, one.source)
    ]
    if not matches:
        there = "; ".join(dict.fromkeys(one.key for one in candidates))
        raise InputError(
            f"There is no {name!r} in the headers and names of the files. There is: "
            f"{there[:300]}. Choose one of these, or give the values."
        )
    if len(matches) > 1 and not _agree(matches[0], matches[1]):
        return None, _disagree(matches[0], matches[1])
    choice = matches[0]
    note = choice.note
    if unit and (note or not choice.quantity.unit):
        values = tuple(None if value is None else convert(value, unit) for value in choice.values)
        named = QUANTITIES.get(choice.quantity.name, Quantity(choice.quantity.name, unit))
        choice, note = replace(choice, values=values, quantity=named), ""
    return choice, " ".join(filter(None, [f"As chosen: {choice.words}.", note]))


def _found(candidates: Sequence[Candidate], items: Sequence[Item]) -> tuple[Candidate | None, str]:
    """The only candidate that is swept, and why; None with a question."""
    varying = _distinct([one for one in candidates if one.varies])
    decimals = [one for one in varying if one.quantity.name.endswith(AS_DECIMALS)]
    if decimals:
        name = decimals[0].quantity.name.removesuffix(AS_DECIMALS)
        readings = [one.words for one in varying if one.quantity.name == name]
        return None, (
            f"{items[0].path} can be read in two ways: {_listed([*readings, decimals[0].words])}. "
            f"{ADVICE}"
        )
    widest = max((one.spread for one in varying), default=0.0)
    if widest > SWEPT:
        jitter = [one for one in varying if one.source == HEADER and one.spread < JITTER]
    else:
        jitter = []
    real = [one for one in varying if one not in jitter and not one.counts]
    known = [one for one in real if one.quantity.name in QUANTITIES]
    if len(known) == 2 and known[0].quantity.name == known[1].quantity.name:
        if not _agree(*known):
            return None, _disagree(*known)
        known = known[:1]
    choices = known or real
    if len(choices) > 1:
        return None, (
            f"{len(choices)} quantities vary: {_listed([one.words for one in choices])}. {ADVICE}"
        )
    if not choices and len(items) == 1:
        choices = _of_one_echo(candidates)
    if not choices:
        return None, _no_choice(candidates, varying, items)
    choice = choices[0]
    others = [one.words for one in [*real, *jitter] if one is not choice and not one.counts]
    reason = f"{_sentence(choice)} {choice.note}".strip()
    if others:
        reason += f" These vary too and were not taken: {_listed(others)}."
    return choice, reason


def _of_one_echo(candidates: Sequence[Candidate]) -> list[Candidate]:
    """The only quantity that one echo alone has, beside those of its protocol."""
    names = [one for one in candidates if one.quantity.name in QUANTITIES]
    names = [one for one in names if one.quantity.name not in ("tau", "frequency", "time")]
    first = {one.quantity.name: one for one in reversed(names)}
    return list(first.values()) if len(first) == 1 else []


def _sentence(choice: Candidate) -> str:
    start = "The headers give" if choice.source == HEADER else "The names of the files give"
    number = choice.quantity.text
    name = choice.quantity.name
    return f"{start} {name}: {number(min(choice.known))} to {number(max(choice.known))}."


def _distinct(candidates: Sequence[Candidate]) -> list[Candidate]:
    """Candidates without unknown ones whose values are a multiple of another one's."""
    kept: list[Candidate] = []
    for one in sorted(candidates, key=lambda one: one.quantity.name not in QUANTITIES):
        unknown = one.quantity.name not in QUANTITIES
        if not unknown or not any(_proportional(one, other) for other in kept):
            kept.append(one)
    return kept


def _proportional(one: Candidate, other: Candidate) -> bool:
    if not one.source == other.source == HEADER or None in one.values or None in other.values:
        return False
    x, y = np.array(one.values, float), np.array(other.values, float)
    scale = (x @ y) / max(y @ y, 1e-300)
    return bool(np.abs(x - scale * y).max() <= 1e-6 * np.abs(x).max())


def _agree(one: Candidate, other: Candidate) -> bool:
    """Whether header and name give the same values within a readback's error."""
    pairs = [
        (a, b)
        for a, b in zip(one.values, other.values, strict=True)
        if a is not None and b is not None
    ]
    return all(abs(a - b) <= AGREE * max(abs(a), abs(b)) + 1e-12 for a, b in pairs)


def _disagree(one: Candidate, other: Candidate) -> str:
    if one.source == other.source:
        return (
            f"Every file gives two numbers of the {one.quantity.name}: {one.words} and "
            f"{other.words}. Give the values of the one that is swept."
        )
    pairs = zip(one.values, other.values, strict=True)
    differences = [(abs(a - b), a, b) for a, b in pairs if a is not None and b is not None]
    _, a, b = max(differences)
    number = one.quantity.text
    return (
        f"{one.source.capitalize()} and {other.source} give another {one.quantity.name}: "
        f"{number(a)} and {number(b)} for the same echo. Choose {one.key} or {other.key}."
    )


def _no_choice(
    candidates: Sequence[Candidate], varying: Sequence[Candidate], items: Sequence[Item]
) -> str:
    """The question where nothing is swept for certain."""
    n = f"{len(items):,} echoes" if len(items) > 1 else "1 echo"
    counters = [one for one in varying if one.counts]
    if counters:
        one = counters[0]
        low, high = min(one.known), max(one.known)
        return (
            f"The names of the {n} differ in a counter only ({one.quantity.name} {low:g} to "
            f"{high:g}), which need not be a quantity. {ORDER_ADVICE[:-1]}, or --by {one.key}."
        )
    constant = [one for one in candidates if one.known and not one.varies]
    if constant and len(items) > 1:
        said = _listed(
            [f"{one.quantity.name} {one.quantity.text(one.known[0])}" for one in constant]
        )
        return f"Nothing is swept: {said} in all {n}. {ORDER_ADVICE}"
    if len({item.path for item in items}) > 1:
        names = _listed([item.path for item in items], 3)
        return (
            f"No swept quantity was found for {n}: neither the headers nor the names of the files "
            f"({names}) differ in a number. {ORDER_ADVICE}"
        )
    return (
        f"No swept quantity was found: {items[0].path} holds {n}, and no header gives a value. "
        f"{ORDER_ADVICE}"
    )


def _value_notes(items: Sequence[Item], quantity: Quantity) -> list[str]:
    """Sentences on missing, repeated and constant values."""
    read = [item for item in items if item.measurement is not None]
    notes = []
    if quantity.name == "tau":
        notes.append(
            "Each pulse spacing is another protocol: a model that was made for one of them does "
            "not fit the others."
        )
    missing = [item.name for item in read if item.value is None]
    if missing:
        are = "has" if len(missing) == 1 else "have"
        notes.append(
            f"{len(missing):,} of {len(read):,} echoes {are} no {quantity.name}: "
            f"{_listed(missing)}. They are estimated and have no place in the figure. Give their "
            "values."
        )
    known = [item.value for item in read if item.value is not None]
    values, counts = np.unique(known, return_counts=True) if known else (np.empty(0), np.empty(0))
    repeated = [
        f"{quantity.text(value)} ({count} times)"
        for value, count in zip(values, counts, strict=True)
        if count > 1
    ]
    if repeated and len(values) > 1:
        notes.append(f"Repeated values are drawn as repeats: {_listed(repeated)}.")
    if len(values) == 1 and len(known) > 1:
        notes.append(
            f"All {len(known):,} echoes have the same {quantity.name}, {quantity.text(values[0])}: "
            "they are repeats, and nothing is swept."
        )
    return notes


def _group_notes(groups: Sequence) -> list[str]:
    if len(groups) < 2:
        return []
    others = [
        f"group {k}: {len(group.items)} with {group.difference}"
        for k, group in enumerate(groups[1:], 2)
    ]
    return [
        f"The echoes have {len(groups)} protocols. Group 1, {len(groups[0].items)} with "
        f"{groups[0].name}, is read; not read: {'; '.join(others[:LISTED])}"
        f"{'; ...' if len(others) > LISTED else ''}. Choose another group to read it."
    ]


def _problem_notes(items: Sequence[Item]) -> list[str]:
    bad = [item for item in items if item.measurement is None]
    if not bad:
        return []
    names = _listed([item.path for item in bad])
    files = "file" if len(bad) == 1 else "files"
    return [f"{len(bad):,} {files} could not be read: {names}. The table gives the reasons."]


def _listed(texts: Sequence[str], most: int = LISTED) -> str:
    """The first texts with commas; "..." for more."""
    return ", ".join(texts[:most]) + (", ..." if len(texts) > most else "")
