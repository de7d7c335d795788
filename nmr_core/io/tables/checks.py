"""What must hold for the numbers of a table before they are a signal."""

import numpy as np

from nmr_core.errors import InputError
from nmr_core.io.tables.facts import SAME_STEP, Facts
from nmr_core.io.tables.layout import Layout
from nmr_core.io.tables.numbers import Numbers, no_number
from nmr_core.io.tables.roles import Roles
from nmr_core.io.text_options import DECIMALS, TextOptions
from nmr_core.io.units import factor_of, time_unit_in


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


def check_step(
    facts: Facts, time: np.ndarray | None, label: str, unit: str | None, name: str
) -> None:
    """Raise :class:`InputError` where lines above the table contradict each other or its times.

    Parameters
    ----------
    facts : Facts
        What the lines above say.
    time : float (n,), optional
        Column of the times; None: they follow from the step.
    label : str
        Name of that column.
    unit : str, optional
        Unit of the times.
    name : str
        Of the file.
    """
    if time is None:
        if facts.conflict:
            raise InputError(
                f"{name} leaves the step from point to point open: it gives {facts.conflict}. Give "
                "the step."
            )
        return
    own = time_unit_in(label)
    if facts.axis_unit is not None and own is not None and own != facts.axis_unit:
        raise InputError(
            f"{name} gives its times in {own} ({label}) and in {facts.axis_unit} (above the "
            "table). Choose the unit: s, ms, us or ns."
        )
    factors = factor_of(unit or ""), factor_of(facts.unit or "")
    if facts.step is None or None in factors or len(time) < 2 or not np.isfinite(time).all():
        return
    step = facts.step * (factors[1] or 1.0)
    steps = np.abs(np.diff(time)) * (factors[0] or 1.0)
    means = float(np.median(steps)), float(steps.mean())
    if all(abs(mean - step) > SAME_STEP * step for mean in means):
        raise InputError(
            f"{name} gives a step of {step:.6g} \u00b5s above its table, and its times have one "
            f"of {means[0]:.6g} \u00b5s. Choose the unit of the times, or give the step."
        )
