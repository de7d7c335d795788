"""How well the 2020 challenge can be solved: from 9,000 curves, and from any number.

    python benchmarks/limit.py small [--seeds 5] [--curves 10000]
    python benchmarks/limit.py large [--seeds 5] [--curves 60000]
    python benchmarks/limit.py shipped

Preset ml4sci_2020, as published. "small" draws from the prior and trains the recipe "refocused" on
90 % of the curves; "large" draws half of the curves from a density ~ alpha^-1/2 and trains the
recipe "limit"; "shipped" is the run that ships, the same from 240,000 curves. All are scored on the
same 20,000 curves of another seed, with the weights of the prior; none was used for a choice. Data
sets and runs go to NMR_DATA (default ./data) and are not made twice: an interrupted command
continues. Writes results/learning_limit_TASK.md.
"""

import argparse
import datetime
import shlex
import sys
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent), str(HERE)]

import numpy as np  # noqa: E402
from tables import table  # noqa: E402

import nmr_core as nmr  # noqa: E402
from nmr_core.benchmark import machine  # noqa: E402
from nmr_core.progress import printed  # noqa: E402
from nmr_core.storage.workspace import datasets_folder, runs_folder  # noqa: E402

PRESET = "ml4sci_2020"
WIDTHS = {"alpha": 0.2, "p": 2.0, "d": 3.0}
"""Widths w of the prior; xi cancels and is no target."""
DENSITY = "power:-0.5,prior=0.5"
"""Of alpha, in the large trainings and in the test."""
SHIPPED = "pretrained-ml4sci-2020"
STORED = 20_000
"""Curves of a large training that are stored; only the features of the others are."""
TEST_SEED = 4242
WEAK = (0, 0.001, 0.005, 0.01, 0.02, 0.05, 0.1, 0.15, 0.2)
"""Edges of the bins of alpha, MHz."""
N_BINS = 10
N_RESAMPLES = 300


def data(name: str, n: int, seed: int, density: str = "") -> nmr.EchoDataset:
    """Make a data set, or what is missing of it."""
    preset = nmr.preset(PRESET)
    if density:
        preset = preset.focus(alpha=density)
    folder = datasets_folder() / f"limit-{name}-{n}"
    return nmr.generate(preset, n, seed=seed, n_jobs=-1, path=folder, progress=printed)


def small(seed: int, n: int) -> nmr.Run:
    """Train on 90 % of ``n`` curves from the prior."""
    dataset = data(f"small-{seed}", n, 2020 + seed)
    return nmr.train(
        dataset, targets=list(WIDTHS), recipe="refocused", seed=seed, stream=False, progress=printed
    )


def large(seed: int, n: int) -> nmr.Run:
    """Train on ``n`` curves, half of them from a density ~ alpha^-1/2."""
    n_stored = min(STORED, n)
    dataset = data(f"large-{seed}", n_stored, 5000 + seed, DENSITY)
    return nmr.train(
        dataset,
        targets=list(WIDTHS),
        recipe="limit",
        seed=seed,
        stream=True,
        fresh=n - n_stored,
        resume=f"limit-large-{seed}-{n}",
        progress=printed,
    )


TASKS = {
    "small": (small, 5, 10_000),
    "large": (large, 5, 60_000),
}
"""Training, default numbers of seeds and of curves."""


def trained(task: str, seed: int, n: int) -> nmr.Run:
    """Read the run from the data folder, or train it."""
    path = runs_folder() / f"limit-{task}-{seed}-{n}"
    if not path.exists():
        TASKS[task][0](seed, n).save(path)
    return nmr.load_run(path)


def squared_errors(run: nmr.Run, test: nmr.EchoDataset) -> np.ndarray:
    """(estimate - truth)^2 / w^2 of every test curve, (n_test, 3)."""
    estimates = run.predict(test.signals)[list(WIDTHS)].to_numpy()
    truth = test.table(list(WIDTHS)).to_numpy()
    return ((estimates - truth) / list(WIDTHS.values())) ** 2


def in_bins(
    values: np.ndarray, errors: np.ndarray, weights: np.ndarray, edges: Sequence[float]
) -> tuple[np.ndarray, np.ndarray]:
    """Weighted mean errors per bin, (n_bins, 3), and numbers of curves, (n_bins,)."""
    index = np.clip(np.searchsorted(edges, values, side="right") - 1, 0, len(edges) - 2)
    inside = [index == k for k in range(len(edges) - 1)]
    none = np.full(errors.shape[1], np.nan)
    means = [
        np.average(errors[rows], axis=0, weights=weights[rows]) if rows.any() else none
        for rows in inside
    ]
    return np.array(means), np.array([rows.sum() for rows in inside])


