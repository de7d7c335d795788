"""Sanity checks before a score is trusted: can the model learn at all, and is the test part leaked?

memorise 8 curves
    The model is trained on 8 curves and predicts the same 8. Each is repeated 32 times, so that
    parts that a model splits off hold all of them. A model that fails is broken, or its penalty
    forbids it.
permuted labels
    Trained on labels of other curves, the error must rise to that of the baseline. If it stays
    below, the training part holds information about the test part.
"""

import numpy as np
from scipy.stats import t as student

from nmr_core.errors import InputError
from nmr_core.models import MODELS
from nmr_core.parameters import Parameter, ParameterSpace
from nmr_core.storage.seeds import Purpose, side_stream
from nmr_core.studies.steps import Steps
from nmr_core.studies.subject import Subject

N_CURVES, COPIES = 8, 32
MEMORISED = 0.05
"""Fraction of the baseline's error below which 8 curves count as memorised."""
GAIN = 0.05
"""Fraction of the baseline's error that permuted labels must gain to be called a leak."""
STIFF = ("baseline", "linear", "kernels")
"""Families whose penalty may keep them from memorising 8 curves."""
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
            "share": _fraction(outcome.error, baseline),
        }
    )
    outcome = steps.fit(train, test, "true labels")
    steps.add(
        {
            "check": "true labels",
            "n": len(train),
            "error": outcome.error,
            "baseline": outcome.baseline_error,
            "share": _fraction(outcome.error, outcome.baseline_error),
        }
    )
    for number in range(settings["permutations"]):
        labels = side_stream(subject.seed, Purpose.PERMUTED_LABELS, number).permutation(
            subject.y[train]
        )
        outcome = steps.fit(
            train, test, "permuted labels", labels=labels, seed=subject.seed + number
        )
        steps.add(
            {
                "check": "permuted",
                "n": len(train),
                "error": outcome.error,
                "baseline": outcome.baseline_error,
                "share": _fraction(outcome.error, outcome.baseline_error),
            }
        )
    return verdict(steps.rows, subject.plan.model)


def _few(subject: Subject, train: np.ndarray) -> np.ndarray:
    """8 curves of the training part, with at least two different targets."""
    few = subject.order(train, 4000)[:N_CURVES]
    if len(set(map(str, subject.y[few].tolist()))) < 2:
        raise InputError(
            "The first 8 curves have the same value of the target, so a model cannot distinguish "
            "them. Use another seed or a more balanced data set."
        )
    return few


def _fraction(error: float, baseline: float) -> float:
    return error / baseline if baseline > 0 else float(error > 0)


def verdict(rows: list[dict], model: str) -> dict:
    """Result of both checks, with a sentence.

    ``low`` and ``high`` are the 95 % interval (Student's t) of the error with permuted labels over
    that of the baseline.
    """
    by = {
        name: [row["share"] for row in rows if row["check"] == name]
        for name in ("memorise", "true labels", "permuted")
    }
    memorised, permuted = by["memorise"][0], by["permuted"]
    true = by["true labels"][0]
    mean, n = float(np.mean(permuted)), len(permuted)
    half = float(student.ppf(0.975, n - 1)) * float(np.std(permuted, ddof=1)) / n**0.5
    low, high = mean - half, mean + half
    leak = high < 1 and mean < 1 - GAIN
    memory, words = _memory(memorised, model)
    if leak:
        conclusion = (
            f"Permuted labels still reach {mean:.2f} of the baseline's error [{low:.2f}, "
            f"{high:.2f}]: the training part holds information about the test part."
        )
    else:
        conclusion = (
            f"Permuted labels fall back to the baseline ({mean:.2f} of its error [{low:.2f}, "
            f"{high:.2f}]; true labels reach {true:.2f}): no leak."
        )
    return {
        "memorise": memory,
        "permuted": "leak" if leak else "falls to the baseline",
        "memorised_share": memorised,
        "low": low,
        "high": high,
        "mean": mean,
        "true": true,
        "sentence": f"{words} {conclusion}",
    }


def _memory(fraction: float, model: str) -> tuple[str, str]:
    """Result of the first check, and its sentence."""
    family = getattr(MODELS.get(model), "family", "")
    error = f"error {fraction:.2g} of the baseline's"
    if fraction <= MEMORISED:
        return "learned", f"The model memorises 8 curves, as it should ({error})."
    if model == "mean" or family == "baseline":
        return (
            "not expected",
            "The model does not memorise 8 curves, as expected of one that ignores the curve.",
        )
    if family in STIFF or model == "ridge":
        return (
            "not expected",
            f"The model does not memorise 8 curves ({error}). A strong penalty may keep models of "
            "this family from it, so that alone is no fault.",
        )
    return (
        "broken",
        f"The model does not memorise 8 curves ({error}): this recipe is broken, or its options "
        "keep it from learning. Look for too few epochs, too large leaves, or features that lose "
        "the curve.",
    )
