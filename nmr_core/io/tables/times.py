"""Times that cannot be those of one curve, and signals as magnitude and phase."""

import numpy as np

from nmr_core.errors import InputError
from nmr_core.io.tables.phases import radians_in

EVEN, MOST_EVEN = 0.01, 0.9
"""Relative difference of even steps, and the fraction of the steps that are even."""
GAP = 1.5
"""Steps that are a gap."""
THOUSAND = 0.02
"""Relative deviation from 1000 at which a step back counts as a change of the unit."""


def check_times(time: np.ndarray, name: str) -> None:
    """Raise :class:`InputError` where the unit of the times changes within a file.

    Parameters
    ----------
    time : float (n,)
        Times in the unit of the file.
    name : str
        Of the file.
    """
    steps = np.diff(time)
    if not np.isfinite(time).all() or not len(steps) or (steps > 0).all() or (steps < 0).all():
        return
    back = np.flatnonzero(steps < 0)
    if len(back) != 1 or not 0 < back[0] < len(time) - 2:
        return
    k = int(back[0])
    before, after = time[k] - time[k - 1], time[k + 2] - time[k + 1]
    for power in (3, 6):
        if after > 0 and abs(before - after * 10.0**power) < THOUSAND * after * 10.0**power:
            raise InputError(
                f"{name}: the unit of the times changes from row {k + 1:,} to row {k + 2:,} of the "
                f"table: {time[k]:.6g} is followed by {time[k + 1]:.6g}, and the steps become "
                f"{10**power:,} times smaller. Write all times in one unit."
            )


def gap(time: np.ndarray, name: str) -> str:
    """Return a sentence on the widest gap in times of even steps; "" if there is none.

    Parameters
    ----------
    time : float (n,)
        Times in the unit of the file.
    name : str
        Of the file.
    """
    steps = np.abs(np.diff(time))
    if len(steps) < 2 or not np.isfinite(steps).all():
        return ""
    usual = float(np.median(steps))
    widest = int(np.argmax(steps))
    is_even = (np.abs(steps - usual) <= EVEN * usual).mean() >= MOST_EVEN
    if not is_even or steps[widest] < GAP * usual:
        return ""
    return (
        f"{name}: the times leave a gap: {time[widest]:.6g} is followed by "
        f"{time[widest + 1]:.6g}, where the usual step is {usual:.6g}."
    )


def polar(
    magnitude: np.ndarray, phase: np.ndarray, unit: str, label: str, name: str
) -> tuple[np.ndarray, np.ndarray, str]:
    """Return (Re, Im, note) of magnitude exp(i phase).

    Parameters
    ----------
    magnitude, phase : float (n,)
        Columns of the file.
    unit : str
        Of the phase, as in "deg", "mrad"; "?" if it is not known.
    label : str
        Name of the column of the phase.
    name : str
        Of the file.

    Raises
    ------
    InputError
        If the unit of the phase is not known, or a magnitude is negative.
    """
    radians = radians_in(unit)
    if radians is None:
        raise InputError(
            f"{name} does not give the unit of the phase {label!r} in a known way; it runs from "
            f"{np.nanmin(phase):.4g} to {np.nanmax(phase):.4g}. Rename its column to phase (deg) "
            "or phase (rad)."
        )
    if np.nanmin(magnitude) < 0:
        raise InputError(
            f"{name}: a magnitude must be >= 0, got {np.nanmin(magnitude):.4g} in the column "
            f"beside {label!r}. Choose the columns."
        )
    turned = magnitude * np.exp(1j * (radians * phase))
    note = f"Re and Im follow from magnitude and phase ({label}, in {unit})."
    return turned.real, turned.imag, note
