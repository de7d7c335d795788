"""Size of a made model: lattice and number of curves from the speed of this machine.

    seconds = curves x seconds per curve / cores + training + calibration

Measured speed: a few curves of the plan itself, after they were compiled.
"""

import os
import time as clock
from dataclasses import dataclass

from nmr_core.presets import Preset
from nmr_core.samples import sample_arrays

LATTICES = (50, 40, 32)
"""Sites along each side, the best first: fewer spins scatter more from placement to placement."""
TIMED = 4
"""Curves that are timed."""
CORES = 2
"""Cores that a plan counts on."""


@dataclass(frozen=True)
class Size:
    """One size of a made model.

    Attributes
    ----------
    name, label : str
    seconds : float
        All of the job, at most.
    simulating : float
        Of these for the simulations.
    most, least : int
        Curves.
    """

    name: str
    label: str
    seconds: float
    simulating: float
    most: int
    least: int


SIZES = {
    size.name: size
    for size in (
        Size("quick", "Quick (up to 3 minutes)", 180.0, 55.0, 8000, 1500),
        Size("standard", "Standard (up to 15 minutes)", 900.0, 420.0, 30_000, 4000),
        Size("tiny", "Tiny (for tests)", 20.0, 4.0, 700, 700),
    )
}
"""Name -> size."""
CHOICES = ("quick", "standard")
"""Names for people."""
OVERHEAD = {"quick": 75.0, "standard": 240.0, "tiny": 10.0}
"""Seconds of everything but the simulations, at most."""


def n_cores() -> int:
    """Return the cores that work on a job."""
    return max(1, min(CORES, os.cpu_count() or 1))


def seconds_per_curve(preset: Preset) -> float:
    """Return the processor time of one curve of a preset, after compilation, in s."""
    sample_arrays(preset, 0, 0, 1)
    start = clock.process_time()
    sample_arrays(preset, 0, 1, 1 + TIMED)
    return (clock.process_time() - start) / TIMED


def chosen_size(size: Size, preset: Preset, n_x: int | None = None) -> tuple[int, int, float]:
    """Return the lattice, the number of curves and the seconds of their simulation.

    Parameters
    ----------
    size : Size
        Budget of time and curves.
    preset : Preset
        Of the plan, on any lattice.
    n_x : int, optional
        Sites along each side; default: the most with which enough curves are simulated in time.
    """
    sides = LATTICES if n_x is None else (n_x,)
    enough = (size.least + size.most) / 2
    best = sides[-1], size.least, 0.0
    for side in sides:
        each = seconds_per_curve(preset.fix(n_x=side, n_y=side)) / n_cores()
        n = int(min(size.most, size.simulating / max(each, 1e-6)))
        best = side, max(n, size.least), each * max(n, size.least)
        if n >= enough:
            break
    side, n, seconds = best
    return side, 100 * max(1, n // 100), seconds
