"""What a measurement shows by itself, before anything is known of the protocol: noise, flat tops,
blind stretches, uneven steps.
"""

from dataclasses import dataclass

import numpy as np

from nmr_core.io.measurement import Measurement

TAIL = 0.2
"""Share of the measurement at its end from which noise is taken."""
FLAT_RUN, FLAT_POINTS = 4, 5
"""Neighbouring points, and points in all, at the very largest value that make a flat top."""


def noise(measurement: Measurement, step: float) -> float:
    """Noise of one channel, in the measurement's unit: third differences over ``step`` µs in the
    measurement's tail, whose median is
    hardly touched by a smooth signal (a component of .1 MHz at .318 µs: 1 %), nor by a few spikes.

    A filter that correlates neighbours does not matter as long as its memory is shorter than
    ``step``.
    """
    lag = max(1, round(step / measurement.step))
    tail = measurement.signal[-max(int(TAIL * len(measurement)), min(len(measurement), 8 * lag)) :]
    return scatter(
        tail, min(lag, max(1, (len(tail) - 1) // 3)), measurement.real_only or measurement.magnitude
    )


def scatter(signal: np.ndarray, lag: int, real_only: bool = False) -> float:
    """Robust standard deviation of one channel from third differences with a lag; 0 for a curve
    that is too short.
    """
    if len(signal) <= 3 * lag:
        return 0.0
    third = (
        signal[3 * lag :]
        - 3 * signal[2 * lag : -lag]
        + 3 * signal[lag : -2 * lag]
        - signal[: -3 * lag]
    )
    both = third.real if real_only else np.concatenate([third.real, third.imag])
    size = np.median(np.abs(both)) / 0.6745
    return float(size if size > 0 else both.std()) / np.sqrt(20)


@dataclass(frozen=True)
class FlatTop:
    """Where a digitiser has saturated: channel, level in the measurement's unit, number of points,
    first and last time in µs.
    """

    channel: str
    level: float
    n_points: int
    start: float
    stop: float


def flat_tops(measurement: Measurement) -> list[FlatTop]:
    """Runs of the same extreme value that are entered by a jump: what a top that is only coarsely
    digitised does not show.
    """
    found = []
    for channel, values in (("Re", measurement.signal.real), ("Im", measurement.signal.imag)):
        steps = np.abs(np.diff(values))
        if not steps.any():
            continue
        quantum = steps[steps > 0].min()
        for level in (values.max(), values.min()):
            at = np.abs(values - level) <= 1e-9 * np.abs(values).max()
            if (
                level
                and at.sum() >= FLAT_POINTS
                and _longest(at) >= FLAT_RUN
                and _jump(values, at) > 1.5 * quantum
            ):
                where = np.flatnonzero(at)
                found.append(
                    FlatTop(
                        channel,
                        float(level),
                        int(at.sum()),
                        float(measurement.time[where[0]]),
                        float(measurement.time[where[-1]]),
                    )
                )
    return found


def _longest(at: np.ndarray) -> int:
    changes = np.flatnonzero(np.diff(np.r_[0, at.astype(int), 0]))
    return int((changes[1::2] - changes[::2]).max(initial=0))


def _jump(values: np.ndarray, at: np.ndarray) -> float:
    """Median distance of the points beside the runs from the level."""
    beside = (np.r_[at[1:], False] | np.r_[False, at[:-1]]) & ~at
    return float(np.median(np.abs(values[beside] - values[at][0]))) if beside.any() else np.inf


def blind(measurement: Measurement) -> list[tuple[float, float]]:
    """(first, last) time in µs of every run of at least four points that are exactly 0: a receiver
    that was off.
    """
    zero = measurement.signal == 0
    changes = np.flatnonzero(np.diff(np.r_[0, zero.astype(int), 0]))
    return [
        (float(measurement.time[a]), float(measurement.time[b - 1]))
        for a, b in zip(changes[::2], changes[1::2], strict=True)
        if b - a >= 4
    ]
