"""The context of a measurement: times, pulses and the position of the echo."""

from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from math import inf

import numpy as np

from nmr_core.experiment import Protocol
from nmr_core.pulses import Steps


@dataclass(frozen=True, eq=False)
class Context:
    """Times and pulses that all samples of a data set share.

    Parameters
    ----------
    time : float array, (n_times,)
        µs.
    since_pulse : float array, (n_times,), optional
        Time since the last pulse, µs, inf before the first; None if unknown.
    echo_window : tuple of float
        (start, stop) around the first echo, µs; by default the whole record.
    refocused : float array, (n_times,), optional
        Time at which the offsets of each point refocus, µs: that of the first pulse before the
        second one, then that of the echo; None if unknown.
    echo_time : float, optional
        Time of the first echo, or of the first pulse without one, µs; None if unknown.
    """

    time: np.ndarray
    since_pulse: np.ndarray | None = None
    echo_window: tuple[float, float] = (-inf, inf)
    refocused: np.ndarray | None = None
    echo_time: float | None = None

    @classmethod
    def of(cls, protocol: Protocol) -> "Context":
        """Context of a protocol; pulse angles and noise make no difference."""
        since: list[np.ndarray] = []
        refocused: list[np.ndarray] = []
        elapsed = inf  # steps since the last pulse
        now = mirror = n_pulses = 0  # steps since the start, and to the time of refocusing
        recordings = iter(protocol.recordings)
        for event in protocol.events:
            if isinstance(event, Steps):
                points = np.array(next(recordings), dtype=int)
                since.append(elapsed + points)
                refocused.append(np.full(len(points), mirror))
                elapsed += event.n_steps
                now += event.n_steps
            else:
                mirror = 2 * now - mirror if n_pulses else now
                n_pulses += 1
                elapsed = 0
        return cls(
            protocol.time,
            np.concatenate(since) * protocol.dt,
            protocol.echo_window,
            np.concatenate(refocused) * protocol.dt,
            protocol.echo_time,
        )

    @cached_property
    def echo(self) -> slice:
        """Points in the echo window; all points if it is empty."""
        start = np.searchsorted(self.time, self.echo_window[0])
        stop = np.searchsorted(self.time, self.echo_window[1], "right")
        return slice(int(start), int(stop)) if start < stop else slice(None)

    @cached_property
    def x(self) -> np.ndarray:
        """Time from 0 at the first to 1 at the last point, float64 (n_times,)."""
        t = np.asarray(self.time, dtype=float)
        return (t - t[0]) / max(t[-1] - t[0], np.finfo(float).tiny)

    @cached_property
    def pieces(self) -> tuple[slice, ...]:
        """Runs of points that no pulse separates; within each the signal is smooth."""
        t = np.asarray(self.time, dtype=float)
        broken = np.diff(t) <= 0
        if self.since_pulse is not None:
            with np.errstate(invalid="ignore"):  # inf - inf, before the first pulse
                broken |= np.diff(self.since_pulse) <= 0
        edges = [0, *(np.flatnonzero(broken) + 1).tolist(), len(t)]
        return tuple(slice(start, stop) for start, stop in pairwise(edges))
