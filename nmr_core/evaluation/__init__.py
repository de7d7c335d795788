"""Data set -> run -> comparison: splits.py first, then train.py, metrics.py (with the null), run.py, compare.py.

identifiable.py says, before anything is trained, which parameters no echo depends on.
"""

from nmr_core.evaluation.compare import compare, compare_classes, delete_run, list_runs, load_run
from nmr_core.evaluation.identifiable import unidentifiable
from nmr_core.evaluation.run import Run
from nmr_core.evaluation.train import train

__all__ = ["Run", "compare", "compare_classes", "delete_run", "list_runs", "load_run", "train", "unidentifiable"]
