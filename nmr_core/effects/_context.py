"""What an effect may know about a measurement besides its curves: times, pulses, where the echo is."""

from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from math import inf

import numpy as np

from nmr_core.experiment import Protocol
from nmr_core.pulses import Steps


@dataclass(frozen=True, eq=False)
class Context:
    """Shared by all curves of a data set.

    time        : µs, (n_times,)
    since_pulse : µs since the last pulse at each point (inf before the first), (n_times,); None if that is not known
    echo_window : (start, stop) in µs around the first echo, or the whole record
    """

    time: np.ndarray
    since_pulse: np.ndarray | None = None
    echo_window: tuple[float, float] = (-inf, inf)

    @classmethod
    def of(cls, protocol: Protocol) -> "Context":
        """The context of every curve that is measured with a protocol; pulse angles and noise do not matter."""
        since, elapsed = [], inf
        for event in protocol.events:
            if isinstance(event, Steps):
                since.append(
                    elapsed + np.arange(1 if protocol.record == "after" else 0, event.n_steps + 1)
                )
                elapsed += event.n_steps
            else:
                elapsed = 0
        return cls(protocol.time, np.concatenate(since) * protocol.dt, protocol.echo_window)

    @cached_property
    def echo(self) -> slice:
        """The points of the echo window; all of them if there is none in it."""
        start, stop = (
            np.searchsorted(self.time, self.echo_window[0]),
            np.searchsorted(self.time, self.echo_window[1], "right"),
        )
        return slice(int(start), int(stop)) if start < stop else slice(None)

    @cached_property
    def x(self) -> np.ndarray:
        """Time as a fraction of the record, 0 at its first and 1 at its last point, (n_times,)."""
        t = np.asarray(self.time, dtype=float)
        return (t - t[0]) / max(t[-1] - t[0], np.finfo(float).tiny)

    @cached_property
    def pieces(self) -> tuple[slice, ...]:
        """Points between which no pulse comes: within a piece a curve is smooth."""
        t = np.asarray(self.time, dtype=float)
        broken = np.diff(t) <= 0
        if self.since_pulse is not None:
            with np.errstate(invalid="ignore"):  # inf - inf, before the first pulse
                broken |= np.diff(self.since_pulse) <= 0
        edges = [0, *(np.flatnonzero(broken) + 1).tolist(), len(t)]
        return tuple(slice(start, stop) for start, stop in pairwise(edges))
