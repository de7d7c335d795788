"""Comparison of runs: leaderboards, published scores, marks, and explanations of a model."""

from nmr_core.evaluation.compare import compare, compare_classes, delete_run, list_runs, load_run

__all__ = ["compare", "compare_classes", "delete_run", "list_runs", "load_run"]
