"""What single models promise beyond the contract."""

import warnings

import numpy as np
import pytest
from sklearn.linear_model import RidgeCV

from nmr_core import MODELS
from nmr_core.errors import Cancelled, InputError
from nmr_core.models.mlp_classifier import EarlyStoppingClassifier
from nmr_core.models.trees import ReportingBoosting
from nmr_core.progress import publishing, reporting

RNG = np.random.default_rng(0)
X = RNG.normal(size=(120, 6)).astype(np.float32)
LINEAR = X @ RNG.normal(size=(6, 2)) * [1, 1e-3] + [5, 0]


@pytest.mark.parametrize("name", ["linear", "ridge", "bayesian_ridge", "select_linear", "pls"])
def test_linear_models_recover_a_linear_map(name):
    found = MODELS[name]().fit(X[:80], LINEAR[:80]).predict(X[80:])
    np.testing.assert_allclose(found, LINEAR[80:], rtol=1e-2, atol=1e-5)


def test_an_elastic_net_finds_the_features_that_matter():
    y = 3 * X[:, 2] + 0.1 * RNG.normal(size=120)
    model = MODELS["elastic_net"](l1_ratio=1.0).fit(X, y)
    assert np.abs(model[-1].models_[0].model_.coef_).argmax() == 2
    assert model.score(X, y) > 0.98


def test_ridge_without_groups_is_scikit_learns():
    from nmr_core.models.linear import GroupedRidge

    one, other = (kind(alphas=[0.1, 1, 10]).fit(X, LINEAR) for kind in (GroupedRidge, RidgeCV))
    np.testing.assert_allclose(one.coef_, other.coef_)


@pytest.mark.parametrize("task", ["regression", "classification"])
def test_the_nearest_neighbour_of_a_duplicate_is_the_duplicate(task):
    y = LINEAR if task == "regression" else np.array([f"class {k % 7}" for k in range(120)])
    found = MODELS["knn"](task=task).fit(X, y).predict(X)
    if task == "regression":
        np.testing.assert_allclose(found, LINEAR, rtol=1e-5, atol=1e-7)
    else:
        assert (found == y).all()


def test_fewer_curves_than_neighbours_are_all_averaged():
    assert MODELS["knn"](n_neighbors=50, weights="uniform").fit(X[:4], [1.0, 2, 3, 6]).predict(
        X[:2]
    ).tolist() == [3, 3]


@pytest.mark.parametrize(
    "name", ["svr", "kernel_ridge", "gaussian_process", "hist_gradient_boosting"]
)
def test_a_curved_function_is_learned(name):
    Z = np.random.default_rng(1).normal(size=(400, 2))
    y = np.sin(2 * Z[:, 0]) + Z[:, 1] ** 2
    assert MODELS[name]().fit(Z[:300], y[:300]).score(Z[300:], y[300:]) > 0.7


def test_a_gaussian_process_knows_how_uncertain_it_is():
    """Noise of standard deviation 0.3: that is what it says where there are data, and more where
    there are none.
    """
    x = RNG.uniform(-2, 2, size=(300, 1))
    y = np.stack([np.sin(x[:, 0]), 100 * np.cos(x[:, 0])], axis=1) + RNG.normal(size=(300, 2)) * [
        0.3,
        30,
    ]
    model = MODELS["gaussian_process"]().fit(x, y)
    found, sd = model.predict(np.array([[0.0], [50.0]]), return_std=True)
    assert found.shape == sd.shape == (2, 2)
    np.testing.assert_allclose(sd[0], [0.3, 30], rtol=0.25)
    assert (sd[1] > 1.5 * sd[0]).all()


def test_a_gaussian_process_uses_its_subset_only():
    assert len(MODELS["gaussian_process"](n_subset=50).fit(X, LINEAR)[-1].models_[0].X_train_) == 50


def test_boosting_in_steps_is_boosting_in_one_go():
    from sklearn.ensemble import HistGradientBoostingRegressor

    options = {"max_iter": 60, "early_stopping": False, "random_state": 0, "min_samples_leaf": 5}
    steps, reports = ReportingBoosting(**options), []
    with reporting(lambda *report: reports.append(report[:2])):
        steps.fit(X, LINEAR[:, 0])
    at_once = HistGradientBoostingRegressor(**options).fit(X, LINEAR[:, 0])
    np.testing.assert_allclose(steps.predict(X), at_once.predict(X), rtol=1e-9)
    assert reports == [(25, 60), (50, 60), (60, 60)]
    assert steps.max_iter == 60


def test_many_components_of_few_curves_are_as_many_as_there_are():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        model = MODELS["pls"](n_components=100).fit(X[:10], LINEAR[:10])
    np.testing.assert_allclose(model.predict(X[:10]), LINEAR[:10], rtol=0.05, atol=1e-3)


def test_support_vectors_refuse_a_class_with_one_sample():
    with pytest.raises(InputError, match="class b has a single sample"):
        MODELS["svr"](task="classification").fit(X[:10], ["a"] * 9 + ["b"])


class TestNetworkForClasses:
    LABELS = np.array(["low", "high"], dtype=object)[(X[:, 0] > 0).astype(int)]

    def network(self, **options):
        return EarlyStoppingClassifier(
            **{"hidden": (16,), "max_epochs": 25, "learning_rate": 1e-2} | options
        )

    def test_learns_and_keeps_the_best_epoch(self):
        model = self.network().fit(X, self.LABELS)
        assert (model.predict(X) == self.LABELS).mean() > 0.9
        assert model.best_epoch_ == model.curve_[:, 1].argmin()
        assert model.curve_.shape[1] == 2

    def test_stops_when_patience_is_over(self):
        noise = RNG.permutation(self.LABELS)
        model = self.network(max_epochs=300, patience=4, schedule="constant").fit(X, noise)
        assert len(model.curve_) == model.best_epoch_ + 1 + 4

    def test_publishes_the_curve_and_reports_to_the_end(self):
        seen, reports = [], []
        with (
            publishing(lambda name, value: seen.append((name, len(value)))),
            reporting(lambda *r: reports.append(r[0] / r[1])),
        ):
            model = self.network(max_epochs=6).fit(X, self.LABELS)
        assert seen == [("curve", k + 1) for k in range(len(model.curve_))]
        assert reports == sorted(reports)
        assert reports[-1] == 1

    def test_a_cancellation_reaches_the_training(self):
        def cancel(done, total, message):
            raise Cancelled

        with pytest.raises(Cancelled), reporting(cancel):
            self.network().fit(X, self.LABELS)

    def test_copies_stay_on_one_side(self, monkeypatch):
        """Each row and its copy: the network must be stopped by rows without a trained copy."""
        sides = []
        monkeypatch.setattr(
            EarlyStoppingClassifier,
            "fit_batches",
            lambda self, train, valid: sides.extend((train[0][0], valid[0][0])),
        )
        self.network().fit(
            np.concatenate([X, X]), np.tile(self.LABELS, 2), groups=np.tile(np.arange(120), 2)
        )
        train, valid = ({tuple(row) for row in side} for side in sides)
        assert len(train) + len(valid) == 120
        assert not train & valid
        assert len(valid) > 5

    def test_an_unknown_schedule_is_refused(self):
        with pytest.raises(InputError, match="schedule must be one of cosine, constant"):
            self.network(schedule="warm").fit(X, self.LABELS)
