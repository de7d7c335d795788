"""Offset of the line from the carrier, against signals of a protocol.

    alignment = align_turned(measurements, target, sigma, steps)

A signal that turns looks like no curve of the protocol, so that time zero, phase and scale are
wrong as well. Frequencies from the echo itself and from a scan are tried; an offset is removed
where signals of the protocol then fit much better than without.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from nmr_core.errors import InputError
from nmr_core.io.measurement import Measurement
from nmr_core.measured.alignment import MIN_POINTS, Aligner, Alignment, Gridded, Start, align
from nmr_core.measured.fitting import ReceiverFit, turning_time
from nmr_core.measured.found import FoundEcho, find_echo
from nmr_core.measured.locating import explained_energy
from nmr_core.measured.steps import OFF, Steps
from nmr_core.measured.target import Target

POOR = 1.25
"""Misfit without offset from which frequencies are tried."""
WIDEST = 0.06
"""Highest frequency of the scan, MHz."""
TURN = 0.4
"""Turns over the record between two frequencies of the scan."""
SIGNIFICANT = 4.0
"""Standard errors from which an offset is removed."""
N_SCAN = 120
"""Frequencies of the scan at most."""
N_BEST = 6
"""Frequencies of the scan from which a fit starts."""
EXPECTED = 0.7
"""Least chi^2 per residual of a fit whose modes follow part of the noise."""
MOST_LEFT = 0.5
"""Share of the excess of chi^2 that an offset may leave: disorder of a small lattice turns, too."""
GAIN = 16.0
"""Gain of chi^2, in units of the misfit, from which an offset is removed."""


@dataclass(frozen=True)
class Try:
    """One frequency and what fits with it.

    Attributes
    ----------
    start : Start
    fit : ReceiverFit
    """

    start: Start
    fit: ReceiverFit


def align_turned(
    measurements: Sequence[Measurement], target: Target, sigma: float, steps: Steps
) -> Alignment:
    """Align the measurements of one sample, with an offset removed where there is one.

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

    Returns
    -------
    Alignment

    Raises
    ------
    InputError
        If no part of the measurement resembles the protocol.
    """
    measurements = list(measurements)
    one_channel = any(one.real_only or one.magnitude for one in measurements)
    if one_channel or steps.offset == OFF or steps.offset == 0:
        return align(measurements, target, sigma, steps)
    search = _Search(measurements, target, sigma, steps)
    if steps.offset is not None:
        return search.with_frequency(1e-3 * float(steps.offset))
    return search.best()


class _Search:
    """Alignments of one sample with several frequencies."""

    def __init__(
        self, measurements: list[Measurement], target: Target, sigma: float, steps: Steps
    ) -> None:
        self.measurements = measurements
        self.target = target
        self.sigma = sigma
        self.steps = steps
        self.bare = Aligner(measurements, target, sigma, steps)
        self.kinds = (False, True) if self._has_pieces else (False,)

    @cached_property
    def echo(self) -> FoundEcho | None:
        """The echo with the highest signal-to-noise ratio; None if none stands out."""
        echoes = []
        for one in self.measurements:
            try:
                echoes.append(find_echo(one))
            except InputError:
                continue
        return max(echoes, key=lambda echo: echo.snr, default=None)

    @property
    def _has_pieces(self) -> bool:
        """Whether the model looks at points before and after a pulse."""
        return len(np.unique(self.target.piece[self.target.needed])) > 1

    def align(self, start: Start | None = None) -> Alignment:
        """Alignment from one start."""
        return align(self.measurements, self.target, self.sigma, self.steps, start)

    def with_frequency(self, frequency: float) -> Alignment:
        """The better of the alignments with a fixed frequency, MHz."""
        zero = self._zero_of(self.echo)
        results = [self.align(Start(frequency, kind, zero)) for kind in self.kinds]
        return min(results, key=lambda result: result.fit.chi2)

    def best(self) -> Alignment:
        """The alignment without offset, or one that explains clearly more."""
        plain, reason = None, None
        try:
            plain = self.align()
        except InputError as error:
            reason = error
        chosen = self.chosen(plain)
        turned = None
        if chosen is not None:
            try:
                turned = self.align(chosen.start)
            except InputError as error:
                reason = reason or error
        if turned is None and plain is None and reason is not None:
            raise reason
        if turned is None or (plain is not None and not self._is_better(turned, plain)):
            return plain if plain is not None else self.align()
        return turned

    def chosen(self, plain: Alignment | None) -> Try | None:
        """The best frequency; None if nothing speaks for one."""
        tries = []
        if plain is not None:
            tries += self.tries(plain.time_zero, plain.conjugated, is_scan=False)
        if plain is None or plain.fit.misfit > POOR or not self._covers(plain):
            echo_zero = self._zero_of(self.echo)
            zeros = [] if plain is None else [plain.time_zero]
            zeros += [] if echo_zero is None else [echo_zero, self._covering(echo_zero)]
            for zero in sorted(set(zeros)):
                tries += self.tries(zero, self.steps.conjugate is True, is_scan=True)
        tries = [one for one in tries if _is_significant(one.fit)]
        return max(tries, key=lambda one: one.fit.explained, default=None)

    def tries(self, zero: float, conjugate: bool, *, is_scan: bool) -> list[Try]:
        """Fits at one time zero, from no offset or from the best frequencies of a scan."""
        tries = []
        for kind in self.kinds:
            aligner = Aligner(
                self.measurements, self.target, self.sigma, self.steps, Start(0.0, kind, zero)
            )
            aligner.use_noise_of_grid(zero)
            gridded = aligner.on_grid(zero, conjugate)
            if gridded.usable.sum() < MIN_POINTS:
                continue
            starts = [0.0]
            if is_scan:
                starts = scan_offsets(gridded, self.target, aligner, refocused=kind)
                starts += [] if self.echo is None else [self.echo.offset]
            for frequency in starts:
                aligner.start_at = Start(-frequency if conjugate else frequency, kind, zero)
                fit = aligner.fit_with_offset(gridded)
                found = -fit.offset if conjugate else fit.offset
                tries.append(Try(Start(found, kind, zero), fit))
        return tries

    def _covers(self, plain: Alignment) -> bool:
        """Whether the measurements cover what the model looks at."""
        return all(
            not (self.target.needed & ~grid.covered & ~dead).any()
            for grid, dead in zip(plain.grids, plain.dead, strict=True)
        )

    def _covering(self, zero: float) -> float:
        """The time zero nearest to one at which the measurements cover the model, µs."""
        low, high = self.bare.covering_range
        return float(np.clip(zero, low, high)) if low <= high else (low + high) / 2

    def _is_better(self, turned: Alignment, plain: Alignment) -> bool:
        """Whether a fit explains clearly more than the one without offset."""
        leftover = (self.target.leftover * turned.fit.amplitude) ** 2
        unit = self.sigma**2 + leftover * self.target.memory
        if self._covers(turned) and self._covers(plain):
            # The same points: chi^2 tells
            n = min(turned.fit.n, plain.fit.n)
            left = max(turned.fit.misfit**2 - EXPECTED, 0)
            if left > MOST_LEFT * (plain.fit.misfit**2 - EXPECTED):
                return False
            less = plain.fit.misfit**2 - turned.fit.misfit**2
            gain = n * less * (self.sigma**2 + leftover)
        else:
            gain = turned.fit.explained - plain.fit.explained
        return gain > GAIN * unit * max(1.0, turned.fit.misfit**2)

    def _zero_of(self, echo: FoundEcho | None) -> float | None:
        """Time zero from the place of the echo, µs; that which the steps fix, if they do."""
        if self.bare.fixed_zero is not None:
            return self.bare.fixed_zero
        if echo is None or self.target.echo_time is None:
            return None
        if echo.kind == "decay":
            return echo.time - float(self.target.time[0])
        return echo.time - self.target.echo_time


def scan_offsets(
    gridded: Gridded, target: Target, aligner: Aligner, *, refocused: bool
) -> list[float]:
    """Return the frequencies at which signals of the protocol explain most, MHz, best first.

    Parameters
    ----------
    gridded : Gridded
        Measurements on the grid.
    target : Target
        Time points and typical signals of the model.
    aligner : Aligner
        With noise and approximate size of the measurements.
    refocused : bool
        As of :class:`.fitting.ReceiverFit`.
    """
    first, last = target.needed_range
    spacing = max(TURN / (last - first), 2 * WIDEST / N_SCAN)
    n = int(WIDEST / spacing)
    frequencies = spacing * np.arange(-n, n + 1)
    spins = np.exp(-2j * np.pi * np.outer(frequencies, turning_time(target, refocused)))
    unit = (aligner.sigma / aligner.rough_amplitude) ** 2 + target.leftover**2 * target.memory
    score = np.zeros(len(frequencies))
    for setting, (y, usable) in enumerate(zip(gridded.y, gridded.usable, strict=True)):
        turned = np.where(usable, y / aligner.rough_amplitude * spins, 0)
        there = np.broadcast_to(usable, turned.shape)
        score += explained_energy(turned, there, target, setting, unit)
    best = np.argsort(-score)[:N_BEST]
    return [float(frequencies[k]) for k in best if score[k] > 0]


def _is_significant(fit: ReceiverFit) -> bool:
    error = fit.errors.get("offset", np.nan)
    return bool(np.isfinite(fit.misfit) and abs(fit.offset) > SIGNIFICANT * error)
