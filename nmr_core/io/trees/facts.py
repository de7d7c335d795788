"""What a file of arrays tells about a measurement: the facts of ``Measurement.about``."""

from dataclasses import dataclass, field

import numpy as np

from nmr_core.io.options import ReadOptions
from nmr_core.io.trees.names import words
from nmr_core.io.trees.pulses import Pulse, hahn_pair, pulses_in, unit_by_lengths
from nmr_core.io.trees.quantities import TIME, in_our_unit, named
from nmr_core.io.trees.records import Record
from nmr_core.io.trees.tree import Tree
from nmr_core.io.units import TIME_UNITS, time_unit_in

Facts = dict[str, str | float | int]
AGREEING = 0.01
"""Relative difference up to which two lengths of a record are the same."""
SHORT = 300
"""Characters of a text."""
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
    known = options.time_unit or _unit_of_times(tree, record)
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
    facts.pop("acquisition_us", None)
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


def _unit_of_times(tree: Tree, record: Record) -> str | None:
    if record.time is None:
        return None
    return record.time.unit or time_unit_in(record.time.name) or tree.unit


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
        key, kind, unit_in_name = named(leaf.name)
        is_list = leaf.lengths == (record.n_rows,) and leaf.is_real
        if not key or not is_list or leaf is record.time or leaf in record.channels.parts:
            continue
        value = float(leaf.values[row])
        converted = in_our_unit(kind, value, leaf.unit or unit_in_name)
        if np.isfinite(value):
            facts[key if converted is not None else key.rpartition("_")[0]] = (
                value if converted is None else converted
            )
    return facts


def dwell_in(tree: Tree, record: Record) -> tuple[float, str] | None:
    """Return (time between two points, its unit) of a signal without times; None if not given."""
    values = values_of(tree, record)
    for path, value in values.by_path.items():
        key, _, unit = named(path.rpartition("/")[2])
        if key == "dwell_us" and not isinstance(value, str) and value > 0:
            return value, values.units.get(path) or unit
    return None
