"""The ensemble of networks: other samples per member, mean and spread, stored member by member."""

import numpy as np
import pytest

from nmr_core import FailedError, InputError, load_run, train
from nmr_core.inference.intervals.inputs import Reader
from nmr_core.learning.predicting import prediction_table
from nmr_core.models import MODELS, EarlyStoppingMLP
from nmr_core.models.blocks import Block
from nmr_core.models.network_ensemble import DRAWS, Drawn, NetworkEnsemble, uniform

RNG = np.random.default_rng(0)
X = RNG.normal(size=(300, 4)).astype(np.float32)
Y = np.stack([X[:, 0] + X[:, 1] ** 2, 5 * X[:, 2]], axis=1)
MEMBER = EarlyStoppingMLP((16,), max_epochs=10, learning_rate=5e-3)


def times(draw: str, k: int, samples: np.ndarray) -> np.ndarray:
    """How often member k of five sees each sample."""
    return NetworkEnsemble(MEMBER, 5, draw)._times(k)(samples)


def test_disjoint_members_share_all_samples():
    samples = np.arange(-500, 500)
    counts = np.array([times("disjoint", k, samples) for k in range(5)])
    assert (counts.sum(axis=0) == 1).all()
    assert (counts.sum(axis=1) == 200).all()


def test_a_bootstrap_takes_each_sample_poisson_times():
    """1e5 samples: mean and variance 1, a fraction 1/e is left out (5 standard errors)."""
    samples = np.arange(-50_000, 50_000)
    one, other = (times("bootstrap", k, samples) for k in (0, 1))
    assert one.mean() == pytest.approx(1, abs=5 / 316)
    assert one.var() == pytest.approx(1, abs=5 * np.sqrt(3) / 316)
    assert (one == 0).mean() == pytest.approx(np.exp(-1), abs=5 * 0.48 / 316)
    assert abs(np.corrcoef(one, other)[0, 1]) < 5 / 316


def test_numbers_of_samples_are_uniform_and_repeatable():
    u = uniform(np.arange(10_000), 3)
    assert (u >= 0).all()
    assert (u < 1).all()
    histogram = np.histogram(u, 10, (0, 1))[0]
    assert ((histogram - 1000) ** 2 / 1000).sum() < 30  # chi squared, 9 degrees: p = 4e-4
    assert (u[:5] == uniform(np.arange(5), 3)).all()


def test_images_of_a_sample_come_with_it():
    samples = np.tile(np.arange(150), 2)
    (block,) = Drawn([], lambda s: times("disjoint", 2, s))._drawn(
        [Block(X, Y, np.ones(300), samples)]
    )
    assert sorted(block.samples) == sorted([*range(2, 150, 5)] * 2)
    assert (X[[*range(2, 150, 5), *range(152, 300, 5)]] == block.X).all()


@pytest.mark.parametrize("draw", DRAWS)
def test_mean_and_spread_are_those_of_the_members(draw):
    model = NetworkEnsemble(MEMBER, 3, draw).fit(X, Y)
    members = np.stack([member.predict(X) for member in model.members_])
    np.testing.assert_array_equal(model.predict(X), members.mean(axis=0))
    np.testing.assert_array_equal(model.predict_spread(X), members.std(axis=0, ddof=1))
    assert len({member.network_.numbers_.tobytes() for member in model.members_}) == 3
    assert model.score(X, Y) > 0.15


def test_a_single_target_has_one_dimension():
    model = NetworkEnsemble(MEMBER, 2).fit(X, Y[:, 0])
    assert model.predict(X).shape == model.predict_spread(X).shape == (300,)


def test_the_spread_is_larger_where_nothing_was_learned_from():
    model = NetworkEnsemble(MEMBER, 5).fit(X, Y)
    inside, far = model.predict_spread(X).mean(axis=0), model.predict_spread(6 * X).mean(axis=0)
    assert (far > 3 * inside).all()


def test_more_disjoint_members_than_samples_are_refused():
    with pytest.raises(InputError, match=r"no sample to learn from\. Use more, or fewer members"):
        NetworkEnsemble(MEMBER, 20, "disjoint").fit(X[:10], Y[:10])


@pytest.fixture(scope="module")
def run(echoes_set):
    """An ensemble of three, not saved."""
    options = {"n_members": 3, "width_1": 16, "width_2": 8, "max_epochs": 4}
    return train(
        echoes_set, model="ensemble", model_options=options, targets=["alpha", "d"], split=15
    )


