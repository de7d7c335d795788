"""Which options are best: random candidates, judged inside the training part; only the winner meets the test part, once.

    random  : every candidate is fitted on all curves that are fitted on
    halving : all candidates begin with few curves; the best third goes on with three times as many, until all are used

Candidate 0 is the recipe as it is.
"""

import time as clock
from typing import Any

import numpy as np

from nmr_core.errors import InputError
from nmr_core.parameters import Parameter, ParameterSpace
from nmr_core.studies import options
from nmr_core.studies.steps import Steps
from nmr_core.studies.subject import Subject, with_options
from nmr_core.studies.validation_curve import VALIDATION

FACTOR = 3
FEWEST = 50
SETTINGS = ParameterSpace(
    (
        Parameter(
            "method",
            "Method",
            "",
            0,
            0,
            0,
            distribution="choice",
            values=("halving", "random"),
            description="halving: many candidates with few curves, the best go on with more; random: all with all curves.",
        ),
        Parameter(
            "candidates",
            "Candidates",
            "",
            2,
            1000,
            20,
            integer=True,
            description="Choices of options that are tried.",
        ),
        VALIDATION,
    )
)


def searched(subject: Subject, settings: dict) -> list[str]:
    """Full names of the options that are drawn: those asked for, or all of the model."""
    known = options.space(subject.plan)
    names = [options.full_name(subject.plan, name) for name in settings["options"]] or [
        name for name in known if name.startswith("model.")
    ]
    if not names:
        raise InputError(
            f"The recipe {subject.plan.model} on {subject.plan.featurizer} has no option to search. "
            "Choose another model."
        )
    return names


def candidates(subject: Subject, settings: dict) -> list[dict]:
    """Prefixed options of each candidate; the first is empty: the recipe as it is. No candidate comes twice."""
    known, names = options.space(subject.plan), searched(subject, settings)
    own = _own(subject)
    rng = np.random.default_rng([subject.seed, 7])
    found: list[dict] = [{}]
    seen = [{name: own[name] for name in names}]
    for _ in range(50 * settings["candidates"]):
        if len(found) == settings["candidates"]:
            break
        drawn = {name: options.at(known[name], 1.0 - rng.random()) for name in names}
        if drawn not in seen:
            found.append(drawn)
            seen.append(drawn)
    return found


def ladder(n: int, n_candidates: int, method: str) -> list[tuple[int, int]]:
    """(curves, candidates) of each round; the last round has all n curves."""
    rounds = (
        0
        if method == "random"
        else max(
            0,
            min(
                int(np.log(n / FEWEST) / np.log(FACTOR)) if n > FEWEST else 0,
                int(np.log(n_candidates) / np.log(FACTOR)),
            ),
        )
    )
    return [
        (max(1, round(n / FACTOR ** (rounds - k))), max(1, -(-n_candidates // FACTOR**k)))
        for k in range(rounds + 1)
    ]


def _parts(subject: Subject, settings: dict) -> tuple[np.ndarray, np.ndarray]:
    """(fitted, validation): both of the training part."""
    return subject.divided(subject.parts()[0], settings["validation"], 3000)


def sizes(subject: Subject, settings: dict) -> list[int]:
    """Curves of each fit, the winner's on the whole training part last."""
    fitted = len(_parts(subject, settings)[0])
    rounds = ladder(fitted, len(candidates(subject, settings)), settings["method"])
    return [n for n, count in rounds for _ in range(count)] + [len(subject.parts()[0])]


def run(steps: Steps, settings: dict) -> dict:
    """Rounds of candidates, then the winner."""
    subject = steps.subject
    fitted, valid = _parts(subject, settings)
    order, found = subject.order(fitted, 3000), candidates(subject, settings)
    names = searched(subject, settings)
    own = _own(subject)
    alive = list(range(len(found)))
    for round_, (n, count) in enumerate(ladder(len(fitted), len(found), settings["method"])):
        alive, errors = alive[:count], {}
        for number in alive:
            start = clock.perf_counter()
            row: dict[str, Any] = {"candidate": number, "round": round_ + 1, "n": n}
            try:
                outcome = steps.fit(
                    np.sort(order[:n]),
                    valid,
                    f"candidate {number}, round {round_ + 1}",
                    plan=with_options(subject.plan, found[number]),
                )
                errors[number] = outcome.error
                row |= {"error": outcome.error, "baseline": outcome.baseline_error}
            except (
                InputError
            ) as error:  # options that exclude each other: this candidate loses, the others go on
                errors[number] = np.inf
                row |= {"error": None, "baseline": None, "problem": str(error)}
            steps.add(
                row
                | {
                    "seconds": clock.perf_counter() - start,
                    **{name: found[number].get(name, own.get(name)) for name in names},
                }
            )
        alive = sorted(alive, key=errors.__getitem__)
    return _summary(steps, found[alive[0]], alive[0], errors)


def _own(subject: Subject) -> dict:
    """The recipe's own values of its options."""
    kinds = {kind: getattr(subject.plan, f"{kind}_options") for kind in ("model", "featurizer")}
    return {
        full: kinds[full.partition(".")[0]].get(full.partition(".")[2], spec.default)
        for full, spec in options.space(subject.plan).items()
    }


def _summary(steps: Steps, winner: dict, number: int, errors: dict[int, float]) -> dict:
    """The one fit on the whole training part, and the one look at the test part."""
    train, test = steps.subject.parts()
    best = with_options(steps.subject.plan, winner)
    outcome = steps.fit(train, test, "the winner, scored once on the test part", plan=best)
    low, high = outcome.interval()
    said = (
        ", ".join(
            f"{name} = {value:.4g}" if isinstance(value, float) else f"{name} = {value}"
            for name, value in winner.items()
        )
        or "the recipe as it is"
    )
    return {
        "winner": number,
        "options": winner,
        "model_options": best.model_options,
        "featurizer_options": best.featurizer_options,
        "validation_error": errors[number],
        "test_error": outcome.error,
        "test_low": low,
        "test_high": high,
        "baseline": outcome.baseline_error,
        "n_train": len(train),
        "n_test": len(test),
        "details": outcome.details(),
        "sentence": f"Candidate {number} wins ({said}): validation error {errors[number]:.4g}. Trained on all "
        f"{len(train):,} curves and scored once on the test part: {outcome.error:.4g} [{low:.4g}, "
        f"{high:.4g}], baseline {outcome.baseline_error:.4g}.",
    }
