"""Groups: a signal and its images stay together wherever a model divides its rows."""

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


def fit_grouped(
    model: BaseEstimator, X: np.ndarray, y: np.ndarray, groups: np.ndarray | None = None
) -> BaseEstimator:
    """Fit a model, with ``groups`` if its ``fit`` has that argument."""
    if groups is not None and has_fit_parameter(model, "groups"):
        return model.fit(X, y, groups=groups)
    return model.fit(X, y)


class GroupedPipeline(Pipeline):
    """scikit-learn's Pipeline whose ``fit(X, y, groups=None)`` gives the last step the groups."""

    def fit(
        self, X: np.ndarray, y: np.ndarray | None = None, groups: np.ndarray | None = None, **params
    ):
        """``groups`` : (n_samples,), equal for rows that belong together; None: single rows."""
        name, model = self.steps[-1]
        if groups is not None and has_fit_parameter(model, "groups"):
            params = {f"{name}__groups": groups} | params
        return super().fit(X, y, **params)

    @property
    def feature_importances_(self) -> np.ndarray:
        """Of the last step, if it has any."""
        return self.steps[-1][1].feature_importances_


def scaled(model: BaseEstimator, scaling: str = "each", single: bool = False) -> GroupedPipeline:
    """``model`` behind a :class:`~nmr_core.models.scaling.Scaler`."""
    return GroupedPipeline([("scaler", Scaler(scaling, single)), ("model", model)])


def first_rows(n_samples: int, groups: np.ndarray | None = None) -> np.ndarray:
    """Index of the first row of each group, in order; all rows without groups."""
    if groups is None:
        return np.arange(n_samples)
    return np.sort(np.unique(np.asarray(groups), return_index=True)[1])


def folds(
    n_samples: int,
    groups: np.ndarray | None = None,
    *,
    labels: np.ndarray | None = None,
    n_folds: int = 5,
    seed: int = 0,
) -> list[tuple[np.ndarray, np.ndarray]]:
    """Folds of a cross-validation: every row is in one test part, and no group is on both sides.

    Parameters
    ----------
    n_samples : int
        Number of samples.
    groups : (n_samples,), optional
        Rows of one group stay in one part.
    labels : (n_samples,), optional
        Classes, in equal proportions in every fold; each needs two groups.
    n_folds, seed : int
        Number of folds.

    Returns
    -------
    list of (train, test)
        Indices; fewer folds where there are fewer groups.
    """
    groups = np.arange(n_samples) if groups is None else np.asarray(groups)
    _, first, member = np.unique(groups, return_index=True, return_inverse=True)
    fewest, what = len(first), "training part"
    if labels is not None:
        names, counts = np.unique(np.asarray(labels)[first], return_counts=True)
        fewest, what = int(counts.min()), f"class {names[counts.argmin()]}"
    if fewest < 2:
        raise InputError(
            f"The {what} has a single sample, but this model needs two, to learn from one and "
            "check on the other. "
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
    n_samples: int,
    share: float,
    groups: np.ndarray | None = None,
    *,
    labels: np.ndarray | None = None,
    seed: int = 0,
) -> tuple[np.ndarray, np.ndarray]:
    """Shuffled rows to fit on, and rows that decide when to stop.

    Parameters
    ----------
    n_samples : int
        Number of samples.
    share : float
        Of the rows (or groups, of every class) in the second part.
    groups, labels : (n_samples,), optional
        Rows of one group stay in one part.
    seed : int
        Seed of the random numbers.

    Returns
    -------
    train, valid : int array
        Both are all rows where there are too few for a share.
    """
    groups = np.arange(n_samples) if groups is None else np.asarray(groups)
    _, first, member = np.unique(groups, return_index=True, return_inverse=True)
    classes = (
        np.zeros(len(first), dtype=int)
        if labels is None
        else np.unique(labels, return_inverse=True)[1][first]
    )
    rng = np.random.default_rng(seed)
    valid = np.zeros(len(first), dtype=bool)
    for number in range(classes.max() + 1):
        of_class = rng.permutation(np.flatnonzero(classes == number))
        valid[of_class[: round(share * len(of_class))]] = True
    rows = rng.permutation(n_samples)
    if not valid.any() or valid.all():
        return rows, rows
    return rows[~valid[member[rows]]], rows[valid[member[rows]]]


def some_rows(n_samples: int, most: int, seed: int, labels: np.ndarray | None = None) -> np.ndarray:
    """Sorted indices of at most ``most`` random rows, at least one of every class; reported if any
    are left out.
    """
    if n_samples <= most:
        return np.arange(n_samples)
    order = np.random.default_rng(seed).permutation(n_samples)
    if labels is not None:
        one_per_class = order[np.unique(np.asarray(labels)[order], return_index=True)[1]]
        order = np.concatenate([one_per_class, order[~np.isin(order, one_per_class)]])
    report(0, 100, f"fitting {most:,} of {n_samples:,} curves")
    return np.sort(order[:most])


@contextmanager
def part_of_work(k: int, n: int, label: str = ""):
    """Progress that is reported inside counts as the k-th of ``n`` equal parts of the work."""
    outside = copy_context()
    begin = f"{label}: " if label else ""

    def forward(done: int, total: int, message: str) -> None:
        outside.run(report, 100 * k + round(100 * done / total), 100 * n, begin + message)

    with reporting(forward):
        yield
    report(100 * (k + 1), 100 * n, label)
