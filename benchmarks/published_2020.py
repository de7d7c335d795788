"""The published code of 2020 against its preset on 50 × 50 spins, and read by the shipped run.

    python benchmarks/published_2020.py [--curves 600] [--repeats 4] [--jobs 2]

First four echoes for the same offsets, by the loops of the port (tests/simulator/published_2020.py)
at about a minute per curve; then many echoes with offsets of their own, by its quick version.
Writes results/published_2020.md.
"""

import argparse
import datetime
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent), str(HERE.parent / "tests" / "simulator")]

import numpy as np  # noqa: E402
from joblib import Parallel, delayed  # noqa: E402
from published_2020 import SEED, published_curve, published_echo  # noqa: E402

import nmr_core as nmr  # noqa: E402
from nmr_core.measured.signals import simulate_at  # noqa: E402
from nmr_core.simulator.offsets import draw_offsets  # noqa: E402

SAMPLES = (
    {"alpha": 0.03, "xi": 7.0, "p": 2.8, "d": 4.5},
    {"alpha": 0.08, "xi": 3.0, "p": 3.5, "d": 5.5},
    {"alpha": 0.13, "xi": 12.0, "p": 2.5, "d": 3.8},
    {"alpha": 0.18, "xi": 7.0, "p": 2.2, "d": 5.0},
)
SIMULATED = (
    ("ml4sci_2020", "float64"),
    ("ml4sci_2020", "float32"),
    ("ml4sci_2020_secular", "float64"),
)

RUN = "pretrained-ml4sci-2020"
NAMES = ("alpha", "xi", "p", "d")
WIDTHS = {"alpha": 0.2, "p": 2.0, "d": 3.0}
"""Widths w of the prior; xi cancels."""
N_RESAMPLES = 4000


def differences(number: int) -> list[float]:
    """Rms difference of each of ``SIMULATED`` from the published echo of one sample."""
    parameters = SAMPLES[number]
    experiments = [nmr.preset(name).build(**parameters) for name, _ in SIMULATED]
    offsets = draw_offsets(experiments[0].sample, number)
    published = published_echo(**parameters, offsets=offsets)
    signals = [
        nmr.simulate(experiment, offsets=offsets, dtype=dtype).signal - published
        for experiment, (_, dtype) in zip(experiments, SIMULATED, strict=True)
    ]
    return [float(np.sqrt((np.abs(difference) ** 2).mean())) for difference in signals]


def same_offsets() -> str:
    """Table of :func:`differences`."""
    head = ["α, MHz", *(f"{name}, {dtype}" for name, dtype in SIMULATED)]
    lines = [f"| {' | '.join(head)} |", "|---" * len(head) + "|"]
    for number, parameters in enumerate(SAMPLES):
        row = [f"{parameters['alpha']:g}", *(f"{value:.1e}" for value in differences(number))]
        lines.append(f"| {' | '.join(row)} |")
        print(lines[-1], flush=True)
    return "\n".join(lines)


def squared_errors(run: nmr.Run, signals: np.ndarray, parameters: np.ndarray) -> np.ndarray:
    """Sum of (estimate - truth)^2 / w^2 over alpha, p and d of every curve, (n,)."""
    truth = dict(zip(NAMES, parameters.T, strict=True))
    estimates = run.predict(signals)
    parts = [((estimates[name] - truth[name]) / width) ** 2 for name, width in WIDTHS.items()]
    return np.sum(parts, axis=0)


def intervals(published: np.ndarray, preset: np.ndarray) -> list[np.ndarray]:
    """95 % bootstrap intervals over the parameters: of both means, and of their ratio."""
    n = len(published)
    picks = np.random.default_rng(0).integers(0, n, (N_RESAMPLES, n))
    means = published[picks].mean(axis=1), preset[picks].mean(axis=1)
    return [np.quantile(values, [0.025, 0.975]) for values in (*means, means[0] / means[1])]


def read_by_the_run(n: int, repeats: int, jobs: int) -> str:
    """Errors of the shipped run on published curves, and on those of the preset."""
    run, begin = nmr.load_run(RUN), time.process_time()
    curves = Parallel(jobs)(delayed(published_curve)(SEED, k) for k in range(n))
    parameters, signals = (np.array(part) for part in zip(*curves, strict=True))
    samples = [dict(zip(NAMES, row, strict=True)) for row in parameters]
    published = squared_errors(run, signals, parameters)
    of_preset = []
    for repeat in range(repeats):
        seeds = [[SEED, repeat, k] for k in range(n)]
        simulated = simulate_at(nmr.preset("ml4sci_2020"), samples, seeds)
        of_preset.append(squared_errors(run, simulated, parameters))
    preset = np.mean(of_preset, axis=0)
    (a, b), (c, d), (low, high) = intervals(published, preset)
    print(f"{time.process_time() - begin:.0f} s of this process", flush=True)
    own, own_low, own_high = run.weighted_error(identifiable_only=True)
    rows = (
        (f"the published code, {n:,} curves", published.mean(), a, b),
        (f"preset, the same parameters, {repeats} other sets of offsets", preset.mean(), c, d),
        ("its own test part", own, own_low, own_high),
    )
    lines = [f"| {name} | {mean:.5f} ({x:.5f}–{y:.5f}) |" for name, mean, x, y in rows]
    return (
        "| curves | error without ξ |\n|---|---|\n" + "\n".join(lines) + "\n\nRatio of the first "
        f"two: **{published.mean() / preset.mean():.2f}** ({low:.2f}–{high:.2f}); of the first to "
        f"its own test part: {published.mean() / own:.2f}."
    )


def main() -> None:
    """Simulate, compare, write the page."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--curves", type=int, default=600, help="that the shipped run reads")
    parser.add_argument("--repeats", type=int, default=4, help="curves of the preset for each")
    parser.add_argument("--jobs", type=int, default=2, help="processes")
    options = parser.parse_args()
    reading = read_by_the_run(options.curves, options.repeats, options.jobs)
    (HERE / "results" / "published_2020.md").write_text(
        "# The published code of 2020 against its preset\n\n"
        f"`python benchmarks/published_2020.py --curves {options.curves} --repeats "
        f"{options.repeats}`, {datetime.date.today()}. 50 × 50 spins, 471 points. The published "
        "side is a plain NumPy port of the published code in double precision "
        "(`tests/simulator/published_2020.py`).\n\n## The same offsets on both sides\n\n"
        f"Rms difference of M (at most 1/2).\n\n{same_offsets()}\n\n"
        f"## Read by the shipped run\n\n`{RUN}`, trained on curves of the preset. Parameters "
        "uniform on the published ranges, offsets drawn as in the published code; error = Σ MSE/w² "
        "over α, p, d (baseline: .25); in brackets 95 % bootstrap intervals over the curves. A few "
        "curves make half of the error, so the ratio is of the same parameters on both sides.\n\n"
        f"{reading}\n",
        encoding="utf-8",
    )


if __name__ == "__main__":
    main()
