"""How often the echo of a simulated spectrometer is found, and how exactly.

    python benchmarks/spectrometer.py [N]        # 200 random protocols; results/spectrometer.md

Each measurement is written as a CSV file and read again. An echo is found if its place is that of
2 tau to a dwell, or to a tenth of its width. Coupling of more than about two line widths moves the
highest point of an echo and lets it oscillate, so that lines are given for three ranges of it.
"""

import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from nmr_core.errors import InputError
from nmr_core.measured.found import find_echo
from nmr_core.measured.reading import read_measurements
from nmr_core.measured.spectrometer import SpectrometerSettings, random_settings, record

RESULTS = Path(__file__).parent / "results" / "spectrometer.md"
N_PROTOCOLS = 200
RANGES = ((0.3, 1.5), (1.5, 3.0), (3.0, 6.0))
"""Coupling, in line widths, of each table row."""


def through_a_file(settings: SpectrometerSettings, folder: Path):
    """The measurement, written as CSV and read again."""
    one = record(settings)
    path = folder / f"echo_{settings.seed}.csv"
    rows = zip(one.time, one.signal.real, one.signal.imag, strict=True)
    lines = [f"{t:.6f},{re:.9g},{im:.9g}" for t, re, im in rows]
    path.write_text("\n".join(["time (us),Re,Im", *lines]) + "\n")
    [measurement] = read_measurements(path)
    return measurement


def measure(settings: SpectrometerSettings, folder: Path) -> dict[str, float]:
    """Errors of one measurement; the place is NaN where no echo is found."""
    measurement = through_a_file(settings, folder)
    begin = time.perf_counter()
    try:
        echo = find_echo(measurement)
    except InputError:
        return {"ratio": np.inf, "offset": np.nan, "snr": np.nan, "seconds": np.nan}
    seconds = time.perf_counter() - begin
    allowed = max(settings.dwell, 0.1 * max(echo.width, settings.width))
    return {
        "ratio": abs(echo.time - settings.echo_time) / allowed,
        "offset": 1e3 * abs(echo.offset - settings.offset),
        "snr": echo.snr / settings.snr,
        "seconds": seconds,
    }


def main(n: int) -> None:
    """Measure, print and write the table."""
    lines = [
        "# Echo of a simulated spectrometer",
        "",
        f"{n} random protocols per line: tau 10-200 µs, dwell .1-2 µs, line .02-.3 MHz, SNR",
        "20-500, offset up to 50 kHz, any start, with baseline, phase, ring-down and spikes;",
        "through a CSV file. `python benchmarks/spectrometer.py` writes this page.",
        "",
        "| coupling, line widths | found, % | offset, median error, kHz | SNR over the true one "
        "| ms per echo |",
        "|---|---|---|---|---|",
    ]
    with TemporaryDirectory() as folder:
        for low, high in RANGES:
            rows = []
            for seed in range(n):
                random = np.random.default_rng([18, seed])
                settings = random_settings(random, seed=seed, coupling=(low, high))
                rows.append(measure(settings, Path(folder)))
            found = 100 * np.mean([row["ratio"] <= 1 for row in rows])
            offset, snr, seconds = (
                np.nanmedian([row[name] for row in rows]) for name in ("offset", "snr", "seconds")
            )
            lines.append(
                f"| {low:g}-{high:g} | {found:.1f} | {offset:.2g} | {snr:.2f} | "
                f"{1e3 * seconds:.1f} |"
            )
            print(lines[-1], flush=True)
    RESULTS.write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else N_PROTOCOLS)
