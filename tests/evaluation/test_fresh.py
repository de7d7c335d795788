"""Training on fresh samples: the same per seed, none of the data set."""

import threading

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import SGDRegressor

from nmr_core import Cancelled, EchoDataset, InputError, generate, train
from nmr_core.datasets.imported import imported
from nmr_core.datasets.stream import stream
from nmr_core.features import FEATURIZERS
from nmr_core.learning import fresh as module
from nmr_core.learning.augment import maps_of
from nmr_core.learning.feature_parts import Part, PartsInMemory
from nmr_core.learning.fresh import Source, fresh_seed
from nmr_core.learning.targets import select_targets
from nmr_core.models import MODELS, ModelEntry

QUICK = {
    "model": "mlp",
    "model_options": {"width_1": 16, "width_2": 8, "max_epochs": 8},
    "targets": ["alpha", "d"],
    "split": 15,
    "seed": 3,
}


def _source(dataset, n_fresh: int, maps=()) -> Source:
    featurizer = FEATURIZERS["raw"]().fit(dataset.signals)
    targets = select_targets(dataset, ["alpha", "d"])
    return Source(dataset, featurizer, targets, np.arange(3), n_fresh, 0, maps)


def _parts(source: Source) -> tuple[list[Part], list[tuple[int, int]]]:
    """All parts, and the progress."""
    parts, reports = PartsInMemory(), []
    source.fill(parts, lambda *report: reports.append(report))
    return [parts.read(k) for k in range(source.n_parts)], reports


def test_they_are_the_curves_of_the_preset_with_another_seed(dataset):
    (stored, fresh), _ = _parts(_source(dataset, 10))
    parameters, signals = next(stream(dataset.preset, seed=fresh_seed(dataset, 0), batch_size=10))
    expected = np.hstack([signals[:, 0].real, signals[:, 0].imag])
    assert np.array_equal(fresh.X, expected)
    assert np.array_equal(fresh.y, parameters[["alpha", "d"]])
    assert (len(stored.X), fresh.samples.tolist()) == (3, [-1 - k for k in range(10)])
    own = {row.tobytes() for row in dataset.signals}
    assert fresh_seed(dataset, 0) != dataset.manifest.seed
    assert not own & {row.tobytes() for row in signals}
    assert not np.isin(parameters["alpha"], dataset.parameters["alpha"]).any()


def test_the_parts_do_not_depend_on_how_many_there_are(dataset, monkeypatch):
    """The last part may be shorter; the samples are the same, whichever part they are in."""
    (_, whole), _ = _parts(_source(dataset, 50))
    monkeypatch.setattr(module, "CHUNKS", 1)
    monkeypatch.setattr(module, "chunk_size", lambda preset: 20)
    (_, *parts), reports = _parts(_source(dataset, 50))
    assert [len(part.X) for part in parts] == [20, 20, 10]
    assert np.concatenate([part.X for part in parts]).tobytes() == whole.X.tobytes()
    assert [done for done, _ in reports] == [0, 3, 23, 43, 53]


def test_measurement_effects_come_with_them(small_preset):
    noisy = generate(small_preset, 20, seed=1, effects="gaussian_noise:snr=5")
    seed = fresh_seed(noisy, 0)
    _, clean = next(stream(noisy.preset, seed=seed, batch_size=10))
    (_, fresh), _ = _parts(_source(noisy, 10))
    difference = fresh.X - np.hstack([clean[:, 0].real, clean[:, 0].imag])
    assert 0.01 < difference.std() < 0.5


def test_images_follow_all_samples_of_a_part(dataset):
    maps = maps_of(dataset)
    (_, fresh), _ = _parts(_source(dataset, 10, maps))
    (_, plain), _ = _parts(_source(dataset, 10))
    assert len(maps) == 1
    assert fresh.X[:10].tobytes() == plain.X.tobytes()
    assert fresh.samples.tolist() == 2 * plain.samples.tolist()


def test_weights_come_with_samples_of_a_density(small_preset):
    dense = generate(small_preset.focus(alpha=-0.5), 20, seed=1)
    (_, fresh), _ = _parts(_source(dense, 10))
    alpha = fresh.y[:, 0]
    np.testing.assert_allclose(fresh.weights / fresh.weights[0], np.sqrt(alpha / alpha[0]))


