"""A data set in batches, as features and as arrays: the same numbers, and few of them read."""

import tracemalloc

import numpy as np
import pandas as pd
import pytest

from nmr_core import FEATURIZERS, FailedError, InputError, features, generate, load_dataset, preset
from nmr_core.datasets.parts import part_path, write_part


@pytest.fixture
def without_curves(folder, in_memory):
    """The data set with parts whose curves are gone: reading one is an error."""
    for index in range(3):
        parameters = in_memory.parameters.iloc[20 * index : 20 * index + 20]
        write_part(part_path(folder, index), parameters, np.empty((20, 0, 45), np.complex64))
    dataset = load_dataset(folder)
    dataset.manifest.parts.clear()  # fingerprints of what was there
    return dataset


@pytest.mark.parametrize("batch_size", [1, 7, 20, 33, 60, 1000])
@pytest.mark.parametrize("kind", ["on disk", "in memory", "with effects"])
def test_batches_are_the_data_set(folder, in_memory, kind, batch_size):
    noisy = in_memory.with_effects("gaussian_noise:snr=30", 4)
    dataset, whole = {
        "on disk": (load_dataset(folder), in_memory),
        "in memory": (in_memory, in_memory),
        "with effects": (load_dataset(folder).with_effects("gaussian_noise:snr=30", 4), noisy),
    }[kind]
    tables, signals = zip(*dataset.batches(batch_size), strict=True)
    assert [len(part) for part in signals[:-1]] == [batch_size] * (len(signals) - 1)
    assert np.concatenate(signals).tobytes() == whole.signals.tobytes()
    assert pd.concat(tables).equals(whole.parameters)


def test_a_batch_size_that_is_none_is_refused_at_once(in_memory):
    with pytest.raises(InputError, match=r"^batch_size must be"):
        in_memory.batches(0)


def test_columns_are_read_without_curves(without_curves, in_memory):
    assert without_curves.table(["d", "alpha"]).equals(in_memory.parameters[["d", "alpha"]])
    assert without_curves.table([]).shape == (60, 0)
    assert without_curves.table().equals(in_memory.parameters)
    with pytest.raises(FailedError, match="does not hold 1 settings"):
        without_curves.curves([0])


def test_only_the_wanted_columns_are_read(folder, monkeypatch):
    import pyarrow.parquet as pq

    seen, read = [], pq.ParquetFile.read
    monkeypatch.setattr(
        pq.ParquetFile,
        "read",
        lambda self, columns, **options: (seen.append(columns), read(self, columns))[1],
    )
    load_dataset(folder).table(["d"])
    assert seen == [["d"]] * 3


@pytest.mark.parametrize("dataset", ["folder", "in_memory"])
def test_an_unknown_column_is_named(request, dataset):
    dataset = request.getfixturevalue(dataset)
    dataset = (
        load_dataset(dataset) if dataset is not request.getfixturevalue("in_memory") else dataset
    )
    with pytest.raises(InputError, match="has no column 'beta'; it has alpha, xi, p, d"):
        dataset.table(["alpha", "beta"])
    with pytest.raises(InputError, match="has no column 'beta'"):
        dataset.batches(columns=["beta"])


@pytest.mark.parametrize("name", features.available())
def test_features_are_those_of_all_curves(folder, in_memory, name):
    fitted = FEATURIZERS[name]().fit(in_memory.signals)
    whole = fitted.transform(in_memory.signals)
    found = load_dataset(folder).features(
        fitted if fitted.learns else FEATURIZERS[name](), batch_size=25
    )
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, whole, rtol=1e-4, atol=1e-5 * np.abs(whole).max())


def test_to_numpy(folder, in_memory):
    X, y = load_dataset(folder).to_numpy()
    assert X.tobytes() == in_memory.signals.tobytes()
    assert y.tobytes() == in_memory.parameters[list(in_memory.targets)].to_numpy().tobytes()
    assert load_dataset(folder).to_numpy(["d"])[1].shape == (60, 1)


def test_to_pandas_names_every_point(small):
    dataset = generate(small.measure(angle_2=[60, 90]), 5, seed=1)
    frame = dataset.to_pandas(["d"])
    assert frame.shape == (5, 1 + 2 * 2 * 45)
    t = float(dataset.time[7])
    assert (frame[f"re_1@{t!r}"] == dataset.signals[:, 1, 7].real).all()
    assert (frame[f"im_0@{t!r}"] == dataset.signals[:, 0, 7].imag).all()
    assert (frame["d"] == dataset.parameters["d"]).all()


def test_the_dict_of_arrays_says_dimensions_and_coordinates(small):
    """What xarray.Dataset needs: (dims, values[, attrs]) with sizes that agree, coordinates along
    their own dimension.
    """
    dataset = generate(small.measure(angle_2=[60, 90]), 5, seed=1)
    found = dataset.to_dict_of_arrays()
    sizes = {"sample": 5, "setting": 2, "time": 45}
    for name, entry in (found["data_vars"] | found["coords"]).items():
        dims, values = entry[:2] if isinstance(entry, tuple) else ((name,), entry)
        dims = (dims,) if isinstance(dims, str) else dims
        assert np.shape(values) == tuple(sizes[dim] for dim in dims), name
    assert found["data_vars"]["signal"][1] is dataset.signals
    assert set(found["data_vars"]) == {"signal", *dataset.parameters}
    assert found["coords"]["angle_2"][1].tolist() == [60, 90]
    assert found["data_vars"]["omega_p"][2] == {"units": "line widths"}
    assert found["coords"]["time"][2] == {"units": "µs"}
    assert found["attrs"]["seed"] == 1


def test_the_digest_is_taken_part_by_part(folder, in_memory):
    """It was SHA-256 over all curves, then all columns; it still is."""
    import hashlib

    dataset = load_dataset(folder)
    content = hashlib.sha256(in_memory.signals.tobytes())
    for values in in_memory.parameters.to_numpy().T:
        content.update(np.ascontiguousarray(values).tobytes())
    assert dataset.digest() == content.hexdigest()
    assert "signals" not in dataset.__dict__


def test_batches_hold_a_batch(tmp_path):
    """9 MB of curves in parts of .45 MB, batches and features of them: far less than the whole is
    ever in memory.
    """
    long = preset("ml4sci_2020_secular").fix(n_x=2, n_y=2, tau=200.0)
    path = generate(long, 600, part_size=30, path=tmp_path / "ds").path
    dataset = load_dataset(path)
    size = 8 * 600 * len(dataset.time)
    dataset.features(FEATURIZERS["polynomial"]())
    tracemalloc.start()
    try:
        for _ in dataset.batches(30, []):
            pass
        assert tracemalloc.get_traced_memory()[1] < size / 5
    finally:
        tracemalloc.stop()
    assert size > 8e6
