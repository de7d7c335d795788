"""Ensembles: the average of several models, or a linear model of their predictions."""

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

SINGLE_MODELS = {
    entry.name: entry
    for module in (linear, neighbours, kernels, trees, networks)
    for entry in module.ENTRIES
}
MEMBER_SETS: dict[str, dict[str, tuple[str, ...]]] = {
    "fast": {
        "regression": ("ridge", "extra_trees", "knn"),
        "classification": ("linear", "extra_trees", "knn"),
    },
    "strong": {
        "regression": ("kernel_ridge", "mlp", "extra_trees"),
        "classification": ("svr", "mlp", "extra_trees"),
    },
    "networks": dict.fromkeys(("regression", "classification"), ("mlp",) * 4),
    "smooth": dict.fromkeys(("regression", "classification"), ("smooth_mlp",) * 5),
}
"""Named sets of members per task. A model that is named several times gets a seed per copy."""
MEMBERS = Parameter(
    "members",
    "members",
    "",
    0,
    1,
    "fast",
    values=tuple(MEMBER_SETS),
    description=(
        "fast: ridge (logistic), extra trees and nearest neighbours; strong: kernel ridge (support "
        "vectors), neural network and extra trees; networks: four neural networks with different "
        "seeds; smooth: five smooth ones."
    ),
)


def members_of(name: str, task: str, seed: int) -> tuple[tuple[str, BaseEstimator], ...]:
    """Members of a named set.

    Parameters
    ----------
    name : str
        A key of :data:`MEMBER_SETS`.
    task : str
        "regression" or "classification".
    seed : int
        Of the first copy of each model; further copies count up from it.

    Returns
    -------
    tuple of (str, estimator)
        Unique name, unfitted model.
    """
    names = MEMBER_SETS[name][task]
    members = []
    for k, model in enumerate(names):
        copy = names[:k].count(model)
        label = model if names.count(model) == 1 else f"{model} {k + 1}"
        members.append((label, SINGLE_MODELS[model](seed=seed + copy, task=task)))
    return tuple(members)


class _Ensemble(BaseEstimator):
    """Models that are fitted to the same rows.

    Parameters
    ----------
    members : sequence of (str, estimator)

    Attributes
    ----------
    models_ : list of estimators
        Fitted, in the order of ``members``.
    """

    def __init__(self, members: Sequence = ()):
        self.members = members

    def _fit_members(
        self, X: np.ndarray, y: np.ndarray, groups: np.ndarray | None, first: int, n_parts: int
    ) -> list[BaseEstimator]:
        """Fitted clones of the members; progress counts them from ``first`` on of ``n_parts``."""
        fitted = []
        for k, (name, model) in enumerate(self.members):
            with part_of_work(first + k, n_parts, name):
                fitted.append(fit_grouped(clone(model), X, y, groups))
        return fitted

    def fit(self, X: np.ndarray, y: np.ndarray, groups: np.ndarray | None = None):
        """Fit all members.

        Parameters
        ----------
        X : float array (n_samples, n_features)
            Features.
        y : array (n_samples,) or (n_samples, n_targets)
            As the members take it.
        groups : (n_samples,), optional
            Equal for rows that belong together.
        """
        self.n_features_in_ = np.shape(X)[1]
        self.models_ = self._fit_members(X, y, groups, 0, len(self.members))
        return self


class AverageRegressor(RegressorMixin, _Ensemble):
    """Mean of the members' predictions."""

    def fit(self, X: np.ndarray, y: np.ndarray, groups: np.ndarray | None = None):
        """Fit all members to y float (n_samples,) or (n_samples, n_targets)."""
        self.shape_ = np.shape(y)[1:]
        return super().fit(X, y, groups)

    def predict(self, X: np.ndarray) -> np.ndarray:
        """Targets in their units, with the shape of ``y`` in ``fit``."""
        check_is_fitted(self, "models_")
        shape = (len(X), *self.shape_)
        predictions = [np.reshape(model.predict(X), shape) for model in self.models_]
        return np.mean(predictions, axis=0)


class _MostProbable(ClassifierMixin):
    def predict(self, X: np.ndarray) -> np.ndarray:
        """The most probable class."""
        return self.classes_[self.predict_proba(X).argmax(axis=1)]


class AverageClassifier(_MostProbable, _Ensemble):
    """Soft voting: the mean of the members' probabilities.

    Attributes
    ----------
    classes_ : array (n_classes,)
        In the order of the probabilities.
    """

    def fit(self, X: np.ndarray, y: np.ndarray, groups: np.ndarray | None = None):
        """Fit all members to labels y (n_samples,)."""
        self.classes_ = np.unique(np.asarray(y))
        return super().fit(X, y, groups)

    def predict_proba(self, X: np.ndarray) -> np.ndarray:
        """(n_samples, n_classes), in the order of ``classes_``."""
        check_is_fitted(self, "models_")
        return np.mean([model.predict_proba(X) for model in self.models_], axis=0)


