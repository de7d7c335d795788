"""What did the model look at? Four answers about one run, all from its held-out curves.

held.py          the run's test curves, its model as one function, and how wrong it is
groups.py        which features are permuted together: blocks of time, or single features
permutation.py   how much worse the predictions become when those features are shuffled
impurity.py      what the splits of decision trees used
sensitivity.py   |d prediction / d M(t)| by finite differences, for any model
ranking.py       the features in order of use, found on training curves only
top_k.py         the same model again with the k best of them
explain.py       all of it: ``explain(run) -> Explanation``
explanation.py   the answers as frozen arrays;  store.py  their files
"""

from nmr_core.evaluation.explain.explain import PARTS, estimate, explain
from nmr_core.evaluation.explain.explanation import (
    Explanation,
    Importance,
    Impurity,
    Sensitivity,
    TopK,
)
from nmr_core.evaluation.explain.store import (
    delete_explanation,
    find_explanation,
    load_explanation,
    save_explanation,
)

__all__ = [
    "PARTS",
    "Explanation",
    "Importance",
    "Impurity",
    "Sensitivity",
    "TopK",
    "delete_explanation",
    "estimate",
    "explain",
    "find_explanation",
    "load_explanation",
    "save_explanation",
]
