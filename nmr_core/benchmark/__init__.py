"""Speed of the simulator as ratios to its own FFTs, plain NumPy and the reference algorithm.

- run.py: all measurements in one run
- result.py: the numbers, and a table of them
- echoes.py: an echo and its parts
- sizes.py: a step on lattices of 16 × 16 to 512 × 512
- reference.py: a step of the reference algorithm
- processes.py: one process against two, and a fresh one
- features.py: polynomial features
- measure.py: clocks, memory, name of the machine
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