def test_a_run_says_how_many_it_took_and_repeats(dataset):
    seen = []
    one, same = (
        train(dataset, fresh=40, progress=lambda *step: seen.append(step[2]), **QUICK)
        for _ in range(2)
    )
    assert one.manifest.fresh == 40
    assert one.manifest.n_train == 45
    assert one.manifest.n_training == 85
    assert one.manifest.and_fresh == " and 40 fresh ones"
    assert any("simulating: 85 of 85 curves" in message for message in seen)
    pd.testing.assert_frame_equal(one.predictions, same.predictions)
    streamed = train(dataset, fresh=40, stream=True, **QUICK)
    pd.testing.assert_frame_equal(one.predictions, streamed.predictions)
    without = train(dataset, **QUICK)
    assert without.manifest.fresh == 0
    assert without.manifest.and_fresh == ""
    assert not one.predictions.equals(without.predictions)


def test_more_curves_teach_more(small_preset):
    """From 20 training curves nearly nothing is learned; with 1,000 fresh ones much of alpha."""
    few = generate(small_preset, 120, seed=4)
    options = {
        "targets": ["alpha"],
        "model": "mlp",
        "split": 100,
        "seed": 0,
        "symmetries": False,
        "model_options": {"width_1": 32, "width_2": 16, "max_epochs": 30},
    }
    more, less = (train(few, fresh=n, **options).scores.loc["alpha", "skill"] for n in (1000, 0))
    assert more > 0.2 + less


def test_a_model_with_partial_fit_can(dataset, monkeypatch):
    monkeypatch.setitem(
        MODELS,
        "sgd",
        ModelEntry("sgd", "SGD", "", lambda seed: SGDRegressor(eta0=1e-3, random_state=seed)),
    )
    run = train(dataset, model="sgd", targets=["d"], fresh=30, split=15, seed=3)
    assert run.manifest.fresh == 30
    assert np.isfinite(run.scores.loc["d", "r2"])


@pytest.mark.parametrize("moment", ["simulating: 1,0", "epoch 1,"])
def test_a_cancellation_arrives_and_nothing_keeps_running(dataset, moment):
    before = threading.active_count()

    def progress(done, total, message):
        if moment in message:
            raise Cancelled("no more")

    with pytest.raises(Cancelled):
        train(dataset, fresh=2400, progress=progress, **QUICK)
    assert threading.active_count() <= before + 2  # loky's own, which end with their executor


def test_what_fails_while_simulating_is_not_swallowed(dataset, monkeypatch):
    def broken(*_, **__):
        yield next(stream(dataset.preset, seed=1, batch_size=2))
        raise InputError("The simulator is broken.")

    monkeypatch.setattr(module, "stream", broken)
    with pytest.raises(InputError, match="The simulator is broken"):
        train(dataset, fresh=5000, **QUICK)


@pytest.mark.parametrize("model", ["ridge", "random_forest", "mean"])
def test_a_model_that_needs_all_curves_says_which_one_does_not(dataset, model):
    with pytest.raises(
        InputError,
        match=f"{model} needs all samples at once and cannot be trained on fresh.*or use mlp",
    ):
        train(dataset, model=model, fresh=10, split=15)


def test_curves_of_unknown_origin_are_refused(dataset):
    foreign = imported(dataset.parameters, dataset.signals, dataset.time, source="a test")
    with pytest.raises(InputError, match="The origin of these signals is unknown"):
        train(foreign, fresh=10, **QUICK)


def test_curves_on_other_time_points_than_the_preset_are_refused(dataset):
    foreign = imported(
        dataset.parameters,
        dataset.signals[:, :, ::2],
        dataset.time[::2],
        source="a test",
        preset="ml4sci_2020_secular",
    )
    assert isinstance(foreign, EchoDataset)
    with pytest.raises(InputError, match="not on the time points of ml4sci_2020_secular"):
        train(foreign, fresh=10, **QUICK)


@pytest.mark.parametrize("n", [-1, 2.5, True, "many", 10**12])
def test_a_number_that_is_none_is_refused(dataset, n):
    with pytest.raises(InputError, match="fresh must be a whole number of samples"):
        train(dataset, fresh=n, **QUICK)
