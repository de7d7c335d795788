"""What a table leaves open, as sentences."""

from nmr_core.errors import InputError
from nmr_core.io.tables.layout import Layout
from nmr_core.io.tables.roles import UNCLEAR
from nmr_core.io.tables.table import OpenTable
from nmr_core.io.text_options import DECIMALS, SEPARATORS

MAX_LISTED = 160
_NUMBERS = ("no", "one", "two", "three", "four", "five", "six")


def words_of(layout: Layout, others: list[Layout]) -> str:
    """Return a reading in words, by what sets it apart: "comma = decimal sign (21,344 is 21.344)".

    Parameters
    ----------
    layout : Layout
        The reading.
    others : list of Layout
        All that fit equally well.
    """
    parts = []
    if len({other.separator for other in others}) > 1:
        columns = f"{layout.n_columns} column{'s' * (layout.n_columns > 1)}"
        parts.append(f"{columns}, separated by {SEPARATORS[layout.separator]}")
    if len({other.style.decimal for other in others}) > 1:
        sign = "," if layout.style.decimal == "," else "."
        parts.append(f"{DECIMALS[sign]} = decimal sign")
        other = "." if sign == "," else ","
        cell, value = _example(layout, others)
        if layout.grouped:
            parts[-1] = f"{DECIMALS[other]} = thousands"
        if cell:
            parts[-1] += f" ({cell} is {value})"
    return ", ".join(parts)


def _example(layout: Layout, others: list[Layout]) -> tuple[str, str]:
    """A cell that the readings take for different numbers, and this reading's number."""
    for row in layout.rows:
        for cell in row:
            number = layout.number(cell)
            values = {n.value for other in others if (n := other.number(cell)) is not None}
            if number is not None and len(values) > 1:
                return cell, f"{number.value:.10g}"
    return "", ""


def ambiguous(name: str, layouts: list[Layout]) -> InputError:
    """Return the error for a table with several readings that fit equally well."""
    listed = "; or ".join(words_of(layout, layouts) for layout in layouts)
    signs = {layout.style.decimal for layout in layouts}
    choice = "the decimal sign" if len(signs) > 1 else "the separator"
    return InputError(
        f"{name} can be read in {_NUMBERS[min(len(layouts), 6)]} ways: {listed}. Choose {choice}."
    )


def unclear_columns(name: str, table: OpenTable) -> InputError:
    """Return the error for columns without clear roles."""
    layout = table.layout
    listed = ", ".join(f"{k} = {label}" for k, label in enumerate(layout.names, 1))
    listed = listed or f"1 to {layout.n_columns}, without names"
    reason = table.roles.question or UNCLEAR
    action = "Give the signal in time" if "spectrum" in reason else "Choose the columns"
    if "no amplitude" in reason or "leaves the sign" in reason or "not the time" in reason:
        action = "Write Re, Im and the time themselves, or rename the column if its name is wrong"
    return InputError(
        f"{name} has {layout.n_columns} columns ({listed[:MAX_LISTED]}), and {reason}. {action}."
    )