@pytest.fixture(scope="module")
def echoes_set():
    """60 curves of 45 points."""
    from nmr_core import generate, preset

    return generate(preset("ml4sci_2020_secular").fix(n_x=8, n_y=8, tau=5), 60, seed=7)


def test_a_saved_ensemble_is_read_again(run, echoes_set, data_folder):
    folder = run.save()
    assert sorted(path.name for path in folder.glob("*.skops")) == [
        "member-1.skops",
        "member-2.skops",
        "member-3.skops",
        "model.skops",
    ]
    again = load_run(run.id)
    for method in ("predict", "predict_spread"):
        expected, read = (getattr(r, method)(echoes_set.signals) for r in (run, again))
        assert expected.equals(read)
    n_bytes = sum(path.stat().st_size for path in folder.glob("*.skops"))
    assert again.manifest.model_bytes == n_bytes


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (lambda path: path.unlink(), "is missing"),
        (lambda path: path.write_bytes(path.read_bytes()[:-9]), "is not the one that was saved"),
        (lambda path: path.write_bytes(b""), "is not the one that was saved"),
    ],
)
def test_a_damaged_member_is_named(run, echoes_set, data_folder, tmp_path, change, problem):
    run.save(tmp_path / "run")
    change(tmp_path / "run" / "member-2.skops")
    sentence = f"Member 2 of 3 of the model of run {run.id} is damaged: member-2.skops {problem}"
    with pytest.raises(FailedError, match=f"{sentence}. Copy this file"):
        load_run(tmp_path / "run").predict(echoes_set.signals)


def test_the_spread_stands_beside_the_estimates(run, echoes_set):
    table = prediction_table(run, echoes_set)
    spread = run.predict_spread(echoes_set.signals)
    assert (table[["spread_alpha", "spread_d"]].to_numpy() == spread.to_numpy()).all()
    assert (spread > 0).all(axis=None)


def test_the_size_of_the_errors_is_learned_from_the_spread_too(run, echoes_set):
    reader = Reader(run.targets, run.targets, (0.0, 3.0), (0.2, 6.0)).fit(echoes_set.signals)
    _, inputs = reader.read(run, echoes_set.signals)
    spread = run.predict_spread(echoes_set.signals) / [0.2, 3.0]
    np.testing.assert_allclose(10 ** inputs.features[:, -2:], spread, rtol=1e-5)


def test_an_ensemble_of_fresh_samples_continues(echoes_set, data_folder, monkeypatch):
    """Stopped within the second member: bit for bit the run in one go."""
    from nmr_core import Cancelled
    from nmr_core.learning import checkpoint

    monkeypatch.setattr(checkpoint, "EVERY", 0.0)
    options = {
        "model": "ensemble",
        "model_options": {"n_members": 3, "width_1": 16, "width_2": 8, "max_epochs": 4},
        "targets": ["alpha", "d"],
        "split": 15,
        "fresh": 60,
    }

    def progress(done, total, message):
        if "member 2 of 3: epoch 2" in message:
            raise Cancelled

    with pytest.raises(Cancelled):
        train(echoes_set, resume=True, progress=progress, **options)
    messages = []
    again = train(
        echoes_set, resume=True, progress=lambda *report: messages.append(report[2]), **options
    )
    assert not any("member 1 of 3: epoch 1" in message for message in messages)
    whole = train(echoes_set, **options)
    assert again.predictions.equals(whole.predictions)


def test_the_entry_refuses_what_is_no_draw():
    with pytest.raises(InputError, match="draw"):
        MODELS["ensemble"](draw="random")


def test_the_probabilities_of_classes_are_the_mean_of_the_members():
    labels = np.array(["low", "high"])[(Y[:, 0] > np.median(Y[:, 0])).astype(int)]
    small = {"width_1": 16, "width_2": 8, "max_epochs": 6}
    model = MODELS["ensemble"](task="classification", n_members=3, **small).fit(X, labels)
    assert model.classes_.tolist() == ["high", "low"]
    each = [member.predict_proba(X) for member in model.members_]
    np.testing.assert_allclose(model.predict_proba(X), np.mean(each, axis=0))
    assert np.abs(each[0] - each[1]).max() > 1e-3
    assert (model.predict(X) == labels).mean() > 0.7
    assert not hasattr(model, "predict_spread")
