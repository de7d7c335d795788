"""A second channel whose cells are no numbers: it is asked for, never dropped."""

import re
from collections.abc import Mapping

from nmr_core.io.tables.names import family_of, is_signal_name, is_time_name, other_kind
from nmr_core.io.tables.roles import Roles

_BEGINS_AS_NUMBER = re.compile(r"(?!\d+[-/.:]\d+[-/.:]|\d+:\d)[-+(\[{<\u2212'\"]*[.,]?\d")


def lost_channel(roles: Roles, labels: list[str], unreadable: Mapping[int, tuple[int, str]]) -> str:
    """Return what to ask for a column that may be a channel, but holds no numbers; "" for none.

    Parameters
    ----------
    roles : Roles
        What the columns with numbers are.
    labels : list of str
        Names of all columns; "" where there are none.
    unreadable : dict of int to (int, str)
        Column without numbers -> (row from 1, its first cell).
    """
    if roles.signals and all(pair.im is not None for pair in roles.signals):
        left = [k for k in unreadable if _completes(k, roles, labels)]
    else:
        left = [k for k in unreadable if _may_be_channel(labels[k], unreadable[k][1])]
    if not left:
        return ""
    row, cell = unreadable[left[0]]
    label = labels[left[0]] or f"column {left[0] + 1}"
    return f"{label}, row {row:,}: {cell[:30]!r} is no number"


def _may_be_channel(label: str, cell: str) -> bool:
    """Whether a column without numbers may be a channel: by its name, or by its first cell."""
    if other_kind(label) or is_time_name(label):
        return False
    if is_signal_name(label) or family_of(label):
        return True
    return bool(_BEGINS_AS_NUMBER.match(cell)) or cell.lower() == "nan"


def _completes(column: int, roles: Roles, labels: list[str]) -> bool:
    """Whether a column has the same name as a channel that is used, but for its number."""
    families = {mark.family for k in roles.channels for mark in family_of(labels[k])}
    others = {mark.family for mark in family_of(labels[column])}
    return bool(families & others & {"re/im", "i/q", "cos/sin", "mag/phase"})
