"""Rows of a group stay together, features of any size are scaled, limits are reported."""

import numpy as np
import pytest

from nmr_core.errors import InputError
from nmr_core.models import pipeline
from nmr_core.models.grouped import (
    GroupedPipeline,
    first_rows,
    folds,
    hold_out,
    part_of_work,
    scaled,
    some_rows,
)
from nmr_core.models.kernel_ridge import PENALTIES, MedianKernelRidge
from nmr_core.models.linear import GroupedRidge
from nmr_core.models.scaling import Scaler
from nmr_core.progress import report, reporting

RNG = np.random.default_rng(0)
GROUPS = RNG.permutation(np.repeat(np.arange(40), 3))


@pytest.mark.parametrize("labels", [None, "classes"])
def test_folds_divide_groups_and_take_every_row_once(labels):
    labels = None if labels is None else np.where(GROUPS < 12, "rare", "common")
    parts = folds(120, GROUPS, labels=labels, n_folds=4, seed=3)
    assert sorted(np.concatenate([test for _, test in parts])) == list(range(120))
    for train, test in parts:
        assert not set(GROUPS[train]) & set(GROUPS[test])
        assert len(train) + len(test) == 120
        if labels is not None:
            assert (labels[test] == "rare").sum() == 9


def test_folds_refuse_what_cannot_be_divided():
    with pytest.raises(InputError, match="training part has a single sample"):
        folds(3, np.zeros(3))


@pytest.mark.parametrize("share", [0.1, 0.3])
def test_hold_out_keeps_groups_and_classes_in_proportion(share):
    labels = np.where(GROUPS < 10, "rare", "common")
    train, valid = hold_out(120, share, GROUPS, labels=labels, seed=1)
    assert sorted(np.concatenate([train, valid])) == list(range(120))
    assert not set(GROUPS[train]) & set(GROUPS[valid])
    assert len(set(GROUPS[valid][labels[valid] == "rare"])) == round(10 * share)
    assert np.array_equal(train, hold_out(120, share, GROUPS, labels=labels, seed=1)[0])


def test_too_few_to_hold_any_out_means_all_for_both():
    train, valid = hold_out(4, 0.1)
    assert sorted(train) == sorted(valid) == [0, 1, 2, 3]


def test_first_rows_are_one_of_each_group():
    assert first_rows(6, [5, 2, 5, 2, 9, 9]).tolist() == [0, 1, 4]
    assert first_rows(3).tolist() == [0, 1, 2]


def test_a_random_choice_of_rows_keeps_every_class_and_says_so():
    labels, said = np.array(["a"] * 99 + ["rare"]), []
    with reporting(lambda *report: said.append(report[2])):
        rows = some_rows(100, 10, 0, labels)
        assert some_rows(100, 100, 0).tolist() == list(range(100))
    assert len(set(rows)) == 10
    assert 99 in rows
    assert said == ["fitting 10 of 100 curves"]


def test_scaled_features_have_spread_one_each_or_in_common():
    X = RNG.normal(size=(500, 3)).astype(np.float32) * [1, 1e-9, 100] + [0, 0, 5]
    each, common = Scaler().fit_transform(X), Scaler("common").fit_transform(X)
    np.testing.assert_allclose(each.std(axis=0), 1, rtol=1e-6)
    np.testing.assert_allclose(np.sqrt((common**2).mean()), 1, rtol=1e-6)
    np.testing.assert_allclose(
        common.std(axis=0) / common.std(axis=0)[2], X.std(axis=0) / X.std(axis=0)[2], rtol=1e-5
    )
    np.testing.assert_allclose(each.mean(axis=0), 0, atol=1e-7)


def test_rounding_is_no_feature():
    """A constant in single precision varies in its last digit: scaled to spread one, it would be
    noise like any other.
    """
    X = np.stack([RNG.normal(size=50), 1000 * (1 + 6e-8 * RNG.integers(0, 2, 50))], axis=1).astype(
        np.float32
    )
    assert (np.abs(Scaler().fit_transform(X)).max(axis=0) > 1e-3).tolist() == [True, False]


def test_unknown_scaling_is_refused():
    with pytest.raises(InputError, match="scaling must be one of each, common"):
        Scaler("log").fit(np.ones((2, 2)))


