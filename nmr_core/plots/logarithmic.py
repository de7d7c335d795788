"""A logarithmic axis with readable labels, also within one decade."""

from collections.abc import Sequence

import numpy as np

from nmr_core.plots.layout import axis
from nmr_core.plots.palette import Palette


def log_axis(title: str, palette: Palette, values: Sequence[float] | np.ndarray) -> dict:
    """Return a logarithmic axis over positive values, with labels at 1, 2 and 5 of each decade.

    Parameters
    ----------
    title : str
        Words, with the unit in brackets.
    palette : Palette
        Colours of the theme.
    values : sequence of float
        What is drawn.
    """
    numbers = np.asarray(values, float)
    numbers = numbers[np.isfinite(numbers) & (numbers > 0)]
    if not len(numbers):
        return axis(title, palette, type="log")
    spread = numbers.max() / numbers.min()
    pad = float(max(1.05, spread**0.06))
    low, high = float(numbers.min()) / pad, float(numbers.max()) * pad
    ticks = _ticks(low, high)
    return axis(
        title,
        palette,
        type="log",
        tickvals=ticks,
        ticktext=[f"{tick:,.10g}" for tick in ticks],
        range=[float(np.log10(low)), float(np.log10(high))],
    )


STEPS: tuple[tuple[float, ...], ...] = (
    (1,),
    (1, 2, 5),
    (1, 1.5, 2, 3, 4, 5, 6, 8),
    (1, 1.1, 1.2, 1.3, 1.4, 1.6, 1.8, 2, 2.2, 2.5, 3, 3.5, 4, 4.5, 5, 5.5, 6, 7, 8, 9),
)
"""Labels within a decade, from few to many."""


def _ticks(low: float, high: float) -> list[float]:
    """At least four labels between two numbers, as few as possible."""
    decades = range(int(np.floor(np.log10(low))), int(np.ceil(np.log10(high))) + 1)
    ticks: list[float] = []
    for steps in STEPS:
        ticks = [float(f"{step * 10.0**decade:.6g}") for decade in decades for step in steps]
        ticks = [tick for tick in ticks if low <= tick <= high]
        if len(ticks) >= 4:
            break
    return ticks
