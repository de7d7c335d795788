"""Align a measurement with a protocol: time zero, sign of Im, phase, scale and baseline.

    scan of time zeros  ->  fit of the receiver, which moves time zero  ->  sign of Im
                        ->  fit without the corrections that are within their errors

A step that :class:`.steps.Steps` fixes is not estimated, but its estimate is reported.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from nmr_core.errors import InputError
from nmr_core.io.measurement import Measurement
from nmr_core.measured.fitting import (
    ReceiverFit,
    fit_receiver,
    matched_amplitude,
    turning_time,
)
from nmr_core.measured.inspecting import blind_time, peak_time, smoothed_peak
from nmr_core.measured.locating import TimeZeroScan, scan_time_zero
from nmr_core.measured.resampling import Resampled, onto_grid
from nmr_core.measured.steps import OFF, Steps
from nmr_core.measured.target import Target

SIGNIFICANT = 2.0
"""Standard errors from which a correction is applied."""
CLOSE = 0.25
"""Grid steps: a smaller shift of time zero is not applied."""
CLEAR = 25.0
"""Gain of chi^2, in units of the misfit, from which a slope, or the other sign of Im, is taken."""
MAX_MOVES = 3
"""Moves of time zero by the fit."""
MIRRORED = 1.05
"""Ratio of scores from which the search starts with the other sign of Im."""
NUDGE = 4
"""Grid steps by which time zero may move so that the measurement covers the model."""
LINE = 0.98
"""Share of energy on one line through 0 from which the sign of Im cannot be determined."""
NARROW = 8
"""Grid steps: where fewer time zeros let a measurement cover the model, one of them is right."""
NEAR_ECHO = 0.1
"""Distance of the highest point from the echo, over its time, that leaves the clock as it is."""
UNSCALED = 0.12
"""Error of the scale, relative, of a measurement without the decay after the first pulse."""
MIN_POINTS = 8
"""Points of the grid that a fit needs."""
FAR = 20
"""Grid steps of time zero from which the clock of the file is not that of the protocol."""


@dataclass(frozen=True, eq=False)
class Alignment:
    """Time zero and receiver of the measurements of one sample, as estimated and as used.

    The two differ where a step was fixed, and where an estimate is within its error of no change.

    Attributes
    ----------
    time_zero, estimated_zero, zero_error : float
        Used and estimated time zero on the clock of the measurement, and standard error, µs.
    rival_zero, rival_score : float
        Second best time zero of the scan, µs, and its score relative to the best.
    conjugated : bool
        Whether Im was reversed.
    estimated_conjugated : bool, optional
        None if the sign of Im cannot be determined.
    fit, estimated_fit : ReceiverFit
    grids : list of Resampled
        Each setting on the grid.
    dead : list of bool array (n_times,)
        Grid points of each setting within the dead time.
    dead_time, estimated_dead_time : float
        µs after each pulse.
    """

    time_zero: float
    estimated_zero: float
    zero_error: float
    rival_zero: float
    rival_score: float
    conjugated: bool
    estimated_conjugated: bool | None
    fit: ReceiverFit
    estimated_fit: ReceiverFit
    grids: list[Resampled]
    dead: list[np.ndarray]
    dead_time: float
    estimated_dead_time: float


@dataclass(frozen=True, eq=False)
class Gridded:
    """Measurements on the grid: complex and bool arrays (n_settings, n_times)."""

    grids: list[Resampled]
    dead: list[np.ndarray]
    conjugated: bool = False

    @property
    def y(self) -> np.ndarray:
        return np.stack([grid.signal for grid in self.grids])

    @property
    def usable(self) -> np.ndarray:
        return np.stack(
            [grid.covered & ~dead for grid, dead in zip(self.grids, self.dead, strict=True)]
        )


def signals_on_line(target: Target) -> bool:
    """Return whether all signals lie on one line of the complex plane through 0.

    The mirror image of such a signal is a change of phase.
    """
    signals = target.reference if target.curves is None else target.curves
    return bool(abs((signals**2).sum()) >= LINE * (np.abs(signals) ** 2).sum())


@dataclass(frozen=True)
class Start:
    """Where an alignment starts.

    Parameters
    ----------
    offset : float
        Frequency to remove, MHz, on the clock and with the sign of Im of the file.
    refocused : bool
        As of :class:`.fitting.ReceiverFit`.
    zero : float, optional
        Time zero, µs; default: it is searched for.
    """

    offset: float = 0.0
    refocused: bool = False
    zero: float | None = None


def align(
    measurements: Sequence[Measurement],
    target: Target,
    sigma: float,
    steps: Steps,
    start_at: Start | None = None,
) -> Alignment:
    """Align the measurements of one sample with the protocol of a target.

    Parameters
    ----------
    measurements : sequence of Measurement
        One per setting.
    target : Target
        Time points and typical signals of the model.
    sigma : float
        Noise of one channel, in the unit of the file.
    steps : Steps
        Steps that are fixed.
    start_at : Start, optional
        Offset to remove, and time zero to start from; default: no offset, and a search.

    Returns
    -------
    Alignment

    Raises
    ------
    InputError
        If no part of the measurement resembles the protocol.
    """
    aligner = Aligner(list(measurements), target, sigma, steps, start_at)
    start, rival, conjugate = aligner.scan()
    aligner.use_noise_of_grid(start)
    zero, error, fit = aligner.settle(start, conjugate)

    estimated_conjugated = None
    if steps.conjugate is None:
        estimated_conjugated, fit = aligner.sign_of_im(zero, conjugate, fit)
        conjugate = bool(estimated_conjugated)

    time_zero = zero
    fixed = steps.time_zero is not None or steps.echo_time is not None
    if fixed:
        zero = aligner.scan_with(conjugate).best
    elif aligner.zero_is_insignificant(zero, error, conjugate, fit):
        time_zero = 0.0

    gridded = aligner.on_grid(time_zero, conjugate)
    return Alignment(
        time_zero=time_zero,
        estimated_zero=zero,
        zero_error=error,
        rival_zero=rival[0],
        rival_score=rival[1],
        conjugated=conjugate,
        estimated_conjugated=estimated_conjugated,
        fit=aligner.significant_fit(gridded),
        estimated_fit=fit,
        grids=gridded.grids,
        dead=gridded.dead,
        dead_time=aligner.dead_time(time_zero),
        estimated_dead_time=blind_time(aligner.measurements, target, time_zero),
    )


class Aligner:
    """Scans and fits of the measurements of one sample at any time zero."""

    def __init__(
        self,
        measurements: list[Measurement],
        target: Target,
        sigma: float,
        steps: Steps,
        start_at: Start | None = None,
    ) -> None:
        if steps.echo_time is not None and target.echo_time is None:
            raise InputError(
                "The protocol of this model has no echo, so that echo_time has no meaning. Give "
                "time_zero instead."
            )
        self.measurements = measurements
        self.target = target
        self.sigma = sigma
        self.steps = steps
        self.start_at = start_at or Start()
        # The highest point counts as M = 1/2
        self.rough_amplitude = 2 * max(map(smoothed_peak, self.turned()))

    @property
    def fixed_zero(self) -> float | None:
        """Time zero that the steps fix, µs."""
        if self.steps.echo_time is not None and self.target.echo_time is not None:
            return self.steps.echo_time - self.target.echo_time
        if self.steps.time_zero is None:
            return None
        return 0.0 if self.steps.time_zero == OFF else float(self.steps.time_zero)

    def fixed(self, name: str, off: float) -> float | None:
        """Value that the steps fix; ``off`` where the step is switched off."""
        value = getattr(self.steps, name)
        return off if value == OFF else value

    def free_names(self) -> set[str]:
        """Quantities of the receiver that are fitted."""
        names = {name for name in ("phase", "amplitude") if getattr(self.steps, name) is None}
        if self.steps.baseline in (None, "constant", "linear"):
            names.add("constant")
        if self.steps.baseline == "linear":
            names.add("slope")
        if self.start_at.offset and self.steps.offset is None:
            names.add("offset")
        return names

    def turned(self) -> list[Measurement]:
        """The measurements without offset, for the search."""
        offset, zero = self.start_at.offset, self.start_at.zero
        if not offset:
            return self.measurements
        turned = []
        for one in self.measurements:
            at = one.time - (one.time[0] if zero is None else zero)
            since = turning_time(self.target, self.start_at.refocused and zero is not None, at)
            turned.append(replace(one, signal=one.signal * np.exp(-2j * np.pi * offset * since)))
        return turned

    def scan_with(self, conjugate: bool, around: tuple[float, float] | None = None) -> TimeZeroScan:
        """Scores of time zeros with one sign of Im."""
        return scan_time_zero(
            self.turned(), self.target, self.sigma, self.rough_amplitude, conjugate, around
        )

    def scan(self) -> tuple[float, tuple[float, float], bool]:
        """Time zero to start from, its rival, and whether to reverse Im."""
        conjugate = self.steps.conjugate is True
        if self.fixed_zero is not None:
            return self.fixed_zero, (np.nan, 0.0), conjugate

        if self.start_at.zero is not None:
            around = self._around(self.start_at.zero)
            return self.nudged(self.scan_with(conjugate, around).best), (np.nan, 0.0), conjugate

        if not self._needs_decay:
            return self.nudged(self._zero_by_echo()), (np.nan, 0.0), conjugate

        best = self.scan_with(conjugate)
        if self.steps.conjugate is None and not signals_on_line(self.target):
            mirrored = self.scan_with(True)
            if mirrored.score.max() > MIRRORED * best.score.max():
                best, conjugate = mirrored, True
        if best.score.max() <= 0:
            measurement = self.measurements[0]
            raise InputError(
                f"There is no echo of this protocol in {measurement.name}: no part of its "
                f"{measurement.time[-1] - measurement.time[0]:.4g} µs looks like one. Check the "
                "columns and the unit of time, or give the time of the echo."
            )

        # Finely around the best
        spacing = float(np.median(np.diff(best.time_zero)))
        around = (best.best - 2 * spacing, best.best + 2 * spacing)
        zero = self.scan_with(conjugate, around).best
        return self.nudged(zero), best.rival, conjugate

    def _around(self, zero: float) -> tuple[float, float]:
        """Range of time zeros about one from the place of the echo."""
        reach = NUDGE * max(self.target.step, self.measurements[0].step)
        return zero - reach, zero + reach

    @property
    def _needs_decay(self) -> bool:
        """Whether the model looks at points before the last pulse."""
        before = self.target.piece < self.target.piece.max()
        return self.target.echo_time is None or bool((self.target.needed & before).any())

    def _zero_by_echo(self) -> float:
        """Time zero from the clock of the file, or from the highest point, covering the model.

        The modes of all signals describe an echo alone at nearly any time.
        """
        low, high = self.covering_range
        is_own = low <= 0 <= high
        if high - low <= NARROW * self.target.step:
            return 0.0 if is_own else (low + high) / 2
        echo_time = float(self.target.echo_time or 0.0)
        by_echo = float(np.median([peak_time(one) for one in self.measurements])) - echo_time
        if is_own and abs(by_echo) <= NEAR_ECHO * echo_time:
            return 0.0
        return float(np.clip(by_echo, low, high))

    @property
    def covering_range(self) -> tuple[float, float]:
        """First and last time zero at which the measurements cover the model; may be reversed."""
        first, last = self.target.needed_range
        slack = 0.5 * self.target.step
        low = max(measurement.time[0] for measurement in self.measurements) - first - slack
        high = min(measurement.time[-1] for measurement in self.measurements) - last + slack
        return low, high

    def use_noise_of_grid(self, zero: float) -> None:
        """From here on ``sigma`` is the noise of a point of the grid."""
        grids = self.on_grid(zero, False).grids
        gains = [grid.gain[grid.covered] for grid in grids if grid.covered.any()]
        if gains:
            self.sigma *= float(np.median(np.concatenate(gains)))

    def dead_time(self, zero: float) -> float:
        """Dead time that is used, µs after each pulse."""
        fixed = self.fixed("dead_time", 0.0)
        return blind_time(self.measurements, self.target, zero) if fixed is None else float(fixed)

    def on_grid(self, zero: float, conjugate: bool) -> Gridded:
        """The measurements on the grid of the target."""
        dead_time = self.dead_time(zero)
        method = self.steps.resample
        grids = [
            onto_grid(measurement, self.target, zero, conjugate, method)
            for measurement in self.measurements
        ]
        dead = self._dead_points(dead_time)
        return Gridded(grids, [dead] * len(grids), conjugate)

    def _dead_points(self, dead_time: float) -> np.ndarray:
        """Grid points within the dead time of a pulse, bool (n_times,)."""
        time = self.target.time
        dead = np.zeros(len(time), bool)
        for pulse in self.target.pulse_times:
            since = time - pulse
            dead |= (since > 1e-6 * self.target.step) & (since < dead_time)
        return dead

    def first_fit(self, gridded: Gridded) -> ReceiverFit:
        """Fit of the mean signal alone, with the values that the steps fix."""
        y = gridded.y
        offset = -self.start_at.offset if gridded.conjugated else self.start_at.offset
        turning = ReceiverFit(
            0.0, 1.0, np.zeros((len(y), 2)), offset=offset, refocused=self.start_at.refocused
        )
        amplitude = self.fixed("amplitude", 1.0)
        phase = self.fixed("phase", 0.0)
        matched = matched_amplitude(
            y * turning.spin(self.target), gridded.usable, self.target, self.sigma
        )
        if amplitude is None:
            amplitude = max(abs(matched), 0.05 * self.rough_amplitude)
        phase = float(np.angle(matched)) if phase is None else np.radians(phase)
        return replace(turning, phase=phase, amplitude=amplitude, baseline=self._first_baseline(y))

    def _first_baseline(self, y: np.ndarray) -> np.ndarray:
        """Constant that the steps fix, or the median of the tail; complex (n_settings, 2)."""
        baseline = np.zeros((len(y), 2), complex)
        fixed = self.steps.baseline
        if fixed == OFF:
            return baseline
        if fixed is not None and not isinstance(fixed, str):
            reversed_im = self.steps.conjugate is True
            baseline[:, 0] = np.conj(fixed) if reversed_im else fixed
            return baseline
        tail = y[:, -max(8, y.shape[1] // 8) :]
        baseline[:, 0] = np.median(tail.real, axis=1) + 1j * np.median(tail.imag, axis=1)
        return baseline

    def settle(self, zero: float, conjugate: bool) -> tuple[float, float, ReceiverFit]:
        """Time zero where the fit is best, its standard error, and the fit there."""
        error = np.nan
        moves = MAX_MOVES if self.fixed_zero is None else 0
        for _ in range(moves):
            gridded = self.on_grid(zero, conjugate)
            start = self.first_fit(gridded)
            if gridded.usable.sum() < MIN_POINTS:
                return zero, error, start
            fit = self._fit(gridded, start, self.free_names() | {"shift"})
            error = fit.errors.get("shift", np.nan)
            if abs(fit.shift) < 0.1 * error:
                break
            zero = self.nudged(zero + fit.shift)
        return zero, error, self.fit(self.on_grid(zero, conjugate))

    def nudged(self, zero: float) -> float:
        """Time zero, moved by a few steps if the measurements then cover the model."""
        low, high = self.covering_range
        if low > high:
            low = high = (low + high) / 2
        moved = float(np.clip(zero, low, high))
        return moved if abs(moved - zero) <= NUDGE * self.target.step else zero

    def _fit(self, gridded: Gridded, start: ReceiverFit, names: set[str]) -> ReceiverFit:
        fit = fit_receiver(
            gridded.y, gridded.usable, self.target, self.sigma, start, frozenset(names)
        )
        if "amplitude" not in fit.errors or self._has_decay(gridded):
            return fit
        error = np.hypot(fit.errors["amplitude"], UNSCALED * fit.amplitude)
        return replace(fit, errors=fit.errors | {"amplitude": float(error)})

    def _has_decay(self, gridded: Gridded) -> bool:
        """Whether a point before the last pulse was measured: it fixes the scale."""
        before = self.target.piece < self.target.piece.max()
        return not before.any() or bool((gridded.usable & before).any())

    def fit_with_offset(self, gridded: Gridded) -> ReceiverFit:
        """Fit at this time zero with a free offset, from that of ``start_at``."""
        names = self.free_names() | {"offset"}
        if self.fixed_zero is None:
            names.add("shift")
        rough = self._fit(gridded, self.first_fit(gridded), names)
        return self._fit(gridded, rough, names)

    def fit(self, gridded: Gridded) -> ReceiverFit:
        """Fit at this time zero, with a slope of the baseline where it is clear."""
        start = self.first_fit(gridded)
        if gridded.usable.sum() < MIN_POINTS:
            return start
        constant = self._fit(gridded, start, self.free_names())
        if self.steps.baseline is not None:
            return constant
        sloped = self._fit(gridded, start, self.free_names() | {"slope"})
        size = float(np.abs(sloped.baseline[:, 1]).max())
        significant = size > 5 * sloped.errors["slope"]
        better = constant.chi2 - sloped.chi2 > CLEAR * sloped.misfit**2
        return sloped if significant and better else constant

    def sign_of_im(
        self, zero: float, conjugate: bool, fit: ReceiverFit
    ) -> tuple[bool | None, ReceiverFit]:
        """Whether Im has the other sign (None: undetermined), and the fit with that sign."""
        other = self.fit(self.on_grid(zero, not conjugate))
        plain, mirrored = (other, fit) if conjugate else (fit, other)
        misfit = max(1.0, min(fit.misfit, other.misfit) ** 2)
        limit = CLEAR * misfit * self.target.memory
        if signals_on_line(self.target) or abs(plain.chi2 - mirrored.chi2) < limit:
            return None, plain
        return (True, mirrored) if mirrored.chi2 < plain.chi2 else (False, plain)

    def zero_is_insignificant(
        self, zero: float, error: float, conjugate: bool, fit: ReceiverFit
    ) -> bool:
        """Whether the clock of the file fits as well as the estimated time zero."""
        if not np.isfinite(error) or abs(zero) > FAR * self.target.step:
            return False
        gridded = self.on_grid(0.0, conjugate)
        for grid, dead in zip(gridded.grids, gridded.dead, strict=True):
            if (self.target.needed & ~grid.covered & ~dead).any():
                return False
        if abs(zero) <= max(SIGNIFICANT * error, CLOSE * self.target.step):
            return True
        limit = SIGNIFICANT**2 * max(1.0, fit.misfit**2)
        return self.fit(gridded).chi2 < fit.chi2 + limit

    def significant_fit(self, gridded: Gridded) -> ReceiverFit:
        """Fit without the corrections that are within their errors of no correction."""
        if gridded.usable.sum() < MIN_POINTS:
            return self.first_fit(gridded)
        full = self.fit(gridded)
        names = self.free_names()
        start = replace(full, curve=None)

        phase = np.radians((np.degrees(full.phase) + 180) % 360 - 180)
        if "phase" in names and abs(phase) < SIGNIFICANT * full.errors.get("phase", 0):
            names.discard("phase")
            start = replace(start, phase=0.0)

        excess = abs(full.amplitude - 1)
        if "amplitude" in names and excess < SIGNIFICANT * full.errors.get("amplitude", 0):
            names.discard("amplitude")
            start = replace(start, amplitude=1.0)

        sloped = full.baseline[:, 1].any()
        offset = np.abs(full.baseline[:, 0]).max()
        if sloped:
            names.add("slope")
        elif self.steps.baseline is None and offset < SIGNIFICANT * full.errors.get("constant", 0):
            names.discard("constant")
            start = replace(start, baseline=np.zeros_like(full.baseline))

        fit = self._fit(gridded, start, names)
        phase = float((fit.phase + np.pi) % (2 * np.pi) - np.pi)
        return replace(fit, phase=phase, errors=full.errors | fit.errors)
