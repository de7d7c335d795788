"""The mean predictor (baseline), and linear models; logistic regression as classifier."""

import warnings

import numpy as np
from sklearn.base import BaseEstimator, RegressorMixin
from sklearn.cross_decomposition import PLSRegression
from sklearn.dummy import DummyClassifier, DummyRegressor
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import (
    BayesianRidge,
    ElasticNetCV,
    LinearRegression,
    LogisticRegression,
    Ridge,
    RidgeCV,
)
from sklearn.utils.validation import check_is_fitted

from nmr_core.models._entry import ModelEntry
from nmr_core.models._options import log, whole
from nmr_core.models.composite import PerTarget, select
from nmr_core.models.grouped import first_rows, folds, scaled
from nmr_core.parameters import Parameter, ParameterSpace

PENALTIES = np.logspace(-4, 4, 17)


class GroupedRidge(RidgeCV):
    """scikit-learn's RidgeCV, with the penalty chosen on one row per group.

    Leave-one-out means nothing while the image of the left-out row stays in. The penalty stands
    beside a sum over rows, so the one that is chosen on n_groups rows is multiplied by n_samples /
    n_groups for the fit on all.
    """

    def fit(self, X: np.ndarray, y: np.ndarray, groups: np.ndarray | None = None):
        """Fit on X (n_samples, n_features) and y (n_samples,) or (n_samples, n_targets)."""
        X, y = np.asarray(X, dtype=float), np.asarray(y, dtype=float)
        rows = first_rows(len(X), groups)
        super().fit(X[rows], y[rows])
        if len(rows) < len(X):
            penalty: np.ndarray = self.alpha_  # type: ignore[has-type]
            self.alpha_ = penalty * len(X) / len(rows)
            everything = Ridge(alpha=self.alpha_).fit(X, y)
            self.coef_, self.intercept_ = everything.coef_, everything.intercept_
        return self


class GroupedElasticNet(RegressorMixin, BaseEstimator):
    """scikit-learn's ElasticNetCV for one target: 30 penalties, five folds of whole groups.

    Learned: ``model_``.
    """

    def __init__(self, l1_ratio: float = 0.5, random_state: int = 0):
        self.l1_ratio = l1_ratio
        self.random_state = random_state

    def fit(self, X: np.ndarray, y: np.ndarray, groups: np.ndarray | None = None):
        """Fit on X (n_samples, n_features) and y (n_samples,)."""
        X, y = np.asfortranarray(X, dtype=float), np.asarray(y, dtype=float).ravel()
        # Above this penalty every coefficient is 0
        covariance = (X - X.mean(axis=0)).T @ (y - y.mean())
        largest = np.abs(covariance).max() / len(X)
        penalties = np.logspace(0, -3.5, 30) * (largest or 1.0) / self.l1_ratio
        self.model_ = ElasticNetCV(
            l1_ratio=self.l1_ratio,
            alphas=penalties,
            max_iter=1000,
            tol=1e-3,
            cv=folds(len(X), groups, seed=self.random_state),
        )
        with warnings.catch_warnings():
            # The smallest penalties do not converge, and are not chosen then
            warnings.simplefilter("ignore", ConvergenceWarning)
            self.model_.fit(X, y)
        # The folds are indices of training rows: not to be stored
        self.model_.cv = None
        return self

    def predict(self, X: np.ndarray) -> np.ndarray:
        """The target in its unit, (n_samples,)."""
        check_is_fitted(self, "model_")
        return self.model_.predict(np.asarray(X, dtype=float))


