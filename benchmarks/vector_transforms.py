"""The transforms of a step by themselves: our vectors, scipy, numpy, and ducc0 where installed.

    python benchmarks/vector_transforms.py [--sides 50,100] [--repeats 7]

A step takes F and F^-1 of every lattice, complex64. All libraries take turns; µs per lattice are
the shortest of the rounds, ratios to scipy medians. Prints a table. (pip install ducc0)
"""

import argparse
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from time import process_time

import numba
import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))

from nmr_core.benchmark.echoes import random_spins, transform
from nmr_core.experiment import Sample
from nmr_core.simulator.lanes.layout import Axis, Curves
from nmr_core.simulator.lanes.step import with_pointers
from nmr_core.simulator.lanes.transforms import forward, inverse
from nmr_core.simulator.lanes.vector import pointer

try:
    import ducc0
except ImportError:
    ducc0 = None


@numba.njit
def there_and_back(re, im, rows, columns):
    """F along y and x, and back, in place and times the number of sites."""
    _, stride_y, n_rows, distance_y, n_stages_y, stages_y, factors_y = with_pointers(rows)
    _, stride_x, n_columns, distance_x, n_stages_x, stages_x, factors_x = with_pointers(columns)
    p, q = pointer(re), pointer(im)
    for row in range(n_rows):
        forward(p, q, row * distance_y, stride_y, stages_y, n_stages_y, factors_y)
    for column in range(n_columns):
        start = column * distance_x
        forward(p, q, start, stride_x, stages_x, n_stages_x, factors_x)
        inverse(p, q, start, stride_x, stages_x, n_stages_x, factors_x)
    for row in range(n_rows):
        inverse(p, q, row * distance_y, stride_y, stages_y, n_stages_y, factors_y)


def own(side: int) -> tuple[Callable[[], None], int]:
    """Our transforms of a group of lattices, and their number."""
    layout = Curves(side, side, "float32")
    # Zeros, which stay finite without the 1/N of the inverse
    zeros = np.zeros((layout.n_lanes, side, side))
    re, im = layout.pack(zeros), layout.pack(zeros)
    rows: Axis = layout.rows
    return lambda: there_and_back(re, im, rows, layout.columns), layout.n_lanes


def libraries(side: int) -> dict[str, tuple[Callable[[], None], int]]:
    """Name -> function that transforms lattices there and back, and their number."""
    m = random_spins(Sample(side, side))

    def by_numpy() -> None:
        np.fft.ifft2(np.fft.fft2(m))

    def by_ducc0() -> None:
        spectra = ducc0.fft.c2c(m, axes=(1, 2))
        ducc0.fft.c2c(spectra, axes=(1, 2), forward=False, inorm=2, out=spectra)

    functions = {"scipy (pocketfft)": partial(transform, m, 1), "numpy": by_numpy}
    if ducc0 is not None:
        functions["ducc0"] = by_ducc0
    return {"vectors": own(side)} | {
        name: (function, len(m)) for name, function in functions.items()
    }


def rounds(tasks: dict[str, tuple[Callable[[], None], int]], repeats: int) -> np.ndarray:
    """Processor time per lattice, µs, (repeats, n_tasks)."""
    times = np.empty((repeats, len(tasks)))
    for repeat in range(repeats):
        for k, (function, n_curves) in enumerate(tasks.values()):
            n_calls = max(4, 2000 // n_curves)
            start = process_time()
            for _ in range(n_calls):
                function()
            times[repeat, k] = 1e6 * (process_time() - start) / (n_calls * n_curves)
    return times


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sides", default="32,50,64,100")
    parser.add_argument("--repeats", type=int, default=7)
    args = parser.parse_args()
    if ducc0 is None:
        print("ducc0 is not installed (pip install ducc0): it is left out.\n")
    print("| lattice | transforms | µs per step | over scipy |\n|---|---|---|---|")
    for side in map(int, args.sides.split(",")):
        tasks = libraries(side)
        rounds(tasks, 1)
        times = rounds(tasks, args.repeats)
        scipys = times[:, list(tasks).index("scipy (pocketfft)")]
        for k, name in enumerate(tasks):
            ratio = np.median(times[:, k] / scipys)
            print(f"| {side} × {side} | {name} | {times[:, k].min():.3g} | {ratio:.2f} |")


if __name__ == "__main__":
    main()
