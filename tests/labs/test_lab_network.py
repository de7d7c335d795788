"""The compiled network against a naive one in NumPy, and against what it promises."""

import numpy as np
import pytest

from nmr_core.errors import InputError
from nmr_core.labs import network, programs
from nmr_core.labs.network import Options, count_weights, train


def _twin():
    """Functions of the program that the labs show: the same training in double precision."""
    names: dict = {}
    exec(programs.numpy_program(""), names)
    return names


def _data(n=12, d=5, outputs=1):
    rng = np.random.default_rng(3)
    return rng.normal(size=(n, d)), rng.normal(size=(n, outputs))


@pytest.mark.parametrize("decay", [0.0, 3.0])
def test_the_kernel_trains_as_its_twin(decay):
    x, y = _data()
    options = Options(n_hidden=13, epochs=60, rate=0.01, decay=decay, seed=4)
    training = train(x, y, options)
    twin = _twin()
    layers = twin["train"](x, y[:, 0], hidden=13, epochs=60, rate=0.01, decay=decay, seed=4)
    np.testing.assert_allclose(
        training.weights, np.concatenate([w.ravel() for w in layers]), atol=2e-4
    )
    np.testing.assert_allclose(training.predict(x)[:, 0], twin["predict"](layers, x), atol=2e-4)


def test_the_gradient_is_that_of_differences():
    """With plain differences of the error in double precision, for two outputs."""
    from nmr_core.labs import _adam

    x, y = _data(outputs=2)
    w = network.initial_weights(5, 7, 2, seed=1)
    g = np.empty_like(w)
    rows = np.arange(len(x))
    _adam.gradient(w, g, np.float32(x), np.float32(y), rows, 7)

    def error(weights):
        return np.mean((network.predict(weights, x, 7, 2) - y) ** 2, dtype=float)

    wide, h = w.astype(float), 1e-3
    for i in range(0, len(w), 11):
        step = np.zeros_like(wide)
        step[i] = h
        difference = (error(wide + step) - error(wide - step)) / (2 * h)
        assert g[i] == pytest.approx(difference, abs=1e-4, rel=1e-3)


def test_batches_use_every_row_once_per_epoch():
    x, y = _data(n=20)
    small = train(x, y, Options(n_hidden=8, epochs=30, rate=0.01, batch=6))
    full = train(x, y, Options(n_hidden=8, epochs=30, rate=0.01))
    larger_than_all = train(x, y, Options(n_hidden=8, epochs=30, rate=0.01, batch=200))
    assert small.losses[-1] < full.losses[-1]
    np.testing.assert_array_equal(larger_than_all.weights, full.weights)


def test_the_same_seed_starts_from_the_same_weights():
    x, y = _data()
    runs = [
        train(x, y * scale, Options(n_hidden=8, epochs=5, rate=rate, seed=7), snapshots=(0, 5))
        for scale, rate in ((1, 0.001), (2, 0.1))
    ]
    np.testing.assert_array_equal(runs[0].snapshots[0], runs[1].snapshots[0])
    np.testing.assert_array_equal(runs[0].snapshots[1], runs[0].weights)
    other = train(x, y, Options(n_hidden=8, epochs=5, seed=8), snapshots=(0,))
    assert not np.array_equal(other.snapshots[0], runs[0].snapshots[0])


def test_a_training_that_diverges_gives_no_warning():
    x, y = _data()
    training = train(x, 1e30 * y, Options(n_hidden=8, epochs=50, rate=1e30))
    assert training.diverged
    assert not np.isfinite(training.predict(x)).any()


def test_the_number_of_weights_is_that_of_the_course():
    assert count_weights(10, 75) == 6601
    assert count_weights(20, 64, 4) == 5764
    assert len(network.initial_weights(10, 75, 1, seed=0)) == 6601


def test_shapes_that_do_not_agree_are_refused():
    with pytest.raises(InputError, match="n > 0"):
        train(np.zeros((3, 2)), np.zeros(4), Options())
