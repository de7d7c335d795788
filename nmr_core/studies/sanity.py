"""Two questions before any score is believed: can this model learn at all, and does the test part leak?

memorise 8 curves : trained on 8 curves (each shown 32 times, so that parts split off inside a model hold them too) and asked
                    for the same 8; a model that cannot tell 8 curves apart is broken, or is made not to
permuted labels   : trained on labels that belong to other curves, the error must fall back to the baseline; if it stays below,
                    something of the test part is in the training part
"""

import numpy as np
from scipy.stats import t as student

from nmr_core.errors import InputError
from nmr_core.models import MODELS
from nmr_core.parameters import Parameter, ParameterSpace
from nmr_core.studies.steps import Steps
from nmr_core.studies.subject import Subject

N_CURVES, COPIES = 8, 32
MEMORISED = 0.05
"""Share of the baseline's error below which 8 curves count as learned."""
GAIN = 0.05
"""Share of the baseline that permuted labels must gain before it can be called a leak."""
STIFF = ("baseline", "linear", "kernels")
"""Families whose penalty may forbid them to follow 8 curves."""
SETTINGS = ParameterSpace(
    (
        Parameter(
            "permutations",
            "Permutations",
            "",
            3,
            100,
            5,
            integer=True,
            description="How often the labels are permuted.",
        ),
    )
)


def sizes(subject: Subject, settings: dict) -> list[int]:
    """Curves of each fit."""
    n = len(subject.parts()[0])
    return [min(n, N_CURVES * COPIES), n, *[n] * settings["permutations"]]


def run(steps: Steps, settings: dict) -> dict:
    """One row per fit: memorise, true labels, and each permutation."""
    subject = steps.subject
    train, test = subject.parts()
    few = np.sort(_few(subject, train))
    outcome = steps.fit(few, few, "memorise 8 curves", copies=COPIES)
    baseline = outcome.baseline_error
    steps.add(
        {
            "check": "memorise",
            "n": len(few),
            "error": outcome.error,
            "baseline": baseline,
            "share": _share(outcome.error, baseline),
        }
    )
    outcome = steps.fit(train, test, "true labels")
    steps.add(
        {
            "check": "true labels",
            "n": len(train),
            "error": outcome.error,
            "baseline": outcome.baseline_error,
            "share": _share(outcome.error, outcome.baseline_error),
        }
    )
    for number in range(settings["permutations"]):
        labels = np.random.default_rng([subject.seed, 11, number]).permutation(subject.y[train])
        outcome = steps.fit(
            train, test, "permuted labels", labels=labels, seed=subject.seed + number
        )
        steps.add(
            {
                "check": "permuted",
                "n": len(train),
                "error": outcome.error,
                "baseline": outcome.baseline_error,
                "share": _share(outcome.error, outcome.baseline_error),
            }
        )
    return verdict(steps.rows, subject.plan.model)


def _few(subject: Subject, train: np.ndarray) -> np.ndarray:
    """8 curves of the training part; of classes some of at least two."""
    few = subject.order(train, 4000)[:N_CURVES]
    if len(set(map(str, subject.y[few].tolist()))) < 2:
        raise InputError(
            "The first 8 curves have the same value of the target, so there is nothing to tell apart. "
            "Use another seed or a more even data set."
        )
    return few


def _share(error: float, baseline: float) -> float:
    return error / baseline if baseline > 0 else float(error > 0)


def verdict(rows: list[dict], model: str) -> dict:
    """What both checks say. ``low``, ``high``: 95 % interval of the permuted error over that of the baseline (Student's t)."""
    by = {
        name: [row["share"] for row in rows if row["check"] == name]
        for name in ("memorise", "true labels", "permuted")
    }
    learned, shares = by["memorise"][0], by["permuted"]
    half = (
        float(student.ppf(0.975, len(shares) - 1))
        * float(np.std(shares, ddof=1))
        / len(shares) ** 0.5
    )
    low, high = float(np.mean(shares)) - half, float(np.mean(shares)) + half
    leak = high < 1 and np.mean(shares) < 1 - GAIN
    memory, words = _memory(learned, model)
    return {
        "memorise": memory,
        "permuted": "leak" if leak else "falls to the baseline",
        "memorised_share": learned,
        "low": low,
        "high": high,
        "mean": float(np.mean(shares)),
        "true": by["true labels"][0],
        "sentence": f"{words} "
        + (
            f"Permuted labels still reach {np.mean(shares):.2f} of the baseline's error [{low:.2f}, {high:.2f}]: something of "
            "the test part leaks into the training."
            if leak
            else f"Permuted labels fall back to the baseline ({np.mean(shares):.2f} of its error [{low:.2f}, {high:.2f}]; true "
            f"labels reach {by['true labels'][0]:.2f}): no leak."
        ),
    }


def _memory(share: float, model: str) -> tuple[str, str]:
    family = getattr(MODELS.get(model), "family", "")
    if share <= MEMORISED:
        return (
            "learned",
            f"The model memorises 8 curves, as it should (error {share:.2g} of the baseline's).",
        )
    if model == "mean" or family == "baseline":
        return (
            "not expected",
            "The model does not memorise 8 curves, as expected of one that looks at no curve.",
        )
    if family in STIFF or model == "ridge":
        return "not expected", (
            f"The model does not memorise 8 curves (error {share:.2g} of the baseline's): a strong penalty may "
            "forbid it, so for this family that is no fault by itself."
        )
    return "broken", (
        f"The model does not memorise 8 curves (error {share:.2g} of the baseline's): this recipe is broken, or its "
        "options forbid it to learn. Look for too few epochs, too large leaves, features that lose the curve."
    )
