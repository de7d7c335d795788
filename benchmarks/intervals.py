"""Our intervals beside those of crepes, MAPIE and quantile-forest, on the same curves: coverage on
average, in the worst range of every parameter and of every estimate, and width.

    python benchmarks/intervals.py [--curves 12000] [--test 20000] [--seeds 3] [--jobs 2]
        [--run pretrained-ml4sci-2020-secular] [--cache FOLDER, for the inputs of simulated curves]

The other packages are left out unless they are installed: pip install crepes mapie quantile-forest

All get the same inputs (estimates of the shipped run, components and quality of the curves), fit on
the first half of the curves and calibrate on the second; ours fit to degraded copies, too. The page
goes to benchmarks/results/inference_intervals.md.
"""

import argparse
import datetime
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent), str(HERE)]

import numpy as np  # noqa: E402
import pandas as pd  # noqa: E402
from tables import table  # noqa: E402

import nmr_core as nmr  # noqa: E402
from nmr_core.benchmark import machine  # noqa: E402
from nmr_core.effects import Context  # noqa: E402
from nmr_core.inference.intervals import conformal  # noqa: E402
from nmr_core.inference.intervals.calibrate import COPY, CRITICAL  # noqa: E402
from nmr_core.inference.intervals.constant import Constant  # noqa: E402
from nmr_core.inference.intervals.curves import (  # noqa: E402
    FIRST_CALIBRATION_SEED,
    N_CURVES,
    degraded,
)
from nmr_core.inference.intervals.inputs import Inputs, Reader, joined  # noqa: E402
from nmr_core.inference.intervals.posterior import Posterior  # noqa: E402
from nmr_core.inference.intervals.quantile import Quantile  # noqa: E402
from nmr_core.inference.intervals.reading import identifiable_targets  # noqa: E402
from nmr_core.inference.intervals.scaled import Scaled  # noqa: E402
from nmr_core.inference.intervals.uniform import Uniform  # noqa: E402
from nmr_core.learning.origin import fresh_signals, presets_of  # noqa: E402
from nmr_core.progress import printed  # noqa: E402

LEVEL = 0.9
BEFORE = 4000
"""Curves of a calibration until version 0.8."""
BLOCK, TEST_BLOCK = 4000, 5000
FIRST_TEST_SEED = 900
N_RANGES, FEWEST = 10, 500
WEAK, STRONG = 0.025, 2 / 3
"""alpha = .005 MHz and d = 5, as fractions of the range of the prior."""
Box = tuple[np.ndarray, np.ndarray]
Part = tuple[Inputs, np.ndarray]


def _own(kind: type) -> Callable[[Part, Part, Part, Inputs], Box]:
    def box(fit: Part, copies: Part, score: Part, test: Inputs) -> Box:
        family = kind()
        inputs = joined(fit[0], copies[0])
        y = np.concatenate([fit[1], copies[1]])
        if kind is Uniform:
            weights = np.repeat([1.0, COPY], len(fit[1]))
            family.fit(inputs, y, weights)
            n_critical = round(CRITICAL * len(score[1]))
            family.fit_critical(*rows(score, slice(0, n_critical)))
            score = rows(score, slice(n_critical, len(score[1])))
        else:
            family.fit(inputs, y)
        return family.box(test, conformal.quantile(family.score(*score), LEVEL))

    return box


def _each(one: Callable) -> Callable[[Part, Part, Part, Inputs], Box]:
    """A method for one target, (X, ŷ, y) of each part, for all of them."""

    def box(fit: Part, copies: Part, score: Part, test: Inputs) -> Box:
        found = [
            one(
                (fit[0].all, fit[0].centre[:, k], fit[1][:, k]),
                (score[0].all, score[0].centre[:, k], score[1][:, k]),
                (test.all, test.centre[:, k]),
            )
            for k in range(fit[1].shape[1])
        ]
        low, high = zip(*found, strict=True)
        return np.column_stack(low), np.column_stack(high)

    return box


def _crepes(normalised: bool) -> Callable:
    def one(fit, score, test):
        from crepes import ConformalRegressor
        from crepes.extras import DifficultyEstimator

        sigmas = {}
        if normalised:
            known = DifficultyEstimator().fit(X=fit[0], residuals=fit[2] - fit[1], scaler=True)
            sigmas = {"sigmas": known.apply(score[0])}
        model = ConformalRegressor().fit(score[2] - score[1], **sigmas)
        found = model.predict_int(
            test[1], confidence=LEVEL, **({"sigmas": known.apply(test[0])} if normalised else {})
        )
        return found[:, 0], found[:, 1]

    return one


