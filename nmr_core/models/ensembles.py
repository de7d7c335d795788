"""Several models asked together: their average, or a linear model that has learned whom to trust."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin, RegressorMixin, clone
from sklearn.linear_model import LogisticRegression
from sklearn.utils.validation import check_is_fitted

from nmr_core.models import kernels, linear, neighbours, networks, trees
from nmr_core.models._entry import ModelEntry
from nmr_core.models._options import whole
from nmr_core.models.grouped import fit_grouped, folds, part_of_work, scaled
from nmr_core.models.linear import PENALTIES, GroupedRidge
from nmr_core.parameters import Parameter, ParameterSpace

KNOWN = {
    entry.name: entry
    for room in (linear, neighbours, kernels, trees, networks)
    for entry in room.ENTRIES
}
TEAMS = {
    "fast": {
        "regression": ("ridge", "extra_trees", "knn"),
        "classification": ("linear", "extra_trees", "knn"),
    },
    "strong": {
        "regression": ("kernel_ridge", "mlp", "extra_trees"),
        "classification": ("svr", "mlp", "extra_trees"),
    },
    "networks": dict.fromkeys(("regression", "classification"), ("mlp",) * 4),
}
"""Named sets of members, of each task. A model that is there several times gets another seed each time."""
MEMBERS = Parameter(
    "members",
    "members",
    "",
    0,
    1,
    "fast",
    values=tuple(TEAMS),
    description=(
        "fast: ridge (logistic), extra trees and nearest neighbours; strong: kernel ridge (support vectors), neural network and "
        "extra trees; networks: four neural networks with different seeds."
    ),
)


def team(members: str, task: str, seed: int) -> tuple[tuple[str, BaseEstimator], ...]:
    """Pairs (name, unfitted model) of a named set."""
    names = TEAMS[members][task]
    return tuple(
        (
            name if names.count(name) == 1 else f"{name} {k + 1}",
            KNOWN[name](seed=seed + names[:k].count(name), task=task),
        )
        for k, name in enumerate(names)
    )


class _Team(BaseEstimator):
    """members : pairs (name, model). Learned: ``models_``, in their order."""

    def __init__(self, members: Sequence = ()):
        self.members = members

    def _fit_members(
        self, X: np.ndarray, y: np.ndarray, groups: np.ndarray | None, first: int, n_parts: int
    ) -> list[BaseEstimator]:
        """Clones of the members, fitted; they are the parts ``first``, ``first`` + 1 ... of the work."""
        fitted = []
        for k, (name, model) in enumerate(self.members):
            with part_of_work(first + k, n_parts, name):
                fitted.append(fit_grouped(clone(model), X, y, groups))
        return fitted

    def fit(self, X: np.ndarray, y: np.ndarray, groups: np.ndarray | None = None):
        """X float (n_samples, n_features); y as the members take it; groups (n_samples,): rows that belong together."""
        self.n_features_in_ = np.shape(X)[1]
        self.models_ = self._fit_members(X, y, groups, 0, len(self.members))
        return self


class AverageRegressor(RegressorMixin, _Team):
    """The mean of what the members predict."""

    def fit(self, X: np.ndarray, y: np.ndarray, groups: np.ndarray | None = None):
        """y float (n_samples,) or (n_samples, n_targets)."""
        self.shape_ = np.shape(y)[1:]
        return super().fit(X, y, groups)

    def predict(self, X: np.ndarray) -> np.ndarray:
        """Targets in their units, with the shape of ``y`` in ``fit``."""
        check_is_fitted(self, "models_")
        return np.mean(
            [np.reshape(model.predict(X), (len(X), *self.shape_)) for model in self.models_], axis=0
        )


class _MostProbable(ClassifierMixin):
    def predict(self, X: np.ndarray) -> np.ndarray:
        """The most probable class."""
        return self.classes_[self.predict_proba(X).argmax(axis=1)]


class AverageClassifier(_MostProbable, _Team):
    """Soft voting: the mean of the members' probabilities. Learned: ``classes_`` too."""

    def fit(self, X: np.ndarray, y: np.ndarray, groups: np.ndarray | None = None):
        """y (n_samples,) labels."""
        self.classes_ = np.unique(np.asarray(y))
        return super().fit(X, y, groups)

    def predict_proba(self, X: np.ndarray) -> np.ndarray:
        """(n_samples, n_classes), in the order of ``classes_``."""
        check_is_fitted(self, "models_")
        return np.mean([model.predict_proba(X) for model in self.models_], axis=0)


