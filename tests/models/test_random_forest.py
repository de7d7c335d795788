"""The reporting forest is scikit-learn's, whatever the steps in which it is grown."""

import numpy as np
import pytest
from sklearn.ensemble import RandomForestClassifier, RandomForestRegressor

from nmr_core.errors import Cancelled
from nmr_core.models.random_forest import (
    EqualTargetsTree,
    ReportingExtraTrees,
    ReportingForest,
    ReportingForestClassifier,
)
from nmr_core.progress import reporting

RNG = np.random.default_rng(0)
X, Y = RNG.normal(size=(60, 4)), RNG.normal(size=(60, 2))
Z = (Y - Y.mean(axis=0)) / Y.std(axis=0)


@pytest.mark.parametrize("n_trees", [1, 9, 10, 11, 20, 37])
def test_the_same_trees_as_in_one_go(n_trees):
    options = {"n_estimators": n_trees, "max_features": "sqrt", "random_state": 4}
    stepwise, at_once = (
        ReportingForest(**options).fit(X, Y),
        RandomForestRegressor(**options).fit(X, Z),
    )
    assert len(stepwise.estimators_) == n_trees
    np.testing.assert_allclose(
        stepwise.predict(X), Y.mean(axis=0) + Y.std(axis=0) * at_once.predict(X), rtol=1e-12
    )
    assert [tree.random_state for tree in stepwise.estimators_] == [
        tree.random_state for tree in at_once.estimators_
    ]


def test_fitting_again_starts_again():
    forest = ReportingForest(n_estimators=15, random_state=0)
    first = forest.fit(X, Y).predict(X)
    forest.fit(X + 1, Y)
    assert forest.fit(X, Y).predict(X).tobytes() == first.tobytes()
    assert len(forest.estimators_) == 15


def test_weights_arrive():
    weights = np.where(np.arange(60) < 30, 1.0, 0.0)
    forest = ReportingForest(n_estimators=12, random_state=0).fit(X, Y, sample_weight=weights)
    at_once = RandomForestRegressor(n_estimators=12, random_state=0).fit(
        X, Z, sample_weight=weights
    )
    np.testing.assert_allclose(
        forest.predict(X), Y.mean(axis=0) + Y.std(axis=0) * at_once.predict(X), rtol=1e-12
    )


def test_every_ten_trees_are_reported():
    reports = []
    with reporting(lambda *report: reports.append(report)):
        ReportingForest(n_estimators=25).fit(X, Y)
    assert reports == [(10, 25, "10 trees"), (20, 25, "20 trees"), (25, 25, "25 trees")]


def test_trees_that_have_grown_are_kept():
    forest, first = ReportingForest(n_estimators=25), []
    with reporting(lambda *report: first.append(forest.estimators_[0])):
        forest.fit(X, Y)
    assert first[0] is first[1] is first[2]


def test_a_cancelled_fit_keeps_its_parameters():
    def cancel(done, total, message):
        raise Cancelled

    forest = ReportingForest(n_estimators=25)
    with pytest.raises(Cancelled), reporting(cancel):
        forest.fit(X, Y)
    assert (forest.n_estimators, forest.warm_start) == (25, False)


@pytest.mark.parametrize("kind", [ReportingForest, ReportingExtraTrees, EqualTargetsTree])
def test_a_target_in_large_units_does_not_drown_the_others(kind):
    """Pure noise in units of 1,000 beside a target that can be learned: the latter is learned
    nearly as well as alone.
    """
    rng = np.random.default_rng(1)
    X = rng.normal(size=(400, 3))
    y = np.stack([np.sign(X[:, 0]), 1000 * rng.normal(size=400)], axis=1)
    options = {"min_samples_leaf": 5, "random_state": 0} | (
        {} if kind is EqualTargetsTree else {"n_estimators": 20}
    )
    both = kind(**options).fit(X[:300], y[:300]).predict(X[300:])[:, 0]
    assert ((both - y[300:, 0]) ** 2).mean() < 0.2


def test_forests_for_classes_grow_the_same_trees_too():
    labels = np.where(X[:, 0] > 0, "a", "b")
    stepwise = ReportingForestClassifier(n_estimators=25, random_state=3).fit(X, labels)
    at_once = RandomForestClassifier(n_estimators=25, random_state=3).fit(X, labels)
    np.testing.assert_allclose(stepwise.predict_proba(X), at_once.predict_proba(X), rtol=1e-12)
