"""What a file of arrays tells about a measurement: the facts of ``Measurement.about``."""

from dataclasses import dataclass, field

import numpy as np

from nmr_core.io.options import ReadOptions
from nmr_core.io.trees.names import words
from nmr_core.io.trees.pulses import Pulse, hahn_pair, pulses_in, unit_by_lengths
from nmr_core.io.trees.quantities import FREQUENCY, TIME, in_our_unit, named
from nmr_core.io.trees.records import Record
from nmr_core.io.trees.tree import Tree
from nmr_core.io.units import TIME_UNITS, factor_of, time_unit_in, unit_key, unit_text

Facts = dict[str, str | float | int]
AGREEING = 0.01
"""Relative difference up to which two lengths of a record are the same."""
SHORT = 300
"""Characters of a text."""
MIN_RATE = 1e4
"""Rates without a unit from which on they can only be in Hz."""
_UNITS_OF_TIMES = frozenset(
    ("time unit", "time units", "unit time", "unit of time", "t unit", "t units", "times unit")
)
_UNITS_OF_A_GROUP = frozenset(("unit", "units"))
"""Names of a unit beside arrays, which is that of the times if it is one of time."""
_RECEIVER = frozenset(("acq phase cycle", "receiver phase", "receiver phases", "acq phases"))


@dataclass
class _Values:
    """Values that belong to one record.

    Attributes
    ----------
    by_path : dict of str to (str or float)
    units : dict of str to str
    """

    by_path: dict[str, str | float] = field(default_factory=dict)
    units: dict[str, str] = field(default_factory=dict)


def facts_of(
    tree: Tree, record: Record, time: np.ndarray | None, options: ReadOptions, name: str
) -> tuple[Facts, str | None, list[str]]:
    """Return (facts, unit of the times by the pulses, notes) of one record.

    Parameters
    ----------
    tree : Tree
        Arrays and values of the file.
    record : Record
        Arrays of the measurement.
    time : float array (n_times,), optional
        Its times, in the unit of the file.
    options : ReadOptions
        With the unit of time, if it was chosen.
    name : str
        Of the measurement, for notes.
    """
    values = values_of(tree, record)
    pulses = pulses_in(values.by_path)
    known = options.time_unit or time_unit_of(tree, record)
    acquired = _number(values, "acquisition_us")
    unit, notes = _parameter_unit(pulses, acquired, time, known, name)
    facts: Facts = {}
    for path, value in values.by_path.items():
        key, kind, unit_in_name = named(path.rpartition("/")[2])
        if not key or key in facts:
            continue
        if isinstance(value, str) != (key in ("nucleus", "sequence")):
            continue
        if isinstance(value, str):
            facts[key] = value[:SHORT]
            continue
        given = values.units.get(path) or unit_in_name or (unit or "" if kind == TIME else "")
        converted = in_our_unit(kind, value, given)
        if converted is not None:
            facts[key] = converted
        elif kind != TIME:
            facts[key.rpartition("_")[0]] = value  # in the unit of the file, which it does not give
    for key in ("acquisition_us", "first_us", "rate_mhz", "acquisition", "first", "rate"):
        facts.pop(key, None)
    notes += _disagreement(acquired, record, time, name)
    if pulses:
        pulse_facts, pulse_notes = _pulse_facts(pulses, unit, values, name)
        facts |= pulse_facts
        notes += pulse_notes
    is_clue = known is None and _same_length(acquired, time)
    return facts, unit if is_clue else None, notes


def values_of(tree: Tree, record: Record) -> _Values:
    """Return the single values that belong to a record.

    A value belongs to all records in the smallest group around it that holds any.
    """
    values = _Values()
    place = record.channels.first.path
    while True:
        for path in tree.homes.get(place, ()):
            values.by_path[path] = tree.values[path]
            if path in tree.units:
                values.units[path] = tree.units[path]
        if not place:
            return values
        place = place.rpartition("/")[0]


def _number(values: _Values, key: str) -> float | None:
    """A number without a unit, by its fact."""
    for path, value in values.by_path.items():
        own, _, unit = named(path.rpartition("/")[2])
        if own == key and not unit and path not in values.units and not isinstance(value, str):
            return value
    return None


def _parameter_unit(
    pulses: list[Pulse],
    acquired: float | None,
    time: np.ndarray | None,
    known: str | None,
    name: str,
) -> tuple[str | None, list[str]]:
    """Unit of the delays and pulses of a file that gives none, and a note on why."""
    if known in TIME_UNITS and _same_length(acquired, time):
        return known, []
    unit = unit_by_lengths([pulse.length for pulse in pulses])
    if unit is None:
        return None, []
    lengths = ", ".join(f"{pulse.length:g}" for pulse in pulses)
    also = " and the times" if _same_length(acquired, time) and known is None else ""
    word = unit.replace("us", "µs")
    return unit, [
        f"{name}: the parameters{also} have no unit; {word} is taken, as the lengths of the pulses "
        f"({lengths}) can only be in {word}. Give the unit of time if that is wrong."
    ]


def _same_length(acquired: float | None, time: np.ndarray | None) -> bool:
    """Whether the times are as long as the parameters tell, so that both have the same unit."""
    if acquired is None or time is None or len(time) < 2:
        return False
    span = abs(time[-1] - time[0]) * len(time) / (len(time) - 1)
    return bool(abs(span - acquired) <= AGREEING * abs(acquired))


