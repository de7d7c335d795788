"""A part of a measurement: the points between two times on the clock of the file."""

from dataclasses import replace

import numpy as np

from nmr_core.errors import InputError
from nmr_core.io.measurement import MIN_POINTS, Measurement


def windowed(
    measurement: Measurement, first: float | None = None, last: float | None = None
) -> Measurement:
    """Return the points of a measurement from ``first`` to ``last``.

    Parameters
    ----------
    measurement : Measurement
        As read.
    first, last : float, optional
        µs on the clock of the file; default: the ends of the record.

    Raises
    ------
    InputError
        If fewer points are left than an echo needs.
    """
    if first is None and last is None:
        return measurement
    time = measurement.time
    low = -np.inf if first is None else first
    high = np.inf if last is None else last
    inside = (time >= low) & (time <= high)
    if inside.sum() < MIN_POINTS:
        raise InputError(
            f"The window {low:.5g} to {high:.5g} µs holds {inside.sum()} points of "
            f"{measurement.name}, which covers {time[0]:.5g} to {time[-1]:.5g} µs; at least "
            f"{MIN_POINTS} are needed. Choose a wider window."
        )
    if inside.all():
        return measurement

    # The first point moves, and with it what the file says about the start
    about = dict(measurement.about)
    start = about.get("start_us")
    if isinstance(start, int | float):
        about["start_us"] = start + float(time[inside][0] - time[0])
    return replace(measurement, time=time[inside], signal=measurement.signal[inside], about=about)