def _mapie(fit, score, test):
    """Conformalised quantile regression of the residual."""
    from mapie.regression import ConformalizedQuantileRegressor
    from sklearn.ensemble import HistGradientBoostingRegressor

    several = [
        HistGradientBoostingRegressor(
            loss="quantile", quantile=share, max_iter=150, learning_rate=0.06, max_leaf_nodes=15
        ).fit(fit[0], fit[2] - fit[1])
        for share in ((1 - LEVEL) / 2, (1 + LEVEL) / 2, 0.5)
    ]
    model = ConformalizedQuantileRegressor(several, confidence_level=LEVEL, prefit=True)
    model.conformalize(score[0], score[2] - score[1])
    found = model.predict_interval(test[0])[1]
    return test[1] + found[:, 0, 0], test[1] + found[:, 1, 0]


def _forest(fit, score, test):
    """Quantile forest of the residual, conformalised as Romano et al. (2019) do."""
    from quantile_forest import RandomForestQuantileRegressor

    forest = RandomForestQuantileRegressor(100, min_samples_leaf=10, random_state=0).fit(
        fit[0], fit[2] - fit[1]
    )
    ends = [(1 - LEVEL) / 2, (1 + LEVEL) / 2]
    (low, high), (test_low, test_high) = (
        forest.predict(X, quantiles=ends).T for X in (score[0], test[0])
    )
    error = score[2] - score[1]
    q = conformal.quantile(np.maximum(low - error, error - high)[:, None], LEVEL)[0]
    return test[1] + test_low - q, test[1] + test_high + q


METHODS = {
    "uniform (ours)": _own(Uniform),
    "constant (ours)": _own(Constant),
    "constant (crepes)": _each(_crepes(False)),
    "scaled (ours)": _own(Scaled),
    "normalised, neighbours (crepes)": _each(_crepes(True)),
    "quantile (ours)": _own(Quantile),
    "quantile regression (MAPIE)": _each(_mapie),
    "quantile forest + conformal": _each(_forest),
    "posterior (ours)": _own(Posterior),
}


SEVERAL = ("uniform (ours)", "scaled (ours)")
"""Methods that are calibrated several times: the default, and that until version 0.8."""


def rows(part: Part, chosen: slice) -> Part:
    """Some of the signals."""
    return part[0].part(chosen), part[1][chosen]


@dataclass(frozen=True)
class Test:
    """Test signals: inputs, true values, and true values of xi, all as fractions of the range."""

    inputs: Inputs
    y: np.ndarray
    xi: np.ndarray


def worst_range(inside: np.ndarray, values: np.ndarray, n_ranges: int = N_RANGES) -> float:
    """Lowest coverage in ranges of equally many signals, and in equally wide ones of n >= 500."""
    edges = np.quantile(values, np.linspace(0, 1, n_ranges + 1))[1:-1]
    equal = np.searchsorted(edges, values)
    wide = np.clip((values * n_ranges).astype(int), 0, n_ranges - 1)
    lowest = [inside[equal == k].mean() for k in range(n_ranges)]
    lowest += [inside[wide == k].mean() for k in range(n_ranges) if (wide == k).sum() >= FEWEST]
    return float(min(lowest))


def measured(name: str, n: int, seed: int, known: tuple[str, ...], box: Box, test: Test) -> list:
    """One row per target: coverage, worst ranges, edges of the prior, width."""
    low, high = (np.clip(end, 0, 1) for end in box)
    table = []
    for k, target in enumerate(known):
        inside = (low[:, k] <= test.y[:, k]) & (test.y[:, k] <= high[:, k])
        truths = [worst_range(inside, column) for column in (*test.y.T, test.xi)]
        estimates = [worst_range(inside, column) for column in test.inputs.centre.T]
        table.append(
            {
                "method": name,
                "curves": n,
                "target": target,
                "seed": seed,
                "covered": inside.mean(),
                "worst range, truth": min(truths),
                "worst range, estimate": min(estimates),
                "worst of 40, truth": min(
                    worst_range(inside, column, 40) for column in (*test.y.T, test.xi)
                ),
                "alpha < .005 MHz": inside[test.y[:, 0] < WEAK].mean(),
                "d > 5": inside[test.y[:, 2] > STRONG].mean(),
                "width, % of range": 100 * (high - low)[:, k].mean(),
            }
        )
    return table


@dataclass(frozen=True)
class Source:
    """Blocks of fresh curves as inputs, simulated once and stored in a folder.

    Parameters
    ----------
    run : Run
        Whose estimates the intervals are around.
    folder : Path
        Of the stored inputs.
    jobs : int
        Processes that simulate.
    """

    run: nmr.Run
    folder: Path
    jobs: int

    @property
    def known(self) -> tuple[str, ...]:
        """Targets with intervals."""
        return identifiable_targets(self.run.targets, self.run.manifest.unidentifiable)

    @cached_property
    def reader(self) -> Reader:
        """The inputs' components are those of the first block of calibration curves."""
        targets = self.run.manifest.targets
        low, high = (tuple(targets[name][end] for name in self.known) for end in ("low", "high"))
        reader = Reader(tuple(self.run.targets), self.known, low, high)
        return reader.fit(self._simulated(BLOCK, FIRST_CALIBRATION_SEED)[1])

    def _simulated(self, n: int, seed: int) -> tuple[pd.DataFrame, np.ndarray]:
        return fresh_signals(self.run, n, seed=seed, n_jobs=self.jobs, progress=printed)

    def block(self, name: str, n: int, seed: int) -> dict[str, np.ndarray]:
        """Inputs and true values of a block, and the inputs of degraded copies."""
        file = self.folder / f"{self.run.id}-{name}.npz"
        if not file.exists():
            table, signals = self._simulated(n, seed)
            context = Context.of(presets_of(self.run)[0].experiments()[0].protocol)
            inputs = self.reader.read(self.run, signals)[1]
            copies = self.reader.read(self.run, degraded(signals, context, 0))[1]
            np.savez(
                file,
                centre=inputs.centre,
                features=inputs.features,
                copy_centre=copies.centre,
                copy_features=copies.features,
                y=self.reader.fractions(table),
                xi=table["xi"] / self.run.manifest.targets["xi"]["high"],
            )
        with np.load(file) as stored:
            return dict(stored)


