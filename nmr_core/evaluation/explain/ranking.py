"""The features in order of use. Only training curves are looked at: a ranking that has seen the test part flatters itself."""

from collections.abc import Callable

import numpy as np
from sklearn.feature_selection import f_classif, f_regression

from nmr_core.evaluation.explain.groups import Group
from nmr_core.evaluation.explain.impurity import tree_importances
from nmr_core.evaluation.explain.permutation import permuted
from nmr_core.progress import Progress, silent

MOST = 600
"""Features that are shuffled one by one; more are ranked by a test of each alone."""
CURVES = 300
"""Training curves on which features are shuffled."""


def ranked(
    model,
    features: np.ndarray,
    truth: np.ndarray,
    predict: Callable[[np.ndarray], np.ndarray],
    loss: Callable[[np.ndarray, np.ndarray], np.ndarray],
    *,
    seed: int = 0,
    progress: Progress = silent,
) -> tuple[np.ndarray, str]:
    """(columns, best first; how they were ranked). ``features`` (n_train, n_features) and ``truth`` are of training curves."""
    trees = tree_importances(
        model, tuple(map(str, range(truth.shape[1] if truth.ndim == 2 else 1)))
    )
    if trees is not None:
        return _order(trees[1].sum(axis=1)), "impurity importance"
    n_features = features.shape[1]
    if n_features > MOST:
        return _order(
            _alone(features, truth)
        ), "each feature's own relation with the targets (F test)"
    some = np.sort(np.random.default_rng(seed).permutation(len(features))[:CURVES])
    single = [Group("", "", 0, np.array([k]), (0, 0), False) for k in range(n_features)]
    worse = permuted(
        predict,
        features[some],
        lambda outputs: loss(outputs, truth[some]),
        single,
        n_repeats=2,
        seed=seed,
        progress=progress,
    )
    return _order(np.nan_to_num(worse.mean(axis=2)).sum(axis=1)), "permutation of each feature"


def _order(importance: np.ndarray) -> np.ndarray:
    return np.argsort(-importance, kind="stable")


def _alone(features: np.ndarray, truth: np.ndarray) -> np.ndarray:
    """Sum over targets of log(1 + F)."""
    with np.errstate(divide="ignore", invalid="ignore"):
        tests = (
            [f_classif(features, truth)]
            if truth.ndim == 1
            else [f_regression(features, column) for column in truth.T]
        )
    return sum(np.log1p(np.nan_to_num(value, posinf=1e30)) for value, _ in tests)
