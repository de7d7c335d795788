"""Training of the networks: the best epoch, groups, progress, PyTorch's state unchanged."""

import numpy as np
import pytest

from nmr_core.errors import Cancelled
from nmr_core.models import pipeline
from nmr_core.models.deep import DeepClassifier, DeepRegressor
from nmr_core.models.deep._torch import n_threads
from nmr_core.progress import publishing, reporting

torch = pytest.importorskip("torch", reason="the extra 'deep' is not installed")
pytest.importorskip("skorch", reason="the extra 'deep' is not installed")


RNG = np.random.default_rng(0)
X = RNG.normal(size=(200, 6)).astype(np.float32)
LEARNABLE = np.sin(X[:, 0]) + X[:, 1] + 5
NOISE = RNG.normal(size=200)


def network(**options) -> DeepRegressor:
    return DeepRegressor(
        **{"network_options": {"width": 24, "depth": 1}, "max_epochs": 12, "learning_rate": 5e-3}
        | options
    )


def test_the_best_epoch_is_kept_although_later_ones_were_trained():
    """Few noisy samples and a high rate: the validation error rises again, and the prediction is
    that of its minimum.
    """
    y = LEARNABLE + RNG.normal(size=200)
    model = network(learning_rate=0.02, max_epochs=60, patience=12).fit(X, y)
    _, valid = model._split(200, None)
    error = ((model.predict(X[valid]) - y[valid]) ** 2).mean() / model.targets_.var_[0]
    assert model.curve_.shape[1] == 2
    assert model.best_epoch_ == model.curve_[:, 1].argmin() < len(model.curve_) - 1
    assert error == pytest.approx(model.curve_[:, 1].min(), rel=1e-4)
    assert error < 0.9 * model.curve_[-1, 1]


def test_training_stops_when_patience_is_over():
    model = network(learning_rate=0.02, max_epochs=300, patience=5).fit(X, LEARNABLE + NOISE)
    assert len(model.curve_) == model.best_epoch_ + 1 + 5


def test_the_schedule_spans_the_whole_training():
    """An awkward number of rows: 181 train, so that batches of 10 leave one row over. Neither the
    last step nor the single row (which batch normalisation refuses) may end the training."""
    X = np.tile(RNG.normal(size=(201, 1)), (1, 4)).astype(np.float32)
    model = network(
        network="cnn_separable",
        network_options={"width": 4, "depth": 1},
        batch_size=10,
        patience=99,
    )
    assert len(model._split(201, None)[0]) == 181
    assert len(model.fit(X, X[:, 0]).curve_) == 12


@pytest.fixture(scope="module")
def many():
    """2,000 samples: below about 1,000 pure noise can look learnable by chance.

    X, a learnable target, noise.
    """
    rng = np.random.default_rng(1)
    X = rng.normal(size=(2000, 6)).astype(np.float32)
    return X, np.sin(X[:, 0]) + X[:, 1] * X[:, 2], 40 + 3 * rng.normal(size=2000)


def test_a_target_that_shows_nothing_is_left_out_and_the_others_are_trained_as_if_it_were_not_there(
    many,
):
    X, learnable, noise = many
    together = network().fit(X, np.column_stack([learnable, noise]))
    alone = network().fit(X, learnable)
    assert together.learned_.tolist() == [0]
    np.testing.assert_allclose(together.predict(X)[:, 0], alone.predict(X), rtol=1e-4, atol=1e-5)
    assert np.ptp(together.predict(X)[:, 1]) == 0


def test_nothing_but_noise_is_predicted_by_its_mean(many):
    X, _, noise = many
    model = network().fit(X, noise)
    train, _ = model._split(2000, None)
    assert model.predict(X[:3]) == pytest.approx(np.full(3, noise[train].mean()), rel=1e-12)


def test_one_common_scale_and_a_centre_for_each_feature():
    wide = np.hstack([X + 100, 1e-3 * X]).astype(np.float32)
    model = network(max_epochs=1).fit(wide, LEARNABLE)
    seen = model._curves(wide).reshape(200, -1)[model._split(200, None)[0]]
    assert np.abs(seen.mean(axis=0)).max() < 1e-3
    assert np.sqrt((seen**2).mean()) == pytest.approx(1, rel=1e-3)
    assert seen[:, 0].std() / seen[:, 6].std() == pytest.approx(1e3, rel=0.01)


