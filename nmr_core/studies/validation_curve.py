"""One option of the recipe over several values: too simple on one side, memorising on the other."""

from dataclasses import replace
from typing import Any

import numpy as np

from nmr_core.errors import InputError
from nmr_core.parameters import Parameter, ParameterSpace
from nmr_core.studies import options
from nmr_core.studies.steps import Steps
from nmr_core.studies.subject import Subject, with_options

VALIDATION = Parameter(
    "validation",
    "Validation part",
    "",
    0.05,
    0.5,
    0.2,
    description="Share of the training part that decides; the test part is never touched.",
)
SETTINGS = ParameterSpace(
    (
        Parameter(
            "repeats",
            "Repeats",
            "",
            1,
            50,
            3,
            integer=True,
            description="Random choices of the validation part.",
        ),
        VALIDATION,
    )
)


def walked(subject: Subject, settings: dict) -> tuple[str, list]:
    """The option's full name and its values."""
    known = options.space(subject.plan)
    if not known:
        raise InputError(
            f"The recipe {subject.plan.model} on {subject.plan.featurizer} has no option to vary. "
            "Choose another model."
        )
    name = options.full_name(subject.plan, settings["option"] or next(iter(known)))
    return name, options.walk(known[name], settings["values"])


def cuts(subject: Subject, settings: dict) -> list[tuple[np.ndarray, np.ndarray]]:
    """(fitted, validation) parts of the training part, one pair a repeat."""
    train, _ = subject.parts()
    return [
        subject.divided(train, settings["validation"], 2000 + repeat)
        for repeat in range(settings["repeats"])
    ]


def sizes(subject: Subject, settings: dict) -> list[int]:
    """Curves of each fit."""
    _, values = walked(subject, settings)
    return [len(fitted) for fitted, _ in cuts(subject, settings) for _ in values]


def run(steps: Steps, settings: dict) -> dict:
    """Error on the fitted curves and on the validation part, for each value and repeat."""
    subject = steps.subject
    name, values = walked(subject, settings)
    parts = cuts(subject, settings)
    for value in values:
        plan = with_options(subject.plan, {name: value})
        for repeat, (fitted, valid) in enumerate(parts):
            both = steps.fit(
                fitted, np.concatenate([valid, fitted]), f"{name} = {_short(value)}", plan=plan
            )
            outcome, learned = _cut(both, len(valid))
            steps.add(
                {
                    "option": name,
                    "value": value,
                    "repeat": repeat,
                    "error": outcome.error,
                    "train_error": learned.error,
                    "baseline": outcome.baseline_error,
                    "n": len(fitted),
                }
            )
    mean = {
        value: float(np.mean([row["error"] for row in steps.rows if row["value"] == value]))
        for value in values
    }
    best = min(values, key=mean.__getitem__)
    spread = (
        float(np.std([row["error"] for row in steps.rows if row["value"] == best], ddof=1))
        if len(parts) > 1
        else None
    )
    near = [value for value in values if mean[value] <= mean[best] + (spread or 0)]
    return {
        "option": name,
        "best": best,
        "error": mean[best],
        "sd": spread,
        "baseline": steps.rows[0]["baseline"],
        "sentence": f"{name} = {_short(best)} has the lowest validation error, {mean[best]:.4g}"
        + (
            f" ± {spread:.2g} (sd over {len(parts)} validation parts)."
            if spread is not None
            else "."
        )
        + _others(near, best),
    }


def _others(near: list, best: Any) -> str:
    others = [_short(value) for value in near if value != best]
    return f" Within that spread: {', '.join(others)}." if others else ""


def _cut(outcome: Any, n: int):
    """The first n samples of an outcome, and the rest."""
    parts = ("true", "predicted", "baseline", "weights")
    whole = {part: getattr(outcome, part) for part in parts if getattr(outcome, part) is not None}
    return (
        replace(outcome, **{part: values[:n] for part, values in whole.items()}),
        replace(outcome, **{part: values[n:] for part, values in whole.items()}),
    )


def _short(value: Any) -> str:
    return f"{value:.4g}" if isinstance(value, float) else str(value)
