"""Runs side by side: the leaderboard, published results, marks, and what a model looked at."""

from nmr_core.evaluation.compare import compare, compare_classes, delete_run, list_runs, load_run

__all__ = ["compare", "compare_classes", "delete_run", "list_runs", "load_run"]
