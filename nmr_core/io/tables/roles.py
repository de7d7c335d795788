"""Which columns are time, Re and Im: decided together, by names, units and numbers."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import combinations

import numpy as np

from nmr_core.io.tables.channel_units import in_base_unit
from nmr_core.io.tables.monotonic import fraction_one_way, one_way, proportional
from nmr_core.io.tables.names import (
    Mark,
    family_of,
    is_signal_name,
    is_time_name,
    is_weak_time_name,
    other_kind,
)
from nmr_core.io.tables.phases import phase_unit
from nmr_core.io.units import time_unit_in

ONE_WAY = 0.95
"""Fraction of the steps of a column named as a time that go one way, at least."""
NO_SIGNAL = ("date", "frequency", "temperature", "field", "angle", "error", "index")
MOVING = 0.06
"""Fraction of the steps of times that are not zero, at least; they may be rounded."""
PLACE = 0.5
"""Score of the first column; two times that differ by less are asked for."""
TELLING = ("re/im", "i/q", "cos/sin", "mag/phase")
"""Families whose second channel is never a signal of its own."""
UNCLEAR = "it is not clear which are time, Re and Im"


@dataclass(frozen=True)
class Pair:
    """Columns of one signal.

    Attributes
    ----------
    re : int
        Column of the first channel, of the magnitude, or of complex numbers.
    im : int, optional
        Column of the second channel or of the phase; None: there is none.
    phase : str
        Unit of the phase if the columns are magnitude and phase, as in "deg", "mrad"; "?" if it is
        not known.
    """

    re: int
    im: int | None = None
    phase: str = ""


@dataclass(frozen=True)
class Roles:
    """What the columns of a table are.

    Attributes
    ----------
    time : int, optional
        None: no column holds times.
    signals : list of Pair
        One per measurement.
    notes : list of str
    question : str
        What has to be chosen; "": nothing.
    """

    time: int | None = None
    signals: list[Pair] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    question: str = ""

    @property
    def channels(self) -> list[int]:
        """Return the columns of the signals, in order."""
        columns = {k for pair in self.signals for k in (pair.re, pair.im) if k is not None}
        return sorted(columns)

    @property
    def used(self) -> set[int]:
        """Return the columns of the times and the signals."""
        return {*self.channels} | ({self.time} if self.time is not None else set())


def roles_of(names: list[str], numbers: np.ndarray, units: list[str]) -> Roles:
    """Return the roles of the columns.

    Parameters
    ----------
    names : list of str
        [] where there are none.
    numbers : float or complex (n_rows, n_columns)
        NaN for texts.
    units : list of str
        Units behind the numbers of each column, "" where there are none.
    """
    columns = [k for k in range(numbers.shape[1]) if not np.isnan(numbers[:, k]).all()]
    labels = with_units(names, units)
    time, question = _time(columns, labels, numbers)
    empty = [label for k, label in enumerate(labels) if k not in columns and _is_time(label)]
    if time is None and empty and not question:
        question = f"{empty[0]} holds no numbers, so there are no times"
    if question:
        return Roles(question=question)
    rest = [k for k in columns if k != time]
    signals, used_position, question = _signals(rest, labels, numbers, time)
    if question:
        return Roles(time, question=question)
    return Roles(time, signals, _notes(time, signals, rest, labels, used_position, names))


def with_units(names: list[str], units: Sequence[str]) -> list[str]:
    """Return the names of the columns with the units behind their numbers; "" for none."""
    labels = names or [""] * len(units)
    return [
        f"{a} ({b})" if b and not time_unit_in(a) else a for a, b in zip(labels, units, strict=True)
    ]


def _time(columns: list[int], labels: list[str], numbers: np.ndarray) -> tuple[int | None, str]:
    """(column of the times, question)."""
    scores = {k: _time_score(labels[k], numbers[:, k], place) for place, k in enumerate(columns)}
    scores = {k: score for k, score in scores.items() if score >= 3}
    best = [k for k, score in scores.items() if score >= max(scores.values()) - PLACE]
    if len(best) > 1:
        # The same times twice, in two units
        first = numbers[:, best[0]].real
        same = all(proportional(first, numbers[:, k].real) for k in best[1:])
        if not same:
            listed = " and ".join(labels[k] or str(k + 1) for k in best[:3])
            return None, f"both {listed} could be the time"
    if best:
        return best[0], ""
    axis = next(
        (k for k in columns if other_kind(labels[k]) == "frequency" and one_way(numbers[:, k])),
        None,
    )
    if axis is not None:
        return None, (
            f"{labels[axis]} is an axis of frequency, so this is a spectrum and no echo in time"
        )
    return None, ""


def _is_time(label: str) -> bool:
    return bool(label) and (is_time_name(label) or time_unit_in(label) is not None)


def _time_score(label: str, values: np.ndarray, place: int) -> float:
    """How likely a column, the first one at place 0, holds the times; from 3 on it is taken."""
    if np.iscomplexobj(values) and np.any(values.imag):
        return 0.0
    values = values.real
    kind = other_kind(label)
    if kind in NO_SIGNAL and kind != "index":
        return 0.0
    # A quantity that is the same in all rows of a curve is none
    if (np.diff(values) != 0).mean() < MOVING:
        return 0.0
    unit = time_unit_in(label) is not None
    by_name = is_time_name(label)
    way = one_way(values)
    nearly = fraction_one_way(values) >= ONE_WAY
    score = 4.0 * unit + 3.0 * by_name + 3.0 * way + 1.0 * (nearly and not way)
    score += 1.0 * is_weak_time_name(label) + PLACE * (place == 0)
    if kind == "index":
        score -= 2.0
    if not (unit or by_name) and not (way and (place == 0 or is_weak_time_name(label))):
        return 0.0
    # A name alone is no time where the numbers jump up and down
    if not nearly and not unit and not (by_name and place == 0):
        return 0.0
    return score


def _signals(
    rest: list[int], labels: list[str], numbers: np.ndarray, time: int | None
) -> tuple[list[Pair], bool, str]:
    """(signals, whether by their places, question)."""
    complex_ = [k for k in rest if np.iscomplexobj(numbers) and np.any(numbers[:, k].imag)]
    if complex_:
        return [Pair(k) for k in complex_], False, ""
    alike = list(map(in_base_unit, labels))
    pairs = _pairs(rest, alike, labels, numbers) or _pairs(rest, labels, labels, numbers)
    if pairs:
        return pairs, False, ""
    # A letter alone, such as B, is no sure name of another quantity
    usable = [k for k in rest if other_kind(labels[k]) not in NO_SIGNAL or len(labels[k]) == 1]
    varying = [k for k in usable if np.ptp(numbers[:, k].real) > 0]
    usable = varying if varying and any(labels) else usable
    alone = [k for k in usable if _is_first_channel(labels[k])]
    if len(usable) == 1 and _is_second_channel(labels[usable[0]]):
        return [], False, f"{labels[usable[0]]} is a second channel or a phase without the first"
    if len(usable) == 1:
        return [Pair(usable[0])], not is_signal_name(labels[usable[0]]) and not alone, ""
    if len(usable) == 2:
        if not any(_is_known(labels[k]) for k in usable) or _alike(*(labels[k] for k in usable)):
            return [Pair(usable[0], usable[1])], True, ""
        listed = " and ".join(labels[k] or str(k + 1) for k in usable)
        return [], False, f"{listed} are not known as the two channels of one signal"
    return [], False, UNCLEAR


def _is_first_channel(label: str) -> bool:
    return any(mark.place == 0 for mark in family_of(label))


def _is_second_channel(label: str) -> bool:
    """Whether a name is that of a second channel only: im, Q, phase."""
    marks = [mark for mark in family_of(label) if mark.family in TELLING]
    return bool(marks) and not any(mark.place == 0 for mark in family_of(label))


def _is_known(label: str) -> bool:
    return is_signal_name(label) or bool(family_of(label))


def _alike(first: str, second: str) -> bool:
    """Whether two names are equal, but for their number: Volt, Volt #2."""
    return first.partition(" #")[0].lower() == second.partition(" #")[0].lower()


