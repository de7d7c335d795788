"""Coverage of the 90 % intervals of the shipped regressions on new curves.

    python benchmarks/coverage.py [--curves 10000] [--seed 900]

In total, and in ten ranges of equally many curves of every true parameter and every estimate. Runs
that are calibrated on prepared echoes are checked on the check part of their calibration. Writes
results/coverage_shipped.md.
"""

import argparse
import datetime
import shlex
import sys
from collections.abc import Iterator
from math import isnan
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent), str(HERE)]

from tables import table  # noqa: E402

import nmr_core as nmr  # noqa: E402
from nmr_core.benchmark import machine  # noqa: E402
from nmr_core.inference.intervals import coverage, load_calibration  # noqa: E402
from nmr_core.inference.intervals.coverage import Coverage  # noqa: E402
from nmr_core.learning.origin import fresh_signals  # noqa: E402
from nmr_core.pretrained.regressions import REGRESSIONS, Regression  # noqa: E402

LEVEL = 0.9
PAGE = HERE / "results" / "coverage_shipped.md"


def measured(maker: Regression, n: int, seed: int) -> Coverage:
    """Return the coverage of the intervals of a shipped run."""
    run = nmr.load_run(maker.id)
    calibration = load_calibration(run)
    if maker.prepared:
        return coverage(calibration, level=LEVEL)
    parameters, signals = fresh_signals(run, n, seed=seed, n_jobs=-1)
    return coverage(calibration, parameters, signals, level=LEVEL)


def rows(id: str, result: Coverage) -> Iterator[list[str]]:
    """One row per parameter: covered in total, and in its worst range."""
    total = result.table.query("level == @LEVEL").set_index("target")
    for target, ranges in result.regimes.query("range > 0").groupby("target", sort=False):
        worst = ranges.loc[ranges["covered"].idxmin()]
        row = total.loc[target]
        where = f"{worst['by']} {worst['from']:.3g}–{worst['to']:.3g}"
        yield [
            id,
            target,
            f"{result.n:,}",
            f"{100 * row['covered']:.1f} ({100 * row['low']:.1f}–{100 * row['high']:.1f})",
            "–" if isnan(row["width_percent"]) else f"{row['width_percent']:.1f}",
            f"{100 * worst['covered']:.1f} ({100 * worst['low']:.1f}–{100 * worst['high']:.1f})",
            where,
            str(worst["n"]),
        ]


def main() -> None:
    """Measure and write the page."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--curves", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=900)
    options = parser.parse_args()
    head = ["run", "target", "curves", "covered, %", "width, % of range", "worst range, %"]
    lines = [
        line
        for maker in REGRESSIONS
        for line in rows(maker.id, measured(maker, options.curves, options.seed))
    ]
    command = shlex.join(["python", "benchmarks/coverage.py", *sys.argv[1:]])
    text = (
        "# Coverage of the 90 % intervals of the shipped regressions\n\n"
        f"`{command}`, {datetime.date.today()}. "
        f"{machine()}. Curves of another seed than those of training and calibration; the worst of "
        "ten ranges of equally many curves of every true parameter and every estimate; in brackets "
        "95 % intervals. pretrained-echo: the echoes that check its calibration, those that the "
        "preparation refuses left out.\n\n"
    )
    PAGE.write_text(text + table([*head, "where", "curves there"], lines), encoding="utf-8")
    print(PAGE)


if __name__ == "__main__":
    main()
