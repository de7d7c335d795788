"""Time grid of the simulations for one measurement: step, points of the record, window.

    dwell of the grid = every x dt,   tau = n_tau x dt,   echo on a point of the grid

The step follows the line: on 32 x 32 spins with second order, tau = 48 µs and a Lorentzian line of
.1 MHz, the error against dt/2 was at most .0014 of the peak at dt = .025/FWHM and .005 at .05/FWHM
for omega_p up to 3 line widths, where the placement of the offsets alone makes .004 to .1.
"""

import math
from dataclasses import dataclass

from nmr_core.errors import InputError
from nmr_core.experiment.protocol import MAX_STEPS

STEP = {"lorentzian": 0.04, "pseudo_voigt": 0.04, "gaussian": 0.1}
"""Shape of the line -> longest step times the line's full width."""
POINTS = 12
"""Points of the grid per width of the echo, if the measurement has as many."""
REACH = 6.0
"""Window before and after the echo, in widths of the echo."""
SIDE = 0.35
"""Part of the width of the echo that is recorded on either side: with less its place is not found.
"""
LEAST_POINTS = 16
MOST_POINTS = 400


@dataclass(frozen=True)
class Grid:
    """Time grid of the simulations.

    Attributes
    ----------
    dt : float
        Step, µs.
    every : int
        Steps between two points of the record.
    n_tau : int
        Steps between the pulses.
    before, after : int
        Points of the record before and after the echo.
    """

    dt: float
    every: int
    n_tau: int
    before: int
    after: int

    @property
    def dwell(self) -> float:
        """Distance of the points, µs."""
        return self.every * self.dt

    @property
    def tau(self) -> float:
        """Pulse spacing, µs: that of the measurement to half a step."""
        return self.n_tau * self.dt

    @property
    def n_points(self) -> int:
        """Points of the record."""
        return self.before + 1 + self.after

    @property
    def n_steps(self) -> int:
        """Steps of one simulation."""
        return 2 * self.n_tau + self.after * self.every

    @property
    def window(self) -> tuple[float, float]:
        """First and last point after the last pulse, µs."""
        return self.tau - self.before * self.dwell, self.tau + self.after * self.dwell

    @property
    def fields(self) -> dict[str, float]:
        """Fields of a protocol."""
        first, last = self.window
        half = self.dt / 2
        return {
            "tau": self.tau + half / 10,
            "dt": self.dt,
            "record_from": max(first, half),
            "record_every": self.every,
            "acquire": last + half / 10,
        }


def grid_for(
    tau: float, start: float, stop: float, dwell: float, width: float, line_width: float, line: str
) -> Grid:
    """Return the grid of a measurement.

    Parameters
    ----------
    tau : float
        Pulse spacing, µs.
    start, stop : float
        First and last measured point after the last pulse, µs.
    dwell : float
        Distance of measured points, µs.
    width : float
        Full width of the echo at half height, µs.
    line_width : float
        Largest line width of the prior, MHz.
    line : str
        Shape of the line.

    Raises
    ------
    InputError
        If the record does not hold both sides of the echo, or the simulation has too many steps.
    """
    # Measured points are averaged as long as the echo keeps enough of them
    averaged = max(1, math.floor(width / (POINTS * dwell)))
    spacing = averaged * dwell
    reach = REACH * max(width, 2 * spacing)
    earliest = max(start, 0.0)
    before = math.floor(min(reach, tau - earliest) / spacing + 1e-6)
    after = math.floor(min(reach, stop - tau) / spacing + 1e-6)
    if tau - before * spacing < 1e-6:
        before -= 1
    least = SIDE * width
    if before < 1 or after < 1 or tau - start < least or stop - tau < least:
        raise InputError(
            f"The record covers {start:.4g} to {stop:.4g} µs after the last pulse, so it holds "
            f"only one side of the echo, which comes after {tau:.4g} µs and is {width:.3g} µs "
            "wide. A model needs both sides: record from an earlier time and for longer, or check "
            "tau and the start."
        )
    every = max(1, math.ceil(spacing * line_width / STEP[line] - 1e-9))
    if before + after + 1 < LEAST_POINTS or before + after + 1 > MOST_POINTS:
        raise InputError(
            f"The record has {before + after + 1} points around the echo at a dwell of {dwell:.4g} "
            f"µs; a model needs {LEAST_POINTS} to {MOST_POINTS}. Measure with a shorter dwell, or "
            "over a longer time."
        )
    dt = spacing / every
    grid = Grid(dt, every, max(1, round(tau / dt)), before, after)
    if grid.n_steps > MAX_STEPS:
        raise InputError(
            f"One echo would need {grid.n_steps:,} steps of {dt:.3g} µs, at most {MAX_STEPS:,} "
            f"are allowed: tau is {tau:.4g} µs and the line {line_width:.3g} MHz wide. Give the "
            "true width of the line with line_width, or a shorter tau."
        )
    return grid
