"""Rows that belong together (a curve and its mirror images) stay together, wherever a model divides its rows."""

from contextlib import contextmanager
from contextvars import copy_context

import numpy as np
from sklearn.base import BaseEstimator
from sklearn.model_selection import KFold, StratifiedKFold
from sklearn.pipeline import Pipeline
from sklearn.utils.validation import has_fit_parameter

from nmr_core.errors import InputError
from nmr_core.models.scaling import Scaler
from nmr_core.progress import report, reporting


def fit_grouped(model: BaseEstimator, X, y, groups=None) -> BaseEstimator:
    """``model.fit``, with ``groups`` if it wants to know them."""
    if groups is not None and has_fit_parameter(model, "groups"):
        return model.fit(X, y, groups=groups)
    return model.fit(X, y)


class GroupedPipeline(Pipeline):
    """scikit-learn's Pipeline whose ``fit(X, y, groups=None)`` tells the groups to its last step, if that asks for them."""

    def fit(self, X, y=None, groups=None, **params):
        """groups: (n_samples,), equal for rows that belong together; None = every row stands for itself."""
        name, model = self.steps[-1]
        if groups is not None and has_fit_parameter(model, "groups"):
            params = {f"{name}__groups": groups} | params
        return super().fit(X, y, **params)

    @property
    def feature_importances_(self) -> np.ndarray:
        """Those of the last step, if it has any."""
        return self.steps[-1][1].feature_importances_


def scaled(model: BaseEstimator, scaling: str = "each", single: bool = False) -> GroupedPipeline:
    """``model`` behind a :class:`~nmr_core.models.scaling.Scaler`."""
    return GroupedPipeline([("scaler", Scaler(scaling, single)), ("model", model)])


def first_rows(n_samples: int, groups=None) -> np.ndarray:
    """One row of each group, in the order of the rows; all rows without groups."""
    if groups is None:
        return np.arange(n_samples)
    return np.sort(np.unique(np.asarray(groups), return_index=True)[1])


def folds(
    n_samples: int, groups=None, *, labels=None, n_folds: int = 5, seed: int = 0
) -> list[tuple[np.ndarray, np.ndarray]]:
    """``n_folds`` times (train, test): every row is in one test part, and no group on both sides.

    labels : (n_samples,) classes, of which every fold gets its share; a class must have two members (groups)
    """
    groups = np.arange(n_samples) if groups is None else np.asarray(groups)
    _, first, member = np.unique(groups, return_index=True, return_inverse=True)
    fewest, what = len(first), "training part"
    if labels is not None:
        names, counts = np.unique(np.asarray(labels)[first], return_counts=True)
        fewest, what = int(counts.min()), f"class {names[counts.argmin()]}"
    if fewest < 2:
        raise InputError(
            f"The {what} has a single sample, but this model needs two, to learn from one and check on the other. "
            "Add samples, or choose another model."
        )
    kind = KFold if labels is None else StratifiedKFold
    parts = kind(min(n_folds, fewest), shuffle=True, random_state=seed).split(
        first, None if labels is None else labels[first]
    )
    fold = np.empty(len(first), dtype=int)
    for number, (_, test) in enumerate(parts):
        fold[test] = number
    return [
        (np.flatnonzero(fold[member] != number), np.flatnonzero(fold[member] == number))
        for number in range(fold.max() + 1)
    ]


def hold_out(
    n_samples: int, share: float, groups=None, *, labels=None, seed: int = 0
) -> tuple[np.ndarray, np.ndarray]:
    """(train, valid): shuffled rows to learn from, and about a ``share`` of them to decide when to stop; of every class if
    there are enough of it. With too few rows for a share, both are all rows."""
    groups = np.arange(n_samples) if groups is None else np.asarray(groups)
    _, first, member = np.unique(groups, return_index=True, return_inverse=True)
    classes = (
        np.zeros(len(first), dtype=int)
        if labels is None
        else np.unique(labels, return_inverse=True)[1][first]
    )
    rng, valid = np.random.default_rng(seed), np.zeros(len(first), dtype=bool)
    for number in range(classes.max() + 1):
        of_class = rng.permutation(np.flatnonzero(classes == number))
        valid[of_class[: round(share * len(of_class))]] = True
    rows = rng.permutation(n_samples)
    if not valid.any() or valid.all():
        return rows, rows
    return rows[~valid[member[rows]]], rows[valid[member[rows]]]


def some_rows(n_samples: int, most: int, seed: int, labels=None) -> np.ndarray:
    """Sorted indices of at most ``most`` rows, chosen at random; every class keeps a row. Says so if any is left out."""
    if n_samples <= most:
        return np.arange(n_samples)
    order = np.random.default_rng(seed).permutation(n_samples)
    if labels is not None:
        kept = order[np.unique(np.asarray(labels)[order], return_index=True)[1]]
        order = np.concatenate([kept, order[~np.isin(order, kept)]])
    report(0, 100, f"fitting {most:,} of {n_samples:,} curves")
    return np.sort(order[:most])


@contextmanager
def part_of_work(k: int, n: int, label: str = ""):
    """What is reported inside counts as the k-th of ``n`` equal parts of the work."""
    outside, begin = copy_context(), f"{label}: " if label else ""
    with reporting(
        lambda done, total, message: outside.run(
            report, 100 * k + round(100 * done / total), 100 * n, begin + message
        )
    ):
        yield
    report(100 * (k + 1), 100 * n, label)
