"""The early-stopping network: best epoch, targets that cannot be learned, reports."""

import pickle

import numpy as np
import pytest

from nmr_core import MODELS
from nmr_core.errors import Cancelled, InputError
from nmr_core.models import EarlyStoppingMLP
from nmr_core.models.training import SCHEDULES
from nmr_core.progress import reporting

RNG = np.random.default_rng(0)
X = RNG.normal(size=(300, 6)).astype(np.float32)
LEARNABLE = np.sin(X[:, 0]) + X[:, 1] * X[:, 2] + 5


def network(**options) -> EarlyStoppingMLP:
    return EarlyStoppingMLP(
        **{"hidden": (32, 16), "max_epochs": 40, "learning_rate": 5e-3} | options
    )


def test_the_best_epoch_is_kept_although_later_ones_were_trained():
    """Few noisy samples and a high rate: the validation error rises again, and the prediction is
    that of its minimum.
    """
    y = LEARNABLE + RNG.normal(size=300)
    model = network(learning_rate=0.02, max_epochs=60, patience=12, schedule="constant").fit(X, y)
    train, valid = model.split(300)
    error = ((model.predict(X[valid]) - y[valid]) ** 2).mean() / y[train].var()
    assert model.best_epoch_ == model.curve_[:, 1].argmin()
    assert model.best_epoch_ < len(model.curve_) - 1
    assert error == pytest.approx(model.curve_[:, 1].min(), rel=1e-4)
    assert error < 0.9 * model.curve_[-1, 1]


def test_training_stops_when_patience_is_over():
    model = network(learning_rate=0.02, max_epochs=500, patience=5).fit(X, LEARNABLE)
    assert len(model.curve_) == model.best_epoch_ + 1 + 5


def test_it_learns():
    assert network().fit(X, LEARNABLE).score(X, LEARNABLE) > 0.9


def test_the_cosine_falls_from_one_to_zero_and_changes_the_training():
    shares = np.linspace(0, 1, 11)
    cosine = np.array([SCHEDULES["cosine"](share) for share in shares])
    assert (cosine[0], cosine[5], cosine[-1]) == pytest.approx((1, 0.5, 0))
    assert (np.diff(cosine) < 0).all()
    one, other = (
        network(schedule=schedule, max_epochs=4).fit(X, LEARNABLE).curve_
        for schedule in ("cosine", "constant")
    )
    np.testing.assert_array_equal(one[0], other[0])  # the first epoch has the full rate
    assert (one[1:] != other[1:]).all()


def test_an_unknown_schedule_is_refused_with_those_there_are():
    with pytest.raises(InputError, match="schedule must be one of cosine, constant; got 'warm'"):
        network(schedule="warm").fit(X, LEARNABLE)


def test_the_gain_is_the_size_of_the_initial_weights():
    """Steps that change nothing leave the initial weights in the network."""
    half, whole = (
        network(gain=gain, learning_rate=1e-14, max_epochs=1).fit(X, LEARNABLE).network_
        for gain in (0.5, 1)
    )
    for mine, theirs in zip(half.coefs_, whole.coefs_, strict=True):
        np.testing.assert_allclose(mine, 0.5 * theirs, atol=1e-9)
        assert np.abs(theirs).max() > 0.1


@pytest.mark.parametrize("name", ["mlp_32_32", "mlp_512_256", "mlp_tapered"])
def test_published_networks_are_trained_as_their_authors_could(name):
    assert (MODELS[name]().schedule, MODELS[name]().gain) == ("constant", 1)
    assert MODELS[name](task="classification").schedule == "constant"
    assert (MODELS["mlp"]().schedule, MODELS["mlp"]().gain) == ("cosine", 0.15)


@pytest.mark.parametrize("task", ["regression", "classification"])
def test_no_second_copy_of_the_weights_is_kept(task):
    """A saved model would be twice as large."""
    y = LEARNABLE if task == "regression" else LEARNABLE > 5
    fitted = MODELS["mlp"](task=task, max_epochs=2, width_1=200).fit(X, y).network_
    weights = sum(w.size for w in fitted.coefs_)
    assert len(pickle.dumps(fitted)) < 1.2 * 4 * weights


@pytest.fixture(scope="module")
def many():
    """2,000 samples: below about 1,000 pure noise can look learnable by chance.

    X, a learnable target, noise.
    """
    rng = np.random.default_rng(1)
    X = rng.normal(size=(2000, 6)).astype(np.float32)
    return X, np.sin(X[:, 0]) + X[:, 1] * X[:, 2], 40 + 3 * rng.normal(size=2000)


def test_an_unlearnable_target_falls_back_to_its_mean_exactly(many):
    X, learnable, noise = many
    model = network(max_epochs=15).fit(X, np.stack([learnable, noise], axis=1))
    prediction = model.predict(X)
    train, _ = model.split(2000)
    assert model.learned_.tolist() == [0]
    assert prediction[:, 1] == pytest.approx(np.full(2000, noise[train].mean()), rel=1e-14)
    assert np.ptp(prediction[:, 1]) == 0
    np.testing.assert_allclose(
        prediction[:, 0], network(max_epochs=15).fit(X, learnable).predict(X), rtol=1e-4, atol=1e-5
    )


def test_so_does_one_that_is_alone(many):
    X, _, noise = many
    assert np.ptp(network(max_epochs=15).fit(X, noise).predict(X)) == 0


def test_a_constant_target_is_predicted_exactly():
    model = network().fit(X, np.stack([LEARNABLE, np.full(300, 7.25)], axis=1))
    assert (model.predict(X)[:, 1] == 7.25).all()


def test_a_constant_feature_does_no_harm():
    constant = np.hstack([X, np.full((300, 1), 1e3, np.float32)])
    assert network().fit(constant, LEARNABLE).score(constant, LEARNABLE) > 0.9


def test_seeds_are_reproducible():
    one, same, other = (
        network(random_state=seed, max_epochs=4).fit(X, LEARNABLE).predict(X) for seed in (1, 1, 2)
    )
    assert one.tobytes() == same.tobytes()
    assert (one != other).any()


def test_the_global_generator_is_left_alone():
    np.random.seed(5)  # noqa: NPY002
    before = np.random.get_state()[1].tobytes()  # noqa: NPY002
    network(max_epochs=2).fit(X, LEARNABLE)
    assert np.random.get_state()[1].tobytes() == before  # noqa: NPY002


@pytest.mark.parametrize("second_training", [False, True])
def test_progress_never_goes_back_and_reaches_its_total(second_training):
    y = np.stack([LEARNABLE, np.ones(300) if second_training else LEARNABLE**2], axis=1)
    reports = []
    with reporting(lambda *report: reports.append(report)):
        model = network(max_epochs=12).fit(X, y)
    done = [report[0] for report in reports]
    assert len(model.learned_) == (1 if second_training else 2)
    assert len(reports) > 12
    assert done == sorted(done)
    assert (done[-1], {report[1] for report in reports}) == (reports[0][1], {reports[0][1]})
    assert "validation error" in reports[0][2]


def test_a_cancellation_reaches_the_training():
    def cancel(done, total, message):
        if "epoch 3" in message:
            raise Cancelled

    with pytest.raises(Cancelled), reporting(cancel):
        network().fit(X, LEARNABLE)
