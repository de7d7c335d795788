"""Sentences on the points of a record: spacing, saturation, dead time, grid, noise."""

from typing import TYPE_CHECKING

import numpy as np

from nmr_core.io.measurement import Measurement
from nmr_core.measured.inspecting import flat_tops
from nmr_core.measured.steps import OFF, Stage, Steps
from nmr_core.measured.target import Target

if TYPE_CHECKING:
    from nmr_core.measured.alignment import Alignment

METHODS = {
    "average": "the points around each time were averaged (a parabola through those within one "
    "step)",
    "spline": "values between the points come from a cubic spline",
    "nearest": "its points lie on the model's times",
}


def measurement_stage(measurement: Measurement) -> Stage:
    """Return the stage on the points of a measurement."""
    steps = np.diff(measurement.time)
    spacing = f"every {measurement.step:.4g} µs"
    if not measurement.uniform:
        spacing = f"with steps from {steps.min():.3g} to {steps.max():.3g} µs, used as they are"
    return Stage(
        name="measurement",
        label="Measurement",
        estimate=measurement.step,
        used=measurement.step,
        unit="µs",
        sentence=f"{len(measurement):,} points from {measurement.time[0]:.5g} to "
        f"{measurement.time[-1]:.5g} "
        f"µs, {spacing}.",
        warning=not measurement.uniform,
    )


def saturation_stage(measurement: Measurement) -> Stage:
    """Return the stage on flat tops."""
    tops = flat_tops(measurement)
    if not tops:
        return Stage(
            name="saturation",
            label="Receiver",
            estimate=0.0,
            used=0.0,
            unit="points",
            sentence="No flat tops: the receiver was not saturated.",
        )
    n = sum(top.n_points for top in tops)
    where = "; ".join(
        f"{top.channel} at {top.level:.4g}, {top.start:.4g} to {top.stop:.4g} µs"
        for top in tops[:2]
    )
    return Stage(
        name="saturation",
        label="Receiver",
        estimate=float(n),
        used=float(n),
        unit="points",
        sentence=f"The receiver was saturated: {n:,} points are cut off at the same value "
        f"({where}). Their "
        "true height is lost; measure again with less gain.",
        warning=True,
    )


def dead_time_stage(steps: Steps, alignment: "Alignment", target: Target, s: int) -> Stage:
    """Return the stage on points of the dead time, of setting ``s``."""
    n = int((alignment.dead[s] & target.needed).sum())
    if steps.dead_time == OFF:
        sentence = "Points after the pulses are used as measured, as chosen."
    elif not alignment.dead_time:
        sentence = "No blind time after the pulses."
    else:
        begin = "The receiver is blind" if steps.dead_time is None else "The signal is left out"
        sentence = (
            f"{begin} for {alignment.dead_time:.3g} µs after a pulse: {n} points that the model "
            "looks at are 0. Choose a run that was trained with such a dead time."
        )
    return Stage(
        name="dead_time",
        label="Dead time",
        estimate=alignment.estimated_dead_time,
        used=alignment.dead_time,
        unit="µs",
        sentence=sentence,
        warning=n > 0,
    )


def brought(measurement: Measurement, target: Target, method: str) -> str:
    """Return a clause on how a measurement came to the times of the model."""
    return (
        f"{len(measurement):,} points were brought to the model's {len(target.time):,}, every "
        f"{target.step:.3g} µs: {METHODS[method]}"
    )


def grid_stage(
    measurement: Measurement, target: Target, steps: Steps, alignment: "Alignment", s: int
) -> Stage:
    """Return the stage on the time points of the model, of setting ``s``."""
    grid = alignment.grids[s]
    first = brought(measurement, target, grid.method)
    empty = int((~grid.covered & ~alignment.dead[s]).sum())
    coarse = measurement.step > 1.2 * target.step
    sentence = first + (
        f"; {empty} points that the measurement does not cover are 0, the model does not look at "
        "them."
        if empty
        else "."
    )
    n_needed = np.count_nonzero(np.asarray(target.needed))
    if n_needed < len(target.time):
        used_from, used_to = target.needed_range
        sentence += (
            f" The model looks at {n_needed} of them, {used_from:.4g} to {used_to:.4g} µs after "
            "time zero."
        )
    if coarse:
        sentence += (
            f" The measurement is coarser ({measurement.step:.3g} µs): what changes faster than "
            "that is lost."
        )
    return Stage(
        name="resample",
        label="Times",
        estimate=measurement.step,
        used=target.step,
        unit="µs",
        sentence=sentence,
        warning=coarse,
    )


def noise_stage(fine: float, snr: float) -> Stage:
    """Return the stage on noise; ``fine`` is that on the times of the model, in units of M."""
    low = snr < 10
    sentence = (
        f"Signal to noise is {snr:.3g} (highest point of the echo over the noise of one channel in "
        f"the measurement's tail); on the model's times the noise is {fine:.2g} in units of M."
    )
    return Stage(
        name="noise",
        label="Noise",
        estimate=snr,
        used=snr,
        unit="",
        sentence=sentence + (" That is low: average more scans." if low else ""),
        warning=low,
        error=float("nan"),
    )