class _Stack(_Team):
    """The members' predictions of rows that they have not seen teach a final model; then the members learn from all rows.

    final    : the model that learns from (n_samples, n_members · n_outputs) predictions
    n_folds  : each row is predicted by members that learned from the other folds; groups stay together
    """

    def __init__(
        self,
        members: Sequence = (),
        final: BaseEstimator | None = None,
        n_folds: int = 5,
        random_state: int = 0,
    ):
        super().__init__(members)
        self.final = final
        self.n_folds = n_folds
        self.random_state = random_state

    def _stack(self, X: np.ndarray, y: np.ndarray, groups: np.ndarray | None, parts: Sequence):
        """Fit the members in turn without each fold and with all rows, and the final model on what the former say."""
        X, n = np.asarray(X), len(self.members)
        held_out: Any = None
        for k, (train, test) in enumerate(parts):
            found = self._said(
                self._fit_members(
                    X[train],
                    y[train],
                    None if groups is None else np.asarray(groups)[train],
                    k * n,
                    (len(parts) + 1) * n,
                ),
                X[test],
            )
            held_out = np.empty((len(X), found.shape[1])) if held_out is None else held_out
            held_out[test] = found
        self.final_ = fit_grouped(clone(self.final), held_out, y, groups)
        self.models_, self.n_features_in_ = (
            self._fit_members(X, y, groups, len(parts) * n, (len(parts) + 1) * n),
            X.shape[1],
        )
        return self


class StackingRegressor(RegressorMixin, _Stack):
    """Predictions of all targets by all members, weighed by a ridge regression."""

    def fit(self, X: np.ndarray, y: np.ndarray, groups: np.ndarray | None = None):
        """Fit on X (n_samples, n_features) and y (n_samples,) or (n_samples, n_targets)."""
        y = np.asarray(y, dtype=float)
        return self._stack(
            X, y, groups, folds(len(y), groups, n_folds=self.n_folds, seed=self.random_state)
        )

    @staticmethod
    def _said(models: Sequence[BaseEstimator], X: np.ndarray) -> np.ndarray:
        return np.concatenate(
            [np.asarray(model.predict(X)).reshape(len(X), -1) for model in models], axis=1
        )

    def predict(self, X: np.ndarray) -> np.ndarray:
        """Targets in their units, with the shape of ``y`` in ``fit``."""
        check_is_fitted(self, "models_")
        return self.final_.predict(self._said(self.models_, X))


class StackingClassifier(_MostProbable, _Stack):
    """Probabilities of all members, weighed by a logistic regression. Learned: ``classes_`` too."""

    def fit(self, X: np.ndarray, y: np.ndarray, groups: np.ndarray | None = None):
        """X float (n_samples, n_features); y (n_samples,) labels, each twice at least."""
        y = np.asarray(y).ravel()
        self.classes_ = np.unique(y)
        return self._stack(
            X,
            y,
            groups,
            folds(len(y), groups, labels=y, n_folds=self.n_folds, seed=self.random_state),
        )

    @staticmethod
    def _said(models: Sequence[BaseEstimator], X: np.ndarray) -> np.ndarray:
        return np.concatenate([model.predict_proba(X) for model in models], axis=1)

    def predict_proba(self, X: np.ndarray) -> np.ndarray:
        """(n_samples, n_classes), in the order of ``classes_``."""
        check_is_fitted(self, "models_")
        return self.final_.predict_proba(self._said(self.models_, X))


def _average(seed: int, members: str = "fast") -> BaseEstimator:
    return AverageRegressor(team(members, "regression", seed))


def _average_classifier(seed: int, members: str = "fast") -> BaseEstimator:
    return AverageClassifier(team(members, "classification", seed))


def _stacking(seed: int, members: str = "fast", n_folds: int = 5) -> BaseEstimator:
    final = scaled(GroupedRidge(alphas=PENALTIES, alpha_per_target=True))
    return StackingRegressor(team(members, "regression", seed), final, n_folds, seed)


def _stacking_classifier(seed: int, members: str = "fast", n_folds: int = 5) -> BaseEstimator:
    return StackingClassifier(
        team(members, "classification", seed),
        scaled(LogisticRegression(max_iter=5000)),
        n_folds,
        seed,
    )


ENTRIES = (
    ModelEntry(
        "average",
        "Average of models",
        "The mean of what several models predict (of classes: of their probabilities).",
        _average,
        ParameterSpace((MEMBERS,)),
        family="ensembles",
        classify=_average_classifier,
    ),
    ModelEntry(
        "stacking",
        "Stack of models",
        "A linear model learns whom of several models to trust, from predictions of curves "
        "that they had not seen; takes as long as the folds plus one together.",
        _stacking,
        ParameterSpace(
            (MEMBERS, whole("n_folds", "folds", 2, 20, 5, "Parts that are left out in turn."))
        ),
        family="ensembles",
        classify=_stacking_classifier,
    ),
)