def interval(errors: np.ndarray, weights: np.ndarray) -> tuple[float, float]:
    """95 % bootstrap interval over test curves of the total error."""
    rng = np.random.default_rng(0)
    total = errors.sum(axis=1)
    picks = rng.integers(0, len(total), (N_RESAMPLES, len(total)))
    means = [np.average(total[rows], weights=weights[rows]) for rows in picks]
    low, high = np.quantile(means, [0.025, 0.975])
    return float(low), float(high)


def numbers(values: Sequence[float]) -> list[str]:
    """Errors as text."""
    return [f"{value:.5f}" for value in values]


def report(runs: Sequence[nmr.Run], test: nmr.EchoDataset) -> str:
    """Tables of a task: per seed, per bin of alpha, and the worst bins of each parameter."""
    weights, truth = test.weights, test.table(list(WIDTHS))
    errors = [squared_errors(run, test) for run in runs]
    per_seed = np.array([np.average(e, axis=0, weights=weights) for e in errors])
    rows = []
    for k, (run, mean) in enumerate(zip(runs, per_seed, strict=True)):
        low, high = interval(errors[k], weights)
        total = f"{mean.sum():.4f} ({low:.4f}–{high:.4f})"
        rows.append([str(k), total, *numbers(mean), f"{run.manifest.seconds:.0f}"])
    totals = per_seed.sum(axis=1)
    spread = f" ± {totals.std(ddof=1):.4f} (standard deviation over seeds)" * (len(runs) > 1)
    text = f"Error without xi: **{totals.mean():.4f}**{spread}.\n\n"
    text += table(["seed", "error", *WIDTHS, "training, s"], rows)

    # Mean over the seeds, within bins
    mean = np.mean(errors, axis=0)
    means, counts = in_bins(truth["alpha"].to_numpy(), mean, weights, WEAK)
    names = [f"{low:g}–{high:g}" for low, high in pairwise(WEAK)]
    rows = [[n, str(c), *numbers(m)] for n, c, m in zip(names, counts, means, strict=True)]
    text += "\nMSE/w² per bin of alpha, mean over the seeds:\n\n"
    text += table(["alpha, MHz", "curves", *WIDTHS], rows)
    rows = []
    for spec in nmr.preset(PRESET).space:
        if spec.name in WIDTHS:
            edges = np.linspace(spec.low, spec.high, N_BINS + 1)
            worst = in_bins(truth[spec.name].to_numpy(), mean, weights, edges)[0]
            worst = np.nanmax(worst, axis=0)
            rows.append([spec.name, *numbers(worst)])
    text += f"\nThe worst of {N_BINS} bins of each parameter (baseline: .083 everywhere):\n\n"
    return text + table(["bins of", *WIDTHS], rows)


def main() -> None:
    """Make or continue, score, write the page."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("task", choices=[*TASKS, "shipped"])
    parser.add_argument("--seeds", type=int, help="trainings (default: 5)")
    parser.add_argument("--curves", type=int, help="curves per training")
    parser.add_argument("--test", type=int, default=20_000, help="test curves")
    options = parser.parse_args()
    if options.task == "shipped":
        runs = [nmr.load_run(SHIPPED)]
        curves = runs[0].manifest.n_training
    else:
        _, seeds, curves = TASKS[options.task]
        seeds, curves = options.seeds or seeds, options.curves or curves
        runs = [trained(options.task, seed, curves) for seed in range(seeds)]
    test = data("test", options.test, TEST_SEED, DENSITY)
    page = HERE / "results" / f"learning_limit_{options.task}.md"
    head = (
        f"# The 2020 challenge from {curves:,} curves, recipe {runs[0].manifest.recipe}\n\n"
        f"`python benchmarks/limit.py {shlex.join(sys.argv[1:])}`, {datetime.date.today()}. "
        f"{machine()}. Scored on {options.test:,} other curves, weighted to the prior; in brackets "
        "95 % intervals over test curves.\n\n"
    )
    page.write_text(head + report(runs, test), encoding="utf-8")
    print(page)


if __name__ == "__main__":
    main()
