"""The networks behind scikit-learn's interface: they learn, repeat, store no PyTorch."""

import numpy as np
import pytest
import skops.io
from sklearn.base import clone, is_classifier, is_regressor

from nmr_core.errors import InputError
from nmr_core.models.deep import ENTRIES
from nmr_core.models.trusted import trusted_types

torch = pytest.importorskip("torch", reason="the extra 'deep' is not installed")
pytest.importorskip("skorch", reason="the extra 'deep' is not installed")


RNG = np.random.default_rng(0)
N_TIMES = 24
TIME = np.arange(N_TIMES)
HEIGHT, PLACE = RNG.uniform(0.5, 1.5, 320), RNG.uniform(6, 18, 320)
ECHOES = HEIGHT[:, None] * np.exp(-((TIME - PLACE[:, None]) ** 2) / 8)
X = np.hstack([ECHOES, 0.3 * ECHOES[:, ::-1]]).astype(np.float32)
Y = np.stack([50 + 10 * HEIGHT, PLACE], axis=1)
KIND = np.where(PLACE < 10, "early", np.where(PLACE < 14, "middle", "late"))
SMALL = {
    "organisers_deep": {},
    "cnn_separable": {"width": 16, "depth": 2},
    "lstm": {"width": 24, "step": 4},
    "transformer": {"width": 16, "depth": 1, "patch": 4},
    "gelu_mlp": {"width": 32, "depth": 2},
}
BY_NAME = {entry.name: entry for entry in ENTRIES}


def small(name: str, seed: int = 0, task: str = "regression", **options):
    return BY_NAME[name](
        seed=seed, task=task, **{"learning_rate": 5e-3, "max_epochs": 25} | SMALL[name] | options
    )


@pytest.mark.parametrize("name", BY_NAME)
class TestEveryNetwork:
    def test_it_says_what_it_is_and_its_defaults_are_those_of_its_widgets(self, name):
        entry = BY_NAME[name]
        assert (entry.family, entry.requires, entry.tasks) == (
            "deep",
            "deep",
            ("regression", "classification"),
        )
        assert is_regressor(entry())
        assert is_classifier(entry(task="classification"))
        assert repr(entry().get_params()) == repr(entry(**entry.parameters.defaults).get_params())
        assert repr(clone(entry(seed=3)).get_params()) == repr(entry(seed=3).get_params())

    def test_it_learns_both_targets_of_curves_it_has_not_seen(self, name):
        residual = small(name).fit(X[:260], Y[:260]).predict(X[260:]) - Y[260:]
        assert ((residual**2).mean(axis=0) < 0.25 * Y[260:].var(axis=0)).all()

    def test_it_memorises_eight_curves(self, name):
        model = small(name, max_epochs=150).fit(X[:8], Y[:8])
        assert ((model.predict(X[:8]) - Y[:8]) ** 2).mean(axis=0) == pytest.approx(
            0, abs=0.02 * Y[:8].var(axis=0).min()
        )

    def test_same_seed_same_bytes_other_seed_other_network(self, name):
        one, same, other = (
            small(name, seed, max_epochs=2).fit(X[:60], Y[:60]) for seed in (1, 1, 2)
        )
        assert one.predict(X).tobytes() == same.predict(X).tobytes()
        assert one.curve_.tobytes() == same.curve_.tobytes()
        assert (one.predict(X) != other.predict(X)).any()

    def test_a_saved_network_predicts_the_same_and_holds_no_type_of_pytorch(self, name):
        for task, y in (("regression", Y), ("classification", KIND)):
            model = small(name, task=task, max_epochs=2).fit(X[:60], y[:60])
            before = model.predict(X)
            file = skops.io.dumps(model)
            kinds = skops.io.get_untrusted_types(data=file)
            again = skops.io.loads(file, trusted=kinds)
            assert set(kinds) <= set(trusted_types())
            assert not [
                value
                for value in vars(again).values()
                if type(value).__module__.startswith("torch")
            ]
            assert {type(weight) for weight in again.weights_.values()} == {np.ndarray}
            np.testing.assert_array_equal(again.predict(X), before)

    def test_labels_come_back_with_their_probabilities(self, name):
        model = small(name, task="classification").fit(X[:260], KIND[:260])
        shares = model.predict_proba(X[260:])
        assert model.classes_.tolist() == ["early", "late", "middle"]
        np.testing.assert_allclose(shares.sum(axis=1), 1, rtol=1e-12)
        assert (model.predict(X[260:]) == model.classes_[shares.argmax(axis=1)]).all()
        assert model.score(X[260:], KIND[260:]) > 0.75

    def test_curves_of_any_length_will_do(self, name):
        for n_features in (2, 6, 34):
            assert np.isfinite(
                small(name, max_epochs=1)
                .fit(X[:33, :n_features], Y[:33])
                .predict(X[:3, :n_features])
            ).all()

    def test_shapes_of_one_and_several_targets(self, name):
        for y, shape in ((Y[:40], (5, 2)), (Y[:40, :1], (5, 1)), (Y[:40, 0], (5,))):
            assert small(name, max_epochs=1).fit(X[:40], y).predict(X[:5]).shape == shape


