"""Weights of the samples of data sets: simulated, streamed, joined, stored, imported, continued."""

from itertools import islice

import numpy as np
import pytest

from nmr_core import InputError, generate, load_dataset, stream
from nmr_core.datasets.imported import imported
from nmr_core.datasets.joined import join
from nmr_core.datasets.manifest import Manifest
from nmr_core.datasets.recipe import recipe
from nmr_core.datasets.store import store_dataset
from nmr_core.io.formats import FORMATS, accept, read_foreign, write_foreign
from nmr_core.weights import WEIGHT

N = 300


@pytest.fixture(scope="module")
def focused(small):
    return small.focus(alpha=-0.5)


@pytest.fixture(scope="module")
def dataset(focused):
    return generate(focused, N, seed=1, part_size=100)


@pytest.fixture(scope="module")
def plain(small):
    return generate(small, 200, seed=2, part_size=100)


def test_samples_of_the_prior_have_the_weight_one(plain):
    assert np.array_equal(plain.weights, np.ones(200))
    assert WEIGHT not in plain.parameters
    assert "density" not in plain.manifest.preset


def test_weights_are_prior_over_density_with_mean_one(dataset):
    alpha = dataset.parameters["alpha"].to_numpy()
    assert dataset.weights.dtype == np.float64
    assert dataset.weights.mean() == pytest.approx(1, abs=1e-12)
    ratio = dataset.weights / np.sqrt(alpha)
    assert ratio == pytest.approx(np.full(N, ratio[0]))
    assert WEIGHT not in dataset.targets


def test_only_the_focused_parameter_is_drawn_otherwise(small, dataset):
    """The ranks of the draws are those of the prior: sample k differs in alpha alone."""
    prior = generate(small, 20, seed=1)
    first = dataset.parameters.iloc[:20].reset_index(drop=True)
    for name in ("xi", "p", "d"):
        assert first[name].equals(prior.parameters[name])
    assert first["alpha"].to_numpy() == pytest.approx(prior.parameters["alpha"] ** 2 / 0.2)


def test_a_data_set_on_disk_and_a_continued_one_are_the_same(focused, dataset, tmp_path):
    folder = tmp_path / "ds"
    generate(focused, N, seed=1, part_size=100, path=folder)
    (folder / "part-00001.parquet").unlink()
    again = generate(focused, N, seed=1, part_size=100, path=folder)
    assert again.digest() == load_dataset(folder).digest() == dataset.digest()
    assert np.array_equal(load_dataset(folder).weights, dataset.weights)
    assert Manifest.read(folder).experiment_preset() == focused


def test_a_density_is_part_of_the_recipe(small, focused, tmp_path):
    generate(focused, 10, path=tmp_path / "ds")
    with pytest.raises(InputError, match="holds another data set"):
        generate(small, 10, path=tmp_path / "ds")


def test_a_stream_carries_its_weights(focused, dataset):
    batches = islice(stream(focused, seed=1, batch_size=50), 2)
    weight = np.concatenate([parameters[WEIGHT] for parameters, _ in batches])
    assert np.array_equal(weight, dataset.parameters[WEIGHT][:100])


def test_batches_and_effects_keep_them(dataset):
    parts = [parameters[WEIGHT] for parameters, _ in dataset.batches(70)]
    assert np.array_equal(np.concatenate(parts), dataset.parameters[WEIGHT])
    noisy = dataset.with_effects("gaussian_noise:snr=30")
    assert np.array_equal(noisy.weights, dataset.weights)


def test_joined_sources_keep_their_fractions(dataset, plain, tmp_path):
    both = join([dataset, plain])
    is_plain = both.parameters["alpha"].isin(plain.parameters["alpha"])
    assert both.weights[is_plain] == pytest.approx(np.ones(200))
    assert both.weights.sum() == pytest.approx(len(both))
    both.save(tmp_path / "both")
    assert np.array_equal(load_dataset(tmp_path / "both").weights, both.weights)
    assert WEIGHT not in join([plain, generate(plain.preset, 10, seed=7)]).parameters


def test_stored_with_effects(dataset, data_folder):
    folder = store_dataset(dataset.with_effects("gaussian_noise:snr=30"), "noisy")
    assert np.array_equal(load_dataset(folder).weights, dataset.weights)


@pytest.mark.parametrize("format", FORMATS)
def test_files_keep_them_or_say_that_they_do_not(dataset, format, tmp_path):
    small = generate(dataset.preset, 12, seed=1)
    try:
        notes = write_foreign(small, tmp_path / "file", format)
    except InputError:
        pytest.skip(f"{format} cannot hold this preset")
    foreign = read_foreign(tmp_path / "file")
    is_lost = any("weights are left out" in note for note in notes)
    assert is_lost == (WEIGHT not in foreign.parameters)
    if is_lost:
        return
    assert not [note for note in foreign.notes if WEIGHT in note]
    again = accept(foreign, source="a file", path=tmp_path / "ds")
    assert again.weights == pytest.approx(small.weights)


@pytest.mark.parametrize("weight", [-1.0, 0.0])
def test_imported_weights_are_checked(plain, weight):
    table = plain.parameters.assign(**{WEIGHT: weight})
    with pytest.raises(InputError, match="column weight"):
        imported(table, plain.signals, plain.time, source="here")


def test_its_code_makes_it_again(dataset):
    python, command = recipe(generate(dataset.preset, 12, seed=1))
    names: dict = {}
    exec(python.replace("n_jobs=-1", "n_jobs=1"), names)
    assert names["dataset"].digest() == generate(dataset.preset, 12, seed=1).digest()
    assert "--density alpha=power:-0.5" in command
