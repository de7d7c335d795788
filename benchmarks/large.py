"""A large data set: what its generation takes in memory and time, and how long it is to load:
python benchmarks/large.py

    python benchmarks/large.py [--curves 100000] [--jobs 2] [--folder FOLDER]
                               [--output benchmarks/results/large.md]

The ordinary command generates it, as a process of its own; meanwhile the memory of that process and
of its workers is read as PSS (shared pages are divided among those that share them), twice per
second. The batch rate, one process alone, is taken before and after. Then the data set becomes
float32 features in another process. Linux only.
"""

import argparse
import datetime
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path

import psutil

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

import nmr_core as nmr  # noqa: E402
from nmr_core.benchmark import machine  # noqa: E402
from nmr_core.benchmark.echoes import first_experiments  # noqa: E402
from nmr_core.simulator.batch import batch_size  # noqa: E402

PRESET = "ml4sci_2020_secular"
LOOK_EVERY = 0.5
LOAD = """
import sys, time
import nmr_core as nmr
dataset, featurizer = nmr.load_dataset(sys.argv[1]), nmr.FEATURIZERS[sys.argv[2]]()
begin = time.perf_counter()
features = dataset.features(featurizer)
print(time.perf_counter() - begin, *features.shape, features.dtype)
"""


def batch_rate(rounds: int = 5) -> float:
    """Curves per second of whole batches in one process: median over ``rounds`` of 8 batches."""
    preset = nmr.preset(PRESET)
    size = batch_size(preset.build().sample)
    experiments, seeds = first_experiments(preset, 8 * size), [[0, k, 1] for k in range(8 * size)]
    nmr.simulate_batch(experiments[:size], seeds[:size], "float32")
    times = []
    for _ in range(rounds):
        begin = time.perf_counter()
        nmr.simulate_batch(experiments, seeds, "float32")
        times.append(time.perf_counter() - begin)
    return len(seeds) / statistics.median(times)


def pss(process: psutil.Process) -> float:
    """Memory of a process and its descendants, MB."""
    total = 0.0
    for one in (process, *process.children(recursive=True)):
        with suppress(psutil.NoSuchProcess, psutil.AccessDenied):  # it has just ended
            total += one.memory_full_info().pss / 1e6
    return total


def generate(folder: Path, n: int, n_jobs: int) -> tuple[dict, list[float]]:
    """(the command's own result, memory in MB at every look)."""
    command = [
        sys.executable,
        "-m",
        "nmr_core",
        "generate",
        "--preset",
        PRESET,
        "-n",
        str(n),
        "--seed",
        "1",
        "--jobs",
        str(n_jobs),
        "--out",
        str(folder),
        "--json",
    ]
    process = subprocess.Popen(command, cwd=HERE.parent, stdout=subprocess.PIPE, text=True)
    looks, watched = [], psutil.Process(process.pid)
    while process.poll() is None:
        with suppress(psutil.NoSuchProcess):
            looks.append(pss(watched))
        time.sleep(LOOK_EVERY)
    if process.returncode:
        sys.exit(process.returncode)
    return json.loads(process.stdout.read()), looks


def loading(folder: Path, featurizer: str) -> tuple[float, int]:
    """(seconds, n_features), the second of two times: files from memory, not from the disk."""
    for _ in range(2):
        answer = subprocess.run(
            [sys.executable, "-c", LOAD, str(folder), featurizer],
            cwd=HERE.parent,
            text=True,
            stdout=subprocess.PIPE,
            check=True,
        ).stdout.split()
    return float(answer[0]), int(answer[2])


def report(
    n: int, n_jobs: int, made: dict, looks: list[float], rates: tuple[float, float], loads: dict
) -> str:
    """The page."""
    third = max(1, len(looks) // 3)
    alone, rate = statistics.mean(rates), made["curves_per_s"]
    rows = [
        ("peak memory, all processes", f"{max(looks):.0f} MB", "at most 500"),
        (
            "its median in the first and in the last third of the time",
            f"{statistics.median(looks[:third]):.0f} and {statistics.median(looks[-third:]):.0f} "
            "MB",
            "does not grow",
        ),
        ("generated", f"{rate:.1f} curves/s", f"{made['made']:,} in {made['seconds']:,.0f} s"),
        (
            "batch rate of one process, before and after",
            f"{rates[0]:.1f} and {rates[1]:.1f} curves/s",
            "",
        ),
        (
            f"generated / (batch rate × {n_jobs} processes)",
            f"{rate / alone / n_jobs:.2f}",
            "at least .9",
        ),
        ("on disk", f"{made['bytes'] / 1e6:,.0f} MB", f"{made['bytes'] / n:,.0f} bytes per curve"),
        *(
            (
                f"loaded to {n_features} float32 features ({name})",
                f"{seconds:.2f} s",
                f"{1e5 * seconds / n:.1f} s for 100,000; at most 5",
            )
            for name, (seconds, n_features) in loads.items()
        ),
    ]
    return "\n".join(
        [
            f"# {n:,} curves of {PRESET}",
            "",
            f"{datetime.date.today()}. {machine()}. Load average at the end: "
            f"{os.getloadavg()[1]:.1f} (5 minutes).",
            "",
            f"`python benchmarks/large.py --curves {n} --jobs {n_jobs}`",
            "",
            "| | | |",
            "|---|---|---|",
            *(f"| {' | '.join(row)} |" for row in rows),
            "",
        ]
    )


def main() -> None:
    """Measure, print, write."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--curves", type=int, default=100_000)
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument(
        "--folder",
        type=Path,
        help="where the data set is made and kept (default: a temporary folder)",
    )
    parser.add_argument("--output", type=Path, default=HERE / "results" / "large.md")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = options.folder or Path(temporary) / "large"
        before = batch_rate()
        made, looks = generate(folder.absolute(), options.curves, options.jobs)
        if not made["made"]:
            sys.exit(
                f"{folder} holds the data set already: nothing was measured. Choose another folder."
            )
        rates = before, batch_rate()
        loads = {name: loading(folder.absolute(), name) for name in ("polynomial", "raw")}
    text = report(options.curves, options.jobs, made, looks, rates, loads)
    print(text)
    options.output.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
