"""The reporting forest is scikit-learn's, whatever the steps in which it is grown."""

import numpy as np
import pytest
from sklearn.ensemble import RandomForestRegressor

from nmr_core.errors import Cancelled
from nmr_core.models import ReportingForest
from nmr_core.progress import reporting

RNG = np.random.default_rng(0)
X, Y = RNG.normal(size=(60, 4)), RNG.normal(size=(60, 2))


@pytest.mark.parametrize("n_trees", [1, 9, 10, 11, 20, 37])
def test_the_same_trees_as_in_one_go(n_trees):
    options = {"n_estimators": n_trees, "max_features": "sqrt", "random_state": 4}
    stepwise, at_once = ReportingForest(**options).fit(X, Y), RandomForestRegressor(**options).fit(X, Y)
    assert len(stepwise.estimators_) == n_trees
    assert stepwise.predict(X).tobytes() == at_once.predict(X).tobytes()
    assert [tree.random_state for tree in stepwise.estimators_] == [tree.random_state for tree in at_once.estimators_]


def test_fitting_again_starts_again():
    forest = ReportingForest(n_estimators=15, random_state=0)
    first = forest.fit(X, Y).predict(X)
    forest.fit(X + 1, Y)
    assert forest.fit(X, Y).predict(X).tobytes() == first.tobytes()
    assert len(forest.estimators_) == 15


def test_weights_arrive():
    weights = np.where(np.arange(60) < 30, 1.0, 0.0)
    forest = ReportingForest(n_estimators=12, random_state=0).fit(X, Y, sample_weight=weights)
    at_once = RandomForestRegressor(n_estimators=12, random_state=0).fit(X, Y, sample_weight=weights)
    assert forest.predict(X).tobytes() == at_once.predict(X).tobytes()


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
