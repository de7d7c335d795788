"""Import of the 2020 challenge's text files against numpy.loadtxt, in one run.

    python benchmarks/text_import.py [--curves 10000] [--repeats 5] [--formats]

Two files of 10,000 × 471 numbers like 1.234567e-01 (64 MB each) and 10,000 × 4 parameters, in the
disk cache. Both sides take turns; the shortest time of each counts. ``--formats`` also times export
and import of every format once.
"""

import argparse
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from nmr_core.benchmark import machine  # noqa: E402
from nmr_core.io.formats import FORMATS, Foreign, read_foreign, write_foreign  # noqa: E402
from nmr_core.io.formats._grids import grid  # noqa: E402

PRESETS = {
    "deeplearn_2024": "deeplearn_2024_gaussian",
    "gsoc_2021": "",
    "cuda_2023": "deeplearn_2024_gaussian",
}


def main() -> None:
    """Make the files, time both, print the ratio."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--curves", type=int, default=10_000)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--formats", action="store_true", help="time every format too")
    args = parser.parse_args()
    curves = made(args.curves)
    with tempfile.TemporaryDirectory() as folder:
        ours, theirs, n_bytes = compared(curves, Path(folder) / "challenge", args.repeats)
        print(
            f"{machine()}.\n{args.curves:,} × {curves.signals.shape[2]}, two files of curves, "
            f"{n_bytes / 1e6:.0f} MB together\nnumpy.loadtxt   {theirs:.3f} s   "
            f"{n_bytes / 1e6 / theirs:6.0f} MB/s\nimport          {ours:.3f} s   "
            f"{n_bytes / 1e6 / ours:6.0f} MB/s   (checked, complex64, with parameters)\nratio      "
            f"     {theirs / ours:.1f}"
        )
        for name in FORMATS if args.formats else ():
            written, read = timed(curves, Path(folder) / name, name)
            print(f"{name:<15} export {written:6.2f} s   import {read:6.2f} s")


def made(n: int) -> Foreign:
    """Curves of noise, and every parameter that any format asks for."""
    rng = np.random.default_rng(0)
    signals = (
        rng.normal(scale=0.1, size=(n, 1, 471)) + 1j * rng.normal(scale=0.1, size=(n, 1, 471))
    ).astype(np.complex64)
    drawn = {
        "alpha": (0, 0.2),
        "xi": (1, 20),
        "p": (2, 4),
        "d": (5, 6),
        "alpha_x": (0, 0.01),
        "alpha_y": (0, 0.01),
    }
    fixed = {
        "alpha_z": 0,
        "gamma_1": 0,
        "gamma_2": 0,
        "gamma_3": 0,
        "s_w": 1,
        "p_w": 0,
        "d_w": 0,
        "angle_1": 90,
        "angle_2": 180,
        "phase_1": 0,
        "phase_2": 0,
        "kernel": "gaussian",
    }
    table = pd.DataFrame(
        {name: rng.uniform(*between, n) for name, between in drawn.items()}
    ).assign(**fixed)
    return Foreign(table, signals, grid("ml4sci_2020"), "ml4sci_2020")


def compared(curves: Foreign, folder: Path, repeats: int) -> tuple[float, float, int]:
    """(seconds of ours, seconds of loadtxt, bytes of both curve files)."""
    folder.mkdir()
    for name, values in (
        ("echos_r", curves.signals.real[:, 0]),
        ("echos_i", curves.signals.imag[:, 0]),
        ("mat_info", curves.parameters[["alpha", "xi", "p", "d"]]),
    ):
        np.savetxt(folder / f"{name}.txt", values, fmt="%.6e", delimiter="\t")
    files = [folder / "echos_r.txt", folder / "echos_i.txt"]
    read_foreign(folder)  # compiles
    ours, theirs = [], []
    for _ in range(repeats):
        start = time.perf_counter()
        imported = read_foreign(folder)
        ours.append(time.perf_counter() - start)
        start = time.perf_counter()
        real, imaginary = (np.loadtxt(file, delimiter="\t") for file in files)
        theirs.append(time.perf_counter() - start)
    assert np.array_equal(imported.signals[:, 0], (real + 1j * imaginary).astype(np.complex64))
    return min(ours), min(theirs), sum(file.stat().st_size for file in files)


def timed(curves: Foreign, path: Path, name: str) -> tuple[float, float]:
    """Seconds of export and of import."""
    given = Foreign(
        curves.parameters, curves.signals, curves.time, PRESETS.get(name, "ml4sci_2020")
    )
    start = time.perf_counter()
    write_foreign(given, path, name)
    between = time.perf_counter()
    read_foreign(path, name)
    return between - start, time.perf_counter() - between


if __name__ == "__main__":
    main()
