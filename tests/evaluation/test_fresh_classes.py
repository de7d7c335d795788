"""Networks that classify are trained on fresh samples and in batches, and can be continued."""

import numpy as np
import pytest

from nmr_core import Cancelled, generate, preset, train
from nmr_core.learning import checkpoint, fresh, passes
from nmr_core.learning.streaming import streamable
from nmr_core.models import MODELS
from nmr_core.models.dense import DenseNetwork, log_losses, softmax
from nmr_core.presets import Row, table_preset

ROWS = [
    {"name": "kernel", "distribution": "choice", "values": ["power_law", "gaussian"]},
    {"name": "alpha", "distribution": "uniform", "low": 0.1, "high": 0.2, "density": "power:0.5"},
    {"name": "xi", "distribution": "uniform", "low": 1.0, "high": 4.0},
]
OPTIONS = {
    "targets": ["kernel"],
    "model": "mlp",
    "featurizer": "pca",
    "featurizer_options": {"n_components": 12},
    "model_options": {"width_1": 16, "width_2": 8, "max_epochs": 8},
    "split": 15,
    "seed": 3,
    "fresh": 100,
}


@pytest.fixture(autouse=True)
def small_parts(monkeypatch):
    """Parts of 20 samples, blocks of two parts, and a state after every block."""
    monkeypatch.setattr(fresh, "CHUNKS", 1)
    monkeypatch.setattr(fresh, "chunk_size", lambda preset: 20)
    monkeypatch.setattr(passes, "BLOCK_BYTES", 2 * 20 * 2 * 12 * 4)
    monkeypatch.setattr(checkpoint, "EVERY", 0.0)


@pytest.fixture(scope="module")
def kernels():
    """60 curves of two kernels, with unequal weights."""
    prior = table_preset([Row.of(row) for row in ROWS], preset("ml4sci_2020_secular"))
    return generate(prior.fix(n_x=8, n_y=8, tau=5), 60, seed=7)


@pytest.mark.parametrize("n_reports", [4, 9, 16, 23])
def test_stopped_anywhere_it_becomes_the_same_classifier(kernels, data_folder, n_reports):
    whole = train(kernels, **OPTIONS)
    reports = iter(range(n_reports))

    def progress(done, total, message):
        if next(reports, None) is None:
            raise Cancelled

    with pytest.raises(Cancelled):
        train(kernels, resume=True, progress=progress, **OPTIONS)
    again = train(kernels, resume=True, **OPTIONS)
    assert again.predictions.equals(whole.predictions)
    assert again.manifest.curve == whole.manifest.curve
    numbers = [run.model[-1].network_.numbers_.tobytes() for run in (whole, again)]
    assert numbers[0] == numbers[1]
    assert again.classes == ("gaussian", "power_law")


def test_batches_and_all_at_once_stop_by_the_same_samples(kernels):
    """Both parts have the classes in proportion."""
    model = train(kernels, stream=True, **OPTIONS | {"fresh": 0}).model[-1]
    labels = np.repeat(["a", "b"], [40, 10])
    train_part, valid_part = model.split(50, labels=labels)
    assert sorted(labels[valid_part]) == ["a"] * 4 + ["b"]
    assert len(train_part) == 45


def test_which_classifiers_take_batches():
    names = {"mlp", "smooth_mlp", "ensemble", "mlp_32_32", "mlp_512_256", "mlp_tapered"}
    assert names <= set(streamable("classification")) & set(MODELS)


def test_the_slope_of_the_log_loss_is_its_derivative():
    """Finite differences of the loss of a small network in one direction after the other."""
    rng = np.random.default_rng(0)
    X = rng.normal(size=(40, 3)).astype(np.float32)
    y = np.eye(3, dtype=np.float32)[rng.integers(0, 3, 40)]
    network = DenseNetwork((3, 5, 3), activation="silu", loss="log", weight_decay=0.0).start()

    def loss(numbers) -> float:
        other = DenseNetwork((3, 5, 3), activation="silu", loss="log").start()
        other.numbers_ = numbers
        return float(log_losses(softmax(other.predict(X).astype(float)), y).mean())

    before = network.numbers_.copy()
    assert network.update(X, y, 1e-3) == pytest.approx(loss(before), rel=1e-5)
    # The first mean of the gradients is a tenth of the first gradient
    gradient = 10 * network.adam_.moments[0]
    for k in range(0, len(before), 3):
        shift = np.zeros_like(before)
        shift[k] = 1e-2
        slope = (loss(before + shift) - loss(before - shift)) / 2e-2
        assert gradient[k] == pytest.approx(slope, abs=2e-4)