def _parts(blocks: list[dict[str, np.ndarray]]) -> tuple[Part, Part]:
    """Signals of several blocks, and their degraded copies."""
    whole = {name: np.concatenate([block[name] for block in blocks]) for name in blocks[0]}
    none = np.empty((0, *whole["y"].shape))
    clean = Inputs(whole["centre"], whole["features"], none)
    copies = Inputs(whole["copy_centre"], whole["copy_features"], none)
    return (clean, whole["y"]), (copies, whole["y"])


def compare(source: Source, n: int, seeds: range, n_test: int) -> pd.DataFrame:
    """One row per method, size, seed and target."""
    blocks = [
        source.block(f"test-{k}", TEST_BLOCK, FIRST_TEST_SEED + k)
        for k in range(-(-n_test // TEST_BLOCK))
    ]
    inputs, y = rows(_parts(blocks)[0], slice(0, n_test))
    test = Test(inputs, y, np.concatenate([block["xi"] for block in blocks])[:n_test])
    table = []
    for seed in seeds:
        n_blocks = -(-n // BLOCK)
        numbers = range(n_blocks * seed, n_blocks * (seed + 1))
        clean, copies = _parts(
            [source.block(f"calibration-{k}", BLOCK, FIRST_CALIBRATION_SEED + k) for k in numbers]
        )
        for size in sorted({min(n, BEFORE), n}):
            first, second = slice(0, size // 2), slice(size // 2, size)
            parts = rows(clean, first), rows(copies, first), rows(clean, second)
            for name, method in METHODS.items():
                if seed != seeds[0] and name not in SEVERAL:
                    continue
                try:
                    box = method(*parts, test.inputs)
                except ImportError as error:
                    print(f"left out: {name} ({error})")
                    continue
                table += measured(name, size, seed, source.known, box, test)
                print(pd.DataFrame(table[-len(source.known) :]).to_string(), flush=True)
    return pd.DataFrame(table)


def summary(table: pd.DataFrame) -> pd.DataFrame:
    """Means over the seeds; of the worst ranges the lowest as well."""
    table = table.sort_values("curves", ascending=False, kind="stable")
    groups = table.groupby(["method", "curves", "target"], sort=False)
    lines = []
    for (method, n, target), own in groups:
        line = {"method": method, "curves": f"{n:,}", "target": target}
        line["calibrations"] = str(len(own))
        for name in own.columns[4:]:
            mean, lowest = own[name].mean(), own[name].min()
            is_several = name.startswith("worst") and len(own) > 1
            text = f"{mean:.3g}" if name.startswith("width") else f"{mean:.3f}"
            line[name] = f"{text} ({lowest:.3f})" if is_several else text
        lines.append(line)
    return pd.DataFrame(lines)


def main() -> None:
    """Simulate, compare, write the page."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--curves", type=int, default=N_CURVES.default)
    parser.add_argument("--test", type=int, default=20_000)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--jobs", type=int, default=-1)
    parser.add_argument("--run", default="pretrained-ml4sci-2020-secular")
    parser.add_argument("--cache", type=Path, default=Path("intervals-inputs"))
    options = parser.parse_args()
    options.cache.mkdir(parents=True, exist_ok=True)
    source = Source(nmr.load_run(options.run), options.cache, options.jobs)
    scores = compare(source, options.curves, range(options.seeds), options.test)
    lines = summary(scores)
    text = (
        f"# 90 % intervals by method, on {options.test:,} curves\n\n"
        f"`python benchmarks/intervals.py --curves {options.curves} --test {options.test} --seeds "
        f"{options.seeds}`, run {options.run}, {datetime.date.today()}. {machine()}\n\n"
        "Worst range: the lowest coverage among 10 ranges of equally many and 10 equally wide ones "
        f"(n >= {FEWEST}) of each of the four true parameters, or of each of the three estimates. "
        "Means over the calibrations, each with curves of its own; in brackets the lowest of "
        "them.\n\n" + table(lines.columns, lines.to_numpy())
    )
    (HERE / "results" / "inference_intervals.md").write_text(text, encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
