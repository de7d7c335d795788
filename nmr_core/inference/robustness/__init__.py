"""How far can the measurement spoil the curves before a run's answers do not hold? And do its intervals notice?

ladders.py: the strengths of each effect; bench.py: the same curves seen through each of them; scoring.py: error, coverage and
width of a run on them; measure.py: all together; limits.py: "usable down to SNR x"; retraining.py: the same model trained with
effects; store.py: NMR_DATA/robustness/<run id>/robustness.json.
"""

from nmr_core.inference.robustness.ladders import default_effects
from nmr_core.inference.robustness.limits import (
    Limit,
    applicability_limit,
    coverage_limit,
    limits_text,
    usable_limit,
)
from nmr_core.inference.robustness.measure import robustness
from nmr_core.inference.robustness.result import Robustness
from nmr_core.inference.robustness.retraining import train_with_effects
from nmr_core.inference.robustness.store import (
    delete_robustness,
    find_robustness,
    load_robustness,
    save_robustness,
)

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
]
