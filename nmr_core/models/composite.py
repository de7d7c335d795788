"""One model per target: the same kind for all, or different ones by name."""

from collections.abc import Sequence

import numpy as np
from sklearn.base import BaseEstimator, RegressorMixin, TransformerMixin, clone
from sklearn.linear_model import BayesianRidge, LinearRegression
from sklearn.svm import SVR
from sklearn.utils.validation import check_is_fitted

from nmr_core.errors import InputError
from nmr_core.models._entry import ModelEntry
from nmr_core.models.grouped import GroupedPipeline, fit_grouped, part_of_work, scaled
from nmr_core.models.support_vectors import CACHE_MB


class PerTarget(RegressorMixin, BaseEstimator):
    """One regressor per target.

    Parameters
    ----------
    default : estimator or None
        Regressor of the targets that have none of their own; None: every target must have one.
    own : sequence of (str, estimator)
        Target and its regressor.
    targets : sequence of str
        Names of the columns of ``y``; without them every target gets the default.

    Attributes
    ----------
    models_ : list
        Fitted, one per target.
    """

    def __init__(
        self, default: BaseEstimator | None = None, own: Sequence = (), targets: Sequence[str] = ()
    ):
        self.default = default
        self.own = own
        self.targets = targets

    def fit(self, X: np.ndarray, y: np.ndarray, groups: np.ndarray | None = None):
        """Fit on X (n_samples, n_features) and y (n_samples,) or (n_samples, n_targets)."""
        y = np.asarray(y, dtype=float)
        columns = y.reshape(len(y), -1)
        members = self._members(columns.shape[1])
        self.single_ = y.ndim == 1
        self.n_features_in_ = np.shape(X)[1]
        self.models_ = []
        for k, (name, member) in enumerate(members):
            with part_of_work(k, len(members), name):
                self.models_.append(fit_grouped(clone(member), X, columns[:, k], groups))
        return self

    def _members(self, n_targets: int) -> list[tuple[str, BaseEstimator]]:
        """Name and unfitted regressor of each target."""
        names = list(self.targets) or [f"target {k + 1}" for k in range(n_targets)]
        if len(names) != n_targets:
            raise InputError(
                f"This model was built for the targets {', '.join(names)}, got {n_targets} columns."
            )
        own = dict(self.own)
        missing = [name for name in names if own.get(name, self.default) is None]
        if missing:
            raise InputError(
                f"This model has no recipe for {missing[0]}; it has one for "
                f"{', '.join(own) or 'nothing'}. "
                "Leave that target out, or choose another model."
            )
        return [(name, own.get(name, self.default)) for name in names]

    def predict(self, X: np.ndarray) -> np.ndarray:
        """Targets in their units, with the shape of ``y`` in ``fit``."""
        check_is_fitted(self, "models_")
        columns = [np.asarray(model.predict(X)).reshape(len(X)) for model in self.models_]
        return columns[0] if self.single_ else np.stack(columns, axis=1)


class SelectTop(TransformerMixin, BaseEstimator):
    """The ``k`` features (or all) with the largest squared correlation with the target.

    Equal to scikit-learn's SelectKBest with f_regression, as F = r^2 (n - 2) / (1 - r^2) has the
    same order.

    Attributes
    ----------
    kept_ : int array
        Sorted indices of the features.
    """

    def __init__(self, k: int = 100):
        self.k = k

    def fit(self, X: np.ndarray, y: np.ndarray):
        """Fit on X (n_samples, n_features) and y (n_samples,)."""
        X = np.asarray(X, dtype=float)
        y = np.asarray(y, dtype=float).ravel()
        self.n_features_in_ = X.shape[1]
        # Correlation up to a factor that all features share; 0 for a constant feature
        covariance = (y - y.mean()) @ (X - X.mean(axis=0))
        spread = X.std(axis=0)
        r = np.abs(covariance) / np.where(spread > 0, spread, np.inf)
        self.kept_ = np.sort(np.argsort(-r, kind="stable")[: self.k])
        return self

    def transform(self, X: np.ndarray) -> np.ndarray:
        """(n_samples, at most k)."""
        check_is_fitted(self, "kept_")
        return np.asarray(X)[:, self.kept_]


def select(k: int, model: BaseEstimator) -> GroupedPipeline:
    """The ``k`` features that correlate best with a target, and a model on them."""
    return GroupedPipeline([("select", SelectTop(k)), ("model", model)])


def _winners(seed: int, targets: tuple[str, ...] = ()) -> BaseEstimator:
    bayesian = scaled(select(100, BayesianRidge()))
    own = (
        ("alpha", scaled(select(300, LinearRegression()))),
        ("xi", bayesian),
        ("d", bayesian),
        # On the features as they are: the cubic kernel loses its information on centred ones
        ("p", SVR(kernel="poly", cache_size=CACHE_MB)),
    )
    return PerTarget(bayesian, own, targets)


ENTRIES = (
    ModelEntry(
        "winners_2020",
        "Winners of 2020",
        "One model per parameter, as the winners of the 2020 challenge had: α linear on "
        "the 300 features that correlate best with it, ξ and d Bayesian ridge on 100, p a support "
        "vector machine with a cubic kernel on raw points, unscaled; any other parameter as ξ.",
        _winners,
        family="ensembles",
    ),
)
