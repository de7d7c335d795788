"""Cross-validation: every sample is tested once, by a model that was not trained on it."""

import numpy as np

from nmr_core.errors import InputError
from nmr_core.models.grouped import folds as grouped_folds
from nmr_core.parameters import Parameter, ParameterSpace
from nmr_core.studies.steps import Steps
from nmr_core.studies.subject import Subject

SETTINGS = ParameterSpace(
    (
        Parameter(
            "folds",
            "Folds",
            "",
            2,
            50,
            5,
            integer=True,
            description="Parts; each one is the test part once.",
        ),
    )
)


def folds(subject: Subject, settings: dict) -> list[np.ndarray]:
    """Sorted samples of each fold: classes in proportion, or whole draws of a joined data set."""
    samples, k = np.arange(len(subject.dataset)), settings["folds"]
    if len(samples) < 2 * k + 10:
        raise InputError(
            f"{k} folds need at least {2 * k + 10} curves, got {len(samples)}. Use fewer folds or "
            "a larger data set."
        )
    for name in subject.classes:
        members = int((subject.y == name).sum())
        if members < k:
            raise InputError(
                f"The class {name} has {members} curves, so {k} folds cannot all hold one. Use "
                "fewer folds, or a data set with more of them."
            )
    if len(np.unique(subject.draws)) < len(samples):
        return [
            np.sort(test)
            for _, test in grouped_folds(len(samples), subject.draws, n_folds=k, seed=subject.seed)
        ]
    order = subject.order(samples, subject.seed)
    if subject.classes:
        order = order[np.argsort(subject.y[order], kind="stable")]
    return [np.sort(order[fold::k]) for fold in range(k)]


def sizes(subject: Subject, settings: dict) -> list[int]:
    """Curves of each fit."""
    return [len(subject.dataset) - len(fold) for fold in folds(subject, settings)]


def run(steps: Steps, settings: dict) -> dict:
    """One row per fold, and all samples together."""
    subject, outcomes = steps.subject, []
    every = np.arange(len(subject.dataset))
    for number, test in enumerate(folds(subject, settings)):
        train = np.setdiff1d(every, test)
        subject.refuse_duplicates(train, test)
        outcome = steps.fit(train, test)
        low, high = outcome.interval()
        outcomes.append(outcome)
        steps.add(
            {
                "fold": number + 1,
                "n_train": len(train),
                "n_test": len(test),
                "error": outcome.error,
                "error_low": low,
                "error_high": high,
                "baseline": outcome.baseline_error,
                **outcome.scores(),
            }
        )
    whole = outcomes[0].beside(outcomes[1:])
    low, high = whole.interval()
    errors = [outcome.error for outcome in outcomes]
    sd = float(np.std(errors, ddof=1))
    f1 = ""
    if subject.classes:
        f1 = f"F1 {whole.scores()['f1']:.4g} [{1 - high:.4g}, {1 - low:.4g}], "
    return {
        "error": whole.error,
        "error_low": low,
        "error_high": high,
        "baseline": whole.baseline_error,
        "mean": float(np.mean(errors)),
        "sd": sd,
        **whole.scores(),
        "details": whole.details(),
        "sentence": f"Over all {len(every):,} samples, each predicted by a model that was not "
        f"trained on it: {f1}error {whole.error:.4g} [{low:.4g}, {high:.4g}], baseline "
        f"{whole.baseline_error:.4g}; from fold to fold ± {sd:.2g} (sd of {len(errors)}).",
    }
