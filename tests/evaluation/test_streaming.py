"""Training from batches: the same as in memory, in memory that does not grow."""

import gc
import tracemalloc

import numpy as np
import pandas as pd
import pytest

from nmr_core import EchoDataset, InputError, generate, load_dataset, load_run, preset, train
from nmr_core.datasets.manifest import Manifest
from nmr_core.datasets.parts import part_path, write_part
from nmr_core.learning import streaming
from nmr_core.learning.splits import split_samples

QUICK = {
    "model": "mlp",
    "model_options": {"width_1": 16, "width_2": 8, "max_epochs": 6},
    "split": 0.2,
    "seed": 3,
}


@pytest.fixture(scope="module")
def stored(small_preset, tmp_path_factory) -> EchoDataset:
    """400 curves in parts of 40."""
    path = tmp_path_factory.mktemp("stream") / "ds"
    return load_dataset(generate(small_preset, 400, seed=1, part_size=40, path=path).path)


@pytest.fixture
def small_batches(monkeypatch):
    """A batch is a single part."""
    monkeypatch.setattr(streaming, "BATCH_BYTES", 1)


@pytest.mark.parametrize("featurizer", ["raw", "polynomial"])
def test_one_batch_is_training_in_memory(stored, featurizer):
    in_memory, streamed = (
        train(stored, featurizer=featurizer, stream=stream, symmetries=False, **QUICK)
        for stream in (False, True)
    )
    assert (in_memory.manifest.stream, streamed.manifest.stream) == (False, True)
    np.testing.assert_allclose(streamed.predictions, in_memory.predictions, rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(streamed.manifest.curve, in_memory.manifest.curve, rtol=1e-5)


def test_many_batches_learn_as_much(stored, small_batches):
    """Ten batches: other steps, the same lesson."""
    options = QUICK | {
        "model_options": {"width_1": 32, "width_2": 16, "max_epochs": 40},
        "targets": ["alpha"],
    }
    in_memory, streamed = (
        train(stored, stream=stream, **options).scores["r2"] for stream in (False, True)
    )
    assert streamed["alpha"] > 0.9
    assert streamed["alpha"] == pytest.approx(in_memory["alpha"], abs=0.03)


def test_the_same_seed_gives_the_same_run(stored, small_batches):
    one, same, other = (train(stored, stream=True, **QUICK | {"seed": seed}) for seed in (3, 3, 4))
    pd.testing.assert_frame_equal(one.predictions, same.predictions)
    assert not one.predictions.equals(other.predictions)


def test_nothing_of_the_test_part_is_learned_from(stored, small_batches):
    _, test = split_samples(len(stored), 0.2, 3)
    signals, parameters = stored.signals.copy(), stored.parameters.copy()
    signals[test] *= np.linspace(2, 3, len(test))[:, None, None]
    parameters.iloc[test] *= 7
    other = train(EchoDataset(stored.manifest, None, signals, parameters), stream=True, **QUICK)
    run = train(stored, stream=True, **QUICK)
    pd.testing.assert_frame_equal(other.predict(stored.signals), run.predict(stored.signals))


def test_duplicates_and_holes_are_found_in_batches_too(stored, small_batches):
    order, test = split_samples(len(stored), 0.2, 3)
    twice, holes = stored.signals.copy(), stored.signals.copy()
    twice[test[-1]] = twice[order[0]]
    holes[order[0], 0, 5] = np.nan
    with pytest.raises(InputError, match="1 of the 80 test curves are also in the training part"):
        train(EchoDataset(stored.manifest, None, twice, stored.parameters), stream=True, **QUICK)
    with pytest.raises(InputError, match=r"1 of \d+ curves hold NaN"):
        train(EchoDataset(stored.manifest, None, holes, stored.parameters), stream=True, **QUICK)


def test_many_curves_are_streamed_without_asking(stored, monkeypatch):
    options = QUICK | {"model_options": {"width_1": 8, "width_2": 8, "max_epochs": 1}}
    assert not train(stored, **options).manifest.stream
    monkeypatch.setattr(streaming, "STREAM_BYTES", 1e5)
    assert train(stored, **options).manifest.stream
    assert not train(stored, model="ridge", split=0.2).manifest.stream
    assert not train(stored, stream=False, **options).manifest.stream


@pytest.mark.parametrize("model", ["ridge", "random_forest", "mean"])
def test_a_model_that_needs_all_curves_says_which_one_does_not(stored, model):
    with pytest.raises(
        InputError, match=f"{model} needs all samples at once.*Leave stream out, or use mlp"
    ):
        train(stored, model=model, stream=True, split=0.2)


def test_a_streamed_run_is_saved_and_read(stored, data_folder, small_batches):
    run = train(stored, stream=True, **QUICK)
    run.save()
    again = load_run(run.id)
    assert again.manifest.stream
    pd.testing.assert_frame_equal(
        again.predict(stored.signals[:5]), run.predict(stored.signals[:5])
    )


@pytest.fixture
def fabricated(tmp_path):
    """``fabricated(n)``: n random curves of 75 kB on disk, in parts of 10."""
    long = preset("ml4sci_2020_secular").fix(tau=1000.0)

    def make(n: int) -> EchoDataset:
        rng, folder, time = np.random.default_rng(n), tmp_path / str(n), long.build().protocol.time
        manifest = Manifest(
            id=str(n),
            title="random",
            preset=long.to_dict(),
            seed=0,
            n_samples=n,
            part_size=10,
            time=time.tolist(),
        )
        for index in range(manifest.n_parts):
            signals = rng.random((10, 1, 2 * len(time)), dtype=np.float32).view(np.complex64)
            write_part(
                part_path(folder, index),
                pd.DataFrame({"alpha": rng.random(10), "d": rng.random(10)}),
                signals,
            )
        manifest.completed(folder).write(folder)
        return load_dataset(folder)

    return make


def test_memory_does_not_grow_with_the_number_of_curves(fabricated, small_batches):
    """6 MB more curves, less than 1.5 MB more memory; in memory it is all of them."""

    def peak(n: int, stream: bool) -> int:
        dataset = fabricated(n)
        gc.collect()
        tracemalloc.start()
        try:
            train(
                dataset,
                targets=["alpha", "d"],
                featurizer="polynomial",
                model="mlp",
                split=0.2,
                stream=stream,
                model_options={"width_1": 8, "width_2": 8, "max_epochs": 1},
            )
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    assert peak(120, True) - peak(40, True) < 1.5e6
    assert peak(120, False) - peak(40, False) > 6e6
