"""The same recipe with other seeds, of split and model: how far a score depends on them."""

import numpy as np
from scipy.stats import t as student

from nmr_core.parameters import Parameter, ParameterSpace
from nmr_core.studies.steps import Steps
from nmr_core.studies.subject import Subject

SETTINGS = ParameterSpace(
    (
        Parameter(
            "repeats",
            "Seeds",
            "",
            2,
            100,
            5,
            integer=True,
            description="Seeds, counted up from that of the study.",
        ),
    )
)


def sizes(subject: Subject, settings: dict) -> list[int]:
    """Curves of each fit."""
    return [len(subject.parts()[0])] * settings["repeats"]


def run(steps: Steps, settings: dict) -> dict:
    """Fit every seed; the summary is the mean, sd and 95 % interval of the mean.

    The interval is Student's t. Test parts overlap, so it is a little too narrow.
    """
    subject = steps.subject
    for seed in range(subject.seed, subject.seed + settings["repeats"]):
        train, test = subject.parts(seed)
        outcome = steps.fit(train, test, f"seed {seed}", seed=seed)
        low, high = outcome.interval()
        steps.add(
            {
                "seed": seed,
                "n_train": len(train),
                "n_test": len(test),
                "error": outcome.error,
                "error_low": low,
                "error_high": high,
                "baseline": outcome.baseline_error,
                **outcome.scores(),
            }
        )
    return summary([row["error"] for row in steps.rows], [row["baseline"] for row in steps.rows])


def summary(errors: list[float], baselines: list[float]) -> dict:
    """Mean, standard deviation and interval of several errors."""
    k, mean, sd = len(errors), float(np.mean(errors)), float(np.std(errors, ddof=1))
    half = float(student.ppf(0.975, k - 1)) * sd / k**0.5
    low, high = max(0.0, mean - half), mean + half
    return {
        "error": mean,
        "sd": sd,
        "error_low": low,
        "error_high": high,
        "baseline": float(np.mean(baselines)),
        "sentence": f"Over {k} seeds the error is {mean:.4g} ± {sd:.2g} (sd); the mean lies in "
        f"[{low:.4g}, {high:.4g}], "
        f"baseline {np.mean(baselines):.4g}.",
    }
