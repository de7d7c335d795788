"""What must hold for the numbers of a table before they are a signal."""

from nmr_core.errors import InputError
from nmr_core.io.tables.layout import Layout
from nmr_core.io.tables.numbers import Numbers, no_number
from nmr_core.io.tables.roles import Roles
from nmr_core.io.text_options import DECIMALS, TextOptions


def check_cells(parts: list[Numbers], roles: Roles, name: str) -> None:
    """Raise :class:`InputError` for a cell of a used column that is no number."""
    wrong = [part.wrong[k] for part in parts for k in roles.used if k in part.wrong]
    if wrong:
        raise no_number(name, *min(wrong))


def check_units(parts: list[Numbers], used: set[int], name: str) -> None:
    """Raise :class:`InputError` where the units of the cells are others in another part."""
    for part in parts[1:]:
        if any(part.units[k] != parts[0].units[k] for k in used):
            raise InputError(
                f"{name}: the units behind the numbers change from one part of the table to the "
                "next. Write all numbers in one unit."
            )


def check_groups(layout: Layout, roles: Roles, options: TextOptions, name: str) -> None:
    """Raise :class:`InputError` where the decimal sign of a channel may be one of digit groups.

    Times would run back there, from 750 to 1.000, which is refused anyway.
    """
    if options.decimal is not None or options.group is not None:
        return
    column = min((k for k in layout.doubts if k in roles.channels), default=None)
    if column is None:
        return
    group, short = layout.doubts[column]
    sign = DECIMALS[layout.style.decimal]
    raise InputError(
        f"{name}: the column {layout.labels[column]} holds {group} and {short}, so its {sign} may "
        "be a sign of digit groups or the decimal sign. Write the numbers without digit groups, or "
        f"choose the decimal sign {sign}."
    )
