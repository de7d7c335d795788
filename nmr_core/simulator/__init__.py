"""Experiment -> echo. ``echo.simulate`` for one in double precision, ``batch.simulate_batch`` for many in single.

offsets.py draws the line, field.py computes the mean field by FFT, _propagate.py rotates the spins,
analytic.py and reference.py are what they are tested against.
"""

from nmr_core.simulator.batch import simulate_batch
from nmr_core.simulator.echo import Echo, Movie, movie, simulate
from nmr_core.simulator.sweep import Sweep, sweep, sweep_settings

__all__ = [
    "Echo",
    "Movie",
    "Sweep",
    "movie",
    "simulate",
    "simulate_batch",
    "sweep",
    "sweep_settings",
]
