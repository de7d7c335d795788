"""Time per echo of the simulator, beside the transforms alone of several FFT libraries.

    python benchmarks/transforms.py [--sides 50 64 100]

For each lattice: the whole batch path per echo, and only the two 2-D transforms of each of its
steps by scipy (pocketfft), pypocketfft and ducc0, where these are installed
(pip install pypocketfft ducc0). Single precision, one thread, all in turn in one run; medians.
Prints, and writes results/transforms.md.
"""

import argparse
import statistics
import time
from collections.abc import Callable
from importlib import import_module, util
from pathlib import Path

import numpy as np
import scipy.fft

import nmr_core as nmr
from nmr_core.benchmark import machine
from nmr_core.benchmark.echoes import first_experiments, n_steps, random_spins
from nmr_core.simulator import simulate_batch
from nmr_core.simulator.batch import batch_size

PRESET = "ml4sci_2020_secular"
REPEATS = 7
STEPS_TIMED = 40
"""Steps of which the transforms are timed; an echo has more, all alike."""
RESULT = Path(__file__).parent / "results" / "transforms.md"


def scipy_pair(m: np.ndarray) -> None:
    """Forward and inverse transform by scipy."""
    spectra = scipy.fft.fft2(m, axes=(1, 2), workers=1)
    scipy.fft.ifft2(spectra, axes=(1, 2), overwrite_x=True, workers=1)


def library_pair(c2c: Callable) -> Callable[[np.ndarray], None]:
    """Forward and inverse transform by pypocketfft or ducc0, which share their interface."""

    def pair(m: np.ndarray) -> None:
        spectra = c2c(m, axes=(1, 2), forward=True, nthreads=1)
        c2c(spectra, axes=(1, 2), forward=False, inorm=2, out=spectra, nthreads=1)

    return pair


def libraries() -> dict[str, Callable[[np.ndarray], None]]:
    """Name -> pair of transforms, of what is installed."""
    pairs = {"scipy": scipy_pair}
    for name, module in (("pypocketfft", "pypocketfft"), ("ducc0", "ducc0.fft")):
        if util.find_spec(name):
            pairs[name] = library_pair(import_module(module).c2c)
    return pairs


def timed(function: Callable[..., object], *arguments: object, calls: int = 1) -> float:
    """Seconds per call."""
    start = time.perf_counter()
    for _ in range(calls):
        function(*arguments)
    return (time.perf_counter() - start) / calls


def measure(side: int, pairs: dict[str, Callable[[np.ndarray], None]]) -> dict[str, list[float]]:
    """Milliseconds per echo of the simulator and of each library, for every repetition."""
    preset = nmr.preset(PRESET).fix(n_x=side, n_y=side)
    size = batch_size(preset.build().sample)
    experiments = first_experiments(preset, size)
    m = random_spins(preset.build().sample)
    steps = n_steps(preset)
    simulate_batch(experiments, range(size))
    rows: dict[str, list[float]] = {name: [] for name in ("simulator", *pairs)}
    for _ in range(REPEATS):
        seconds = timed(simulate_batch, experiments, range(size))
        rows["simulator"].append(1e3 * seconds / size)
        for name, pair in pairs.items():
            seconds = timed(pair, m, calls=STEPS_TIMED)
            rows[name].append(1e3 * seconds * steps / len(m))
    return rows


def table(results: dict[int, dict[str, list[float]]]) -> str:
    """Medians in ms, and the simulator's ratio to each library."""
    names = list(next(iter(results.values())))
    others = [name for name in names if name != "simulator"]
    head = [f"{name}, ms" for name in names] + [f"simulator / {name}" for name in others]
    lines = ["| lattice | " + " | ".join(head) + " |", "|---" * (1 + len(head)) + "|"]
    for side, rows in results.items():
        cells = [f"{statistics.median(rows[name]):.2f}" for name in names]
        for name in others:
            ratios = np.divide(rows["simulator"], rows[name])
            cells.append(f"{np.median(ratios):.2f}")
        lines.append(f"| {side} × {side} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def main() -> None:
    """Measure, print, write."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--sides", type=int, nargs="+", default=[50, 64, 100])
    sides = parser.parse_args().sides
    pairs = libraries()
    results = {side: measure(side, pairs) for side in sides}
    text = (
        f"# An echo of {PRESET} beside the transforms alone\n\n{machine()}\n"
        f"Medians of {REPEATS}; the transforms are the two of every step.\n\n{table(results)}\n"
    )
    print(text)
    RESULT.write_text(text)


if __name__ == "__main__":
    main()
