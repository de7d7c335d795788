"""A data set is its recipe: the same bytes however it is split; sample k is computable alone."""

import numpy as np
import pandas as pd
import pytest

from nmr_core import InputError, generate, load_dataset, preset, simulate, simulate_batch
from nmr_core.samples import sample_arrays

N = 600  # more than two chunks of 8 batches


@pytest.fixture(scope="module")
def expected(small):
    return generate(small, N, seed=5)


@pytest.mark.parametrize("part_size", [1, 37, 256, 1000])
@pytest.mark.parametrize("n_jobs", [1, 2])
def test_same_bytes_for_any_split(small, expected, tmp_path, part_size, n_jobs):
    if part_size == 1:
        expected, n = generate(small, 9, seed=5), 9
    else:
        n = N
    dataset = generate(small, n, seed=5, n_jobs=n_jobs, part_size=part_size, path=tmp_path / "ds")
    assert dataset.digest() == load_dataset(tmp_path / "ds").digest() == expected.digest()


def test_in_memory_does_not_depend_on_the_number_of_processes(small, expected):
    assert generate(small, N, seed=5, n_jobs=2, part_size=100).digest() == expected.digest()


def test_a_shorter_data_set_is_the_beginning_of_a_longer_one(small, expected):
    short = generate(small, 7, seed=5)
    assert short.signals.tobytes() == expected.signals[:7].tobytes()
    assert short.parameters.equals(expected.parameters[:7])


@pytest.mark.parametrize("k", [0, 31, 32, 255, 256, 599])
def test_sample_k_alone_is_sample_k(small, expected, k):
    columns, signals = sample_arrays(small, 5, k, k + 1)
    assert signals.tobytes() == expected.signals[k].tobytes()
    assert pd.DataFrame(columns).iloc[0].equals(expected.parameters.iloc[k].rename(0))


def test_another_seed_is_another_data_set(small, expected):
    other = generate(small, N, seed=6)
    assert other.digest() != expected.digest()
    assert (other.signals != expected.signals).mean() > 0.99


def test_curves_differ_from_each_other(expected):
    assert len(np.unique(expected.signals[:, 0], axis=0)) == N
    assert expected.signals.shape == (N, 1, len(expected.time))
    assert expected.signals.dtype == np.complex64


VARIANTS = {
    "ml4sci_2020_secular": {"n_x": 8, "n_y": 8, "tau": 5.0},
    "cuda_2023": {"n_x": 4, "n_y": 4, "tau": 2.0},
    "cuda_2023 with alpha_z": {"n_x": 4, "n_y": 4, "tau": 2.0, "alpha_z": 0.05},
    "cuda_2023 with alpha_y": {"n_x": 4, "n_y": 4, "tau": 2.0, "alpha_y": 0.05},
    "cuda_2023 with alpha_x": {"n_x": 4, "n_y": 4, "tau": 2.0, "alpha_x": 0.05},
    "ml4sci_2020_secular with d": {"n_x": 4, "n_y": 4, "tau": 2.0, "d": 3.3},
}


@pytest.mark.parametrize("variant", VARIANTS)
def test_the_experiment_of_sample_k_gives_its_curve_again(variant):
    """Bit for bit in a batch, and within single precision as one echo."""
    dataset = generate(preset(variant.split()[0]).fix(**VARIANTS[variant]), 200, seed=9)
    again = simulate_batch(
        [dataset.experiment(k) for k in range(200)], [[9, k, 1] for k in range(200)]
    )
    for k in (0, 117):
        echo = simulate(dataset.experiment(k), seed=[9, k, 1])
        assert np.abs(echo.signal - dataset.signals[k, 0]).max() < 1e-5
    assert again.tobytes() == dataset.signals.tobytes()


@pytest.mark.parametrize("variant", VARIANTS)
def test_the_experiment_of_sample_k_is_exactly_the_one_that_was_drawn(variant):
    held = preset(variant.split()[0]).fix(**VARIANTS[variant])
    dataset = generate(held, 200, seed=9)
    drawn = [held.build(**held.draw(np.random.default_rng([9, k, 0]))) for k in range(200)]
    assert [dataset.experiment(k) for k in range(200)] == drawn


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("n_samples", 0),
        ("n_samples", 2.5),
        ("n_samples", "many"),
        ("seed", -1),
        ("n_jobs", -2),
        ("part_size", 0),
        ("n_samples", float("nan")),
    ],
)
def test_impossible_requests_are_refused_before_anything_is_written(small, tmp_path, name, value):
    arguments = {"n_samples": 3, "path": tmp_path / "ds"} | {name: value}
    with pytest.raises(InputError, match=f"^{name} must be "):
        generate(small, **arguments)
    assert not (tmp_path / "ds").exists()


def test_progress_counts_to_the_end(small, tmp_path):
    reports = []
    generate(
        small,
        N,
        part_size=250,
        path=tmp_path / "ds",
        progress=lambda *report: reports.append(report),
    )
    done = [report[0] for report in reports]
    assert done == sorted(done)
    assert (done[0], done[-1]) == (0, N)
    assert {report[1] for report in reports} == {N}
    assert len(set(done)) >= 4
