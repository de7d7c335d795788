"""Learning curve: error against the number of training curves, and how many an error takes."""

from collections.abc import Sequence

import numpy as np

from nmr_core.parameters import Parameter, ParameterSpace
from nmr_core.studies.power_law import Need, PowerLaw, fit_power_law, needed, resampled
from nmr_core.studies.steps import Steps
from nmr_core.studies.subject import Subject

SMALLEST = 20
SETTINGS = ParameterSpace(
    (
        Parameter(
            "points",
            "Sizes",
            "",
            2,
            30,
            6,
            integer=True,
            description="Numbers of curves, evenly spaced on a logarithmic scale up to the whole "
            "training part.",
        ),
        Parameter(
            "repeats",
            "Repeats",
            "",
            1,
            50,
            3,
            integer=True,
            description="Random choices of the curves at each size.",
        ),
        Parameter(
            "smallest",
            "Smallest size",
            "curves",
            10,
            1_000_000,
            SMALLEST,
            integer=True,
            description="Curves of the smallest fit.",
        ),
        Parameter(
            "goal",
            "Error to reach",
            "",
            0,
            100,
            0,
            description="How many curves does it take? 0: half of the error that was reached.",
        ),
    )
)


def numbers(subject: Subject, settings: dict) -> list[int]:
    """Numbers of training curves, each once, rising."""
    most = len(subject.parts()[0])
    spaced = np.geomspace(min(settings["smallest"], most), most, settings["points"])
    return np.unique(spaced.round().astype(int)).tolist()


def sizes(subject: Subject, settings: dict) -> list[int]:
    """Curves of each fit."""
    return [n for n in numbers(subject, settings) for _ in range(settings["repeats"])]


def run(steps: Steps, settings: dict) -> dict:
    """Fit every size, each tested on the same test part.

    Each repeat has an order of the training part of its own; a size takes its first curves.
    """
    subject = steps.subject
    train, test = subject.parts()
    orders = [subject.order(train, 1000 + repeat) for repeat in range(settings["repeats"])]
    for n in numbers(subject, settings):
        for repeat, order in enumerate(orders):
            outcome = steps.fit(np.sort(order[:n]), test, seed=subject.seed + repeat)
            steps.add(
                {
                    "n": n,
                    "repeat": repeat,
                    "error": outcome.error,
                    "baseline": outcome.baseline_error,
                    **outcome.scores(),
                }
            )
    low, high = outcome.interval()
    summary = {
        "n_train": len(train),
        "n_test": len(test),
        "last_low": low,
        "last_high": high,
        **_summary(steps.rows),
    }
    law, others = laws(steps.rows)
    goal = settings["goal"] or half(summary["last"])
    need = needed(law, others, goal) if law else None
    if law and need:
        summary |= {
            "a": law.a,
            "b": law.b,
            "c": law.c,
            "c_low": _quantile(others, 0.025),
            "c_high": _quantile(others, 0.975),
            "goal": goal,
            "needed": need.n,
            "needed_low": need.low,
            "needed_high": need.high,
        }
    return summary | {"sentence": sentence(steps.rows, law, need)}


def half(error: float) -> float:
    """Half of an error with two digits, the goal where no other is set."""
    return float(f"{error / 2:.2g}")


def _summary(rows: Sequence[dict]) -> dict:
    most = max(row["n"] for row in rows)
    last = [row for row in rows if row["n"] == most]
    return {
        "last": float(np.mean([row["error"] for row in last])),
        "baseline": float(np.mean([row["baseline"] for row in last])),
        "n_last": most,
    }


def _quantile(laws_: Sequence[PowerLaw], probability: float) -> float | None:
    """Quantile of the floors of several laws."""
    return float(np.quantile([law.c for law in laws_], probability)) if laws_ else None


def laws(rows: Sequence[dict], seed: int = 0) -> tuple[PowerLaw | None, list[PowerLaw]]:
    """Power law through the rows that beat the baseline, and its resamples.

    Sizes below the first whose mean error is less than 0.9 of the baseline are left out: no law
    holds where nothing is learned. (None, []) with fewer than three sizes.
    """
    sizes_ = sorted({row["n"] for row in rows})
    mean = {
        n: np.mean([row["error"] / row["baseline"] for row in rows if row["n"] == n])
        for n in sizes_
    }
    first = next((n for n in sizes_ if mean[n] < 0.9), None)
    used = [row for row in rows if first is not None and row["n"] >= first]
    n, error = [row["n"] for row in used], [row["error"] for row in used]
    law = fit_power_law(n, error)
    return law, resampled(n, error, law, seed=seed) if law else []


def need(rows: Sequence[dict], goal: float) -> Need | None:
    """Number of curves for an error, from the rows of a finished study; None without a law."""
    law, others = laws(rows)
    return needed(law, others, goal) if law else None


def sentence(rows: Sequence[dict], law: PowerLaw | None, need_: Need | None) -> str:
    """The conclusion in words."""
    last = _summary(rows)
    begin = (
        f"With {last['n_last']:,} curves the error is {last['last']:.4g} "
        f"(baseline {last['baseline']:.4g})."
    )
    if law is None or need_ is None:
        return (
            f"{begin} Too few sizes beat the baseline for a law to be fitted: take more curves or "
            "more sizes."
        )
    return f"{begin} {law.sentence} {need_.sentence}"
