"""Robustness: how strong measurement effects may be before the estimates of a run are not usable.

bench.py       effects, strengths, and the same signals with each of them
scoring.py     error, coverage and width of a run on them
measure.py     ``robustness(run)`` -> Robustness
result.py      the result, and its file
limits.py      "usable down to SNR 27"
alarms.py      how often signals are borderline or out of domain
retraining.py  the same model trained on signals with effects
"""

from nmr_core.inference.robustness.alarms import warning_fractions
from nmr_core.inference.robustness.bench import default_effects
from nmr_core.inference.robustness.limits import (
    Limit,
    applicability_limit,
    coverage_limit,
    limits_text,
    usable_limit,
)
from nmr_core.inference.robustness.measure import robustness
from nmr_core.inference.robustness.result import (
    Robustness,
    delete_robustness,
    find_robustness,
    load_robustness,
    save_robustness,
)
from nmr_core.inference.robustness.retraining import train_with_effects

__all__ = [
    "Limit",
    "Robustness",
    "applicability_limit",
    "coverage_limit",
    "default_effects",
    "delete_robustness",
    "find_robustness",
    "limits_text",
    "load_robustness",
    "robustness",
    "save_robustness",
    "train_with_effects",
    "usable_limit",
    "warning_fractions",
]
