"""Several settings a sample, receiver noise, redrawn samples: the contracts of one echo."""

import json
import sys
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from nmr_core import InputError, Sample, generate, load_dataset, preset, simulate, simulate_batch
from nmr_core.datasets.estimate import estimate
from nmr_core.datasets.generate import (
    BATCHES_PER_CHUNK,
    generate_job,
    resume,
)
from nmr_core.datasets.manifest import Manifest
from nmr_core.datasets.parts import part_path
from nmr_core.samples import N_REDRAWN, sample_arrays
from nmr_core.simulator.batch import Batch, batch_size
from nmr_core.simulator.noise import with_noise

ANGLES = (60.0, 180.0)
N = 300  # more than two chunks


@pytest.fixture(scope="session")
def hard():
    """Everything at once: two settings, noise, p solved for a strength not always in reach."""
    small = preset("gsoc_2021_weak_power_law").fix(
        n_x=20, n_y=20, tau=2.0, acquire=4.0, noise=0.005
    )
    return small.measure(angle_2=ANGLES)


@pytest.fixture(scope="session")
def expected(hard):
    return generate(hard, N, seed=5)


@pytest.fixture
def stored(hard, tmp_path):
    return generate(hard, N, seed=5, part_size=100, path=tmp_path / "ds")


@pytest.fixture(scope="session")
def lab():
    return preset("lab").fix(n_x=8, n_y=8, tau=5)


