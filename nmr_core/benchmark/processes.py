"""One process against two, and a fresh process."""

import os
import subprocess
import sys
from pathlib import Path
from time import perf_counter

from joblib import Parallel, delayed

import nmr_core
from nmr_core.benchmark.measure import peak_memory, shortest
from nmr_core.errors import FailedError
from nmr_core.presets import Preset
from nmr_core.samples import sample_arrays
from nmr_core.workers import leaving_with_us, workers_leave_ctrl_c_to_us

FRESH = """
from time import perf_counter
begin = perf_counter()
import nmr_core
imported = perf_counter()
nmr_core.simulate(nmr_core.preset({preset!r}).build(n_x={n_x}, n_y={n_y}))
print(imported - begin, perf_counter() - begin)
"""


def _work(preset: Preset, start: int, stop: int) -> tuple[int, int]:
    """Simulate samples; returns the id and the peak memory of the process."""
    sample_arrays(preset, 0, start, stop)
    return os.getpid(), peak_memory()


def measure_processes(preset: Preset, n_curves: int, repeats: int) -> dict[str, float]:
    """Measure 2 n_curves curves in one process and in two that are warm, s."""
    halves = [delayed(_work)(preset, k * n_curves, (k + 1) * n_curves) for k in range(2)]
    peak = 0
    with Parallel(
        n_jobs=2, backend="loky", batch_size=1, return_as="generator", **leaving_with_us()
    ) as pool:
        for _ in range(20):
            with workers_leave_ctrl_c_to_us():
                first = pool(delayed(_work)(preset, 0, 1) for _ in range(2))
            if len({pid for pid, _ in first}) == 2:
                break

        def two() -> None:
            nonlocal peak
            peak = max(peak, *(memory for _, memory in pool(halves)))

        best = shortest(repeats, one_s=lambda: _work(preset, 0, 2 * n_curves), two_s=two)
    return best | {"worker_mb": peak / 1e6}


def measure_fresh(preset: Preset, n_curves: int, repeats: int) -> dict[str, float]:
    """Measure a fresh Python process that simulates one echo with cached machine code.

    Returns
    -------
    dict
        "fresh_s": the whole process; "fresh_inside_s": from its first import on; "import_ms":
        ``import nmr_core``.
    """
    sample = preset.build().sample
    code = FRESH.format(preset=preset.name, n_x=sample.n_x, n_y=sample.n_y)
    rounds = [_fresh(code) for _ in range(repeats + 1)][1:]
    imported, inside, outside = (min(times) for times in zip(*rounds, strict=True))
    return {"fresh_s": outside, "fresh_inside_s": inside, "import_ms": 1e3 * imported}


def _fresh(code: str) -> tuple[float, float, float]:
    """Import time, time inside and time outside of a process, s."""
    start = perf_counter()
    process = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        cwd=Path(nmr_core.__file__).parents[1],
    )
    outside = perf_counter() - start
    if process.returncode:
        raise FailedError(
            f"A fresh process could not simulate an echo: {process.stderr.strip()[-200:]}. "
            "Check that python -m nmr_core simulate runs."
        )
    imported, inside = map(float, process.stdout.split())
    return imported, inside, outside
