"""Sentences on the echo: where it is, time zero, and the sense of rotation."""

from typing import TYPE_CHECKING

import numpy as np

from nmr_core.io.measurement import Measurement
from nmr_core.measured.steps import Stage, Steps
from nmr_core.measured.target import Target

if TYPE_CHECKING:
    from nmr_core.measured.alignment import Alignment
    from nmr_core.measured.prepare import Echo

WELL = 0.8
"""Explained share of the energy below which the echo needs a check."""


def echo_stage(
    measurement: Measurement, target: Target, alignment: "Alignment", echo: "Echo", explained: float
) -> Stage:
    """Return the stage on where the echo is, and on others of the same size."""
    sentence = f"The echo is at {echo.time + alignment.time_zero:.5g} µs of the measurement"
    if target.echo_time is not None:
        sentence += (
            f", {echo.time:.5g} µs after zero; the protocol has it at {target.echo_time:.5g} µs"
        )
    sentence += f". Curves of this kind explain {100 * explained:.3g} % of the measurement."
    others, doubt = _others(measurement, target, alignment), explained < WELL
    if others:
        sentence += (
            f" There are more echoes, at {', '.join(f'{t:.4g}' for t in others[:4])} µs of the "
            "measurement; they are not used."
        )
    if np.isfinite(alignment.rival_zero) and alignment.rival_score > 0.8:
        other = alignment.rival_zero + (target.echo_time or 0)
        sentence += (
            f" Another place explains nearly as much (echo at {other:.5g} µs): give the time of "
            "the echo if this one is wrong."
        )
        doubt = True
    return Stage(
        name="echo",
        label="Echo",
        estimate=echo.time + alignment.time_zero,
        used=echo.time + alignment.time_zero,
        unit="µs",
        sentence=sentence,
        warning=doubt or bool(others),
    )


def _others(measurement: Measurement, target: Target, alignment: "Alignment") -> list[float]:
    """Times of other echoes beyond the grid, at least a third as high as the one that is used."""
    from scipy.signal import find_peaks

    size = np.abs(
        measurement.signal
        - np.median(measurement.signal.real)
        - 1j * np.median(measurement.signal.imag)
    )
    width = max(1, round(2 / measurement.step))
    smooth = np.convolve(size, np.full(width, 1 / width), "same")
    at = measurement.time - alignment.time_zero
    inside = (at >= max((target.echo_time or 0) * 0.8, target.time[0])) & (at <= target.time[-1])
    height = smooth[inside].max(initial=0)
    peaks, _ = find_peaks(
        smooth,
        height=0.33 * height,
        prominence=0.25 * height,
        distance=max(1, round(10 / measurement.step)),
    )
    first = min([0.0, *target.pulse_times, target.time[0]])
    if not height:
        return []
    beyond = [k for k in peaks if at[k] > target.time[-1] + 2 or at[k] < first - 5]
    return [float(measurement.time[k]) for k in beyond]


def zero_stage(steps: Steps, alignment: "Alignment", target: Target) -> Stage:
    """Return the stage on time zero of the protocol."""
    fixed = steps.echo_time is not None or steps.time_zero is not None
    error = f" ± {alignment.zero_error:.2g}" if np.isfinite(alignment.zero_error) else ""
    if fixed:
        sentence = (
            f"Time zero is {alignment.time_zero:.5g} µs of the measurement, as chosen; "
            f"{alignment.estimated_zero:.5g} µs was found."
        )
    elif alignment.time_zero == 0:
        sentence = (
            "The times of the file are those of the protocol: a shift of "
            f"{alignment.estimated_zero:+.2g}{error} µs is not significant."
        )
    else:
        sentence = (
            f"Time zero of the protocol is found at {alignment.estimated_zero:.5g}{error} µs of "
            "the measurement; its times are counted from there."
        )
    return Stage(
        name="time_zero",
        label="Time zero",
        estimate=alignment.estimated_zero,
        used=alignment.time_zero,
        unit="µs",
        sentence=sentence,
        warning=fixed
        and abs(alignment.time_zero - alignment.estimated_zero)
        > max(2 * target.step, 3 * np.nan_to_num(alignment.zero_error)),
        error=alignment.zero_error,
    )


def sense_stage(
    measurement: Measurement, steps: Steps, alignment: "Alignment", on_line: bool
) -> Stage:
    """Return the stage on the sense of rotation."""
    is_reversed = alignment.estimated_conjugated
    number = float("nan") if is_reversed is None else float(is_reversed)
    if measurement.real_only or measurement.magnitude:
        return Stage(
            name="conjugate",
            label="Sign of Im",
            estimate=float("nan"),
            used=0.0,
            unit="",
            sentence="There is no second channel, so its sign does not matter.",
        )
    if steps.conjugate is not None:
        sentence = f"Im is {'reversed' if alignment.conjugated else 'left as it is'}, as chosen."
    elif is_reversed is None:
        sentence = (
            "The sign of Im cannot be told: "
            + (
                "curves of this protocol lie on one line, where reversing Im is a change of phase. "
                if on_line
                else "both signs fit equally well. "
            )
            + "It is left as it is."
        )
    elif is_reversed:
        sentence = "Im has the other sign than in this protocol: it is reversed."
    else:
        sentence = "Im has the sign that this protocol has."
    return Stage(
        name="conjugate",
        label="Sign of Im",
        estimate=number,
        used=float(alignment.conjugated),
        unit="",
        sentence=sentence,
        warning=bool(is_reversed) and steps.conjugate is None,
    )
