"""Coarse search for the time zero of the protocol on the clock of a measurement."""

from dataclasses import dataclass

import numpy as np

from nmr_core.io.measurement import Measurement
from nmr_core.measured.resampling import resample
from nmr_core.measured.steps import OutOfRangeError
from nmr_core.measured.target import Target

N_CANDIDATES = 600
"""Time zeros of a scan of the whole measurement."""
N_FINE = 41
"""Time zeros of a scan of a given range."""
LEAST_COVERED = 0.3
"""Share of the points used by the model that a candidate must cover."""
LONGEST = 400
"""Longest measurement, in lengths of the grid; beyond it the unit of time is wrong."""


@dataclass(frozen=True, eq=False)
class TimeZeroScan:
    """Scores of candidate time zeros.

    Attributes
    ----------
    time_zero : array (n,)
        µs of the measurement's clock.
    score : array (n,)
        Energy that signals of the protocol explain there, over the expected residual energy.
    """

    time_zero: np.ndarray
    score: np.ndarray

    @property
    def best(self) -> float:
        """Time zero with the highest score, µs."""
        return float(self.time_zero[self.score.argmax()])

    @property
    def rival(self) -> tuple[float, float]:
        """Best time zero away from the best one, µs, and its score relative to the best."""
        distance = np.abs(self.time_zero - self.best)
        far = distance > 0.1 * np.ptp(self.time_zero) + 5
        if not far.any() or self.score.max() <= 0:
            return np.nan, 0.0
        k = np.flatnonzero(far)[self.score[far].argmax()]
        return float(self.time_zero[k]), float(max(0.0, self.score[k] / self.score.max()))


def check_span(measurements: list[Measurement], target: Target) -> None:
    """Check that measurements are neither too short nor far too long for a model.

    Raises
    ------
    OutOfRangeError
        If no time zero brings a measurement onto the time points of the model.
    """
    first, last = target.needed_range
    needed = last - first
    for measurement in measurements:
        start, stop = measurement.time[0], measurement.time[-1]
        span = stop - start
        slack = 2 * max(target.step, measurement.step)
        if span + slack < needed:
            raise OutOfRangeError(
                f"{measurement.name} is {span:.4g} µs long, from {start:.4g} to {stop:.4g} µs, "
                f"and the model looks at {first:.4g} to {last:.4g} µs of the protocol. Measure "
                "at least that long, or choose a run that was trained on such "
                f"measurements{_other_unit(measurement, span, needed)}"
            )
        if span > LONGEST * (target.time[-1] - target.time[0]):
            raise OutOfRangeError(
                f"{measurement.name} is {span:.4g} µs long, {span / needed:,.0f} times what the "
                f"model looks at ({first:.4g} to {last:.4g} µs). Check the unit of its times, or "
                "cut out one echo."
            )


def _other_unit(measurement: Measurement, span: float, needed: float) -> str:
    """End of a sentence: the unit in which a short measurement would be long enough."""
    for unit, factor in (("ms", 1e3), ("s", 1e6)):
        if measurement.unit != unit and 0.8 * needed <= span * factor <= LONGEST * needed:
            return f"; in {unit} it would be long enough, so check the unit of time."
    return "."


def scan_time_zero(
    measurements: list[Measurement],
    target: Target,
    sigma: float,
    amplitude: float,
    conjugate: bool = False,
    around: tuple[float, float] | None = None,
) -> TimeZeroScan:
    """Return the score of candidate time zeros.

    Parameters
    ----------
    measurements : list of Measurement
        One per setting; they share their time zero.
    target : Target
        Time points and typical signals of the model.
    sigma : float
        Noise of one channel.
    amplitude : float
        Approximate signal for M = 1, in the unit of the measurement.
    conjugate : bool
        Whether to reverse Im first.
    around : tuple of float, optional
        First and last time zero, µs, scanned finely; default: all that cover enough, coarsely.

    Notes
    -----
    At each candidate the model of :mod:`.fitting` is solved by linear least squares. The score
    sums the explained energy of all settings, in units of sigma^2 and of what the modes leave.
    """
    zeros = _candidates(measurements[0], target, around)

    # A regular grid, fine enough for linear interpolation, over all candidates
    start = zeros[0] + target.time[0] - target.step
    stop = zeros[-1] + target.time[-1] + target.step
    fine_step = max(target.step / 2, (stop - start) / 200_000)
    grid = np.arange(start, stop + fine_step, fine_step)

    unit = (sigma / amplitude) ** 2 + target.leftover**2 * target.memory
    score = np.zeros(len(zeros))
    for setting, measurement in enumerate(measurements):
        signal = measurement.signal / amplitude
        fine = resample(measurement.time, signal, grid, step=target.step)
        values = fine.signal.conj() if conjugate else fine.signal
        score += _scores(zeros, grid, values, fine.covered, target, setting, unit)
    return TimeZeroScan(zeros, score)


