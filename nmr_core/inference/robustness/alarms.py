"""How often signals are borderline or out of domain: undisturbed ones, and unusable ones."""

import pandas as pd

from nmr_core.effects import EFFECTS
from nmr_core.inference.robustness.limits import usable_limit
from nmr_core.inference.robustness.result import Robustness


def first_unusable(result: Robustness, effect: str) -> pd.Series:
    """Return the row of the first strength at which a run is not usable, or of the largest.

    Parameters
    ----------
    result : Robustness
        Scores of the run for every effect and strength.
    effect : str
        Name of the effect.
    """
    limit, rows = usable_limit(result, effect), result.along(effect, result.known[0])
    if limit.kind == "none":
        return rows.iloc[0]
    if limit.kind == "between":
        strengths = rows["strength"]
        beyond = strengths < limit.value if limit.ladder.falling else strengths > limit.value
        if beyond.any():
            return rows[beyond].iloc[0]
    return rows.iloc[-1]


def warning_fractions(result: Robustness) -> list[tuple[str, float, float]]:
    """Return how often signals are borderline or out of domain.

    Parameters
    ----------
    result : Robustness
        Scores of the run for every effect and strength.

    Returns
    -------
    list of (label, borderline, out of domain)
        Fractions of signals like the training data, then of each effect at the first strength at
        which the run is not usable.
    """
    own = result.own_rows().iloc[0]
    fractions = [("as trained", own["borderline"], own["out_of_domain"])]
    for effect in result.effects:
        row = first_unusable(result, effect)
        label = f"{EFFECTS[effect].label}, {result.ladder(effect).written(row['strength'])}"
        fractions.append((label, row["borderline"], row["out_of_domain"]))
    return fractions
