"""Experiment -> echo: ``simulate`` for one in double precision, ``simulate_batch`` for many.

offsets.py draws the line, field.py computes the mean field by FFT, _propagate.py rotates the spins,
batch.py steps lattices through a sequence, several.py simulates many experiments in batches.
analytic.py and reference.py hold the solutions that tests compare with.
"""

from nmr_core.simulator.echo import Echo, Movie, movie, simulate
from nmr_core.simulator.several import simulate_batch
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