class PartialLeastSquares(RegressorMixin, BaseEstimator):
    """scikit-learn's PLSRegression with as many components as samples and features allow."""

    def __init__(self, n_components: int = 20):
        self.n_components = n_components

    def fit(self, X: np.ndarray, y: np.ndarray):
        """Fit on X (n_samples, n_features) and y (n_samples,) or (n_samples, n_targets)."""
        X, y = np.asarray(X, dtype=float), np.asarray(y, dtype=float)
        X_varies = (
            max(1, np.linalg.matrix_rank(X - X.mean(axis=0)))
            if len(X) <= 4 * self.n_components
            else X.shape[1]
        )
        self.single_, self.n_features_in_ = y.ndim == 1, X.shape[1]
        n_components = min(self.n_components, X_varies, *X.shape)
        with warnings.catch_warnings():
            # Components beyond those that explain y completely
            warnings.filterwarnings("ignore", message="y residual is constant")
            self.model_ = PLSRegression(n_components).fit(X, y.reshape(len(y), -1))
        return self

    def predict(self, X: np.ndarray) -> np.ndarray:
        """Targets in their units, with the shape of ``y`` in ``fit``."""
        check_is_fitted(self, "model_")
        found = np.asarray(self.model_.predict(np.asarray(X, dtype=float))).reshape(len(X), -1)
        return found[:, 0] if self.single_ else found


def _mean(seed: int) -> BaseEstimator:
    return DummyRegressor(strategy="mean")


def _prior(seed: int) -> BaseEstimator:
    return DummyClassifier(strategy="prior")


def _linear(seed: int) -> BaseEstimator:
    return scaled(LinearRegression())


def _logistic(seed: int, C: float = 1.0) -> BaseEstimator:
    return scaled(LogisticRegression(C=C, max_iter=5000))


def _ridge(seed: int) -> BaseEstimator:
    return scaled(GroupedRidge(alphas=PENALTIES, alpha_per_target=True))


def _bayesian_ridge(seed: int) -> BaseEstimator:
    return scaled(PerTarget(BayesianRidge()))


def _elastic_net(seed: int, l1_ratio: float = 0.5) -> BaseEstimator:
    return scaled(PerTarget(GroupedElasticNet(l1_ratio, seed)))


def _select_linear(seed: int, k: int = 100) -> BaseEstimator:
    return scaled(PerTarget(select(k, LinearRegression())))


def _pls(seed: int, n_components: int = 20) -> BaseEstimator:
    return scaled(PartialLeastSquares(n_components))


ENTRIES = (
    ModelEntry(
        "mean",
        "Baseline (mean predictor)",
        "Predicts the training mean (of classes: how frequent each is), whatever the curve: what "
        "any score must beat.",
        _mean,
        family="baseline",
        classify=_prior,
    ),
    ModelEntry(
        "linear",
        "Linear",
        "Least squares; as classifier, logistic regression.",
        _linear,
        ParameterSpace(
            (log("C", "C", 1e-4, 1e6, 1.0, "Inverse penalty of the logistic regression."),)
        ),
        classify=_logistic,
    ),
    ModelEntry(
        "ridge",
        "Ridge",
        "Linear regression, with the penalty chosen per target by leave-one-out.",
        _ridge,
    ),
    ModelEntry(
        "bayesian_ridge",
        "Bayesian ridge",
        "Linear regression, with the penalty that makes the data most likely.",
        _bayesian_ridge,
    ),
    ModelEntry(
        "elastic_net",
        "Elastic net",
        "Linear regression that sets most coefficients to 0; the penalty is chosen by five folds.",
        _elastic_net,
        ParameterSpace(
            (
                Parameter(
                    "l1_ratio",
                    "L1 share",
                    "",
                    0.05,
                    1,
                    0.5,
                    description="1 = lasso, towards 0 = ridge.",
                ),
            )
        ),
    ),
    ModelEntry(
        "select_linear",
        "Best features + linear",
        "Least squares on the features that correlate best with each target.",
        _select_linear,
        ParameterSpace((whole("k", "features", 1, 5000, 100, "Most features a target."),)),
    ),
    ModelEntry(
        "pls",
        "Partial least squares",
        "Linear regression on the directions that vary most with the targets; at most as "
        "many as curves and features allow.",
        _pls,
        ParameterSpace((whole("n_components", "components", 1, 500, 20, "Most directions."),)),
    ),
)
