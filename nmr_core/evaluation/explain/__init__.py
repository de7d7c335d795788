"""Explain a run: which parts of a curve its model uses, measured on held-out curves.

explain.py       all of it: ``explain(run) -> Explanation``
held_out.py      the test curves, the model as one function, and its loss
importance.py    permutation importance of blocks of time or features; impurity importance of trees
sensitivity.py   |d prediction / d M(t)| by finite differences, of any model
top_k.py         the same model again, on its k best features
explanation.py   the results as frozen arrays, and as tables
store.py         their files
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