@pytest.mark.parametrize("n_jobs", [1, 2])
@pytest.mark.parametrize("part_size", [37, 128, 1000])
def test_same_bytes_for_any_split(hard, expected, tmp_path, part_size, n_jobs):
    assert max(1, BATCHES_PER_CHUNK // 2) * batch_size(Sample(20, 20)) < N / 2
    made = generate(hard, N, seed=5, part_size=part_size, n_jobs=n_jobs, path=tmp_path / "ds")
    assert made.digest() == load_dataset(tmp_path / "ds").digest() == expected.digest()
    assert made.signals.shape == (N, 2, len(made.time))


def test_a_repaired_data_set_is_the_same(stored, expected):
    part_path(stored.path, 1).unlink()
    content = part_path(stored.path, 2).read_bytes()
    part_path(stored.path, 2).write_bytes(content[:-300])
    assert resume(stored.path, n_jobs=2).digest() == expected.digest()
    assert load_dataset(stored.path).parameters.equals(expected.parameters)


@pytest.mark.parametrize("k", [0, 31, 127, 128, 299])
def test_sample_k_alone_is_sample_k(hard, expected, k):
    columns, signals = sample_arrays(hard, 5, k, k + 1)
    assert signals.tobytes() == expected.signals[k].tobytes()
    assert pd.DataFrame(columns).iloc[0].equals(expected.parameters.iloc[k].rename(0))


@pytest.mark.parametrize("setting", [0, 1])
def test_the_experiment_of_a_sample_and_setting_gives_its_curve_again(expected, setting):
    experiments = [expected.experiment(k, setting) for k in range(40)]
    assert {e.angle_2 for e in experiments} == {ANGLES[setting]}
    for k, curve in enumerate(simulate_batch(experiments, [[5, k, 1] for k in range(40)])):
        noisy = with_noise(curve, experiments[k].protocol, [5, k, 1], setting)
        assert noisy.tobytes() == expected.signals[k, setting].tobytes()
    echo = simulate(experiments[7], seed=[5, 7, 1], setting=setting)
    assert np.abs(echo.signal - expected.signals[7, setting]).max() < 1e-5


def test_settings_share_their_sample_and_nothing_else_depends_on_them(hard, expected):
    """Without noise, setting 180° beside 60° is setting 180° alone; with it, its noise is that of
    the second setting.
    """
    quiet = hard.fix(noise=0.0)
    both, alone = generate(quiet, 20, seed=5), generate(quiet.measure(angle_2=[180]), 20, seed=5)
    assert both.signals[:, 1].tobytes() == alone.signals[:, 0].tobytes()
    assert both.parameters.equals(expected.parameters[:20])
    again = generate(quiet.measure(angle_2=[180, 180]), 20, seed=5)
    assert again.signals[:, 0].tobytes() == again.signals[:, 1].tobytes()


def test_noise_is_as_strong_as_it_says_and_its_own_everywhere(hard, expected):
    noise = (expected.signals - generate(hard.fix(noise=0.0), N, seed=5).signals).reshape(N, 2, -1)
    channels = np.concatenate([noise.real, noise.imag], axis=2).astype(float)
    n = channels.size
    assert channels.std() == pytest.approx(0.005, rel=4 / np.sqrt(2 * n))
    assert abs(channels.mean()) < 5 * 0.005 / np.sqrt(n)
    for other in (
        channels[:, ::-1],
        np.roll(channels, 1, axis=0),
        np.roll(channels, channels.shape[2] // 2, axis=2),
    ):
        assert abs(np.mean(channels * other)) / 0.005**2 < 5 / np.sqrt(n / 2)


def test_columns_are_own_then_solved_then_derived_then_redrawn(hard, expected, stored):
    assert list(expected.parameters) == [
        "alpha_x",
        "alpha_z",
        "W_tot",
        "p",
        "W",
        "omega_p",
        "length_scale",
        N_REDRAWN,
    ]
    assert list(load_dataset(stored.path).parameters) == list(expected.parameters)
    assert set(map(str, expected.parameters.dtypes)) == {"float64"}
    p = expected.parameters
    strength = (2 * p["alpha_x"] + p["alpha_z"]) * p["W"].abs()
    assert strength.to_numpy() == pytest.approx(p["W_tot"].to_numpy(), rel=1e-9)
    assert p["length_scale"].to_numpy() == pytest.approx(np.sqrt(np.abs(p["W"])))
    assert [e.p for e in map(expected.experiment, range(9))] == p["p"][:9].tolist()


def test_redrawn_samples_are_counted_and_their_count_is_nothing_to_learn(expected):
    counted = expected.parameters[N_REDRAWN]
    assert counted.max() > 0
    assert (counted == counted.round()).all()
    assert N_REDRAWN not in expected.targets
    assert {"p", "W_tot"} <= set(expected.targets)
    assert (expected.spec("p").low, expected.spec("p").symbol) == (
        expected.parameters["p"].min(),
        "p",
    )


def test_a_preset_that_solves_nothing_counts_nothing(lab):
    assert list(generate(lab, 3).parameters) == [*lab.space.names, "W", "length_scale"]


def test_the_manifest_says_what_the_settings_are(stored, hard):
    manifest = Manifest.read(stored.path)
    assert manifest.settings == [{"angle_2": 60.0}, {"angle_2": 180.0}]
    assert manifest.n_settings == 2
    assert manifest.experiment_preset() == hard
    assert manifest.size > 2 * N * 8 * manifest.n_times


def test_saved_and_loaded_it_is_the_same(expected, tmp_path):
    expected.save(tmp_path / "saved")
    again = load_dataset(tmp_path / "saved")
    assert again.digest() == expected.digest()
    assert again.manifest == expected.manifest
    assert again.parameters.equals(expected.parameters)
    assert again.curves([299, 0]).tobytes() == expected.signals[[299, 0]].tobytes()


@pytest.mark.parametrize(
    "changes",
    [
        {"angle_2": (60, 170)},
        {"angle_2": (180, 60)},
        {"angle_2": (60,)},
        {"angle_2": ANGLES, "phase_2": (0, 90)},
    ],
    ids=str,
)
def test_other_settings_are_another_data_set(stored, hard, expected, changes):
    other = hard.measure(**changes)
    with pytest.raises(InputError, match="holds another data set"):
        generate(other, N, seed=5, part_size=100, path=stored.path)
    assert generate(other, 5, seed=5).digest() != generate(hard, 5, seed=5).digest()


def test_a_part_with_fewer_settings_is_made_again(stored, hard, expected, tmp_path):
    foreign = generate(
        hard.measure(angle_2=(60,)), 100, seed=5, part_size=100, path=tmp_path / "other"
    )
    part_path(stored.path, 1).write_bytes(part_path(foreign.path, 0).read_bytes())
    assert resume(stored.path).digest() == expected.digest()


REQUEST = {
    "dataset": "ds-9",
    "preset": "lab",
    "fixed": {"n_x": 8, "n_y": 8, "tau": 5},
    "n_samples": 3,
    "seed": 1,
    "n_jobs": 1,
}


def test_a_job_makes_the_settings_that_it_names_and_else_the_presets_own(data_folder, lab):
    settings = [{"angle_2": 45}, {"angle_2": 170}, {"angle_2": 45}]
    for request, wanted in (
        (REQUEST, lab),
        (REQUEST | {"dataset": "ds-8", "settings": settings}, lab.measure(angle_2=(45, 170, 45))),
    ):
        generate_job(request, lambda *report: None)
        assert load_dataset(request["dataset"]).digest() == generate(wanted, 3, seed=1).digest()


@pytest.mark.parametrize(
    "settings",
    [
        [],
        {},
        "angle",
        3,
        [{"angle_2": 60}, {}],
        [{}, {"angle_2": 60}],
        [None],
        [["angle_2", 3]],
        [{"xi": 3}],
        [{"tau": 5}, {"tau": 4}],
        [{"angle_2": "wide"}],
        [{"angle_2": None}],
        [{"beta": 1}],
        [{"sequence": [1, 2]}],
    ],
    ids=json.dumps,
)
def test_a_job_with_damaged_settings_is_refused(data_folder, settings):
    with pytest.raises(InputError):
        generate_job(REQUEST | {"settings": settings}, lambda *report: None)
    assert not data_folder.exists()


@pytest.mark.parametrize("n_settings", [1, 4])
def test_the_estimate_counts_every_step_of_every_setting(lab, monkeypatch, n_settings):
    """On a clock on which a step takes 1 ms and nothing else takes time."""
    now = [0.0]

    def step(_):
        now[0] += 1e-3

    monkeypatch.setattr(Batch, "step", step)
    monkeypatch.setattr(
        sys.modules[estimate.__module__], "clock", SimpleNamespace(perf_counter=lambda: now[0])
    )
    measured = lab.measure(angle_2=range(10, 10 + n_settings))
    n_steps, n_times = 3 * lab.build().protocol.n_tau, len(lab.build().protocol.time)
    seconds, n_bytes = estimate(measured, 1000, n_jobs=2)
    assert seconds == pytest.approx(
        1e-3 * n_settings * n_steps * 1000 / batch_size(Sample(8, 8)) / 2
    )
    assert 0 < n_bytes - 8 * 1000 * n_settings * n_times < 100 * 1000


@pytest.mark.parametrize("name", ["pulse_angle_sweep", "lab", "gsoc_2021_strong_rkky"])
def test_the_size_on_disk_is_what_was_estimated(name, tmp_path):
    small = preset(name).fix(
        tau=1.0, **({"acquire": 2.0} if name.startswith("gsoc") else {"n_x": 8, "n_y": 8})
    )
    made = generate(small, 40, path=tmp_path / "ds")
    size = part_path(made.path, 0).stat().st_size
    assert 0.5 * size < estimate(small, 40)[1] + 16_384 < 2 * size + 16_384