@pytest.mark.parametrize("kind", [DeepRegressor, DeepClassifier])
def test_rows_of_one_group_stay_on_one_side(kind):
    """Every curve three times: no copy of a validation row may be trained on."""
    model, groups = (
        kind(max_epochs=1, network_options={"width": 8, "depth": 1}),
        np.repeat(np.arange(40), 3),
    )
    train, valid = model._split(120, groups)
    assert 0 < len(valid) < 30
    assert len(train) + len(valid) == 120
    assert not set(groups[train]) & set(groups[valid])
    y = np.repeat(NOISE[:40], 3)
    known, unknown = (
        kind(max_epochs=30, network_options={"width": 64, "depth": 1}, learning_rate=5e-3).fit(
            np.repeat(X[:40], 3, axis=0), y if kind is DeepRegressor else y > 0, groups=given
        )
        for given in (groups, None)
    )
    assert unknown.curve_[:, 1].min() < 0.5 * known.curve_[:, 1].min()


def test_every_epoch_is_reported_and_its_curve_published_also_when_it_is_trained_afresh(many):
    X, learnable, noise = many
    reports, curves = [], []
    with (
        reporting(lambda *said: reports.append(said)),
        publishing(lambda name, value: curves.append((name, value))),
    ):
        model = network().fit(X, np.column_stack([learnable, noise]))
    done = [said[0] for said in reports]
    assert done == sorted(done)
    assert {said[1] for said in reports} == {done[-1]}
    assert "epoch 1, validation error" in reports[0][2]
    assert reports[-1][2] == f"best epoch {model.best_epoch_ + 1}"
    assert curves[-1] == ("curve", model.curve_.tolist())
    assert [len(curve) for _, curve in curves] == [1, 2, 3, 4, *range(1, len(model.curve_) + 1)]


def test_a_classifier_reports_its_cross_entropy():
    reports = []
    with reporting(lambda *said: reports.append(said)):
        model = DeepClassifier(max_epochs=3, network_options={"width": 8, "depth": 1}).fit(
            X, LEARNABLE > 5
        )
    _, valid = model._split(200, None, LEARNABLE > 5)
    shares = model.predict_proba(X[valid])[
        np.arange(len(valid)), (LEARNABLE[valid] > 5).astype(int)
    ]
    assert -np.log(shares).mean() == pytest.approx(model.curve_[model.best_epoch_, 1], rel=1e-4)
    assert [said[:2] for said in reports] == [(1, 3), (2, 3), (3, 3), (3, 3)]


@pytest.mark.parametrize("ended", [Cancelled, KeyboardInterrupt])
def test_a_cancellation_and_ctrl_c_end_the_training(ended):
    def stop(done, total, message):
        if done == 3:
            raise ended

    with pytest.raises(ended), reporting(stop):
        network().fit(X, LEARNABLE)


def test_pytorch_and_numpy_are_left_as_they_were():
    threads, state = torch.get_num_threads(), torch.random.get_rng_state()
    inside, numbers = [], np.random.get_state()[1].tobytes()  # noqa: NPY002
    try:
        torch.set_num_threads(2)
        with reporting(lambda *said: inside.append(torch.get_num_threads())):
            network(max_epochs=2).fit(X, LEARNABLE).predict(X)
        assert torch.get_num_threads() == 2
    finally:
        torch.set_num_threads(threads)
    assert set(inside[:2]) == {1}
    assert torch.equal(torch.random.get_rng_state(), state)
    assert np.random.get_state()[1].tobytes() == numbers  # noqa: NPY002


def test_threads_are_one_unless_more_are_asked_for_and_then_no_more_than_our_share_of_the_cores(
    monkeypatch,
):
    monkeypatch.setattr("nmr_core.models.deep._torch.cpu_count", lambda: 8)
    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
    assert [n_threads(), n_threads(3), n_threads(99), n_threads(-1)] == [1, 3, 8, 8]
    monkeypatch.setenv("OMP_NUM_THREADS", "4")
    assert [n_threads(), n_threads(3), n_threads(99), n_threads(-1)] == [1, 3, 4, 4]
    monkeypatch.setenv("OMP_NUM_THREADS", "999")
    assert n_threads(-1) == 8


def test_in_a_pipeline_it_reads_complex_curves_and_their_groups(echoes):
    curves, y = echoes
    groups = np.arange(120) // 2
    model = pipeline("raw", "cnn_separable", model_options={"max_epochs": 15, "width": 16}).fit(
        curves[:120], y[:120, 0], groups=groups
    )
    residual = model.predict(curves[120:]) - y[120:, 0]
    assert (residual**2).mean() < 0.2 * y[120:, 0].var()
