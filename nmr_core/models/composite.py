"""Each target has its own model: one and the same for all, or different ones by name, as the winners of 2020 did."""

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
    """A regressor a target.

    default : regressor for every target that has none of its own; None = there must be one of its own
    own     : pairs (name of a target, its regressor)
    targets : names of the columns of y; without them every target gets the default

    Learned: ``models_``, one a target.
    """

    def __init__(self, default=None, own=(), targets=()):
        self.default = default
        self.own = own
        self.targets = targets

    def fit(self, X, y, groups=None):
        """X float (n_samples, n_features); y float (n_samples,) or (n_samples, n_targets)."""
        y = np.asarray(y, dtype=float)
        columns = y.reshape(len(y), -1)
        members = self._members(columns.shape[1])
        self.single_, self.n_features_in_, self.models_ = y.ndim == 1, np.shape(X)[1], []
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
                f"This model has no recipe for {missing[0]}; it has one for {', '.join(own) or 'nothing'}. "
                "Leave that target out, or choose another model."
            )
        return [(name, own.get(name, self.default)) for name in names]

    def predict(self, X) -> np.ndarray:
        """Targets in their units, of the shape that ``fit`` got."""
        check_is_fitted(self, "models_")
        found = np.stack(
            [np.asarray(model.predict(X)).reshape(len(X)) for model in self.models_], axis=1
        )
        return found[:, 0] if self.single_ else found


class SelectTop(TransformerMixin, BaseEstimator):
    """The ``k`` features with the largest squared correlation with the target (scikit-learn's SelectKBest with f_regression:
    F = r² (n - 2) / (1 - r²) has the same order); all of them where there are fewer.

    Learned: ``kept_``, sorted indices.
    """

    def __init__(self, k=100):
        self.k = k

    def fit(self, X, y):
        """X float (n_samples, n_features); y float (n_samples,)."""
        X, y = np.asarray(X, dtype=float), np.asarray(y, dtype=float).ravel()
        self.n_features_in_, spread = X.shape[1], X.std(axis=0)
        r = np.abs((y - y.mean()) @ (X - X.mean(axis=0))) / np.where(spread > 0, spread, np.inf)
        self.kept_ = np.sort(np.argsort(-r, kind="stable")[: self.k])
        return self

    def transform(self, X) -> np.ndarray:
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
        ("p", SVR(kernel="poly", cache_size=CACHE_MB)),
    )  # on the curve itself: centred, its cubes lose what they say
    return PerTarget(bayesian, own, targets)


ENTRIES = (
    ModelEntry(
        "winners_2020",
        "Winners of 2020",
        "One model per parameter, as the winners of the 2020 challenge had: α linear on "
        "the 300 features that correlate best with it, ξ and d Bayesian ridge on 100, p a support vector machine with a "
        "cubic kernel on raw points, unscaled; any other parameter as ξ.",
        _winners,
        family="ensembles",
    ),
)
