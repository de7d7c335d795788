"""Sentences on what a measurement lacks for a model, and on what one channel loses."""

from typing import TYPE_CHECKING

import numpy as np

from nmr_core.io.measurement import Measurement
from nmr_core.measured.target import Target

if TYPE_CHECKING:
    from nmr_core.measured.found import FoundEcho
    from nmr_core.measured.prepare import Echo


def not_covered(measurement: Measurement, target: Target, zero: float, missing: np.ndarray) -> str:
    """Return a sentence on the times that a measurement lacks, with both ranges."""
    first, last = target.needed_range
    lost = target.time[missing]
    return (
        f"{measurement.name} covers {measurement.time[0] - zero:.4g} to "
        f"{measurement.time[-1] - zero:.4g} µs of the protocol (its own time less {zero:.4g} µs), "
        f"the model looks at {first:.4g} to {last:.4g} µs: {missing.sum()} of its points are "
        f"missing, from {lost[0]:.4g} to {lost[-1]:.4g} µs. Measure them, give another time zero, "
        "or choose a run that does without."
    )


def no_echo(measurement: Measurement, target: Target, echo: "Echo", explained: float) -> str:
    """Return a sentence on why there is no echo of the protocol."""
    if echo.stands_out < 3 and target.echo_time is not None:
        return (
            f"There is no echo in {measurement.name}: around {target.echo_time:.4g} µs nothing "
            f"stands out of the noise ({echo.stands_out:.1f} times the noise). Check the pulses, "
            "give the time of the echo, or average more scans."
        )
    return (
        f"There is no echo of this protocol in {measurement.name}: curves of its kind explain "
        f"{100 * explained:.0f} % of it at best. Check the columns and the unit of time, or give "
        "the time of the echo."
    )


def missing_at(measurement: Measurement, target: Target, zero: float) -> np.ndarray:
    """Return the times that a model looks at and a measurement lacks, µs of the protocol."""
    slack = 1.01 * max(target.step, measurement.step)
    at = target.time + zero
    is_there = (at >= measurement.time[0] - slack) & (at <= measurement.time[-1] + slack)
    return target.time[target.needed & ~is_there]


def highest_peak(
    measurement: Measurement, target: Target, peak: "FoundEcho", missing: np.ndarray
) -> str:
    """Return a sentence on the highest peak of a measurement that fits no model.

    Parameters
    ----------
    measurement : Measurement
        As read.
    target : Target
        Time points of the model.
    peak : FoundEcho
        Its highest peak.
    missing : array (n,)
        Times of :func:`missing_at`, with that peak as the echo.
    """
    first, last = target.needed_range
    sentence = (
        f"{measurement.name} does not fit the protocol of this model. Its highest peak is at "
        f"{peak.time:.4g} µs (signal-to-noise ratio {peak.snr:.3g}, {peak.width:.3g} µs wide); if "
        "that is the echo, "
    )
    if len(missing):
        return (
            f"{sentence}the record lacks {missing[0]:.4g} to {missing[-1]:.4g} µs of the protocol; "
            f"the model looks at {first:.4g} to {last:.4g} µs. Choose a run that does without, or "
            "make a model for this measurement."
        )
    return (
        f"{sentence}it has another shape than the echoes of this model. Check the columns and the "
        "unit of time, give the time of the echo, or make a model for this measurement."
    )


def losses(measurement: Measurement) -> list[str]:
    """Return a sentence on what a single channel or a magnitude loses."""
    if measurement.magnitude:
        return [
            "Only the magnitude was recorded: phase and sign are lost, and noise adds to it; the "
            "mean curve's phase is used instead, so that what turns out of it is lost. Acquire "
            "both channels."
        ]
    if measurement.real_only:
        return [
            "Only one channel was recorded: what lies at right angles to it is lost and taken as "
            "0, and the sense of rotation cannot be told. Acquire both channels."
        ]
    return []
