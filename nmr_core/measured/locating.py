"""Where on its own clock a measurement has the protocol's zero: every place is tried, and the one
that explains most is kept.
"""

from dataclasses import dataclass

import numpy as np

from nmr_core.io.measurement import Measurement
from nmr_core.measured.resampling import resample
from nmr_core.measured.steps import OutOfRangeError
from nmr_core.measured.target import Target

PLACES = 600
"""Time zeros that are tried at first."""
LEAST = 0.3
"""Of the points that the model looks at must be covered for a place to be tried."""
LONGEST = 400
"""Grids that fit into a measurement at most: longer ones have another unit of time."""


@dataclass(frozen=True, eq=False)
class Places:
    """time_zero (n,) in µs of the measurement's own clock, and score (n,): explained energy over
    the noise's.
    """

    time_zero: np.ndarray
    score: np.ndarray

    @property
    def best(self) -> float:
        """The time zero with the highest score."""
        return float(self.time_zero[self.score.argmax()])

    @property
    def rival(self) -> tuple[float, float]:
        """(time zero, score over the best one's) of the best place that is no neighbour of the
        best.
        """
        far = np.abs(self.time_zero - self.best) > 0.1 * np.ptp(self.time_zero) + 5
        if not far.any() or self.score.max() <= 0:
            return np.nan, 0.0
        k = np.flatnonzero(far)[self.score[far].argmax()]
        return float(self.time_zero[k]), float(max(0.0, self.score[k] / self.score.max()))


def check_span(measurements: list[Measurement], target: Target) -> None:
    """Raise OutOfRangeError for measurements that no time zero brings onto the time points of the
    model.
    """
    first, last = target.needed_range
    needed = last - first
    for one in measurements:
        span = one.time[-1] - one.time[0]
        slack = 2 * max(target.step, one.step)
        if span + slack < needed:
            raise OutOfRangeError(
                f"{one.name} is {span:.4g} µs long, from {one.time[0]:.4g} to {one.time[-1]:.4g} "
                f"µs, and the model looks at {first:.4g} to {last:.4g} µs of the protocol. Measure "
                "at least that long, or choose a run that was trained on such "
                f"records{_other_unit(one, span, needed)}"
            )
        if span > LONGEST * (target.time[-1] - target.time[0]):
            raise OutOfRangeError(
                f"{one.name} is {span:.4g} µs long, {span / needed:,.0f} times what the model "
                f"looks at ({first:.4g} to {last:.4g} µs). Check the unit of its times, or cut out "
                "one echo."
            )


def _other_unit(measurement: Measurement, span: float, needed: float) -> str:
    """The end of the sentence about a short measurement: the unit in which it would be long enough,
    if there is one.
    """
    for unit, factor in (("ms", 1e3), ("s", 1e6)):
        if measurement.unit != unit and 0.8 * needed <= span * factor <= LONGEST * needed:
            return f"; in {unit} it would be long enough, so check the unit of time."
    return "."


def places(
    measurements: list[Measurement],
    target: Target,
    sigma: float,
    amplitude: float,
    conjugate: bool = False,
    around: tuple[float, float] | None = None,
) -> Places:
    """Scores of time zeros: how much of a measurement's energy curves of the kind explain there
    (see :mod:`.fitting`), in units of the
    noise and of what the modes leave of the curves.

    Parameters
    ----------
    measurements : sequence of Measurement
        Measured echoes of one sample.
    target : Target
        Times, sequence and typical signals that the model needs.
    sigma, amplitude : float
        Noise of one channel, and about what the measurement shows for M = 1.
    conjugate : bool
        Whether the rotation sense is reversed.
    around : tuple[float, float], optional
        (first, last) time zero in µs, tried finely; None: all places that cover enough, coarsely.
    """
    measurement = measurements[0]
    first, last = target.needed_range
    if around is None:
        need = LEAST * (last - first)
        low, high = measurement.time[0] - last + need, measurement.time[-1] - first - need
        fine = max(target.step / 2, (high - low) / PLACES)
        zeros = np.unique(
            np.r_[np.arange(low, high + fine, fine), 0.0 if low <= 0 <= high else low]
        )
    else:
        zeros = np.linspace(*around, 41)
    t = np.concatenate(
        [zeros[0] + target.time[:1] - target.step, zeros[-1] + target.time[-1:] + target.step]
    )
    grain = max(target.step / 2, (t[1] - t[0]) / 200_000)
    grid = np.arange(t[0], t[1] + grain, grain)
    total = np.zeros(len(zeros))
    unit = (sigma / amplitude) ** 2 + target.leftover**2 * target.memory
    for s, own in enumerate(measurements):
        values = resample(own.time, own.signal / amplitude, grid, step=target.step)
        signal = values.signal.conj() if conjugate else values.signal
        total += _scores(zeros, grid, signal, values.covered, target, s, unit)
    return Places(zeros, total)


def _scores(
    zeros: np.ndarray,
    grid: np.ndarray,
    signal: np.ndarray,
    covered: np.ndarray,
    target: Target,
    setting: int,
    unit: float,
) -> np.ndarray:
    """One setting's explained energy at each time zero."""
    at = (zeros[:, None] + target.time - grid[0]) / (grid[1] - grid[0])
    k = np.clip(at.astype(int), 0, len(grid) - 2)
    share = np.clip(at - k, 0, 1)
    there = covered[k] & covered[k + 1]
    y = np.where(there, signal[k] * (1 - share) + signal[k + 1] * share, 0)
    m, modes = target.reference[setting], target.modes[:, setting]
    n = np.maximum(there.sum(1), 1)
    mean = y.sum(1) / n
    spread = (np.abs(modes) ** 2).sum(0) / 2 + unit
    turn = (np.where(there, y - mean[:, None], 0) * (m.conj() / spread)).sum(1)
    size = np.abs(turn)
    y = y * np.where(size > 0, turn.conj() / np.where(size > 0, size, 1), 1)[:, None]
    columns = np.concatenate([m[None], np.full((1, len(m)), 1), np.full((1, len(m)), 1j), modes])
    right = y.real @ columns.real.T + y.imag @ columns.imag.T
    normal = _normal(columns, there)
    g = np.clip(size / np.maximum((there * np.abs(m) ** 2 / spread).sum(1), 1e-300), 0.05, 2)
    ridge = np.concatenate(
        [np.full((len(zeros), 3), 1e-9), np.repeat((unit / g**2)[:, None], len(modes), axis=1)],
        axis=1,
    )
    answer = np.linalg.solve(normal + ridge[:, :, None] * np.eye(len(columns)), right[:, :, None])[
        :, :, 0
    ]
    energy = ((right * answer).sum(1) - n * np.abs(mean) ** 2) / unit
    enough = there.mean(1) >= LEAST * target.needed.mean()
    return np.where(enough & (answer[:, 0] > 0), energy, 0)


def _normal(columns: np.ndarray, there: np.ndarray) -> np.ndarray:
    """columns · columns^T over the covered points of each place, (n_places, n, n); equal masks are
    computed once.
    """
    keys, which = np.unique(np.packbits(there, axis=1), axis=0, return_inverse=True)
    masks = np.unpackbits(keys, axis=1, count=there.shape[1]).astype(bool)
    both = np.stack([columns.real, columns.imag])
    normal = np.empty((len(masks), len(columns), len(columns)))
    for k, mask in enumerate(masks):
        own = np.concatenate([both[0][:, mask], both[1][:, mask]], axis=1)
        normal[k] = own @ own.T
    return normal[which.ravel()]