@pytest.mark.parametrize("name", ["decision_tree", "extra_trees", "random_forest"])
def test_trees_see_features_that_differ_by_less_than_scikit_learns_threshold(name):
    """scikit-learn's trees take values closer than 1e-7 for equal, as cubic coefficients are."""
    X = RNG.normal(size=(200, 3)).astype(np.float32) * np.float32(1e-8)
    y = X[:, 0] * 1e8
    from nmr_core import MODELS

    assert MODELS[name]().fit(X[:150], y[:150]).score(X[150:], y[150:]) > 0.5


def test_groups_reach_the_last_step_through_pipelines_in_pipelines():
    class Last(GroupedRidge):
        def fit(self, X, y, groups=None):
            self.told_ = groups
            return super().fit(X, y, groups)

    X, y = RNG.normal(size=(30, 3)), RNG.normal(size=30)
    outer = GroupedPipeline([("first", Scaler()), ("model", scaled(Last()))])
    groups = np.repeat(np.arange(10), 3)
    assert outer.fit(X, y, groups=groups)["model"]["model"].told_.tolist() == groups.tolist()
    assert outer.fit(X, y, model__groups=np.arange(30))["model"]["model"].told_.tolist() == list(
        range(30)
    )
    assert outer.fit(X, y)["model"]["model"].told_ is None


def test_importances_are_found_through_the_scaler():
    X = RNG.normal(size=(100, 3)).astype(np.float32)
    pipe = pipeline("raw", "extra_trees", model_options={"n_estimators": 10})["model"].fit(
        X, X[:, 1]
    )
    assert pipe.feature_importances_.argmax() == 1
    assert not hasattr(pipeline("raw", "ridge")["model"], "feature_importances_")


def test_ridge_is_not_fooled_by_copies():
    """Noise, each row twice: leaving one of two equal rows out would make it predictable."""
    X, y = RNG.normal(size=(40, 60)), RNG.normal(size=40)
    twice, groups = (np.concatenate([X, X]), np.concatenate([y, y])), np.tile(np.arange(40), 2)
    penalties = {"alphas": np.logspace(-4, 4, 17)}
    assert GroupedRidge(**penalties).fit(*twice).alpha_ < 1e-2
    honest = GroupedRidge(**penalties).fit(*twice, groups=groups)
    alone = GroupedRidge(**penalties).fit(X, y)
    assert honest.alpha_ == 2 * alone.alpha_
    np.testing.assert_allclose(honest.predict(X), alone.predict(X), rtol=1e-9)


def test_kernel_ridge_leaves_what_cannot_be_learned_to_its_mean():
    X = RNG.normal(size=(300, 3))
    y = np.stack([np.sin(X[:, 0]), 40 + RNG.normal(size=300)], axis=1)
    model = MedianKernelRidge().fit(X, y)
    assert np.isinf(model.penalties_).tolist() == [False, True]
    assert np.ptp(model.predict(X)[:, 1]) == 0
    assert ((model.predict(X) - y)[:, 0] ** 2).mean() < 0.01


def test_the_leave_one_out_error_of_kernel_ridge_is_that_of_leaving_one_out():
    from nmr_core.models.kernel_ridge import _penalties

    X, z = RNG.normal(size=(25, 2)), RNG.normal(size=(25, 1))
    z += 3 * X[:, :1]
    K = np.exp(-((X[:, None] - X[None]) ** 2).sum(axis=-1) / 3)
    naive = []
    for penalty in PENALTIES:
        left_out = []
        for i in range(25):
            rest = np.arange(25) != i
            a = np.linalg.solve(K[np.ix_(rest, rest)] + penalty * np.eye(24), z[rest])
            left_out.append(z[i, 0] - (K[i, rest] @ a)[0])
        naive.append(np.mean(np.square(left_out)))
    assert _penalties(K, z)[0] == PENALTIES[int(np.argmin(naive))]


def test_a_kernel_machine_keeps_its_limit():
    X, y = RNG.normal(size=(50, 2)), RNG.normal(size=50)
    assert len(MedianKernelRidge(max_curves=20).fit(X, y).rows_) == 20


def test_parts_of_work_add_up():
    said = []
    with reporting(lambda done, total, message: said.append((done, total, message))):
        for k in range(2):
            with part_of_work(k, 2, f"member {k}"), part_of_work(0, 1, "inner"):
                report(1, 2, "half")
    assert [done / total for done, total, _ in said] == [0.25, 0.5, 0.5, 0.75, 1, 1]
    assert said[0][2] == "member 0: inner: half"