class _Stack(_Ensemble):
    """A final model of the members' predictions.

    It is fitted to predictions of rows that the members were not fitted to. Then the members are
    fitted to all rows.

    Parameters
    ----------
    members : sequence of (str, estimator)
    final : estimator
        Fitted to (n_samples, n_members * n_outputs) predictions.
    n_folds : int
        Each row is predicted by members that were fitted to the other folds; groups stay together.
    random_state : int
        Seed of the folds.

    Attributes
    ----------
    models_ : list of estimators
        Members, fitted to all rows.
    final_ : estimator

    References
    ----------
    Wolpert, Neural Networks 5, 241 (1992).
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
        """Fit the members per fold, the final model to their predictions, the members to all."""
        X = np.asarray(X)
        n = len(self.members)
        n_parts = (len(parts) + 1) * n

        # Predictions of each row by members that were not fitted to it
        held_out: Any = None
        for k, (train, test) in enumerate(parts):
            train_groups = None if groups is None else np.asarray(groups)[train]
            models = self._fit_members(X[train], y[train], train_groups, k * n, n_parts)
            predictions = self._outputs(models, X[test])
            if held_out is None:
                held_out = np.empty((len(X), predictions.shape[1]))
            held_out[test] = predictions
        self.final_ = fit_grouped(clone(self.final), held_out, y, groups)

        # Members for predictions of new rows
        self.models_ = self._fit_members(X, y, groups, len(parts) * n, n_parts)
        self.n_features_in_ = X.shape[1]
        return self


class StackingRegressor(RegressorMixin, _Stack):
    """Ridge regression on the predictions of all targets by all members."""

    def fit(self, X: np.ndarray, y: np.ndarray, groups: np.ndarray | None = None):
        """Fit on X (n_samples, n_features) and y (n_samples,) or (n_samples, n_targets)."""
        y = np.asarray(y, dtype=float)
        parts = folds(len(y), groups, n_folds=self.n_folds, seed=self.random_state)
        return self._stack(X, y, groups, parts)

    @staticmethod
    def _outputs(models: Sequence[BaseEstimator], X: np.ndarray) -> np.ndarray:
        """Predictions of all models side by side, (n_samples, n_members * n_targets)."""
        predictions = [np.asarray(model.predict(X)).reshape(len(X), -1) for model in models]
        return np.concatenate(predictions, axis=1)

    def predict(self, X: np.ndarray) -> np.ndarray:
        """Targets in their units, with the shape of ``y`` in ``fit``."""
        check_is_fitted(self, "models_")
        return self.final_.predict(self._outputs(self.models_, X))


class StackingClassifier(_MostProbable, _Stack):
    """Logistic regression on the probabilities of all members.

    Attributes
    ----------
    classes_ : array (n_classes,)
        In the order of the probabilities.
    """

    def fit(self, X: np.ndarray, y: np.ndarray, groups: np.ndarray | None = None):
        """Fit on X float (n_samples, n_features) and labels y (n_samples,), each at least twice."""
        y = np.asarray(y).ravel()
        self.classes_ = np.unique(y)
        parts = folds(len(y), groups, labels=y, n_folds=self.n_folds, seed=self.random_state)
        return self._stack(X, y, groups, parts)

    @staticmethod
    def _outputs(models: Sequence[BaseEstimator], X: np.ndarray) -> np.ndarray:
        """Probabilities of all models side by side, (n_samples, n_members * n_classes)."""
        return np.concatenate([model.predict_proba(X) for model in models], axis=1)

    def predict_proba(self, X: np.ndarray) -> np.ndarray:
        """(n_samples, n_classes), in the order of ``classes_``."""
        check_is_fitted(self, "models_")
        return self.final_.predict_proba(self._outputs(self.models_, X))


def _average(seed: int, members: str = "fast") -> BaseEstimator:
    return AverageRegressor(members_of(members, "regression", seed))


def _average_classifier(seed: int, members: str = "fast") -> BaseEstimator:
    return AverageClassifier(members_of(members, "classification", seed))


def _stacking(seed: int, members: str = "fast", n_folds: int = 5) -> BaseEstimator:
    final = scaled(GroupedRidge(alphas=PENALTIES, alpha_per_target=True))
    return StackingRegressor(members_of(members, "regression", seed), final, n_folds, seed)


def _stacking_classifier(seed: int, members: str = "fast", n_folds: int = 5) -> BaseEstimator:
    final = scaled(LogisticRegression(max_iter=5000))
    return StackingClassifier(members_of(members, "classification", seed), final, n_folds, seed)


ENTRIES = (
    ModelEntry(
        "average",
        "Average of models",
        "Mean of the predictions of several models (of classes: of their probabilities).",
        _average,
        ParameterSpace((MEMBERS,)),
        family="ensembles",
        classify=_average_classifier,
    ),
    ModelEntry(
        "stacking",
        "Stack of models",
        "A linear model of the predictions of several models, fitted to held-out curves; "
        "takes as long as the folds plus one together.",
        _stacking,
        ParameterSpace(
            (MEMBERS, whole("n_folds", "folds", 2, 20, 5, "Parts that are left out in turn."))
        ),
        family="ensembles",
        classify=_stacking_classifier,
    ),
)