def test_numbers_as_labels_come_back_as_numbers():
    kinds = (PLACE > 12) * 7
    assert set(small("gelu_mlp", task="classification").fit(X, kinds).predict(X).tolist()) == {0, 7}


def test_labels_of_pandas_come_back_as_text():
    model = small("gelu_mlp", task="classification", max_epochs=2).fit(X, KIND.astype(object))
    assert model.classes_.dtype.kind == "U"


def test_a_constant_target_is_predicted_exactly():
    for n in (12, 320):
        model = small("gelu_mlp", max_epochs=6).fit(
            X[:n], np.column_stack([Y[:n], np.full(n, 7.25)])
        )
        assert 2 not in model.learned_
        assert (model.predict(X)[:, 2] == 7.25).all()


def test_channels_are_read_one_after_the_other():
    """(n_samples, n_features) = Re of all points, then Im: column c of the input is a curve."""
    model = small("gelu_mlp", max_epochs=1).fit(X, Y)
    curves = model._curves(X)
    assert curves.shape == (320, 2, N_TIMES)
    np.testing.assert_allclose(
        curves[:, 1], (X[:, N_TIMES:] - model.center_[N_TIMES:]) / np.float32(model.scale_)
    )


def test_features_that_are_no_whole_curves_are_refused():
    with pytest.raises(
        InputError, match=r"cnn_separable reads 2 curves of equal length, got 47 features\. Use"
    ):
        small("cnn_separable").fit(X[:, :-1], Y)
    assert small("cnn_separable", n_channels=1, max_epochs=1).fit(X[:, :-1], Y).predict(
        X[:2, :-1]
    ).shape == (2, 2)


def test_impossible_options_are_refused():
    with pytest.raises(InputError, match="There is no parameter 'heads' here"):
        BY_NAME["transformer"](heads=3)
    with pytest.raises(InputError, match="Use 16"):
        small("transformer", width=17).fit(X, Y)
    with pytest.raises(InputError, match="device must be one of auto, cpu, cuda"):
        BY_NAME["lstm"](device="tpu")


def test_a_missing_gpu_is_said(monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    with pytest.raises(InputError, match="finds no GPU here"):
        small("gelu_mlp", device="cuda").fit(X, Y)


def test_a_network_that_was_trained_on_a_gpu_predicts_without(monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    model = small("gelu_mlp", max_epochs=1).fit(X, Y)
    expected = model.predict(X)
    model.device = "cuda"
    np.testing.assert_array_equal(
        skops.io.loads(skops.io.dumps(model), trusted=trusted_types()).predict(X), expected
    )