def _pairs(rest: list[int], alike: list[str], labels: list[str], numbers: np.ndarray) -> list[Pair]:
    """Columns that are the two channels of a signal, of the most telling family."""
    usable = [k for k in rest if other_kind(labels[k]) != "error"]
    found: dict[str, list[Pair]] = {}
    for first, second in combinations(usable, 2):
        for one, two in ((first, second), (second, first)):
            family = _family(family_of(alike[one]), family_of(alike[two]))
            if family:
                phase = _phase(labels[two], numbers[:, two].real) if family == "mag/phase" else ""
                found.setdefault(family, []).append(Pair(one, two, phase))
    for family in ("re/im", "i/q", "cos/sin", "x/y", "mag/phase", "a/b", "1/2", "0/1"):
        pairs = found.get(family, [])
        columns = [k for pair in pairs for k in (pair.re, pair.im)]
        if pairs and len(set(columns)) == len(columns):
            return pairs
    return []


def _family(one: list[Mark], two: list[Mark]) -> str:
    """The family of which two names are the first and the second channel."""
    # Re1 and Re2 are two first channels, whatever their numbers
    firsts = {(marks[0].family, marks[0].place) for marks in (one, two) if marks}
    if one and two and len(firsts) == 1 and one[0].family in (*TELLING, "x/y"):
        return ""
    for mark in one:
        for other in two:
            are_a_pair = mark.family == other.family and (mark.place, other.place) == (0, 1)
            if are_a_pair and (mark.rest == other.rest or mark.family == "mag/phase"):
                return mark.family
    return ""


def _phase(label: str, values: np.ndarray) -> str:
    """Unit of a phase: by its name, else by its range; "?" if both are possible."""
    unit = phase_unit(label)
    if unit:
        return unit
    span = np.nanmax(np.abs(values))
    if span > 2.02 * np.pi:
        return "deg"
    return "rad" if np.pi * 0.9 < span else "?"


def _notes(
    time: int | None,
    signals: list[Pair],
    rest: list[int],
    labels: list[str],
    by_place: bool,
    names: list[str],
) -> list[str]:
    """Sentences on what was decided, and on what is not used."""
    notes = []
    shown = [f"time = {labels[time]}"] if time is not None and names else []
    for pair in signals[:4] if names else []:
        roles = ("magnitude", "phase") if pair.phase else ("Re", "Im")
        if pair.im is None:
            roles = ("signal", "")
        shown += [
            f"{role} = {labels[k]}"
            for role, k in zip(roles, (pair.re, pair.im), strict=True)
            if k is not None
        ]
    if names and not by_place:
        notes.append(f"The columns were taken by their names: {', '.join(shown)}.")
    else:
        reason = "have no known names" if names else "have no names"
        channels = "Re and Im" if signals and signals[0].im is not None else "Re"
        if time is not None:
            notes.append(
                f"The columns {reason}: the first one is monotonic and was taken as time, then "
                f"{channels}."
            )
        else:
            notes.append(
                f"No column is monotonic, as times are: they were taken as {channels}."
                if channels != "Re"
                else "The column is not monotonic, as times are: it was taken as Re."
            )
    used = Roles(time, signals).used
    unused = [labels[k] or f"column {k + 1}" for k in rest if k not in used]
    if unused:
        notes.append(f"Not used: {', '.join(unused)[:200]}.")
    return notes