def _candidates(
    measurement: Measurement, target: Target, around: tuple[float, float] | None
) -> np.ndarray:
    """Time zeros to try, µs; 0, the measurement's own, is among those of a coarse scan."""
    if around is not None:
        return np.linspace(*around, N_FINE)
    first, last = target.needed_range
    least = LEAST_COVERED * (last - first)
    low = measurement.time[0] - last + least
    high = measurement.time[-1] - first - least
    spacing = max(target.step / 2, (high - low) / N_CANDIDATES)
    own_zero = 0.0 if low <= 0 <= high else low
    return np.unique(np.r_[np.arange(low, high + spacing, spacing), own_zero])


def _scores(
    zeros: np.ndarray,
    grid: np.ndarray,
    signal: np.ndarray,
    covered: np.ndarray,
    target: Target,
    setting: int,
    unit: float,
) -> np.ndarray:
    """Explained energy of one setting at each time zero, (n_zeros,)."""
    # Linear interpolation at the points of the model, (n_zeros, n_times)
    position = (zeros[:, None] + target.time - grid[0]) / (grid[1] - grid[0])
    k = np.clip(position.astype(int), 0, len(grid) - 2)
    fraction = np.clip(position - k, 0, 1)
    there = covered[k] & covered[k + 1]
    y = np.where(there, signal[k] * (1 - fraction) + signal[k + 1] * fraction, 0)
    return explained_energy(y, there, target, setting, unit)


def explained_energy(
    y: np.ndarray, there: np.ndarray, target: Target, setting: int, unit: float
) -> np.ndarray:
    """Return the energy that signals of one setting explain in each row, (n_rows,).

    Parameters
    ----------
    y, there : complex and bool array (n_rows, n_times)
        Signals on the grid of the target, in units of M about, and which points of them count.
    target : Target
        Time points and typical signals of the model.
    setting : int
        Index of the setting.
    unit : float
        Expected residual energy of a point; the result is in units of it.
    """
    n = np.maximum(there.sum(1), 1)
    y_mean = y.sum(1) / n

    # Phase and size from a matched filter with the mean signal; then the phase is removed
    m = target.reference[setting]
    modes = target.modes[:, setting]
    spread = (np.abs(modes) ** 2).sum(0) / 2 + unit
    centred = np.where(there, y - y_mean[:, None], 0)
    overlap = (centred * (m.conj() / spread)).sum(1)
    size = np.abs(overlap)
    turn = np.where(size > 0, overlap.conj() / np.where(size > 0, size, 1), 1)
    y = y * turn[:, None]
    norm = np.maximum((there * np.abs(m) ** 2 / spread).sum(1), 1e-300)
    relative_size = np.clip(size / norm, 0.05, 2)

    # Ridge regression on the mean signal, a constant baseline and the modes
    constant = np.full((1, len(m)), 1)
    columns = np.concatenate([m[None], constant, constant * 1j, modes])
    right = y.real @ columns.real.T + y.imag @ columns.imag.T
    ridge_of_modes = np.repeat((unit / relative_size**2)[:, None], len(modes), axis=1)
    ridge = np.concatenate([np.full((len(y), 3), 1e-9), ridge_of_modes], axis=1)
    normal = _normal_matrices(columns, there) + ridge[:, :, None] * np.eye(len(columns))
    solution = np.linalg.solve(normal, right[:, :, None])[:, :, 0]

    energy = ((right * solution).sum(1) - n * np.abs(y_mean) ** 2) / unit
    enough = there.mean(1) >= LEAST_COVERED * np.mean(target.needed)
    upright = solution[:, 0] > 0
    return np.where(enough & upright, energy, 0)


def _normal_matrices(columns: np.ndarray, there: np.ndarray) -> np.ndarray:
    """Re(columns columns^H) over the covered points of each candidate, (n_zeros, n, n)."""
    # Equal masks are computed once
    keys, which = np.unique(np.packbits(there, axis=1), axis=0, return_inverse=True)
    masks = np.unpackbits(keys, axis=1, count=there.shape[1]).astype(bool)
    normal = np.empty((len(masks), len(columns), len(columns)))
    for k, mask in enumerate(masks):
        used = np.concatenate([columns.real[:, mask], columns.imag[:, mask]], axis=1)
        normal[k] = used @ used.T
    return normal[which.ravel()]
