"""Our intervals beside those of crepes, MAPIE and quantile-forest, on the same curves: coverage,
worst regime, width, seconds.

    python benchmarks/intervals.py [--curves 4000] [--test 3000] [--jobs 2]

Needs: pip install crepes mapie quantile-forest

All get the same inputs (estimates of the shipped run, components and quality of the curves) without
degraded copies, fit on the first half of the curves and calibrate on the second. The page goes to
benchmarks/results/inference_intervals.md.
"""

import argparse
import datetime
import sys
import time as clock
from collections.abc import Callable
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

import numpy as np  # noqa: E402
import pandas as pd  # noqa: E402

import nmr_core as nmr  # noqa: E402
from nmr_core.benchmark import machine  # noqa: E402
from nmr_core.inference.intervals import conformal  # noqa: E402
from nmr_core.inference.intervals.constant import Constant  # noqa: E402
from nmr_core.inference.intervals.curves import Curves, curves_for  # noqa: E402
from nmr_core.inference.intervals.inputs import Inputs, Reader  # noqa: E402
from nmr_core.inference.intervals.posterior import Posterior  # noqa: E402
from nmr_core.inference.intervals.quantile import Quantile  # noqa: E402
from nmr_core.inference.intervals.scaled import Scaled  # noqa: E402
from nmr_core.learning.origin import fresh_signals  # noqa: E402

LEVEL = 0.9
Box = tuple[np.ndarray, np.ndarray]
Part = tuple[Inputs, np.ndarray]


def _own(kind: type) -> Callable[[Part, Part, Inputs], Box]:
    def box(fit: Part, score: Part, test: Inputs) -> Box:
        family = kind().fit(*fit)
        return family.box(test, conformal.quantile(family.score(*score), LEVEL))

    return box


def _each(one: Callable) -> Callable[[Part, Part, Inputs], Box]:
    """A method for one target, (X, ŷ, y) of each part, for all of them."""

    def box(fit: Part, score: Part, test: Inputs) -> Box:
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
    "constant (ours)": _own(Constant),
    "constant (crepes)": _each(_crepes(False)),
    "scaled (ours)": _own(Scaled),
    "normalised, neighbours (crepes)": _each(_crepes(True)),
    "quantile (ours)": _own(Quantile),
    "quantile regression (MAPIE)": _each(_mapie),
    "quantile forest + conformal": _each(_forest),
    "posterior (ours)": _own(Posterior),
}


def compare(run: nmr.Run, curves: Curves, truth: pd.DataFrame, signals: np.ndarray) -> pd.DataFrame:
    """One row per method and target."""
    m, known = (
        run.manifest,
        tuple(name for name in run.targets if name not in run.manifest.unidentifiable),
    )
    low, high = (tuple(m.targets[name][end] for name in known) for end in ("low", "high"))
    reader = Reader(tuple(run.targets), known, low, high).fit(curves.part(0)[1])
    parts = [
        (reader.read(run, seen)[1], reader.fractions(table))
        for table, seen in (curves.part(0), curves.part(1))
    ]
    test, y, rows = reader.read(run, signals)[1], reader.fractions(truth), []
    for name, method in METHODS.items():
        start = clock.perf_counter()
        low, high = (np.clip(end, 0, 1) for end in method(*parts, test))
        seconds, inside = clock.perf_counter() - start, (low <= y) & (y <= high)
        for k, target in enumerate(known):
            worst = min(
                pd.Series(inside[:, k])
                .groupby(pd.qcut(truth[by].to_numpy(), 4, labels=False))
                .mean()
                .min()
                for by in run.targets
            )
            rows.append(
                {
                    "method": name,
                    "target": target,
                    "covered": inside[:, k].mean(),
                    "worst quartile": worst,
                    "width, % of range": 100 * (high - low)[:, k].mean(),
                    "seconds": seconds,
                }
            )
    return pd.DataFrame(rows)


def main() -> None:
    """Simulate, compare, write the page."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--curves", type=int, default=4000)
    parser.add_argument("--test", type=int, default=3000)
    parser.add_argument("--jobs", type=int, default=-1)
    options = parser.parse_args()
    run = nmr.load_run("pretrained-ml4sci-2020")
    curves = curves_for(run, options.curves, 20, n_jobs=options.jobs)
    found = compare(run, curves, *fresh_signals(run, options.test, seed=1, n_jobs=options.jobs))
    lines = [
        " | ".join(found),
        " | ".join(["---"] * found.shape[1]),
        *(
            " | ".join(f"{value:.3g}" if isinstance(value, float) else value for value in row)
            for row in found.to_numpy()
        ),
    ]
    text = (
        f"# 90 % intervals by method: coverage on {options.test:,} curves, in the worst quarter of "
        f"any parameter, width\n\n`python benchmarks/intervals.py --curves {options.curves} --test "
        f"{options.test}`, {datetime.date.today()}. {machine()}\n\n"
        + "".join(f"| {line} |\n" for line in lines)
        + "\nSeconds fit, calibrate and read all three parameters.\n"
    )
    (HERE / "results" / "inference_intervals.md").write_text(text, encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
