"""Facts on the times that a file gives twice: their unit, and the time between two points."""

import numpy as np

from nmr_core.errors import InputError
from nmr_core.io.trees.facts import values_of
from nmr_core.io.trees.names import words
from nmr_core.io.trees.quantities import FREQUENCY, TIME, in_our_unit, named
from nmr_core.io.trees.records import Record
from nmr_core.io.trees.tree import Leaf, Tree
from nmr_core.io.units import factor_of, time_unit_in, unit_text

AGREEING = 0.01
"""Relative difference up to which two steps are the same."""
WIDTHS = frozenset(("sw", "width"))
"""Words of rates that need not be the rate of the points."""


def check_unit(time: Leaf, where: str) -> None:
    """Compare the unit of times in their name with the one beside them.

    Parameters
    ----------
    time : Leaf
        Array of times.
    where : str
        Name of the measurement, for messages.

    Raises
    ------
    InputError
        If they are two different units.
    """
    in_name = time_unit_in(time.name)
    if in_name is None or not time.unit or time.has_unit_by_type:
        return
    first, second = factor_of(in_name), factor_of(time.unit)
    if first and second and abs(first / second - 1) > 1e-9:
        raise InputError(
            f"{where}: by its name {time.path} is in {in_name}, by its attribute in "
            f"{unit_text(time.unit)}. Give the unit of time."
        )


def other_step(tree: Tree, record: Record, time: np.ndarray, unit: str) -> str:
    """Return a sentence where a single value gives another step than the times; "" if none does.

    Parameters
    ----------
    tree : Tree
        Arrays and values of the file.
    record : Record
        The measurement.
    time : float array (n_times,)
        Its times, in the unit of the file.
    unit : str
        Their unit.
    """
    factor = factor_of(unit)
    steps = np.abs(np.diff(np.asarray(time, float)))
    if factor is None or not len(steps) or not np.isfinite(steps).all():
        return ""
    step = float(np.median(steps)) * factor
    if step <= 0 or np.abs(steps * factor / step - 1).max() > AGREEING:
        return ""
    values = values_of(tree, record)
    for path, value in values.by_path.items():
        name = path.rpartition("/")[2]
        key, _, unit_in_name = named(name)
        if isinstance(value, str) or not WIDTHS.isdisjoint(words(name)):
            continue
        stated = _step_of(key, value, values.units.get(path) or unit_in_name)
        if stated is not None and abs(stated / step - 1) > AGREEING:
            shown = record.time.path if record.time else "the times"
            return f"{shown} has a point every {step:.5g} µs, {path} gives {stated:.5g} µs"
    return ""


def _step_of(key: str, value: float, unit: str) -> float | None:
    """Time between two points, µs, by a dwell time or a rate with its unit."""
    if key == "dwell_us":
        step = in_our_unit(TIME, value, unit)
    elif key == "rate_mhz" and unit:
        rate = in_our_unit(FREQUENCY, value, unit)
        step = 1 / rate if rate else None
    else:
        return None
    return step if step is not None and step > 0 else None
