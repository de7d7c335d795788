"""How fast the simulator is, in ratios measured in one run: to its own FFTs, plain NumPy, the reference algorithm.

run.py       all of it          result.py   what was measured, as numbers and as a table
echoes.py    an echo and its parts, in turns
sizes.py     a step of lattices of 16 × 16 to 512 × 512
reference.py a step of the reference algorithm
processes.py one process against two, and a fresh one
features.py  polynomial features
measure.py   clocks, memory, the machine's name
"""

from nmr_core.benchmark.measure import machine, peak_memory
from nmr_core.benchmark.result import Benchmark
from nmr_core.benchmark.run import N_CURVES, REPEATS, run_benchmark
from nmr_core.benchmark.sizes import SIDES, LatticeSize, lattice_sizes

__all__ = [
    "N_CURVES",
    "REPEATS",
    "SIDES",
    "Benchmark",
    "LatticeSize",
    "lattice_sizes",
    "machine",
    "peak_memory",
    "run_benchmark",
]
