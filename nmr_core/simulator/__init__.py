"""Experiment -> echo: ``simulate`` for one in double precision, ``simulate_batch`` for many.

offsets.py draws the line, batch.py steps lattices through a sequence, several.py simulates many
experiments in batches. lanes/ holds the spins of a batch in vectors and advances them; lattices
whose sides have a prime factor above 7 go through plain.py with scipy's FFTs (field.py) and the
rotation of _propagate.py. analytic.py and reference.py hold the solutions that tests compare with.
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