def _disagreement(
    acquired: float | None, record: Record, time: np.ndarray | None, name: str
) -> list[str]:
    """A note where the length of the acquisition gives another step than the times."""
    if acquired is None or time is None or not _same_length(acquired, time):
        return []
    step = abs(time[-1] - time[0]) / (len(time) - 1)
    other = acquired / len(time)
    if abs(step / other - 1) < 1e-4:
        return []
    return [
        f"{name}: {record.time.path if record.time else 'the times'} has {step:.5g} per point, the "
        f"acquisition time over the points is {other:.5g} ({abs(step / other - 1):.2%} apart); the "
        "times are used."
    ]


def _pulse_facts(
    pulses: list[Pulse], unit: str | None, values: _Values, name: str
) -> tuple[Facts, list[str]]:
    """Lengths, tau, recovery delay and phase cycle of a list of pulses."""
    facts: Facts = {}
    cycles = [f"pulse {k}: {pulse.cycle}" for k, pulse in enumerate(pulses, 1) if pulse.cycle]
    receiver = [
        f"receiver: {value}"
        for path, value in values.by_path.items()
        if " ".join(words(path.rpartition("/")[2])) in _RECEIVER and isinstance(value, str)
    ]
    if cycles or receiver:
        facts["phase_cycle"] = "; ".join([*cycles, *receiver])[:SHORT]
    pair = hahn_pair(pulses)
    if pair is None:
        words_ = "1 pulse" if len(pulses) == 1 else f"{len(pulses)} pulses"
        return facts, [
            f"{name}: its sequence has {words_}, and the last two are no pair of a Hahn echo. Give "
            "tau and the pulses."
        ]
    if unit is None:
        return facts, [f"{name}: the lengths of its pulses have no unit. Give tau and the pulses."]
    factor = TIME_UNITS[unit]
    first, second = pair
    facts["pulse_1_us"] = first.length * factor
    facts["pulse_2_us"] = second.length * factor
    if first.delay > 0:
        facts["tau_us"] = first.delay * factor
    before = pulses[:-2]
    if before and before[-1].delay > 0:
        facts["recovery_us"] = before[-1].delay * factor
    return facts, []


def swept(tree: Tree, record: Record, row: int) -> Facts:
    """Return the values of lists beside a signal that have one number per curve.

    Parameters
    ----------
    tree : Tree
        Arrays of the file.
    record : Record
        A signal of several curves.
    row : int
        Which of them.
    """
    facts: Facts = {}
    if record.n_rows < 2:
        return facts
    for leaf in tree.leaves.values():
        if leaf.lengths != (record.n_rows,):
            continue
        key, kind, unit_in_name = named(leaf.name)
        if not key or not leaf.is_real or leaf is record.time or leaf in record.channels.parts:
            continue
        value = float(leaf.values[row])
        converted = in_our_unit(kind, value, leaf.unit or unit_in_name)
        if np.isfinite(value):
            facts[key if converted is not None else key.rpartition("_")[0]] = (
                value if converted is None else converted
            )
    return facts


@dataclass(frozen=True)
class Steps:
    """Equidistant times that a file gives by numbers.

    Attributes
    ----------
    step, first : float
        Time between two points, and of the first.
    unit : str
        Of both; "" where the file does not give it.
    """

    step: float
    first: float
    unit: str


def steps_in(tree: Tree, record: Record) -> Steps | None:
    """Return the times of a signal without an array of times; None if the file gives none."""
    values = values_of(tree, record)
    found: dict[str, tuple[float, str]] = {}
    for path, value in values.by_path.items():
        key, _, unit = named(path.rpartition("/")[2])
        if key in ("dwell_us", "rate_mhz", "first_us") and not isinstance(value, str):
            found.setdefault(key, (value, values.units.get(path) or unit))
    step, unit = found.get("dwell_us", (0.0, ""))
    if step <= 0 and "rate_mhz" in found:
        step, unit = _period(*found["rate_mhz"]), "us"
    if step <= 0:
        return None
    first, unit_of_first = found.get("first_us", (0.0, unit))
    if (unit_of_first or unit) != unit:
        factor, other = factor_of(unit), factor_of(unit_of_first)
        first = first * other / factor if factor and other else 0.0
    return Steps(step, first, unit)


def _period(rate: float, unit: str) -> float:
    """Time between two points, µs; 0 where the unit of the rate is not known."""
    if not unit and abs(rate) >= MIN_RATE:
        unit = "Hz"
    megahertz = in_our_unit(FREQUENCY, rate, unit) if unit else None
    return 1 / megahertz if megahertz and megahertz > 0 else 0.0


def time_unit_of(tree: Tree, record: Record) -> str | None:
    """Return the unit of the times, as the file gives it; None if it does not.

    Parameters
    ----------
    tree : Tree
        Arrays and values of the file.
    record : Record
        A measurement with times.

    Raises
    ------
    InputError
        If the times have an attribute unit that is no unit of time.
    """
    if record.time is None:
        return None
    if record.time.unit:
        return unit_text(record.time.unit) or unit_key(record.time.unit)
    in_name = time_unit_in(record.time.name)
    if in_name is not None or tree.unit is not None:
        return in_name or tree.unit
    by_path = values_of(tree, record).by_path
    for names in (_UNITS_OF_TIMES, _UNITS_OF_A_GROUP):
        for path, value in by_path.items():
            is_unit = " ".join(words(path.rpartition("/")[2])) in names
            if is_unit and isinstance(value, str) and unit_text(value):
                return unit_text(value)
    return None
