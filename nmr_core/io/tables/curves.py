"""The curves of a table: parts, numbered curves, and several signals side by side."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np

from nmr_core.errors import InputError
from nmr_core.io.tables.facts import Value
from nmr_core.io.tables.names import other_kind
from nmr_core.io.tables.roles import Pair
from nmr_core.io.tables.split_by_column import curves_in
from nmr_core.io.tables.table import OpenTable
from nmr_core.io.units import factor_of, in_brackets, time_unit_in

_ABOUT = {
    ("temperature", "K"): ("temperature_k", 1.0),
    ("temperature", "mK"): ("temperature_k", 1e-3),
    ("field", "T"): ("field_t", 1.0),
    ("field", "mT"): ("field_t", 1e-3),
    ("field", "G"): ("field_t", 1e-4),
    ("angle", "deg"): ("angle_deg", 1.0),
    ("angle", "\u00b0"): ("angle_deg", 1.0),
}
_TIMES = {
    "tau_us": re.compile(r"^\W*tau", re.IGNORECASE),
    "recovery_us": re.compile(r"recovery|recycle|delay", re.IGNORECASE),
}


@dataclass(frozen=True, eq=False)
class Curve:
    """Rows of one curve.

    Attributes
    ----------
    values : float or complex (n_rows, n_columns)
    pair : Pair
        Columns of its signal.
    about : dict
        Quantities that are the same in all of its rows.
    note : str
        Why the table holds several curves; "" if it holds one.
    """

    values: np.ndarray
    pair: Pair
    about: dict[str, Value] = field(default_factory=dict)
    note: str = ""


def curves_of(
    table: OpenTable, name: str, choose: Callable[[int, str], list[int]]
) -> tuple[list[int], list[Curve], int]:
    """Return the curves of a table that are chosen.

    Parameters
    ----------
    table : OpenTable
        Numbers and roles.
    name : str
        Of the file, for messages.
    choose : function of (int, str)
        Numbers of the curves to return, from 1, of how many there are.

    Returns
    -------
    numbers : list of int
        Those that were chosen.
    curves : list of Curve
        One per number.
    n_curves : int
        How many the table holds.

    Raises
    ------
    InputError
        If a line without numbers interrupts one curve, and where there are too many.
    """
    names, time = table.layout.names, table.roles.time
    if time is not None:
        _check_interrupted([part.values[:, time].real for part in table.parts], table, name)
    places = []
    for part in table.parts:
        rows, columns = curves_in(names, part.values, time)
        note = ""
        if len(rows) > 1:
            where = " and ".join(names[k] for k in columns)
            reason = f"The values of {where} number them" if columns else "The times begin again"
            note = f"{reason}: {len(rows):,} measurements in one table."
        places += [(part, own, pair, note) for own in rows for pair in table.roles.signals]
    numbers = choose(len(places), name)
    curves = []
    for number in numbers:
        part, own, pair, note = places[number - 1]
        values = part.values[own]
        curves.append(Curve(values, pair, _constants(names, values), note))
    return numbers, curves, len(places)


def _check_interrupted(times: list[np.ndarray], table: OpenTable, name: str) -> None:
    """Raise where the times go on behind a line that ends a part."""
    for k, (one, other) in enumerate(pairwise(times), 1):
        step = np.median(np.diff(one))
        if 0 < (other[0] - one[-1]) * np.sign(step) < 3 * abs(step):
            n_rows = sum(map(len, times[:k]))
            raise InputError(
                f"{name}: a line without numbers stands below row {n_rows:,} of the table, and the "
                "times go on behind it. Repair or remove that line."
            )


def _constants(names: list[str], values: np.ndarray) -> dict[str, Value]:
    """Temperature, field, angle, tau and recovery, where a column with a unit holds one value."""
    about: dict[str, Value] = {}
    for k, label in enumerate(names):
        column = values[:, k].real
        inside = in_brackets(label)[1]
        key = other_kind(label), inside[-1] if inside else ""
        if not np.isfinite(column).all() or np.ptp(column) > 0:
            continue
        unit = time_unit_in(label)
        if unit is not None:
            fact = next((fact for fact, name in _TIMES.items() if name.search(label)), "")
            about |= {fact: float(column[0]) * (factor_of(unit) or 1.0)} if fact else {}
        elif key in _ABOUT:
            fact, factor = _ABOUT[key]
            about[fact] = float(column[0]) * factor
    return about
