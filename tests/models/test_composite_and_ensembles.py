"""A model per target, averages and stacks: the right members, held-out predictions only."""

import numpy as np
import pytest
from sklearn.base import BaseEstimator, RegressorMixin
from sklearn.linear_model import LinearRegression, LogisticRegression

from nmr_core.errors import InputError
from nmr_core.models import MODELS
from nmr_core.models.composite import PerTarget, SelectTop
from nmr_core.models.ensembles import (
    MEMBER_SETS,
    MEMBERS,
    AverageClassifier,
    AverageRegressor,
    StackingClassifier,
    StackingRegressor,
    members_of,
)
from nmr_core.progress import reporting

RNG = np.random.default_rng(0)
X = RNG.normal(size=(60, 4))
Y = np.stack([X @ [1, 2, 0, 0], X @ [0, 0, 1, -1], X[:, 0]], axis=1)
SEEN: list = []


class Constant(RegressorMixin, BaseEstimator):
    """Predicts its number, and nothing else."""

    def __init__(self, value=0.0):
        self.value = value

    def fit(self, X, y):
        return self

    def predict(self, X):
        return np.full(len(X), self.value)


class Witness(RegressorMixin, BaseEstimator):
    """Records which rows (their first feature) it learned from, and which it predicted."""

    def fit(self, X, y, groups=None):
        self.known_, self.groups_ = set(X[:, 0]), groups
        self.shape_ = np.shape(y)[1:]
        return self

    def predict(self, X):
        SEEN.append((self.known_, set(X[:, 0]), self.groups_))
        return np.zeros((len(X), *self.shape_))


def test_each_target_gets_its_own_model_whatever_the_order():
    own = (("a", Constant(1.0)), ("b", Constant(2.0)))
    assert (
        PerTarget(Constant(9.0), own, ("b", "x", "a")).fit(X, Y).predict(X[:2]).tolist()
        == [[2, 9, 1]] * 2
    )
    assert PerTarget(Constant(9.0), own).fit(X, Y).predict(X[:2]).tolist() == [[9, 9, 9]] * 2
    assert PerTarget(Constant(9.0), own, ("a",)).fit(X, Y[:, 0]).predict(X[:2]).tolist() == [1, 1]


def test_a_target_without_a_recipe_is_named():
    with pytest.raises(InputError, match="no recipe for x; it has one for a"):
        PerTarget(None, (("a", Constant()),), ("a", "x")).fit(X, Y[:, :2])
    with pytest.raises(InputError, match="built for the targets a, got 3 columns"):
        PerTarget(Constant(), targets=("a",)).fit(X, Y)


def test_the_winners_have_the_recipe_that_is_told_of_them():
    model = MODELS["winners_2020"](targets=("alpha", "xi", "p", "d", "gamma")).fit(
        X, np.hstack([Y, Y[:, :2]])
    )
    kinds = [
        type(member[-1][-1] if hasattr(member, "steps") else member).__name__
        for member in model.models_
    ]
    assert kinds == ["LinearRegression", "BayesianRidge", "SVR", "BayesianRidge", "BayesianRidge"]
    assert [model.models_[k][-1][0].k for k in (0, 1, 3)] == [300, 100, 100]
    assert model.models_[2].kernel == "poly"


def test_the_best_features_are_those_of_scikit_learn():
    from sklearn.feature_selection import SelectKBest, f_regression

    many = RNG.normal(size=(80, 30))
    y = many @ RNG.normal(size=30)
    theirs = SelectKBest(f_regression, k=7).fit(many, y).get_support()
    assert SelectTop(7).fit(many, y).kept_.tolist() == np.flatnonzero(theirs).tolist()
    assert SelectTop(100).fit(many, y).transform(many).shape == (80, 30)


def test_the_average_is_the_mean_of_its_members():
    average = AverageRegressor(
        (("a", Constant(1.0)), ("b", Constant(2.0)), ("c", Constant(6.0)))
    ).fit(X, Y[:, 0])
    assert average.predict(X[:2]).tolist() == [3, 3]


def test_soft_voting_averages_probabilities():
    labels = np.where(X[:, 0] > 0, "up", "down")
    one, other = LogisticRegression(C=0.01), LogisticRegression(C=10)
    average = AverageClassifier((("one", one), ("other", other))).fit(X, labels)
    wanted = (one.fit(X, labels).predict_proba(X) + other.fit(X, labels).predict_proba(X)) / 2
    np.testing.assert_allclose(average.predict_proba(X), wanted)
    assert average.classes_.tolist() == ["down", "up"]


@pytest.mark.parametrize("grouped", [False, True])
def test_a_stack_learns_from_predictions_of_rows_that_its_members_have_not_seen(grouped):
    SEEN.clear()
    groups = np.repeat(np.arange(20), 3)[RNG.permutation(60)] if grouped else None
    StackingRegressor((("witness", Witness()),), LinearRegression(), 4).fit(X, Y[:, 0], groups)
    row = {value: k for k, value in enumerate(X[:, 0])}
    asked = set()
    for known, about, told in SEEN:
        assert not known & about
        if grouped:
            sides = [{groups[row[value]] for value in side} for side in (known, about)]
            assert not sides[0] & sides[1]
            assert len(told) == len(known)  # members that divide their rows themselves are told too
        asked |= about
    assert len(SEEN) == 4
    assert asked == set(X[:, 0])


def test_a_stack_trusts_the_member_that_is_right():
    """One member answers with the truth of a linear world, the other with a constant."""
    stack = StackingRegressor(
        (("constant", Constant(5.0)), ("right", LinearRegression())), LinearRegression()
    ).fit(X, Y[:, 0])
    np.testing.assert_allclose(stack.predict(X), Y[:, 0], atol=1e-10)


def test_a_stack_of_classifiers_refuses_a_class_with_one_sample():
    labels = np.array(["a"] * 30 + ["b"] * 29 + ["lonely"])
    with pytest.raises(InputError, match="class lonely has a single sample"):
        StackingClassifier((("logistic", LogisticRegression()),), LogisticRegression()).fit(
            X, labels
        )


@pytest.mark.parametrize("members", MEMBERS.values)
@pytest.mark.parametrize("task", ["regression", "classification"])
def test_every_named_set_has_members_that_can_do_the_task(members, task):
    found = members_of(members, task, seed=5)
    assert len(dict(found)) == len(found) == len(MEMBER_SETS[members][task])
    if members == "networks":
        assert [model.random_state for _, model in found] == [5, 6, 7, 8]


@pytest.mark.parametrize("name", ["average", "stacking"])
def test_progress_of_many_members_never_goes_back_and_ends(name):
    reports = []
    with reporting(lambda *report: reports.append(report)):
        MODELS[name]().fit(X, Y)
    shares = [done / total for done, total, _ in reports]
    assert shares == sorted(shares)
    assert shares[-1] == 1
    assert any("extra_trees: " in message for *_, message in reports)
