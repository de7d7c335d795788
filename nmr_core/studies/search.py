"""Search of options: random candidates, compared inside the training part.

The winner is tested once.

random
    Every candidate is fitted on all curves outside of the validation part.
halving
    All candidates begin with few curves; the best third continues with three times as many, until
    all curves are used (successive halving).

Candidate 0 is the recipe without changes.

References
----------
Jamieson and Talwalkar, AISTATS (2016).
"""

import time as clock
from typing import Any

import numpy as np

from nmr_core.errors import InputError
from nmr_core.parameters import Parameter, ParameterSpace
from nmr_core.storage.seeds import Purpose, side_stream
from nmr_core.studies import options
from nmr_core.studies.steps import Steps
from nmr_core.studies.subject import Subject, with_options
from nmr_core.studies.validation_curve import VALIDATION

FACTOR = 3
"""By which the curves grow and the candidates shrink from round to round."""
FEWEST = 50
"""Curves of the first round, at least."""
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
            description="halving: many candidates with few curves, the best continue with more; "
            "random: all with all curves.",
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
    """Full names of the options that are drawn; by default all options of the model."""
    known = options.space(subject.plan)
    names = [options.full_name(subject.plan, name) for name in settings["options"]] or [
        name for name in known if name.startswith("model.")
    ]
    if not names:
        raise InputError(
            f"The recipe {subject.plan.model} on {subject.plan.featurizer} has no option to "
            "search. Choose another model."
        )
    return names


def candidates(subject: Subject, settings: dict) -> list[dict]:
    """Options of each candidate by full name, all different; the first is empty."""
    known, names = options.space(subject.plan), searched(subject, settings)
    own = _own(subject)
    rng = side_stream(subject.seed, Purpose.SEARCH)
    drawn: list[dict] = [{}]
    earlier = [{name: own[name] for name in names}]
    for _ in range(50 * settings["candidates"]):
        if len(drawn) == settings["candidates"]:
            break
        values = {name: options.at(known[name], 1.0 - rng.random()) for name in names}
        if values not in earlier:
            drawn.append(values)
            earlier.append(values)
    return drawn


def ladder(n: int, n_candidates: int, method: str) -> list[tuple[int, int]]:
    """(curves, candidates) of each round; the last round has all n curves."""
    rounds = 0
    if method == "halving" and n > FEWEST:
        by_curves = int(np.log(n / FEWEST) / np.log(FACTOR))
        by_candidates = int(np.log(n_candidates) / np.log(FACTOR))
        rounds = min(by_curves, by_candidates)
    return [
        (max(1, round(n / FACTOR ** (rounds - k))), max(1, -(-n_candidates // FACTOR**k)))
        for k in range(rounds + 1)
    ]


def _parts(subject: Subject, settings: dict) -> tuple[np.ndarray, np.ndarray]:
    """Samples that are fitted and samples that compare, both of the training part."""
    return subject.divided(subject.parts()[0], settings["validation"], 3000)


def sizes(subject: Subject, settings: dict) -> list[int]:
    """Curves of each fit, the winner's on the whole training part last."""
    fitted = len(_parts(subject, settings)[0])
    rounds = ladder(fitted, len(candidates(subject, settings)), settings["method"])
    return [n for n, count in rounds for _ in range(count)] + [len(subject.parts()[0])]


def run(steps: Steps, settings: dict) -> dict:
    """Fit the rounds of candidates, then the winner on the whole training part."""
    subject = steps.subject
    fitted, valid = _parts(subject, settings)
    order, drawn = subject.order(fitted, 3000), candidates(subject, settings)
    names = searched(subject, settings)
    own = _own(subject)
    remaining = list(range(len(drawn)))
    for round_, (n, count) in enumerate(ladder(len(fitted), len(drawn), settings["method"])):
        remaining, errors = remaining[:count], {}
        for number in remaining:
            start = clock.perf_counter()
            row: dict[str, Any] = {"candidate": number, "round": round_ + 1, "n": n}
            try:
                outcome = steps.fit(
                    np.sort(order[:n]),
                    valid,
                    f"candidate {number}, round {round_ + 1}",
                    plan=with_options(subject.plan, drawn[number]),
                )
                errors[number] = outcome.error
                row |= {"error": outcome.error, "baseline": outcome.baseline_error}
            except InputError as error:
                # Options that exclude each other: this candidate loses, the others continue
                errors[number] = np.inf
                row |= {"error": None, "baseline": None, "problem": str(error)}
            steps.add(
                row
                | {
                    "seconds": clock.perf_counter() - start,
                    **{name: drawn[number].get(name, own.get(name)) for name in names},
                }
            )
        remaining = sorted(remaining, key=errors.__getitem__)
    winner = remaining[0]
    return _summary(steps, drawn[winner], winner, errors)


def _own(subject: Subject) -> dict:
    """The recipe's own values of its options."""
    kinds = {kind: getattr(subject.plan, f"{kind}_options") for kind in ("model", "featurizer")}
    return {
        full: kinds[full.partition(".")[0]].get(full.partition(".")[2], spec.default)
        for full, spec in options.space(subject.plan).items()
    }


def _summary(steps: Steps, winner: dict, number: int, errors: dict[int, float]) -> dict:
    """Fit the winner on the whole training part, and score it on the test part."""
    train, test = steps.subject.parts()
    best = with_options(steps.subject.plan, winner)
    outcome = steps.fit(train, test, "the winner, scored once on the test part", plan=best)
    low, high = outcome.interval()
    texts = [
        f"{name} = {value:.4g}" if isinstance(value, float) else f"{name} = {value}"
        for name, value in winner.items()
    ]
    choice = ", ".join(texts) or "the recipe without changes"
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
        "sentence": f"Candidate {number} wins ({choice}): validation error {errors[number]:.4g}. "
        f"Trained on all {len(train):,} curves and scored once on the test part: "
        f"{outcome.error:.4g} [{low:.4g}, {high:.4g}], baseline {outcome.baseline_error:.4g}.",
    }
